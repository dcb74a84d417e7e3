//! A better order of jobs, by local search in the fluid picture.

use super::classes::Classes;
use super::fluid::{FluidJob, Scratch, list_cost};

/// Improves an order by moving single jobs to earlier and later places, at distances 1, 2, 4 and
/// so on, as long as that lessens [`list_cost`], or until so many steps of it are spent. Never
/// makes an order worse. No guarantee; a pass costs O(m log m) evaluations for m jobs.
///
/// ```
/// use placewright_models::irs_matching::online::classes::Classes;
/// use placewright_models::irs_matching::online::fluid::FluidJob;
/// use placewright_models::irs_matching::online::order_search::improve;
///
/// let mut classes = Classes::default();
/// classes.intern(0b1, 0);
/// let job = |work| FluidJob { group: 0, work, need: 10.0, tail_s: 1.0, weight: 1.0 };
/// let jobs = [job(300.0), job(100.0), job(200.0)];
/// let mut order = vec![0, 1, 2];
/// improve(&jobs, &mut order, &[1.0], &classes, 1_000_000);
/// assert_eq!(order, [1, 2, 0]);
/// ```
pub fn improve(
    jobs: &[FluidJob],
    order: &mut [usize],
    rates_per_s: &[f64],
    classes: &Classes,
    most_steps: u64,
) {
    let mut scratch = Scratch::default();
    let mut best = list_cost(jobs, order, rates_per_s, classes, &mut scratch);
    loop {
        let before = best;
        for place in 0..order.len() {
            let mut distance = 1;
            while distance < order.len() {
                for target in [place.checked_sub(distance), Some(place + distance)] {
                    let Some(target) = target.filter(|&target| target < order.len()) else {
                        continue;
                    };
                    if scratch.steps >= most_steps {
                        return;
                    }
                    shift(order, place, target);
                    let cost = list_cost(jobs, order, rates_per_s, classes, &mut scratch);
                    if cost < best * (1.0 - 1e-9) {
                        best = cost;
                    } else {
                        shift(order, target, place);
                    }
                }
                distance *= 2;
            }
        }
        if best >= before * (1.0 - 1e-6) {
            return;
        }
    }
}

/// Moves the job at one place to another.
fn shift(order: &mut [usize], from: usize, to: usize) {
    if from < to {
        order[from..=to].rotate_left(1);
    } else {
        order[to..=from].rotate_right(1);
    }
}
