//! The decisions of a placement plan, and nothing that could be derived from them.

use super::instance::{ModeKind, NodeId, StoreId};

/// A decision for every shard, in the instance's order.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub struct Plan {
    /// The decisions.
    pub shards: Vec<ShardPlan>,
}

/// Mode and nodes of a shard.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct ShardPlan {
    /// How it survives failures.
    pub mode: Mode,
    /// The nodes that have a copy: the primary first, then the others of a chain in its order.
    pub nodes: Vec<NodeId>,
}

/// A mode of fault tolerance with its parameters.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Mode {
    /// Saves its state every so often.
    Checkpoint {
        /// The store.
        store: StoreId,
        /// Time between two checkpoints, in ms.
        interval_ms: u64,
    },
    /// The head pushes its state down the chain every so often.
    RelaxedChain {
        /// Time between two pushes, in ms.
        period_ms: u64,
    },
    /// Every update passes the whole chain.
    StrictChain,
    /// Keeps its state in a store.
    Stateless {
        /// The store.
        store: StoreId,
        /// Copies in the store.
        copies: u8,
    },
}

impl Mode {
    /// The mode without its parameters.
    #[must_use]
    pub fn kind(self) -> ModeKind {
        match self {
            Mode::Checkpoint { .. } => ModeKind::Checkpoint,
            Mode::RelaxedChain { .. } => ModeKind::RelaxedChain,
            Mode::StrictChain => ModeKind::StrictChain,
            Mode::Stateless { .. } => ModeKind::Stateless,
        }
    }

    /// The store it needs, if any.
    #[must_use]
    pub fn store(self) -> Option<StoreId> {
        match self {
            Mode::Checkpoint { store, .. } | Mode::Stateless { store, .. } => Some(store),
            Mode::RelaxedChain { .. } | Mode::StrictChain => None,
        }
    }

    /// Whether its copies form a chain.
    #[must_use]
    pub fn is_chain(self) -> bool {
        self.store().is_none()
    }
}
