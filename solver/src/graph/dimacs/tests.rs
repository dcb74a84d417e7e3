use proptest::prelude::*;

use super::*;
use crate::graph::generate;
use crate::graph::max_flow::{MaxFlowProblem, max_flow};
use crate::graph::network::{FlowNetwork, NodeId};

fn written(write: impl FnOnce(&mut Vec<u8>) -> std::io::Result<()>) -> String {
    let mut bytes = Vec::new();
    write(&mut bytes).unwrap();
    String::from_utf8(bytes).unwrap()
}

/// Networks with loops, parallel arcs and numbers from the whole range.
fn networks() -> impl Strategy<Value = FlowNetwork> {
    (2..8_u32).prop_flat_map(|nodes| {
        let arc = (0..nodes, 0..nodes, 0..=i64::MAX, any::<i64>());
        prop::collection::vec(arc, 0..20).prop_map(move |arcs| {
            let mut network = FlowNetwork::new(nodes as usize).unwrap();
            for (tail, head, capacity, cost) in arcs {
                network.add_arc_with_cost(NodeId(tail), NodeId(head), capacity, cost).unwrap();
            }
            network
        })
    })
}

/// Lines that look like the format, with mistakes in all places.
fn almost_files() -> impl Strategy<Value = String> {
    let word = prop_oneof![
        4 => "[pnacsft]",
        2 => "max|min|asn",
        8 => "-?[0-9]{1,2}",
        1 => "-?[0-9]{19,40}",
        1 => "\\PC{0,3}",
    ];
    let line = prop::collection::vec(word, 0..7).prop_map(|words| words.join(" "));
    let start = prop_oneof!["p (max|min|asn) [0-9] [0-9]", Just(String::new())];
    (start, prop::collection::vec(line, 0..8))
        .prop_map(|(start, lines)| format!("{start}\n{}", lines.join("\n")))
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(1000))]

    #[test]
    fn max_flow_problems_survive(mut network in networks(), source in 0..2_u32) {
        // The format has no costs.
        network = without_costs(&network);
        let problem = MaxFlowProblem { network, source: NodeId(source), sink: NodeId(1 - source) };
        let text = written(|out| write_max_flow(&problem, out));
        prop_assert_eq!(read_max_flow(&text), Ok(problem));
    }

    #[test]
    fn min_cost_flow_problems_survive(
        network in networks(),
        supplies in prop::collection::vec(-1000..1000_i64, 2),
        bound in 0..1000_i64,
    ) {
        let mut problem = MinCostFlowProblem::without_lower_bounds(network);
        for (node, supply) in (0..).map(NodeId).zip(supplies) {
            problem.network.set_supply(node, supply).unwrap();
        }
        for (lower_bound, capacity) in problem.lower_bounds.iter_mut().zip(problem.network.capacities()) {
            *lower_bound = bound.min(i64::MAX - capacity);
        }
        let text = written(|out| write_min_cost_flow(&problem, out));
        prop_assert_eq!(read_min_cost_flow(&text), Ok(problem));
    }

    #[test]
    fn assignment_problems_survive(
        pairs in prop::collection::vec((0..4_u32, 4..9_u32, any::<i64>()), 0..20),
    ) {
        let mut network = FlowNetwork::new(9).unwrap();
        for (tail, head, cost) in pairs {
            network.add_arc_with_cost(NodeId(tail), NodeId(head), 1, cost).unwrap();
        }
        for node in 0..9 {
            network.set_supply(NodeId(node), if node < 4 { 1 } else { -1 }).unwrap();
        }
        let problem = AssignmentProblem { network };
        let text = written(|out| write_assignment(&problem, out));
        prop_assert_eq!(read_assignment(&text), Ok(problem));
    }

    #[test]
    fn solutions_survive(seed in any::<u64>()) {
        let problem = generate::uniform(8, 30, 9, seed).unwrap();
        let MaxFlowProblem { network, source, sink } = &problem;
        let best = max_flow(network, *source, *sink).unwrap();
        let solution = FlowSolution { value: best.value, flows: best.flows };
        let text = written(|out| write_flow_solution(network, &solution, out));
        let back = read_flow_solution(network, &text).unwrap();
        prop_assert_eq!(back.value, solution.value);
        // Parallel arcs may share differently; the nodes must not notice.
        prop_assert_eq!(network.net_outflows(&back.flows), network.net_outflows(&solution.flows));
        for (&flow, &capacity) in back.flows.iter().zip(network.capacities()) {
            prop_assert!((0..=capacity).contains(&flow));
        }
    }

    #[test]
    fn nothing_makes_a_reader_panic(text in almost_files(), noise in "\\PC{0,60}") {
        let network = without_costs(&FlowNetwork::new(3).unwrap());
        for text in [&text, &noise] {
            let line_count = text.lines().count();
            let lists = [
                read_max_flow(text).err(),
                read_min_cost_flow(text).err(),
                read_assignment(text).err(),
                read_flow_solution(&network, text).err(),
            ];
            for errors in lists.into_iter().flatten() {
                prop_assert!(!errors.is_empty());
                prop_assert!(errors.is_sorted_by_key(|error| error.line));
                prop_assert!(errors.iter().all(|error| (1..=line_count + 1).contains(&error.line)));
            }
        }
    }
}

fn without_costs(network: &FlowNetwork) -> FlowNetwork {
    let mut bare = FlowNetwork::new(network.node_count()).unwrap();
    for arc in 0..network.arc_count() {
        let (tail, head) = (network.tails()[arc], network.heads()[arc]);
        bare.add_arc(tail, head, network.capacities()[arc]).unwrap();
    }
    bare
}

fn messages<T: std::fmt::Debug>(outcome: Result<T, Vec<DimacsError>>) -> Vec<String> {
    outcome.unwrap_err().iter().map(ToString::to_string).collect()
}

#[test]
fn all_mistakes_are_reported_with_their_lines() {
    let text = "c a comment\n\np max 3 9\nn 1 s\nn 1 s\nn 2 x\na 1 4 5\na 1 2\na 1 2 3 4\n\
                a 1 2 -1\na 1 two 3\na 1 2 9223372036854775808\nz\np max 1 1\n";
    assert_eq!(
        messages(read_max_flow(text)),
        [
            "line 5: a second line `n NODE s`",
            "line 6: `x` is neither `s` (source) nor `t` (sink)",
            "line 7: the head `4` is not a whole number of at least 1 and at most 3",
            "line 8: the capacity is missing",
            "line 9: `4` is one field too many",
            "line 10: the capacity `-1` is not a whole number of at least 0 and at most \
             9223372036854775807",
            "line 11: the head `two` is not a whole number of at least 1 and at most 3",
            "line 12: the capacity `9223372036854775808` is not a whole number of at least 0 and \
             at most 9223372036854775807",
            "line 13: `z` does not begin any line of this format",
            "line 14: a second line `p`",
            "line 15: the problem line announces 9 arcs, the file has 6",
            "line 15: the file has no line `n NODE t`",
        ]
    );
}

#[test]
fn without_a_problem_line_nothing_else_is_judged() {
    assert_eq!(messages(read_max_flow("")), ["line 1: the file has no line `p`"]);
    assert_eq!(
        messages(read_max_flow("a 1 2 3\na 1 2 3\n")),
        ["line 1: the problem line `p` must come first"]
    );
    assert_eq!(
        messages(read_max_flow("p min 2 0\n")),
        ["line 1: this is a `min` problem where `max` was expected"]
    );
    assert_eq!(
        messages(read_max_flow("p max 99999999999 0\n")),
        ["line 1: the number of nodes `99999999999` is not a whole number of at least 0 and at \
          most 2147483647"]
    );
}

#[test]
fn bounds_and_supplies_are_checked() {
    assert_eq!(
        messages(read_min_cost_flow("p min 2 1\na 1 2 5 4 0\n")),
        ["line 2: the lower bound 5 exceeds the capacity 4"]
    );
    let most = i64::MAX;
    assert_eq!(
        messages(read_min_cost_flow(&format!("p min 2 1\nn 2 {most}\na 1 2 1 1 0\n"))),
        ["line 4: after its lower bounds are sent, node 2 has a supply beyond 64 bits"]
    );
    assert_eq!(
        messages(read_max_flow("p max 2 0\nn 1 s\nn 1 t\n")),
        ["line 4: source and sink are the same node"]
    );
    assert_eq!(
        messages(read_assignment("p asn 2 1\nn 1\na 2 1 3\n")),
        ["line 3: arc 2 1 does not lead from a node with an `n` line to one without"]
    );
}

#[test]
fn solution_mistakes_are_reported_with_their_lines() {
    let problem = read_max_flow("p max 3 1\nn 1 s\nn 3 t\na 1 3 5\n").unwrap();
    let most = i64::MAX;
    let text = format!("f 1 2 3\nf 1 3 {most}\nf 1 3 1\nx\n");
    assert_eq!(
        messages(read_flow_solution(&problem.network, &text)),
        [
            "line 1: the problem has no arc from 1 to 2",
            "line 3: the flow from 1 to 3 leaves 64 bits",
            "line 4: `x` does not begin any line of this format",
            "line 5: the file has no line `s VALUE`",
        ]
    );
}

#[test]
fn parallel_arcs_fill_the_cheapest_first() {
    let text = "p min 2 2\nn 1 5\nn 2 -5\na 1 2 1 4 9\na 1 2 0 3 2\n";
    let problem = read_min_cost_flow(text).unwrap();
    let flows = |text: &str| read_min_cost_flow_solution(&problem, text).unwrap().flows;
    assert_eq!(flows("s 24\nf 1 2 5\n"), [2, 3]);
    assert_eq!(flows("s 24\nf 1 2 2\nf 1 2 3\n"), [2, 3]);
    assert_eq!(flows("s 0\nf 1 2 9\n"), [6, 3]);
}
