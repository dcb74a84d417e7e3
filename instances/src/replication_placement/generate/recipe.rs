//! An instance from a recipe and a seed.

use std::collections::BTreeMap;

use placewright_models::replication_placement::instance::{
    Domain, Instance, Level, ModeByName, ModeKind, MoveLimits, Node, Placement, Policies, Policy,
    Shard, SpreadRule, Store, Timing,
};

use crate::draw::Draw;

/// Everything that shapes a generated instance besides its seed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Recipe {
    pub(super) kind: Kind,
    pub(super) shards: u64,
    pub(super) nodes: u64,
    /// Share of memory that one copy of every shard takes.
    pub(super) fill_percent: u64,
    /// Shards with an availability target.
    pub(super) targets_percent: u64,
    /// Nodes that fail ten times as often.
    pub(super) skew_percent: u64,
    /// Racks with a limited trunk.
    pub(super) trunks_percent: u64,
}

/// What is there already.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    /// Nothing.
    Fresh,
    /// A placement that keeps the rules; moves cost and are limited.
    Moves,
    /// A placement that fills some nodes beyond their memory.
    Broken,
}

const NODES_PER_RACK: u64 = 3;
const RACKS_PER_ZONE: u64 = 4;
const FEEDS: u64 = 4;
const STORES: u64 = 3;
/// 10 Gbit/s.
const NIC_KIB_PER_S: u64 = 1_220_703;

/// The instance of a recipe and a seed.
pub(super) fn generate(recipe: &Recipe, seed: u64) -> Instance {
    let mut shards: Vec<Shard> = (0..recipe.shards).map(|s| shard(recipe, seed, s)).collect();
    let states_mib: u64 = shards.iter().map(|shard| shard.state_mib).sum();
    let largest_mib = shards.iter().map(|shard| shard.state_mib).max().unwrap_or(1);
    let racks = recipe.nodes.div_ceil(NODES_PER_RACK);
    let memory_mib = (states_mib * 100 / recipe.fill_percent / recipe.nodes).max(largest_mib);
    let nodes: Vec<Node> =
        (0..recipe.nodes).map(|n| node(recipe, seed, n, memory_mib, largest_mib)).collect();
    let stores = (0..STORES).map(|j| store(recipe, seed, j, states_mib)).collect();
    if recipe.kind != Kind::Fresh {
        place(recipe, &mut shards, &nodes);
    }
    let policies = match recipe.kind {
        Kind::Fresh => Policies::default(),
        Kind::Moves => {
            let availability = Policy::Default { price: 1_000_000 };
            Policies { availability, ..Policies::default() }
        }
        Kind::Broken => Policies {
            capacity: Policy::Default { price: 1_000_000 },
            spread: Policy::Default { price: 1_000_000_000 },
            availability: Policy::Default { price: 1_000_000 },
        },
    };
    let copies = (recipe.kind == Kind::Moves).then_some(recipe.shards / 2 + 1);
    Instance {
        levels: levels(recipe, seed, racks, states_mib),
        nodes,
        stores,
        shards,
        checkpoint_intervals_ms: vec![
            300_000, 600_000, 1_200_000, 2_400_000, 4_800_000, 9_600_000, 19_200_000,
        ],
        push_periods_ms: vec![600_000, 2_400_000, 9_600_000],
        timing: Timing {
            detection_ms: 10_000,
            restart_ms: 60_000,
            takeover_ms: 3_000,
            cold_restart_ms: 4 * 3_600_000,
        },
        policies,
        move_limits: MoveLimits { copies, ..MoveLimits::default() },
    }
}

fn levels(recipe: &Recipe, seed: u64, racks: u64, states_mib: u64) -> Vec<Level> {
    let mut draw = Draw::new(seed, 1);
    let mut domains = |prefix: &str, count: u64, (low, high): (u64, u64), trunks: u64| {
        let domain = |index: u64| Domain {
            name: format!("{prefix}{index}"),
            shocks_micro_per_day: draw.between(low, high),
            // What all states would need if a rack's part of them were saved every five minutes.
            trunk_kib_per_s: draw
                .percent(trunks)
                .then_some((states_mib * 1024 / 300 / racks).max(1)),
        };
        (0..count).map(domain).collect::<Vec<_>>()
    };
    let level =
        |name: &str, latency_us: u64, domains| Level { name: name.to_owned(), latency_us, domains };
    vec![
        level("rack", 20, domains("r", racks, (300, 2_000), recipe.trunks_percent)),
        level("zone", 150, domains("z", racks.div_ceil(RACKS_PER_ZONE), (20, 200), 0)),
        level("power", 0, domains("p", FEEDS.min(recipe.nodes), (50, 500), 0)),
    ]
}

fn in_domains(entries: &[(&str, String)]) -> BTreeMap<String, String> {
    entries.iter().map(|(level, domain)| ((*level).to_owned(), domain.clone())).collect()
}

fn node(recipe: &Recipe, seed: u64, index: u64, memory_mib: u64, largest_mib: u64) -> Node {
    let mut draw = Draw::new(seed, 1_000 + index);
    let rack = index / NODES_PER_RACK;
    let rate = draw.magnitude(2_000.0, 7_000.0) as u64;
    let often = draw.percent(recipe.skew_percent);
    let memory_mib = (memory_mib * draw.between(80, 120) / 100).max(largest_mib);
    Node {
        name: format!("n{index}"),
        memory_mib,
        memory_during_mib: (recipe.kind != Kind::Fresh).then_some(memory_mib * 5 / 4),
        nic_out_kib_per_s: NIC_KIB_PER_S,
        nic_in_kib_per_s: NIC_KIB_PER_S,
        failures_micro_per_day: if often { 10 * rate } else { rate },
        repair_ms: draw.magnitude(1_800_000.0, 10_800_000.0) as u64,
        price_per_gib: draw.between(10_000, 40_000),
        labels: BTreeMap::new(),
        domains: in_domains(&[
            ("rack", format!("r{rack}")),
            ("zone", format!("z{}", rack / RACKS_PER_ZONE)),
            ("power", format!("p{}", index % FEEDS.min(recipe.nodes))),
        ]),
    }
}

/// The first store is fast and holds little, the others are slower and hold more.
fn store(recipe: &Recipe, seed: u64, index: u64, states_mib: u64) -> Store {
    let mut draw = Draw::new(seed, 500 + index);
    let share = match (recipe.kind, index) {
        (Kind::Fresh, 0) => 15,
        (Kind::Fresh, _) => 30,
        // All shards are in the last store.
        (_, 0) => 20,
        (_, _) => 130,
    };
    let speed = if index == 0 { NIC_KIB_PER_S } else { draw.between(150_000, 500_000) };
    let zones = recipe.nodes.div_ceil(NODES_PER_RACK).div_ceil(RACKS_PER_ZONE);
    Store {
        name: format!("store{index}"),
        capacity_mib: (states_mib * share / 100).max(1),
        ingest_kib_per_s: speed,
        restore_kib_per_s: speed,
        failures_micro_per_day: draw.between(1_000, 4_000),
        repair_ms: 3_600_000,
        losses_micro_per_day: vec![draw.between(50, 300), 1],
        price_per_gib: draw.between(2_000, 8_000),
        domains: in_domains(&[("zone", format!("z{}", index % zones))]),
    }
}

fn shard(recipe: &Recipe, seed: u64, index: u64) -> Shard {
    let mut draw = Draw::new(seed, 100_000 + index);
    let state_mib = draw.magnitude(1_024.0, 65_536.0) as u64;
    let target = draw.pick(&[100_000, 1_000, 100, 10]);
    let apart = |level: &str| SpreadRule { level: level.to_owned(), max_copies: 1 };
    let mut spread = vec![apart("rack")];
    if draw.percent(20) {
        spread.push(apart("power"));
    }
    Shard {
        name: format!("s{index}"),
        state_mib,
        value: draw.between(1, 8),
        write_kib_per_s: draw.magnitude(50.0, 50_000.0) as u64,
        updates_milli_per_s: draw.magnitude(5.0, 5_000.0) as u64,
        batch_ms: draw.magnitude(600_000.0, 40_000_000.0) as u64,
        backlog_kib_per_s: draw.between(1_000, 50_000),
        blocking_ppm: draw.between(5_000, 30_000),
        stale_progress_ppm: draw.between(300_000, 900_000),
        modes: ModeKind::ALL.to_vec(),
        chain_copies: vec![2, 3],
        stateless_copies: vec![1, 2],
        max_unavailability_ppb: draw.percent(recipe.targets_percent).then_some(target),
        spread,
        requires: BTreeMap::new(),
        pinned_primary: None,
        excluded_nodes: Vec::new(),
        current: None,
        moves_in_flight: Vec::new(),
        move_cost: if recipe.kind == Kind::Fresh { 0 } else { state_mib * 20 },
    }
}

/// Puts every shard on the next node with room and checkpoints it to the last store. Broken
/// clusters fill their first nodes to five quarters.
fn place(recipe: &Recipe, shards: &mut [Shard], nodes: &[Node]) {
    let mut used = vec![0; nodes.len()];
    let limit = |node: &Node| match recipe.kind {
        Kind::Broken => node.memory_mib * 5 / 4,
        _ => node.memory_mib,
    };
    let mut order: Vec<usize> = (0..shards.len()).collect();
    order.sort_by_key(|&shard| std::cmp::Reverse(shards[shard].state_mib));
    let mut next = 0;
    for index in order {
        let shard = &mut shards[index];
        let tries = (0..nodes.len()).map(|step| match recipe.kind {
            Kind::Broken => step,
            _ => (next + step) % nodes.len(),
        });
        let room = |&n: &usize| used[n] + shard.state_mib <= limit(&nodes[n]);
        let Some(found) = tries.into_iter().find(room) else { continue };
        used[found] += shard.state_mib;
        next = found + 1;
        shard.current = Some(Placement {
            mode: ModeByName::Checkpoint {
                store: format!("store{}", STORES - 1),
                interval_ms: 2_400_000,
            },
            primary: nodes[found].name.clone(),
            replicas: Vec::new(),
        });
    }
}
