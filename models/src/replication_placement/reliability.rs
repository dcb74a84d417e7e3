//! Known formulas of reliability, as yardsticks.
//!
//! **Mean time to data loss** of a group of mirrors that fail at rate `l` each and are repaired at
//! rate `m`: birth-death chains (J. E. Angus, *On computing MTBF for a k-out-of-n:G repairable
//! system*, IEEE Trans. Reliability 37, 1988). **Copysets**: A. Cidon et al., *Copysets: reducing the
//! frequency of data loss in cloud storage*, USENIX ATC 2013: if `f` of `N` nodes are lost at once,
//! data are lost unless none of the `c` distinct sets of `R` nodes that hold all copies of something
//! is within them. **Groups of peers** that keep each other's checkpoints: Z. Wang et al., *Gemini:
//! fast failure recovery in distributed training with in-memory checkpoints*, SOSP 2023.

/// Mean time until both of two mirrors are lost: `(3l + m) / 2l²`.
#[must_use]
pub fn mean_time_to_loss_of_two(failure_rate: f64, repair_rate: f64) -> f64 {
    (3.0 * failure_rate + repair_rate) / (2.0 * failure_rate * failure_rate)
}

/// How many repairs run at the same time.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Repairs {
    /// One after the other.
    Serial,
    /// All at once.
    Parallel,
}

/// Mean time until all of three mirrors are lost: `(11l² + 4lm + m²) / 6l³` with one repair at a time,
/// `(11l² + 7lm + 2m²) / 6l³` with repairs in parallel.
#[must_use]
pub fn mean_time_to_loss_of_three(failure_rate: f64, repair_rate: f64, repairs: Repairs) -> f64 {
    let (l, m) = (failure_rate, repair_rate);
    let top = match repairs {
        Repairs::Serial => 11.0 * l * l + 4.0 * l * m + m * m,
        Repairs::Parallel => 11.0 * l * l + 7.0 * l * m + 2.0 * m * m,
    };
    top / (6.0 * l * l * l)
}

/// The probability that the loss of `lost` of `nodes` at once takes every copy of something, with so
/// many distinct copysets of `copies` nodes: `1 − (1 − C(f,R)/C(N,R))^c`.
///
/// ```
/// use placewright_models::replication_placement::reliability::loss_by_copysets;
/// let published = loss_by_copysets(5000, 50, 3, 5000.0 / 3.0);
/// assert!((published * 100.0 - 0.157).abs() < 0.001);
/// ```
#[must_use]
pub fn loss_by_copysets(nodes: u64, lost: u64, copies: u64, copysets: f64) -> f64 {
    let factor = |i: u64| (lost.saturating_sub(i)) as f64 / (nodes - i) as f64;
    let hit: f64 = (0..copies).map(factor).product();
    1.0 - (1.0 - hit).powf(copysets)
}

/// How copies are arranged among peers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Arrangement {
    /// Disjoint groups; everybody keeps the state of all in its group.
    Groups,
    /// Everybody keeps the states of those before it in a ring.
    Ring,
}

/// The probability that every state survives the loss of `lost` of `machines` at once, all sets being
/// equally likely, with `copies` per state; by counting. Time O(2^machines): for small numbers.
#[must_use]
pub fn survival_of_peers(machines: u32, copies: u32, lost: u32, arrangement: Arrangement) -> f64 {
    let holders: Vec<u32> = match arrangement {
        Arrangement::Groups => (0..machines / copies)
            .map(|group| (0..copies).map(|i| 1 << (group * copies + i)).sum())
            .collect(),
        Arrangement::Ring => (0..machines)
            .map(|first| (0..copies).map(|i| 1 << ((first + i) % machines)).sum())
            .collect(),
    };
    let (mut all, mut survived) = (0_u64, 0_u64);
    for set in 0..1_u32 << machines {
        if set.count_ones() == lost {
            all += 1;
            survived += u64::from(!holders.iter().any(|holder| set & holder == *holder));
        }
    }
    survived as f64 / all as f64
}
