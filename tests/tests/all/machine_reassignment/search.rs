//! The search: told effects are true, walks keep all rules, answers do not depend on threads.

use placewright_instances::machine_reassignment::generate::GENERATORS;
use placewright_instances::machine_reassignment::strategies::{
    instances_up_to, instances_with_plans,
};
use placewright_models::machine_reassignment::check;
use placewright_models::machine_reassignment::search::board::Board;
use placewright_models::machine_reassignment::search::walk::Walk;
use placewright_solver::seed::Seed;
use proptest::prelude::*;

use super::support::{codes, cost, guessed, value};
use crate::support::cases;

proptest! {
    #![proptest_config(cases(200))]

    /// What a board says of room, rules and cost is what the referee says; only of a swap of
    /// services that depend on each other it may say no where the referee says yes.
    #[test]
    fn boards_and_referee_agree(
        (instance, wanted) in instances_with_plans(6, 4),
        pairs in proptest::collection::vec((0..6_u32, 0..6_u32), 8),
    ) {
        let mut board = Board::new(&instance, &instance.original());
        let processes = instance.processes.len() as u32;
        for (process, to) in (0..).zip(wanted.machines.iter().map(|machine| machine.0)) {
            if board.at(process) == to { continue }
            let mut plan = board.plan();
            plan.machines[process as usize].0 = to;
            let possible = board.fits(process, to) && board.may_go(process, to);
            prop_assert_eq!(possible, codes(&instance, &plan).is_empty());
            let effect = board.effect_of_shift(process, to);
            let now = i128::from(board.cost() + effect);
            prop_assert_eq!(now, check::cost(&instance, &plan).total());
            if possible { board.shift(process, to, effect) }
        }
        for (one, other) in pairs {
            let (one, other) = (one % processes, other % processes);
            if board.at(one) == board.at(other) { continue }
            let mut plan = board.plan();
            plan.machines.swap(one as usize, other as usize);
            let possible = board.fit_crosswise(one, other) && board.may_swap(one, other);
            prop_assert!(!possible || codes(&instance, &plan).is_empty());
            let effect = board.effect_of_swap(one, other);
            let now = i128::from(board.cost() + effect);
            prop_assert_eq!(now, check::cost(&instance, &plan).total());
            if possible { board.swap(one, other, effect) }
        }
        let away = board.displaced().len();
        let original = instance.original();
        let moved = board.plan().machines.iter().zip(&original.machines).filter(|(a, b)| a != b).count();
        prop_assert_eq!(away, moved);
    }

    /// A walk stays among plans that keep all rules and knows what its best plan costs.
    #[test]
    fn walks_keep_rules(instance in instances_up_to(8, 4), seed in any::<u64>()) {
        let board = Board::new(&instance, &instance.original());
        let before = i128::from(board.cost());
        let mut walk = Walk::new(board, 2.0, Seed(seed));
        for temperature in [30.0, 3.0, 0.1] {
            walk.step(temperature, 300);
            prop_assert!(codes(&instance, &walk.board().plan()).is_empty());
            let (best, told) = walk.best();
            prop_assert_eq!(cost(&instance, best), Some(i128::from(told)));
            prop_assert!(i128::from(told) <= before);
        }
    }
}

#[test]
fn threads_and_repetition_change_nothing() {
    let options = [("size", "medium")].map(|(name, value)| (name.to_owned(), value.to_owned()));
    let instance = (GENERATORS[0].run)(3, &options.into_iter().collect()).unwrap();
    let one = guessed(&instance, 300_000, 1);
    let two = guessed(&instance, 300_000, 2);
    assert_eq!(one.plan, two.plan);
    let original = cost(&instance, &instance.original()).unwrap();
    assert!(value(&one).unwrap() < original);
}
