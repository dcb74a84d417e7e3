//! Shortest paths under resource limits.

mod bounds;
mod labels;
#[cfg(test)]
mod tests;

use thiserror::Error;

use self::bounds::{Rows, distances_to, postorder};
use self::labels::LabelSearch;
use super::network::{ArcId, FlowNetwork, NetworkError, NodeId};

/// Something of which a path may use only so much: time, loss of light, switches passed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Resource {
    /// What every arc of the network uses, none of it negative.
    pub consumption: Vec<i64>,
    /// What the arcs of a path may use together.
    pub limit: i64,
}

/// A cheapest path within the limits.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ConstrainedPath {
    /// Sum of the costs of its arcs.
    pub cost: i128,
    /// Arcs from the source to the target; none if they are the same node.
    pub arcs: Vec<ArcId>,
    /// What the path uses of every resource.
    pub consumption: Vec<i64>,
}

/// Why there is no answer.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum ConstrainedPathError {
    /// Source or target is not a node of the network.
    #[error(transparent)]
    Network(#[from] NetworkError),
    /// A resource needs one entry per arc.
    #[error("resource {resource} has {found} entries for {expected} arcs")]
    WrongLength {
        /// Position of the resource.
        resource: usize,
        /// Number of arcs.
        expected: usize,
        /// Number of entries.
        found: usize,
    },
    /// Arcs use up resources, they do not restore them.
    #[error("arc {} uses the negative amount {amount} of resource {resource}", arc.0)]
    NegativeConsumption {
        /// Position of the resource.
        resource: usize,
        /// The arc.
        arc: ArcId,
        /// What it is said to use.
        amount: i64,
    },
    /// Going round the cycle again would always be cheaper.
    #[error("a cycle between source and target has a negative cost")]
    NegativeCycle,
}

/// Finds a cheapest path from `source` to `target` that keeps every resource within its limit,
/// or `None` if no path does.
///
/// A label is a way to reach a node, with its cost and what it has used. Labels are extended in
/// the order of their cost plus the least cost that is left to the target, so the first one to
/// arrive is the best; a label is dropped if another one at its node has cost and used no more,
/// or if some resource would not last even on the thriftiest way from here. The least cost and
/// least consumption to the target are computed beforehand, for each on its own, by a
/// Bellman-Ford search that visits successors first.
///
/// # References
/// * S. Irnich, G. Desaulniers: Shortest path problems with resource constraints. In: Column
///   Generation, Springer 2005, 33-65.
/// * I. Dumitrescu, N. Boland: Improved preprocessing, labeling and scaling algorithms for the
///   weight-constrained shortest path problem. Networks 42 (2003) 135-153. (The bounds.)
///
/// # Arguments
/// * `network`: any directed network; costs may be negative as long as no cycle between source
///   and target is. Capacities and supplies are ignored.
/// * `resources`: any number, none makes it a plain shortest path.
/// * `source`, `target`: may be the same node, in which case the empty path is the answer.
///
/// # Complexity
/// The bounds take time O(arcs) per resource without cycles and O(nodes · arcs) at worst. The
/// search is exponential at worst (the problem is NP-hard with a single resource); with L labels
/// that no other dominates it takes O(L² + L log L), space O(L) for a fixed number of resources.
///
/// # Guarantee
/// Exact. Costs add up in 128 bits, and no limit is exceeded.
///
/// # Example
/// The time-constrained path of Ahuja, Magnanti and Orlin, Network Flows, §16.1: costs and times
/// on ten arcs, at most 14 units of time. The cheapest path costs 5 and takes 18.
/// ```
/// use placewright_solver::graph::{FlowNetwork, NodeId, Resource, constrained_shortest_path};
///
/// let mut network = FlowNetwork::new(6)?;
/// let mut times = Vec::new();
/// for (tail, head, cost, time) in [
///     (1, 2, 1, 10), (1, 3, 10, 3), (2, 4, 1, 1), (2, 5, 2, 3), (3, 2, 1, 2),
///     (3, 4, 5, 7), (3, 5, 12, 3), (4, 5, 10, 1), (4, 6, 1, 7), (5, 6, 2, 2),
/// ] {
///     network.add_arc_with_cost(NodeId(tail - 1), NodeId(head - 1), 1, cost)?;
///     times.push(time);
/// }
/// let time = Resource { consumption: times, limit: 14 };
/// let best = constrained_shortest_path(&network, &[time], NodeId(0), NodeId(5))?.unwrap();
/// assert_eq!((best.cost, best.consumption), (13, vec![13]));
/// # Ok::<(), placewright_solver::graph::ConstrainedPathError>(())
/// ```
pub fn constrained_shortest_path(
    network: &FlowNetwork,
    resources: &[Resource],
    source: NodeId,
    target: NodeId,
) -> Result<Option<ConstrainedPath>, ConstrainedPathError> {
    network.check_node(source)?;
    network.check_node(target)?;
    for (position, resource) in resources.iter().enumerate() {
        check_resource(network, resource, position)?;
    }
    let rows = Rows::new(network);
    let order = postorder(network, &rows, source);
    let least_left =
        |weights: &[i64]| distances_to(target, network.heads(), weights, &rows, &order);
    let cost_left = least_left(network.costs()).ok_or(ConstrainedPathError::NegativeCycle)?;
    // Consumption is not negative, so no cycle is and the distances exist.
    let use_left = resources.iter().filter_map(|resource| least_left(&resource.consumption));
    let search = LabelSearch::new(network, resources, &rows, cost_left, use_left.collect(), target);
    Ok(search.run(source))
}

fn check_resource(
    network: &FlowNetwork,
    resource: &Resource,
    position: usize,
) -> Result<(), ConstrainedPathError> {
    let (expected, found) = (network.arc_count(), resource.consumption.len());
    if expected != found {
        return Err(ConstrainedPathError::WrongLength { resource: position, expected, found });
    }
    let negative = (0..).map(ArcId).zip(&resource.consumption).find(|&(_, &amount)| amount < 0);
    match negative {
        None => Ok(()),
        Some((arc, &amount)) => {
            Err(ConstrainedPathError::NegativeConsumption { resource: position, arc, amount })
        }
    }
}
