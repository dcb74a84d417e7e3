//! The referee refuses damaged plans, each kind of damage with its own code.

use placewright_instances::replication_placement::generate::GENERATORS;
use placewright_models::replication_placement::ReplicationPlacement;
use placewright_models::replication_placement::instance::{
    Index, Instance, ModeKind, NodeId, Policy, StoreId,
};
use placewright_models::replication_placement::plan::{Mode, Plan, ShardPlan};
use placewright_solver::problem::Problem;

use super::support::{codes, cost, guessed};

fn generated(kind: &str, seed: u64) -> Instance {
    let generator = GENERATORS.iter().find(|each| each.name == kind).unwrap();
    let instance = (generator.run)(seed, &[].into()).unwrap();
    assert_eq!(ReplicationPlacement::validate(&instance), []);
    instance
}

/// Damages a plan and its instance; `None` where there is nothing to damage.
type Damage = fn(&mut Instance, &mut Plan) -> Option<()>;

fn shard_with(plan: &mut Plan, wanted: impl Fn(&ShardPlan) -> bool) -> Option<&mut ShardPlan> {
    plan.shards.iter_mut().find(|decision| wanted(decision))
}

const DAMAGES: &[(&str, Damage)] = &[
    ("RP101", |_, plan| plan.shards.pop().map(|_| ())),
    ("RP102", |_, plan| {
        plan.shards[0].nodes[0] = NodeId(999);
        Some(())
    }),
    ("RP102", |_, plan| {
        let first = plan.shards[0].nodes[0];
        plan.shards[0].nodes.push(first);
        Some(())
    }),
    ("RP102", |_, plan| {
        plan.shards[0].mode = Mode::Stateless { store: StoreId(99), copies: 1 };
        Some(())
    }),
    ("RP102", |_, plan| {
        plan.shards[0].nodes.clear();
        Some(())
    }),
    ("RP103", |instance, plan| {
        let used = plan.shards[0].mode.kind();
        instance.shards[0].modes = ModeKind::ALL.into_iter().filter(|&kind| kind != used).collect();
        Some(())
    }),
    ("RP104", |_, plan| {
        let own = shard_with(plan, |own| matches!(own.mode, Mode::Checkpoint { .. }))?;
        let Mode::Checkpoint { store, interval_ms } = own.mode else { return None };
        own.mode = Mode::Checkpoint { store, interval_ms: interval_ms + 1 };
        Some(())
    }),
    ("RP105", |instance, plan| {
        let at = plan.shards.iter().position(|own| own.mode.is_chain())?;
        instance.shards[at].chain_copies = vec![5];
        Some(())
    }),
    ("RP105", |_, plan| {
        let own = shard_with(plan, |own| !own.mode.is_chain())?;
        let other = if own.nodes[0] == NodeId(0) { 1 } else { 0 };
        own.nodes.push(NodeId(other));
        Some(())
    }),
    ("RP106", |instance, plan| {
        let name = instance.nodes[plan.shards[0].nodes[0].index()].name.clone();
        instance.shards[0].excluded_nodes.push(name);
        Some(())
    }),
    ("RP106", |instance, plan| {
        let other = usize::from(plan.shards[0].nodes[0] == NodeId(0));
        instance.shards[0].pinned_primary = Some(instance.nodes[other].name.clone());
        Some(())
    }),
    ("RP106", |instance, _| {
        instance.shards[0].requires.insert("kind".into(), "unheard-of".into());
        Some(())
    }),
    ("RP107", |instance, plan| {
        let at = plan.shards.iter().position(|own| own.mode.store().is_some())?;
        instance.nodes[plan.shards[at].nodes[0].index()].nic_out_kib_per_s = 1;
        Some(())
    }),
    ("RP108", |instance, plan| {
        let own = shard_with(plan, |own| own.mode.is_chain())?;
        let rack = |node: NodeId| instance.nodes[node.index()].domains["rack"].clone();
        let near = (0..instance.nodes.len() as u32).map(NodeId);
        let mut near = near.filter(|&n| n != own.nodes[0] && rack(n) == rack(own.nodes[0]));
        own.nodes[1] = near.find(|node| !own.nodes.contains(node))?;
        Some(())
    }),
    ("RP109", |instance, plan| {
        instance.nodes.iter_mut().for_each(|node| node.failures_micro_per_day = 900_000_000);
        let at = plan.shards.iter().position(|own| own.mode.is_chain())?;
        instance.policies.availability = Policy::Hard;
        instance.shards[at].max_unavailability_ppb = Some(1);
        Some(())
    }),
    ("RP110", |instance, plan| {
        instance.nodes[plan.shards[0].nodes[0].index()].memory_mib = 1;
        Some(())
    }),
    ("RP111", |instance, plan| {
        instance.nodes[plan.shards[0].nodes[0].index()].memory_during_mib = Some(1);
        Some(())
    }),
    ("RP112", |instance, plan| {
        let at = plan.shards.iter().position(|own| own.mode.is_chain())?;
        instance.nodes[plan.shards[at].nodes[0].index()].nic_out_kib_per_s = 1;
        Some(())
    }),
    ("RP113", |instance, plan| {
        let store = plan.shards.iter().find_map(|own| own.mode.store())?;
        instance.stores[store.index()].capacity_mib = 1;
        Some(())
    }),
    ("RP113", |instance, plan| {
        let store = plan.shards.iter().find_map(|own| own.mode.store())?;
        instance.stores[store.index()].ingest_kib_per_s = 1;
        Some(())
    }),
    ("RP114", |instance, plan| {
        let own = shard_with(plan, |own| own.mode.is_chain())?;
        let rack = &instance.nodes[own.nodes[0].index()].domains["rack"];
        let rack = instance.levels[0].domains.iter_mut().find(|domain| domain.name == *rack);
        rack.unwrap().trunk_kib_per_s = Some(0);
        Some(())
    }),
    ("RP115", |instance, plan| {
        let index = Index::new(instance);
        let moved = (0..)
            .zip(&plan.shards)
            .any(|(shard, own)| own.nodes.iter().any(|&node| index.is_move(shard, node)));
        instance.move_limits.copies = Some(0);
        moved.then_some(())
    }),
];

#[test]
fn every_damage_has_its_code() {
    let mut struck = vec![0; DAMAGES.len()];
    for kind in ["fresh", "moves"] {
        for seed in 0..4 {
            let instance = generated(kind, seed);
            let plan = guessed(&instance, 100_000).plan.unwrap();
            assert_eq!(codes(&instance, &plan), [""; 0]);
            for (at, (code, damage)) in DAMAGES.iter().enumerate() {
                let (mut instance, mut damaged) = (instance.clone(), plan.clone());
                if damage(&mut instance, &mut damaged).is_some() {
                    let found = codes(&instance, &damaged);
                    let kept = found.is_empty() && cost(&instance, &damaged).is_some();
                    assert!(!kept && found.contains(code), "{code}: {found:?}");
                    struck[at] += 1;
                }
            }
        }
    }
    let missed: Vec<&str> =
        DAMAGES.iter().zip(&struck).filter(|each| *each.1 == 0).map(|each| each.0.0).collect();
    assert!(missed.is_empty(), "never tried: {missed:?}");
}
