//! The search: told effects are true, walks keep all rules, answers do not depend on threads.

use placewright_instances::machine_reassignment::generate::GENERATORS;
use placewright_instances::machine_reassignment::strategies::{
    instances_up_to, instances_with_plans,
};
use placewright_models::machine_reassignment::check;
use placewright_models::machine_reassignment::instance::Instance;
use placewright_models::machine_reassignment::plan::Plan;
use placewright_models::machine_reassignment::search::board::Board;
use placewright_models::machine_reassignment::search::walk::Walk;
use placewright_solver::search::room_prices::RoomPrices;
use placewright_solver::seed::Seed;
use proptest::prelude::*;
use serde_json::json;

use super::support::{codes, cost, guessed, improved, value};
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

proptest! {
    #![proptest_config(cases(100))]

    /// A confined walk begins with its best plan and changes nothing elsewhere.
    #[test]
    fn confined_walks_leave_others_alone(
        instance in instances_up_to(8, 4),
        (one, other) in (0..4_u32, 0..4_u32),
        seed in any::<u64>(),
    ) {
        let board = Board::new(&instance, &instance.original());
        let mut walk = Walk::new(board, 0.0, Seed(seed));
        walk.step(30.0, 300);
        let (before, told) = (walk.best().0.clone(), walk.best().1);
        let machines = instance.machines.len() as u32;
        let mut field = vec![one % machines, other % machines];
        field.dedup();
        let is_in = |plan: &Plan, p: usize| field.contains(&plan.machines[p].0);
        let processes = instance.processes.len();
        let movable = (0..processes).filter(|&p| is_in(&before, p)).count();
        prop_assert_eq!(walk.confine(&field), movable);
        prop_assert_eq!(&walk.board().plan(), &before);
        prop_assert_eq!(walk.board().cost(), told);
        walk.step(30.0, 300);
        let after = walk.board().plan();
        for p in 0..processes {
            let stays = after.machines[p] == before.machines[p];
            prop_assert!(stays || is_in(&before, p) && is_in(&after, p));
        }
        prop_assert_eq!(cost(&instance, &after), Some(i128::from(walk.board().cost())));
        let (best, told) = walk.best();
        prop_assert_eq!(cost(&instance, best), Some(i128::from(told)));
    }
}

/// Nine machines with twelve processes of size 1 each, full but for one more on each of the last two,
/// except that process 85 is at home on machine 1, one too many there; and one machine that is safe up
/// to 10 and has a process of size 12.
fn a_large_process_on_a_small_machine() -> Instance {
    let machine = |safe: u32| {
        json!({ "neighbourhood": 0, "location": 0, "capacities": [40], "safety_capacities": [safe],
            "move_costs": vec![0; 10] })
    };
    let process = |index: u32, size: u32, machine: u32| json!({ "service": index, "machine": machine, "requirements": [size], "move_cost": 1 });
    let safe = (0..10).map(|m| if m == 0 { 10 } else { 12 + u32::from(m > 7) });
    let home = |index: u32| if index == 85 { 1 } else { 1 + (index - 1) / 12 };
    let small = (1..=9 * 12).map(|index| process(index, 1, home(index)));
    serde_json::from_value(json!({
        "resources": [{ "transient": false, "load_weight": 100 }],
        "machines": safe.map(machine).collect::<Vec<_>>(),
        "services": vec![json!({ "min_locations": 0 }); 9 * 12 + 1],
        "processes": std::iter::once(process(0, 12, 0)).chain(small).collect::<Vec<_>>(),
        "move_weights": { "process": 1, "service": 0, "machine": 1 },
    }))
    .unwrap()
}

/// From a plan that was worked on: no single shift or swap leads on, and no walk that keeps the
/// plan's shape.
#[test]
fn large_processes_get_to_machines_full_of_small_ones() {
    let instance = a_large_process_on_a_small_machine();
    let mut start = instance.original();
    start.machines[85].0 = 8;
    assert_eq!(cost(&instance, &start), Some(2 * 100 + 1));
    let outcome = improved(&instance, start, 2_000_000);
    // Every overload costs 100 at least; the large one drives away at least ten, and one leaves
    // machine 1.
    assert!((12..100).contains(&value(&outcome).unwrap()));
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
