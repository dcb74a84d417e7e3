//! Best-first search over labels with dominance.

use std::cmp::Reverse;
use std::collections::BinaryHeap;

use super::bounds::Rows;
use super::{ConstrainedPath, Resource};
use crate::graph::network::{ArcId, FlowNetwork, NodeId};

/// A way to reach a node. What it has used stands in [`LabelSearch::used`].
struct Label {
    node: usize,
    cost: i128,
    /// The label it extends and the arc by which it does; none for the source's.
    origin: Option<(usize, usize)>,
}

pub(super) struct LabelSearch<'a> {
    network: &'a FlowNetwork,
    resources: &'a [Resource],
    rows: &'a Rows,
    /// Least cost from each node to the target.
    cost_left: Vec<Option<i128>>,
    /// The same for every resource.
    use_left: Vec<Vec<Option<i128>>>,
    target: usize,
    labels: Vec<Label>,
    /// One row of `resources.len()` entries per label.
    used: Vec<i64>,
    /// Labels to be extended, by the least cost of a whole path; the older first among equals.
    queue: BinaryHeap<Reverse<(i128, usize)>>,
    /// Extended labels of every node, none of which uses as much as another of everything.
    settled: Vec<Vec<usize>>,
}

impl<'a> LabelSearch<'a> {
    pub(super) fn new(
        network: &'a FlowNetwork,
        resources: &'a [Resource],
        rows: &'a Rows,
        cost_left: Vec<Option<i128>>,
        use_left: Vec<Vec<Option<i128>>>,
        target: NodeId,
    ) -> Self {
        let settled = vec![Vec::new(); network.node_count()];
        Self {
            network,
            resources,
            rows,
            cost_left,
            use_left,
            target: target.index(),
            labels: Vec::new(),
            used: Vec::new(),
            queue: BinaryHeap::new(),
            settled,
        }
    }

    /// Extends labels from `source` until one arrives.
    pub(super) fn run(mut self, source: NodeId) -> Option<ConstrainedPath> {
        self.add(Label { node: source.index(), cost: 0, origin: None });
        while let Some(Reverse((_, label))) = self.queue.pop() {
            let node = self.labels[label].node;
            if node == self.target {
                return Some(self.path(label));
            }
            if !self.is_dominated(node, label) {
                self.settle(node, label);
                self.extend(node, label);
            }
        }
        None
    }

    fn extend(&mut self, node: usize, label: usize) {
        let rows = self.rows;
        for &arc in rows.leaving(node) {
            let cost = self.labels[label].cost + i128::from(self.network.costs()[arc]);
            let head = self.network.heads()[arc].index();
            self.add(Label { node: head, cost, origin: Some((label, arc)) });
        }
    }

    /// Queues a label unless it cannot reach the target within the limits or is dominated.
    fn add(&mut self, label: Label) {
        let (node, id) = (label.node, self.labels.len());
        let Some(cost_left) = self.cost_left[node] else { return };
        let estimate = label.cost + cost_left;
        if self.push_used(&label) && !self.is_dominated(node, id) {
            self.labels.push(label);
            self.queue.push(Reverse((estimate, id)));
        } else {
            self.used.truncate(id * self.resources.len());
        }
    }

    /// Appends what the label uses. Says whether all of it can last to the target.
    fn push_used(&mut self, label: &Label) -> bool {
        for (position, resource) in self.resources.iter().enumerate() {
            let before_and_arc = label.origin.map(|(origin, arc)| {
                let before = self.used[origin * self.resources.len() + position];
                i128::from(before) + i128::from(resource.consumption[arc])
            });
            let used = before_and_arc.unwrap_or(0);
            let left = self.use_left[position][label.node].unwrap_or(0);
            if used + left > i128::from(resource.limit) {
                return false;
            }
            // No more than the limit, since nothing negative is left to use.
            self.used.push(used as i64);
        }
        true
    }

    fn used(&self, label: usize) -> &[i64] {
        let width = self.resources.len();
        &self.used[label * width..(label + 1) * width]
    }

    fn uses_no_more(&self, label: usize, than: usize) -> bool {
        self.used(label).iter().zip(self.used(than)).all(|(a, b)| a <= b)
    }

    /// Whether a settled label makes this one useless. Settled labels came first, so at the same
    /// node none of them costs more, and only consumption needs comparing.
    fn is_dominated(&self, node: usize, label: usize) -> bool {
        self.settled[node].iter().any(|&earlier| self.uses_no_more(earlier, label))
    }

    fn settle(&mut self, node: usize, label: usize) {
        // Whatever an earlier label with more consumption dominates, this one does too.
        let mut settled = std::mem::take(&mut self.settled[node]);
        settled.retain(|&earlier| !self.uses_no_more(label, earlier));
        settled.push(label);
        self.settled[node] = settled;
    }

    fn path(&self, label: usize) -> ConstrainedPath {
        let mut arcs = Vec::new();
        let mut step = self.labels[label].origin;
        while let Some((origin, arc)) = step {
            arcs.push(ArcId(arc as u32));
            step = self.labels[origin].origin;
        }
        arcs.reverse();
        ConstrainedPath {
            cost: self.labels[label].cost,
            arcs,
            consumption: self.used(label).to_vec(),
        }
    }
}
