//! Without coupling there are four roads to the optimum, and they must meet: the ladder program,
//! a shortest path through an explicit graph, and the integer program in two engines.

use std::collections::{BTreeSet, HashMap};

use petgraph::algo::dijkstra;
use petgraph::graph::{DiGraph, NodeIndex};
use placewright_instances::memory_sizing::strategies::instances;
use placewright_models::memory_sizing::formulation::ArcFlow;
use placewright_models::memory_sizing::instance::{Instance, TaskType};
use placewright_solver::exact::Formulation;
use placewright_solver::mip::{MipLimits, MipStart, MipStatus, Silent, backends};
use placewright_solver::outcome::Status;
use proptest::prelude::*;

use crate::support::{cases, cost, guessed, value};

/// The optimum of one type: states are (attempts made, size that failed), arcs are attempts,
/// priced sample by sample as the family's definition says.
fn shortest_path(instance: &Instance, task_type: &TaskType) -> i128 {
    let samples = &task_type.samples;
    let needed: Vec<u64> = (0..samples.len()).map(|i| samples.needed_mib(i)).collect();
    let sizes: BTreeSet<u64> = needed.iter().map(|&mib| instance.round_up_mib(mib)).collect();
    let largest = *needed.iter().max().unwrap();
    let attempt = |failed_mib: u64, size_mib: u64| -> i128 {
        let cost = |i: usize| {
            let (weight, run_time) = (samples.weight(i), samples.run_time_ms[i]);
            let one = match needed[i] {
                mib if mib <= failed_mib => 0,
                mib if mib <= size_mib => (size_mib - mib) * run_time,
                _ => size_mib * instance.failed_ms(run_time) + instance.failure_price_mib_ms,
            };
            i128::from(one * weight)
        };
        (0..samples.len()).map(cost).sum()
    };
    let mut graph = DiGraph::<(), i128>::new();
    let (start, end) = (graph.add_node(()), graph.add_node(()));
    let mut layer: HashMap<u64, NodeIndex> = HashMap::from([(0, start)]);
    for _ in 0..instance.max_attempts(task_type) {
        let mut next: HashMap<u64, NodeIndex> = HashMap::new();
        for (&failed_mib, &from) in &layer {
            for &size_mib in sizes.iter().filter(|&&size_mib| size_mib > failed_mib) {
                let to = if size_mib >= largest {
                    end
                } else {
                    *next.entry(size_mib).or_insert_with(|| graph.add_node(()))
                };
                graph.add_edge(from, to, attempt(failed_mib, size_mib));
            }
        }
        layer = next;
    }
    dijkstra(&graph, start, Some(end), |edge| *edge.weight())[&end]
}

fn integer_programs(instance: &Instance) -> Vec<(&'static str, i128)> {
    let formulation = ArcFlow::default();
    let model = formulation.build(instance);
    let solve = |backend: Box<dyn placewright_solver::mip::MipBackend>| {
        let outcome =
            backend.solve(&model, &MipLimits::default(), MipStart::None, &mut Silent).unwrap();
        assert_eq!(outcome.status, MipStatus::Optimal, "{}", backend.name());
        let plan = formulation.decode(instance, &outcome.values.unwrap());
        (backend.name(), cost(instance, &plan).unwrap())
    };
    backends().into_iter().map(solve).collect()
}

proptest! {
    #![proptest_config(cases(4_000))]

    #[test]
    fn the_ladder_program_is_a_shortest_path(instance in instances()) {
        let outcome = guessed(&instance);
        let paths: i128 = instance.types.iter().map(|each| shortest_path(&instance, each)).sum();
        prop_assert_eq!(value(&outcome), Some(paths));
        prop_assert_eq!(outcome.status, Status::Optimal);
        prop_assert_eq!(cost(&instance, &outcome.plan.unwrap()), Some(paths));
    }
}

proptest! {
    #![proptest_config(cases(1_500))]

    #[test]
    fn the_ladder_program_is_an_integer_program(instance in instances()) {
        let optimum = value(&guessed(&instance)).unwrap();
        for (engine, found) in integer_programs(&instance) {
            prop_assert_eq!(found, optimum, "{}", engine);
        }
    }
}
