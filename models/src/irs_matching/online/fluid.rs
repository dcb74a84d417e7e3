//! What an order of jobs comes to when devices flow.

use super::classes::Classes;

/// A job in the fluid picture.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct FluidJob {
    /// Its group.
    pub group: u8,
    /// Devices it still has to be given.
    pub work: f64,
    /// Devices of a round.
    pub need: f64,
    /// Time a round takes beyond the time to fill it, in seconds.
    pub tail_s: f64,
    /// How much a second of its completion time counts.
    pub weight: f64,
}

/// The share of its flow that a job leaves to others: with flow R, a round of n devices fills in
/// n/R and then waits a tail L for its results, L / (n/R + L) of the time.
#[must_use]
pub fn left_over(need: f64, tail_s: f64, flow_per_s: f64) -> f64 {
    tail_s / (need / flow_per_s + tail_s)
}

/// Memory of [`list_cost`], to be used again.
#[derive(Clone, Debug, Default)]
pub struct Scratch {
    left: Vec<f64>,
    speed: Vec<f64>,
    alive: Vec<usize>,
    free: Vec<f64>,
    /// Steps taken so far: jobs looked at, times their classes.
    pub steps: u64,
}

/// Flows below this share of the whole are nothing.
const NOTHING: f64 = 1e-4;
const CENTURY_S: f64 = 100.0 * 365.0 * 86_400.0;

/// The weighted sum of completion times of a priority list, in seconds.
///
/// Every job takes, in order, the flow of the device classes it may use that the jobs before it
/// [left over](left_over). When a job is done the flows are divided anew. Jobs that never get any
/// flow count as done after 100 years.
///
/// O(m k classes) for m jobs of which k at a time get anything.
#[must_use]
pub fn list_cost(
    jobs: &[FluidJob],
    order: &[usize],
    rates_per_s: &[f64],
    classes: &Classes,
    scratch: &mut Scratch,
) -> f64 {
    let Scratch { left, speed, alive, free, steps } = scratch;
    left.clear();
    left.extend(order.iter().map(|&job| jobs[job].work));
    speed.clear();
    speed.resize(order.len(), 0.0);
    alive.clear();
    alive.extend(0..order.len());
    let whole: f64 = rates_per_s.iter().sum();
    let mut now_s = 0.0;
    let mut cost = 0.0;
    while !alive.is_empty() {
        free.clear();
        free.extend_from_slice(rates_per_s);
        let mut rest = whole;
        let mut next_s = f64::INFINITY;
        for &place in alive.iter() {
            speed[place] = 0.0;
            if rest <= NOTHING * whole {
                continue;
            }
            let job = &jobs[order[place]];
            let serving = classes.serving(job.group);
            let flow: f64 = serving.clone().map(|class| free[class]).sum();
            *steps += 1 + free.len() as u64;
            if flow <= NOTHING * whole {
                continue;
            }
            let leaves = left_over(job.need, job.tail_s, flow);
            speed[place] = flow * (1.0 - leaves);
            rest -= speed[place];
            serving.for_each(|class| free[class] *= leaves);
            next_s = next_s.min(left[place] / speed[place]);
        }
        if next_s == f64::INFINITY {
            let weights: f64 = alive.iter().map(|&place| jobs[order[place]].weight).sum();
            return cost + (now_s + CENTURY_S) * weights;
        }
        now_s += next_s;
        alive.retain(|&place| {
            left[place] -= speed[place] * next_s;
            let goes_on = left[place] > 1e-6;
            if !goes_on {
                cost += now_s * jobs[order[place]].weight;
            }
            goes_on
        });
    }
    cost
}

#[cfg(test)]
mod tests {
    use super::*;

    fn job(group: u8, work: f64) -> FluidJob {
        FluidJob { group, work, need: 10.0, tail_s: 0.0, weight: 1.0 }
    }

    #[test]
    fn shorter_first_in_one_group() {
        let mut classes = Classes::default();
        classes.intern(1, 0);
        let jobs = [job(0, 100.0), job(0, 10.0)];
        let cost =
            |order: &[usize]| list_cost(&jobs, order, &[1.0], &classes, &mut Scratch::default());
        assert!((cost(&[1, 0]) - (10.0 + 110.0)).abs() < 1e-6);
        assert!((cost(&[0, 1]) - (100.0 + 110.0)).abs() < 1e-6);
    }

    #[test]
    fn what_waits_for_results_leaves_devices() {
        let mut classes = Classes::default();
        classes.intern(1, 0);
        // Ten rounds of 10 s to fill and 10 s to wait: half the flow is left for the other.
        let first = FluidJob { tail_s: 10.0, ..job(0, 100.0) };
        let cost =
            list_cost(&[first, job(0, 50.0)], &[0, 1], &[1.0], &classes, &mut Scratch::default());
        assert!((cost - (200.0 + 100.0)).abs() < 1e-6);
    }

    #[test]
    fn nobody_waits_for_ever() {
        let cost =
            list_cost(&[job(3, 1.0)], &[0], &[], &Classes::default(), &mut Scratch::default());
        assert!(cost >= CENTURY_S);
    }
}
