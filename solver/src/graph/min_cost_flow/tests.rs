//! Both methods against two oracles that share nothing with them.

use proptest::prelude::*;

use super::*;
use crate::graph::{NodeId, generate_costs};

const METHODS: [MinCostFlowMethod; 3] =
    [MinCostFlowMethod::Auto, MinCostFlowMethod::NetworkSimplex, MinCostFlowMethod::CostScaling];

/// An arc as `(tail, head, capacity, cost)`.
type Arc = (u32, u32, i64, i64);

fn network(supplies: &[i64], arcs: &[Arc]) -> FlowNetwork {
    let mut network = FlowNetwork::new(supplies.len()).unwrap();
    for (node, &supply) in supplies.iter().enumerate() {
        network.set_supply(NodeId(node as u32), supply).unwrap();
    }
    for &(tail, head, capacity, cost) in arcs {
        network.add_arc_with_cost(NodeId(tail), NodeId(head), capacity, cost).unwrap();
    }
    network
}

/// Successive shortest paths by Bellman and Ford on a list of residual arcs; arcs of negative
/// cost are filled first, so that no negative cycle is ever there.
fn successive_shortest_paths(network: &FlowNetwork) -> Option<i128> {
    let (source, sink) = (network.node_count(), network.node_count() + 1);
    let mut residual: Vec<(usize, usize, i128, i128)> = Vec::new();
    let mut join = |tail: usize, head: usize, room: i128, back: i128, cost: i64| {
        residual.push((tail, head, room, i128::from(cost)));
        residual.push((head, tail, back, -i128::from(cost)));
    };
    let mut excess: Vec<i128> = network.supplies().iter().map(|&supply| supply.into()).collect();
    let mut total = 0;
    for arc in 0..network.arc_count() {
        let (tail, head) = (network.tails()[arc].index(), network.heads()[arc].index());
        let (capacity, cost) = (i128::from(network.capacities()[arc]), network.costs()[arc]);
        if cost < 0 {
            excess[tail] -= capacity;
            excess[head] += capacity;
            total += capacity * i128::from(cost);
            join(tail, head, 0, capacity, cost);
        } else {
            join(tail, head, capacity, 0, cost);
        }
    }
    for (node, &excess) in excess.iter().enumerate() {
        if excess > 0 {
            join(source, node, excess, 0, 0);
        } else {
            join(node, sink, -excess, 0, 0);
        }
    }
    let mut missing: i128 = excess.iter().filter(|&&excess| excess > 0).sum();
    while missing > 0 {
        let mut distance = vec![None; sink + 1];
        let mut by = vec![usize::MAX; sink + 1];
        distance[source] = Some(0_i128);
        loop {
            let mut changed = false;
            for (arc, &(tail, head, room, cost)) in residual.iter().enumerate() {
                if let (true, Some(here)) = (room > 0, distance[tail])
                    && distance[head].is_none_or(|there| here + cost < there)
                {
                    (distance[head], by[head], changed) = (Some(here + cost), arc, true);
                }
            }
            if !changed {
                break;
            }
        }
        let length = distance[sink]?;
        let mut path = vec![by[sink]];
        while residual[path[path.len() - 1]].0 != source {
            path.push(by[residual[path[path.len() - 1]].0]);
        }
        let amount = path.iter().map(|&arc| residual[arc].2).min().unwrap();
        for arc in path {
            residual[arc].2 -= amount;
            residual[arc ^ 1].2 += amount;
        }
        missing -= amount;
        total += amount * length;
    }
    Some(total)
}

/// The cheapest of all flows, one by one.
fn brute_force(network: &FlowNetwork) -> Option<i128> {
    let mut flows = vec![0; network.arc_count()];
    let mut best: Option<i128> = None;
    loop {
        let net = network.net_outflows(&flows);
        if net.iter().zip(network.supplies()).all(|(&net, &supply)| net == i128::from(supply)) {
            let cost = network.cost_of(&flows);
            best = Some(best.map_or(cost, |best| best.min(cost)));
        }
        let next = flows.iter().zip(network.capacities()).position(|(flow, room)| flow < room);
        let Some(next) = next else { return best };
        flows[next] += 1;
        flows[..next].fill(0);
    }
}

/// Solves by every method, checks every certificate, and returns the cost if there is a flow.
fn solve(network: &FlowNetwork) -> Option<i128> {
    let answers = METHODS.map(|method| match min_cost_flow(network, method) {
        Ok(answer) => {
            verify_min_cost_flow(network, &answer).unwrap();
            assert_eq!(dual_bound(network, &answer.potentials), answer.cost);
            assert_eq!(min_cost_flow(network, method), Ok(answer.clone()));
            Some(answer.cost)
        }
        Err(MinCostFlowError::Infeasible(Infeasible(cut))) => {
            verify_violated_cut(network, &cut).unwrap();
            None
        }
        // Cost scaling has narrower ranges; the simplex answers instead.
        Err(MinCostFlowError::CostRange { .. } | MinCostFlowError::CapacityRange { .. })
            if method == MinCostFlowMethod::CostScaling =>
        {
            min_cost_flow(network, MinCostFlowMethod::NetworkSimplex).ok().map(|best| best.cost)
        }
        Err(other) => panic!("{method:?}: {other}"),
    });
    assert!(answers.iter().all(|answer| *answer == answers[0]), "{answers:?}");
    answers[0]
}

prop_compose! {
    /// Networks with parallel, opposite and zero-capacity arcs, loops, and isolated nodes.
    fn networks(nodes: usize, arcs: usize, capacity: i64, cost: i64, supply: i64)
        (nodes in 1..=nodes)
        (arcs in prop::collection::vec(
            (0..nodes as u32, 0..nodes as u32, 0..=capacity, -cost..=cost), 0..=arcs),
         mut supplies in prop::collection::vec(-supply..=supply, nodes),
         feasible in prop::bool::weighted(0.7))
        -> FlowNetwork
    {
        if feasible {
            // The supplies of some flow.
            supplies.fill(0);
            for (index, &(tail, head, capacity, _)) in arcs.iter().enumerate() {
                let flow = capacity / (1 + index as i64 % 3);
                supplies[tail as usize] += flow;
                supplies[head as usize] -= flow;
            }
        } else {
            let surplus: i64 = supplies.iter().sum();
            supplies[0] -= surplus;
        }
        network(&supplies, &arcs)
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(1500))]

    #[test]
    fn agrees_with_successive_shortest_paths(network in networks(9, 30, 12, 20, 6)) {
        prop_assert_eq!(solve(&network), successive_shortest_paths(&network));
    }

    #[test]
    fn agrees_with_brute_force(network in networks(4, 6, 2, 5, 2)) {
        prop_assert_eq!(solve(&network), brute_force(&network));
    }

    #[test]
    fn huge_values_do_not_overflow(
        network in networks(8, 20, 1_000_000_000_000_000, 1_000_000_000_000_000, 1_000_000_000_000)
    ) {
        prop_assert_eq!(solve(&network), successive_shortest_paths(&network));
    }

    #[test]
    fn renaming_nodes_keeps_the_cost(network in networks(9, 30, 12, 20, 6), offset in 0..9_usize) {
        let nodes = network.node_count();
        let rename = |node: usize| (node + offset) % nodes;
        let mut supplies = vec![0; nodes];
        for node in 0..nodes {
            supplies[rename(node)] = network.supplies()[node];
        }
        let arcs: Vec<Arc> = (0..network.arc_count()).rev().map(|arc| (
            rename(network.tails()[arc].index()) as u32,
            rename(network.heads()[arc].index()) as u32,
            network.capacities()[arc],
            network.costs()[arc],
        )).collect();
        prop_assert_eq!(solve(&network), solve(&self::network(&supplies, &arcs)));
    }

    #[test]
    fn more_capacity_never_costs_more(network in networks(7, 20, 8, 20, 4)) {
        let arcs: Vec<Arc> = (0..network.arc_count()).map(|arc| (
            network.tails()[arc].0,
            network.heads()[arc].0,
            network.capacities()[arc] + 1,
            network.costs()[arc],
        )).collect();
        if let Some(before) = solve(&network) {
            prop_assert!(solve(&self::network(network.supplies(), &arcs)).unwrap() <= before);
        }
    }

    #[test]
    fn mutations_are_refused(network in networks(7, 20, 8, 20, 4), pick in any::<prop::sample::Index>()) {
        prop_assume!(network.arc_count() > 0);
        let arc = pick.index(network.arc_count());
        match min_cost_flow(&network, MinCostFlowMethod::Auto) {
            Ok(answer) => {
                let mut other = answer.clone();
                other.flows[arc] += 1;
                prop_assert!(verify_min_cost_flow(&network, &other).is_err()
                    || network.tails()[arc] == network.heads()[arc] && network.costs()[arc] == 0);
                let mut other = answer.clone();
                other.cost -= 1;
                prop_assert!(verify_min_cost_flow(&network, &other).is_err());
                let mut other = answer.clone();
                let node = network.tails()[arc].index();
                other.potentials[node] += 1_000;
                let bound = dual_bound(&network, &other.potentials);
                prop_assert_eq!(verify_min_cost_flow(&network, &other).is_ok(), bound == answer.cost);
                prop_assert!(bound <= answer.cost);
            }
            Err(MinCostFlowError::Infeasible(Infeasible(cut))) => {
                let mut other = cut;
                other.outgoing_capacity -= 1;
                prop_assert!(verify_violated_cut(&network, &other).is_err());
                let all = (0..network.node_count()).map(|node| NodeId(node as u32)).collect();
                let other = ViolatedCut::around(&network, all);
                prop_assert!(verify_violated_cut(&network, &other).is_err());
            }
            Err(other) => panic!("{other}"),
        }
    }
}

#[test]
fn methods_agree_on_generated_networks() {
    for seed in 0..3 {
        for network in [
            generate_costs::transport(30, 40, seed).unwrap(),
            generate_costs::assignment(60, 60, seed).unwrap(),
            generate_costs::assignment(300, 5, seed).unwrap(),
            generate_costs::sparse(2_000, 12_000, seed).unwrap(),
            generate_costs::torus(40, seed).unwrap(),
        ] {
            assert!(solve(&network).is_some());
        }
    }
}

#[test]
fn empty_and_tiny_networks() {
    assert_eq!(solve(&network(&[], &[])), Some(0));
    assert_eq!(solve(&network(&[0], &[])), Some(0));
    assert_eq!(solve(&network(&[0], &[(0, 0, 5, -3), (0, 0, 5, 3)])), Some(-15));
    assert_eq!(solve(&network(&[1, -1], &[])), None);
    assert_eq!(solve(&network(&[1, -1], &[(1, 0, 9, 1)])), None);
}

#[test]
fn a_negative_cycle_is_filled() {
    let arcs = [(0, 1, 7, -5), (1, 2, 4, 1), (2, 0, 9, 1)];
    assert_eq!(solve(&network(&[0, 0, 0], &arcs)), Some(-12));
}

#[test]
fn a_bottleneck_is_named() {
    let network = network(&[3, 2, 0, -5], &[(0, 2, 9, 1), (1, 2, 9, 1), (2, 3, 4, 1)]);
    for method in METHODS {
        let Err(MinCostFlowError::Infeasible(Infeasible(cut))) = min_cost_flow(&network, method)
        else {
            panic!("a flow where there is none")
        };
        assert_eq!(cut.nodes, [NodeId(0), NodeId(1), NodeId(2)]);
        assert_eq!((cut.supply, cut.outgoing_capacity), (5, 4));
    }
}

#[test]
fn ranges_are_refused() {
    let refused =
        |network: &FlowNetwork| METHODS.map(|method| min_cost_flow(network, method).unwrap_err());
    for error in refused(&network(&[1, 0], &[])) {
        assert_eq!(error, MinCostFlowError::Unbalanced { surplus: 1 });
    }
    for error in refused(&network(&[i64::MAX, 1, -i64::MAX, -1], &[])) {
        assert_eq!(error, MinCostFlowError::SupplyRange { total: 1 << 63 });
    }
    for error in refused(&network(&[0, 0], &[(0, 1, 1, i64::MIN)])) {
        assert!(matches!(error, MinCostFlowError::CostRange { .. }));
    }
}

#[test]
fn the_largest_capacities_are_fine() {
    let supply = i64::MAX;
    let network = network(&[supply, -supply], &[(0, 1, i64::MAX, 1), (1, 0, i64::MAX, 0)]);
    let answer = min_cost_flow(&network, MinCostFlowMethod::NetworkSimplex).unwrap();
    assert_eq!(answer.cost, i128::from(supply));
    verify_min_cost_flow(&network, &answer).unwrap();
}
