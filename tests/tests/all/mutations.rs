//! The referee refuses damaged plans, each kind of damage with its own code.

use placewright_instances::memory_sizing::strategies::coupled_instances;
use placewright_models::memory_sizing::MemorySizing;
use placewright_models::memory_sizing::instance::{Instance, NodeId, TypeId};
use placewright_models::memory_sizing::plan::{Ladder, Placement, Plan};
use placewright_solver::problem::{Problem, Verdict};
use proptest::prelude::*;

use crate::support::{cases, cost, solved};

fn codes(instance: &Instance, plan: &Plan) -> Vec<&'static str> {
    match MemorySizing::judge(instance, plan) {
        Verdict::Feasible(_) => Vec::new(),
        Verdict::Refused(violations) => violations.iter().map(|each| each.code).collect(),
    }
}

/// A damage and the code it must be refused with; `None` where the plan offers no target for it.
type Damage = fn(&Instance, &mut Plan, usize) -> Option<&'static str>;

const DAMAGES: [Damage; 13] = [
    |_, plan, t| {
        plan.ladders.remove(t);
        Some("MS101")
    },
    |_, plan, t| {
        plan.ladders[t].0.clear();
        Some("MS102")
    },
    |instance, plan, t| {
        let attempts = instance.max_attempts(&instance.types[t]) as u64;
        let (last, step) = (*plan.ladders[t].0.last()?, instance.granularity_mib);
        plan.ladders[t].0.extend((1..=attempts).map(|extra| last + extra * step));
        Some("MS102")
    },
    |_, plan, t| {
        let ladder = &mut plan.ladders[t].0;
        ladder.push(*ladder.last()?);
        Some("MS103")
    },
    |_, plan, t| {
        plan.ladders[t].0.insert(0, 0);
        Some("MS104")
    },
    |instance, plan, t| {
        let last = plan.ladders[t].0.last_mut()?;
        *last += 1;
        (instance.granularity_mib > 1).then_some("MS104")
    },
    |instance, plan, t| {
        *plan.ladders[t].0.last_mut()? = instance.node_limit_mib + instance.granularity_mib;
        Some("MS105")
    },
    |_, plan, t| {
        // Without its last rung a ladder leaves the largest sample out.
        plan.ladders[t].0.pop();
        (!plan.ladders[t].0.is_empty()).then_some("MS106")
    },
    |instance, plan, t| {
        let placement = Placement { task_type: TypeId(t as u32), node: NodeId(0), slots: 1 };
        plan.placements.push(placement);
        instance.nodes.is_empty().then_some("MS109")
    },
    |instance, plan, t| {
        let node = NodeId(instance.nodes.len() as u32);
        plan.placements.push(Placement { task_type: TypeId(t as u32), node, slots: 1 });
        (!instance.nodes.is_empty()).then_some("MS110")
    },
    |_, plan, _| {
        plan.placements.first_mut()?.slots = 0;
        Some("MS110")
    },
    |_, plan, _| {
        plan.placements.first_mut()?.slots += 1;
        Some("MS111")
    },
    |instance, plan, t| {
        let ladder = &mut plan.ladders[t].0;
        ladder.push(*ladder.last()? + instance.granularity_mib);
        Some("MS114")
    },
];

/// Limits tightened until the plan breaks them.
fn tightened(instance: &Instance, plan: &Plan) -> Vec<(&'static str, Instance)> {
    let mut found = Vec::new();
    let mut add = |code, change: &dyn Fn(&mut Instance)| {
        let mut other = instance.clone();
        change(&mut other);
        found.push((code, other));
    };
    let mut sizes: Vec<u64> = plan.ladders.iter().flat_map(|ladder| ladder.0.clone()).collect();
    sizes.sort_unstable();
    sizes.dedup();
    if sizes.len() > 1 {
        add("MS108", &|other| other.max_distinct_sizes = Some(sizes.len() as u32 - 1));
    }
    let failing = instance.types.iter().zip(&plan.ladders).any(|(each, ladder)| {
        (0..each.samples.len()).any(|i| each.samples.needed_mib(i) > ladder.0[0])
    });
    if failing {
        add("MS107", &|other| other.max_failures = Some(0));
    }
    if let Some(home) = plan.placements.first() {
        let (node, t) = (home.node.index(), home.task_type.index());
        let used = |part: &dyn Fn(usize) -> u64| -> u64 {
            let here = plan.placements.iter().filter(|p| p.node == home.node);
            here.map(|p| u64::from(p.slots) * part(p.task_type.index())).sum()
        };
        let cores = used(&|t| instance.types[t].cores.into());
        let memory_mib = used(&|t| plan.ladders[t].0[0]);
        if cores > u64::from(instance.types[t].cores) {
            add("MS112", &|other| other.nodes[node].cores = cores as u32 - 1);
        }
        if memory_mib > 1 {
            add("MS113", &|other| other.nodes[node].memory_mib = memory_mib - 1);
        }
    }
    found
}

proptest! {
    #![proptest_config(cases(1_000))]

    #[test]
    fn damaged_plans_are_refused(instance in coupled_instances(), which: prop::sample::Index) {
        let Some(plan) = solved(&instance).plan else { return Ok(()) };
        let t = which.index(instance.types.len());
        for damage in DAMAGES {
            let mut damaged = plan.clone();
            if let Some(code) = damage(&instance, &mut damaged, t) {
                let codes = codes(&instance, &damaged);
                prop_assert!(codes.contains(&code), "{} not in {:?}: {:?}", code, codes, damaged);
            }
        }
    }

    #[test]
    fn plans_are_refused_where_limits_are_tighter(instance in coupled_instances()) {
        let Some(plan) = solved(&instance).plan else { return Ok(()) };
        prop_assert!(cost(&instance, &plan).is_some());
        for (code, tight) in tightened(&instance, &plan) {
            let codes = codes(&tight, &plan);
            prop_assert!(codes.contains(&code), "{} not in {:?}: {:?}", code, codes, plan);
        }
    }

    #[test]
    fn nonsense_is_judged_without_panic(
        instance in coupled_instances(),
        ladders in prop::collection::vec(prop::collection::vec(any::<u64>(), 0..4), 0..6),
        placements in prop::collection::vec((0_u32..9, 0_u32..9, any::<u32>()), 0..6),
    ) {
        let placement = |(t, n, slots)| Placement { task_type: TypeId(t), node: NodeId(n), slots };
        let plan = Plan {
            ladders: ladders.into_iter().map(Ladder).collect(),
            placements: placements.into_iter().map(placement).collect(),
        };
        let _verdict = MemorySizing::judge(&instance, &plan);
    }
}
