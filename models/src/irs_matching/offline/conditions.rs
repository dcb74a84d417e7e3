//! When completion times are possible: demand against supply, for every set of jobs.
//!
//! Completion times `C` can be met iff for every set `J'` of jobs
//!
//! ```text
//! Σ_{j ∈ J'} D_j  <=  Σ_a λ_a · | ∪ { [r_j, C_j] : j ∈ J', a ∈ A_j } |
//! ```
//!
//! (max-flow min-cut on the transportation network of jobs and pairs of interval and mask). What
//! is looked for here are sets that violate it most. Inside a class (same masks, same release) a
//! job with an earlier completion time joins for free, so only prefixes of the classes matter:
//! they are enumerated where they are few, and otherwise one maximum flow finds one set. Where they
//! are not so few, nested sets inside unions of masks are tried first.

use super::normal::Normal;
use super::slot_flow::{Filling, SlotFlow};

/// A set of jobs that wants more than arrives.
#[derive(Clone, Debug)]
pub(super) struct Shortage {
    /// The set.
    pub(super) jobs: u128,
    /// By how much demand exceeds supply, in scaled amounts.
    pub(super) missing: f64,
}

/// Sets up to this many are enumerated.
const MOST_SETS: usize = 30_000;
/// Beyond this many sets, the nested ones are tried first.
const FEW_SETS: usize = 1_000;
/// The worst of the sets found are enough for one round of cuts.
const MOST_SHORTAGES: usize = 12;
/// Amounts in flows are multiples of this share of total demand.
const RESOLUTION: f64 = (1_u64 << 50) as f64;

/// Violated sets, the worst first; none when the completion times are possible up to `tolerance`.
/// Time O(sets · masks · classes), or one maximum flow.
pub(super) fn shortages(normal: &Normal, completions: &[f64], tolerance: f64) -> Vec<Shortage> {
    let sets: Option<usize> = normal
        .classes
        .iter()
        .try_fold(1_usize, |sets, class| sets.checked_mul(class.jobs.len() + 1))
        .filter(|sets| *sets <= MOST_SETS);
    let mut search = Prefixes::new(normal, completions, tolerance);
    if sets.is_none_or(|sets| sets > FEW_SETS) {
        search.nested();
    }
    if search.found.is_empty() {
        if sets.is_some() {
            search.extend(0, 0, 0.0);
        } else {
            search.found.extend(by_flow(normal, completions, tolerance));
        }
    }
    let mut found = search.found;
    found.sort_by(|a, b| b.missing.total_cmp(&a.missing));
    found.truncate(MOST_SHORTAGES);
    found
}

/// Enumerates the prefixes of all classes.
struct Prefixes<'a> {
    normal: &'a Normal,
    completions: &'a [f64],
    tolerance: f64,
    /// Jobs of each class by completion time.
    sorted: Vec<Vec<usize>>,
    /// Completion time of the last chosen job of each class.
    last: Vec<Option<f64>>,
    found: Vec<Shortage>,
}

impl<'a> Prefixes<'a> {
    fn new(normal: &'a Normal, completions: &'a [f64], tolerance: f64) -> Self {
        let sort = |jobs: &[usize]| {
            let mut jobs = jobs.to_vec();
            jobs.sort_by(|&a, &b| completions[a].total_cmp(&completions[b]));
            jobs
        };
        let sorted: Vec<_> = normal.classes.iter().map(|class| sort(&class.jobs)).collect();
        let last = vec![None; sorted.len()];
        Self { normal, completions, tolerance, sorted, last, found: Vec::new() }
    }

    fn extend(&mut self, class: usize, jobs: u128, demand: f64) {
        if class == self.sorted.len() {
            let missing = demand - self.supply();
            if missing > self.tolerance {
                self.found.push(Shortage { jobs, missing });
            }
            return;
        }
        self.last[class] = None;
        self.extend(class + 1, jobs, demand);
        let (mut jobs, mut demand) = (jobs, demand);
        for position in 0..self.sorted[class].len() {
            let job = self.sorted[class][position];
            jobs |= 1 << job;
            demand += self.normal.demands[job];
            self.last[class] = Some(self.completions[job]);
            self.extend(class + 1, jobs, demand);
        }
    }

    /// For every union of masks, the jobs inside it in the order of completion: a few sets, which
    /// are mostly the ones that matter.
    fn nested(&mut self) {
        for union in &self.normal.unions {
            let inside = |masks: &[usize]| masks.iter().all(|mask| union.contains(mask));
            let classes = self.normal.classes.iter().enumerate();
            let mut jobs: Vec<(usize, usize)> = classes
                .filter(|(_, class)| inside(&class.masks))
                .flat_map(|(position, class)| class.jobs.iter().map(move |&job| (position, job)))
                .collect();
            jobs.sort_by(|a, b| self.completions[a.1].total_cmp(&self.completions[b.1]));
            self.last.fill(None);
            let (mut set, mut demand) = (0_u128, 0.0);
            for (class, job) in jobs {
                set |= 1 << job;
                demand += self.normal.demands[job];
                self.last[class] = Some(self.completions[job]);
                let missing = demand - self.supply();
                if missing > self.tolerance {
                    self.found.push(Shortage { jobs: set, missing });
                }
            }
        }
    }

    /// What arrives for the chosen set. Classes are in the order of their releases.
    fn supply(&self) -> f64 {
        let mut supply = 0.0;
        for (mask, &rate) in self.normal.rates.iter().enumerate() {
            let (mut length, mut end) = (0.0, 0.0_f64);
            for (class, last) in self.normal.classes.iter().zip(&self.last) {
                if let Some(last) = last.filter(|_| class.masks.contains(&mask)) {
                    length += (last - end.max(class.release)).max(0.0);
                    end = end.max(last);
                }
            }
            supply += rate * length;
        }
        supply
    }
}

/// The worst set, by a minimum cut.
fn by_flow(normal: &Normal, completions: &[f64], tolerance: f64) -> Option<Shortage> {
    let mut times: Vec<f64> = normal.releases.iter().chain(completions).copied().collect();
    times.sort_by(f64::total_cmp);
    times.dedup();
    let amount = |share: f64| (share * RESOLUTION).round() as i64;
    let demands: Vec<i64> = normal.demands.iter().map(|&demand| amount(demand)).collect();
    let lengths = times.windows(2).map(|pair| pair[1] - pair[0]);
    let supply = |length: f64| normal.rates.iter().map(|rate| amount(rate * length)).collect();
    let supplies: Vec<Vec<i64>> = lengths.map(supply).collect();
    let masks: Vec<&[usize]> = normal.masks.iter().map(Vec::as_slice).collect();
    let position = |time: f64| times.partition_point(|&other| other < time);
    let ends = normal.releases.iter().zip(completions);
    let slots: Vec<_> = ends.map(|(&start, &end)| position(start)..position(end)).collect();
    let flow = SlotFlow { demands: &demands, masks: &masks, slots: &slots, supplies: &supplies };
    let Ok(Filling::Short(jobs)) = flow.fill() else { return None };
    let mut supply = 0.0;
    for (mask, rate) in normal.rates.iter().enumerate() {
        let mut open: Vec<(f64, f64)> = jobs
            .iter()
            .filter(|&&job| normal.masks[job].contains(&mask))
            .map(|&job| (normal.releases[job], completions[job]))
            .collect();
        open.sort_by(|a, b| a.0.total_cmp(&b.0));
        let mut reached = 0.0_f64;
        for (start, end) in open {
            supply += rate * (end - reached.max(start)).max(0.0);
            reached = reached.max(end);
        }
    }
    let missing = jobs.iter().map(|&job| normal.demands[job]).sum::<f64>() - supply;
    let jobs = jobs.iter().fold(0, |set, job| set | 1 << job);
    (missing > tolerance).then_some(Shortage { jobs, missing })
}
