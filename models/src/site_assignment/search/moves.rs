//! Small changes: a customer goes to another site, or two change places.
//!
//! Each is told before it is made, in O(1) where nobody is split. Reference for shift and swap on
//! generalised assignment: M. Yagiura, T. Ibaraki, F. Glover, *An ejection chain approach for the
//! generalized assignment problem*, INFORMS J. Comput. 16 (2004).

use rand::RngExt;
use rand_xoshiro::Xoshiro256PlusPlus;

use super::board::{Board, Share};
use super::preference::Preferences;

/// Units of a customer on their way from a site to another.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Transfer {
    /// The customer.
    pub customer: u32,
    /// The site that served them.
    pub from: u32,
    /// The site that will.
    pub to: u32,
    /// Units.
    pub amount: i64,
}

/// A change of at most two customers, and what it does.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Change {
    /// The first transfer.
    pub first: Transfer,
    /// The second, of a swap.
    pub second: Option<Transfer>,
    /// What cost changes by.
    pub cost: i64,
    /// What all excess changes by.
    pub excess: i64,
}

impl Change {
    /// Makes the change.
    pub fn make(&self, board: &mut Board) {
        for each in std::iter::once(self.first).chain(self.second) {
            board.transfer(each.customer as usize, each.from, each.to, each.amount);
        }
    }
}

/// A random customer's share, and a site that the customer would like.
fn draw(
    board: &Board,
    preferences: &Preferences,
    random: &mut Xoshiro256PlusPlus,
) -> Option<(usize, Share, u32)> {
    let customer = random.random_range(0..board.index.customers());
    let shares = board.shares(customer);
    let share = match shares {
        [] => return None,
        [only] => *only,
        many => many[random.random_range(0..many.len())],
    };
    let liked = preferences.of(customer);
    let skew: f64 = random.random();
    let site = liked[((skew * skew) * liked.len() as f64) as usize];
    (site != share.site).then_some((customer, share, site))
}

/// A random customer goes to a site that it likes; where it may be split and does not fit whole, as
/// much of it as fits.
pub fn shift(
    board: &Board,
    preferences: &Preferences,
    random: &mut Xoshiro256PlusPlus,
) -> Option<Change> {
    let index = board.index;
    let (customer, share, to) = draw(board, preferences, random)?;
    let from = share.site;
    let mut amount = share.amount;
    if index.splits() {
        amount = amount.min(board.room(to));
        if amount <= 0 {
            return None;
        }
    } else if !index.may_serve(customer, to as usize) {
        return None;
    }
    if !board.is_free(customer, to) {
        return None;
    }
    let mut cost =
        amount * (index.cost(customer, to as usize) - index.cost(customer, from as usize));
    let closes = amount == share.amount && board.served(from).len() == 1;
    if closes {
        cost -= index.opening_cost(from as usize);
    }
    if !board.is_open(to) {
        if !closes && !board.may_open_more() {
            return None;
        }
        cost += index.opening_cost(to as usize);
    }
    let excess = board.excess_change(to, amount * index.demand(customer, to as usize))
        + board.excess_change(from, -amount * index.demand(customer, from as usize));
    let first = Transfer { customer: customer as u32, from, to, amount };
    Some(Change { first, second: None, cost, excess })
}

/// A random customer changes places with one of a site that it likes.
pub fn swap(
    board: &Board,
    preferences: &Preferences,
    random: &mut Xoshiro256PlusPlus,
) -> Option<Change> {
    let index = board.index;
    let (one, share, to) = draw(board, preferences, random)?;
    let there = board.served(to);
    if there.is_empty() {
        return None;
    }
    let other = there[random.random_range(0..there.len())] as usize;
    let (from, amount) = (share.site, share.amount);
    let splits = index.splits();
    let theirs = if splits {
        if board.amount(one, to) != 0 || board.amount(other, from) != 0 {
            return None;
        }
        board.amount(other, to)
    } else {
        if !index.may_serve(one, to as usize) || !index.may_serve(other, from as usize) {
            return None;
        }
        amount_of_whole(board, other)
    };
    if index.has_conflicts() {
        let each_other = index.enemies(one).binary_search(&(other as u32)).is_ok();
        let apart = u16::from(each_other);
        if board.enemies_at(one, to) > apart || board.enemies_at(other, from) > apart {
            return None;
        }
    }
    let (a, b) = (from as usize, to as usize);
    let change_from = theirs * index.demand(other, a) - amount * index.demand(one, a);
    let change_to = amount * index.demand(one, b) - theirs * index.demand(other, b);
    if splits && (change_from > board.room(from) || change_to > board.room(to)) {
        return None;
    }
    let cost = amount * (index.cost(one, b) - index.cost(one, a))
        + theirs * (index.cost(other, a) - index.cost(other, b));
    let excess = board.excess_change(from, change_from) + board.excess_change(to, change_to);
    let first = Transfer { customer: one as u32, from, to, amount };
    let second = Transfer { customer: other as u32, from: to, to: from, amount: theirs };
    Some(Change { first, second: Some(second), cost, excess })
}

/// Sites that a customer who is sent away looks at.
const ELSEWHERE: usize = 4;

/// A random customer goes to a site that it likes, and of those who are there the one leaves, for a
/// site that it likes or in exchange, with whom that is best at a price of excess. The ejection
/// chain of length two of Yagiura, Ibaraki and Glover, for customers that are served whole. Time
/// O(customers of the site).
pub fn chain(
    board: &Board,
    preferences: &Preferences,
    random: &mut Xoshiro256PlusPlus,
    price: f64,
) -> Option<Change> {
    let index = board.index;
    let (one, share, to) = draw(board, preferences, random)?;
    let (from, a, b) = (share.site, share.site as usize, to as usize);
    if !board.is_open(to) || !index.may_serve(one, b) {
        return None;
    }
    let own_cost = index.whole_cost(one, b) - index.whole_cost(one, a);
    let (left, came) = (index.whole_demand(one, a), index.whole_demand(one, b));
    let relief = board.excess_change(from, -left);
    let mut best: Option<(f64, Change)> = None;
    for &other in board.served(to) {
        let (number, other) = (other, other as usize);
        let each_other = u16::from(index.enemies(one).binary_search(&number).is_ok());
        if board.enemies_at(one, to) > each_other {
            continue;
        }
        let gone = index.whole_demand(other, b);
        let there = board.excess_change(to, came - gone);
        let liked = preferences.of(other).iter().take(ELSEWHERE);
        for &target in std::iter::once(&from).chain(liked) {
            let c = target as usize;
            let in_exchange = target == from;
            let apart = if in_exchange { each_other } else { 0 };
            if target == to
                || !index.may_serve(other, c)
                || board.enemies_at(other, target) > apart
                || !board.is_open(target)
            {
                continue;
            }
            let arrives = index.whole_demand(other, c);
            let excess = there
                + if in_exchange {
                    board.excess_change(from, arrives - left)
                } else {
                    relief + board.excess_change(target, arrives)
                };
            let cost = own_cost + index.whole_cost(other, c) - index.whole_cost(other, b);
            let energy = cost as f64 + price * excess as f64;
            if best.as_ref().is_none_or(|best| energy < best.0) {
                let (one, amount) = (one as u32, share.amount);
                let first = Transfer { customer: one, from, to, amount };
                let amount = index.quantity(other);
                let second = Transfer { customer: number, from: to, to: target, amount };
                best = Some((energy, Change { first, second: Some(second), cost, excess }));
            }
        }
    }
    let mut change = best?.1;
    if board.served(from).len() == 1 && change.second.is_none_or(|second| second.to != from) {
        change.cost -= index.opening_cost(a);
    }
    Some(change)
}

fn amount_of_whole(board: &Board, customer: usize) -> i64 {
    board.shares(customer).first().map_or(0, |share| share.amount)
}
