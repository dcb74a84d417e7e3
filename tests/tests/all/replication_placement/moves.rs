//! Moves in waves: the referee of waves accepts what the scheduler writes and refuses what is wrong
//! with it; bounds hold; full nodes that swap shards find a way, or say what is short.

use placewright_instances::replication_placement::generate::GENERATORS;
use placewright_instances::replication_placement::strategies::instances_up_to;
use placewright_models::replication_placement::instance::{
    Index, Instance, ModeByName, MoveMemory, NodeId, Placement, Policy,
};
use placewright_models::replication_placement::moves::{
    MovePlan, Reason, Shortage, bounds, replay, schedule,
};
use placewright_models::replication_placement::plan::{Mode, Plan, ShardPlan};
use proptest::prelude::*;

use super::support::{codes, guessed};
use crate::support::cases;

fn generated(kind: &str, seed: u64, size: &str) -> Instance {
    let generator = GENERATORS.iter().find(|each| each.name == kind).unwrap();
    (generator.run)(seed, &[("size".to_owned(), size.to_owned())].into()).unwrap()
}

/// Schedules, replays, and compares with the bounds.
fn must_hold(instance: &Instance, plan: &Plan) -> MovePlan {
    let index = Index::new(instance);
    let moves = schedule(&index, plan);
    let replayed = replay(&index, plan, &moves).unwrap_or_else(|broken| panic!("{broken:?}"));
    assert_eq!(replayed.is_complete, moves.stuck.is_empty(), "{:?}", moves.stuck);
    if replayed.is_complete {
        let bounds = bounds(&index, plan);
        let with_copies = moves.waves.iter().filter(|wave| !wave.transfers.is_empty()).count();
        assert!(bounds.time_ms <= moves.duration_ms(), "{bounds:?} {moves:?}");
        assert!(bounds.waves <= with_copies as u64, "{bounds:?} {moves:?}");
    }
    moves
}

proptest! {
    #![proptest_config(cases(200))]

    #[test]
    fn waves_keep_the_rules(
        instance in instances_up_to(4, 4),
        per_node in 1_u64..3,
        at_once in prop::option::of(1_u64..4),
        in_waves in any::<bool>(),
    ) {
        let mut instance = instance;
        instance.move_limits.copies_per_node = per_node;
        instance.move_limits.copies_at_once = at_once;
        if in_waves {
            instance.move_limits.memory = MoveMemory::InWaves;
        }
        let Some(plan) = guessed(&instance, 3_000).plan else { return Ok(()) };
        let moves = must_hold(&instance, &plan);
        // Where memory is counted as if all moved at once, it never stands in the way.
        if !in_waves && instance.policies.capacity == Policy::Hard {
            let short = |each: &&_| matches!(each, Shortage::Memory { .. });
            let found = moves.stuck.iter().map(|each| &each.shortage).filter(short).count();
            prop_assert_eq!(found, 0);
        }
    }

    #[test]
    fn what_is_wrong_is_refused(instance in instances_up_to(4, 4), pick in 0_usize..6) {
        let Some(plan) = guessed(&instance, 3_000).plan else { return Ok(()) };
        let index = Index::new(&instance);
        let moves = schedule(&index, &plan);
        if !moves.stuck.is_empty() { return Ok(()) }
        let mut wrong = moves.clone();
        let at = wrong.waves.iter().position(|wave| !wave.transfers.is_empty());
        match (pick, at) {
            (0, Some(at)) => wrong.waves[at].duration_ms -= 1,
            (1, Some(at)) => { wrong.waves[at].transfers.remove(0); }
            (2, Some(at)) => wrong.waves[at].transfers[0].mib -= 1,
            (3, Some(at)) => {
                let twice = wrong.waves[at].transfers[0];
                wrong.waves[at].transfers.push(twice);
            }
            (4, _) => {
                let Some(wave) = wrong.waves.iter_mut().find(|wave| !wave.switches.is_empty())
                else { return Ok(()) };
                wave.switches.remove(0);
            }
            (5, _) => {
                let Some(wave) = wrong.waves.iter_mut().find(|wave| !wave.drops.is_empty())
                else { return Ok(()) };
                wave.drops.remove(0);
            }
            _ => return Ok(()),
        }
        prop_assert!(replay(&index, &plan, &wrong).is_err(), "{pick} {moves:?}");
    }
}

#[test]
fn generated_clusters_get_to_their_plans() {
    for kind in ["moves", "broken", "fresh"] {
        for seed in 0..3 {
            let mut instance = generated(kind, seed, "medium");
            for memory in [MoveMemory::AtOnce, MoveMemory::InWaves] {
                instance.move_limits.memory = memory;
                let plan = guessed(&instance, 60_000).plan.unwrap();
                let moves = must_hold(&instance, &plan);
                assert_eq!(moves.stuck, [], "{kind} {seed}");
            }
        }
    }
}

/// Two shards that fill the first two nodes and swap them; a third node has so much room.
fn swap(third_mib: u64) -> (Instance, Plan) {
    let mut instance = generated("moves", 1, "small");
    instance.nodes.truncate(3);
    instance.shards.truncate(2);
    instance.levels.clear();
    instance.stores.truncate(1);
    instance.move_limits = serde_json::from_str(r#"{"memory":"in_waves"}"#).unwrap();
    for (node, memory_mib) in instance.nodes.iter_mut().zip([1_000, 1_000, third_mib]) {
        node.memory_mib = memory_mib;
        node.memory_during_mib = None;
        node.domains.clear();
    }
    let store = instance.stores[0].name.clone();
    instance.stores[0].domains.clear();
    instance.stores[0].capacity_mib = 10_000;
    for (at, shard) in instance.shards.iter_mut().enumerate() {
        shard.state_mib = 1_000;
        shard.spread.clear();
        shard.max_unavailability_ppb = None;
        shard.current = Some(Placement {
            mode: ModeByName::Checkpoint { store: store.clone(), interval_ms: 2_400_000 },
            primary: instance.nodes[at].name.clone(),
            replicas: Vec::new(),
        });
    }
    let index = Index::new(&instance);
    let mode = index.current(0).unwrap().mode;
    assert!(matches!(mode, Mode::Checkpoint { .. }));
    let on = |node| ShardPlan { mode, nodes: vec![NodeId(node)] };
    let plan = Plan { shards: vec![on(1), on(0)] };
    (instance, plan)
}

#[test]
fn full_nodes_swap_over_a_third_one() {
    let (instance, plan) = swap(1_000);
    assert_eq!(codes(&instance, &plan), Vec::<&str>::new());
    let moves = must_hold(&instance, &plan);
    assert_eq!(moves.stuck, []);
    // There, across, and back: three copies one after the other.
    assert_eq!(moves.waves.len(), 3);
    let steps = moves.transfers().filter(|each| matches!(each.reason, Reason::StepAside { .. }));
    assert_eq!(steps.count(), 1);
    assert_eq!(moves.transfers().count(), 3);
}

#[test]
fn full_nodes_without_a_third_one_say_what_is_short() {
    for third_mib in [0, 999] {
        let (instance, plan) = swap(third_mib);
        let moves = must_hold(&instance, &plan);
        assert!(moves.waves.is_empty());
        let short = |node| Shortage::Memory { node: NodeId(node), mib: 1_000 };
        let found: Vec<Shortage> = moves.stuck.iter().map(|each| each.shortage).collect();
        assert_eq!(found, [short(1), short(0)]);
    }
    // The step aside is a move too.
    let (mut instance, plan) = swap(1_000);
    instance.move_limits.copies = Some(2);
    assert_eq!(must_hold(&instance, &plan).stuck.len(), 2);
    // As if all moved at once, the plan itself is refused.
    instance.move_limits.memory = MoveMemory::AtOnce;
    assert_eq!(codes(&instance, &plan), ["RP111", "RP111"]);
}

#[test]
fn a_plan_that_is_there_needs_nothing() {
    let (instance, _) = swap(1_000);
    let index = Index::new(&instance);
    let plan = Plan { shards: (0..2).map(|shard| index.current(shard).unwrap().clone()).collect() };
    assert_eq!(schedule(&index, &plan), MovePlan::default());
    assert_eq!(bounds(&index, &plan).waves, 0);
    assert!(replay(&index, &plan, &MovePlan::default()).unwrap().is_complete);
    let mut elsewhere = plan;
    elsewhere.shards[0].nodes = vec![NodeId(2)];
    assert!(replay(&index, &elsewhere, &MovePlan::default()).is_err());
}

/// A wave lasts as long as its slowest network: half of 1,024 KiB per second for 1,000 MiB.
#[test]
fn waves_last_as_long_as_their_slowest_network() {
    let (mut instance, mut plan) = swap(1_000);
    plan.shards[0].nodes = vec![NodeId(2)];
    plan.shards[1].nodes = vec![NodeId(1)];
    instance.nodes[0].nic_out_kib_per_s = 1_024;
    let moves = must_hold(&instance, &plan);
    assert_eq!((moves.waves.len(), moves.duration_ms()), (1, 2_000_000));
    instance.move_limits.network_ppm = 1_000_000;
    assert_eq!(must_hold(&instance, &plan).duration_ms(), 1_000_000);
    instance.move_limits.kib_per_s_per_node = Some(100);
    assert_eq!(must_hold(&instance, &plan).duration_ms(), 10_240_000);
}
