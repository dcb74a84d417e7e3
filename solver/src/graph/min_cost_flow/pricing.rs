//! Which arc enters the spanning tree next: block search.

use super::spanning_tree::NONE;
use crate::graph::FlowNetwork;

/// Where an arc stands. The number multiplies the reduced cost, so that a negative product
/// means: moving flow on this arc pays.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(i8)]
pub(super) enum State {
    /// Outside the tree and full: worth entering when its reduced cost is positive.
    Full = -1,
    /// In the tree: the reduced cost is zero.
    InTree = 0,
    /// Outside the tree and empty: worth entering when its reduced cost is negative.
    Empty = 1,
}

/// What pricing reads of an arc.
#[derive(Clone, Copy, Debug)]
pub(super) struct PricedArc {
    pub(super) tail: u32,
    pub(super) head: u32,
    pub(super) cost: i64,
}

impl PricedArc {
    /// Cost of a unit that is bought at the tail's price and sold at the head's. Potentials are
    /// known up to a common offset modulo 2^64, hence the wrapping sums.
    pub(super) fn reduced_cost(self, potentials: &[i64]) -> i64 {
        self.cost
            .wrapping_add(potentials[self.tail as usize])
            .wrapping_sub(potentials[self.head as usize])
    }
}

/// The arcs that can carry flow between two nodes, in pricing order.
///
/// Sorted by tail, and then dealt out like cards: arc `k` goes to position `k · stride` (wrapping
/// round to the next free offset), so a block of consecutive positions takes a few whole stars
/// of arcs from each of `stride` regions of the network. A block that mixes regions has good
/// candidates even when most of the network is settled.
pub(super) fn pricing_order(network: &FlowNetwork) -> Vec<u32> {
    let (tails, heads, capacities) = (network.tails(), network.heads(), network.capacities());
    let usable = |arc: usize| tails[arc] != heads[arc] && capacities[arc] > 0;
    let mut starts = vec![0_usize; network.node_count() + 1];
    for arc in (0..tails.len()).filter(|&arc| usable(arc)) {
        starts[tails[arc].index() + 1] += 1;
    }
    for node in 0..network.node_count() {
        starts[node + 1] += starts[node];
    }
    let count = starts[network.node_count()];
    let stride = (count / network.node_count().max(1)).max(3);
    // Offsets before `longer` hold one position more than the others.
    let (shorter, longer) = (count / stride, count % stride);
    let mut order = vec![NONE; count];
    for arc in (0..tails.len()).filter(|&arc| usable(arc)) {
        let sorted = &mut starts[tails[arc].index()];
        let (offset, step) = if *sorted < longer * (shorter + 1) {
            (*sorted / (shorter + 1), *sorted % (shorter + 1))
        } else {
            let rest = *sorted - longer * (shorter + 1);
            (longer + rest / shorter, rest % shorter)
        };
        order[offset + step * stride] = arc as u32;
        *sorted += 1;
    }
    order
}

/// Block search: looks at one block of arcs after the other, cyclically, and takes the best arc
/// of the first block that has one.
#[derive(Clone, Debug)]
pub(super) struct BlockSearch {
    block: usize,
    next: usize,
}

impl BlockSearch {
    /// Blocks of about the square root of the number of arcs, where the time of a scan and the
    /// quality of what it finds balance.
    pub(super) fn new(arc_count: usize) -> Self {
        Self { block: arc_count.isqrt().max(10), next: 0 }
    }

    /// The next entering arc, or none if the tree is optimal.
    pub(super) fn find(
        &mut self,
        arcs: &[PricedArc],
        states: &[State],
        potentials: &[i64],
    ) -> Option<u32> {
        let (mut best, mut entering) = (0, NONE);
        let mut unseen = arcs.len();
        while unseen > 0 {
            let start = self.next;
            let end = (start + self.block.min(unseen)).min(arcs.len());
            for ((position, arc), &state) in
                (start..end).zip(&arcs[start..end]).zip(&states[start..end])
            {
                let gain = state as i64 * arc.reduced_cost(potentials);
                if gain < best {
                    (best, entering) = (gain, position as u32);
                }
            }
            unseen -= end - start;
            self.next = if end == arcs.len() { 0 } else { end };
            if entering != NONE {
                return Some(entering);
            }
        }
        None
    }
}
