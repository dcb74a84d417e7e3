//! Graph kernels: the part of the engine that is exact without branching.
//!
//! Many placement questions hide a network. Sending work through racks of limited capacity is a
//! maximum flow, matching devices to jobs at least cost is an assignment, and routing a circuit
//! within a latency limit is a constrained path. Where such a network exists these kernels
//! answer in near-linear time what a MILP would need a tree for, and each answer carries a
//! certificate (a cut, prices, an alternating tree) that can be checked without trusting the
//! algorithm that found it.
//!
//! All quantities are `i64`, all totals `i128`: no sum of capacities or costs can wrap around.

pub mod assignment;
pub mod constrained_path;
pub mod dimacs;
pub mod edge_colouring;
pub mod generate;
pub mod generate_costs;
pub mod max_flow;
pub mod min_cost_flow;
pub mod network;

pub use assignment::{
    Assignment, AssignmentError, DenseCosts, SparseCosts, assign_dense, assign_sparse,
    verify_assignment, verify_hall_violator,
};
pub use constrained_path::{
    ConstrainedPath, ConstrainedPathError, Resource, constrained_shortest_path,
};
pub use edge_colouring::{
    EdgeColouringDefect, Half, edge_colouring, euler_split, largest_degree, verify_edge_colouring,
};
pub use max_flow::{
    MaxFlow, MaxFlowDefect, MaxFlowError, MaxFlowProblem, max_flow, verify_max_flow,
};
pub use min_cost_flow::{
    MinCostFlow, MinCostFlowError, MinCostFlowMethod, min_cost_flow, verify_min_cost_flow,
};
pub use network::{ArcId, FlowNetwork, NetworkError, NodeId};
