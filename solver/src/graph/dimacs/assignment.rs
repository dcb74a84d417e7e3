//! Assignment problems, `.asn`.

use std::io::{self, Write};

use super::error::{DimacsCause, DimacsError};
use super::reader::{Fields, Format, read};
use crate::graph::network::{FlowNetwork, NodeId};

/// A bipartite assignment problem as a minimum-cost flow.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AssignmentProblem {
    /// Supply 1 at every node to be assigned, supply -1 at every node that takes one of them, and
    /// an arc of capacity 1 with its cost for every pair that is allowed.
    pub network: FlowNetwork,
}

/// Reads an assignment problem: `p asn NODES ARCS`, `n NODE` for every node to be assigned,
/// and `a TAIL HEAD COST` for every pair that is allowed. The `n` lines come before the `a`
/// lines.
///
/// ```
/// use placewright_solver::graph::dimacs;
///
/// let text = "p asn 4 3\nn 1\nn 2\na 1 3 7\na 1 4 2\na 2 4 5\n";
/// let problem = dimacs::read_assignment(text).unwrap();
/// assert_eq!(problem.network.supplies(), [1, 1, -1, -1]);
/// assert_eq!(problem.network.costs(), [7, 2, 5]);
/// ```
pub fn read_assignment(text: &str) -> Result<AssignmentProblem, Vec<DimacsError>> {
    read::<AssignmentFormat>(text)
}

/// Writes an assignment problem. Only the sign of a supply and no capacity is written.
pub fn write_assignment(problem: &AssignmentProblem, out: &mut impl Write) -> io::Result<()> {
    let network = &problem.network;
    writeln!(out, "p asn {} {}", network.node_count(), network.arc_count())?;
    for (node, _) in (1..).zip(network.supplies()).filter(|&(_, &supply): &(usize, _)| supply > 0) {
        writeln!(out, "n {node}")?;
    }
    for ((tail, head), cost) in network.tails().iter().zip(network.heads()).zip(network.costs()) {
        writeln!(out, "a {} {} {cost}", tail.index() + 1, head.index() + 1)?;
    }
    Ok(())
}

struct AssignmentFormat {
    network: FlowNetwork,
    is_assigned: Vec<bool>,
}

impl Format for AssignmentFormat {
    const NAME: &'static str = "asn";
    type Problem = AssignmentProblem;

    fn begin(network: FlowNetwork) -> Self {
        Self { is_assigned: vec![false; network.node_count()], network }
    }

    fn node_line(&mut self, fields: &mut Fields) -> Result<(), DimacsCause> {
        let node = fields.node("node")?;
        match std::mem::replace(&mut self.is_assigned[node.index()], true) {
            false => Ok(()),
            true => Err(DimacsCause::RepeatedLine("n NODE")),
        }
    }

    fn arc_line(&mut self, fields: &mut Fields) -> Result<(), DimacsCause> {
        let (tail, head) = (fields.node("tail")?, fields.node("head")?);
        let cost = fields.integer("cost")?;
        if !self.is_assigned[tail.index()] || self.is_assigned[head.index()] {
            return Err(DimacsCause::NotBipartite { tail: tail.0 + 1, head: head.0 + 1 });
        }
        self.network.add_arc_with_cost(tail, head, 1, cost)?;
        Ok(())
    }

    fn finish(mut self) -> Result<AssignmentProblem, DimacsCause> {
        for (node, is_assigned) in (0..).map(NodeId).zip(self.is_assigned) {
            self.network.set_supply(node, if is_assigned { 1 } else { -1 })?;
        }
        Ok(AssignmentProblem { network: self.network })
    }
}
