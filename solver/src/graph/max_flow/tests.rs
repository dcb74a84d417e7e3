use petgraph::algo::dinics;
use petgraph::graph::DiGraph;
use proptest::prelude::*;

use super::*;
use crate::graph::generate;
use crate::graph::network::ArcId;

const SOURCE: NodeId = NodeId(0);
const SINK: NodeId = NodeId(1);

fn network(node_count: usize, arcs: &[(u32, u32, i64)]) -> FlowNetwork {
    let mut network = FlowNetwork::new(node_count).unwrap();
    for &(tail, head, capacity) in arcs {
        network.add_arc(NodeId(tail), NodeId(head), capacity).unwrap();
    }
    network
}

/// Solves from node 0 to node 1 and has the answer verified.
fn solve(network: &FlowNetwork) -> MaxFlow {
    let best = max_flow(network, SOURCE, SINK).unwrap();
    assert_eq!(verify_max_flow(network, SOURCE, SINK, &best), Ok(()));
    best
}

fn petgraph_value(network: &FlowNetwork) -> i128 {
    let mut graph = DiGraph::<(), u128>::new();
    let nodes: Vec<_> = (0..network.node_count()).map(|_| graph.add_node(())).collect();
    for arc in 0..network.arc_count() {
        let (tail, head) = (network.tails()[arc].index(), network.heads()[arc].index());
        graph.add_edge(nodes[tail], nodes[head], network.capacities()[arc] as u128);
    }
    dinics(&graph, nodes[SOURCE.index()], nodes[SINK.index()]).0 as i128
}

/// Small networks, sparse and dense, with loops and parallel arcs.
fn small_networks(max_capacity: i64) -> impl Strategy<Value = FlowNetwork> {
    (2..10_u32).prop_flat_map(move |nodes| {
        prop::collection::vec((0..nodes, 0..nodes, 0..=max_capacity), 0..40)
            .prop_map(move |arcs| network(nodes as usize, &arcs))
    })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(4000))]

    #[test]
    fn agrees_with_petgraph(network in small_networks(9)) {
        prop_assert_eq!(solve(&network).value, petgraph_value(&network));
    }

    #[test]
    fn agrees_with_petgraph_at_64_bits(network in small_networks(i64::MAX)) {
        prop_assert_eq!(solve(&network).value, petgraph_value(&network));
    }

    #[test]
    fn changed_flows_are_refused(
        network in small_networks(9),
        arc in any::<prop::sample::Index>(),
        change in prop_oneof![-9..0_i64, 1..=9_i64],
    ) {
        let is_loop = |arc: &usize| network.tails()[*arc] == network.heads()[*arc];
        let arcs: Vec<_> = (0..network.arc_count()).filter(|arc| !is_loop(arc)).collect();
        if arcs.is_empty() {
            return Ok(());
        }
        let mut claim = solve(&network);
        claim.flows[*arc.get(&arcs)] += change;
        prop_assert!(verify_max_flow(&network, SOURCE, SINK, &claim).is_err());
    }

    #[test]
    fn changed_values_and_cuts_are_refused(
        network in small_networks(9),
        node in any::<prop::sample::Index>(),
    ) {
        let best = solve(&network);
        let smaller = MaxFlow { value: best.value - 1, ..best.clone() };
        prop_assert!(verify_max_flow(&network, SOURCE, SINK, &smaller).is_err());
        let mut no_cut = best;
        let side = &mut no_cut.source_side[node.index(2)];
        *side = !*side;
        prop_assert_eq!(
            verify_max_flow(&network, SOURCE, SINK, &no_cut),
            Err(MaxFlowDefect::CutMissesTerminals)
        );
    }

    #[test]
    fn more_capacity_never_hurts(
        network in small_networks(9),
        arc in any::<prop::sample::Index>(),
    ) {
        prop_assume!(network.arc_count() > 0);
        let arc = arc.index(network.arc_count());
        let mut wider = network.clone();
        wider.add_arc(network.tails()[arc], network.heads()[arc], 1).unwrap();
        let gain = solve(&wider).value - solve(&network).value;
        prop_assert!((0..=1).contains(&gain));
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(200))]

    /// Large enough for gaps, several global relabellings and excess that must return.
    #[test]
    fn agrees_with_petgraph_on_structured_networks(
        seed in any::<u64>(),
        levels in 2..30_u32,
        width in 1..20_u32,
    ) {
        let problems = [
            generate::layered(levels, width, 100, seed).unwrap(),
            generate::bipartite(levels * 5, levels * width, 2, seed).unwrap(),
            generate::uniform(levels * 5, levels * width, 100, seed).unwrap(),
        ];
        for MaxFlowProblem { network, source, sink } in problems {
            // Node numbers 0 and 1 become the terminals, as `solve` expects.
            let swap = |node: NodeId| match node {
                _ if node == source => SOURCE,
                _ if node == sink => SINK,
                SOURCE => source,
                SINK => sink,
                _ => node,
            };
            let mut renamed = FlowNetwork::new(network.node_count()).unwrap();
            for arc in 0..network.arc_count() {
                let (tail, head) = (network.tails()[arc], network.heads()[arc]);
                renamed.add_arc(swap(tail), swap(head), network.capacities()[arc]).unwrap();
            }
            prop_assert_eq!(solve(&renamed).value, petgraph_value(&renamed));
        }
    }
}

#[test]
fn large_instances_verify() {
    for problem in [
        generate::layered(300, 20, 1000, 7).unwrap(),
        generate::layered(20, 300, 1000, 7).unwrap(),
        generate::bipartite(3000, 12_000, 3, 7).unwrap(),
        generate::uniform(3000, 30_000, 1000, 7).unwrap(),
    ] {
        let MaxFlowProblem { network, source, sink } = problem;
        let best = max_flow(&network, source, sink).unwrap();
        assert_eq!(verify_max_flow(&network, source, sink, &best), Ok(()));
        assert!(best.value > 0);
    }
}

#[test]
fn excess_returns_to_the_source_around_a_cycle() {
    // 2 -> 3 -> 4 -> 2 is a cycle from which only one unit in ten gets out.
    let arcs = [(0, 2, 10), (2, 3, 10), (3, 4, 10), (4, 2, 10), (4, 1, 1)];
    let best = solve(&network(5, &arcs));
    assert_eq!(best.value, 1);
    assert_eq!(best.flows[0], 1);
}

#[test]
fn totals_beyond_64_bits() {
    let huge = 1_i64 << 62;
    let best = solve(&network(4, &[(0, 2, huge); 5]));
    assert_eq!(best.value, 0);
    let arcs: Vec<_> = (0..5).flat_map(|_| [(0, 2, huge), (2, 1, i64::MAX)]).collect();
    assert_eq!(solve(&network(3, &arcs)).value, 5 * i128::from(huge));
    assert_eq!(solve(&network(3, &[(0, 2, i64::MAX), (0, 2, i64::MAX), (2, 1, 1)])).value, 1);
}

#[test]
fn nothing_to_send() {
    assert_eq!(solve(&network(2, &[])).value, 0);
    let disconnected = solve(&network(4, &[(0, 2, 5), (3, 1, 5)]));
    assert_eq!((disconnected.value, disconnected.flows), (0, vec![0, 0]));
    let backwards = solve(&network(2, &[(1, 0, 5), (0, 0, 5), (1, 1, 5)]));
    assert_eq!((backwards.value, backwards.flows), (0, vec![0, 0, 0]));
}

#[test]
fn loops_and_parallel_arcs() {
    let arcs = [(0, 1, 2), (0, 1, 3), (0, 0, 7), (1, 1, 7), (1, 0, 4), (0, 1, 0)];
    let best = solve(&network(2, &arcs));
    assert_eq!((best.value, best.flows), (5, vec![2, 3, 0, 0, 0, 0]));
}

#[test]
fn impossible_questions_are_errors() {
    let network = network(2, &[(0, 1, 1)]);
    assert_eq!(max_flow(&network, SINK, SINK), Err(MaxFlowError::SourceIsSink(1)));
    let unknown = NetworkError::UnknownNode { node: 2, node_count: 2 };
    assert_eq!(max_flow(&network, SOURCE, NodeId(2)), Err(MaxFlowError::Network(unknown)));
}

#[test]
fn each_defect_has_its_name() {
    let network = network(3, &[(0, 2, 2), (2, 1, 1)]);
    let best = solve(&network);
    let defect = |claim: MaxFlow| verify_max_flow(&network, SOURCE, SINK, &claim).unwrap_err();
    assert_eq!(
        defect(MaxFlow { flows: vec![1], ..best.clone() }),
        MaxFlowDefect::WrongLength { what: "flows", expected: 2, found: 1 }
    );
    assert_eq!(
        defect(MaxFlow { flows: vec![1, 2], ..best.clone() }),
        MaxFlowDefect::FlowOutOfRange { arc: ArcId(1), flow: 2, capacity: 1 }
    );
    assert_eq!(
        defect(MaxFlow { flows: vec![2, 1], ..best.clone() }),
        MaxFlowDefect::NotConserved { node: NodeId(2), net_outflow: -1 }
    );
    assert_eq!(
        defect(MaxFlow { value: 2, ..best.clone() }),
        MaxFlowDefect::WrongValue { value: 2, sent: 1 }
    );
    assert_eq!(
        defect(MaxFlow { source_side: vec![true, false, false], ..best }),
        MaxFlowDefect::CutProvesLess { value: 1, capacity: 2 }
    );
}
