//! Plans with a mistake are refused, with the right code.

use placewright_instances::circuit_allocation::strategies::instances;
use placewright_models::circuit_allocation::instance::{Moves, Question};
use placewright_models::circuit_allocation::plan::Plan;
use proptest::prelude::*;

use super::support::{codes, guessed};
use crate::support::cases;

/// Every way to spoil a plan, with the code that says so.
fn spoiled(plan: &Plan, gpus_per_server: u32) -> Vec<(Plan, &'static [&'static str])> {
    let mut all: Vec<(Plan, &'static [&'static str])> = Vec::new();
    let mut with = |codes, change: &dyn Fn(&mut Plan)| {
        let mut other = plan.clone();
        change(&mut other);
        all.push((other, codes));
    };
    with(&["CA101"], &|plan| plan.placed.push(None));
    for (index, placement) in plan.placed.iter().enumerate() {
        let Some(placement) = placement else { continue };
        with(&["CA102"], &|plan| {
            let own = plan.placed[index].as_mut().unwrap();
            own.servers.push(own.servers[0]);
        });
        with(&["CA102"], &|plan| plan.placed[index].as_mut().unwrap().servers[0].server = 1000);
        with(&["CA103", "CA102"], &|plan| {
            plan.placed[index].as_mut().unwrap().servers[0].gpus += 1;
        });
        with(&["CA103", "CA102"], &|plan| {
            let own = &mut plan.placed[index].as_mut().unwrap().servers;
            own.truncate(own.len() - 1);
        });
        if placement.servers.len() > 1 && gpus_per_server > 1 {
            with(&["CA103", "CA102"], &|plan| {
                let own = plan.placed[index].as_mut().unwrap();
                own.servers[0].gpus -= 1;
                own.servers[1].gpus += 1;
            });
        }
        if !placement.circuits.is_empty() {
            with(&["CA109"], &|plan| plan.placed[index].as_mut().unwrap().circuits.clear());
            with(&["CA107", "CA108"], &|plan| {
                plan.placed[index].as_mut().unwrap().circuits[0].count = 60_000;
            });
            with(&["CA102"], &|plan| {
                let own = &mut plan.placed[index].as_mut().unwrap().circuits[0];
                own.switch = own.switch.map_or(Some(0), |_| None);
            });
            with(&["CA102"], &|plan| {
                plan.placed[index].as_mut().unwrap().circuits[0].spine = 99;
            });
        }
    }
    if plan.wiring.as_ref().is_some_and(|wiring| !wiring.is_empty()) {
        with(&["CA113"], &|plan| {
            let wiring = plan.wiring.as_mut().unwrap();
            wiring.truncate(wiring.len() - 1);
        });
        with(&["CA113"], &|plan| plan.wiring.as_mut().unwrap()[0].count += 1);
    }
    all
}

proptest! {
    #![proptest_config(cases(800))]

    #[test]
    fn a_spoiled_plan_is_refused(instance in instances()) {
        let Some(plan) = guessed(&instance).plan else { return Ok(()) };
        prop_assert!(codes(&instance, &plan).is_empty());
        for (other, expected) in spoiled(&plan, instance.cluster.gpus_per_server) {
            let found = codes(&instance, &other);
            prop_assert!(found.iter().any(|code| expected.contains(code)), "{found:?} {expected:?}");
        }
        if instance.question.moves() == Moves::Forbidden {
            let other = Plan { wiring: Some(Vec::new()), ..plan.clone() };
            prop_assert!(codes(&instance, &other).contains(&"CA112"));
        }
        if matches!(instance.question, Question::Place(_)) {
            let other = Plan { placed: vec![None], ..plan };
            prop_assert!(codes(&instance, &other).contains(&"CA110"));
        }
    }
}
