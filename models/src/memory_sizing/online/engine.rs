//! The engine a workflow system talks to.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use thiserror::Error;

use super::finish::finished;
use super::policy::Policy;
use super::rule::Rule;
use super::settings::Settings;
use super::task::{Outcome, Sample, Task};

/// What is special about a task type.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct TypeOptions {
    /// Largest allocation for this type, in bytes, where it is below that of the settings.
    pub limit_bytes: Option<u64>,
    /// The command is told its memory and uses what it gets (`java -Xmx${task.memory}`): peaks
    /// then say nothing about need, and the type keeps its request.
    pub memory_visible_to_command: bool,
}

/// Why a ladder is what it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Reason {
    /// The policy proposed it.
    Learned,
    /// Nothing is known yet: the request, or the limit without one.
    NoSamples,
    /// See [`TypeOptions::memory_visible_to_command`].
    VisibleToCommand,
}

/// What to allocate: the first attempt, then each retry.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Decision {
    /// Strictly rising multiples of the granularity (the limit may be none), in bytes; the last
    /// one is the limit.
    pub rungs_bytes: Vec<u64>,
    /// Why.
    pub reason: Reason,
}

/// What is wrong with an observation; nothing was learned from it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
pub enum ObservationError {
    /// A completed task used memory.
    #[error("a completed task reports a peak of 0 bytes: leave out tasks too short to measure")]
    NoPeak,
    /// More than any machine has.
    #[error("a peak of {0} bytes is beyond 2^60: is the unit bytes?")]
    PeakTooLarge(u64),
    /// Longer than any task runs.
    #[error("a run time of {0} ms is beyond 2^45: is the unit milliseconds?")]
    RunTimeTooLong(u64),
}

const LARGEST_PEAK_BYTES: u64 = 1 << 60;
const LONGEST_RUN_TIME_MS: u64 = 1 << 45;

/// What happened to the tasks of a type so far.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct TypeStatistics {
    /// Tasks that completed.
    pub completed: u64,
    /// Attempts killed for lack of memory.
    pub out_of_memory: u64,
    /// Attempts that failed for other reasons.
    pub failed: u64,
    /// Largest peak of a completed task, in bytes.
    pub largest_peak_bytes: u64,
    /// Largest allocation that was too small, in bytes.
    pub largest_exceeded_bytes: u64,
}

#[derive(Clone, Copy, Debug, Default, Serialize, Deserialize)]
struct TaskType {
    options: TypeOptions,
    statistics: TypeStatistics,
    /// Its number as the policy knows it.
    number: usize,
}

/// A policy with the limits it works in and the task types it has met.
///
/// Deterministic: the same calls give the same answers. The whole state is written and read with
/// serde; an engine read back answers as the one that was written.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Engine {
    settings: Settings,
    rule: Rule,
    types: BTreeMap<String, TaskType>,
}

impl Engine {
    /// An engine that has seen nothing. `rule` must have been made with the same settings.
    #[must_use]
    pub fn new(settings: Settings, rule: Rule) -> Self {
        Self { settings, rule, types: BTreeMap::new() }
    }

    /// Says what is special about a type. A type is a name such as the process, or the process
    /// and the machine type where machines differ.
    pub fn configure(&mut self, task_type: &str, options: TypeOptions) {
        self.of(task_type).options = options;
    }

    /// What is special about a type; nothing for a type never met.
    #[must_use]
    pub fn options(&self, task_type: &str) -> TypeOptions {
        self.types.get(task_type).map(|of| of.options).unwrap_or_default()
    }

    /// What happened to a type so far; nothing for a type never met.
    #[must_use]
    pub fn statistics(&self, task_type: &str) -> TypeStatistics {
        self.types.get(task_type).map(|of| of.statistics).unwrap_or_default()
    }

    /// The ladder for a task about to start. Input sizes that are no sizes count as unknown.
    pub fn predict(&mut self, task_type: &str, task: &Task) -> Decision {
        let TaskType { options, statistics, number } = *self.of(task_type);
        let task = cleaned(task);
        let settings = self.settings.limited(options.limit_bytes);
        let request = task.request_bytes.map(|bytes| bytes as f64);
        let (mut proposal, mut reason) = match options.memory_visible_to_command {
            true => (Vec::new(), Reason::VisibleToCommand),
            false => (self.rule.propose(number, &task), Reason::Learned),
        };
        if proposal.is_empty() {
            proposal.push(request.unwrap_or(settings.limit_bytes as f64));
            if reason == Reason::Learned && statistics.completed == 0 {
                reason = Reason::NoSamples;
            }
        }
        Decision { rungs_bytes: finished(&settings, &proposal), reason }
    }

    /// Learns from how an attempt ended.
    ///
    /// # Errors
    /// The observation cannot be true; nothing was learned.
    pub fn observe(
        &mut self,
        task_type: &str,
        task: &Task,
        outcome: Outcome,
    ) -> Result<(), ObservationError> {
        let task = cleaned(task);
        let (bytes, run_time_ms) = match outcome {
            Outcome::Completed { peak_bytes: 0, .. } => return Err(ObservationError::NoPeak),
            Outcome::Completed { peak_bytes, run_time_ms } => (peak_bytes, run_time_ms),
            Outcome::OutOfMemory { allocation_bytes, run_time_ms } => {
                (allocation_bytes, run_time_ms)
            }
            Outcome::Failed => (0, 0),
        };
        if bytes > LARGEST_PEAK_BYTES {
            return Err(ObservationError::PeakTooLarge(bytes));
        }
        if run_time_ms > LONGEST_RUN_TIME_MS {
            return Err(ObservationError::RunTimeTooLong(run_time_ms));
        }
        let of = self.of(task_type);
        let number = of.number;
        let statistics = &mut of.statistics;
        match outcome {
            Outcome::Completed { .. } => {
                statistics.completed += 1;
                statistics.largest_peak_bytes = statistics.largest_peak_bytes.max(bytes);
                // A run time below a millisecond still is one.
                let run_time_ms = run_time_ms.max(1) as f64;
                let sample = Sample { task, peak_bytes: bytes as f64, run_time_ms };
                self.rule.learn(number, &sample);
            }
            Outcome::OutOfMemory { .. } => {
                statistics.out_of_memory += 1;
                statistics.largest_exceeded_bytes = statistics.largest_exceeded_bytes.max(bytes);
                self.rule.exceeded(number, &task, bytes as f64);
            }
            Outcome::Failed => statistics.failed += 1,
        }
        Ok(())
    }

    fn of(&mut self, task_type: &str) -> &mut TaskType {
        let number = self.types.len();
        if !self.types.contains_key(task_type) {
            self.types.insert(task_type.to_owned(), TaskType { number, ..TaskType::default() });
        }
        self.types.get_mut(task_type).expect("inserted above")
    }
}

/// Without what cannot be true.
fn cleaned(task: &Task) -> Task {
    let possible = 0.0..=LARGEST_PEAK_BYTES as f64;
    Task {
        input_size_bytes: task.input_size_bytes.filter(|size| possible.contains(size)),
        request_bytes: task.request_bytes.filter(|&bytes| bytes > 0),
        label: task.label.clone(),
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::super::rule::RULES;
    use super::*;

    const MIB: u64 = 1 << 20;

    fn settings() -> Settings {
        Settings { limit_bytes: 64 << 30, ..Settings::default() }
    }

    fn engine(name: &str) -> Engine {
        Engine::new(settings(), Rule::named(name, &settings()).unwrap())
    }

    fn task(input: f64) -> Task {
        Task { input_size_bytes: Some(input), request_bytes: Some(8 << 30), label: None }
    }

    fn completed(peak_bytes: u64, run_time_ms: u64) -> Outcome {
        Outcome::Completed { peak_bytes, run_time_ms }
    }

    #[test]
    fn a_constant_task_wastes_less_than_a_step() {
        let margins = ["preset", "ponder", "kubernetes-vpa"];
        for (name, _) in RULES.iter().filter(|rule| !margins.contains(&rule.0)) {
            let mut engine = engine(name);
            for _ in 0..300 {
                engine.observe("t", &task(1e9), completed(3_000 * MIB, 60_000)).unwrap();
            }
            let first = engine.predict("t", &task(1e9)).rungs_bytes[0];
            assert!(first >= 3_000 * MIB, "{name}: {first}");
            // The margin of max-seen and the width of an expert are all that is left.
            assert!(first <= 3_000 * MIB + 46 * MIB, "{name}: {first}");
        }
    }

    #[test]
    fn a_line_is_learned() {
        let mut engine = engine("experts");
        for i in 0..200_u64 {
            let input = 1e8 * (1 + i * 7 % 40) as f64;
            let peak = (2.0 * input) as u64 + 500 * MIB;
            engine.observe("t", &task(input), completed(peak, 60_000)).unwrap();
        }
        let first = engine.predict("t", &task(3.05e9)).rungs_bytes[0] as f64;
        let peak = 6.1e9 + 500.0 * MIB as f64;
        assert!(first >= peak && first <= 1.03 * peak, "{first} for {peak}");
    }

    #[test]
    fn memory_visible_to_the_command_keeps_the_request() {
        let mut engine = engine("experts");
        engine.observe("t", &task(1.0), completed(MIB, 1_000)).unwrap();
        engine.configure("t", TypeOptions { memory_visible_to_command: true, limit_bytes: None });
        let decision = engine.predict("t", &task(1.0));
        assert_eq!(decision.reason, Reason::VisibleToCommand);
        assert_eq!(decision.rungs_bytes[0], 8 << 30);
    }

    #[test]
    fn what_cannot_be_true_is_refused() {
        let mut engine = engine("experts");
        let refused = [
            (completed(0, 5), ObservationError::NoPeak),
            (completed(1 << 63, 5), ObservationError::PeakTooLarge(1 << 63)),
            (completed(MIB, u64::MAX), ObservationError::RunTimeTooLong(u64::MAX)),
        ];
        for (outcome, error) in refused {
            assert_eq!(engine.observe("t", &task(1.0), outcome), Err(error));
        }
        assert_eq!(engine.statistics("t"), TypeStatistics::default());
        let nothing = Task::default();
        assert_eq!(engine.predict("t", &nothing).rungs_bytes, [64 << 30]);
        assert_eq!(engine.predict("t", &nothing).reason, Reason::NoSamples);
    }

    prop_compose! {
        /// Inputs, peaks and run times, plausible and not.
        fn events()(events in prop::collection::vec((
            prop_oneof![
                Just(None), Just(Some(f64::NAN)), Just(Some(-1.0)), Just(Some(f64::INFINITY)),
                Just(Some(0.0)), (0.0..1e12_f64).prop_map(Some), Just(Some(1e300)),
            ],
            prop_oneof![1_u64..40 << 30, Just(1), 1_u64 << 40..1 << 60],
            prop_oneof![0_u64..10_000_000, Just(1 << 45)],
        ), 1..60)) -> Vec<(Option<f64>, u64, u64)> { events }
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(64))]

        #[test]
        fn ladders_rise_within_the_limit_and_snapshots_change_nothing(
            events in events(),
            rule in 0..RULES.len(),
            cut in 0_usize..60,
        ) {
            let mut engine = engine(RULES[rule].0);
            for (index, &(input_size_bytes, peak_bytes, run_time_ms)) in events.iter().enumerate() {
                if index == cut {
                    let text = serde_json::to_string(&engine).unwrap();
                    let read: Engine = serde_json::from_str(&text).unwrap();
                    prop_assert_eq!(&text, &serde_json::to_string(&read).unwrap());
                    engine = read;
                }
                let task = Task { input_size_bytes, ..Task::default() };
                let mut twin = engine.clone();
                let rungs = engine.predict("t", &task).rungs_bytes;
                prop_assert_eq!(&rungs, &twin.predict("t", &task).rungs_bytes);
                prop_assert!(rungs.windows(2).all(|pair| pair[0] < pair[1]), "{:?}", rungs);
                prop_assert!(rungs.iter().all(|rung| rung % MIB == 0 && *rung > 0));
                prop_assert_eq!(*rungs.last().unwrap(), 64 << 30);
                let outcome = completed(peak_bytes, run_time_ms);
                prop_assert_eq!(engine.observe("t", &task, outcome), Ok(()));
            }
        }
    }
}
