//! Algorithm 1 of Venn: which group of jobs gets which device classes.

use crate::irs_matching::online::classes::{Groups, MOST_GROUPS};
use crate::irs_matching::online::policy::Scene;

/// A group of waiting jobs in Algorithm 1.
#[derive(Clone, Debug, Default)]
struct Share {
    group: u8,
    /// Recent check-ins that may serve the group.
    eligible: u32,
    /// Recent check-ins allocated to it.
    supply: f64,
    /// Classes allocated to it.
    classes: Vec<usize>,
    /// Jobs that queue for these devices, its own and those of groups it took devices from.
    queue: usize,
    /// Round demand of every queued job and the supply it can count on.
    demands: Vec<(f64, f64)>,
    /// Sum of the scales of its own jobs.
    scale: f64,
    /// Jobs over that sum: q' = q × pressure.
    pressure: f64,
}

impl Share {
    fn delay(&self) -> f64 {
        self.demands.iter().map(|(demand, supply)| demand / supply).sum()
    }

    /// Jobs that a loss of devices to a queue of this delay would hold up.
    fn affected(&self, delay: f64) -> usize {
        if self.delay() <= delay {
            return self.demands.len();
        }
        let mut sum = 0.0;
        let served = self.demands.iter().position(|(demand, supply)| {
            sum += demand / supply;
            sum >= delay
        });
        served.unwrap_or(self.demands.len())
    }
}

/// For every device class, the groups it is allocated to, the scarcest first (a class of an idle
/// group can be absorbed by several).
///
/// Scarcest group first, every group starts with the classes nobody scarcer took. Then, from the
/// most abundant group down, a group takes the devices of smaller ones while its queue per device
/// is longer than theirs (Liu et al. 2025, Algorithm 1, with what their simulator adds: the queue
/// counts jobs that the other group's delay affects, absorbs the queue it takes from, and idle
/// groups give for free). `scales` are those of the
/// starvation knob by job, all 1 without: demands are multiplied by them, queues divided.
///
/// O(m log m + n² m) for m waiting jobs and n groups. Optimal for two groups in one round (Lemma
/// 2); no guarantee beyond.
#[must_use]
pub fn allocate(scene: &Scene<'_>, scales: &[f64]) -> Vec<Vec<u8>> {
    let classes = scene.classes.len();
    let mut eligible = [0_u32; MOST_GROUPS];
    let mut present: Groups = 0;
    for class in 0..classes {
        let recent = scene.supply.recent(class);
        let mut groups = scene.classes.groups(class);
        if recent == 0 {
            continue;
        }
        present |= groups;
        while groups != 0 {
            let group = groups.trailing_zeros() as usize;
            eligible[group] += recent;
            groups &= groups - 1;
        }
    }
    let groups = (0..MOST_GROUPS as u8).filter(|&group| present >> group & 1 == 1);
    let new = |group| Share { group, eligible: eligible[usize::from(group)], ..Share::default() };
    let mut shares: Vec<Share> = groups.map(new).collect();
    shares.sort_by_key(|share| share.eligible);
    let mut free: Vec<usize> =
        (0..classes).filter(|&class| scene.supply.recent(class) > 0).collect();
    for share in &mut shares {
        let serves = |&class: &usize| scene.classes.serves(class, share.group);
        share.classes = free.iter().copied().filter(serves).collect();
        free.retain(|class| !serves(class));
        let supply: u32 = share.classes.iter().map(|&class| scene.supply.recent(class)).sum();
        share.supply = f64::from(supply.max(1));
    }
    for (id, job) in scene.waiting() {
        if let Some(share) = shares.iter_mut().find(|share| share.group == job.spec.group) {
            let scale = scales[id.index()];
            share.demands.push((f64::from(job.spec.demand) * scale, share.supply));
            share.queue += 1;
            share.scale += scale;
        }
    }
    for share in &mut shares {
        share.pressure = if share.queue > 0 { share.queue as f64 / share.scale } else { 0.0 };
        share.demands.sort_by(|a, b| a.0.total_cmp(&b.0));
    }
    for big in (0..shares.len()).rev() {
        let (smaller, rest) = shares.split_at_mut(big);
        let taker = &mut rest[0];
        if taker.queue == 0 || taker.supply == 0.0 {
            taker.classes.clear();
            taker.supply = 0.0;
            continue;
        }
        for giver in smaller.iter_mut().rev() {
            if giver.queue == 0 {
                taker.supply += giver.supply;
                taker.classes.extend(&giver.classes);
                continue;
            }
            let affected = taker.affected(giver.delay()) as f64;
            let takes = giver.supply > 0.0
                && affected * taker.pressure / taker.supply
                    > giver.queue as f64 * giver.pressure / giver.supply;
            if !takes {
                break;
            }
            taker.demands.iter_mut().for_each(|(_, supply)| *supply += giver.supply);
            taker.supply += giver.supply;
            taker.queue += giver.queue;
            taker.classes.append(&mut giver.classes);
            taker.demands.append(&mut giver.demands);
            giver.supply = 0.0;
        }
    }
    let mut takers = vec![Vec::new(); classes];
    for share in shares.iter().filter(|share| share.queue > 0) {
        for &class in &share.classes {
            takers[class].push(share.group);
        }
    }
    takers
}
