//! The data of a memory-sizing problem, and everything that can be wrong with it.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// Task types with their history, and what the cluster permits.
///
/// Units: memory in MiB (2^20 bytes), times in ms, wastage in MiB·ms.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Instance {
    /// Largest allocation a single attempt may ask for, in MiB.
    #[schemars(range(min = 1, max = 4_294_967_296_u64))]
    pub node_limit_mib: u64,
    /// Allocations are multiples of this many MiB.
    #[schemars(range(min = 1, max = 4_294_967_296_u64))]
    pub granularity_mib: u64,
    /// Share of the run time after which an attempt with too little memory fails.
    pub time_to_failure: TimeToFailure,
    /// What a failed attempt costs beyond the memory it held, in MiB·ms (queueing, restart).
    #[serde(default)]
    #[schemars(range(min = 0, max = 1_152_921_504_606_846_976_u64))]
    pub failure_price_mib_ms: u64,
    /// Largest number of attempts per task, for types that do not set their own.
    #[schemars(range(min = 1, max = 64))]
    pub max_attempts: u32,
    /// At most this many distinct allocation sizes over all types (partitions, flavours, classes).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(range(min = 1))]
    pub max_distinct_sizes: Option<u32>,
    /// At most this many failed attempts over all samples, each counted with its weight.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub max_failures: Option<u64>,
    /// Nodes on which the first attempts of all types run side by side; empty for no packing.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub nodes: Vec<Node>,
    /// The task types.
    #[schemars(length(min = 1))]
    pub types: Vec<TaskType>,
}

/// Time to failure as an exact share of the run time: 1/1 is Sizey's metric, 1/2 the common
/// alternative, 0/1 a failure at once.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct TimeToFailure {
    /// Numerator, at most the denominator.
    #[schemars(range(max = 1_000_000))]
    pub numerator: u32,
    /// Denominator.
    #[schemars(range(min = 1, max = 1_000_000))]
    pub denominator: u32,
}

/// A machine of the cluster.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Node {
    /// Unique name.
    pub name: String,
    /// Cores.
    #[schemars(range(min = 1, max = 1_048_576))]
    pub cores: u32,
    /// Memory in MiB.
    #[schemars(range(min = 1, max = 4_294_967_296_u64))]
    pub memory_mib: u64,
}

/// One process of a workflow on one kind of machine: what is sized together.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct TaskType {
    /// Unique name.
    pub name: String,
    /// Cores of one task; matters only on `nodes`.
    #[serde(default = "one")]
    #[schemars(range(min = 1, max = 1_048_576))]
    pub cores: u32,
    /// How many tasks of this type run side by side; matters only on `nodes`.
    #[serde(default = "one")]
    #[schemars(range(min = 1, max = 1_048_576))]
    pub slots: u32,
    /// Largest number of attempts per task, instead of the instance's.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(range(min = 1, max = 64))]
    pub max_attempts: Option<u32>,
    /// Past executions, column by column.
    pub samples: Samples,
}

/// Past executions of a task type. All columns that are present have the same length.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Samples {
    /// Peak memory in MiB, rounded up. For a censored sample: the allocation it failed at.
    #[schemars(length(min = 1), inner(range(min = 1, max = 4_294_967_296_u64)))]
    pub peak_mib: Vec<u64>,
    /// Run time in ms. For a censored sample: the time until it failed.
    #[schemars(inner(range(max = 1_099_511_627_776_u64)))]
    pub run_time_ms: Vec<u64>,
    /// How many executions a sample stands for; empty means one each.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    #[schemars(inner(range(min = 1, max = 4_294_967_296_u64)))]
    pub weight: Vec<u64>,
    /// Input size in bytes, where it is known; empty when it is not.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub input_size_bytes: Vec<u64>,
    /// What the history's own configuration allocated, in MiB; empty when unknown.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    #[schemars(inner(range(min = 1, max = 4_294_967_296_u64)))]
    pub request_mib: Vec<u64>,
    /// Whether the execution failed for lack of memory and its true peak was never seen
    /// (peak ≥ allocation); empty means none did.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub censored: Vec<bool>,
}

fn one() -> u32 {
    1
}

/// Index of a task type in [`Instance::types`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct TypeId(pub u32);

/// Index of a node in [`Instance::nodes`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct NodeId(pub u32);

impl TypeId {
    /// The index as a `usize`.
    #[must_use]
    pub fn index(self) -> usize {
        self.0 as usize
    }
}

impl NodeId {
    /// The index as a `usize`.
    #[must_use]
    pub fn index(self) -> usize {
        self.0 as usize
    }
}

/// Limits that keep weighted run times within an `i64` and every cost within an `i128`:
/// 2^32 MiB · 2^62 weighted ms · 2^6 attempts = 2^100, and a failure price of 2^60 MiB·ms times
/// 2^46 failures = 2^106, which leaves 21 bits for scaled multipliers.
pub mod limits {
    /// Largest memory size, in MiB (4 PiB).
    pub const MEMORY_MIB: u64 = 1 << 32;
    /// Longest run time, in ms (35 years).
    pub const RUN_TIME_MS: u64 = 1 << 40;
    /// Largest weight of a sample.
    pub const WEIGHT: u64 = 1 << 32;
    /// Largest weight of all samples together.
    pub const TOTAL_WEIGHT: u128 = 1 << 40;
    /// Largest weighted run time of all samples together, in ms.
    pub const TOTAL_RUN_TIME_MS: u128 = 1 << 62;
    /// Largest number of attempts.
    pub const ATTEMPTS: u32 = 64;
    /// Largest price of a failure, in MiB·ms.
    pub const FAILURE_PRICE: u64 = 1 << 60;
    /// Largest number of cores or slots.
    pub const COUNT: u32 = 1 << 20;
    /// Largest numerator and denominator of the time to failure.
    pub const RATIO: u32 = 1_000_000;
}

impl Instance {
    /// Attempts a task of this type may make.
    #[must_use]
    pub fn max_attempts(&self, task_type: &TaskType) -> usize {
        task_type.max_attempts.unwrap_or(self.max_attempts) as usize
    }

    /// The largest allocation an attempt of this type may ask for: the largest multiple of the
    /// granularity within the node limit and, where nodes are given, within the memory of some
    /// node with enough cores. Zero when nothing is allowed.
    #[must_use]
    pub fn allocation_limit_mib(&self, task_type: &TaskType) -> u64 {
        let roomy = |node: &&Node| node.cores >= task_type.cores;
        let largest_node = if self.nodes.is_empty() {
            u64::MAX
        } else {
            self.nodes.iter().filter(roomy).map(|node| node.memory_mib).max().unwrap_or(0)
        };
        let limit = self.node_limit_mib.min(largest_node);
        limit - limit % self.granularity_mib
    }

    /// The smallest permitted allocation of at least `memory_mib`, limits aside.
    #[must_use]
    pub fn round_up_mib(&self, memory_mib: u64) -> u64 {
        memory_mib.div_ceil(self.granularity_mib) * self.granularity_mib
    }

    /// How long an attempt with too little memory runs before it fails: the run time times the
    /// time to failure, rounded to the nearest ms (halves up). This is the family's only
    /// quantisation; everything after it is integer arithmetic.
    #[must_use]
    pub fn failed_ms(&self, run_time_ms: u64) -> u64 {
        let TimeToFailure { numerator, denominator } = self.time_to_failure;
        let (numerator, denominator) = (u128::from(numerator), u128::from(denominator));
        let doubled = 2 * u128::from(run_time_ms) * numerator + denominator;
        (doubled / (2 * denominator)) as u64
    }

    /// Whether the types are tied together, by a menu of sizes, a failure budget or nodes.
    #[must_use]
    pub fn is_coupled(&self) -> bool {
        self.max_distinct_sizes.is_some() || self.max_failures.is_some() || !self.nodes.is_empty()
    }
}

impl Samples {
    /// Number of samples.
    #[must_use]
    pub fn len(&self) -> usize {
        self.peak_mib.len()
    }

    /// Whether there are none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.peak_mib.is_empty()
    }

    /// How many executions sample `i` stands for.
    #[must_use]
    pub fn weight(&self, i: usize) -> u64 {
        self.weight.get(i).copied().unwrap_or(1)
    }

    /// Whether the true peak of sample `i` was never seen.
    #[must_use]
    pub fn is_censored(&self, i: usize) -> bool {
        self.censored.get(i).copied().unwrap_or(false)
    }

    /// The memory that sample `i` needs, in MiB: its peak or, censored, the least value consistent
    /// with having failed, one MiB more than the allocation it failed at.
    #[must_use]
    pub fn needed_mib(&self, i: usize) -> u64 {
        self.peak_mib[i] + u64::from(self.is_censored(i))
    }
}
