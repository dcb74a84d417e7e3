//! Against brute force: every choice of servers and circuits of a tiny static cluster.

use placewright_instances::circuit_allocation::strategies::place_instances;
use placewright_models::circuit_allocation::instance::{
    Circuits, Fabric, Free, Instance, Live, Question, ServerShare,
};
use placewright_models::circuit_allocation::plan::{Placement, Plan};
use placewright_solver::objective::Objective;
use placewright_solver::outcome::Status;
use proptest::prelude::*;

use super::support::{cost, solved};
use crate::support::cases;

/// The least cost over all plans with one circuit or none per pair, as the referee says.
fn brute_force(instance: &Instance) -> Option<Objective> {
    let Question::Place(place) = &instance.question else { return None };
    let cluster = &instance.cluster;
    let free = Free::of(instance, Live::Keep);
    let small = place.job.gpus <= cluster.gpus_per_server;
    let part = if small { place.job.gpus } else { cluster.gpus_per_server };
    let servers: Vec<usize> =
        (0..free.gpus.len()).filter(|&server| free.gpus[server] >= part).collect();
    let pairs: Vec<usize> =
        (0..free.circuits.len()).filter(|&pair| free.circuits[pair] > 0).collect();
    let mut best: Option<Objective> = None;
    for chosen in 0_u32..1 << servers.len() {
        if chosen.count_ones() != place.job.gpus.div_ceil(part) {
            continue;
        }
        let own = servers.iter().enumerate().filter(|(at, _)| chosen >> at & 1 == 1);
        let own: Vec<ServerShare> = own
            .map(|(_, &server)| ServerShare {
                leaf: server as u32 / cluster.servers_per_leaf,
                server: server as u32 % cluster.servers_per_leaf,
                gpus: part,
            })
            .collect();
        let mut leaves: Vec<u32> = own.iter().map(|share| share.leaf).collect();
        leaves.dedup();
        let near: Vec<(u32, u32)> = pairs
            .iter()
            .map(|&pair| (pair as u32 / cluster.spines, pair as u32 % cluster.spines))
            .filter(|(leaf, _)| leaves.len() > 1 && leaves.contains(leaf))
            .collect();
        // More circuits never hurt a job: all that are free is the only choice to try.
        let circuits = near.iter().map(|&(leaf, spine)| {
            let count = free.circuits[cluster.pair_index(leaf, spine)];
            Circuits { leaf, spine, switch: None, count }
        });
        let placement = Placement { servers: own, circuits: circuits.collect() };
        let plan = Plan { placed: vec![Some(placement)], wiring: None };
        if let Some(cost) = cost(instance, &plan) {
            best = Some(best.map_or(cost.clone(), |best| best.min(cost)));
        }
    }
    best
}

proptest! {
    #![proptest_config(cases(600))]

    #[test]
    fn the_search_finds_what_brute_force_finds(instance in place_instances()) {
        if matches!(instance.fabric, Fabric::Switched(_)) {
            return Ok(());
        }
        let least = brute_force(&instance);
        let outcome = solved(&instance);
        match (&outcome.status, &least) {
            (Status::Optimal, _) => prop_assert_eq!(&outcome.objective, &least),
            (Status::Infeasible, _) => prop_assert_eq!(&least, &None),
            // Halving and doubling depends on the order of leaves, which is not enumerated.
            (_, Some(least)) => prop_assert!(outcome.objective.iter().all(|cost| cost >= least)),
            (_, None) => prop_assert_eq!(&outcome.objective, &None),
        }
    }
}
