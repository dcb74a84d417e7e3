//! What is known about the order in which jobs complete.

use super::fluid::{Fluid, FluidJob};

/// The exact methods number jobs in the bits of a word.
pub const MOST_JOBS: usize = 128;

/// A partial order of completions, closed under transitivity. `i` before `j` means `C_i <= C_j`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Precedence {
    /// Per job the set of jobs that complete no later.
    before: Vec<u128>,
}

/// The jobs of a set, ascending.
pub(super) fn members(mut set: u128) -> impl Iterator<Item = usize> {
    std::iter::from_fn(move || {
        let job = set.trailing_zeros() as usize;
        (job < MOST_JOBS).then(|| {
            set &= set - 1;
            job
        })
    })
}

impl Precedence {
    /// Nothing is known about `jobs` jobs, at most [`MOST_JOBS`].
    pub(super) fn none(jobs: usize) -> Self {
        Self { before: vec![0; jobs] }
    }

    /// Everything is known.
    pub(super) fn total(order: &[usize]) -> Self {
        let mut before = vec![0; order.len()];
        let mut seen = 0;
        for &job in order {
            before[job] = seen;
            seen |= 1 << job;
        }
        Self { before }
    }

    /// What an exchange argument settles, and the pairs that say it.
    ///
    /// Let `i` and `j` have the same masks and release, `D_i <= D_j` and `w_i >= w_j`. If `j`
    /// completes before `i`, give what both receive to `i` first and then to `j`: `i` completes no
    /// later than `j` did, `j` when `i` did, and since `w_i >= w_j` the sum does not grow. With
    /// equal weights this is the rule "smallest demand first" inside a group; where the heavier
    /// job is also the larger one, nothing is settled and both orders must be looked at. Ties are
    /// settled by number.
    pub(super) fn by_exchange(fluid: &Fluid) -> (Self, Vec<(usize, usize)>) {
        let mut precedence = Self::none(fluid.jobs.len());
        let mut pairs = Vec::new();
        for (later, b) in fluid.jobs.iter().enumerate() {
            for (earlier, a) in fluid.jobs.iter().enumerate() {
                if agree(a, b) && (!agree(b, a) || earlier < later) {
                    precedence.before[later] |= 1 << earlier;
                    pairs.push((earlier, later));
                }
            }
        }
        (precedence, pairs)
    }

    /// Whether every pair is settled.
    pub(super) fn is_total(&self) -> bool {
        let settled: u32 = self.before.iter().map(|set| set.count_ones()).sum();
        settled as usize == self.before.len() * self.before.len().saturating_sub(1) / 2
    }

    /// The jobs that complete no later than `job`, without itself.
    pub(super) fn before(&self, job: usize) -> u128 {
        self.before[job]
    }

    /// Whether `earlier` is known to complete no later than `later`.
    pub(super) fn holds(&self, earlier: usize, later: usize) -> bool {
        self.before[later] & (1 << earlier) != 0
    }

    /// Learns that `earlier` completes no later than `later`; they must not be known to be in the
    /// other order. Time O(jobs).
    pub(super) fn learn(&mut self, earlier: usize, later: usize) {
        let gained = self.before[earlier] | 1 << earlier;
        for job in 0..self.before.len() {
            if job == later || self.holds(later, job) {
                self.before[job] |= gained;
            }
        }
    }

    /// Those of a set that no other of the set is known to follow.
    pub(super) fn last_of(&self, set: u128) -> u128 {
        members(set).fold(set, |last, job| last & !self.before[job])
    }
}

/// Whether the first job may go first by the exchange argument.
fn agree(a: &FluidJob, b: &FluidJob) -> bool {
    a.masks == b.masks
        && a.release_ms == b.release_ms
        && a.demand_micro <= b.demand_micro
        && a.weight >= b.weight
}
