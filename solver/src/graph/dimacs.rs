//! The DIMACS files of network problems, as every flow code reads and writes them.
//!
//! Text, one item a line: `c` comments, `p` the problem with its numbers of nodes and arcs, `n`
//! nodes that matter, `a` arcs; nodes count from 1. `.max` is maximum flow, `.min` minimum-cost
//! flow and `.asn` assignment. A solution has one `s` line with the value and an `f` line for
//! every arc that carries flow.
//!
//! Readers never panic and never stop at the first mistake: they return all of them, each with
//! its line. Beyond the format's first description (DIMACS, The First Implementation Challenge:
//! Network Flows and Matching, 1991) numbers have 64 bits, and loops and parallel arcs are fine.

mod assignment;
mod error;
mod max;
mod min;
mod reader;
mod solution;
#[cfg(test)]
mod tests;

pub use assignment::{AssignmentProblem, read_assignment, write_assignment};
pub use error::{DimacsCause, DimacsError};
pub use max::{read_max_flow, write_max_flow};
pub use min::{MinCostFlowProblem, read_min_cost_flow, write_min_cost_flow};
pub use solution::{
    FlowSolution, read_flow_solution, read_min_cost_flow_solution, write_flow_solution,
};
