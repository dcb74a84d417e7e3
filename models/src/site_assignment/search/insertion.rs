//! Insertion: customers are served one after the other, each as cheaply as what is left allows.

use super::board::Board;
use super::preference::Preferences;
use crate::site_assignment::instance::Index;

/// Whether capacities may be exceeded where nothing else is left.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Room {
    /// Never.
    Kept,
    /// If need be.
    Exceeded,
}

/// Customers in the order of what they demand, largest first.
#[must_use]
pub fn by_size(index: &Index) -> Vec<u32> {
    let size = |customer: u32| {
        let customer = customer as usize;
        let demands = (0..index.sites().min(64)).map(|site| index.whole_demand(customer, site));
        demands.min().unwrap_or(0)
    };
    let mut order: Vec<u32> = (0..index.customers() as u32).collect();
    order.sort_by_cached_key(|&customer| (-size(customer), customer));
    order
}

/// Serves what is missing of the customers, in this order. Whether all are served.
pub fn insert(board: &mut Board, preferences: &Preferences, order: &[u32], room: Room) -> bool {
    let mut complete = true;
    for &customer in order {
        complete &= insert_one(board, preferences, customer as usize, room, None);
    }
    complete
}

/// Serves what is missing of a customer, anywhere but from one site. Time O(sites · parts).
pub fn insert_one(
    board: &mut Board,
    preferences: &Preferences,
    customer: usize,
    room: Room,
    not: Option<u32>,
) -> bool {
    let mut missing = board.missing(customer);
    while missing > 0 {
        let Some((site, amount)) = best_site(board, preferences, customer, missing, room, not)
        else {
            return false;
        };
        board.put(customer, site, amount);
        missing -= amount;
    }
    true
}

/// The cheapest site for some of what is missing: among the preferred ones, else among all.
fn best_site(
    board: &Board,
    preferences: &Preferences,
    customer: usize,
    missing: i64,
    room: Room,
    not: Option<u32>,
) -> Option<(u32, i64)> {
    let all = 0..board.index.sites() as u32;
    let (may_open, preferred) = (board.may_open_more(), preferences.of(customer));
    let try_all = |room: Room| {
        let near =
            cheapest(board, customer, missing, room, not, may_open, preferred.iter().copied());
        near.or_else(|| cheapest(board, customer, missing, room, not, may_open, all.clone()))
    };
    try_all(Room::Kept).or_else(|| (room == Room::Exceeded).then(|| try_all(room))?)
}

fn cheapest(
    board: &Board,
    customer: usize,
    missing: i64,
    room: Room,
    not: Option<u32>,
    may_open: bool,
    sites: impl Iterator<Item = u32>,
) -> Option<(u32, i64)> {
    let index = board.index;
    let mut best: Option<(f64, u32, i64)> = None;
    for site in sites {
        let open = board.is_open(site);
        if Some(site) == not || (!open && !may_open) || !board.is_free(customer, site) {
            continue;
        }
        let (demand, left) = (index.demand(customer, site as usize), board.room(site));
        let amount = match room {
            Room::Exceeded if index.may_serve(customer, site as usize) => missing,
            Room::Kept if missing * demand <= left => missing,
            Room::Kept if index.splits() && left > 0 => left,
            _ => continue,
        };
        let excess = board.excess_change(site, amount * demand) as f64;
        let opening = if open { 0.0 } else { index.opening_cost(site as usize) as f64 };
        // What a new site costs is shared by those who will come.
        let share = (amount * demand) as f64 / index.capacity(site as usize).max(1) as f64;
        let cost = index.cost(customer, site as usize) as f64
            + (opening * share.min(1.0)) / amount as f64
            + excess * OVERLOAD * (1.0 + index.cost(customer, site as usize) as f64)
                / amount as f64;
        if best.is_none_or(|best| cost < best.0) {
            best = Some((cost, site, amount));
        }
    }
    best.map(|(_, site, amount)| (site, amount))
}

/// How many times its cost a customer is charged for every unit of excess.
const OVERLOAD: f64 = 1.0;
