//! What a shard is and what it asks for.

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::is_default;
use super::placement::Placement;

/// A shard of a parameter server.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Shard {
    /// Unique name.
    pub name: String,
    /// Its state, in MiB.
    #[schemars(range(min = 1, max = 16_777_216))]
    pub state_mib: u64,
    /// What a stalled second costs.
    #[schemars(range(max = 1_048_576))]
    pub value: u64,
    /// What its updates write, in KiB per second; a strict chain passes all of it on.
    #[serde(default, skip_serializing_if = "is_default")]
    #[schemars(range(max = 1_099_511_627_776_u64))]
    pub write_kib_per_s: u64,
    /// Updates in a thousand seconds; a strict chain waits for the network at each.
    #[serde(default, skip_serializing_if = "is_default")]
    #[schemars(range(max = 16_777_216))]
    pub updates_milli_per_s: u64,
    /// Time between two batches of updates of a stateless server, in ms.
    #[serde(default = "one_minute", skip_serializing_if = "is_one_minute")]
    #[schemars(range(min = 100, max = 4_294_967_296_u64))]
    pub batch_ms: u64,
    /// Gradients that pile up while a stateless server is away, in KiB per second.
    #[serde(default, skip_serializing_if = "is_default")]
    #[schemars(range(max = 1_099_511_627_776_u64))]
    pub backlog_kib_per_s: u64,
    /// Share of a transfer during which work stands still, in parts per million.
    #[serde(default = "whole", skip_serializing_if = "is_whole")]
    #[schemars(range(max = 1_000_000))]
    pub blocking_ppm: u64,
    /// Share of progress that stale gradients preserve while a stateless server is away, in parts
    /// per million.
    #[serde(default = "half", skip_serializing_if = "is_half")]
    #[schemars(range(max = 1_000_000))]
    pub stale_progress_ppm: u64,
    /// The modes it may use.
    #[serde(default = "all_modes", skip_serializing_if = "is_all_modes")]
    #[schemars(length(min = 1))]
    pub modes: Vec<ModeKind>,
    /// Lengths of chains it may use, ascending.
    #[serde(default = "two_or_three", skip_serializing_if = "is_two_or_three")]
    pub chain_copies: Vec<u8>,
    /// Copies in a store that a stateless server may keep, ascending.
    #[serde(default = "one_copy", skip_serializing_if = "is_one_copy")]
    pub stateless_copies: Vec<u8>,
    /// How likely all places that hold its state may be away at the same time, in parts per 10⁹.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(range(min = 1, max = 1_000_000_000))]
    pub max_unavailability_ppb: Option<u64>,
    /// How its copies on nodes are spread; no node ever has two.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub spread: Vec<SpreadRule>,
    /// Labels that its nodes must have.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub requires: BTreeMap<String, String>,
    /// The node that must be its primary.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub pinned_primary: Option<String>,
    /// Nodes that must not have it.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub excluded_nodes: Vec<String>,
    /// Where it is now.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub current: Option<Placement>,
    /// Nodes that are being given a copy now; using them is no move.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub moves_in_flight: Vec<String>,
    /// What a copy on a node that had none costs once it has a placement, in the unit of costs.
    #[serde(default, skip_serializing_if = "is_default")]
    #[schemars(range(max = 1_125_899_906_842_624_u64))]
    pub move_cost: u64,
}

/// At most so many copies in one domain.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct SpreadRule {
    /// Name of the level.
    pub level: String,
    /// Copies that a domain of the level may have.
    #[serde(default = "one")]
    #[schemars(range(min = 1, max = 5))]
    pub max_copies: u8,
}

/// A mode of fault tolerance without its parameters.
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema,
)]
#[serde(rename_all = "snake_case")]
pub enum ModeKind {
    /// One server that saves its state to a store.
    Checkpoint,
    /// A chain whose head pushes its state every so often and waits for the next server only.
    RelaxedChain,
    /// A chain in which every update reaches the tail before it counts.
    StrictChain,
    /// A server that keeps its state in a store; work goes on while it is away.
    Stateless,
}

impl ModeKind {
    /// All modes.
    pub const ALL: [ModeKind; 4] =
        [ModeKind::Checkpoint, ModeKind::RelaxedChain, ModeKind::StrictChain, ModeKind::Stateless];

    /// The mode in words.
    #[must_use]
    pub fn label(self) -> &'static str {
        match self {
            ModeKind::Checkpoint => "checkpoint",
            ModeKind::RelaxedChain => "relaxed chain",
            ModeKind::StrictChain => "strict chain",
            ModeKind::Stateless => "stateless",
        }
    }
}

fn one() -> u8 {
    1
}

fn one_minute() -> u64 {
    60_000
}

fn whole() -> u64 {
    1_000_000
}

fn half() -> u64 {
    500_000
}

fn all_modes() -> Vec<ModeKind> {
    ModeKind::ALL.to_vec()
}

fn two_or_three() -> Vec<u8> {
    vec![2, 3]
}

fn one_copy() -> Vec<u8> {
    vec![1]
}

// Serde passes what it asks about by reference.
#[allow(clippy::trivially_copy_pass_by_ref)]
fn is_one_minute(time_ms: &u64) -> bool {
    *time_ms == one_minute()
}

#[allow(clippy::trivially_copy_pass_by_ref)]
fn is_whole(share_ppm: &u64) -> bool {
    *share_ppm == whole()
}

#[allow(clippy::trivially_copy_pass_by_ref)]
fn is_half(share_ppm: &u64) -> bool {
    *share_ppm == half()
}

fn is_all_modes(modes: &[ModeKind]) -> bool {
    *modes == ModeKind::ALL
}

fn is_two_or_three(copies: &[u8]) -> bool {
    *copies == [2, 3]
}

fn is_one_copy(copies: &[u8]) -> bool {
    *copies == [1]
}
