//! The search: told effects are true, walks keep what they must, heuristics come close.

use placewright_instances::replication_placement::generate::GENERATORS;
use placewright_instances::replication_placement::strategies::instances;
use placewright_models::replication_placement::instance::{Index, Instance, ModeKind};
use placewright_models::replication_placement::methods::methods;
use placewright_models::replication_placement::search::board::{Board, Trial};
use placewright_models::replication_placement::search::moves::Moves;
use placewright_models::replication_placement::search::walk::Walk;
use placewright_solver::driver::Methods;
use placewright_solver::seed::Seed;
use proptest::prelude::*;

use super::support::{cost, decisions, guessed, run, value};
use crate::support::cases;

fn generated(kind: &str, seed: u64, options: &[(&str, &str)]) -> Instance {
    let generator = GENERATORS.iter().find(|each| each.name == kind).unwrap();
    let options = options.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned()));
    (generator.run)(seed, &options.collect()).unwrap()
}

proptest! {
    #![proptest_config(cases(40))]

    /// What a board says a change would do is what it does; and where it says nothing is broken,
    /// the referee finds the same cost.
    #[test]
    fn told_effects_are_true(instance in instances(), seed in any::<u64>()) {
        let index = Index::new(&instance);
        let mut board = Board::new(&index);
        let mut random = Seed(seed).generator();
        for shard in 0..instance.shards.len() {
            let all = decisions(&index, shard);
            if all.is_empty() { return Ok(()) }
            board.put(shard, all[seed as usize % all.len()].clone());
        }
        let mut moves = Moves::new(&index);
        let mut trial = Trial::default();
        for _ in 0..60 {
            let Some(change) = moves.draw(&board, &mut random) else { continue };
            let borrowed: Vec<_> = change.iter().map(|(shard, plan)| (*shard, plan)).collect();
            let (before, told) = (board.total(), board.effect(&borrowed, &mut trial));
            for (shard, plan) in change {
                board.put(shard, plan);
            }
            prop_assert_eq!(before + told, board.total());
            // The first decisions may be forbidden to their shards, which boards do not count.
            let judged = cost(&instance, &board.plan().unwrap());
            if let Some(judged) = judged {
                prop_assert_eq!(board.total().violation, 0);
                prop_assert_eq!(board.total().cost, judged);
            }
        }
    }

    /// A walk from a plan the referee accepts stays among such plans and never gets worse.
    #[test]
    fn walks_keep_what_they_have(instance in instances(), seed in any::<u64>()) {
        let Some(plan) = guessed(&instance, 5_000).plan else { return Ok(()) };
        let index = Index::new(&instance);
        let before = cost(&instance, &plan).unwrap();
        let mut walk = Walk::new(Board::with_plan(&index, &plan), Seed(seed)).unwrap();
        for threshold in [1.0, 0.1, 0.0] {
            walk.step(threshold * walk.typical_cost());
            let (best, effect) = walk.best();
            prop_assert_eq!(cost(&instance, best), Some(effect.cost));
            prop_assert!(effect.cost <= before);
            walk.return_to_best();
        }
    }
}

#[test]
fn every_mode_is_best_for_somebody() {
    let mut seen = Vec::new();
    for seed in 0..4 {
        let instance = generated("fresh", seed, &[("size", "medium")]);
        let plan = guessed(&instance, 150_000).plan.unwrap();
        seen.extend(plan.shards.iter().map(|decision| decision.mode.kind()));
    }
    for kind in ModeKind::ALL {
        let count = seen.iter().filter(|&&each| each == kind).count();
        assert!(count * 20 >= seen.len(), "{kind:?}: {count} of {}", seen.len());
    }
}

#[test]
fn baselines_find_plans_and_are_beaten() {
    let names = [
        "first-fit-decreasing",
        "round-robin",
        "rendezvous",
        "random",
        "all-checkpoint",
        "all-chain",
        "all-stateless",
    ];
    let instance = generated("fresh", 3, &[("size", "medium"), ("fill", "30")]);
    let best = value(&guessed(&instance, 150_000)).unwrap();
    for name in names {
        let mut only = Methods { improving: Vec::new(), exact: Vec::new(), ..methods() };
        only.opening.retain(|method| method.name() == name);
        assert_eq!(only.opening.len(), 1, "{name}");
        let found = value(&run(&instance, &only, None, 1));
        assert!(found.unwrap_or_else(|| panic!("{name} found no plan")) >= best, "{name}");
    }
}

#[test]
fn broken_clusters_are_mended() {
    for seed in 0..4 {
        let instance = generated("broken", seed, &[("size", "medium")]);
        let index = Index::new(&instance);
        let now = (0..instance.shards.len()).map(|shard| index.current(shard).unwrap().clone());
        let now = placewright_models::replication_placement::plan::Plan { shards: now.collect() };
        let plan = guessed(&instance, 150_000).plan.unwrap();
        let excess = |plan| -> u128 {
            let loads = Board::with_plan(&index, plan);
            loads.rows().total().cost as u128
        };
        assert!(excess(&now) > 0 && excess(&plan) == 0, "{} {}", excess(&now), excess(&plan));
    }
}
