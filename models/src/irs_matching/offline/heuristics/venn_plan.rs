//! Algorithm 1 of Venn: groups bid for the devices they share, and each group serves its shortest
//! job first.
//!
//! 1. Scarcest group first, every group gets the masks it may use that are still free.
//! 2. From the most abundant group `j` down, it looks at the smaller groups `k` it shares masks
//!    with, the largest first. If `m_j / |S_j| > m_k / |S_k|` it takes the shared masks from `k`, and
//!    with them the queue of `k`; otherwise it stops. `|S|` is the rate allocated, `m_k` the number
//!    of waiting jobs; `m_j` counts those that would be served before `k` has drained (all of them
//!    when `j` drains no later).
//! 3. All masks of a group serve its job with the least remaining demand.
//!
//! Only masks that both groups may use change hands, so no device goes to a job it is not eligible
//! for. **Reference.** J. Liu et al., *Venn: Resource Management for Collaborative Learning Jobs*,
//! MLSys 2025 (arXiv 2312.08298), Algorithm 1; the queue lengths `m` follow the authors' public
//! simulator. **Complexity.** O(m log m + groups² · m) an event. **Guarantee.** None beyond two
//! groups. Weights play no part.

use std::collections::BTreeMap;

use super::list::{ListPolicy, Situation};

/// The rule; planned anew at every event.
#[derive(Clone, Debug, Default)]
pub struct VennPlan;

/// A group while the plan is made.
struct Group<'a> {
    masks: &'a [usize],
    /// Active jobs by remaining demand.
    jobs: Vec<usize>,
    /// Remaining demands of the group's queue and of those it has absorbed, ascending.
    queue: Vec<u64>,
    allocated: Vec<usize>,
}

impl ListPolicy for VennPlan {
    fn lists(&mut self, situation: Situation<'_>) -> Vec<Vec<usize>> {
        let rates = &situation.fluid.rates_micro_per_s;
        let mut groups = groups(situation);
        let rate = |masks: &[usize]| masks.iter().map(|&mask| rates[mask]).sum::<u64>();
        groups.sort_by_key(|group| rate(group.masks));
        let mut free = vec![true; rates.len()];
        for group in &mut groups {
            group.allocated = group.masks.iter().copied().filter(|&mask| free[mask]).collect();
            group.allocated.iter().for_each(|&mask| free[mask] = false);
        }
        for j in (0..groups.len()).rev() {
            for k in (0..j).rev() {
                let shared = |mask: &usize| groups[j].masks.contains(mask);
                if !groups[k].masks.iter().any(shared) {
                    continue;
                }
                let (own, other) = (rate(&groups[j].allocated), rate(&groups[k].allocated));
                let affected = affected(&groups[j].queue, own, &groups[k].queue, other);
                let waiting = groups[k].queue.len() as u128;
                // m_j / |S_j| > m_k / |S_k|, without dividing.
                if affected * u128::from(other) <= waiting * u128::from(own) {
                    break;
                }
                take(&mut groups, j, k);
            }
        }
        let mut lists = vec![Vec::new(); rates.len()];
        for group in groups {
            group.allocated.iter().for_each(|&mask| lists[mask].clone_from(&group.jobs));
        }
        lists
    }
}

fn groups<'a>(situation: Situation<'a>) -> Vec<Group<'a>> {
    let mut members: BTreeMap<&[usize], Vec<usize>> = BTreeMap::new();
    for &job in situation.active {
        members.entry(&situation.fluid.jobs[job].masks).or_default().push(job);
    }
    let group = |(masks, mut jobs): (&'a [usize], Vec<usize>)| {
        jobs.sort_by_key(|&job| situation.remaining_micro[job]);
        let queue = jobs.iter().map(|&job| situation.remaining_micro[job]).collect();
        Group { masks, jobs, queue, allocated: Vec::new() }
    };
    members.into_iter().map(group).collect()
}

/// How many of the first queue's jobs would be served before the second queue has drained; all
/// when the first drains no later.
fn affected(queue: &[u64], rate: u64, other: &[u64], other_rate: u64) -> u128 {
    let total = |queue: &[u64]| queue.iter().map(|&demand| u128::from(demand)).sum::<u128>();
    let (rate, other_rate) = (u128::from(rate), u128::from(other_rate));
    let drained = total(other) * rate;
    let mut served = 0;
    let by_then = queue.iter().take_while(|&&demand| {
        served += u128::from(demand);
        served * other_rate <= drained
    });
    if rate == 0 || total(queue) * other_rate <= drained {
        return queue.len() as u128;
    }
    by_then.count() as u128
}

/// Group `j` takes the masks it shares with group `k`, and its queue.
fn take(groups: &mut [Group<'_>], j: usize, k: usize) {
    let wanted = groups[j].masks;
    let (taken, kept): (Vec<usize>, Vec<usize>) =
        groups[k].allocated.iter().partition(|mask| wanted.contains(mask));
    groups[k].allocated = kept;
    groups[j].allocated.extend(taken);
    let absorbed = groups[k].queue.clone();
    groups[j].queue.extend(absorbed);
    groups[j].queue.sort_unstable();
}
