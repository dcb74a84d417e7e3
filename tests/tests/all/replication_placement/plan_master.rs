//! The plan master against enumeration, the compact model and its relaxation.

use placewright_instances::replication_placement::strategies::{instances, instances_up_to};
use placewright_models::replication_placement::ReplicationPlacement;
use placewright_models::replication_placement::certificate::{
    Classes, Envelope, Packing, PlanSearch, Pricing, Room, choices, least_of, will_do, write_prices,
};
use placewright_models::replication_placement::footprint::Footprint;
use placewright_models::replication_placement::instance::{
    Index, Instance, Layout, ModeKind, Policies, Policy,
};
use placewright_models::replication_placement::methods::methods;
use placewright_models::replication_placement::plan_master::{
    PlanMaster, generate, generate_strengthened,
};
use placewright_solver::budget::{Budget, CancelToken};
use placewright_solver::certificate::{Certificate, Claim, Proof};
use placewright_solver::driver::Methods;
use placewright_solver::objective::Objective;
use placewright_solver::outcome::Status;
use placewright_solver::problem::Problem;
use proptest::prelude::*;

use super::support::{compact_relaxation, decisions, modelled, run, value};
use crate::support::cases;

/// The opening and the plan master, to the end.
fn mastered(
    instance: &Instance,
) -> placewright_solver::outcome::Outcome<placewright_models::replication_placement::plan::Plan> {
    let master = Methods { improving: Vec::new(), exact: vec![Box::new(PlanMaster)], ..methods() };
    run(instance, &master, None, 1)
}

fn column_relaxation(instance: &Instance, index: &Index) -> Option<f64> {
    let start = mastered(instance).plan?;
    let budget = Budget::new(None, None, CancelToken::new());
    let generated = generate(index, &start, &budget).unwrap().unwrap();
    let objective = generated.objective.unwrap();
    // What is proved in integers is what was found in floating point.
    assert!((generated.bound as f64 - objective).abs() <= 2.0 + 1e-6 * objective.abs());
    Some(objective)
}

proptest! {
    #![proptest_config(cases(60))]

    /// No decision is cheaper under prices than the one found, and it costs what is said.
    #[test]
    fn the_cheapest_decision_is_found(
        instance in instances_up_to(2, 5),
        numbers in prop::collection::vec(prop_oneof![Just(0), 0_i64..2_000_000], 24),
        shift in 0_u32..12,
    ) {
        let index = Index::new(&instance);
        let layout = Layout::of(&index);
        let rows: Vec<i64> = numbers.into_iter().cycle().take(layout.rows()).collect();
        let pricing = Pricing::of_rows(shift, rows);
        let mut search = PlanSearch::new(&index, &pricing);
        let classes = Classes::of(&index);
        let ideal = Index::new(&classes.ideal);
        let envelope = Envelope::new(&index, &classes, &ideal, &pricing);
        let mut footprint = Footprint::default();
        for shard in 0..instance.shards.len() {
            let all = choices(&index, shard);
            let able = |decision: &placewright_models::replication_placement::plan::ShardPlan| {
                let choice = all.iter().find(|choice| {
                    choice.mode == decision.mode && choice.copies == decision.nodes.len()
                });
                let nodes = decision.nodes.iter().enumerate();
                choice.is_some_and(|&choice| {
                    nodes.into_iter().all(|(at, &n)| will_do(&index, shard, choice, at, n))
                })
            };
            let mut least: Option<i128> = None;
            for decision in decisions(&index, shard).into_iter().filter(able) {
                layout.write(&index, shard, &decision, &mut footprint);
                if footprint.violation == 0 {
                    let uses = footprint.uses.iter();
                    let priced = uses.map(|each| {
                        i128::from(pricing.rows[each.row as usize]) * i128::from(each.amount)
                    });
                    let value = (i128::from(footprint.cost) << shift) + priced.sum::<i128>();
                    least = Some(least.map_or(value, |least| least.min(value)));
                }
            }
            let cost = |number: usize, position, node| {
                let choice = all[number];
                will_do(&index, shard, choice, position, node)
                    .then(|| index.node_cost(shard, choice.mode, choice.copies, position, node))
            };
            let at_least = |choice| least_of(envelope.as_ref(), shard, choice);
            let found = search.cheapest(shard, &all, at_least, cost);
            prop_assert_eq!(found.as_ref().map(|found| found.value), least);
        }
    }

    #[test]
    fn the_plan_master_finds_the_best_plan(instance in instances()) {
        let (outcome, expected) = (mastered(&instance), modelled(&instance));
        if value(&outcome).is_some() {
            prop_assert_eq!(value(&outcome), value(&expected));
            prop_assert_eq!(outcome.status, Status::Optimal);
        }
    }

    /// Compact relaxation <= column relaxation <= optimum.
    #[test]
    fn columns_bound_better_than_the_compact_model(instance in instances_up_to(4, 4)) {
        let index = Index::new(&instance);
        if let Some(columns) = column_relaxation(&instance, &index) {
            let slack = 1e-6 * (1.0 + columns.abs());
            let compact = compact_relaxation(&instance);
            prop_assert!(compact <= columns + slack, "{} {}", compact, columns);
            let optimum = value(&modelled(&instance)).unwrap() as f64;
            prop_assert!(columns <= optimum + slack, "{} {}", columns, optimum);
        }
    }

    /// The price of excess caps prices of capacities, not that of moves, which no price allows.
    #[test]
    fn moves_are_priced_where_capacities_are_soft(mut instance in instances_up_to(4, 4)) {
        instance.policies.capacity = Policy::Soft { price: 1 };
        instance.move_limits.copies = Some(0);
        column_relaxation(&instance, &Index::new(&instance));
    }

    /// Packing inequalities raise the bound of columns, never above the optimum, and are proved.
    #[test]
    fn packings_prove_more_and_hold(instance in instances_up_to(5, 4)) {
        let index = Index::new(&instance);
        let Some(start) = mastered(&instance).plan else { return Ok(()) };
        let budget = Budget::unlimited();
        let plain = generate(&index, &start, &budget).unwrap().unwrap();
        let packed = generate_strengthened(&index, &start, &budget).unwrap().unwrap();
        prop_assert!(plain.bound <= packed.bound, "{} {}", plain.bound, packed.bound);
        let optimum = value(&modelled(&instance)).unwrap();
        prop_assert!(packed.bound <= optimum, "{} {}", packed.bound, optimum);
        let claim = Claim::AtLeast(Objective::single(packed.bound));
        let proof = Proof::DualPrices(write_prices(&index, &packed.pricing));
        let certificate = Certificate { claim, proof };
        prop_assert_eq!(ReplicationPlacement::verify(&instance, &certificate), Ok(()));
        // The best plan keeps them; with a smaller right-hand side the referee may refuse them.
        let best = modelled(&instance).plan.unwrap();
        let limits = Layout::of(&index).limits(&index);
        for (packing, _) in &packed.pricing.packings {
            prop_assert!(packing.holds(&index, &limits));
            let room = Room::of(Layout::of(&index), packing.row).unwrap();
            let weight = |(shard, decision)| {
                packing.weight(shard, room.taken_mib(&index, shard, decision))
            };
            let sum: i64 = best.shards.iter().enumerate().map(weight).sum();
            prop_assert!(sum <= packing.most);
            let tighter = Packing { most: sum - 1, ..packing.clone() };
            prop_assert!(!tighter.holds(&index, &limits));
        }
    }

    /// One node per shard, and nothing that hangs on two: both relaxations are the same.
    #[test]
    fn both_relaxations_agree_on_single_nodes(mut instance in instances_up_to(4, 4)) {
        for shard in &mut instance.shards {
            shard.modes = vec![ModeKind::Checkpoint, ModeKind::Stateless];
            shard.max_unavailability_ppb = None;
            shard.current = None;
        }
        instance.policies = Policies::default();
        let index = Index::new(&instance);
        if let Some(columns) = column_relaxation(&instance, &index) {
            let compact = compact_relaxation(&instance);
            let slack = 1e-6 * (1.0 + columns.abs());
            prop_assert!((compact - columns).abs() <= slack, "{} {}", compact, columns);
        }
    }
}
