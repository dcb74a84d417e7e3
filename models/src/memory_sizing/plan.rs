//! The decisions of a memory-sizing plan, and nothing that could be derived from them.

use super::instance::{NodeId, TypeId};

/// A retry ladder per task type and, where nodes are given, where the first attempts run.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub struct Plan {
    /// One ladder per task type, in the instance's order.
    pub ladders: Vec<Ladder>,
    /// Slots of task types on nodes; empty where the instance has no nodes.
    pub placements: Vec<Placement>,
}

/// Allocations of the first attempt and every retry, in MiB, strictly increasing.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Ladder(pub Vec<u64>);

/// `slots` tasks of a type run side by side on a node, each with its first allocation.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Placement {
    /// The task type.
    pub task_type: TypeId,
    /// The node.
    pub node: NodeId,
    /// How many tasks, at least one.
    pub slots: u32,
}
