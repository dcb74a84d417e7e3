//! The referee of maximum flows: it looks at the network and the claim, never at the algorithm.

use thiserror::Error;

use super::MaxFlow;
use crate::graph::network::{ArcId, FlowNetwork, NodeId};

/// What is wrong with a claimed maximum flow.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum MaxFlowDefect {
    /// There must be one flow per arc and one side per node.
    #[error("{what} holds {found} entries instead of {expected}")]
    WrongLength {
        /// `flows` or `source_side`.
        what: &'static str,
        /// Entries there should be.
        expected: usize,
        /// Entries there are.
        found: usize,
    },
    /// The source must lie on its side of the cut, the sink on the other.
    #[error("the cut does not separate source and sink")]
    CutMissesTerminals,
    /// A flow lies between zero and the capacity.
    #[error("arc {} carries {flow}, outside 0..={capacity}", arc.0)]
    FlowOutOfRange {
        /// The arc.
        arc: ArcId,
        /// What it is said to carry.
        flow: i64,
        /// What it can carry.
        capacity: i64,
    },
    /// What flows into a node other than source and sink flows out of it.
    #[error("node {} sends out {net_outflow} more than it receives", node.0)]
    NotConserved {
        /// The node.
        node: NodeId,
        /// Flow out minus flow in.
        net_outflow: i128,
    },
    /// The value is what the source sends out on balance.
    #[error("the source sends {sent}, but the value is said to be {value}")]
    WrongValue {
        /// The claimed value.
        value: i128,
        /// Flow out of minus flow into the source.
        sent: i128,
    },
    /// The capacity of the cut bounds every flow, so equality is what proves the maximum.
    #[error("the cut has capacity {capacity}, which does not prove the value {value}")]
    CutProvesLess {
        /// The claimed value.
        value: i128,
        /// Capacity of the arcs from the source's side to the sink's side.
        capacity: i128,
    },
}

/// Checks a claimed maximum flow: capacities, conservation, value, and a cut of the same
/// capacity as proof that no flow is larger.
///
/// # Complexity
/// Time O(nodes + arcs), space O(nodes).
///
/// # Guarantee
/// `Ok` means that `claim.flows` is a maximum flow, whoever computed it.
pub fn verify_max_flow(
    network: &FlowNetwork,
    source: NodeId,
    sink: NodeId,
    claim: &MaxFlow,
) -> Result<(), MaxFlowDefect> {
    check_lengths(network, claim)?;
    check_ranges(network, &claim.flows)?;
    check_balances(network, source, sink, claim)?;
    check_cut(network, source, sink, claim)
}

fn check_lengths(network: &FlowNetwork, claim: &MaxFlow) -> Result<(), MaxFlowDefect> {
    let lengths = [
        ("flows", network.arc_count(), claim.flows.len()),
        ("source_side", network.node_count(), claim.source_side.len()),
    ];
    for (what, expected, found) in lengths {
        if expected != found {
            return Err(MaxFlowDefect::WrongLength { what, expected, found });
        }
    }
    Ok(())
}

fn check_ranges(network: &FlowNetwork, flows: &[i64]) -> Result<(), MaxFlowDefect> {
    for ((arc, &flow), &capacity) in (0..).map(ArcId).zip(flows).zip(network.capacities()) {
        if !(0..=capacity).contains(&flow) {
            return Err(MaxFlowDefect::FlowOutOfRange { arc, flow, capacity });
        }
    }
    Ok(())
}

fn check_balances(
    network: &FlowNetwork,
    source: NodeId,
    sink: NodeId,
    claim: &MaxFlow,
) -> Result<(), MaxFlowDefect> {
    let net_outflows = network.net_outflows(&claim.flows);
    for (node, &net_outflow) in (0..).map(NodeId).zip(&net_outflows) {
        if net_outflow != 0 && node != source && node != sink {
            return Err(MaxFlowDefect::NotConserved { node, net_outflow });
        }
    }
    match net_outflows[source.index()] {
        sent if sent == claim.value => Ok(()),
        sent => Err(MaxFlowDefect::WrongValue { value: claim.value, sent }),
    }
}

fn check_cut(
    network: &FlowNetwork,
    source: NodeId,
    sink: NodeId,
    claim: &MaxFlow,
) -> Result<(), MaxFlowDefect> {
    let on_source_side = |node: NodeId| claim.source_side[node.index()];
    if !on_source_side(source) || on_source_side(sink) {
        return Err(MaxFlowDefect::CutMissesTerminals);
    }
    let ends = network.tails().iter().zip(network.heads());
    let capacity = ends
        .zip(network.capacities())
        .filter(|((tail, head), _)| on_source_side(**tail) && !on_source_side(**head))
        .map(|(_, &capacity)| i128::from(capacity))
        .sum();
    if capacity == claim.value {
        Ok(())
    } else {
        Err(MaxFlowDefect::CutProvesLess { value: claim.value, capacity })
    }
}
