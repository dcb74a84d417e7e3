//! Maximum-flow problems, `.max`.

use std::io::{self, Write};

use super::error::{DimacsCause, DimacsError};
use super::reader::{Fields, Format, read};
use crate::graph::max_flow::MaxFlowProblem;
use crate::graph::network::{FlowNetwork, NodeId};

/// Reads a maximum-flow problem: `p max NODES ARCS`, `n NODE s`, `n NODE t`, and
/// `a TAIL HEAD CAPACITY` for every arc.
///
/// ```
/// use placewright_solver::graph::{dimacs, max_flow};
///
/// let problem = dimacs::read_max_flow("p max 2 1\nn 1 s\nn 2 t\na 1 2 5\n").unwrap();
/// let best = max_flow(&problem.network, problem.source, problem.sink)?;
/// assert_eq!(best.value, 5);
///
/// let errors = dimacs::read_max_flow("p max 2 1\nn 1 s\nn 3 t\na 1 2 -5\n").unwrap_err();
/// assert_eq!(errors.iter().map(|error| error.line).collect::<Vec<_>>(), [3, 4, 5]);
/// # Ok::<(), placewright_solver::graph::MaxFlowError>(())
/// ```
pub fn read_max_flow(text: &str) -> Result<MaxFlowProblem, Vec<DimacsError>> {
    read::<MaxFlowFormat>(text)
}

/// Writes a maximum-flow problem.
pub fn write_max_flow(problem: &MaxFlowProblem, out: &mut impl Write) -> io::Result<()> {
    let MaxFlowProblem { network, source, sink } = problem;
    writeln!(out, "p max {} {}", network.node_count(), network.arc_count())?;
    writeln!(out, "n {} s", source.index() + 1)?;
    writeln!(out, "n {} t", sink.index() + 1)?;
    for ((tail, head), capacity) in
        network.tails().iter().zip(network.heads()).zip(network.capacities())
    {
        writeln!(out, "a {} {} {capacity}", tail.index() + 1, head.index() + 1)?;
    }
    Ok(())
}

struct MaxFlowFormat {
    network: FlowNetwork,
    source: Option<NodeId>,
    sink: Option<NodeId>,
}

const SOURCE_LINE: &str = "n NODE s";
const SINK_LINE: &str = "n NODE t";

impl Format for MaxFlowFormat {
    const NAME: &'static str = "max";
    type Problem = MaxFlowProblem;

    fn begin(network: FlowNetwork) -> Self {
        Self { network, source: None, sink: None }
    }

    fn node_line(&mut self, fields: &mut Fields) -> Result<(), DimacsCause> {
        let node = fields.node("node")?;
        let (terminal, line) = match fields.word("terminal")? {
            "s" => (&mut self.source, SOURCE_LINE),
            "t" => (&mut self.sink, SINK_LINE),
            other => return Err(DimacsCause::UnknownTerminal(other.to_owned())),
        };
        match terminal.replace(node) {
            None => Ok(()),
            Some(_) => Err(DimacsCause::RepeatedLine(line)),
        }
    }

    fn arc_line(&mut self, fields: &mut Fields) -> Result<(), DimacsCause> {
        let (tail, head) = (fields.node("tail")?, fields.node("head")?);
        self.network.add_arc(tail, head, fields.count("capacity")?)?;
        Ok(())
    }

    fn finish(self) -> Result<MaxFlowProblem, DimacsCause> {
        let source = self.source.ok_or(DimacsCause::MissingLine(SOURCE_LINE))?;
        let sink = self.sink.ok_or(DimacsCause::MissingLine(SINK_LINE))?;
        if source == sink {
            return Err(DimacsCause::SourceIsSink);
        }
        Ok(MaxFlowProblem { network: self.network, source, sink })
    }
}
