//! Can every job be filled from the time slots it may use? A maximum flow answers, and its
//! minimum cut names jobs that together want more than there is.

use std::ops::Range;

use placewright_solver::graph::{FlowNetwork, MaxFlow, NetworkError, NodeId, max_flow};

/// Jobs with demands, and slots of time with supplies by mask.
pub(super) struct SlotFlow<'a> {
    /// What each job wants.
    pub(super) demands: &'a [i64],
    /// The masks of each job.
    pub(super) masks: &'a [&'a [usize]],
    /// The consecutive slots each job may use.
    pub(super) slots: &'a [Range<usize>],
    /// What there is, by slot and mask.
    pub(super) supplies: &'a [Vec<i64>],
}

/// What one job receives from one slot and mask.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Share {
    pub(super) job: usize,
    pub(super) slot: usize,
    pub(super) mask: usize,
    pub(super) amount: i64,
}

/// The answer: shares that fill all jobs, or jobs that cannot all be filled, ascending.
pub(super) enum Filling {
    Full(Vec<Share>),
    Short(Vec<usize>),
}

impl SlotFlow<'_> {
    /// One maximum flow from jobs through (slot, mask) pairs; see [`max_flow()`] for its cost.
    pub(super) fn fill(&self) -> Result<Filling, NetworkError> {
        let mask_count = self.supplies.first().map_or(0, Vec::len);
        let jobs = self.demands.len();
        let cell = |slot: usize, mask: usize| (2 + jobs + slot * mask_count + mask) as u32;
        let (source, sink) = (NodeId(0), NodeId(1));
        let mut network = FlowNetwork::new(2 + jobs + self.supplies.len() * mask_count)?;
        for (job, &demand) in self.demands.iter().enumerate() {
            network.add_arc(source, NodeId(2 + job as u32), demand)?;
        }
        // No minimum cut has an arc between a job and a cell, so its jobs are a witness.
        let plenty = self.demands.iter().fold(1, |sum: i64, &demand| sum.saturating_add(demand));
        let mut arcs = Vec::new();
        for (job, slots) in self.slots.iter().enumerate() {
            for slot in slots.clone() {
                for &mask in self.masks[job] {
                    if self.supplies[slot][mask] > 0 {
                        let (tail, head) = (NodeId(2 + job as u32), NodeId(cell(slot, mask)));
                        network.add_arc(tail, head, plenty)?;
                        arcs.push((job, slot, mask));
                    }
                }
            }
        }
        for (slot, supplies) in self.supplies.iter().enumerate() {
            for (mask, &supply) in supplies.iter().enumerate().filter(|(_, supply)| **supply > 0) {
                network.add_arc(NodeId(cell(slot, mask)), sink, supply)?;
            }
        }
        // Source and sink are two different nodes of the network.
        let Ok(MaxFlow { value, flows, source_side }) = max_flow(&network, source, sink) else {
            return Ok(Filling::Short(Vec::new()));
        };
        if value < self.demands.iter().map(|&demand| i128::from(demand)).sum() {
            return Ok(Filling::Short((0..jobs).filter(|job| source_side[2 + job]).collect()));
        }
        let shares = arcs.iter().zip(&flows[jobs..]).filter(|(_, amount)| **amount > 0);
        let share = |(&(job, slot, mask), &amount)| Share { job, slot, mask, amount };
        Ok(Filling::Full(shares.map(share).collect()))
    }
}
