//! The search for a shard's decision under prices, with a guide.
//!
//! **Idea.** What the choices of a shard would cost on the best nodes of all is known from the market;
//! they are looked at closely in this order, until the next one cannot cost less than what was found. A
//! close look tries the nodes that are cheapest for every position, and for a chain that may stay within
//! a domain those domains whose best nodes and shocks cost least, until the next domain cannot be
//! better. **Complexity.** O(choices · log nodes) per shard, and O(nodes of the part) and a few hundred
//! pairs of nodes for every choice that is looked at closely. **Guarantee.** What is found keeps all
//! rules.

use super::board::Board;
use super::guide::{Grounds, Guide, Openings, Spot, has_room, own_per_mib};
use super::menu::{Entry, Menu};
use super::scout::{Found, Scout, keeps_apart, may_lead};
use crate::replication_placement::instance::{Index, LevelId, NodeId};
use crate::replication_placement::plan::{Mode, ShardPlan};

/// Choices that are looked at closely, at most.
const CHOICES: usize = 8;
/// Nodes for a position that are tried, of all and of those with enough weight.
const TRIED: usize = 6;
/// Domains that a chain tries to stay within, at most.
const HOMES: usize = 16;

/// Which choices a seeker considers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Wanted {
    /// All.
    Any,
    /// All that need no store.
    NoStore,
    /// One mode with its parameters.
    Exactly(Mode),
}

impl Wanted {
    fn admits(self, mode: Mode) -> bool {
        match self {
            Wanted::Any => true,
            Wanted::NoStore => mode.store().is_none(),
            Wanted::Exactly(wanted) => mode == wanted,
        }
    }
}

/// Looks for decisions; keeps buffers.
pub struct Seeker<'a, 'b, 'c> {
    guide: &'c Guide<'a, 'b>,
    menu: Menu<'a>,
    scout: Scout,
    /// The part of all prices that counts.
    share: f64,
    /// Nodes that the shard in question has had so far.
    present: Vec<NodeId>,
    ranked: Vec<(f64, usize)>,
    /// Nodes to begin a chain with, and to go on to.
    heads: Vec<NodeId>,
    followers: Vec<NodeId>,
    /// Domains with what a chain costs there at least.
    homes: Vec<(f64, usize)>,
}

impl<'a, 'b, 'c> Seeker<'a, 'b, 'c> {
    /// A seeker for whom a part of all prices counts: 1 where room is for others to come, 0 where all
    /// others are placed.
    #[must_use]
    pub fn new(guide: &'c Guide<'a, 'b>, share: f64) -> Self {
        let prices = guide.market.prices.iter().map(|price| share * price).collect();
        Self {
            guide,
            menu: Menu::new(guide.index),
            scout: Scout::with_prices(prices),
            share,
            present: Vec::new(),
            ranked: Vec::new(),
            heads: Vec::new(),
            followers: Vec::new(),
            homes: Vec::new(),
        }
    }

    /// The nodes of a part as this seeker sees them.
    #[must_use]
    pub fn grounds(&self, part: &std::ops::Range<u32>) -> Grounds {
        self.guide.grounds(part, self.share)
    }

    /// The decision found that costs least with prices and keeps all rules; `None` where none does.
    pub fn best(
        &mut self,
        board: &Board,
        shard: usize,
        openings: &Openings,
        wanted: Wanted,
    ) -> Option<Found> {
        let index = self.guide.index;
        let size = index.instance.shards[shard].state_mib as f64;
        let entries = self.menu.of(shard).to_vec();
        let mut ranked = std::mem::take(&mut self.ranked);
        ranked.clear();
        for (number, entry) in entries.iter().enumerate() {
            if wanted.admits(entry.choice.mode)
                && fits_store(board, entry)
                && let Some((value, _)) = self.guide.market.value(index, entry, size)
            {
                ranked.push((value, number));
            }
        }
        ranked.sort_unstable_by(|a, b| a.0.total_cmp(&b.0).then(a.1.cmp(&b.1)));
        let mut best: Option<Found> = None;
        for &(value, number) in ranked.iter().take(CHOICES) {
            let entry = &entries[number];
            // Of prices, only a share counts.
            let uncounted = (1.0 - self.share) * self.guide.mean_price * size;
            let least = value - uncounted * entry.choice.copies as f64;
            if best.as_ref().is_some_and(|best| best.rank <= (0, least)) {
                break;
            }
            let Some(nodes) = self.nodes(board, shard, entry, openings) else { continue };
            let decision = ShardPlan { mode: entry.choice.mode, nodes };
            let mut found = None;
            self.scout.consider(board, shard, decision, &mut found);
            if let Some(found) = found.filter(|found| found.effect.violation <= 0)
                && best.as_ref().is_none_or(|best| found.rank < best.rank)
            {
                best = Some(found);
            }
        }
        self.ranked = ranked;
        best
    }

    /// Decides anew about a shard of a full board; whether that changed anything. A shard in a store
    /// keeps its mode, and no other comes to a store.
    pub fn renew(&mut self, board: &mut Board, shard: usize, grounds: &Grounds) -> bool {
        let Some(old) = board.lift(shard) else { return false };
        let mut before = None;
        let rank = self.scout.consider(board, shard, old.clone(), &mut before);
        self.present.clone_from(&old.nodes);
        let size = self.guide.index.instance.shards[shard].state_mib as i64;
        let openings = grounds.openings(board, size);
        let wanted = old.mode.store().map_or(Wanted::NoStore, |_| Wanted::Exactly(old.mode));
        let found = self.best(board, shard, &openings, wanted);
        self.present.clear();
        let better = found.filter(|found| found.rank < rank);
        let changed = better.is_some();
        board.put(shard, better.map_or(old, |found| found.decision));
        changed
    }

    /// The nodes that suit a choice best, of those that are looked at.
    fn nodes(
        &mut self,
        board: &Board,
        shard: usize,
        entry: &Entry,
        openings: &Openings,
    ) -> Option<Vec<NodeId>> {
        let mut heads = std::mem::take(&mut self.heads);
        let mut followers = std::mem::take(&mut self.followers);
        let mut homes = std::mem::take(&mut self.homes);
        let known = self.known(board, shard, openings);
        self.look(board, shard, entry, 0, &openings.spots, &known, &mut heads);
        if entry.choice.copies > 1 {
            self.look(board, shard, entry, 1, &openings.spots, &known, &mut followers);
        }
        let mut chain = Chain::new(self, board, shard, entry);
        for &head in &heads {
            chain.try_from(head, &followers);
        }
        if entry.cold.is_finite() {
            rank_homes(entry, chain.size, openings, chain.best_value(), &mut homes);
            for &(least, home) in homes.iter().take(HOMES) {
                if !chain.is_best(least) {
                    break;
                }
                let spots = &openings.spots[openings.homes[home].0.clone()];
                self.look(board, shard, entry, 0, spots, &[], &mut heads);
                self.look(board, shard, entry, 1, spots, &[], &mut followers);
                for &head in &heads {
                    chain.try_from(head, &followers);
                }
            }
        }
        let best = chain.best.map(|best| best.1);
        (self.heads, self.followers, self.homes) = (heads, followers, homes);
        best
    }

    /// Nodes that the shard has, or should have, and where there is room.
    fn known(&self, board: &Board, shard: usize, openings: &Openings) -> Vec<NodeId> {
        let index = self.guide.index;
        let size = index.instance.shards[shard].state_mib as i64;
        let known = index.pinned(shard).into_iter().chain(index.holders(shard).iter().copied());
        let known = known.chain(self.present.iter().copied());
        let known = known.filter(|node| openings.part.contains(&node.0));
        known.filter(|&node| has_room(board, node, size)).collect()
    }

    /// Names nodes for a position: those known, the cheapest of some spots, and the cheapest of those
    /// that have their part of the weight that the choice needs.
    #[allow(clippy::too_many_arguments)]
    fn look(
        &self,
        board: &Board,
        shard: usize,
        entry: &Entry,
        position: usize,
        spots: &[Spot],
        known: &[NodeId],
        found: &mut Vec<NodeId>,
    ) {
        let index = self.guide.index;
        let size = index.instance.shards[shard].state_mib;
        let fits = |node: NodeId| {
            index.is_eligible(shard, node)
                && (position > 0 || may_lead(index, shard, node))
                && index.keeps_pace(shard, entry.choice.mode, position, node)
        };
        found.clear();
        found.extend(known.iter().copied().filter(|&node| fits(node)));
        let part = entry.wanted.div_ceil(entry.choice.copies as u64);
        for weight in [0, part].into_iter().take(if part > 0 { 2 } else { 1 }) {
            let mut best = [(f64::INFINITY, NodeId(u32::MAX)); TRIED];
            for spot in spots {
                let value = spot.value(entry.steep[position], size as f64);
                if value < best[TRIED - 1].0
                    && spot.weight >= weight
                    && has_room(board, spot.node, size as i64)
                    && fits(spot.node)
                {
                    let place = best.partition_point(|each| each.0 <= value);
                    best[place..].rotate_right(1);
                    best[place] = (value, spot.node);
                }
            }
            found.extend(best.iter().filter(|each| each.0.is_finite()).map(|each| each.1));
        }
        found.sort_unstable();
        found.dedup();
    }
}

/// The domains that could be better for a chain than what is known, the best first.
fn rank_homes(
    entry: &Entry,
    size_mib: f64,
    openings: &Openings,
    limit: f64,
    homes: &mut Vec<(f64, usize)>,
) {
    homes.clear();
    for (number, (range, shocks)) in openings.homes.iter().enumerate() {
        let mut least = entry.cold * shocks;
        if least >= limit || range.len() < entry.choice.copies {
            continue;
        }
        for &steep in &entry.steep[..entry.choice.copies] {
            let values =
                openings.spots[range.clone()].iter().map(|spot| spot.value(steep, size_mib));
            least += values.fold(f64::INFINITY, f64::min);
        }
        if least < limit {
            homes.push((least, number));
        }
    }
    homes.sort_unstable_by(|a, b| a.0.total_cmp(&b.0).then(a.1.cmp(&b.1)));
}

/// Whether a choice's store has room for it.
fn fits_store(board: &Board, entry: &Entry) -> bool {
    entry.choice.mode.store().is_none_or(|store| {
        board.rows().room(board.layout.stored(store)) >= entry.stored as i64
            && board.rows().room(board.layout.taken(store)) >= entry.taken as i64
    })
}

/// The cheapest nodes for a choice so far.
struct Chain<'s> {
    index: &'s Index<'s>,
    entry: &'s Entry,
    shard: usize,
    size: f64,
    share: f64,
    prices: &'s [f64],
    board: &'s Board<'s>,
    /// What hops cost by level.
    hops: Vec<Vec<(LevelId, f64)>>,
    /// What a shock a day (in millionths) costs that takes all copies.
    cold: f64,
    best: Option<(f64, Vec<NodeId>)>,
}

impl<'s> Chain<'s> {
    fn new(
        seeker: &Seeker<'s, 's, '_>,
        board: &'s Board<'s>,
        shard: usize,
        entry: &'s Entry,
    ) -> Self {
        let index = seeker.guide.index;
        let hop = |hop: usize| {
            let cost = |level| index.crossing_cost(shard, entry.choice.mode, hop, level) as f64;
            index.levels().map(|level| (level, cost(level))).filter(|each| each.1 > 0.0).collect()
        };
        Self {
            index,
            entry,
            shard,
            size: index.instance.shards[shard].state_mib as f64,
            share: seeker.share,
            prices: &seeker.guide.market.prices,
            board,
            hops: (0..entry.choice.copies - 1).map(hop).collect(),
            cold: index.cold_cost(shard, 1_000_000) as f64 / 1e6,
            best: None,
        }
    }

    fn best_value(&self) -> f64 {
        self.best.as_ref().map_or(f64::INFINITY, |best| best.0)
    }

    fn is_best(&self, value: f64) -> bool {
        value < self.best_value()
    }

    /// What a node costs at a position.
    fn cost(&self, position: usize, node: NodeId) -> f64 {
        let index = self.index;
        let price = self.share * self.prices[self.board.layout.memory(node) as usize];
        let moved = if index.is_move(self.shard, node) {
            index.instance.shards[self.shard].move_cost as f64
        } else {
            0.0
        };
        let rate = index.rate_micro_per_day(node) as f64;
        rate * self.entry.steep[position] + (own_per_mib(index, node) + price) * self.size + moved
    }

    /// What the way to the next node costs.
    fn hop(&self, hop: usize, from: NodeId, to: NodeId) -> f64 {
        let domain = |level, node| self.index.domain_of_node(level, node);
        let apart = self.hops[hop].iter().filter(|each| domain(each.0, from) != domain(each.0, to));
        apart.map(|each| each.1).sum()
    }

    /// What shocks cost that take all nodes.
    fn shared(&self, nodes: &[NodeId]) -> f64 {
        let of_level = |level: LevelId| {
            let first = self.index.domain_of_node(level, nodes[0]);
            let all = nodes.iter().all(|&node| self.index.domain_of_node(level, node) == first);
            if all { self.cold * self.index.domain(first).shocks_micro_per_day as f64 } else { 0.0 }
        };
        self.index.levels().map(of_level).sum()
    }

    /// Tries a head with every partner in the second place, and the cheapest in those that follow.
    fn try_from(&mut self, head: NodeId, partners: &[NodeId]) {
        let (first, weight) = (self.cost(0, head), self.index.node_weight(head));
        if self.entry.choice.copies == 1 {
            if weight >= self.entry.wanted && self.is_best(first) {
                self.best = Some((first, vec![head]));
            }
            return;
        }
        for &second in partners {
            self.extend(head, first, second, partners);
        }
    }

    fn extend(&mut self, head: NodeId, first: f64, second: NodeId, partners: &[NodeId]) {
        let (index, copies) = (self.index, self.entry.choice.copies);
        let mut nodes = [head; crate::replication_placement::instance::limits::COPIES as usize];
        let (mut count, mut value, mut weight) = (1, first, index.node_weight(head));
        let mut next = Some(second);
        while let Some(node) = next {
            if nodes[..count].contains(&node)
                || !keeps_apart(index, self.shard, &nodes[..count], node)
            {
                return;
            }
            value += self.cost(count, node) + self.hop(count - 1, nodes[count - 1], node);
            weight += index.node_weight(node);
            if !self.is_best(value) {
                return;
            }
            nodes[count] = node;
            count += 1;
            if count == copies {
                value += self.shared(&nodes[..count]);
                if weight >= self.entry.wanted && self.is_best(value) {
                    self.best = Some((value, nodes[..count].to_vec()));
                }
                return;
            }
            let missing = self.entry.wanted.saturating_sub(weight);
            let least = if count + 1 == copies { missing } else { 0 };
            let chosen = &nodes[..count];
            let able = partners.iter().filter(|&&other| {
                index.node_weight(other) >= least
                    && !chosen.contains(&other)
                    && keeps_apart(index, self.shard, chosen, other)
            });
            let priced = able
                .map(|&other| (self.cost(count, other) + self.hop(count - 1, node, other), other));
            next = priced.min_by(|a, b| a.0.total_cmp(&b.0).then(a.1.cmp(&b.1))).map(|each| each.1);
        }
    }
}
