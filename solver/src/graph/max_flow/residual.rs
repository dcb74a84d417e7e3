//! The residual network: every arc beside its reverse, grouped by tail.

use std::ops::Range;

use crate::graph::network::{FlowNetwork, NodeId};

/// Marks an arc of the input that no maximum flow needs.
const LEFT_OUT: u32 = u32::MAX;

/// One direction of an arc. Sixteen bytes, so that a scan over a node's arcs reads whole cache
/// lines and a push touches one line per direction.
#[derive(Clone, Copy, Default)]
pub(super) struct ResidualArc {
    /// How much more can be sent.
    pub(super) residual: i64,
    /// Where it goes.
    pub(super) head: u32,
    /// Position of the opposite direction.
    pub(super) reverse: u32,
}

/// Compressed rows of residual arcs.
pub(super) struct ResidualNetwork {
    /// Node `v` owns `arcs[first[v]..first[v + 1]]`.
    first: Vec<u32>,
    pub(super) arcs: Vec<ResidualArc>,
    /// Where each input arc went, or [`LEFT_OUT`].
    positions: Vec<u32>,
}

impl ResidualNetwork {
    /// Lays out the arcs that can carry flow from `source` to `sink`: no loops, no arcs without
    /// capacity, none into the source or out of the sink.
    pub(super) fn new(network: &FlowNetwork, source: NodeId, sink: NodeId) -> Self {
        let useful = |arc: usize| {
            let (tail, head) = (network.tails()[arc], network.heads()[arc]);
            tail != head && head != source && tail != sink && network.capacities()[arc] > 0
        };
        let mut first = row_starts(network, useful);
        let mut arcs = vec![ResidualArc::default(); first[network.node_count()] as usize];
        let mut positions = vec![LEFT_OUT; network.arc_count()];
        for (arc, position) in positions.iter_mut().enumerate().filter(|&(arc, _)| useful(arc)) {
            let (tail, head) = (network.tails()[arc], network.heads()[arc]);
            let forward = take_slot(&mut first, tail);
            let backward = take_slot(&mut first, head);
            let residual = network.capacities()[arc];
            arcs[forward as usize] = ResidualArc { residual, head: head.0, reverse: backward };
            arcs[backward as usize] = ResidualArc { residual: 0, head: tail.0, reverse: forward };
            *position = forward;
        }
        // Each start has moved to the end of its row, which is the start of the next row.
        first.rotate_right(1);
        first[0] = 0;
        Self { first, arcs, positions }
    }

    pub(super) fn node_count(&self) -> usize {
        self.first.len() - 1
    }

    /// First position in the row of `node`.
    pub(super) fn row_start(&self, node: u32) -> u32 {
        self.first[node as usize]
    }

    /// Positions of the row of `node`.
    pub(super) fn row_range(&self, node: u32) -> Range<usize> {
        self.first[node as usize] as usize..self.first[node as usize + 1] as usize
    }

    /// The arcs of `node`.
    pub(super) fn row(&self, node: u32) -> &[ResidualArc] {
        &self.arcs[self.row_range(node)]
    }

    /// Moves `amount` from an arc to its reverse.
    pub(super) fn push(&mut self, position: usize, amount: i64) {
        let arc = &mut self.arcs[position];
        arc.residual -= amount;
        let reverse = arc.reverse as usize;
        self.arcs[reverse].residual += amount;
    }

    /// Flow on every arc of the input.
    pub(super) fn flows(&self) -> Vec<i64> {
        // The reverse of an input arc starts with residual zero, so its residual is the flow.
        let flow = |&position: &u32| match position {
            LEFT_OUT => 0,
            _ => self.arcs[self.arcs[position as usize].reverse as usize].residual,
        };
        self.positions.iter().map(flow).collect()
    }
}

/// Where each row starts, with the total at position `node_count`.
fn row_starts(network: &FlowNetwork, useful: impl Fn(usize) -> bool) -> Vec<u32> {
    let mut first = vec![0_u32; network.node_count() + 1];
    for arc in (0..network.arc_count()).filter(|&arc| useful(arc)) {
        first[network.tails()[arc].index()] += 1;
        first[network.heads()[arc].index()] += 1;
    }
    let mut total = 0;
    for start in &mut first {
        total += std::mem::replace(start, total);
    }
    first
}

fn take_slot(next: &mut [u32], node: NodeId) -> u32 {
    let slot = next[node.index()];
    next[node.index()] += 1;
    slot
}
