//! The directed network that the flow kernels share as input.
//!
//! Plain arrays, one entry per arc or node, in the order in which the caller added them. Each
//! kernel builds the adjacency layout it needs from these arrays, so the input type owes nothing
//! to any algorithm and a flow is simply one `i64` per [`ArcId`].

use serde::{Deserialize, Serialize};
use thiserror::Error;

/// Index of a node of a [`FlowNetwork`], counted from zero.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct NodeId(pub u32);

/// Index of an arc of a [`FlowNetwork`], counted from zero in order of insertion.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct ArcId(pub u32);

impl NodeId {
    /// The index as a position in an array.
    #[must_use]
    pub fn index(self) -> usize {
        self.0 as usize
    }
}

impl ArcId {
    /// The index as a position in an array.
    #[must_use]
    pub fn index(self) -> usize {
        self.0 as usize
    }
}

/// Why a node, arc or supply was refused.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum NetworkError {
    /// The node does not exist in the network.
    #[error("node {node} does not exist: the network has {node_count} nodes")]
    UnknownNode {
        /// The node that was asked for.
        node: u32,
        /// How many nodes there are.
        node_count: usize,
    },
    /// Capacities count units that may pass, so they cannot be negative.
    #[error("arc {tail} -> {head} has the negative capacity {capacity}")]
    NegativeCapacity {
        /// Where the arc starts.
        tail: u32,
        /// Where the arc ends.
        head: u32,
        /// The refused capacity.
        capacity: i64,
    },
    /// Kernels store an arc and its reverse in one `u32` index space.
    #[error("a network holds at most {limit} {what}", limit = FlowNetwork::MAX_SIZE)]
    TooLarge {
        /// `nodes` or `arcs`.
        what: &'static str,
    },
}

/// A directed network with capacities, costs per unit and supplies.
///
/// Parallel arcs and self loops are allowed. Lower bounds on flow are always zero: a reader of a
/// format with lower bounds shifts them into the supplies first.
///
/// ```
/// use placewright_solver::graph::{FlowNetwork, NodeId};
///
/// let mut network = FlowNetwork::new(3)?;
/// let rack = network.add_arc(NodeId(0), NodeId(1), 40)?;
/// network.add_arc_with_cost(NodeId(1), NodeId(2), 25, 3)?;
/// assert_eq!(network.arc_count(), 2);
/// assert_eq!(network.capacities()[rack.index()], 40);
/// # Ok::<(), placewright_solver::graph::NetworkError>(())
/// ```
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct FlowNetwork {
    tails: Vec<NodeId>,
    heads: Vec<NodeId>,
    capacities: Vec<i64>,
    costs: Vec<i64>,
    supplies: Vec<i64>,
}

impl FlowNetwork {
    /// The largest number of nodes, and of arcs, a network may have: an arc and its reverse
    /// must both fit a `u32`, with one value left over for "none".
    pub const MAX_SIZE: usize = (u32::MAX / 2) as usize;

    /// A network of `node_count` nodes with supply zero and no arcs.
    pub fn new(node_count: usize) -> Result<Self, NetworkError> {
        Self::with_arc_capacity(node_count, 0)
    }

    /// Like [`FlowNetwork::new`], with room for `arc_count` arcs set aside.
    pub fn with_arc_capacity(node_count: usize, arc_count: usize) -> Result<Self, NetworkError> {
        check_size(node_count, "nodes")?;
        check_size(arc_count, "arcs")?;
        Ok(Self {
            tails: Vec::with_capacity(arc_count),
            heads: Vec::with_capacity(arc_count),
            capacities: Vec::with_capacity(arc_count),
            costs: Vec::with_capacity(arc_count),
            supplies: vec![0; node_count],
        })
    }

    /// Adds an arc that costs nothing to use.
    pub fn add_arc(
        &mut self,
        tail: NodeId,
        head: NodeId,
        capacity: i64,
    ) -> Result<ArcId, NetworkError> {
        self.add_arc_with_cost(tail, head, capacity, 0)
    }

    /// Adds an arc with a cost per unit of flow.
    pub fn add_arc_with_cost(
        &mut self,
        tail: NodeId,
        head: NodeId,
        capacity: i64,
        cost: i64,
    ) -> Result<ArcId, NetworkError> {
        self.check_node(tail)?;
        self.check_node(head)?;
        if capacity < 0 {
            return Err(NetworkError::NegativeCapacity { tail: tail.0, head: head.0, capacity });
        }
        check_size(self.arc_count() + 1, "arcs")?;
        let arc = ArcId(self.arc_count() as u32);
        self.tails.push(tail);
        self.heads.push(head);
        self.capacities.push(capacity);
        self.costs.push(cost);
        Ok(arc)
    }

    /// Sets how much the node puts into the network (negative: takes out of it).
    pub fn set_supply(&mut self, node: NodeId, supply: i64) -> Result<(), NetworkError> {
        self.check_node(node)?;
        self.supplies[node.index()] = supply;
        Ok(())
    }

    /// Number of nodes.
    #[must_use]
    pub fn node_count(&self) -> usize {
        self.supplies.len()
    }

    /// Number of arcs.
    #[must_use]
    pub fn arc_count(&self) -> usize {
        self.tails.len()
    }

    /// Start node of every arc.
    #[must_use]
    pub fn tails(&self) -> &[NodeId] {
        &self.tails
    }

    /// End node of every arc.
    #[must_use]
    pub fn heads(&self) -> &[NodeId] {
        &self.heads
    }

    /// Capacity of every arc, never negative.
    #[must_use]
    pub fn capacities(&self) -> &[i64] {
        &self.capacities
    }

    /// Cost per unit of flow of every arc.
    #[must_use]
    pub fn costs(&self) -> &[i64] {
        &self.costs
    }

    /// Supply of every node; positive puts flow in, negative takes it out.
    #[must_use]
    pub fn supplies(&self) -> &[i64] {
        &self.supplies
    }

    /// Flow out of minus flow into every node. `flows` holds one entry per arc.
    ///
    /// A flow serves the supplies when this equals [`FlowNetwork::supplies`], and is a flow from
    /// a source to a sink when it is zero everywhere else.
    #[must_use]
    pub fn net_outflows(&self, flows: &[i64]) -> Vec<i128> {
        let mut net = vec![0_i128; self.node_count()];
        for ((tail, head), &flow) in self.tails.iter().zip(&self.heads).zip(flows) {
            net[tail.index()] += i128::from(flow);
            net[head.index()] -= i128::from(flow);
        }
        net
    }

    /// Total cost of a flow. `flows` holds one entry per arc.
    #[must_use]
    pub fn cost_of(&self, flows: &[i64]) -> i128 {
        // At most 2^31 products of at most 2^126 each could exceed 2^127, but only if nearly
        // every arc carried 2^63 units at 2^63 a unit; saturating keeps even that honest.
        self.costs.iter().zip(flows).fold(0, |total: i128, (&cost, &flow)| {
            total.saturating_add(i128::from(cost) * i128::from(flow))
        })
    }

    /// Refuses a node that does not exist.
    pub fn check_node(&self, node: NodeId) -> Result<(), NetworkError> {
        if node.index() < self.node_count() {
            Ok(())
        } else {
            Err(NetworkError::UnknownNode { node: node.0, node_count: self.node_count() })
        }
    }
}

fn check_size(size: usize, what: &'static str) -> Result<(), NetworkError> {
    if size <= FlowNetwork::MAX_SIZE { Ok(()) } else { Err(NetworkError::TooLarge { what }) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn refuses_unknown_nodes_and_negative_capacities() {
        let mut network = FlowNetwork::new(2).unwrap();
        assert_eq!(
            network.add_arc(NodeId(0), NodeId(2), 1),
            Err(NetworkError::UnknownNode { node: 2, node_count: 2 })
        );
        assert_eq!(
            network.add_arc(NodeId(0), NodeId(1), -1),
            Err(NetworkError::NegativeCapacity { tail: 0, head: 1, capacity: -1 })
        );
        assert!(network.set_supply(NodeId(5), 1).is_err());
        assert_eq!(network.arc_count(), 0);
    }

    #[test]
    fn refuses_sizes_beyond_the_index_space() {
        assert_eq!(
            FlowNetwork::new(FlowNetwork::MAX_SIZE + 1),
            Err(NetworkError::TooLarge { what: "nodes" })
        );
    }

    #[test]
    fn totals_do_not_wrap() {
        let mut network = FlowNetwork::new(2).unwrap();
        for _ in 0..4 {
            network.add_arc_with_cost(NodeId(0), NodeId(1), i64::MAX, i64::MAX).unwrap();
        }
        let flows = vec![i64::MAX; 4];
        let most = i128::from(i64::MAX);
        assert_eq!(network.net_outflows(&flows), vec![4 * most, -4 * most]);
        // 4 * (2^63 - 1)^2 lies just below 2^128, beyond the type: it stops at the end.
        assert_eq!(network.cost_of(&flows), i128::MAX);
        assert_eq!(network.cost_of(&flows[..2]), 2 * most * most);
    }

    #[test]
    fn a_self_loop_has_no_net_outflow() {
        let mut network = FlowNetwork::new(1).unwrap();
        network.add_arc(NodeId(0), NodeId(0), 7).unwrap();
        assert_eq!(network.net_outflows(&[5]), vec![0]);
    }
}
