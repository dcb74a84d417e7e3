//! Packing inequalities: what shards keep because they fit together onto a node, or into a store.
//!
//! A capacity in sum says little where shards are large: two of them may each fit and not fit together.
//! So shards are given weights by what they take of a row, and the weights of those that take something add up to
//! so much at most, whichever of them fit together. With a price per unit such an inequality is one
//! more capacity. That it holds is a knapsack problem over whole weights, which is solved exactly: time
//! O(weights · right-hand side). Reference: the lifted cover inequalities of E. Balas, *Facets of the
//! knapsack polytope*, Math. Program. 8 (1975), are among them.

use placewright_solver::search::row_loads::RowLimit;

use crate::replication_placement::instance::{Index, Layout, NodeId, StoreId};
use crate::replication_placement::plan::ShardPlan;

/// Largest right-hand side and largest weight.
pub const MOST_WEIGHT: i64 = 1 << 16;

/// What packing inequalities are about.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Room {
    /// Memory of a node once all moves are done.
    Memory(NodeId),
    /// Memory of a node while copies move: only new copies count.
    During(NodeId),
    /// Room in a store.
    Stored(StoreId),
}

impl Room {
    /// The room that a row counts; `None` where it counts something else.
    #[must_use]
    pub fn of(layout: Layout, row: u32) -> Option<Self> {
        match layout.kind_of(row) {
            (0, node) => Some(Room::Memory(NodeId(node))),
            (1, node) => Some(Room::During(NodeId(node))),
            (4, store) => Some(Room::Stored(StoreId(store as _))),
            _ => None,
        }
    }

    /// The MiB that a decision of a shard takes.
    #[must_use]
    pub fn taken_mib(self, index: &Index, shard: usize, decision: &ShardPlan) -> i64 {
        match self {
            Room::Memory(node) | Room::During(node) => {
                let is_there = decision.nodes.contains(&node);
                if is_there { self.copy_mib(index, shard, node) } else { 0 }
            }
            Room::Stored(store) if decision.mode.store() == Some(store) => {
                index.store_mib(shard, decision.mode) as i64
            }
            Room::Stored(_) => 0,
        }
    }

    /// The MiB that a copy of a shard on a node takes.
    #[must_use]
    pub fn copy_mib(self, index: &Index, shard: usize, node: NodeId) -> i64 {
        let takes = match self {
            Room::Memory(own) => own == node,
            Room::During(own) => own == node && index.holders(shard).binary_search(&node).is_err(),
            Room::Stored(_) => false,
        };
        if takes { index.instance.shards[shard].state_mib as i64 } else { 0 }
    }
}

/// What a shard weighs that takes at least so much.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Weight {
    /// The shard.
    pub shard: u32,
    /// MiB from which on it has the weight.
    pub mib: i64,
    /// The weight.
    pub weight: i64,
}

/// The weights of shards in a room add up to so much at most.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Packing {
    /// The row of [`Layout`] that it follows from.
    pub row: u32,
    /// The sum of weights at most.
    pub most: i64,
    /// Weights by shard and MiB, ascending; the more a shard takes the more it weighs.
    pub weights: Vec<Weight>,
}

impl Packing {
    /// With its price as a certificate has it: row, right-hand side, triples of shard, MiB and weight,
    /// price.
    #[must_use]
    pub fn write(&self, price: i64) -> Vec<i64> {
        let mut entry = vec![self.row.into(), self.most];
        let weights = self.weights.iter();
        entry.extend(weights.flat_map(|each| [each.shard.into(), each.mib, each.weight]));
        entry.push(price);
        entry
    }

    /// What [`Self::write`] has written, with the price; `None` for anything else. It need not hold.
    #[must_use]
    pub fn read(entry: &[i64]) -> Option<(Self, i64)> {
        let [row, most, triples @ .., price] = entry else { return None };
        let weight = |triple: &[i64]| {
            let &[shard, mib, weight] = triple else { return None };
            Some(Weight { shard: u32::try_from(shard).ok()?, mib, weight })
        };
        let weights = triples.chunks(3).map(weight).collect::<Option<_>>()?;
        let row = u32::try_from(*row).ok()?;
        (*price >= 0).then_some((Self { row, most: *most, weights }, *price))
    }

    /// What a shard weighs that takes so much.
    #[must_use]
    pub fn weight(&self, shard: usize, mib: i64) -> i64 {
        let next =
            self.weights.partition_point(|each| (each.shard as usize, each.mib) <= (shard, mib));
        let last = next.checked_sub(1).map(|at| self.weights[at]);
        last.filter(|each| each.shard as usize == shard).map_or(0, |each| each.weight)
    }

    /// Whether it follows from the most that its row can take.
    #[must_use]
    pub fn holds(&self, index: &Index, limits: &[RowLimit]) -> bool {
        let layout = Layout::of(index);
        let ordered = self.weights.windows(2).all(|pair| {
            let (a, b) = (pair[0], pair[1]);
            a.shard < b.shard || (a.shard == b.shard && a.mib < b.mib && a.weight < b.weight)
        });
        let known = |each: &Weight| {
            (each.shard as usize) < index.instance.shards.len()
                && each.mib > 0
                && (1..=MOST_WEIGHT).contains(&each.weight)
        };
        let sound =
            ordered && self.weights.iter().all(known) && (0..=MOST_WEIGHT).contains(&self.most);
        if !sound || (self.row as usize) >= layout.rows() || Room::of(layout, self.row).is_none() {
            return false;
        }
        let room = limits[self.row as usize].most;
        heaviest(&self.weights, room, self.most).is_none_or(|heaviest| heaviest <= self.most)
    }
}

/// The largest sum of weights, at most one per shard, of which the MiB fit into so much room;
/// something above `cap` where it is above; `None` where nothing fits, not even nothing. Weights of a
/// shard follow each other.
#[must_use]
pub fn heaviest(weights: &[Weight], room: i64, cap: i64) -> Option<i64> {
    // The least MiB with a sum of weights, all sums above the cap in one.
    let last = cap as usize + 1;
    let mut least = vec![i64::MAX; last + 1];
    least[0] = 0;
    let mut reached = 0;
    for own in weights.chunk_by(|a, b| a.shard == b.shard) {
        for from in (0..=reached).rev() {
            for each in own {
                let Some(sum) = least[from].checked_add(each.mib) else { continue };
                let to = last.min(from + each.weight as usize);
                least[to] = least[to].min(sum);
            }
        }
        let most = own.iter().map(|each| each.weight as usize).max();
        reached = last.min(reached + most.unwrap_or(0));
    }
    (0..=reached).rev().find(|&weight| least[weight] <= room).map(|weight| weight as i64)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn weight([shard, mib, weight]: [i64; 3]) -> Weight {
        Weight { shard: shard as u32, mib, weight }
    }

    /// At most one weight per shard, all subsets tried.
    fn by_enumeration(weights: &[Weight], room: i64) -> Option<i64> {
        let Some((first, rest)) = weights.split_first() else { return (room >= 0).then_some(0) };
        let others: Vec<Weight> =
            rest.iter().copied().filter(|each| each.shard != first.shard).collect();
        let with = by_enumeration(&others, room - first.mib).map(|rest| rest + first.weight);
        with.max(by_enumeration(rest, room))
    }

    #[test]
    fn the_heaviest_set_is_found() {
        let weights =
            [[0, 5, 3], [0, 9, 4], [1, 4, 2], [2, 4, 2], [3, 7, 5], [4, 1, 1]].map(weight);
        for room in -1..30 {
            let expected = by_enumeration(&weights, room);
            assert_eq!(heaviest(&weights, room, 100), expected, "{room}");
            // Above the cap it is only known to be above.
            let capped = expected.map(|weight| weight.min(6));
            assert_eq!(heaviest(&weights, room, 5), capped, "{room}");
        }
    }

    #[test]
    fn a_shard_weighs_what_it_takes() {
        let weights = [[2, 5, 3], [2, 9, 4], [4, 4, 2]].map(weight).to_vec();
        let packing = Packing { row: 0, most: 5, weights };
        let found = [(2, 4), (2, 5), (2, 8), (2, 90), (3, 90), (4, 4)]
            .map(|(shard, mib)| packing.weight(shard, mib));
        assert_eq!(found, [0, 3, 3, 4, 0, 2]);
    }
}
