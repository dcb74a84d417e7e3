//! A shard's placement by names, as files have it.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// Mode and nodes of a shard.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Placement {
    /// How it survives failures.
    pub mode: ModeByName,
    /// Name of the node that serves it.
    pub primary: String,
    /// Names of the other servers of a chain, in its order.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub replicas: Vec<String>,
}

/// A mode of fault tolerance with its parameters.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(tag = "kind", rename_all = "snake_case", deny_unknown_fields)]
pub enum ModeByName {
    /// Saves its state every so often.
    Checkpoint {
        /// Name of the store.
        store: String,
        /// Time between two checkpoints, in ms.
        interval_ms: u64,
    },
    /// The head pushes its state down the chain every so often.
    RelaxedChain {
        /// Time between two pushes, in ms.
        period_ms: u64,
    },
    /// Every update passes the whole chain.
    StrictChain {},
    /// Keeps its state in a store.
    Stateless {
        /// Name of the store.
        store: String,
        /// Copies in the store.
        copies: u8,
    },
}
