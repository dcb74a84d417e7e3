use proptest::prelude::*;

use super::*;

/// Tail, head, cost, consumption of two resources.
type Arc = (u32, u32, i64, i64, i64);

fn problem(node_count: u32, arcs: &[Arc], limits: [i64; 2]) -> (FlowNetwork, Vec<Resource>) {
    let mut network = FlowNetwork::new(node_count as usize).unwrap();
    for &(tail, head, cost, ..) in arcs {
        network.add_arc_with_cost(NodeId(tail), NodeId(head), 1, cost).unwrap();
    }
    let first = Resource { consumption: arcs.iter().map(|arc| arc.3).collect(), limit: limits[0] };
    let second = Resource { consumption: arcs.iter().map(|arc| arc.4).collect(), limit: limits[1] };
    (network, vec![first, second])
}

/// The least cost of a simple path within the limits, by trying them all.
fn brute_force(arcs: &[Arc], limits: [i64; 2], node: u32, target: u32, met: u32) -> Option<i128> {
    if limits.iter().any(|&limit| limit < 0) {
        return None;
    }
    if node == target {
        return Some(0);
    }
    let met = met | 1 << node;
    let onward = arcs.iter().filter(|arc| arc.0 == node && met & 1 << arc.1 == 0);
    onward
        .filter_map(|&(_, head, cost, first, second)| {
            let rest = [limits[0] - first, limits[1] - second];
            brute_force(arcs, rest, head, target, met).map(|sum| sum + i128::from(cost))
        })
        .min()
}

fn check_path(network: &FlowNetwork, resources: &[Resource], path: &ConstrainedPath) {
    let mut node = NodeId(0);
    for arc in &path.arcs {
        assert_eq!(network.tails()[arc.index()], node);
        node = network.heads()[arc.index()];
    }
    assert_eq!(node, NodeId(1));
    let total = |weights: &[i64]| path.arcs.iter().map(|arc| weights[arc.index()]).sum::<i64>();
    assert_eq!(i128::from(total(network.costs())), path.cost);
    for (resource, &used) in resources.iter().zip(&path.consumption) {
        assert_eq!(total(&resource.consumption), used);
        assert!(used <= resource.limit);
    }
}

/// Whether a cycle of negative cost touches a node on the way from 0 to 1 (Floyd-Warshall).
fn has_negative_cycle(node_count: usize, arcs: &[Arc]) -> bool {
    let mut least = vec![vec![i64::MAX / 4; node_count]; node_count];
    for &(tail, head, cost, ..) in arcs {
        let entry = &mut least[tail as usize][head as usize];
        *entry = cost.min(*entry);
    }
    for middle in 0..node_count {
        for from in 0..node_count {
            for to in 0..node_count {
                let detour = least[from][middle] + least[middle][to];
                least[from][to] = least[from][to].min(detour).max(-1 << 40);
            }
        }
    }
    let reaches = |from: usize, to: usize| from == to || least[from][to] < i64::MAX / 8;
    (0..node_count).any(|node| least[node][node] < 0 && reaches(0, node) && reaches(node, 1))
}

fn problems(costs: std::ops::Range<i64>) -> impl Strategy<Value = (u32, Vec<Arc>, [i64; 2])> {
    (2..8_u32, [0..25_i64, 0..25_i64]).prop_flat_map(move |(nodes, limits)| {
        let arc = (0..nodes, 0..nodes, costs.clone(), 0..9_i64, 0..9_i64);
        (Just(nodes), prop::collection::vec(arc, 0..25), Just(limits))
    })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(3000))]

    #[test]
    fn agrees_with_brute_force((nodes, arcs, limits) in problems(0..20)) {
        let (network, resources) = problem(nodes, &arcs, limits);
        let best = constrained_shortest_path(&network, &resources, NodeId(0), NodeId(1)).unwrap();
        prop_assert_eq!(
            best.as_ref().map(|path| path.cost),
            brute_force(&arcs, limits, 0, 1, 0)
        );
        if let Some(path) = best {
            check_path(&network, &resources, &path);
        }
    }

    #[test]
    fn agrees_with_brute_force_under_negative_costs((nodes, arcs, limits) in problems(-4..20)) {
        let (network, resources) = problem(nodes, &arcs, limits);
        match constrained_shortest_path(&network, &resources, NodeId(0), NodeId(1)) {
            Ok(best) => {
                prop_assert!(!has_negative_cycle(nodes as usize, &arcs));
                prop_assert_eq!(best.map(|path| path.cost), brute_force(&arcs, limits, 0, 1, 0));
            }
            Err(error) => {
                prop_assert_eq!(error, ConstrainedPathError::NegativeCycle);
                prop_assert!(has_negative_cycle(nodes as usize, &arcs));
            }
        }
    }

    #[test]
    fn agrees_with_brute_force_without_cycles((nodes, mut arcs, limits) in problems(-20..20)) {
        // From high numbers to low ones, and 0 above all: no cycle, any cost.
        arcs.retain(|arc| arc.0 != 1 && arc.1 != 0 && (arc.0 == 0 || arc.0 > arc.1));
        let (network, resources) = problem(nodes, &arcs, limits);
        let best = constrained_shortest_path(&network, &resources, NodeId(0), NodeId(1)).unwrap();
        prop_assert_eq!(best.map(|path| path.cost), brute_force(&arcs, limits, 0, 1, 0));
    }

    #[test]
    fn a_higher_limit_never_hurts((nodes, arcs, limits) in problems(0..20)) {
        let cost = |limits| {
            let (network, resources) = problem(nodes, &arcs, limits);
            let best = constrained_shortest_path(&network, &resources, NodeId(0), NodeId(1));
            best.unwrap().map_or(i128::MAX, |path| path.cost)
        };
        prop_assert!(cost([limits[0] + 3, limits[1]]) <= cost(limits));
    }
}

#[test]
fn a_path_that_is_too_long_is_infeasible() {
    let (network, resources) = problem(2, &[(0, 1, 1, 5, 0)], [4, 0]);
    let best = constrained_shortest_path(&network, &resources, NodeId(0), NodeId(1));
    assert_eq!(best, Ok(None));
}

#[test]
fn nowhere_to_go() {
    let (network, resources) = problem(1, &[], [0, 0]);
    let best = constrained_shortest_path(&network, &resources, NodeId(0), NodeId(0)).unwrap();
    assert_eq!(best, Some(ConstrainedPath { cost: 0, arcs: vec![], consumption: vec![0, 0] }));
    let (network, resources) = problem(1, &[], [0, -1]);
    assert_eq!(constrained_shortest_path(&network, &resources, NodeId(0), NodeId(0)), Ok(None));
}

#[test]
fn numbers_of_64_bits_do_not_wrap() {
    let most = i64::MAX;
    let arcs = [(0, 2, most, most, 0), (2, 1, most, most, 0), (2, 1, most, 0, most)];
    let (network, resources) = problem(3, &arcs, [most, most]);
    let best = constrained_shortest_path(&network, &resources, NodeId(0), NodeId(1)).unwrap();
    let best = best.unwrap();
    assert_eq!(best.cost, 2 * i128::from(most));
    assert_eq!(best.consumption, [most, most]);
    assert_eq!(best.arcs, [ArcId(0), ArcId(2)]);
}

#[test]
fn bad_resources_are_errors() {
    let (network, mut resources) = problem(2, &[(0, 1, 1, 5, -3)], [4, 0]);
    let solve = |resources: &[Resource]| {
        constrained_shortest_path(&network, resources, NodeId(0), NodeId(1)).unwrap_err()
    };
    let negative =
        ConstrainedPathError::NegativeConsumption { resource: 1, arc: ArcId(0), amount: -3 };
    assert_eq!(solve(&resources), negative);
    resources[1].consumption.clear();
    let short = ConstrainedPathError::WrongLength { resource: 1, expected: 1, found: 0 };
    assert_eq!(solve(&resources), short);
}
