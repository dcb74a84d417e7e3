//! An instance: machines with capacities, services with rules, processes that run somewhere.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::plan::Plan;

/// Machines, and the processes that run on them.
///
/// Machines, services, resources and processes are known by their places in these lists, from 0.
/// Amounts of a resource have the unit the user gives it; weights are costs per unit.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Instance {
    /// The resources.
    #[schemars(length(min = 1))]
    pub resources: Vec<Resource>,
    /// The machines.
    #[schemars(length(min = 1))]
    pub machines: Vec<Machine>,
    /// The services.
    #[schemars(length(min = 1))]
    pub services: Vec<Service>,
    /// The processes.
    #[schemars(length(min = 1))]
    pub processes: Vec<Process>,
    /// What should be free together.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub balance_costs: Vec<BalanceCost>,
    /// What moves cost.
    pub move_weights: MoveWeights,
}

/// A resource that machines have and processes need.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Resource {
    /// Whether a process that moves needs it on its old machine and on its new one.
    pub transient: bool,
    /// Cost of a unit used beyond a machine's safety capacity.
    #[schemars(range(max = 1_099_511_627_776_u64))]
    pub load_weight: u64,
}

/// A machine.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Machine {
    /// Number of its neighbourhood, within which services find those that they depend on.
    pub neighbourhood: u32,
    /// Number of its location, over which services are spread.
    pub location: u32,
    /// What it has of every resource.
    pub capacities: Vec<u64>,
    /// Up to where its use costs nothing, of every resource.
    pub safety_capacities: Vec<u64>,
    /// Cost of a move from here to every machine.
    pub move_costs: Vec<u32>,
}

/// Processes that do the same.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Service {
    /// On how many different locations it runs at least.
    pub min_locations: u32,
    /// Services that every neighbourhood with one of its processes has a process of.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub depends_on: Vec<ServiceId>,
}

/// A process.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Process {
    /// Its service.
    pub service: ServiceId,
    /// The machine where it runs now.
    pub machine: MachineId,
    /// What it needs of every resource.
    pub requirements: Vec<u64>,
    /// What it costs to move it, before weighting.
    #[schemars(range(max = 1_099_511_627_776_u64))]
    pub move_cost: u64,
}

/// A cost of every unit by which `target` times what is free of one resource exceeds what is free of
/// another: machines should not run out of one while much of the other is left.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct BalanceCost {
    /// The resource of which little need be left.
    pub resource: ResourceId,
    /// The resource that should be left with it.
    pub partner: ResourceId,
    /// How much of the partner should be free for a unit of the resource.
    #[schemars(range(max = 1_099_511_627_776_u64))]
    pub target: u64,
    /// Cost of a unit that is missing.
    #[schemars(range(max = 1_099_511_627_776_u64))]
    pub weight: u64,
}

/// What moves cost.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct MoveWeights {
    /// Weight of the sum of the move costs of moved processes.
    #[schemars(range(max = 1_099_511_627_776_u64))]
    pub process: u64,
    /// Weight of the largest number of moved processes of a service.
    #[schemars(range(max = 1_099_511_627_776_u64))]
    pub service: u64,
    /// Weight of the sum of the machines' move costs.
    #[schemars(range(max = 1_099_511_627_776_u64))]
    pub machine: u64,
}

impl Instance {
    /// Every process stays where it is.
    #[must_use]
    pub fn original(&self) -> Plan {
        Plan { machines: self.processes.iter().map(|process| process.machine).collect() }
    }
}

/// Limits of what is accepted.
pub mod limits {
    /// Amounts, weights and move costs, 2^40.
    pub const AMOUNT: u64 = 1 << 40;
    /// Machines.
    pub const MACHINES: usize = 16_384;
    /// Services and processes.
    pub const PROCESSES: usize = 1 << 20;
    /// Resources, and balance costs.
    pub const RESOURCES: usize = 64;
    /// All costs together, so that sums and differences of costs fit into 64 bits.
    pub const COST: i128 = 1 << 61;
}

/// Index of a machine in [`Instance::machines`].
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema,
)]
#[serde(transparent)]
pub struct MachineId(pub u32);

/// Index of a service in [`Instance::services`].
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema,
)]
#[serde(transparent)]
pub struct ServiceId(pub u32);

/// Index of a resource in [`Instance::resources`].
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema,
)]
#[serde(transparent)]
pub struct ResourceId(pub u32);

impl MachineId {
    /// The index as a `usize`.
    #[must_use]
    pub fn index(self) -> usize {
        self.0 as usize
    }
}

impl ServiceId {
    /// The index as a `usize`.
    #[must_use]
    pub fn index(self) -> usize {
        self.0 as usize
    }
}

impl ResourceId {
    /// The index as a `usize`.
    #[must_use]
    pub fn index(self) -> usize {
        self.0 as usize
    }
}
