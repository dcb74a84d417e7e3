//! The data of a placement problem: failure domains, nodes, stores, and shards with what they ask.

mod availability;
mod index;
mod layout;
mod loads;
mod placement;
mod quantities;
mod shard;

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

pub use availability::{WEIGHT_PER_BIT, weight_of_probability, weight_of_unavailability};
pub use index::{DomainId, Index, LevelId, is_between};
pub use layout::Layout;
pub use loads::Loads;
pub use placement::{ModeByName, Placement};
pub use quantities::{DAY_US, transfer_ms};
pub use shard::{ModeKind, Shard, SpreadRule};

/// Where shards may live, and the shards.
///
/// Units: sizes in MiB, speeds in KiB per second, times in ms, rates in micro-events (10⁻⁶ events)
/// per day, shares in parts per million. Value has the unit the user gives it; a cost is value
/// times microseconds lost per day.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Instance {
    /// Kinds of failure domains (rack, zone, power feed): each splits the nodes into domains.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub levels: Vec<Level>,
    /// The nodes.
    #[schemars(length(min = 1))]
    pub nodes: Vec<Node>,
    /// Where checkpoints and stateless servers keep state.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub stores: Vec<Store>,
    /// The shards.
    #[schemars(length(min = 1))]
    pub shards: Vec<Shard>,
    /// Times between two checkpoints to choose from, ascending, in ms.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub checkpoint_intervals_ms: Vec<u64>,
    /// Times between two pushes of a relaxed chain to choose from, ascending, in ms.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub push_periods_ms: Vec<u64>,
    /// How long steps of a recovery take.
    pub timing: Timing,
    /// How strictly shared rules are kept.
    #[serde(default, skip_serializing_if = "is_default")]
    pub policies: Policies,
    /// What a plan may move.
    #[serde(default, skip_serializing_if = "is_default")]
    pub move_limits: MoveLimits,
}

/// A kind of failure domains.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Level {
    /// Unique name, such as `rack`.
    pub name: String,
    /// What a message between two of its domains takes longer, in microseconds.
    #[serde(default, skip_serializing_if = "is_default")]
    #[schemars(range(max = 16_777_216))]
    pub latency_us: u64,
    /// The domains.
    #[schemars(length(min = 1))]
    pub domains: Vec<Domain>,
}

/// Nodes and stores that fail together.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Domain {
    /// Name, unique within the level.
    pub name: String,
    /// How often everything in it fails at once, in micro-events per day.
    #[serde(default, skip_serializing_if = "is_default")]
    #[schemars(range(max = 1_073_741_824))]
    pub shocks_micro_per_day: u64,
    /// What crosses its border at most, both ways together, in KiB per second.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(range(max = 1_099_511_627_776_u64))]
    pub trunk_kib_per_s: Option<u64>,
}

/// A machine.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Node {
    /// Unique name.
    pub name: String,
    /// Memory for copies of shards once all moves are done, in MiB.
    #[schemars(range(max = 1_099_511_627_776_u64))]
    pub memory_mib: u64,
    /// Memory while copies move and are in two places; without the key, the same.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(range(max = 1_099_511_627_776_u64))]
    pub memory_during_mib: Option<u64>,
    /// What it sends at most, in KiB per second.
    #[schemars(range(min = 1, max = 1_099_511_627_776_u64))]
    pub nic_out_kib_per_s: u64,
    /// What it receives at most, in KiB per second.
    #[schemars(range(min = 1, max = 1_099_511_627_776_u64))]
    pub nic_in_kib_per_s: u64,
    /// How often it fails by itself, in micro-events per day.
    #[schemars(range(max = 1_073_741_824))]
    pub failures_micro_per_day: u64,
    /// How long it is away after a failure, in ms.
    #[schemars(range(max = 4_294_967_296_u64))]
    pub repair_ms: u64,
    /// What a GiB of copies on it costs, in the unit of costs.
    #[serde(default, skip_serializing_if = "is_default")]
    #[schemars(range(max = 1_099_511_627_776_u64))]
    pub price_per_gib: u64,
    /// What shards may ask for.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub labels: BTreeMap<String, String>,
    /// Its domain of every level, by names.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub domains: BTreeMap<String, String>,
}

/// An object store, a log, or a checkpoint target.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Store {
    /// Unique name.
    pub name: String,
    /// What it holds at most, in MiB.
    #[schemars(range(max = 1_125_899_906_842_624_u64))]
    pub capacity_mib: u64,
    /// What it takes in at most, in KiB per second.
    #[schemars(range(min = 1, max = 1_099_511_627_776_u64))]
    pub ingest_kib_per_s: u64,
    /// How fast it gives one state back, in KiB per second.
    #[schemars(range(min = 1, max = 1_099_511_627_776_u64))]
    pub restore_kib_per_s: u64,
    /// How often it is away, in micro-events per day, beside the shocks of its domains.
    #[serde(default, skip_serializing_if = "is_default")]
    #[schemars(range(max = 1_073_741_824))]
    pub failures_micro_per_day: u64,
    /// For how long, in ms.
    #[serde(default, skip_serializing_if = "is_default")]
    #[schemars(range(max = 4_294_967_296_u64))]
    pub repair_ms: u64,
    /// How often a state kept in one, two, three copies is lost for good, in micro-events per day;
    /// never where nothing is given.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub losses_micro_per_day: Vec<u64>,
    /// What a GiB in it costs, in the unit of costs.
    #[serde(default, skip_serializing_if = "is_default")]
    #[schemars(range(max = 1_099_511_627_776_u64))]
    pub price_per_gib: u64,
    /// Its domains by level; levels not listed never take it away.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub domains: BTreeMap<String, String>,
}

/// How long steps of a recovery take, in ms.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Timing {
    /// Until a failure is noticed.
    #[schemars(range(max = 4_294_967_296_u64))]
    pub detection_ms: u64,
    /// Until a new server runs, without reading its state.
    #[schemars(range(max = 4_294_967_296_u64))]
    pub restart_ms: u64,
    /// Until the next server of a chain is its head.
    #[schemars(range(max = 4_294_967_296_u64))]
    pub takeover_ms: u64,
    /// What is lost when no copy of a state is left.
    #[schemars(range(max = 4_294_967_296_u64))]
    pub cold_restart_ms: u64,
}

/// How strictly rules are kept that plans of many shards share, or that the cluster may already
/// break.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Policies {
    /// Memory, network, stores and trunks; excess in MiB or KiB per second.
    #[serde(default, skip_serializing_if = "is_default")]
    pub capacity: Policy,
    /// Copies per domain; excess in copies.
    #[serde(default, skip_serializing_if = "is_default")]
    pub spread: Policy,
    /// Availability targets; excess in 1/1024 of a halving of the unavailability.
    #[serde(default, skip_serializing_if = "is_default")]
    pub availability: Policy,
}

/// How strictly a rule is kept.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(tag = "kind", rename_all = "snake_case", deny_unknown_fields)]
pub enum Policy {
    /// Always.
    #[default]
    Hard,
    /// At a price per unit of excess.
    Soft {
        /// Per unit of excess, in the unit of costs.
        price: u64,
    },
    /// Where the current placement breaks it, never worse than now, at a price per unit of excess;
    /// elsewhere always.
    Default {
        /// Per unit of excess, in the unit of costs; high enough, mending comes first.
        price: u64,
    },
}

/// What a plan may move at most, and how fast; nothing is said where there is no number.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct MoveLimits {
    /// Copies on nodes that had none, of shards that have a placement.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub copies: Option<u64>,
    /// Their size, in MiB.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub mib: Option<u64>,
    /// Copies that a node sends at the same time, and that it receives.
    #[serde(default = "two", skip_serializing_if = "is_two")]
    #[schemars(range(min = 1, max = 65_536))]
    pub copies_per_node: u64,
    /// Copies on their way at the same time, in the whole cluster.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(range(min = 1))]
    pub copies_at_once: Option<u64>,
    /// Share of every network, trunk and ingest of a store that copies may take, in parts per
    /// million.
    #[serde(default = "half", skip_serializing_if = "is_half")]
    #[schemars(range(min = 1, max = 1_000_000))]
    pub network_ppm: u64,
    /// What a node sends for copies at most, and what it receives, in KiB per second, beside its
    /// share of the network.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(range(min = 1, max = 1_099_511_627_776_u64))]
    pub kib_per_s_per_node: Option<u64>,
    /// How memory while copies move is counted.
    #[serde(default, skip_serializing_if = "is_default")]
    pub memory: MoveMemory,
}

impl Default for MoveLimits {
    fn default() -> Self {
        Self {
            copies: None,
            mib: None,
            copies_per_node: two(),
            copies_at_once: None,
            network_ppm: half(),
            kib_per_s_per_node: None,
            memory: MoveMemory::default(),
        }
    }
}

/// How memory while copies move is counted.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum MoveMemory {
    /// As if all copies moved at once: memory stands in the way of no order.
    #[default]
    AtOnce,
    /// Wave by wave: plans may need an order, and some have none.
    InWaves,
}

fn two() -> u64 {
    2
}

fn half() -> u64 {
    limits::PPM / 2
}

// Serde passes what it asks about by reference.
#[allow(clippy::trivially_copy_pass_by_ref)]
fn is_two(number: &u64) -> bool {
    *number == two()
}

#[allow(clippy::trivially_copy_pass_by_ref)]
fn is_half(share_ppm: &u64) -> bool {
    *share_ppm == half()
}

fn is_default<T: Default + PartialEq>(value: &T) -> bool {
    *value == T::default()
}

/// Index of a node in [`Instance::nodes`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct NodeId(pub u32);

/// Index of a store in [`Instance::stores`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct StoreId(pub u32);

impl NodeId {
    /// The index as a `usize`.
    #[must_use]
    pub fn index(self) -> usize {
        self.0 as usize
    }
}

impl StoreId {
    /// The index as a `usize`.
    #[must_use]
    pub fn index(self) -> usize {
        self.0 as usize
    }
}

/// Limits within which every number of the referee is exact: rates of all domains together stay
/// below 2^34, times below 2^46 ms, so a loss below 2^80, with its value below 2^100, and of all
/// shards below 2^120.
pub mod limits {
    /// Most shards.
    pub const SHARDS: usize = 1 << 17;
    /// Most nodes.
    pub const NODES: usize = 1 << 14;
    /// Most stores.
    pub const STORES: usize = 1 << 8;
    /// Most levels.
    pub const LEVELS: usize = 8;
    /// Most intervals or periods to choose from.
    pub const MENU: usize = 64;
    /// Most domains of all levels together.
    pub const DOMAINS: usize = 1 << 16;
    /// Most copies that a store keeps of a state.
    pub const STORE_COPIES: u8 = 3;
    /// Most copies of a shard on nodes.
    pub const COPIES: u8 = 5;
    /// Largest memory of a node, in MiB.
    pub const MEMORY_MIB: u64 = 1 << 40;
    /// Largest capacity of a store, in MiB.
    pub const STORE_MIB: u64 = 1 << 50;
    /// Largest state of a shard, in MiB.
    pub const STATE_MIB: u64 = 1 << 24;
    /// Highest speed, in KiB per second.
    pub const KIB_PER_S: u64 = 1 << 40;
    /// Highest rate, in micro-events per day.
    pub const MICRO_PER_DAY: u64 = 1 << 30;
    /// Longest time, in ms (49 days).
    pub const TIME_MS: u64 = 1 << 32;
    /// Shortest interval, period or batch, in ms.
    pub const SHORTEST_MS: u64 = 100;
    /// Highest value of a stalled second.
    pub const VALUE: u64 = 1 << 20;
    /// Highest price.
    pub const PRICE: u64 = 1 << 40;
    /// Highest cost of a move.
    pub const MOVE_COST: u64 = 1 << 50;
    /// Longest latency, in microseconds, and most updates in a thousand seconds.
    pub const LATENCY_US: u64 = 1 << 24;
    /// Most copies that a node sends or receives at once.
    pub const AT_ONCE: u64 = 1 << 16;
    /// Shares are parts of this.
    pub const PPM: u64 = 1_000_000;
    /// Probabilities are parts of this.
    pub const PPB: u64 = 1_000_000_000;
}
