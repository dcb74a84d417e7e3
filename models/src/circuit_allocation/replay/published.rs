//! What the public simulator draws for the jobs of a list.

use rand_mt::Mt;

use crate::circuit_allocation::instance::Traffic;

/// The algorithm of a job in the simulator behind "Isolated Scheduling for Distributed Training Tasks in
/// GPU Clusters" (Han et al., arXiv 2308.05692), if the job looks like one of its jobs.
///
/// That simulator seeds Python's generator with the number of the job. The first number drawn tells
/// the algorithm: below 0.5 halving-doubling, below 0.7 a hierarchical ring, else pairwise all-to-all;
/// a ring where the number of GPUs is no power of two. The second scales the message, by 0.5 to 1.5. So
/// `per_unit`, the time that the job communicates per unit of its message, in transmission times of a
/// unit between servers, must be that factor times what the algorithm takes on servers of four GPUs,
/// whose own links are ten times as fast; none where it is not, within 1 %.
///
/// # Example
/// ```
/// use placewright_models::circuit_allocation::instance::Traffic;
/// use placewright_models::circuit_allocation::replay::published::algorithm;
///
/// // Job 0 of the first 512-GPU list: 3,805.299 s for 20,166.6 units of 1/100 s.
/// assert_eq!(algorithm(0, 16, 380_529.9 / 20_166.6), Some(Traffic::AllToAll));
/// assert_eq!(algorithm(0, 16, 0.5), None);
/// ```
#[must_use]
pub fn algorithm(job: u32, gpus: u32, per_unit: f64) -> Option<Traffic> {
    // Python's seed is a key of one word.
    let mut draw = Mt::new_with_key([job]);
    let mut number = || {
        let (high, low) = (draw.next_u32() >> 5, draw.next_u32() >> 6);
        (f64::from(high) * 67_108_864.0 + f64::from(low)) / 9_007_199_254_740_992.0
    };
    let (kind, factor) = (number(), 0.5 + number());
    let n = f64::from(gpus);
    let (traffic, nominal) = match kind {
        _ if !gpus.is_power_of_two() => (Traffic::Ring, 0.4),
        // Halves and quarters stay in the server, there and back.
        ..0.5 => (Traffic::HalvingDoubling, 0.15 + 2.0 * (0.25 - 1.0 / n)),
        // Three quarters in the server, there and back; one message share per local rank between.
        0.5..0.7 => (Traffic::Ring, 0.4),
        _ => (Traffic::AllToAll, n - 1.0),
    };
    let expected = factor * nominal;
    (gpus > 4 && (per_unit - expected).abs() <= 0.01 * expected).then_some(traffic)
}
