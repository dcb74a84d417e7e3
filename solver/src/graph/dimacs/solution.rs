//! Solution lines: `s VALUE` and `f TAIL HEAD FLOW`.

use std::collections::BTreeMap;
use std::io::{self, Write};

use super::error::{DimacsCause, DimacsError};
use super::min::MinCostFlowProblem;
use super::reader::{Fields, line_after, lines};
use crate::graph::network::{FlowNetwork, NodeId};

const VALUE_LINE: &str = "s VALUE";

/// A claimed flow with its claimed value (maximum flow) or cost (minimum-cost flow, assignment).
///
/// Nothing but the form has been checked.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FlowSolution {
    /// The number on the `s` line.
    pub value: i128,
    /// Flow on every arc of the network.
    pub flows: Vec<i64>,
}

/// Writes the value and every arc that carries flow.
///
/// Lower bounds count: `solution` holds the flows of the file, not of the network net of them.
pub fn write_flow_solution(
    network: &FlowNetwork,
    solution: &FlowSolution,
    out: &mut impl Write,
) -> io::Result<()> {
    writeln!(out, "s {}", solution.value)?;
    for ((tail, head), flow) in network.tails().iter().zip(network.heads()).zip(&solution.flows) {
        if *flow != 0 {
            writeln!(out, "f {} {} {flow}", tail.index() + 1, head.index() + 1)?;
        }
    }
    Ok(())
}

/// Reads a solution of a maximum-flow or assignment problem on `network`.
///
/// The format names arcs by their ends. Flow between two nodes with parallel arcs fills the
/// cheapest first, which no other division beats; what exceeds all their capacities stays on the
/// last, where a referee will find it.
pub fn read_flow_solution(
    network: &FlowNetwork,
    text: &str,
) -> Result<FlowSolution, Vec<DimacsError>> {
    read(Bundles::new(network, &vec![0; network.arc_count()]), text)
}

/// Reads a solution of a minimum-cost flow problem; the flows include the lower bounds.
///
/// Parallel arcs share flow as in [`read_flow_solution`], once each has its lower bound.
pub fn read_min_cost_flow_solution(
    problem: &MinCostFlowProblem,
    text: &str,
) -> Result<FlowSolution, Vec<DimacsError>> {
    read(Bundles::new(&problem.network, &problem.lower_bounds), text)
}

fn read(mut bundles: Bundles, text: &str) -> Result<FlowSolution, Vec<DimacsError>> {
    let (mut value, mut errors) = (None, Vec::new());
    for (line, letter, words) in lines(text) {
        let mut fields = Fields::new(words, bundles.network.node_count());
        let outcome = match letter {
            "s" => value_line(&mut fields, &mut value),
            "f" => bundles.flow_line(&mut fields),
            _ => Err(DimacsCause::UnknownLine(letter.to_owned())),
        };
        errors.extend(outcome.err().map(|cause| DimacsError { line, cause }));
    }
    match value {
        Some(value) if errors.is_empty() => Ok(FlowSolution { value, flows: bundles.divide() }),
        Some(_) => Err(errors),
        None => {
            let cause = DimacsCause::MissingLine(VALUE_LINE);
            errors.push(DimacsError { line: line_after(text), cause });
            Err(errors)
        }
    }
}

fn value_line(fields: &mut Fields, value: &mut Option<i128>) -> Result<(), DimacsCause> {
    let number = fields.number("value", i128::MIN..=i128::MAX)?;
    fields.finish()?;
    match value.replace(number) {
        None => Ok(()),
        Some(_) => Err(DimacsCause::RepeatedLine(VALUE_LINE)),
    }
}

/// The arcs between each pair of nodes, and the flow that the file gives them together.
struct Bundles<'a> {
    network: &'a FlowNetwork,
    lower_bounds: &'a [i64],
    by_ends: BTreeMap<(NodeId, NodeId), Bundle>,
}

#[derive(Default)]
struct Bundle {
    arcs: Vec<usize>,
    flow: i64,
}

impl<'a> Bundles<'a> {
    fn new(network: &'a FlowNetwork, lower_bounds: &'a [i64]) -> Self {
        let mut by_ends = BTreeMap::<_, Bundle>::new();
        for arc in 0..network.arc_count() {
            let ends = (network.tails()[arc], network.heads()[arc]);
            by_ends.entry(ends).or_default().arcs.push(arc);
        }
        Self { network, lower_bounds, by_ends }
    }

    fn flow_line(&mut self, fields: &mut Fields) -> Result<(), DimacsCause> {
        let ends = (fields.node("tail")?, fields.node("head")?);
        let flow = fields.integer("flow")?;
        fields.finish()?;
        let (tail, head) = (ends.0.0 + 1, ends.1.0 + 1);
        let bundle = self.by_ends.get_mut(&ends).ok_or(DimacsCause::UnknownArc { tail, head })?;
        let total = bundle.flow.checked_add(flow);
        bundle.flow = total.ok_or(DimacsCause::FlowTooLarge { tail, head })?;
        Ok(())
    }

    fn divide(self) -> Vec<i64> {
        let mut flows = self.lower_bounds.to_vec();
        for mut bundle in self.by_ends.into_values() {
            bundle.arcs.sort_by_key(|&arc| self.network.costs()[arc]);
            let bounds: i128 = bundle.arcs.iter().map(|&arc| i128::from(flows[arc])).sum();
            let mut left = i128::from(bundle.flow) - bounds;
            for (place, &arc) in (1..).zip(&bundle.arcs) {
                let share = match place == bundle.arcs.len() {
                    true => left,
                    false => left.min(self.network.capacities()[arc].into()),
                };
                // Leaves 64 bits only downwards, when the bounds exceed the flow; a referee
                // refuses any flow below its bound.
                flows[arc] = i64::try_from(i128::from(flows[arc]) + share).unwrap_or(i64::MIN);
                left -= share;
            }
        }
        flows
    }
}
