//! Goes through recordings in their order: every task is sized by what is known, then learned.

use std::collections::BTreeMap;

use placewright_models::memory_sizing::online::engine::{Engine, Reason};
use placewright_models::memory_sizing::online::finish::finished;
use placewright_models::memory_sizing::online::settings::Settings;
use placewright_models::memory_sizing::online::task::{Outcome, Task};
use placewright_models::memory_sizing::replay::charge::charge;

use super::options::LearnOptions;
use super::overrides::Overrides;
use super::state::{InputSize, State};
use super::tally::Tally;
use crate::memory_sizing::import::collect::Execution;
use crate::memory_sizing::import::superseded::Superseded;

/// How an engine's ladder becomes a list of attempts.
#[derive(Clone, Debug)]
pub(super) struct Rules {
    pub(super) limit_bytes: u64,
    max_attempts: usize,
    pub(super) min_samples: u64,
    input: InputSize,
}

impl Rules {
    /// The limit that was chosen, or the largest request or need so far in whole GiB and in the
    /// granularity.
    pub(super) fn new(options: &LearnOptions, state: &State, executions: &[Execution]) -> Self {
        let mut largest_bytes = 1;
        for execution in executions {
            let needed_bytes = execution.peak_bytes + u64::from(execution.censored);
            largest_bytes =
                largest_bytes.max(needed_bytes).max(execution.request_bytes.unwrap_or(0));
        }
        for (name, of_type) in &state.types {
            let statistics = state.constant.statistics(name);
            largest_bytes = largest_bytes
                .max(statistics.largest_peak_bytes)
                .max(statistics.largest_exceeded_bytes + 1)
                .max(of_type.largest_request_bytes);
        }
        let granularity_bytes = state.settings.granularity_bytes;
        let chosen = options.node_limit_mib.map(|mib| mib << 20);
        let whole_gib = || largest_bytes.next_multiple_of(1 << 30);
        Self {
            limit_bytes: chosen
                .unwrap_or_else(|| whole_gib().next_multiple_of(granularity_bytes))
                .min(state.settings.limit_bytes),
            max_attempts: options.max_attempts,
            min_samples: options.min_samples,
            input: options.input,
        }
    }

    /// The attempts for a task, in bytes; `None` where there is nothing to size it by. Types with
    /// few samples get their request.
    pub(super) fn attempts(
        &self,
        engine: &mut Engine,
        settings: &Settings,
        task_type: &str,
        task: &Task,
    ) -> Option<Vec<u64>> {
        let few = engine.statistics(task_type).completed < self.min_samples;
        let decision = engine.predict(task_type, task);
        if decision.reason == Reason::Learned && !few {
            return Some(self.shortened(&decision.rungs_bytes));
        }
        let request_bytes = task.request_bytes? as f64;
        let settings = settings.limited(engine.options(task_type).limit_bytes);
        Some(self.shortened(&finished(&settings, &[request_bytes])))
    }

    /// The first rungs of a ladder, and the limit as the last attempt.
    fn shortened(&self, rungs_bytes: &[u64]) -> Vec<u64> {
        let limit_bytes = rungs_bytes.last().map_or(self.limit_bytes, |&b| b.min(self.limit_bytes));
        let below = rungs_bytes.iter().copied().take_while(|&bytes| bytes < limit_bytes);
        below.take(self.max_attempts - 1).chain([limit_bytes]).collect()
    }
}

/// Sizes every task by what is known before it, then learns from it.
pub(super) fn run(
    state: &mut State,
    executions: &[Execution],
    rules: &Rules,
    overrides: &Overrides,
) -> BTreeMap<String, Tally> {
    let mut tallies: BTreeMap<String, Tally> = BTreeMap::new();
    for known in state.types.keys().cloned().collect::<Vec<_>>() {
        if let Some(given) = overrides.of(&known) {
            state.apply(&known, given);
        }
    }
    for execution in executions {
        let name = execution.task_type.as_str();
        if !state.types.contains_key(name) {
            state.types.insert(name.to_owned(), Default::default());
            if let Some(given) = overrides.of(name) {
                state.apply(name, given);
            }
        }
        let tally = tallies.entry(name.to_owned()).or_default();
        step(state, execution, rules, tally);
    }
    tallies
}

fn step(state: &mut State, execution: &Execution, rules: &Rules, tally: &mut Tally) {
    let State { settings, constant, by_size, types, input, .. } = state;
    let name = execution.task_type.as_str();
    let of_type = types.entry(name.to_owned()).or_default();
    // Settings are written for all tasks of a type, whatever they are called.
    let task = Task { label: None, ..execution.task() };
    let task = Task { request_bytes: of_type.given_request_bytes.or(task.request_bytes), ..task };
    let without_size = Task { input_size_bytes: None, ..task.clone() };
    if let Some(request_bytes) = task.request_bytes {
        of_type.largest_request_bytes = of_type.largest_request_bytes.max(request_bytes);
        tally.see_request(request_bytes);
    }
    if let Some(size_bytes) = execution.input_size_bytes {
        of_type.remember(size_bytes);
        by_size.get_or_insert_with(|| constant.clone());
        if rules.input == InputSize::Afterwards {
            *input = InputSize::Afterwards;
        }
    }
    let (peak_bytes, run_time_ms) = (execution.peak_bytes, execution.run_time_ms);
    let outcome = if execution.censored {
        tally.out_of_memory += 1;
        if execution.superseded == Some(Superseded::ByCompletion) {
            tally.completed_later += 1;
            tally.requests_waste_byte_ms += peak_bytes as f64 * run_time_ms as f64;
        }
        Outcome::OutOfMemory { allocation_bytes: peak_bytes, run_time_ms }
    } else {
        tally.completed += 1;
        let flat = rules.attempts(constant, settings, name, &without_size);
        let sized = by_size.as_mut().and_then(|by| rules.attempts(by, settings, name, &task));
        if let Some(flat) = flat {
            tally.judge(peak_bytes, task.request_bytes, run_time_ms);
            let cost = |attempts: &[u64]| {
                let sizes = attempts.iter().map(|&bytes| bytes as f64);
                charge(settings, sizes, peak_bytes as f64, run_time_ms as f64)
            };
            tally.constant.add(&cost(&flat));
            tally.by_size.add(&cost(&sized.unwrap_or(flat)));
        }
        Outcome::Completed { peak_bytes, run_time_ms }
    };
    // Importers let nothing through that the engine refuses; it would be left out.
    let _learned = constant.observe(name, &without_size, outcome);
    if let Some(by_size) = by_size {
        let _learned = by_size.observe(name, &task, outcome);
    }
}

/// Failures for other reasons teach nothing, but are counted.
pub(super) fn count_failures(state: &mut State, failed: &BTreeMap<String, u64>) {
    for (name, &count) in failed.iter().filter(|(name, _)| state.types.contains_key(*name)) {
        for engine in [Some(&mut state.constant), state.by_size.as_mut()].into_iter().flatten() {
            for _ in 0..count {
                let _counted = engine.observe(name, &Task::default(), Outcome::Failed);
            }
        }
    }
}
