//! Maximum flow and minimum cut.

mod levels;
mod push_relabel;
mod residual;
mod search;
#[cfg(test)]
mod tests;
mod verify;

use thiserror::Error;

use self::push_relabel::{Excess, PushRelabel};
use self::residual::ResidualNetwork;
pub use self::verify::{MaxFlowDefect, verify_max_flow};
use super::network::{FlowNetwork, NetworkError, NodeId};

/// A network with the two nodes between which flow is wanted.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MaxFlowProblem {
    /// Arcs and capacities; costs and supplies play no part.
    pub network: FlowNetwork,
    /// Where flow starts.
    pub source: NodeId,
    /// Where flow ends.
    pub sink: NodeId,
}

/// A maximum flow with the cut that proves it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MaxFlow {
    /// Units that leave the source.
    pub value: i128,
    /// Flow on every arc of the network, in its order.
    pub flows: Vec<i64>,
    /// For every node whether it lies on the source's side of a minimum cut: the arcs from
    /// `true` to `false` have `value` units of capacity together, and no flow can exceed that.
    pub source_side: Vec<bool>,
}

/// Why there is nothing to solve.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum MaxFlowError {
    /// Source or sink is not a node of the network.
    #[error(transparent)]
    Network(#[from] NetworkError),
    /// Flow from a node to itself has no maximum.
    #[error("source and sink are the same node {0}")]
    SourceIsSink(u32),
}

/// Finds a maximum flow from `source` to `sink` and a minimum cut.
///
/// The source floods its arcs, and every node keeps a height, a lower bound on the number of
/// arcs between it and the sink. Excess runs downhill, from the highest node first; a node that
/// cannot pass its excess on is raised just above its lowest neighbour, and once a height is
/// deserted everybody above it is cut off from the sink. What then still lies on cut-off nodes
/// runs back to the source in the same manner.
///
/// Now and then all heights are set to exact distances by a backward breadth-first search.
/// Since the highest nodes go first, little has changed near the sink, and the search resumes
/// at the lowest level that was touched.
///
/// # References
/// * A. V. Goldberg, R. E. Tarjan: A new approach to the maximum-flow problem. Journal of the
///   ACM 35 (1988) 921-940.
/// * B. V. Cherkassky, A. V. Goldberg: On implementing the push-relabel method for the maximum
///   flow problem. Algorithmica 19 (1997) 390-410. (Gaps, global relabelling, two phases.)
///
/// # Arguments
/// * `network`: any directed network; loops, parallel and opposite arcs are fine. Costs and
///   supplies are ignored.
/// * `source`, `sink`: two different nodes.
///
/// # Returns
/// The flow on every arc, its value and a minimum cut. Arcs into the source and out of the sink
/// carry nothing.
///
/// # Complexity
/// Time O(nodes² · √arcs), space O(nodes + arcs): 32 bytes an arc and about 48 a node.
///
/// # Guarantee
/// Exact, proved by the cut; [`verify_max_flow`] checks the proof. Totals are 128 bits wide.
///
/// # Example
/// The flow network of Cormen, Leiserson, Rivest and Stein, Introduction to Algorithms, §26.1
/// (Vancouver to Winnipeg).
/// ```
/// use placewright_solver::graph::{FlowNetwork, NodeId, max_flow, verify_max_flow};
///
/// let mut network = FlowNetwork::new(6)?;
/// for (tail, head, capacity) in [
///     (0, 1, 16), (0, 2, 13), (1, 3, 12), (2, 1, 4), (2, 4, 14),
///     (3, 2, 9), (3, 5, 20), (4, 3, 7), (4, 5, 4),
/// ] {
///     network.add_arc(NodeId(tail), NodeId(head), capacity)?;
/// }
/// let best = max_flow(&network, NodeId(0), NodeId(5))?;
/// assert_eq!(best.value, 23);
/// assert_eq!(best.source_side, [true, true, true, false, true, false]);
/// verify_max_flow(&network, NodeId(0), NodeId(5), &best)?;
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub fn max_flow(
    network: &FlowNetwork,
    source: NodeId,
    sink: NodeId,
) -> Result<MaxFlow, MaxFlowError> {
    network.check_node(source)?;
    network.check_node(sink)?;
    if source == sink {
        return Err(MaxFlowError::SourceIsSink(source.0));
    }
    let mut residual = ResidualNetwork::new(network, source, sink);
    // No node ever holds more than the source sends.
    let supply: i128 = residual.row(source.0).iter().map(|arc| i128::from(arc.residual)).sum();
    let (value, source_side) = if i64::try_from(supply).is_ok() {
        let (value, source_side) = run::<i64>(&mut residual, source, sink);
        (i128::from(value), source_side)
    } else {
        run::<i128>(&mut residual, source, sink)
    };
    Ok(MaxFlow { value, flows: residual.flows(), source_side })
}

/// First drains the excess into the sink, which settles value and cut, then returns the rest to
/// the source, which turns the preflow into a flow.
fn run<E: Excess>(residual: &mut ResidualNetwork, source: NodeId, sink: NodeId) -> (E, Vec<bool>) {
    let mut preflow = PushRelabel::<E>::new(residual, source.0);
    preflow.drain(sink.0, source.0);
    let source_side = preflow.cut_off();
    preflow.give_back(source.0, sink.0);
    (preflow.excess(sink.0), source_side)
}
