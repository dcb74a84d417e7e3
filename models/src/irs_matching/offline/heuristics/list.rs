//! List scheduling of a fluid in exact integers.
//!
//! Between two events every mask gives all it has to the first job of its list; what that job does
//! not need in the interval in which it completes goes to the next one. Intervals end at whole
//! milliseconds, the first at which some served job can be complete, or at a release.
//!
//! **Complexity.** O(events · masks · jobs) with at most two events per job. **Guarantee.** The
//! schedule is feasible; its cost may exceed the optimum by any factor the list deserves.

use crate::irs_matching::offline::fluid::{Amount, Fluid, FluidInterval, FluidSchedule};

/// What a policy sees at an event.
#[derive(Clone, Copy, Debug)]
pub struct Situation<'a> {
    /// The instance.
    pub fluid: &'a Fluid,
    /// What each job still wants, in millionths of a device.
    pub remaining_micro: &'a [u64],
    /// Jobs that are released and not complete, ascending.
    pub active: &'a [usize],
    /// Whether a job was released since the last event.
    pub released: bool,
}

/// Who is served first.
pub trait ListPolicy {
    /// For every mask the active jobs that it serves, most urgent first. Jobs that may not use the
    /// mask are passed over.
    fn lists(&mut self, situation: Situation<'_>) -> Vec<Vec<usize>>;
}

/// The same order for all masks, at all times.
#[derive(Clone, Debug)]
pub struct StaticOrder(pub Vec<usize>);

impl ListPolicy for StaticOrder {
    fn lists(&mut self, situation: Situation<'_>) -> Vec<Vec<usize>> {
        vec![self.0.clone(); situation.fluid.rates_micro_per_s.len()]
    }
}

/// Runs a policy on a validated fluid until all jobs are complete. A policy that serves nobody
/// although it could is helped out: unserved masks go to active jobs in their order.
pub fn list_schedule(fluid: &Fluid, policy: &mut dyn ListPolicy) -> FluidSchedule {
    let mut remaining: Vec<u64> = fluid.jobs.iter().map(|job| job.demand_micro).collect();
    let mut schedule = FluidSchedule::default();
    let mut clock = 0;
    let mut known = 0;
    loop {
        let open = || (0..remaining.len()).filter(|&job| remaining[job] > 0);
        let active: Vec<usize> = open().filter(|&j| fluid.jobs[j].release_ms <= clock).collect();
        let waiting = open().map(|job| fluid.jobs[job].release_ms);
        let next_release = waiting.filter(|&release| release > clock).min();
        if active.is_empty() {
            match next_release {
                Some(release) => clock = release,
                None => return schedule,
            }
            continue;
        }
        let arrived = fluid.jobs.iter().filter(|job| job.release_ms <= clock).count();
        let released = arrived > known;
        known = arrived;
        let situation = Situation { fluid, remaining_micro: &remaining, active: &active, released };
        let lists = usable_lists(fluid, &active, policy.lists(situation));
        let length = next_length(fluid, &remaining, &lists);
        let end = next_release.map_or(clock + length, |release| release.min(clock + length));
        let amounts = hand_out(fluid, &mut remaining, &lists, end - clock);
        schedule.intervals.push(FluidInterval { start_ms: clock, end_ms: end, amounts });
        clock = end;
    }
}

/// The active jobs on each mask's list that may use it; if nobody at all is served, every mask
/// serves whom it can.
fn usable_lists(fluid: &Fluid, active: &[usize], lists: Vec<Vec<usize>>) -> Vec<Vec<usize>> {
    let may = |mask: usize, job: &usize| {
        active.binary_search(job).is_ok()
            && fluid.jobs[*job].masks.binary_search(&mask).is_ok()
            && fluid.rates_micro_per_s[mask] > 0
    };
    let usable: Vec<Vec<usize>> = lists
        .into_iter()
        .enumerate()
        .map(|(mask, list)| list.into_iter().filter(|job| may(mask, job)).collect())
        .collect();
    if usable.iter().any(|list| !list.is_empty()) {
        return usable;
    }
    let anyone = |mask: usize| active.iter().copied().filter(|job| may(mask, job)).collect();
    (0..fluid.rates_micro_per_s.len()).map(anyone).collect()
}

/// Milliseconds until the first of the jobs at the heads of the lists is complete for certain.
fn next_length(fluid: &Fluid, remaining: &[u64], lists: &[Vec<usize>]) -> u64 {
    let mut served = vec![(0_u128, 0_u128); remaining.len()];
    for (list, &rate) in lists.iter().zip(&fluid.rates_micro_per_s) {
        if let Some(&head) = list.first() {
            served[head].0 += u128::from(rate);
            served[head].1 += 1;
        }
    }
    let lengths = served.iter().zip(remaining).filter(|((rate, _), _)| *rate > 0);
    // Supply is rounded down once per mask; a millionth more for each makes up for it.
    let length = lengths
        .map(|(&(rate, masks), &wanted)| ((u128::from(wanted) + masks - 1) * 1000).div_ceil(rate));
    u64::try_from(length.min().unwrap_or(1)).unwrap_or(u64::MAX / 2).max(1)
}

fn hand_out(
    fluid: &Fluid,
    remaining: &mut [u64],
    lists: &[Vec<usize>],
    length_ms: u64,
) -> Vec<Amount> {
    let mut amounts = Vec::new();
    for (mask, list) in lists.iter().enumerate() {
        let supply = u128::from(fluid.rates_micro_per_s[mask]) * u128::from(length_ms) / 1000;
        let mut left = u64::try_from(supply).unwrap_or(u64::MAX);
        for &job in list {
            let micro = left.min(remaining[job]);
            if micro > 0 {
                remaining[job] -= micro;
                left -= micro;
                amounts.push(Amount { job, mask, micro });
            }
        }
    }
    amounts
}
