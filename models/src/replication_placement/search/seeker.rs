//! The search for a shard's decision under prices, with a guide.
//!
//! **Idea.** What the choices of a shard would cost on the best nodes of all is known from the market;
//! they are looked at closely in this order, until the next one cannot cost less than what was found. A
//! close look tries the nodes that the guide names. **Complexity.** O(choices · log nodes) per shard,
//! and O(buckets) and a few hundred pairs of nodes for every choice that is looked at closely.
//! **Guarantee.** What is found keeps all rules.

use super::board::Board;
use super::guide::{Guide, Openings, has_room, own_per_mib};
use super::menu::{Entry, Menu};
use super::scout::{Found, Scout, keeps_apart, may_lead};
use crate::replication_placement::instance::{Index, LevelId, NodeId};
use crate::replication_placement::plan::{Mode, ShardPlan};

/// Choices that are looked at closely, at most.
const CHOICES: usize = 8;
/// Buckets for a position that are looked into, nodes of each that are taken, and looked at for that.
const LOOKED: usize = 4;
const TAKEN: usize = 3;
const TRIED: usize = 12;

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
    values: Vec<(f64, usize)>,
    /// Nodes to begin a chain with, and to go on to.
    heads: Vec<NodeId>,
    followers: Vec<NodeId>,
    partners: Vec<NodeId>,
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
            values: Vec::new(),
            heads: Vec::new(),
            followers: Vec::new(),
            partners: Vec::new(),
        }
    }

    /// The decision found that costs least with prices and keeps all rules; `None` where none does.
    /// `turn` makes shards that are alike begin at different nodes that are.
    pub fn best(
        &mut self,
        board: &Board,
        shard: usize,
        openings: &Openings,
        turn: usize,
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
            let Some(nodes) = self.nodes(board, shard, entry, openings, turn) else { continue };
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
    pub fn renew(
        &mut self,
        board: &mut Board,
        shard: usize,
        part: &std::ops::Range<u32>,
        turn: usize,
    ) -> bool {
        let Some(old) = board.lift(shard) else { return false };
        let mut before = None;
        let rank = self.scout.consider(board, shard, old.clone(), &mut before);
        self.present.clone_from(&old.nodes);
        let size = self.guide.index.instance.shards[shard].state_mib as i64;
        let openings = self.guide.openings(board, size, part);
        let wanted = old.mode.store().map_or(Wanted::NoStore, |_| Wanted::Exactly(old.mode));
        let found = self.best(board, shard, &openings, turn, wanted);
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
        turn: usize,
    ) -> Option<Vec<NodeId>> {
        let (guide, index) = (self.guide, self.guide.index);
        let mut heads = std::mem::take(&mut self.heads);
        let mut followers = std::mem::take(&mut self.followers);
        let mut partners = std::mem::take(&mut self.partners);
        self.look(board, shard, entry, 0, openings, turn, &mut heads);
        if entry.choice.copies > 1 {
            self.look(board, shard, entry, 1, openings, turn, &mut followers);
        }
        let size = index.instance.shards[shard].state_mib as i64;
        let mut chain = Chain::new(self, board, shard, entry);
        for &head in &heads {
            partners.clear();
            if entry.choice.copies > 1 {
                partners.extend_from_slice(&followers);
                partners.extend(guide.neighbours(head).filter(|&node| {
                    openings.part.contains(&node.0)
                        && has_room(board, node, size)
                        && index.is_eligible(shard, node)
                        && index.keeps_pace(shard, entry.choice.mode, 1, node)
                }));
            }
            chain.try_from(head, &partners);
        }
        let best = chain.best.map(|best| best.1);
        (self.heads, self.followers, self.partners) = (heads, followers, partners);
        best
    }

    /// Names nodes for a position: of the best buckets, and of the best of those in which nodes have
    /// their part of the weight that the choice needs.
    #[allow(clippy::too_many_arguments)]
    fn look(
        &mut self,
        board: &Board,
        shard: usize,
        entry: &Entry,
        position: usize,
        openings: &Openings,
        turn: usize,
        found: &mut Vec<NodeId>,
    ) {
        let index = self.guide.index;
        let size = index.instance.shards[shard].state_mib as i64;
        let fits = |&node: &NodeId| {
            has_room(board, node, size)
                && index.is_eligible(shard, node)
                && (position > 0 || may_lead(index, shard, node))
                && index.keeps_pace(shard, entry.choice.mode, position, node)
        };
        found.clear();
        let known = index.pinned(shard).into_iter().chain(index.holders(shard).iter().copied());
        let known = known.chain(self.present.iter().copied());
        found.extend(known.filter(|node| openings.part.contains(&node.0)).filter(fits));
        let part = entry.wanted.div_ceil(entry.choice.copies as u64);
        for weight in [0, part].into_iter().take(if part > 0 { 2 } else { 1 }) {
            self.rank_buckets(entry, position, size as f64, openings, weight);
            for &(_, number) in &self.values {
                let open = &openings.by_bucket[number];
                let first = turn.wrapping_mul(7) % open.len();
                let around = open[first..].iter().chain(&open[..first]).take(TRIED);
                found.extend(around.copied().filter(fits).take(TAKEN));
            }
        }
        found.sort_unstable();
        found.dedup();
    }

    /// The buckets with room where a copy would cost least, of nodes of a weight.
    fn rank_buckets(
        &mut self,
        entry: &Entry,
        position: usize,
        size: f64,
        openings: &Openings,
        weight: u64,
    ) {
        self.values.clear();
        for (number, bucket) in self.guide.buckets.iter().enumerate() {
            if bucket.weight >= weight && !openings.by_bucket[number].is_empty() {
                let per_mib = bucket.own_per_mib + self.share * bucket.price;
                let value = entry.steep[position] * bucket.rate + size * per_mib;
                self.values.push((value, number));
            }
        }
        let order = |a: &(f64, usize), b: &(f64, usize)| a.0.total_cmp(&b.0).then(a.1.cmp(&b.1));
        if self.values.len() > LOOKED {
            self.values.select_nth_unstable_by(LOOKED, order);
            self.values.truncate(LOOKED);
        }
    }
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

    fn is_best(&self, value: f64) -> bool {
        self.best.as_ref().is_none_or(|best| value < best.0)
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
