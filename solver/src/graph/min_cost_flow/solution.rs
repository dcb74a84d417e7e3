//! What a minimum-cost flow answers, and the checks that trust none of it.

use thiserror::Error;

use crate::graph::{FlowNetwork, NodeId};

/// A flow of least cost with the prices that prove it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MinCostFlow {
    /// Total cost of the flow.
    pub cost: i128,
    /// Flow on every arc of the network, in its order.
    pub flows: Vec<i64>,
    /// Price of a unit at every node. An arc whose reduced cost `cost + potential(tail) -
    /// potential(head)` is positive is empty, one whose reduced cost is negative is full.
    pub potentials: Vec<i64>,
}

/// A set of nodes that has more supply than the arcs out of it can carry away.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ViolatedCut {
    /// The nodes, in ascending order.
    pub nodes: Vec<NodeId>,
    /// Sum of their supplies.
    pub supply: i128,
    /// Sum of the capacities of the arcs that leave the set; less than `supply`.
    pub outgoing_capacity: i128,
}

/// Why there is no minimum-cost flow to return.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum MinCostFlowError {
    /// What is put in differs from what is taken out.
    #[error("supplies sum to {surplus}; they must sum to zero")]
    Unbalanced {
        /// Sum of all supplies.
        surplus: i128,
    },
    /// The positive supplies sum to more than an arc could carry.
    #[error("the positive supplies sum to {total}, more than 2^63 - 1")]
    SupplyRange {
        /// Sum of the positive supplies.
        total: i128,
    },
    /// Potentials would not fit 64 bits.
    #[error("a cost of {largest} on {nodes} nodes: {reason} must stay below 2^60")]
    CostRange {
        /// The largest absolute cost.
        largest: u64,
        /// Number of nodes.
        nodes: usize,
        /// The quantity the method needs to represent.
        reason: &'static str,
    },
    /// Sums of capacities at a node would not fit 64 bits, which only cost scaling needs.
    #[error("the capacities at node {node} sum to more than 2^62")]
    CapacityRange {
        /// The node.
        node: u32,
    },
    /// No flow meets the supplies.
    #[error(transparent)]
    Infeasible(#[from] Infeasible),
}

/// No flow meets the supplies, and a cut shows why.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[error(
    "no flow meets the supplies: {} nodes supply {} units, but only {} can leave them",
    .0.nodes.len(), .0.supply, .0.outgoing_capacity
)]
pub struct Infeasible(pub ViolatedCut);

/// What is wrong with a claimed answer.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum MinCostFlowDefect {
    /// An array has the wrong length.
    #[error("{what}: {given} entries instead of {expected}")]
    Length {
        /// `flows` or `potentials`.
        what: &'static str,
        /// Entries given.
        given: usize,
        /// Entries expected.
        expected: usize,
    },
    /// A flow is negative or exceeds the capacity.
    #[error("arc {arc} carries {flow} units, its capacity is {capacity}")]
    Capacity {
        /// The arc.
        arc: usize,
        /// Its claimed flow.
        flow: i64,
        /// Its capacity.
        capacity: i64,
    },
    /// A node does not send out its supply.
    #[error("node {node} sends out {net_outflow} units net, its supply is {supply}")]
    Conservation {
        /// The node.
        node: usize,
        /// Flow out minus flow in.
        net_outflow: i128,
        /// What it should be.
        supply: i64,
    },
    /// The flow could be improved, as far as the potentials tell.
    #[error("arc {arc} has reduced cost {reduced_cost} but carries {flow} of {capacity} units")]
    Slackness {
        /// The arc.
        arc: usize,
        /// Its reduced cost.
        reduced_cost: i128,
        /// Its flow.
        flow: i64,
        /// Its capacity.
        capacity: i64,
    },
    /// The claimed cost is not the cost of the flow.
    #[error("the flow costs {actual}, not {claimed}")]
    Cost {
        /// The claimed cost.
        claimed: i128,
        /// The cost of the flow.
        actual: i128,
    },
    /// A cut names a node twice, out of order or one that does not exist.
    #[error("the cut is not an ascending list of nodes")]
    CutNodes,
    /// A cut claims other totals than it has, or does not prove anything.
    #[error("the cut has supply {supply} and outgoing capacity {outgoing_capacity}")]
    CutTotals {
        /// Actual supply of the nodes.
        supply: i128,
        /// Actual capacity of the arcs that leave.
        outgoing_capacity: i128,
    },
}

/// Checks that a flow is feasible and, by complementary slackness with its potentials, that no
/// flow is cheaper. Knows nothing of the algorithms; sums are 128 bits wide.
///
/// # Errors
///
/// The first [`MinCostFlowDefect`] found.
pub fn verify_min_cost_flow(
    network: &FlowNetwork,
    answer: &MinCostFlow,
) -> Result<(), MinCostFlowDefect> {
    let MinCostFlow { cost, flows, potentials } = answer;
    check_length("flows", flows.len(), network.arc_count())?;
    check_length("potentials", potentials.len(), network.node_count())?;
    for (arc, (&flow, &capacity)) in flows.iter().zip(network.capacities()).enumerate() {
        if flow < 0 || flow > capacity {
            return Err(MinCostFlowDefect::Capacity { arc, flow, capacity });
        }
        let price = |node: NodeId| i128::from(potentials[node.index()]);
        let reduced_cost = i128::from(network.costs()[arc]) + price(network.tails()[arc])
            - price(network.heads()[arc]);
        if (reduced_cost > 0 && flow > 0) || (reduced_cost < 0 && flow < capacity) {
            return Err(MinCostFlowDefect::Slackness { arc, reduced_cost, flow, capacity });
        }
    }
    let net_outflows = network.net_outflows(flows);
    for (node, (&net_outflow, &supply)) in net_outflows.iter().zip(network.supplies()).enumerate() {
        if net_outflow != i128::from(supply) {
            return Err(MinCostFlowDefect::Conservation { node, net_outflow, supply });
        }
    }
    let actual = network.cost_of(flows);
    if actual != *cost {
        return Err(MinCostFlowDefect::Cost { claimed: *cost, actual });
    }
    Ok(())
}

/// Checks that a cut has more supply than outgoing capacity, so that no flow exists.
///
/// # Errors
///
/// The first [`MinCostFlowDefect`] found.
pub fn verify_violated_cut(
    network: &FlowNetwork,
    cut: &ViolatedCut,
) -> Result<(), MinCostFlowDefect> {
    let ascending = cut.nodes.is_sorted_by(|left, right| left < right);
    if !ascending || cut.nodes.last().is_some_and(|node| node.index() >= network.node_count()) {
        return Err(MinCostFlowDefect::CutNodes);
    }
    let actual = ViolatedCut::around(network, cut.nodes.clone());
    if actual != *cut || actual.supply <= actual.outgoing_capacity {
        let ViolatedCut { supply, outgoing_capacity, .. } = actual;
        return Err(MinCostFlowDefect::CutTotals { supply, outgoing_capacity });
    }
    Ok(())
}

/// A lower bound on the cost of every feasible flow, valid for any potentials (weak duality):
/// pays every node its supply at its price, and every arc of negative reduced cost its capacity.
/// Equals the optimum for the potentials of an optimal answer.
///
/// Saturates at the ends of `i128`, which the documented ranges keep far away.
#[must_use]
pub fn dual_bound(network: &FlowNetwork, potentials: &[i64]) -> i128 {
    let price = |node: NodeId| i128::from(potentials[node.index()]);
    let paid: i128 =
        network.supplies().iter().zip(potentials).fold(0, |sum, (&supply, &potential)| {
            i128::saturating_sub(sum, i128::from(supply) * i128::from(potential))
        });
    let ends = network.tails().iter().zip(network.heads());
    ends.zip(network.costs()).zip(network.capacities()).fold(
        paid,
        |sum, (((&tail, &head), &cost), &capacity)| {
            let reduced_cost = i128::from(cost) + price(tail) - price(head);
            sum.saturating_add(reduced_cost.min(0).saturating_mul(i128::from(capacity)))
        },
    )
}

fn check_length(
    what: &'static str,
    given: usize,
    expected: usize,
) -> Result<(), MinCostFlowDefect> {
    if given == expected {
        Ok(())
    } else {
        Err(MinCostFlowDefect::Length { what, given, expected })
    }
}

impl ViolatedCut {
    /// The cut around a set of nodes, with its totals. `nodes` must ascend.
    pub(super) fn around(network: &FlowNetwork, nodes: Vec<NodeId>) -> Self {
        let mut inside = vec![false; network.node_count()];
        for node in &nodes {
            inside[node.index()] = true;
        }
        let supply = nodes.iter().map(|node| i128::from(network.supplies()[node.index()])).sum();
        let ends = network.tails().iter().zip(network.heads());
        let outgoing_capacity = ends
            .zip(network.capacities())
            .filter(|((tail, head), _)| inside[tail.index()] && !inside[head.index()])
            .map(|(_, &capacity)| i128::from(capacity))
            .sum();
        Self { nodes, supply, outgoing_capacity }
    }

    /// The cut around all nodes that can still be reached from `starts` beside `flows`.
    pub(super) fn reachable(network: &FlowNetwork, flows: &[i64], starts: Vec<NodeId>) -> Self {
        let mut neighbours = vec![Vec::new(); network.node_count()];
        for (arc, &flow) in flows.iter().enumerate() {
            let (tail, head) = (network.tails()[arc], network.heads()[arc]);
            if flow < network.capacities()[arc] {
                neighbours[tail.index()].push(head);
            }
            if flow > 0 {
                neighbours[head.index()].push(tail);
            }
        }
        let mut inside = vec![false; network.node_count()];
        for start in &starts {
            inside[start.index()] = true;
        }
        let mut open = starts;
        while let Some(node) = open.pop() {
            for &next in &neighbours[node.index()] {
                if !inside[next.index()] {
                    inside[next.index()] = true;
                    open.push(next);
                }
            }
        }
        let nodes = (0..network.node_count()).filter(|&node| inside[node]);
        Self::around(network, nodes.map(|node| NodeId(node as u32)).collect())
    }
}
