//! Minimum-cost flow.

mod cost_scaling;
mod feasibility;
mod network_simplex;
mod pricing;
mod solution;
mod spanning_tree;
#[cfg(test)]
mod tests;

use self::cost_scaling::CostScaling;
use self::feasibility::check_feasible;
use self::network_simplex::NetworkSimplex;
pub use self::solution::{
    Infeasible, MinCostFlow, MinCostFlowDefect, MinCostFlowError, ViolatedCut, dual_bound,
    verify_min_cost_flow, verify_violated_cut,
};
use super::network::FlowNetwork;

/// Products of costs and node counts stay below this, which leaves two bits for their sums.
const SAFE: u128 = 1 << 60;

/// How to compute a minimum-cost flow.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum MinCostFlowMethod {
    /// The network simplex, which is ahead on every kind of network in our benchmarks.
    #[default]
    Auto,
    /// The primal network simplex.
    NetworkSimplex,
    /// Cost scaling by push and relabel, polynomial in the worst case: an independent second
    /// opinion. Narrower ranges: `8 (largest |cost| + 1) (nodes + 1)^2` must stay below 2^60,
    /// and the capacities at every node must sum to at most 2^62.
    CostScaling,
}

/// Finds a flow that meets all supplies at least cost, with potentials that prove it.
///
/// The network simplex keeps a spanning tree, prices the nodes so that tree arcs cost nothing,
/// and lets an arc enter the tree whenever its reduced cost is negative; flow runs round the
/// cycle it closes until an arc stops it and leaves. The tree is threaded in preorder with
/// subtree sizes and last descendants, entering arcs come from a block search over arcs dealt
/// out across the network, and the leaving arc keeps the tree strongly feasible. Nodes are
/// renamed in preorder now and then, so that walks along the tree stay in the cache.
///
/// Cost scaling keeps a pseudoflow in which no residual arc has a reduced cost below minus some
/// error, makes it a flow by pushing excess downhill and lowering potentials, and divides the
/// error until it is too small for a cycle to gain anything.
///
/// # References
/// * W. H. Cunningham: A network simplex method. Mathematical Programming 11 (1976) 105-116.
///   (Strongly feasible trees.)
/// * R. K. Ahuja, T. L. Magnanti, J. B. Orlin: Network Flows. Prentice Hall (1993), chapter 11.
/// * A. V. Goldberg: An efficient implementation of a scaling minimum-cost flow algorithm.
///   Journal of Algorithms 22 (1997) 1-29. (Cost scaling, global updates of potentials.)
/// * P. Kovács: Minimum-cost flow algorithms: an experimental evaluation. Optimization Methods
///   and Software 30 (2015) 94-127. (Block search, tree data structures.)
///
/// # Arguments
/// * `network`: supplies must sum to zero. Costs may be negative, arcs parallel, opposite or
///   loops. Capacities are finite, so a negative cycle is simply filled.
/// * `method`: [`MinCostFlowMethod::Auto`] unless there is a reason.
///
/// # Returns
/// Flow, potentials and cost.
///
/// # Errors
/// * [`MinCostFlowError::Unbalanced`], [`MinCostFlowError::SupplyRange`]: see there.
/// * [`MinCostFlowError::CostRange`] if `(largest |cost| + 1) * (nodes + 1)` reaches 2^60:
///   10^12 is fine for a million nodes, 10^15 for a thousand.
/// * [`MinCostFlowError::Infeasible`] with a violated cut, which [`verify_violated_cut`] checks.
///
/// # Complexity
/// Space O(nodes + arcs): about 45 bytes an arc and 60 a node. Pivots are finite but may be
/// exponentially many in theory; in practice their number is near linear in the arcs. Cost
/// scaling takes O(nodes² · arcs · log(nodes · cost)) at worst.
///
/// # Guarantee
/// Exact; [`verify_min_cost_flow`] checks the proof. Same network, same answer.
///
/// # Example
/// The cycle-cancelling example of Ahuja, Magnanti and Orlin, chapter 9: four units from the
/// first node to the last.
/// ```
/// use placewright_solver::graph::{
///     FlowNetwork, MinCostFlowMethod, NodeId, min_cost_flow, verify_min_cost_flow,
/// };
///
/// let mut network = FlowNetwork::new(4)?;
/// network.set_supply(NodeId(0), 4)?;
/// network.set_supply(NodeId(3), -4)?;
/// for (tail, head, capacity, cost) in
///     [(0, 1, 4, 2), (0, 2, 2, 2), (1, 2, 2, 1), (1, 3, 3, 3), (2, 3, 5, 1)]
/// {
///     network.add_arc_with_cost(NodeId(tail), NodeId(head), capacity, cost)?;
/// }
/// let best = min_cost_flow(&network, MinCostFlowMethod::Auto)?;
/// assert_eq!(best.cost, 14);
/// assert_eq!(best.flows, [2, 2, 2, 0, 4]);
/// verify_min_cost_flow(&network, &best)?;
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub fn min_cost_flow(
    network: &FlowNetwork,
    method: MinCostFlowMethod,
) -> Result<MinCostFlow, MinCostFlowError> {
    check_ranges(network)?;
    match method {
        MinCostFlowMethod::Auto | MinCostFlowMethod::NetworkSimplex => {
            let mut simplex = NetworkSimplex::new(network);
            simplex.run();
            Ok(simplex.solution()?)
        }
        MinCostFlowMethod::CostScaling => {
            check_scaling_ranges(network)?;
            check_feasible(network)?;
            // Fits, as the ranges say.
            let mut scaling = CostScaling::new(network, largest_cost(network) as i64);
            scaling.run();
            Ok(scaling.solution())
        }
    }
}

/// Refuses supplies that do not balance and costs whose sums would not fit 64 bits.
fn check_ranges(network: &FlowNetwork) -> Result<(), MinCostFlowError> {
    let surplus = network.supplies().iter().map(|&supply| i128::from(supply)).sum();
    if surplus != 0 {
        return Err(MinCostFlowError::Unbalanced { surplus });
    }
    let positive = network.supplies().iter().filter(|&&supply| supply > 0);
    let total: i128 = positive.map(|&supply| i128::from(supply)).sum();
    if i64::try_from(total).is_err() {
        return Err(MinCostFlowError::SupplyRange { total });
    }
    let (largest, nodes) = (largest_cost(network), network.node_count());
    if (u128::from(largest) + 1) * (nodes as u128 + 1) >= SAFE {
        let reason = "(cost + 1) * (nodes + 1)";
        return Err(MinCostFlowError::CostRange { largest, nodes, reason });
    }
    Ok(())
}

/// Refuses what would overflow in cost scaling: potentials fall by a small multiple of nodes times
/// the scaled costs, and the excess of a node is bounded by its capacities and its supply.
fn check_scaling_ranges(network: &FlowNetwork) -> Result<(), MinCostFlowError> {
    let (largest, nodes) = (largest_cost(network), network.node_count());
    let scale = nodes as u128 + 1;
    if 8 * (u128::from(largest) + 1) * scale * scale >= SAFE {
        let reason = "8 * (cost + 1) * (nodes + 1)^2";
        return Err(MinCostFlowError::CostRange { largest, nodes, reason });
    }
    let mut totals: Vec<i128> =
        network.supplies().iter().map(|&supply| i128::from(supply).abs()).collect();
    for (arc, &capacity) in network.capacities().iter().enumerate() {
        totals[network.tails()[arc].index()] += i128::from(capacity);
        totals[network.heads()[arc].index()] += i128::from(capacity);
    }
    match totals.iter().position(|&total| total > 1 << 62) {
        Some(node) => Err(MinCostFlowError::CapacityRange { node: node as u32 }),
        None => Ok(()),
    }
}

fn largest_cost(network: &FlowNetwork) -> u64 {
    network.costs().iter().map(|cost| cost.unsigned_abs()).max().unwrap_or(0)
}
