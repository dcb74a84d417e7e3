//! Closed forms against numerical ways of getting them, and published figures.

use placewright_models::replication_placement::intervals::{grid_envelope, neighbours, young};
use placewright_models::replication_placement::reliability::{
    Arrangement, Repairs, loss_by_copysets, mean_time_to_loss_of_three, mean_time_to_loss_of_two,
    survival_of_peers,
};
use proptest::prelude::*;

use crate::support::cases;

/// Mean times until state 0, from every state of a birth-death chain, by solving the linear
/// equations `t_i = 1/q_i + Σ p_ij t_j` with elimination. State `i` has `i` copies left.
fn mean_time_to_loss(copies: usize, failure: f64, repair: impl Fn(usize) -> f64) -> f64 {
    // With d_i = t_i - t_{i-1}: down_i d_i = 1 + up_i d_{i+1}, and nothing above all copies.
    let mut difference = 0.0;
    let mut sum = 0.0;
    for left in (1..=copies).rev() {
        let up = if left < copies { repair(copies - left) } else { 0.0 };
        difference = (1.0 + up * difference) / (left as f64 * failure);
        sum += difference;
    }
    sum
}

/// The same by iterating the equations, which knows nothing of their structure.
fn iterated(copies: usize, failure: f64, repair: impl Fn(usize) -> f64) -> f64 {
    let mut times = vec![0.0; copies + 1];
    for _ in 0..200_000 {
        for left in 1..=copies {
            let down = left as f64 * failure;
            let up = if left < copies { repair(copies - left) } else { 0.0 };
            let above = if left < copies { times[left + 1] } else { 0.0 };
            times[left] = (1.0 + down * times[left - 1] + up * above) / (down + up);
        }
    }
    times[copies]
}

fn near(found: f64, expected: f64, tolerance: f64) {
    assert!((found / expected - 1.0).abs() < tolerance, "{found} {expected}");
}

#[test]
fn mean_times_to_loss_are_those_of_the_chains() {
    for (l, m) in [(0.1, 1.0), (0.02, 0.5), (1.0, 3.0)] {
        let serial = |_: usize| m;
        let parallel = |broken: usize| broken as f64 * m;
        near(mean_time_to_loss_of_two(l, m), mean_time_to_loss(2, l, serial), 1e-12);
        let three = |repairs| mean_time_to_loss_of_three(l, m, repairs);
        near(three(Repairs::Serial), mean_time_to_loss(3, l, serial), 1e-12);
        near(three(Repairs::Parallel), mean_time_to_loss(3, l, parallel), 1e-12);
        near(three(Repairs::Parallel), iterated(3, l, parallel), 1e-6);
        near(mean_time_to_loss_of_two(l, m), iterated(2, l, serial), 1e-6);
    }
}

/// Copysets (USENIX ATC 2013): 5,000 nodes, 1 % lost, three copies.
#[test]
fn copysets_are_lost_as_often_as_published() {
    let of = |width: f64| 100.0 * loss_by_copysets(5_000, 50, 3, width * 5_000.0 / 3.0);
    assert!((of(1.0) - 0.157).abs() < 0.001, "{}", of(1.0));
    assert!((of(5.0) - 0.781).abs() < 0.001, "{}", of(5.0));
}

#[test]
fn peers_survive_as_often_as_counted() {
    let table = [
        ((4, 2, 2), 0.667, 0.333),
        ((8, 2, 2), 0.857, 0.714),
        ((8, 2, 3), 0.571, 0.286),
        ((16, 2, 2), 0.933, 0.867),
        ((16, 2, 3), 0.800, 0.629),
        ((12, 3, 3), 0.982, 0.945),
        ((16, 4, 4), 0.998, 0.991),
    ];
    for ((machines, copies, lost), groups, ring) in table {
        let of = |arrangement| survival_of_peers(machines, copies, lost, arrangement);
        assert!((of(Arrangement::Groups) - groups).abs() < 5e-4);
        assert!((of(Arrangement::Ring) - ring).abs() < 5e-4);
    }
}

proptest! {
    #![proptest_config(cases(500))]

    /// A geometric list of intervals costs at most the envelope times free choice, and its best
    /// entry is a neighbour of the closed form.
    #[test]
    fn lists_stay_within_their_envelope(
        overhead in 0.01_f64..100.0,
        rate in 1e-9_f64..1e-4,
        ratio in 1.05_f64..2.0,
    ) {
        let best = young(overhead, rate);
        let cost = |interval: f64| overhead / interval + rate * interval / 2.0;
        let steps = (80.0 / ratio.ln()) as i32;
        let list: Vec<u64> =
            (0..steps).map(|step| (10.0 * ratio.powi(step)).round() as u64).collect();
        let mut list: Vec<u64> = list.into_iter().filter(|&time| time < 1 << 50).collect();
        list.dedup();
        prop_assume!(best > 200.0 && best < 1e12);
        let near = neighbours(&list, best);
        let least = |range: &[u64]| range.iter().map(|&t| cost(t as f64)).fold(f64::MAX, f64::min);
        let found = least(&list[near]);
        prop_assert_eq!(found, least(&list));
        // The list is rounded to whole numbers.
        let rounding = 1.0 + 2.0 / best;
        prop_assert!(found / cost(best) <= grid_envelope(ratio * rounding) + 1e-9);
    }
}
