//! What must not matter does not matter, and more of anything never hurts.

use placewright_instances::circuit_allocation::strategies::{instances, place_instances};
use placewright_models::circuit_allocation::instance::{
    Circuits, Fabric, Instance, Question, ServerShare,
};
use placewright_models::circuit_allocation::plan::Plan;
use placewright_solver::outcome::Status;
use proptest::prelude::*;

use super::support::{cost, guessed, solved};
use crate::support::cases;

/// Leaves, servers and spines in the opposite order; switches of a single group too.
fn reversed(instance: &Instance) -> Instance {
    let mut other = instance.clone();
    let servers =
        |list: &mut Vec<ServerShare>| list.iter_mut().for_each(|each| server(instance, each));
    let circuits =
        |list: &mut Vec<Circuits>| list.iter_mut().for_each(|each| circuit(instance, each));
    servers(&mut other.failures.gpus);
    circuits(&mut other.failures.circuits);
    if let Fabric::Switched(fabric) = &mut other.fabric {
        fabric.switches.reverse();
    }
    for job in &mut other.live {
        servers(&mut job.servers);
        circuits(&mut job.circuits);
    }
    if let Question::Rewire(rewire) = &mut other.question {
        for demand in &mut rewire.demand {
            demand.leaf = instance.cluster.leaves - 1 - demand.leaf;
            demand.spine = instance.cluster.spines - 1 - demand.spine;
        }
    }
    other
}

fn server(instance: &Instance, each: &mut ServerShare) {
    each.leaf = instance.cluster.leaves - 1 - each.leaf;
    each.server = instance.cluster.servers_per_leaf - 1 - each.server;
}

fn circuit(instance: &Instance, each: &mut Circuits) {
    each.leaf = instance.cluster.leaves - 1 - each.leaf;
    each.spine = instance.cluster.spines - 1 - each.spine;
    let last = (instance.fabric.switches() as u32).saturating_sub(1);
    each.switch = each.switch.map(|switch| last - switch);
}

fn reversed_plan(instance: &Instance, plan: &Plan) -> Plan {
    let mut other = plan.clone();
    for placement in other.placed.iter_mut().flatten() {
        placement.servers.iter_mut().for_each(|each| server(instance, each));
        placement.circuits.iter_mut().for_each(|each| circuit(instance, each));
    }
    other.wiring.iter_mut().flatten().for_each(|each| circuit(instance, each));
    other
}

proptest! {
    #![proptest_config(cases(500))]

    #[test]
    fn numbers_of_leaves_spines_and_switches_change_no_cost(instance in instances()) {
        let other = reversed(&instance);
        let (one, two) = (guessed(&instance), guessed(&other));
        prop_assert_eq!(one.bound(), two.bound());
        prop_assert_eq!(one.status == Status::Infeasible, two.status == Status::Infeasible);
        if let Some(plan) = &one.plan {
            prop_assert_eq!(cost(&other, &reversed_plan(&instance, plan)), one.objective);
        }
    }
}

proptest! {
    #![proptest_config(cases(150))]

    #[test]
    fn numbers_change_no_optimum(instance in place_instances()) {
        let (one, two) = (solved(&instance), solved(&reversed(&instance)));
        if one.status == Status::Optimal && two.status == Status::Optimal {
            prop_assert_eq!(one.objective, two.objective);
        }
        prop_assert!(one.status != Status::Infeasible || two.plan.is_none());
    }

    #[test]
    fn more_capacity_never_hurts(instance in place_instances()) {
        let before = solved(&instance);
        let Some(plan) = &before.plan else { return Ok(()) };
        let mut wider = instance;
        wider.failures = <_>::default();
        match &mut wider.fabric {
            Fabric::Static(fabric) => fabric.circuits_per_pair += 1,
            Fabric::Switched(fabric) => {
                fabric.switches.iter_mut().for_each(|group| group.spine_ports += 1);
            }
        }
        // The old plan still does, and nothing says that there is none. Whoever lays circuits through
        // unequal switches promises to find nothing.
        prop_assert!(cost(&wider, plan).is_some());
        let after = solved(&wider);
        prop_assert!(after.status != Status::Infeasible);
        let unequal = matches!(&wider.fabric, Fabric::Switched(fabric) if fabric.switches.len() > 1);
        prop_assert!(after.plan.is_some() || unequal);
    }
}
