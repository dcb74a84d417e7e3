//! A chain whose nodes do not see each other but for being distinct.

use super::choices::Choice;
use crate::replication_placement::instance::{Index, LevelId, NodeId, Policy};

/// The level with the fewest domains of which each may have one copy at most, always.
pub(super) fn apart_level(index: &Index, shard: usize) -> Option<LevelId> {
    if index.instance.policies.spread != Policy::Hard {
        return None;
    }
    let strict = index.spread(shard).iter().filter(|&&(_, most)| most == 1);
    strict.map(|&(level, _)| level).min_by_key(|&level| index.domains_of(level).len())
}

/// What chains pay at least for what their nodes share.
pub struct SharedLeast {
    /// Rate of the rarest shocks of a domain, by level.
    rarest: Vec<u64>,
}

/// What a chain pays at least at one level.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct AtLevel {
    /// Where some hop crosses between domains.
    pub crossing: i128,
    /// Whether it could be better to be in one domain, and to pay for its shocks.
    pub may_stay: bool,
}

impl SharedLeast {
    /// Looks at every domain once.
    #[must_use]
    pub fn new(index: &Index) -> Self {
        let of_level = |level: LevelId| {
            let shocks = index.domains_of(level).map(|d| index.domain(d).shocks_micro_per_day);
            shocks.min().unwrap_or(0)
        };
        Self { rarest: index.levels().map(of_level).collect() }
    }

    /// What a chain pays at least: at every level either all copies are in one domain, which has
    /// shocks, or some hop crosses between domains; every hop, where each domain may have one copy
    /// only.
    pub(super) fn of(&self, index: &Index, shard: usize, choice: Choice) -> i128 {
        index.levels().map(|level| self.at_least(index, shard, choice, level)).sum()
    }

    /// What a chain pays at least at all levels but one.
    #[must_use]
    pub fn but(&self, index: &Index, shard: usize, choice: Choice, one: Option<LevelId>) -> i128 {
        let others = index.levels().filter(|&level| Some(level) != one);
        others.map(|level| self.at_least(index, shard, choice, level)).sum()
    }

    fn at_least(&self, index: &Index, shard: usize, choice: Choice, level: LevelId) -> i128 {
        let AtLevel { crossing, may_stay } = self.at(index, shard, choice, level);
        if may_stay { index.cold_cost(shard, self.rarest[level.index()]) } else { crossing }
    }

    /// What a chain pays at least at a level.
    #[must_use]
    pub fn at(&self, index: &Index, shard: usize, choice: Choice, level: LevelId) -> AtLevel {
        if !choice.mode.is_chain() {
            return AtLevel { crossing: 0, may_stay: false };
        }
        let hard = index.instance.policies.spread == Policy::Hard;
        let hops =
            || (0..choice.copies - 1).map(|h| index.crossing_cost(shard, choice.mode, h, level));
        let rules = index.spread(shard).iter().filter(|rule| hard && rule.0 == level);
        let most = rules.map(|rule| usize::from(rule.1)).min();
        if most == Some(1) {
            return AtLevel { crossing: hops().sum(), may_stay: false };
        }
        let crossing = hops().min().unwrap_or(0);
        let must_leave = most.is_some_and(|most| most < choice.copies);
        let rarest = index.cold_cost(shard, self.rarest[level.index()]);
        AtLevel { crossing, may_stay: !must_leave && crossing > rarest }
    }
}

/// A node with its value and the key that no other node of the chain may have.
type Entry = (i128, NodeId, u32);

/// The best few nodes of every position: nobody needs more to find the best choice of distinct keys.
pub(super) struct Relaxed {
    positions: Vec<Vec<Entry>>,
}

impl Relaxed {
    pub(super) fn new(copies: usize) -> Self {
        Self { positions: vec![Vec::with_capacity(copies + 1); copies] }
    }

    /// Keeps the best entry of every key, and of keys the best few.
    pub(super) fn keep(&mut self, position: usize, value: i128, node: NodeId, key: u32) {
        let (most, entry) = (self.positions.len(), (value, node, key));
        let kept = &mut self.positions[position];
        if kept.len() == most && kept.last().is_some_and(|last| *last <= entry) {
            return;
        }
        if let Some(same) = kept.iter().position(|other| other.2 == entry.2) {
            if kept[same] <= entry {
                return;
            }
            kept.remove(same);
        }
        let place = kept.partition_point(|other| *other < entry);
        kept.insert(place, entry);
        kept.truncate(most);
    }

    /// The cheapest choice of distinct keys, one of every position. At most 5⁵ leaves.
    pub(super) fn cheapest(&self) -> Option<(i128, Vec<NodeId>)> {
        let mut search =
            Matching { lists: &self.positions, limit: None, taken: Vec::new(), found: None };
        search.extend(0);
        search.found
    }
}

struct Matching<'a> {
    lists: &'a [Vec<Entry>],
    /// Nothing that costs as much is of interest.
    limit: Option<i128>,
    taken: Vec<Entry>,
    found: Option<(i128, Vec<NodeId>)>,
}

impl Matching<'_> {
    fn extend(&mut self, value: i128) {
        let Some(list) = self.lists.get(self.taken.len()) else {
            if self.limit.is_none_or(|limit| value < limit) {
                self.limit = Some(value);
                self.found = Some((value, self.taken.iter().map(|each| each.1).collect()));
            }
            return;
        };
        for &entry in list {
            if self.taken.iter().all(|other| other.2 != entry.2) {
                self.taken.push(entry);
                self.extend(value + entry.0);
                self.taken.pop();
            }
        }
    }
}
