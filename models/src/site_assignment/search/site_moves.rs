//! Changes of which sites are open: made on the board, for the walk to keep or to take back.
//!
//! Reference: the add, drop and interchange moves of A. A. Kuehn, M. J. Hamburger, *A heuristic
//! program for locating warehouses*, Manage. Sci. 9 (1963). Time O(customers of the site · sites
//! that they like).

use rand::RngExt;
use rand_xoshiro::Xoshiro256PlusPlus;

use super::board::Board;
use super::insertion::{Room, insert_one};
use super::preference::Preferences;

/// Makes a random change; whether there is one. On `false` the board may be half changed.
pub fn make(board: &mut Board, preferences: &Preferences, random: &mut Xoshiro256PlusPlus) -> bool {
    let customer = random.random_range(0..board.index.customers());
    let shares = board.shares(customer);
    if shares.is_empty() {
        return false;
    }
    let here = shares[random.random_range(0..shares.len())].site;
    let liked = preferences.of(customer);
    let there = liked[random.random_range(0..liked.len())];
    match random.random_range(0..3) {
        0 => close(board, preferences, here),
        1 if !board.is_open(there) && board.may_open_more() => {
            attract(board, preferences, there);
            board.is_open(there)
        }
        _ if there != here => exchange(board, preferences, here, there),
        _ => false,
    }
}

fn room(board: &Board) -> Room {
    if board.index.splits() { Room::Kept } else { Room::Exceeded }
}

/// Serves the customers of a site from others.
fn close(board: &mut Board, preferences: &Preferences, site: u32) -> bool {
    if board.index.open_range().1 < 2 {
        return false;
    }
    let mut customers: Vec<(i64, u32)> = board
        .served(site)
        .iter()
        .map(|&customer| {
            let amount = board.amount(customer as usize, site);
            (-amount * board.index.demand(customer as usize, site as usize), customer)
        })
        .collect();
    customers.sort_unstable();
    for &(_, customer) in &customers {
        let amount = board.amount(customer as usize, site);
        board.take(customer as usize, site, amount);
    }
    let room = room(board);
    customers.iter().all(|each| insert_one(board, preferences, each.1 as usize, room, Some(site)))
}

/// Serves customers from a site whom that makes cheaper, those who gain most first.
fn attract(board: &mut Board, preferences: &Preferences, site: u32) {
    let index = board.index;
    let mut fans: Vec<(i64, u32, u32)> = Vec::new();
    for &customer in preferences.fans(site) {
        let mine = index.cost(customer as usize, site as usize);
        for share in board.shares(customer as usize) {
            let gain = index.cost(customer as usize, share.site as usize) - mine;
            if gain > 0 && share.site != site {
                fans.push((-gain, customer, share.site));
            }
        }
    }
    fans.sort_unstable();
    for (_, customer, from) in fans {
        let customer = customer as usize;
        if board.is_free(customer, site) {
            let amount = board.amount(customer, from);
            move_some(board, customer, from, site, amount);
        }
    }
}

/// Moves as much as fits; all or nothing of customers that are served whole.
fn move_some(board: &mut Board, customer: usize, from: u32, to: u32, amount: i64) {
    let demand = board.index.demand(customer, to as usize);
    let room = board.room(to);
    let fitting = if amount * demand <= room {
        amount
    } else if board.index.splits() {
        room
    } else {
        0
    };
    if fitting > 0 && (board.is_open(to) || board.may_open_more()) {
        board.transfer(customer, from, to, fitting);
    }
}

/// Serves the customers of a site from another that is not in use, and others as well whom that
/// makes cheaper.
fn exchange(board: &mut Board, preferences: &Preferences, from: u32, to: u32) -> bool {
    if board.is_open(to) {
        return false;
    }
    let customers: Vec<u32> = board.served(from).to_vec();
    let amounts: Vec<i64> =
        customers.iter().map(|&customer| board.amount(customer as usize, from)).collect();
    for (&customer, &amount) in customers.iter().zip(&amounts) {
        board.take(customer as usize, from, amount);
    }
    let index = board.index;
    let mut order: Vec<(i64, usize)> = customers
        .iter()
        .zip(&amounts)
        .enumerate()
        .map(|(at, (&customer, &amount))| {
            (-amount * index.demand(customer as usize, to as usize), at)
        })
        .collect();
    order.sort_unstable();
    for &(_, at) in &order {
        let (customer, amount) = (customers[at] as usize, amounts[at]);
        let demand = index.demand(customer, to as usize);
        let fits = amount * demand <= board.room(to);
        if fits && board.is_free(customer, to) && (board.is_open(to) || board.may_open_more()) {
            board.put(customer, to, amount);
        }
    }
    let room = room(board);
    let all = order
        .iter()
        .all(|&(_, at)| insert_one(board, preferences, customers[at] as usize, room, Some(from)));
    if all {
        attract(board, preferences, to);
    }
    all
}
