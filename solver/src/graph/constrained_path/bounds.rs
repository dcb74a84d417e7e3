//! What is left to do from every node, at the least.

use std::ops::Range;

use crate::graph::network::{FlowNetwork, NodeId};

/// The arcs that leave each node.
pub(super) struct Rows {
    first: Vec<usize>,
    arcs: Vec<usize>,
}

impl Rows {
    pub(super) fn new(network: &FlowNetwork) -> Self {
        let mut arcs: Vec<usize> = (0..network.arc_count()).collect();
        arcs.sort_by_key(|&arc| network.tails()[arc]);
        let mut first = vec![0; network.node_count() + 1];
        for tail in network.tails() {
            first[tail.index() + 1] += 1;
        }
        for node in 0..network.node_count() {
            first[node + 1] += first[node];
        }
        Self { first, arcs }
    }

    pub(super) fn leaving(&self, node: usize) -> &[usize] {
        &self.arcs[self.range(node)]
    }

    fn range(&self, node: usize) -> Range<usize> {
        self.first[node]..self.first[node + 1]
    }
}

/// The nodes that `source` reaches, successors before predecessors wherever there is no cycle.
pub(super) fn postorder(network: &FlowNetwork, rows: &Rows, source: NodeId) -> Vec<usize> {
    let mut is_met = vec![false; network.node_count()];
    let mut order = Vec::new();
    // A node with its arcs that are still to be followed.
    let mut stack = vec![(source.index(), rows.range(source.index()))];
    is_met[source.index()] = true;
    while let Some((node, arcs)) = stack.last_mut() {
        match arcs.next().map(|place| network.heads()[rows.arcs[place]].index()) {
            Some(head) if is_met[head] => {}
            Some(head) => {
                is_met[head] = true;
                stack.push((head, rows.range(head)));
            }
            None => {
                order.push(*node);
                stack.pop();
            }
        }
    }
    order
}

/// The least total weight of a path from each node of `order` to `target`, `None` where there is
/// no path. Nothing at all if a cycle of negative weight leads to the target.
///
/// Bellman-Ford in the given order: one round does it without cycles, another one notices.
pub(super) fn distances_to(
    target: NodeId,
    heads: &[NodeId],
    weights: &[i64],
    rows: &Rows,
    order: &[usize],
) -> Option<Vec<Option<i128>>> {
    let mut distances = vec![None; rows.first.len() - 1];
    distances[target.index()] = Some(0);
    // A path has fewer arcs than there are nodes, so a change after that many rounds is a cycle.
    for _ in 0..=order.len() {
        let mut has_changed = false;
        for &node in order {
            for &arc in rows.leaving(node) {
                let through =
                    distances[heads[arc].index()].map(|rest| rest + i128::from(weights[arc]));
                if through.is_some_and(|sum| distances[node].is_none_or(|least| sum < least)) {
                    distances[node] = through;
                    has_changed = true;
                }
            }
        }
        if !has_changed {
            return Some(distances);
        }
    }
    None
}
