//! Intervals in closed form.
//!
//! An overhead of `a/τ` and a loss of `b τ` cost least at `τ* = √(a/b)` (J. W. Young, *A first order
//! approximation to the optimum checkpoint interval*, CACM 17, 1974); with `a` the blocking part `δ`
//! of a save and `b = L/2` that is `√(2δ/L)`. A price `π` on the bandwidth of a save acts like a
//! dearer save, `a = v δ + π m`, so the form stays. At `r τ*` the cost is `(r + 1/r) / 2` times the
//! least, which is why a geometric list of intervals with ratio `ρ` costs at most
//! `(√ρ + 1/√ρ) / 2` times as much as free choice. The function falls before `τ*` and rises after
//! it, so of a list only the two neighbours of `τ*` can be best.

use super::instance::{DAY_US, Index, NodeId, StoreId, limits};

/// Young's interval, `√(2 overhead / rate)`, in the unit of time of both.
///
/// ```
/// use placewright_models::replication_placement::intervals::young;
/// // A save that blocks for 8 s, a failure every 100,000 s.
/// assert!((young(8.0, 1e-5) - 1264.9).abs() < 0.1);
/// ```
#[must_use]
pub fn young(overhead: f64, rate: f64) -> f64 {
    (2.0 * overhead / rate).sqrt()
}

/// Daly's interval of higher order (J. T. Daly, *A higher order estimate of the optimum checkpoint
/// interval for restart dumps*, FGCS 22, 2006, equation 37), for a mean time between failures:
/// `√(2δM) [1 + ⅓ √(δ/2M) + ⅑ (δ/2M)] − δ` for `δ < 2M`, otherwise `M`.
#[must_use]
pub fn daly(overhead: f64, mean_time: f64) -> f64 {
    if overhead >= 2.0 * mean_time {
        return mean_time;
    }
    let ratio = overhead / (2.0 * mean_time);
    (2.0 * overhead * mean_time).sqrt() * (1.0 + ratio.sqrt() / 3.0 + ratio / 9.0) - overhead
}

/// How much a list of intervals with a ratio costs at most, relative to free choice within it.
#[must_use]
pub fn grid_envelope(ratio: f64) -> f64 {
    f64::midpoint(ratio.sqrt(), 1.0 / ratio.sqrt())
}

/// Positions in an ascending list of the two neighbours of a time, or of its end.
#[must_use]
pub fn neighbours(times_ms: &[u64], best_ms: f64) -> std::ops::Range<usize> {
    let above = times_ms.partition_point(|&time_ms| (time_ms as f64) < best_ms);
    above.saturating_sub(1)..(above + 1).min(times_ms.len())
}

impl Index<'_> {
    /// The best checkpoint interval of a shard if only its own cost counts, in ms; infinite where
    /// nothing ever fails.
    #[must_use]
    pub fn young_checkpoint_ms(&self, shard: usize, store: StoreId, node: NodeId) -> f64 {
        self.young_ms(shard, self.save_ms(shard, store, node), node)
    }

    /// The best push period of a relaxed chain if both ends are like this node, in ms.
    #[must_use]
    pub fn young_push_ms(&self, shard: usize, node: NodeId) -> f64 {
        self.young_ms(shard, self.send_ms(shard, node) + self.receive_ms(shard, node), node)
    }

    fn young_ms(&self, shard: usize, transfer_ms: u64, node: NodeId) -> f64 {
        let share = self.instance.shards[shard].blocking_ppm as f64 / limits::PPM as f64;
        let day_ms = DAY_US as f64 / 1e3;
        let rate_per_ms = self.rate_micro_per_day(node) as f64 / 1e6 / day_ms;
        young(share * transfer_ms as f64, rate_per_ms)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn neighbours_stay_within_the_list() {
        let list = [10, 20, 40];
        assert_eq!(neighbours(&list, 5.0), 0..1);
        assert_eq!(neighbours(&list, 20.0), 0..2);
        assert_eq!(neighbours(&list, 25.0), 1..3);
        assert_eq!(neighbours(&list, f64::INFINITY), 2..3);
        assert_eq!(neighbours(&[], 1.0), 0..0);
    }

    #[test]
    fn envelopes_are_those_published() {
        for (ratio, percent) in [(1.1, 0.11), (1.25, 0.62), (1.5, 2.06), (2.0, 6.07)] {
            assert!(((grid_envelope(ratio) - 1.0) * 100.0 - percent).abs() < 0.01);
        }
    }

    #[test]
    fn daly_is_young_where_failures_are_rare() {
        let ratio = daly(1.0, 1e8) / young(1.0, 1e-8);
        assert!((ratio - 1.0).abs() < 1e-4);
    }
}
