//! The heuristic `annealing`: a walk of shifts and swaps while a temperature falls. See
//! `search::walk`.
//!
//! It begins with a short descent, so that something is there early. From the original assignment
//! the temperature then starts where processes of typical size may go anywhere; from a plan that
//! was worked on, far lower, so that most of the plan stays. Where the bound is still far away then,
//! half of such a run goes to a few machines at a time (`regions`).
//!
//! Two of them, with and without a bias, run side by side: the bias is better where little must
//! move, none where much must. The one without may break capacities on its way, which lets large
//! processes find their places, except where there are transient resources: what stays taken at home
//! leaves walks little to give way with, and they end beyond some capacity.

use placewright_solver::context::{Context, Method};
use placewright_solver::error::EngineError;
use placewright_solver::search::annealing::{Cooling, Progress};

use super::problem::MachineReassignment;
use super::regions::anneal_regions;
use super::search::board::Board;
use super::search::walk::Walk;

/// The heuristic `annealing`.
#[derive(Clone, Copy, Debug)]
pub struct Annealing {
    name: &'static str,
    symbol: char,
    /// Charge of a process away from home, in temperatures.
    bias: f64,
    /// What to do about capacities.
    capacities: Capacities,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Capacities {
    /// Plans keep them all the time.
    Kept,
    /// Plans may break them on the way, for a toll, unless there are transient resources.
    Tolled,
}

impl Annealing {
    /// Without a bias.
    pub const FREE: Self =
        Self { name: "annealing", symbol: 'L', bias: 0.0, capacities: Capacities::Tolled };
    /// With a bias of a few temperatures.
    pub const BIASED: Self =
        Self { name: "annealing-near-home", symbol: 'H', bias: 3.0, capacities: Capacities::Kept };
}

/// Proposals between two looks at the budget.
const PROPOSALS: u32 = 3_000;
/// Work units of so many proposals.
const WORK: u64 = 1_000;
/// Work units per process where nothing is limited.
const UNLIMITED_WORK: u64 = 3_000;
/// Work units per place, a process on a machine, beyond which slower cooling gains little.
const MOST_WORK: u64 = 4_000;
/// The same where capacities may be broken.
const MOST_WORK_TOLLED: u64 = 20_000;
/// Looks at the budget between two changes of prices.
const REPRICING: u64 = 16;
/// Share of the budget for the descent.
const DESCENT: f64 = 0.05;
/// The bound is far away if the difference is more than the cost divided by this.
const FAR: i64 = 200;
/// Plans are offered at most so many times in a run.
const OFFERS: f64 = 50.0;

impl Method<MachineReassignment> for Annealing {
    fn name(&self) -> &'static str {
        self.name
    }

    fn symbol(&self) -> char {
        self.symbol
    }

    fn run(&self, context: &Context<'_, MachineReassignment>) -> Result<(), EngineError> {
        let Some((plan, _)) = context.best() else { return Ok(()) };
        let board = Board::new(context.instance, &plan);
        let scale = board.tables.scale();
        let is_new = board.displaced().is_empty();
        let first = if is_new { scale.hot } else { scale.warm };
        let bound = context.bound().map_or(0, |bound| bound.first() as i64);
        let is_far = board.cost() - bound > board.cost() / FAR;
        let for_regions = !is_new && is_far;
        let part = if for_regions { 0.5 } else { 1.0 };
        let cooling = Cooling { first, last: scale.cold };
        let tolled = self.capacities == Capacities::Tolled && !board.tables.has_transient();
        let most = most_work(context, tolled);
        let progress = Progress::of(context.budget, part, most);
        let before = context.budget.work();
        let mut walk = Walk::new(board, self.bias, context.seed);
        let (mut offered, mut next_offer, mut looks) = (walk.best().1, 0.0, 0_u64);
        while !context.should_stop() && progress.done() < 1.0 {
            let spent = context.budget.work() - before;
            if spent >= most {
                break;
            }
            let done = progress.done().max(spent as f64 / most as f64);
            let temperature = if done < DESCENT { scale.cold } else { cooling.at(cooled(done)) };
            if tolled && done >= DESCENT && looks.is_multiple_of(REPRICING) {
                walk.pay_toll(temperature, done);
            }
            looks += 1;
            walk.step(temperature, PROPOSALS);
            context.budget.spend(WORK);
            if walk.best().1 < offered && done >= next_offer {
                offered = walk.best().1;
                next_offer = done + 1.0 / OFFERS;
                context.offer(walk.best().0.clone(), "walk");
            }
        }
        if walk.best().1 < offered {
            context.offer(walk.best().0.clone(), "walk");
        }
        if for_regions {
            anneal_regions(context, &mut walk, most);
        }
        Ok(())
    }
}

/// Work units for a walk, and for regions after it, beyond which they gain little.
fn most_work(context: &Context<'_, MachineReassignment>, tolled: bool) -> u64 {
    let (budget, instance) = (context.budget, context.instance);
    let (processes, machines) = (instance.processes.len() as u64, instance.machines.len() as u64);
    let most = if tolled { MOST_WORK_TOLLED } else { MOST_WORK } * processes * machines;
    let is_limited = budget.work_left().is_some() || budget.time_left().is_some();
    if is_limited { most } else { most.min(UNLIMITED_WORK * processes) }
}

/// How far the temperature has fallen once a part of the budget is spent: slowly at first, where
/// large processes find their places.
fn cooled(done: f64) -> f64 {
    ((done - DESCENT) / (1.0 - DESCENT)).powf(1.5)
}
