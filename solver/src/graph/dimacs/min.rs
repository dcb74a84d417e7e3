//! Minimum-cost flow problems, `.min`.

use std::io::{self, Write};

use super::error::{DimacsCause, DimacsError};
use super::reader::{Fields, Format, read};
use crate::graph::network::{FlowNetwork, NodeId};

/// A minimum-cost flow problem with lower bounds.
///
/// The network is what remains once every lower bound has been sent: capacities are net of it
/// and supplies count it as done. A flow of the network therefore starts from zero, as
/// [`FlowNetwork`] demands, and [`MinCostFlowProblem::with_lower_bounds`] translates it back.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MinCostFlowProblem {
    /// The network net of lower bounds.
    pub network: FlowNetwork,
    /// Least flow on every arc; not negative, and together with the capacity within 64 bits.
    pub lower_bounds: Vec<i64>,
}

impl MinCostFlowProblem {
    /// A problem whose arcs may carry nothing.
    #[must_use]
    pub fn without_lower_bounds(network: FlowNetwork) -> Self {
        Self { lower_bounds: vec![0; network.arc_count()], network }
    }

    /// The flows of the file that belong to flows of the network.
    #[must_use]
    pub fn with_lower_bounds(&self, flows: &[i64]) -> Vec<i64> {
        self.lower_bounds
            .iter()
            .zip(flows)
            .map(|(bound, flow)| bound.saturating_add(*flow))
            .collect()
    }

    /// Cost of the lower bounds, to be added to the cost of a flow of the network.
    #[must_use]
    pub fn lower_bound_cost(&self) -> i128 {
        self.network.cost_of(&self.lower_bounds)
    }
}

/// Reads a minimum-cost flow problem: `p min NODES ARCS`, `n NODE SUPPLY` where the supply is
/// not zero, and `a TAIL HEAD LOWER-BOUND CAPACITY COST` for every arc.
///
/// ```
/// use placewright_solver::graph::dimacs;
///
/// let text = "p min 2 1\nn 1 6\nn 2 -6\na 1 2 4 9 3\n";
/// let problem = dimacs::read_min_cost_flow(text).unwrap();
/// assert_eq!(problem.network.supplies(), [2, -2]);
/// assert_eq!(problem.network.capacities(), [5]);
/// assert_eq!(problem.with_lower_bounds(&[2]), [6]);
/// assert_eq!(problem.lower_bound_cost(), 12);
/// ```
pub fn read_min_cost_flow(text: &str) -> Result<MinCostFlowProblem, Vec<DimacsError>> {
    read::<MinCostFlowFormat>(text)
}

/// Writes a minimum-cost flow problem, lower bounds included.
pub fn write_min_cost_flow(problem: &MinCostFlowProblem, out: &mut impl Write) -> io::Result<()> {
    let network = &problem.network;
    writeln!(out, "p min {} {}", network.node_count(), network.arc_count())?;
    let sent = network.net_outflows(&problem.lower_bounds);
    for (node, (&supply, sent)) in (1..).zip(network.supplies().iter().zip(sent)) {
        match i128::from(supply) + sent {
            0 => {}
            total => writeln!(out, "n {node} {total}")?,
        }
    }
    for arc in 0..network.arc_count() {
        let (tail, head) = (network.tails()[arc].index() + 1, network.heads()[arc].index() + 1);
        let (bound, cost) = (problem.lower_bounds[arc], network.costs()[arc]);
        let capacity = i128::from(bound) + i128::from(network.capacities()[arc]);
        writeln!(out, "a {tail} {head} {bound} {capacity} {cost}")?;
    }
    Ok(())
}

struct MinCostFlowFormat {
    problem: MinCostFlowProblem,
    supplies: Vec<Option<i64>>,
}

impl Format for MinCostFlowFormat {
    const NAME: &'static str = "min";
    type Problem = MinCostFlowProblem;

    fn begin(network: FlowNetwork) -> Self {
        let supplies = vec![None; network.node_count()];
        Self { problem: MinCostFlowProblem::without_lower_bounds(network), supplies }
    }

    fn node_line(&mut self, fields: &mut Fields) -> Result<(), DimacsCause> {
        let node = fields.node("node")?;
        match self.supplies[node.index()].replace(fields.integer("supply")?) {
            None => Ok(()),
            Some(_) => Err(DimacsCause::RepeatedLine("n NODE SUPPLY")),
        }
    }

    fn arc_line(&mut self, fields: &mut Fields) -> Result<(), DimacsCause> {
        let (tail, head) = (fields.node("tail")?, fields.node("head")?);
        let lower_bound = fields.count("lower bound")?;
        let capacity = fields.count("capacity")?;
        let cost = fields.integer("cost")?;
        if lower_bound > capacity {
            return Err(DimacsCause::LowerBoundAboveCapacity { lower_bound, capacity });
        }
        self.problem.network.add_arc_with_cost(tail, head, capacity - lower_bound, cost)?;
        self.problem.lower_bounds.push(lower_bound);
        Ok(())
    }

    fn finish(mut self) -> Result<MinCostFlowProblem, DimacsCause> {
        let sent = self.problem.network.net_outflows(&self.problem.lower_bounds);
        for (index, (supply, sent)) in (0..).zip(self.supplies.iter().zip(sent)) {
            let remaining = i64::try_from(i128::from(supply.unwrap_or(0)) - sent)
                .map_err(|_| DimacsCause::SupplyTooLarge(index + 1))?;
            self.problem.network.set_supply(NodeId(index), remaining)?;
        }
        Ok(self.problem)
    }
}
