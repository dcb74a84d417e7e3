//! Packing inequalities that a solution of the linear program breaks.
//!
//! **Idea.** The values of the plans with a copy on a node say to which share each shard is there. If
//! these shares are no mixture of sets of shards that fit onto the node together, a linear program over weights
//! finds the inequality that they break most: weights are the columns, sets that fit the rows, and the
//! heaviest set under the weights so far, a knapsack problem, is the next row. Weights become whole numbers, the
//! right-hand side the heaviest set that fits; shards that are not there get the weight that it leaves them.
//!
//! **Reference.** E. A. Boyd, *Fenchel cutting planes for integer programs*, Oper. Res. 42 (1994) 53–64;
//! lifting as in M. W. Padberg, *On the facial structure of set packing polyhedra*, Math. Program. 5 (1973).
//! **Guarantee.** Inequalities hold; where none is returned for a node of at most [`MOST_ITEMS`] shards, none
//! is broken by much. **Complexity.** Exponential in the shards of a node at worst, few in practice.

use placewright_solver::budget::Budget;
use placewright_solver::mip::highs::{LpError, LpSession, LpStatus, NewRow};
use placewright_solver::mip::{Bounds, Column, ColumnKind, MipModel};
use placewright_solver::search::row_loads::RowLimit;

use crate::replication_placement::certificate::{
    MOST_WEIGHT, Packing, Room, Weight, choices, heaviest,
};
use crate::replication_placement::instance::{Index, Layout};

/// Shards that are partly on a node, those with the largest part of it first.
const MOST_ITEMS: usize = 24;
/// Sets of shards per linear program.
const MOST_SETS: usize = 200;
/// A share below this is none, one minus this a whole one.
const NOT_THERE: f64 = 1e-6;
/// An inequality broken by less, relative to its right-hand side, is not worth a row.
const WORTH: f64 = 1e-3;
/// Denominators of weights that are tried.
const MOST_DENOMINATOR: i64 = 48;
/// How near to whole a weight times a denominator must be.
const WHOLE: f64 = 1e-6;
/// What weights are multiplied by that have no small denominator.
const FINE: f64 = 1000.0;

/// What a shard takes of a row, to which share.
#[derive(Clone, Copy, Debug)]
pub(super) struct Share {
    pub(super) shard: u32,
    pub(super) mib: i64,
    pub(super) share: f64,
}

/// The packing inequalities that shares of shards by row, each in the order of shards, break.
///
/// # Errors
/// When HiGHS refuses a model.
pub(super) fn broken(
    index: &Index,
    limits: &[RowLimit],
    shares: &[(u32, Vec<Share>)],
    budget: &Budget,
) -> Result<Vec<Packing>, LpError> {
    let mut found = Vec::new();
    for (row, own) in shares {
        if budget.stop().is_some() {
            break;
        }
        found.extend(broken_in(index, *row, limits[*row as usize].most, own, budget)?);
    }
    Ok(found)
}

fn broken_in(
    index: &Index,
    row: u32,
    room: i64,
    shares: &[Share],
    budget: &Budget,
) -> Result<Option<Packing>, LpError> {
    let mut items: Vec<Share> =
        shares.iter().copied().filter(|each| each.share > NOT_THERE).collect();
    let total = items.iter().map(|item| item.mib).fold(0, i64::saturating_add);
    if total <= room || items.iter().all(|item| item.share > 1.0 - NOT_THERE) {
        return Ok(None);
    }
    let part = |item: &Share| item.share * item.mib as f64;
    items.sort_by(|a, b| part(b).total_cmp(&part(a)).then(a.shard.cmp(&b.shard)));
    items.truncate(MOST_ITEMS);
    items.sort_by_key(|item| (item.shard, item.mib));
    let Some(weights) = weights(&items, room, budget)? else { return Ok(None) };
    let whole = in_whole_numbers(&weights);
    let weighed: Vec<Weight> = items
        .iter()
        .zip(&whole)
        .map(|(item, &weight)| Weight { shard: item.shard, mib: item.mib, weight })
        .filter(|each| each.weight > 0)
        .collect();
    let Some(most) = heaviest(&weighed, room, MOST_WEIGHT - 1).filter(|&most| most < MOST_WEIGHT)
    else {
        return Ok(None);
    };
    let sum: f64 = items.iter().zip(&whole).map(|(item, &w)| item.share * w as f64).sum();
    if sum <= most as f64 * (1.0 + WORTH) {
        return Ok(None);
    }
    Ok(Some(Packing { row, most, weights: lifted(index, row, room, most, weighed) }))
}

/// Weights between zero and one under which no set that fits weighs more than one and the shares as much as
/// possible; `None` where that is one.
fn weights(items: &[Share], room: i64, budget: &Budget) -> Result<Option<Vec<f64>>, LpError> {
    let mut model = MipModel::new("packing");
    for (at, item) in items.iter().enumerate() {
        let bounds = Bounds::between(0.0, 1.0);
        model.add_column(format_args!("w{at}"), bounds, -item.share, ColumnKind::Continuous);
    }
    let mut session = LpSession::new(&model)?;
    let mut weights = vec![1.0; items.len()];
    for _ in 0..MOST_SETS {
        let set = heaviest_set(items, &weights, room);
        let weight: f64 = set.iter().map(|&at| weights[at]).sum();
        if weight <= 1.0 + 1e-9 {
            return Ok(Some(weights));
        }
        let entries = set.iter().map(|&at| (Column::new(at), 1.0)).collect();
        session.add_rows(&[NewRow { bounds: Bounds::at_most(1.0), entries }])?;
        let solved = session.solve(budget)?;
        if solved.status != LpStatus::Optimal || -solved.objective <= 1.0 + WORTH {
            return Ok(None);
        }
        weights = solved.columns;
    }
    Ok(None)
}

/// The items that fit together, one per shard, and weigh most, by branch and bound.
fn heaviest_set(items: &[Share], weights: &[f64], room: i64) -> Vec<usize> {
    let mut groups: Vec<Group> = Vec::new();
    for at in 0..items.len() {
        if at == 0 || items[at].shard != items[at - 1].shard {
            groups.push(Group { items: Vec::new(), density: 0.0, most: 0.0 });
        }
        if let Some(group) = groups.last_mut() {
            group.items.push(at);
            group.density = group.density.max(weights[at] / items[at].mib as f64);
            group.most = group.most.max(weights[at]);
        }
    }
    groups.retain(|group| group.most > 1e-9);
    groups.sort_by(|a, b| b.density.total_cmp(&a.density).then(a.items.cmp(&b.items)));
    let mut knapsack =
        Knapsack { items, weights, groups, chosen: Vec::new(), best: (0.0, Vec::new()) };
    knapsack.extend(0, 0.0, room);
    let mut set = knapsack.best.1;
    // What weighs nothing makes the set larger and the row stronger.
    let mut left = room - set.iter().map(|&at| items[at].mib).sum::<i64>();
    for (at, item) in items.iter().enumerate() {
        if item.mib <= left && set.iter().all(|&other| items[other].shard != item.shard) {
            left -= item.mib;
            set.push(at);
        }
    }
    set
}

/// The items of a shard.
struct Group {
    items: Vec<usize>,
    /// Most weight per MiB.
    density: f64,
    /// Most weight.
    most: f64,
}

struct Knapsack<'a> {
    items: &'a [Share],
    weights: &'a [f64],
    /// Groups by density, falling.
    groups: Vec<Group>,
    chosen: Vec<usize>,
    best: (f64, Vec<usize>),
}

impl Knapsack<'_> {
    fn extend(&mut self, from: usize, weight: f64, room: i64) {
        if weight > self.best.0 + 1e-12 {
            self.best = (weight, self.chosen.clone());
        }
        if from == self.groups.len() || weight + self.at_most(from, room) <= self.best.0 + 1e-12 {
            return;
        }
        for number in 0..self.groups[from].items.len() {
            let at = self.groups[from].items[number];
            if self.items[at].mib <= room {
                self.chosen.push(at);
                self.extend(from + 1, weight + self.weights[at], room - self.items[at].mib);
                self.chosen.pop();
            }
        }
        self.extend(from + 1, weight, room);
    }

    /// What the groups from one on weigh at most, if the last could be cut.
    fn at_most(&self, from: usize, mut room: i64) -> f64 {
        let mut weight = 0.0;
        for group in &self.groups[from..] {
            let mib = group.most / group.density;
            if mib > room as f64 {
                return weight + group.density * room as f64;
            }
            room -= mib as i64;
            weight += group.most;
        }
        weight
    }
}

/// Weights times the smallest denominator that makes them whole, or times a thousand, rounded down.
fn in_whole_numbers(weights: &[f64]) -> Vec<i64> {
    let is_whole = |value: f64| (value - value.round()).abs() <= WHOLE;
    for denominator in 1..=MOST_DENOMINATOR {
        let scaled = weights.iter().map(|weight| weight * denominator as f64);
        if scaled.clone().all(is_whole) {
            return scaled.map(|value| value.round() as i64).collect();
        }
    }
    weights.iter().map(|weight| (weight * FINE).floor() as i64).collect()
}

/// Gives what is not there the weight that the others leave it, the largest first.
fn lifted(index: &Index, row: u32, room: i64, most: i64, mut weighed: Vec<Weight>) -> Vec<Weight> {
    let mut others: Vec<(i64, u32)> = Vec::new();
    for shard in 0..index.instance.shards.len() as u32 {
        for mib in amounts(index, row, shard as usize) {
            let known = weighed.iter().any(|each| (each.shard, each.mib) == (shard, mib));
            if !known && 0 < mib && mib <= room {
                others.push((mib, shard));
            }
        }
    }
    others.sort_unstable_by(|a, b| b.cmp(a));
    for (mib, shard) in others {
        let rest: Vec<Weight> =
            weighed.iter().copied().filter(|each| each.shard != shard).collect();
        let mut left = heaviest(&rest, room - mib, most).map_or(0, |rest| most - rest);
        // The more a shard takes the more it weighs.
        let more = weighed.iter().filter(|each| each.shard == shard && each.mib > mib);
        left = more.map(|each| each.weight).fold(left, i64::min);
        if left > 0 {
            let at = weighed.partition_point(|each| (each.shard, each.mib) < (shard, mib));
            weighed.insert(at, Weight { shard, mib, weight: left });
        }
    }
    let mut kept: Vec<Weight> = Vec::new();
    for each in weighed {
        if kept.last().is_none_or(|last| last.shard != each.shard || last.weight < each.weight) {
            kept.push(each);
        }
    }
    kept
}

/// The MiB that decisions of a shard may take of a row.
fn amounts(index: &Index, row: u32, shard: usize) -> Vec<i64> {
    match Room::of(Layout::of(index), row) {
        Some(room @ (Room::Memory(node) | Room::During(node))) => {
            vec![room.copy_mib(index, shard, node)]
        }
        Some(Room::Stored(store)) => {
            let into = choices(index, shard).into_iter().map(|choice| choice.mode);
            let into = into.filter(|mode| mode.store() == Some(store));
            let mut mib: Vec<i64> = into.map(|mode| index.store_mib(shard, mode) as i64).collect();
            mib.sort_unstable();
            mib.dedup();
            mib
        }
        None => Vec::new(),
    }
}
