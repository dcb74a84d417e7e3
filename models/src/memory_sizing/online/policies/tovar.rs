//! The first allocation that minimises expected waste when every failure gets the maximum.
//!
//! Tovar, da Silva, Juve, Deelman, Allcock, Thain, Livny, "A Job Sizing Strategy for
//! High-Throughput Scientific Workflows" (IEEE TPDS 2018), equation 1: over the peaks seen,
//! minimise `a · T + a_max · S(a)` with `T` the total run time and `S(a)` that of peaks above `a`.
//! After the maximum comes a whole node.

use serde::{Deserialize, Serialize};

use crate::memory_sizing::online::policy::{Proposal, TypePolicy};
use crate::memory_sizing::online::task::{Sample, Task};

/// The policy `tovar-ppm`.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Tovar {
    /// What a node offers, in bytes.
    pub node_bytes: f64,
    /// Peak in bytes and run time in ms, by descending peak.
    descending: Vec<(f64, f64)>,
}

impl Tovar {
    /// Nothing seen yet.
    #[must_use]
    pub fn new(node_bytes: f64) -> Self {
        Self { node_bytes, descending: Vec::new() }
    }

    /// Time O(n).
    fn first(&self) -> Option<f64> {
        let largest = self.descending.first()?.0;
        let total: f64 = self.descending.iter().map(|sample| sample.1).sum();
        let (mut above, mut best) = (0.0, (largest, largest * total));
        for peers in self.descending.chunk_by(|a, b| a.0 == b.0) {
            let size = peers[0].0;
            let cost = size * total + largest * above;
            if cost < best.1 {
                best = (size, cost);
            }
            above += peers.iter().map(|sample| sample.1).sum::<f64>();
        }
        Some(best.0)
    }
}

impl TypePolicy for Tovar {
    fn propose(&mut self, _task: &Task) -> Proposal {
        let Some(first) = self.first() else { return Vec::new() };
        vec![first, self.descending[0].0, self.node_bytes]
    }

    fn learn(&mut self, sample: &Sample) {
        let position = self.descending.partition_point(|&(peak, _)| peak > sample.peak_bytes);
        self.descending.insert(position, (sample.peak_bytes, sample.run_time_ms));
    }
}
