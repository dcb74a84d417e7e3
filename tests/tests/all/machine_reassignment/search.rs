//! The search: told effects are true, walks keep all rules, answers do not depend on threads.

use placewright_instances::machine_reassignment::generate::GENERATORS;
use placewright_instances::machine_reassignment::strategies::{
    instances_up_to, instances_with_plans,
};
use placewright_models::machine_reassignment::check;
use placewright_models::machine_reassignment::search::board::Board;
use placewright_models::machine_reassignment::search::walk::Walk;
use placewright_solver::search::room_prices::RoomPrices;
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

/// What is missing in total on all machines.
fn missing(board: &Board) -> f64 {
    board.room().iter().map(|&room| (-room).max(0) as f64).sum()
}

proptest! {
    #![proptest_config(cases(100))]

    /// Beyond capacities too, a board says what the referee says of room and cost, and tolls are
    /// differences of what is missing.
    #[test]
    fn tolls_are_differences(
        (instance, wanted) in instances_with_plans(6, 4),
        pairs in proptest::collection::vec((0..6_u32, 0..6_u32), 8),
    ) {
        let mut board = Board::new(&instance, &instance.original());
        let prices = RoomPrices::new(instance.machines.len(), vec![1.0; instance.resources.len()]);
        let processes = instance.processes.len() as u32;
        let lacks = |code: &&str| matches!(*code, "MR103" | "MR104");
        for (process, to) in (0..).zip(wanted.machines.iter().map(|machine| machine.0)) {
            if board.at(process) == to { continue }
            let told = missing(&board) + board.toll_of_shift(&prices, process, to);
            let effect = board.effect_of_shift(process, to);
            board.shift(process, to, effect);
            prop_assert_eq!(missing(&board), told);
            let codes = codes(&instance, &board.plan());
            prop_assert_eq!(board.has_room(), !codes.iter().any(lacks));
        }
        for (one, other) in pairs {
            let (one, other) = (one % processes, other % processes);
            if board.at(one) == board.at(other) { continue }
            let told = missing(&board) + board.toll_of_swap(&prices, one, other);
            let effect = board.effect_of_swap(one, other);
            board.swap(one, other, effect);
            prop_assert_eq!(missing(&board), told);
            let cost = check::cost(&instance, &board.plan()).total();
            prop_assert_eq!(i128::from(board.cost()), cost);
        }
    }

    /// A walk that pays tolls breaks nothing but capacities, and its best plan breaks none.
    #[test]
    fn tolled_walks_keep_other_rules(instance in instances_up_to(8, 4), seed in any::<u64>()) {
        let board = Board::new(&instance, &instance.original());
        let mut walk = Walk::new(board, 0.0, Seed(seed));
        for (temperature, done) in [(30.0, 0.1), (3.0, 0.3), (0.1, 0.6)] {
            walk.pay_toll(temperature, done);
            walk.step(temperature, 300);
            let codes = codes(&instance, &walk.board().plan());
            prop_assert!(codes.iter().all(|code| matches!(*code, "MR103" | "MR104")));
            prop_assert_eq!(codes.is_empty(), walk.board().has_room());
            let (best, told) = walk.best();
            prop_assert_eq!(cost(&instance, best), Some(i128::from(told)));
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
