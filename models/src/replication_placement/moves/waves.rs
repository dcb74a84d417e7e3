//! Moves in waves, as data.

use crate::replication_placement::instance::{NodeId, StoreId};
use crate::replication_placement::plan::ShardPlan;

/// How a plan is carried out.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct MovePlan {
    /// The waves, one after the other.
    pub waves: Vec<Wave>,
    /// What no order was found for; the waves lead to the plan only where this is empty.
    pub stuck: Vec<Stuck>,
}

/// What happens side by side, and at its end.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Wave {
    /// Copies, all of which begin at once and end within the duration.
    pub transfers: Vec<Transfer>,
    /// Decisions that take effect once the copies are there, in this order.
    pub switches: Vec<Switch>,
    /// Copies that are dropped after that.
    pub drops: Vec<Drop>,
    /// How long the copies take, in ms.
    pub duration_ms: u64,
}

/// Where a state is copied from or to.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Place {
    /// A node.
    Node(NodeId),
    /// A store.
    Store(StoreId),
    /// Wherever the state of a shard comes from that is nowhere yet.
    Outside,
}

/// Why a state is copied.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Reason {
    /// The plan wants a copy there.
    Planned,
    /// It is on its way already, and the plan wants it there.
    InFlight,
    /// The plan's store must have the state before the plan's mode takes effect.
    Store,
    /// Its old node is full and another shard waits for the room.
    StepAside {
        /// The shard that waits.
        shard: usize,
    },
}

/// A state that is copied.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Transfer {
    /// The shard.
    pub shard: usize,
    /// A node that has the state, or outside.
    pub from: Place,
    /// A node or a store.
    pub to: Place,
    /// How much is copied, in MiB.
    pub mib: u64,
    /// Why.
    pub reason: Reason,
}

/// A decision that takes effect.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Switch {
    /// The shard.
    pub shard: usize,
    /// The plan's decision, or one on the way to it.
    pub to: ShardPlan,
}

/// A copy that is no longer needed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Drop {
    /// The shard.
    pub shard: usize,
    /// The node.
    pub node: NodeId,
}

/// Something that cannot be done in any order that was found.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Stuck {
    /// The shard.
    pub shard: usize,
    /// Where its state cannot be copied to; `None` where its decision cannot take effect.
    pub to: Option<Place>,
    /// What is short.
    pub shortage: Shortage,
}

/// What is short.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Shortage {
    /// Memory of the node, in MiB.
    Memory {
        /// The node.
        node: NodeId,
        /// What is missing.
        mib: u64,
    },
    /// A shared capacity, by row of [`Layout`](crate::replication_placement::instance::Layout).
    Row {
        /// The row.
        row: u32,
        /// What is missing, in its unit.
        amount: u64,
    },
    /// It waits for another copy of the same shard.
    Others,
}

impl MovePlan {
    /// How long all waves take, in ms.
    #[must_use]
    pub fn duration_ms(&self) -> u64 {
        self.waves.iter().fold(0, |sum, wave| sum.saturating_add(wave.duration_ms))
    }

    /// All copies of states.
    pub fn transfers(&self) -> impl Iterator<Item = &Transfer> {
        self.waves.iter().flat_map(|wave| &wave.transfers)
    }
}

impl Wave {
    /// Whether nothing happens in it.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.transfers.is_empty() && self.switches.is_empty() && self.drops.is_empty()
    }
}

impl Place {
    /// The node, where it is one.
    #[must_use]
    pub fn node(self) -> Option<NodeId> {
        match self {
            Place::Node(node) => Some(node),
            Place::Store(_) | Place::Outside => None,
        }
    }
}
