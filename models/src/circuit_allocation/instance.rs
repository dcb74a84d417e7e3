//! The data of an allocation problem: a cluster, its fabric, what is broken, what runs, and a
//! question.
//!
//! Leaves, servers of a leaf, spines and switches count from 0. GPUs of a server are alike, so they
//! are counted, not named.

mod demand;
mod free;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

pub use demand::{cross_flows, server_shares};
pub use free::{Free, Live};

/// A cluster with its fabric and live jobs, and what is asked of it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Instance {
    /// Leaves, servers, GPUs and spines.
    pub cluster: Cluster,
    /// How leaves and spines are joined.
    pub fabric: Fabric,
    /// What is broken and in nobody's hands.
    #[serde(default, skip_serializing_if = "Failures::is_none")]
    pub failures: Failures,
    /// The jobs that run.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub live: Vec<LiveJob>,
    /// What is asked.
    pub question: Question,
}

/// The size of a cluster. Every GPU has one port to its leaf.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Cluster {
    /// Leaf switches (top of rack).
    #[schemars(range(min = 1, max = 4096))]
    pub leaves: u32,
    /// Servers on a leaf.
    #[schemars(range(min = 1, max = 1024))]
    pub servers_per_leaf: u32,
    /// GPUs in a server.
    #[schemars(range(min = 1, max = 64))]
    pub gpus_per_server: u32,
    /// Spine switches.
    #[schemars(range(min = 1, max = 4096))]
    pub spines: u32,
}

/// How leaves and spines are joined. A circuit is one leaf-spine link of the rate of one GPU's
/// port, in both directions.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Fabric {
    /// By cables.
    Static(StaticFabric),
    /// Through optical circuit switches.
    Switched(SwitchedFabric),
}

/// Every leaf and every spine are joined by the same number of circuits.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct StaticFabric {
    /// Circuits between a leaf and a spine.
    #[schemars(range(min = 1, max = 1024))]
    pub circuits_per_pair: u32,
}

/// Optical circuit switches, each joining ports to leaves and ports to spines one to one.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct SwitchedFabric {
    /// Groups of equal switches; switches are counted through all groups.
    #[schemars(length(min = 1))]
    pub switches: Vec<SwitchGroup>,
}

/// Equal switches.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct SwitchGroup {
    /// How many.
    #[schemars(range(min = 1, max = 4096))]
    pub count: u32,
    /// Ports of each to every leaf.
    #[schemars(range(max = 1024))]
    pub leaf_ports: u32,
    /// Ports of each to every spine.
    #[schemars(range(max = 1024))]
    pub spine_ports: u32,
}

/// What is broken. What a live job still holds is not listed until it lets go of it.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Failures {
    /// Broken GPUs.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub gpus: Vec<ServerShare>,
    /// Broken circuits of a static fabric.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub circuits: Vec<Circuits>,
    /// Broken ports of optical switches to leaves.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub leaf_ports: Vec<LeafPorts>,
    /// Broken ports of optical switches to spines.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub spine_ports: Vec<SpinePorts>,
}

/// Some GPUs of a server.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct ServerShare {
    /// The leaf.
    pub leaf: u32,
    /// The server, counted on its leaf.
    pub server: u32,
    /// How many of its GPUs.
    #[schemars(range(min = 1, max = 64))]
    pub gpus: u32,
}

/// Circuits between a leaf and a spine.
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema,
)]
#[serde(deny_unknown_fields)]
pub struct Circuits {
    /// The leaf.
    pub leaf: u32,
    /// The spine.
    pub spine: u32,
    /// The optical switch they pass; only in a switched fabric, and always there.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub switch: Option<u32>,
    /// How many.
    #[schemars(range(min = 1, max = 65_536))]
    pub count: u32,
}

/// Ports of a switch to a leaf.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct LeafPorts {
    /// The switch.
    pub switch: u32,
    /// The leaf.
    pub leaf: u32,
    /// How many.
    #[schemars(range(min = 1, max = 1024))]
    pub count: u32,
}

/// Ports of a switch to a spine.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct SpinePorts {
    /// The switch.
    pub switch: u32,
    /// The spine.
    pub spine: u32,
    /// How many.
    #[schemars(range(min = 1, max = 1024))]
    pub count: u32,
}

/// A job that runs.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct LiveJob {
    /// Unique name.
    pub name: String,
    /// Its GPUs.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub servers: Vec<ServerShare>,
    /// Its circuits.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub circuits: Vec<Circuits>,
}

/// What is asked.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Question {
    /// A place for one job.
    Place(Place),
    /// Places for the most valuable of several jobs.
    Batch(Batch),
    /// Other circuits, moving as few live ones as possible.
    Rewire(Rewire),
}

/// A place for one job, on the fewest leaves, leaving the fewest GPUs free on them.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Place {
    /// The job.
    pub job: Job,
    /// Whether live circuits may move to other switches.
    #[serde(default, skip_serializing_if = "Moves::is_forbidden")]
    pub moves: Moves,
}

/// Places for jobs: the least weight left out, then the fewest leaves.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Batch {
    /// The jobs, in the order of the queue.
    #[schemars(length(min = 1))]
    pub jobs: Vec<Job>,
    /// Whether jobs may overtake.
    #[serde(default, skip_serializing_if = "Order::is_any")]
    pub order: Order,
    /// Whether live circuits may move to other switches.
    #[serde(default, skip_serializing_if = "Moves::is_forbidden")]
    pub moves: Moves,
}

/// Circuits wanted. Live circuits have no say in what is wanted, only in what it costs.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Rewire {
    /// All circuits wanted, old and new; pairs not listed want none.
    pub demand: Vec<Demand>,
}

/// Circuits wanted between a leaf and a spine.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Demand {
    /// The leaf.
    pub leaf: u32,
    /// The spine.
    pub spine: u32,
    /// How many circuits.
    #[schemars(range(min = 1, max = 65_536))]
    pub circuits: u32,
}

/// A job that wants GPUs.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Job {
    /// Unique name.
    pub name: String,
    /// GPUs it wants: at most a server's, or whole servers.
    #[schemars(range(min = 1, max = 1_048_576))]
    pub gpus: u32,
    /// What leaving it out of a batch costs.
    #[serde(default = "one", skip_serializing_if = "is_one")]
    #[schemars(range(min = 1, max = 1_048_576))]
    pub weight: u64,
    /// Which traffic must flow undisturbed.
    #[serde(default, skip_serializing_if = "Traffic::is_any")]
    pub traffic: Traffic,
    /// How its GPUs may be spread over leaves.
    #[serde(default, skip_serializing_if = "Split::is_any")]
    pub split: Split,
}

/// Which traffic a job sends between its GPUs. Ranks follow the order of its servers.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Traffic {
    /// Any permutation of its GPUs.
    #[default]
    Any,
    /// A hierarchical ring: rings within servers, and one ring per local rank through all servers.
    Ring,
    /// Recursive halving and doubling, partners at powers of two; a ring where the number of GPUs
    /// is no power of two.
    HalvingDoubling,
    /// Pairwise all-to-all: every GPU sends to the one `s` ranks on, for all `s`.
    AllToAll,
}

/// How a job's GPUs may be spread over leaves.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Split {
    /// Anyhow.
    #[default]
    Any,
    /// The same number on every leaf used.
    Equal,
}

/// Whether jobs of a batch may overtake.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Order {
    /// Any job may be left out.
    #[default]
    Any,
    /// Whoever stands behind a job that is left out is left out too.
    Fifo,
}

/// Whether live circuits may move to other switches. Their leaf and spine stay.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Moves {
    /// No live circuit is touched.
    #[default]
    Forbidden,
    /// They may, as few as possible.
    Allowed,
}

// Serde passes what it asks about by reference.
#[allow(clippy::trivially_copy_pass_by_ref)]
fn is_one(weight: &u64) -> bool {
    *weight == 1
}

fn one() -> u64 {
    1
}

impl Failures {
    fn is_none(&self) -> bool {
        *self == Self::default()
    }
}

#[allow(clippy::trivially_copy_pass_by_ref)]
impl Traffic {
    fn is_any(&self) -> bool {
        *self == Traffic::Any
    }
}

#[allow(clippy::trivially_copy_pass_by_ref)]
impl Split {
    fn is_any(&self) -> bool {
        *self == Split::Any
    }
}

#[allow(clippy::trivially_copy_pass_by_ref)]
impl Order {
    fn is_any(&self) -> bool {
        *self == Order::Any
    }
}

#[allow(clippy::trivially_copy_pass_by_ref)]
impl Moves {
    fn is_forbidden(&self) -> bool {
        *self == Moves::Forbidden
    }
}

/// Limits within which every number of the referee is exact and every table fits in memory.
pub mod limits {
    /// Most leaves, and most spines.
    pub const NODES: u32 = 1 << 12;
    /// Most servers on a leaf.
    pub const SERVERS_PER_LEAF: u32 = 1 << 10;
    /// Most GPUs in a server.
    pub const GPUS_PER_SERVER: u32 = 1 << 6;
    /// Most GPUs in all.
    pub const GPUS: u64 = 1 << 20;
    /// Most optical switches.
    pub const SWITCHES: u64 = 1 << 12;
    /// Most circuits per pair, and most ports of a switch to a leaf or spine.
    pub const PORTS: u32 = 1 << 10;
    /// Most pairs of a leaf and a spine, of a leaf and a switch, of a spine and a switch.
    pub const PAIRS: u64 = 1 << 20;
    /// Most circuits in one entry.
    pub const CIRCUITS: u32 = 1 << 16;
    /// Most entries of a list, and of all lists of live jobs together.
    pub const ENTRIES: usize = 1 << 20;
    /// Most jobs, live or asked about.
    pub const JOBS: usize = 1 << 16;
    /// Largest weight of a job.
    pub const WEIGHT: u64 = 1 << 20;
}

impl Cluster {
    /// GPUs on a leaf.
    #[must_use]
    pub fn gpus_per_leaf(&self) -> u32 {
        self.servers_per_leaf * self.gpus_per_server
    }

    /// GPUs of the whole cluster.
    #[must_use]
    pub fn gpus(&self) -> u64 {
        u64::from(self.leaves) * u64::from(self.gpus_per_leaf())
    }

    /// Position of a server in lists over all servers.
    #[must_use]
    pub fn server_index(&self, leaf: u32, server: u32) -> usize {
        leaf as usize * self.servers_per_leaf as usize + server as usize
    }

    /// Position of a leaf and a spine in lists over all pairs.
    #[must_use]
    pub fn pair_index(&self, leaf: u32, spine: u32) -> usize {
        leaf as usize * self.spines as usize + spine as usize
    }
}

impl Fabric {
    /// Ports of every switch to a leaf and to a spine; none in a static fabric.
    #[must_use]
    pub fn switch_ports(&self) -> Vec<(u32, u32)> {
        let Fabric::Switched(fabric) = self else { return Vec::new() };
        let ports = |group: &SwitchGroup| {
            std::iter::repeat_n((group.leaf_ports, group.spine_ports), group.count as usize)
        };
        fabric.switches.iter().flat_map(ports).collect()
    }

    /// Optical switches.
    #[must_use]
    pub fn switches(&self) -> u64 {
        match self {
            Fabric::Static(_) => 0,
            Fabric::Switched(fabric) => {
                fabric.switches.iter().map(|group| u64::from(group.count)).sum()
            }
        }
    }
}

impl Question {
    /// The jobs that want GPUs.
    #[must_use]
    pub fn jobs(&self) -> &[Job] {
        match self {
            Question::Place(place) => std::slice::from_ref(&place.job),
            Question::Batch(batch) => &batch.jobs,
            Question::Rewire(_) => &[],
        }
    }

    /// Whether live circuits may move.
    #[must_use]
    pub fn moves(&self) -> Moves {
        match self {
            Question::Place(place) => place.moves,
            Question::Batch(batch) => batch.moves,
            Question::Rewire(_) => Moves::Allowed,
        }
    }
}
