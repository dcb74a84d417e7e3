//! Whether the supplies can be met at all, by maximum flow.

use super::solution::{Infeasible, MinCostFlowError, ViolatedCut};
use crate::graph::{FlowNetwork, NodeId, max_flow};

/// Sends all supply from a common source to a common sink; what is left behind names a cut.
pub(super) fn check_feasible(network: &FlowNetwork) -> Result<(), MinCostFlowError> {
    let nodes = network.node_count();
    let (source, sink) = (NodeId(nodes as u32), NodeId(nodes as u32 + 1));
    // The ends exist and the capacities are those of a network, and the size limit of 2^31 is
    // out of reach: the solver's own arrays for such a network would take a hundred gigabytes.
    let infallible = "a network with two more nodes";
    let mut extended = FlowNetwork::new(nodes + 2).expect(infallible);
    let arcs = network.tails().iter().zip(network.heads()).zip(network.capacities());
    for ((&tail, &head), &capacity) in arcs {
        extended.add_arc(tail, head, capacity).expect(infallible);
    }
    let mut wanted = 0;
    for (node, &supply) in network.supplies().iter().enumerate() {
        let node = NodeId(node as u32);
        if supply > 0 {
            wanted += i128::from(supply);
            extended.add_arc(source, node, supply).expect(infallible);
        } else if supply < 0 {
            extended.add_arc(node, sink, -supply).expect(infallible);
        }
    }
    let best = max_flow(&extended, source, sink).expect("source and sink exist and differ");
    if best.value == wanted {
        return Ok(());
    }
    let behind = (0..nodes).filter(|&node| best.source_side[node]);
    let nodes = behind.map(|node| NodeId(node as u32)).collect();
    Err(Infeasible(ViolatedCut::around(network, nodes)).into())
}
