//! The policy `experts`.

use std::collections::VecDeque;

use serde::{Deserialize, Serialize};

use super::ledger::{EXPERTS, Ledger};
use super::outlooks::{OUTLOOKS, Outlook, Scope, outlooks};
use super::past::Past;
use super::shapes::{self, Fit, Known, SHAPES, Window};
use super::trial::Trial;

use crate::memory_sizing::online::policy::{Proposal, TypePolicy};
use crate::memory_sizing::online::ratio_ladder::{Density, Ratio, Workspace, cheapest};
use crate::memory_sizing::online::settings::Settings;
use crate::memory_sizing::online::task::{Sample, Task};
use crate::memory_sizing::replay::charge::charge;

/// What a failure costs at least while nothing is learned, in multiples of what the task uses: a rung
/// that turns out to be too low stays where it is.
const UNLEARNED_PRICE: f64 = 1.0;
/// A rung this close to the next one is not worth an attempt.
const CLOSE: f64 = 1.005;
/// What follows the last rung of a ladder, as multiples of it; then come doublings.
const TAIL: [f64; 4] = [1.1, 1.3, 1.7, 2.5];
/// Doublings beyond the tail when an expert is charged.
const DOUBLINGS: i32 = 20;
/// Attempts of unfinished tasks kept in mind.
const EXCEEDED: usize = 64;
/// A tail is the steeper, the fewer tasks there were: every step of it is taken
/// `1 + STEEPNESS / (tasks + 1)` times.
const STEEPNESS: f64 = 5.0;
/// How many experts the next task follows.
const LEADERS: usize = 4;
/// An expert with `c` times the least score has a share of `c^-SHARPNESS`.
const SHARPNESS: i32 = 6;
/// The policy `experts`.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Experts {
    pub(super) settings: Settings,
    pub(super) window: Window,
    pub(super) fit: Fit,
    /// Per shape, what past tasks used over it as told by the others.
    pub(super) pasts: Vec<Past>,
    /// The same as told by all, for shapes where an outlook is that of hindsight.
    pub(super) hindsights: Vec<Option<Past>>,
    /// Per expert, its width; none for those that look at similar inputs.
    pub(super) widths: Vec<f64>,
    /// Per expert, rungs as multiples of its shape; none for those that look at similar inputs.
    pub(super) ladders: Vec<Vec<f64>>,
    /// What the experts cost, each task after those before it had been learned from.
    pub(super) ledger: Ledger,
    /// The same for the second half of an earlier run after its first half alone. It counts until
    /// a task of this run has been learned from.
    pub(super) trial: Option<Trial>,
    /// Tasks since the ladders were computed.
    pub(super) stale: usize,
    /// Attempts that were too small, of tasks that have not completed since.
    pub(super) exceeded: VecDeque<Exceeded>,
    /// Whether the ladders know of such attempts, and whether of those above.
    pub(super) ladders_know: bool,
    pub(super) ladders_know_all: bool,
}

/// A task whose peak is above an allocation.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(super) struct Exceeded {
    pub(super) task: Task,
    pub(super) allocation_bytes: f64,
}

impl Experts {
    /// Nothing seen yet.
    #[must_use]
    pub fn new(settings: &Settings) -> Self {
        Self {
            settings: *settings,
            window: Window::default(),
            fit: Fit::default(),
            pasts: Vec::new(),
            hindsights: Vec::new(),
            widths: Vec::new(),
            ladders: Vec::new(),
            ledger: Ledger::default(),
            trial: None,
            stale: 0,
            exceeded: VecDeque::new(),
            ladders_know: false,
            ladders_know_all: true,
        }
    }

    /// The experts that cost least on tasks like this one, with their shares, the best one first.
    fn leaders(ledger: &Ledger, ln_input: f64) -> [(usize, f64); LEADERS] {
        let scores = ledger.scores(ln_input);
        let mut order: [usize; EXPERTS] = std::array::from_fn(|expert| expert);
        // By number where costs are the same, as before anything is known.
        let by_score = |a: &usize, b: &usize| scores[*a].total_cmp(&scores[*b]).then(a.cmp(b));
        order.select_nth_unstable_by(LEADERS - 1, by_score);
        let leaders = &mut order[..LEADERS];
        leaders.sort_unstable_by(by_score);
        // A score of nothing at all counts as that of a byte.
        let least = scores[leaders[0]].max(1.0);
        std::array::from_fn(|rank| {
            let ratio = least / scores[order[rank]].max(1.0);
            (order[rank], ratio.powi(SHARPNESS))
        })
    }

    /// The past of a shape as an outlook sees it, apart from tasks with a similar input.
    pub(super) fn all(&self, shape: usize, scope: Scope) -> &[Ratio] {
        let in_hindsight = self.hindsights[shape].as_ref().filter(|_| scope == Scope::Hindsight);
        in_hindsight.unwrap_or(&self.pasts[shape]).all()
    }

    /// What an expert thinks of the next task. `near` are the tasks with an input like it.
    fn density<'a>(
        &'a self,
        expert: usize,
        near: &'a [Ratio],
        value: f64,
        share: f64,
    ) -> Density<'a> {
        let Outlook { scope, width } = outlook(expert);
        if scope == Scope::Near {
            return Density { ascending: near, width: width.relative(near), value, share };
        }
        let ascending = self.all(expert / OUTLOOKS, scope);
        Density { ascending, width: self.widths[expert], value, share }
    }

    /// The cheapest ladder for what some experts think, with its tail.
    fn mixture(&self, known: Known, experts: &[(usize, f64)]) -> Proposal {
        let reach = self.pasts[0].reach(known.ln_input);
        let near = |&(expert, _): &(usize, f64)| match outlook(expert).scope {
            Scope::All | Scope::Hindsight => Vec::new(),
            Scope::Near => self.pasts[expert / OUTLOOKS].near(known.ln_input, reach),
        };
        let nears: Vec<Vec<Ratio>> = experts.iter().map(near).collect();
        let mut densities = Vec::with_capacity(experts.len());
        for (&(expert, share), near) in experts.iter().zip(&nears) {
            let value = self.fit.value(&self.window, SHAPES[expert / OUTLOOKS], known, None);
            densities.push(self.density(expert, near, value, share));
        }
        let mut settings = self.settings;
        if self.trial.is_some() {
            settings.failure_price_usages = settings.failure_price_usages.max(UNLEARNED_PRICE);
        }
        let mut ladder = cheapest(&settings, &densities, &mut Workspace::default());
        leave_out_close_ones(&mut ladder);
        self.rungs(&ladder, 1.0).collect()
    }

    /// A ladder with its tail, for a shape's value.
    fn rungs(&self, ladder: &[f64], value: f64) -> impl Iterator<Item = f64> {
        let last = ladder.last().copied().unwrap_or(1.0);
        let stretch = 1.0 + STEEPNESS / (self.ledger.count() + 1.0);
        let tail = TAIL.iter().map(move |factor| last * factor.powf(stretch));
        ladder.iter().copied().chain(tail).map(move |ratio| ratio * value)
    }

    /// What every expert would have cost, had it been followed alone.
    fn costs(&self, sample: &Sample, known: Known) -> [f64; EXPERTS] {
        let mut workspace = Workspace::default();
        let mut costs = [0.0; EXPERTS];
        let reach = self.pasts[0].reach(known.ln_input);
        for (index, shape) in SHAPES.into_iter().enumerate() {
            let value = self.fit.value(&self.window, shape, known, None);
            let near = self.pasts[index].near(known.ln_input, reach);
            let experts = OUTLOOKS * index..OUTLOOKS * (index + 1);
            for expert in experts {
                let rungs = |ladder: &[f64]| self.rungs(ladder, value).collect::<Proposal>();
                let rungs = match outlook(expert).scope {
                    Scope::All | Scope::Hindsight => rungs(&self.ladders[expert]),
                    Scope::Near => {
                        let density = self.density(expert, &near, 1.0, 1.0);
                        rungs(&cheapest(&self.settings, &[density], &mut workspace))
                    }
                };
                costs[expert] = self.cost(rungs, sample);
            }
        }
        costs
    }

    /// What a ladder would have cost, in byte·ms per millisecond of run time.
    fn cost(&self, rungs: Proposal, sample: &Sample) -> f64 {
        let price = self.settings.failure_price(sample.peak_bytes, sample.run_time_ms);
        let last = rungs.last().copied().unwrap_or(0.0);
        let doubled = (1..=DOUBLINGS).map(|power| last * 2.0_f64.powi(power));
        let rungs = rungs.into_iter().chain(doubled);
        let charge = charge(&self.settings, rungs, sample.peak_bytes, sample.run_time_ms);
        (charge.waste_byte_ms + f64::from(charge.failures) * price) / sample.run_time_ms
    }
}

/// Leaves out rungs with another just above them.
fn leave_out_close_ones(ladder: &mut Vec<f64>) {
    let mut above = f64::INFINITY;
    for index in (0..ladder.len()).rev() {
        if ladder[index] * CLOSE > above {
            ladder.remove(index);
        } else {
            above = ladder[index];
        }
    }
}

fn outlook(expert: usize) -> Outlook {
    outlooks(SHAPES[expert / OUTLOOKS])[expert % OUTLOOKS]
}

impl TypePolicy for Experts {
    fn propose(&mut self, task: &Task) -> Proposal {
        if self.ladders.is_empty() {
            return Vec::new();
        }
        if !self.ladders_know_all {
            self.refit();
        }
        let words = shapes::words_of(task);
        let known = shapes::known(task, &words);
        match &self.trial {
            None => self.mixture(known, &Self::leaders(&self.ledger, known.ln_input)),
            Some(trial) => {
                let leaders = Self::leaders(&trial.ledger, known.ln_input);
                self.mixture(known, &leaders[..if trial.one_is_enough() { 1 } else { LEADERS }])
            }
        }
    }

    fn recall(&mut self, history: &[Sample]) {
        let (first, second) = history.split_at(history.len() / 2);
        first.iter().for_each(|sample| self.learn(sample));
        let mut trial = Trial::default();
        if !self.ladders.is_empty() {
            for sample in second {
                let words = shapes::words_of(&sample.task);
                let known = shapes::known(&sample.task, &words);
                let leaders = Self::leaders(&trial.ledger, known.ln_input);
                let cost = |leaders| self.cost(self.mixture(known, leaders), sample);
                trial.compare(cost(&leaders[..1]), cost(&leaders));
                trial.ledger.add(known.ln_input, self.costs(sample, known));
            }
        }
        second.iter().for_each(|sample| self.learn(sample));
        self.trial = Some(trial).filter(Trial::is_telling);
    }

    fn exceeded(&mut self, task: &Task, allocation_bytes: f64) {
        self.exceeded.retain(|exceeded| exceeded.task != *task);
        if self.exceeded.len() == EXCEEDED {
            self.exceeded.pop_front();
        }
        self.exceeded.push_back(Exceeded { task: task.clone(), allocation_bytes });
        self.ladders_know_all = false;
    }

    fn learn(&mut self, sample: &Sample) {
        self.trial = None;
        let attempts = self.exceeded.len();
        self.exceeded.retain(|exceeded| exceeded.task != sample.task);
        if self.ladders_know && self.exceeded.len() < attempts {
            // No expert is charged by what this task's own attempts have told.
            self.refit();
        }
        let words = shapes::words_of(&sample.task);
        if !self.ladders.is_empty() {
            let known = shapes::known(&sample.task, &words);
            self.ledger.add(known.ln_input, self.costs(sample, known));
        }
        self.window.add(sample, words);
        self.fit.refresh(&self.window);
        self.stale += 1;
        if self.exceeded.is_empty() {
            self.ladders_know_all = true;
        }
        if self.ladders_know || self.stale * 64 >= self.window.points().len() {
            self.refit();
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const MIB: f64 = 1_048_576.0;

    #[test]
    fn rungs_just_below_others_are_left_out() {
        let mut ladder = vec![100.0, 100.3, 100.6, 110.0, 110.4];
        leave_out_close_ones(&mut ladder);
        assert_eq!(ladder, [100.0, 100.6, 110.4]);
    }

    fn task(input: f64) -> Task {
        Task { input_size_bytes: Some(input), ..Task::default() }
    }

    fn learned(tasks: usize) -> Experts {
        let mut experts = Experts::new(&Settings::default());
        for number in 0..tasks {
            let peak_bytes = (100.0 + (number % 3) as f64) * MIB;
            experts.learn(&Sample { task: task(number as f64), peak_bytes, run_time_ms: 1e4 });
        }
        experts
    }

    #[test]
    fn attempts_under_way_that_were_too_small_raise_the_first_rung() {
        let mut experts = learned(6);
        let before = experts.propose(&task(50.0))[0];
        for number in 0..12 {
            experts.exceeded(&task(100.0 + f64::from(number)), 150.0 * MIB);
        }
        let after = experts.propose(&task(50.0))[0];
        assert!(before < 110.0 * MIB && after > 150.0 * MIB, "{before} {after}");
    }

    #[test]
    fn a_completed_task_is_what_it_is_whatever_its_attempts_were() {
        let (mut plain, mut failing) = (learned(20), learned(20));
        let sample = Sample { task: task(7.5), peak_bytes: 300.0 * MIB, run_time_ms: 1e4 };
        failing.exceeded(&sample.task, 110.0 * MIB);
        failing.exceeded(&sample.task, 140.0 * MIB);
        assert_ne!(failing.propose(&task(7.5)), plain.propose(&task(7.5)));
        plain.learn(&sample);
        failing.learn(&sample);
        plain.refit();
        assert_eq!(failing.propose(&task(8.0)), plain.propose(&task(8.0)));
    }

    #[test]
    fn a_run_after_which_nothing_is_learned_is_sized_with_care() {
        // To give all of them the room of every seventh is dearer than its failures, but not if those
        // count twice.
        let sample = |number: usize| Sample {
            task: task(1e9),
            peak_bytes: if number.is_multiple_of(7) { 130.0 } else { 100.0 } * MIB,
            run_time_ms: 1e4,
        };
        let history: Vec<Sample> = (0..60).map(sample).collect();
        let mut experts = Experts::new(&Settings::default());
        experts.recall(&history);
        assert!(experts.trial.is_some());
        let careful = experts.propose(&task(1e9))[0];
        experts.trial = None;
        let usual = experts.propose(&task(1e9))[0];
        assert!(usual < 102.0 * MIB && careful > 129.0 * MIB, "{careful} {usual}");
    }

    #[test]
    fn labels_tell_groups_apart() {
        let mut experts = Experts::new(&Settings::default());
        let of = |number: usize| Task {
            label: Some(format!(
                "{}_{number}",
                if number.is_multiple_of(2) { "tumor" } else { "normal" }
            )),
            ..Task::default()
        };
        for number in 0..60 {
            let peak_bytes = if number % 2 == 0 { 800.0 } else { 100.0 } * MIB;
            experts.learn(&Sample { task: of(number), peak_bytes, run_time_ms: 1e4 });
        }
        assert!(experts.propose(&of(61))[0] < 200.0 * MIB);
        assert!(experts.propose(&of(62))[0] > 800.0 * MIB);
    }
}
