//! Replays of failures against the cost model, and against the clock.

use placewright_instances::family::Options;
use placewright_instances::replication_placement::generate::GENERATORS;
use placewright_models::replication_placement::instance::{
    Domain, Index, Instance, Level, ModeKind, NodeId, StoreId, Timing,
};
use placewright_models::replication_placement::plan::{Mode, Plan, ShardPlan};
use placewright_models::replication_placement::replay::comparison::{
    Group, Intervals, Row, Setting, compare,
};
use placewright_models::replication_placement::replay::ledger::Kind;
use placewright_models::replication_placement::replay::sampled::{Repairs, sample};
use placewright_models::replication_placement::replay::trial::{
    ReplicaStalls, Rules, Spares, replay,
};
use placewright_solver::seed::Seed;

const DAY_MS: u64 = 86_400_000;
const MODEL: Rules =
    Rules { spares: Spares::Yes, stalls: ReplicaStalls::No, block_ms: 30 * DAY_MS };

/// Six nodes in three racks that fail every ten to twenty days; stores never fail by themselves.
fn instance() -> Instance {
    let options = Options::from([("nodes".to_owned(), "6".to_owned())]);
    let mut instance = (GENERATORS[0].run)(11, &options).unwrap();
    instance.levels = vec![Level {
        name: "rack".to_owned(),
        latency_us: 50,
        domains: (0..3)
            .map(|rack| Domain {
                name: format!("r{rack}"),
                shocks_micro_per_day: 10_000,
                trunk_kib_per_s: None,
            })
            .collect(),
    }];
    for (n, node) in instance.nodes.iter_mut().enumerate() {
        node.failures_micro_per_day = 50_000 + 10_000 * n as u64;
        node.repair_ms = 600_000;
        node.domains = [("rack".to_owned(), format!("r{}", n / 2))].into();
    }
    for store in &mut instance.stores {
        store.failures_micro_per_day = 0;
        store.losses_micro_per_day = vec![2_000, 200];
        store.domains.clear();
    }
    // One store shares a rack with nodes.
    instance.stores[0].domains = [("rack".to_owned(), "r0".to_owned())].into();
    instance.timing = Timing {
        detection_ms: 20_000,
        restart_ms: 60_000,
        takeover_ms: 10_000,
        cold_restart_ms: 14_400_000,
    };
    instance.shards.truncate(1);
    let shard = &mut instance.shards[0];
    shard.state_mib = 2_000;
    shard.blocking_ppm = 20_000;
    shard.batch_ms = 1_200_000;
    instance
}

/// Plans of one shard, one or two per mode, apart and together in a rack or with a store.
fn plans() -> Vec<ShardPlan> {
    let nodes = |list: &[u32]| list.iter().map(|&node| NodeId(node)).collect::<Vec<_>>();
    let plan = |mode, list: &[u32]| ShardPlan { mode, nodes: nodes(list) };
    let checkpoint = |store| Mode::Checkpoint { store: StoreId(store), interval_ms: 2_400_000 };
    let stateless = |store, copies| Mode::Stateless { store: StoreId(store), copies };
    vec![
        plan(checkpoint(1), &[0]),
        plan(checkpoint(0), &[1]),
        plan(Mode::RelaxedChain { period_ms: 600_000 }, &[0, 2, 4]),
        plan(Mode::RelaxedChain { period_ms: 600_000 }, &[2, 3]),
        plan(Mode::StrictChain, &[1, 3]),
        plan(Mode::StrictChain, &[4, 5]),
        plan(stateless(1, 1), &[5]),
        plan(stateless(0, 2), &[0]),
    ]
}

fn rows(index: &Index, decision: &ShardPlan, rules: Rules, seeds: u64) -> Vec<Row> {
    let plan = Plan { shards: vec![decision.clone()] };
    let setting = Setting {
        index,
        plan: &plan,
        rules,
        intervals: Intervals::OverTimelines,
        confidence: 0.999,
    };
    let seeds: Vec<u64> = (1..=seeds).collect();
    let timeline = |seed| sample(index, 1_000 * DAY_MS, Repairs::Exponential, seed);
    compare(&setting, &seeds, timeline, &|| ())
}

/// What the model predicts is the mean of what replays lose, for every mode alone. A hundredth on
/// top is for what the model rounds off: it counts failures during repairs, too, and it charges
/// work as lost that transfers had blocked.
#[test]
fn replays_lose_what_is_predicted() {
    let instance = instance();
    let index = Index::new(&instance);
    for decision in plans() {
        let row = &rows(&index, &decision, MODEL, 300)[0];
        let (low, high) = row.interval;
        let (low, high) = (low - 0.01 * row.predicted, high + 0.01 * row.predicted);
        assert!((low..=high).contains(&row.predicted), "{decision:?} {row:#?}");
        // The interval says something.
        assert!(high - low < 0.2 * row.predicted, "{decision:?} {row:#?}");
    }
}

/// What the model leaves out makes it more, never less.
#[test]
fn what_the_model_leaves_out_is_told_apart() {
    let instance = instance();
    let index = Index::new(&instance);
    let rules = Rules { spares: Spares::No, stalls: ReplicaStalls::Yes, ..MODEL };
    for decision in plans() {
        let row = &rows(&index, &decision, rules, 20)[0];
        let of = |kind: Kind| row.kinds[kind as usize];
        assert!(row.all >= row.found);
        match decision.mode.kind() {
            ModeKind::Checkpoint | ModeKind::Stateless => assert!(of(Kind::Repair) > 0.0),
            ModeKind::StrictChain => assert!(of(Kind::ReplicaStall) > 0.0),
            ModeKind::RelaxedChain => assert!(of(Kind::HeadRefill) > 0.0),
        }
    }
}

/// Useful work and losses add up to the horizon, whatever happens.
#[test]
fn no_time_is_lost_or_found() {
    let mut instance = instance();
    for node in &mut instance.nodes {
        node.failures_micro_per_day = 3_000_000;
        node.repair_ms = 7_200_000;
    }
    instance.stores.iter_mut().for_each(|store| {
        store.failures_micro_per_day = 1_000_000;
        store.repair_ms = 1_000_000;
    });
    let index = Index::new(&instance);
    let horizon_ms = 40 * DAY_MS + 12_345;
    for seed in 0..10 {
        let timeline = sample(&index, horizon_ms, Repairs::Exponential, Seed(seed));
        for decision in plans() {
            for spares in [Spares::Yes, Spares::No] {
                let rules = Rules { spares, stalls: ReplicaStalls::Yes, ..MODEL };
                let plan = Plan { shards: vec![decision.clone()] };
                let ledger = &replay(&index, &plan, &timeline, &rules, Seed(seed))[0];
                let lost: f64 = Kind::ALL.iter().map(|&kind| ledger.lost_s(kind)).sum();
                let all = lost + ledger.useful_ms / 1e3;
                let off = (all - horizon_ms as f64 / 1e3).abs();
                assert!(off < 0.01, "{decision:?} {spares:?} {off} {ledger:?}");
                assert!(Kind::ALL.iter().all(|&kind| ledger.lost_s(kind) >= -1e-6), "{ledger:?}");
            }
        }
    }
}

#[test]
fn all_shards_are_in_the_last_row() {
    let instance = instance();
    let index = Index::new(&instance);
    let rows = rows(&index, &plans()[0], MODEL, 3);
    let groups: Vec<Group> = rows.iter().map(|row| row.group).collect();
    assert_eq!(groups, [Group::Mode(ModeKind::Checkpoint), Group::All]);
    assert_eq!(rows[0].found, rows[1].found);
    assert!(rows[1].progress > 0.9 && rows[1].progress < 1.0);
}
