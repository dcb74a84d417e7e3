//! A percentile of the peaks so far, then doubling.
//!
//! Witt, van Santen, Leser, "Learning Low-Wastage Memory Allocations for Scientific Workflows at
//! IceCube" (HPCS 2019) compare with it; Sizey's evaluation calls it Witt-Percentile.

use serde::{Deserialize, Serialize};

use crate::memory_sizing::online::policy::{Proposal, TypePolicy};
use crate::memory_sizing::online::task::{Sample, Task};

/// The policy `witt-percentile`.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Percentile {
    /// Which percentile, as a share.
    pub share: f64,
    /// Peaks in bytes, ascending.
    sorted: Vec<f64>,
}

impl Percentile {
    /// Nothing seen yet.
    #[must_use]
    pub fn new(share: f64) -> Self {
        Self { share, sorted: Vec::new() }
    }
}

/// The quantile of ascending values, between two of them by linear interpolation (the default of
/// numerical Python; Hyndman and Fan 1996, type 7). `None` for no values.
#[must_use]
pub fn quantile(sorted: &[f64], share: f64) -> Option<f64> {
    let position = share * (sorted.len().checked_sub(1)? as f64);
    let below = sorted[position.floor() as usize];
    let above = sorted[position.ceil() as usize];
    Some(below + (above - below) * position.fract())
}

impl TypePolicy for Percentile {
    fn propose(&mut self, _task: &Task) -> Proposal {
        quantile(&self.sorted, self.share).into_iter().collect()
    }

    fn learn(&mut self, sample: &Sample) {
        let position = self.sorted.partition_point(|&peak| peak < sample.peak_bytes);
        self.sorted.insert(position, sample.peak_bytes);
    }
}
