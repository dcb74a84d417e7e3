//! Simulated annealing: when to accept a change that makes things worse.
//!
//! **Idea.** A change that costs `d` is accepted with probability `exp(−d / T)`; the temperature `T`
//! falls geometrically. Drawn the other way round, a limit `−T ln u` with `u` uniform is drawn first,
//! and a change is accepted if it costs at most that: whoever prices a change may then stop early.
//!
//! Reference: S. Kirkpatrick, C. D. Gelatt, M. P. Vecchi, *Optimization by simulated annealing*,
//! Science 220 (1983); limits drawn beforehand: J. Pepper, B. Golden, E. Wasil, *Solving the
//! traveling salesman problem with annealing-based heuristics*, IEEE Trans. SMC-A 32 (2002).
//! O(1) per limit. Guarantee: none.

use rand::RngExt;
use rand_xoshiro::Xoshiro256PlusPlus;

use crate::budget::Budget;

/// Binary logarithm of the number of limits that are told apart.
const LIMITS_LOG: u32 = 12;

/// Limits for the cost of changes.
#[derive(Clone, Debug)]
pub struct Limits {
    /// `−ln u` for `u` in the middle of equal parts of `(0, 1)`.
    drops: Vec<f64>,
}

impl Default for Limits {
    fn default() -> Self {
        let parts = f64::from(1 << LIMITS_LOG);
        let middle = |part: u32| (f64::from(part) + 0.5) / parts;
        Self { drops: (0..1 << LIMITS_LOG).map(|part| -middle(part).ln()).collect() }
    }
}

impl Limits {
    /// What a change may cost at this temperature, now.
    pub fn draw(&self, temperature: f64, random: &mut Xoshiro256PlusPlus) -> i64 {
        let part: u64 = random.random();
        (temperature * self.drops[(part >> (64 - LIMITS_LOG)) as usize]) as i64
    }
}

/// A temperature that falls geometrically while a budget is spent.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Cooling {
    /// Temperature at the beginning.
    pub first: f64,
    /// Temperature at the end.
    pub last: f64,
}

impl Cooling {
    /// The temperature once the part `progress` of all is done, 0 to 1.
    ///
    /// ```
    /// use placewright_solver::search::annealing::Cooling;
    /// let cooling = Cooling { first: 100.0, last: 1.0 };
    /// assert_eq!(cooling.at(0.5).round(), 10.0);
    /// ```
    #[must_use]
    pub fn at(self, progress: f64) -> f64 {
        self.first * (self.last / self.first).powf(progress.clamp(0.0, 1.0))
    }
}

/// How much of a part of a budget is spent: by work or by time, whichever is ahead.
#[derive(Clone, Copy, Debug)]
pub struct Progress<'a> {
    budget: &'a Budget,
    /// Work units that may be spent, and those that were before.
    work: Option<(u64, u64)>,
    /// Time that may be spent, and what was left when it began, in s.
    time_s: Option<(f64, f64)>,
}

impl<'a> Progress<'a> {
    /// Measures a run that begins now and may spend the share `part` of what is left, or `unlimited`
    /// work units where nothing is limited.
    #[must_use]
    pub fn of(budget: &'a Budget, part: f64, unlimited: u64) -> Self {
        let left_s = budget.time_left().map(|left| left.as_secs_f64());
        let work = budget.work_left().map(|left| (left as f64 * part) as u64);
        let work = work.or_else(|| left_s.is_none().then_some(unlimited));
        Self {
            budget,
            work: work.map(|work| (work.max(1), budget.work())),
            time_s: left_s.map(|left_s| (left_s * part, left_s)),
        }
    }

    /// The part that is done; 1 and more once it is over.
    #[must_use]
    pub fn done(&self) -> f64 {
        let by_work = self
            .work
            .map_or(0.0, |(work, before)| (self.budget.work() - before) as f64 / work as f64);
        let by_time = self.time_s.map_or(0.0, |(time_s, left_s)| {
            let now_s = self.budget.time_left().map_or(0.0, |left| left.as_secs_f64());
            (left_s - now_s) / time_s.max(1e-9)
        });
        by_work.max(by_time)
    }

    /// Whether a run that nothing limits has done its share; where there are limits, the budget says
    /// when to stop.
    #[must_use]
    pub fn is_over(&self) -> bool {
        self.budget.work_left().is_none() && self.budget.time_left().is_none() && self.done() >= 1.0
    }
}
