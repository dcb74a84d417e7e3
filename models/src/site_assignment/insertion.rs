//! The heuristic `insertion`: the first plan.
//!
//! Customers are served one after the other, the largest first, each from the site that is cheapest
//! for it, with its share of the opening. Where capacities are exceeded at the end, a walk that
//! pays for excess mends them. Guarantee: none. Time O(pairs · log) and the mending.

use std::cmp::Reverse;

use placewright_solver::certificate::{Certificate, Claim, Proof};
use placewright_solver::context::{Context, Method};
use placewright_solver::error::EngineError;
use placewright_solver::seed::Seed;
use rand::seq::SliceRandom;

use super::certificate::{self, fits_nowhere, shortage};
use super::instance::Index;
use super::problem::SiteAssignment;
use super::search::board::Board;
use super::search::insertion::{Room, by_size, insert};
use super::search::preference::Preferences;
use super::search::walk::{STEP, Walk};

/// The heuristic `insertion`.
#[derive(Clone, Copy, Debug, Default)]
pub struct Insertion;

/// Steps of mending, and one more for every so many customers.
const MENDING: usize = 400;

impl Method<SiteAssignment> for Insertion {
    fn name(&self) -> &'static str {
        "insertion"
    }

    fn symbol(&self) -> char {
        'G'
    }

    fn run(&self, context: &Context<'_, SiteAssignment>) -> Result<(), EngineError> {
        let index = Index::new(context.instance);
        if let Some((rule, witness)) = obstacle(&index) {
            let proof = Proof::Combinatorial { rule: rule.to_owned(), witness };
            return context.raise(Certificate { claim: Claim::Infeasible, proof }, rule);
        }
        let preferences = Preferences::new(&index, None);
        context.budget.spend((index.sites() * index.customers() / 100) as u64 + 1);
        insert_and_mend(context, &index, &preferences, "insertion");
        Ok(())
    }
}

/// What shows that there is no plan.
fn obstacle(index: &Index) -> Option<(&'static str, Vec<u64>)> {
    if shortage(index).is_some() {
        return Some((certificate::SHORTAGE, Vec::new()));
    }
    let lost = (0..index.customers()).find(|&customer| fits_nowhere(index, customer));
    lost.map(|customer| (certificate::ONE_CUSTOMER, vec![customer as u64]))
}

/// Inserts everybody in the order of preferences and offers the plan, after mending it where it
/// exceeds capacities.
pub fn insert_and_mend(
    context: &Context<'_, SiteAssignment>,
    index: &Index,
    preferences: &Preferences,
    note: &str,
) {
    let Some(board) = inserted(index, preferences) else {
        context.note(&format!("{note}: somebody finds no site"));
        return;
    };
    let mut walk = Walk::new(board, preferences, context.seed.generator());
    let mut steps = MENDING + index.customers() / 20;
    let warm = walk.typical_change() * 0.05;
    while walk.best_cost().is_none() && steps > 0 && context.stop().is_none() {
        walk.step(warm);
        context.budget.spend(u64::from(STEP) / 5);
        steps -= 1;
    }
    match walk.best_plan() {
        Some(plan) => {
            context.offer(plan, note);
        }
        None => context.note(&format!("{note}: some capacities stay exceeded")),
    }
}

/// Orders in which insertion is tried where conflicts leave somebody without a site.
const ORDERS: u64 = 20;

/// A board on which everybody is served, if one is found that breaks no conflict.
#[must_use]
pub fn inserted<'a>(index: &'a Index<'a>, preferences: &Preferences) -> Option<Board<'a>> {
    let room = if index.splits() { Room::Kept } else { Room::Exceeded };
    let mut order = by_size(index);
    if index.has_conflicts() {
        // Those with many enemies first: they find no place later.
        order.sort_by_key(|&customer| Reverse(index.enemies(customer as usize).len()));
    }
    for attempt in 0..ORDERS {
        let mut board = Board::new(index);
        if insert(&mut board, preferences, &order, room) {
            return Some(board);
        }
        if attempt == 0 {
            order = by_size(index);
        } else {
            order.shuffle(&mut Seed(attempt).generator());
        }
    }
    None
}
