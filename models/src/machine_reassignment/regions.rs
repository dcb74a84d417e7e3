//! Annealing of a few machines at a time.
//!
//! **Idea.** Where a large process is on the wrong machine, the right one is full of small ones: no
//! shift and no swap leads there, and a temperature that would is far too hot for all others. A few
//! machines on their own are annealed from scratch in milliseconds, so many choices of them can be
//! tried. What they end with is kept if the plan becomes cheaper, and undone otherwise.
//!
//! Every other time one machine is drawn in proportion to its cost; all others are drawn uniformly.
//!
//! Reference: the choice of a part that is optimised on its own follows É. D. Taillard, S. Voss,
//! *POPMUSIC: a partial optimization metaheuristic under special intensification conditions*, in
//! Essays and Surveys in Metaheuristics (2002). Guarantee: the best plan never becomes dearer.
//! O(processes + machines) per choice, besides the walk.

use std::ops::RangeInclusive;

use placewright_solver::context::Context;
use placewright_solver::search::annealing::Cooling;
use rand::RngExt;
use rand_xoshiro::Xoshiro256PlusPlus;

use super::problem::MachineReassignment;
use super::search::board::Board;
use super::search::walk::Walk;

/// Machines annealed together, at least and at most.
const MACHINES: RangeInclusive<usize> = 4..=12;
/// Proposals per place, a process on a machine, for one choice of machines.
const PROPOSALS_PER_PLACE: u64 = 300;
/// Proposals between two looks at the budget.
const PROPOSALS: u32 = 900;
/// Work units of so many proposals.
const WORK: u64 = 300;

/// Anneals a few machines at a time, from the best plan of a walk on, until the budget ends or
/// `most_work` units are spent.
pub fn anneal_regions(context: &Context<'_, MachineReassignment>, walk: &mut Walk, most_work: u64) {
    let scale = walk.board().tables.scale();
    let cooling = Cooling { first: scale.hot, last: scale.cold };
    let before = context.budget.work();
    let mut random = context.seed.named("regions").generator();
    while !context.should_stop() && context.budget.work() - before < most_work {
        let (cost, count) = (walk.best().1, random.random_range(MACHINES));
        let machines = some_machines(walk.board(), count, &mut random);
        let processes = walk.confine(&machines);
        let proposals = (processes * machines.len()) as u64 * PROPOSALS_PER_PLACE;
        let steps = proposals.div_ceil(u64::from(PROPOSALS)).max(1);
        for step in 0..steps {
            if context.should_stop() {
                break;
            }
            walk.step(cooling.at(step as f64 / steps as f64), PROPOSALS);
            context.budget.spend(WORK);
        }
        if walk.best().1 < cost {
            context.offer(walk.best().0.clone(), "a few machines");
        }
    }
}

/// Different machines, at most all.
fn some_machines(board: &Board, count: usize, random: &mut Xoshiro256PlusPlus) -> Vec<u32> {
    let machines = board.tables.machines as u32;
    let mut chosen = Vec::new();
    if random.random_bool(0.5) {
        chosen.extend(dear_machine(board, random));
    }
    while chosen.len() < count.min(machines as usize) {
        let machine = random.random_range(0..machines);
        if !chosen.contains(&machine) {
            chosen.push(machine);
        }
    }
    chosen
}

/// A machine in proportion to its cost and that of the moves to it; none if there is no cost.
fn dear_machine(board: &Board, random: &mut Xoshiro256PlusPlus) -> Option<u32> {
    let cost = |machine: u32| {
        let there = board.on_machine(machine).iter();
        let moves: i64 = there.map(|&process| board.tables.place_cost(process, machine)).sum();
        board.machine_cost(machine) + moves
    };
    let costs: Vec<i64> = (0..board.tables.machines as u32).map(cost).collect();
    let sum: i64 = costs.iter().sum();
    let mut at = (sum > 0).then(|| random.random_range(0..sum))?;
    let falls = |&cost: &i64| {
        at -= cost;
        at < 0
    };
    costs.iter().position(falls).map(|machine| machine as u32)
}
