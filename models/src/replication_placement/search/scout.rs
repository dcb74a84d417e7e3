//! The search for a shard's best decision, given what all others use.
//!
//! **Idea.** Modes on one node are tried on every candidate, with the two intervals next to the
//! closed form, and longer ones as long as bandwidth is short. Chains begin at the best few
//! candidates and are extended by the cheapest node that keeps the rules. Candidates are all nodes
//! of a small cluster, and a sample of a large one. Guarantee: none. Time O(candidates · stores +
//! chain lengths · candidates).

use placewright_solver::search::row_loads::{Effect, Use};

use super::board::{Board, Trial};
use crate::replication_placement::instance::{Index, ModeKind, NodeId, Policy};
use crate::replication_placement::intervals::neighbours;
use crate::replication_placement::plan::{Mode, ShardPlan};

/// How many candidates a chain may begin with.
const HEADS: usize = 3;

/// Prices of rows, by number; empty where nothing has a price.
pub type RowPrices = Vec<f64>;

/// Which modes a scout considers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Allowed {
    /// All of the shard.
    All,
    /// One, where the shard allows it.
    Only(ModeKind),
}

/// A decision with what it changes.
#[derive(Clone, Debug)]
pub struct Found {
    /// Violation first, then cost with prices.
    pub rank: (i128, f64),
    /// Without prices.
    pub effect: Effect,
    /// The decision.
    pub decision: ShardPlan,
}

/// Finds decisions; keeps buffers.
#[derive(Default)]
pub struct Scout {
    /// Prices of rows.
    pub prices: RowPrices,
    /// Whether chains begin at the best candidate only, with the periods next to the closed form, and
    /// stores without room are passed over.
    pub is_quick: bool,
    trial: Trial,
    heads: Vec<(f64, NodeId)>,
}

impl Scout {
    /// A scout who looks at prices.
    #[must_use]
    pub fn with_prices(prices: RowPrices) -> Self {
        Self { prices, ..Self::default() }
    }

    /// A scout who has to be quick.
    #[must_use]
    pub fn quick() -> Self {
        Self { is_quick: true, ..Self::default() }
    }

    /// The best decision found for a shard with nodes among the candidates, instead of its present
    /// one. `None` where no mode has enough candidates.
    pub fn best(
        &mut self,
        board: &Board,
        shard: usize,
        candidates: &[NodeId],
        allowed: Allowed,
    ) -> Option<Found> {
        let mut best = None;
        for &kind in &board.index.instance.shards[shard].modes {
            if allowed == Allowed::All || allowed == Allowed::Only(kind) {
                match kind {
                    ModeKind::Checkpoint | ModeKind::Stateless => {
                        self.single(board, shard, kind, candidates, &mut best);
                    }
                    ModeKind::RelaxedChain | ModeKind::StrictChain => {
                        self.chains(board, shard, kind, candidates, &mut best);
                    }
                }
            }
        }
        best
    }

    /// Judges a decision and keeps it if it is the best so far.
    pub fn consider(
        &mut self,
        board: &Board,
        shard: usize,
        decision: ShardPlan,
        best: &mut Option<Found>,
    ) -> (i128, f64) {
        let effect = board.effect(&[(shard, &decision)], &mut self.trial);
        let priced: f64 = if self.prices.is_empty() {
            0.0
        } else {
            let price = |each: &Use| self.prices[each.row as usize] * each.amount as f64;
            board.tried_uses(&self.trial).iter().map(price).sum()
        };
        let rank = (effect.violation, effect.cost as f64 + priced);
        if best.as_ref().is_none_or(|best| rank < best.rank) {
            *best = Some(Found { rank, effect, decision });
        }
        rank
    }

    fn single(
        &mut self,
        board: &Board,
        shard: usize,
        kind: ModeKind,
        candidates: &[NodeId],
        best: &mut Option<Found>,
    ) {
        let index = board.index;
        let times = &index.instance.checkpoint_intervals_ms;
        for &node in candidates.iter().filter(|&&node| may_lead(index, shard, node)) {
            for store in index.stores() {
                if kind == ModeKind::Stateless {
                    for &copies in &index.instance.shards[shard].stateless_copies {
                        let mode = Mode::Stateless { store, copies };
                        let is_full = self.is_quick && is_full(board, shard, mode);
                        if !is_full && index.keeps_pace(shard, mode, 0, node) {
                            self.consider(
                                board,
                                shard,
                                ShardPlan { mode, nodes: vec![node] },
                                best,
                            );
                        }
                    }
                    continue;
                }
                let near = neighbours(times, index.young_checkpoint_ms(shard, store, node));
                let mut before: Option<(i128, f64)> = None;
                for (at, &interval_ms) in times.iter().enumerate().skip(near.start) {
                    let mode = Mode::Checkpoint { store, interval_ms };
                    if self.is_quick && is_full(board, shard, mode) {
                        continue;
                    }
                    if !index.keeps_pace(shard, mode, 0, node) {
                        continue;
                    }
                    let decision = ShardPlan { mode, nodes: vec![node] };
                    let rank = self.consider(board, shard, decision, best);
                    // Longer intervals only as long as they help with bandwidth.
                    if at + 1 >= near.end && before.is_some_and(|before| rank >= before) {
                        break;
                    }
                    before = Some(rank);
                }
            }
        }
    }

    fn chains(
        &mut self,
        board: &Board,
        shard: usize,
        kind: ModeKind,
        candidates: &[NodeId],
        best: &mut Option<Found>,
    ) {
        let index = board.index;
        for mode in chain_modes(index, shard, kind, candidates, self.is_quick) {
            for &copies in &index.instance.shards[shard].chain_copies {
                let copies = usize::from(copies);
                let mut heads = std::mem::take(&mut self.heads);
                heads.clear();
                for &node in candidates {
                    if may_lead(index, shard, node) && index.keeps_pace(shard, mode, 0, node) {
                        heads.push((self.guess(board, shard, mode, copies, &[], node), node));
                    }
                }
                heads.sort_by(|a, b| a.0.total_cmp(&b.0).then(a.1.cmp(&b.1)));
                for &(_, head) in heads.iter().take(if self.is_quick { 1 } else { HEADS }) {
                    let mut nodes = vec![head];
                    while nodes.len() < copies {
                        let next = self.next(board, shard, mode, copies, &nodes, candidates);
                        let Some(next) = next else { break };
                        nodes.push(next);
                    }
                    if nodes.len() == copies {
                        self.consider(board, shard, ShardPlan { mode, nodes }, best);
                    }
                }
                self.heads = heads;
            }
        }
    }

    /// The cheapest node to follow some others.
    fn next(
        &self,
        board: &Board,
        shard: usize,
        mode: Mode,
        copies: usize,
        nodes: &[NodeId],
        candidates: &[NodeId],
    ) -> Option<NodeId> {
        let index = board.index;
        let mut best: Option<(f64, NodeId)> = None;
        for &node in candidates {
            if nodes.contains(&node)
                || !index.is_eligible(shard, node)
                || !index.keeps_pace(shard, mode, nodes.len(), node)
                || !keeps_apart(index, shard, nodes, node)
            {
                continue;
            }
            let guess = self.guess(board, shard, mode, copies, nodes, node);
            if best.is_none_or(|best| guess < best.0) {
                best = Some((guess, node));
            }
        }
        best.map(|best| best.1)
    }

    /// Roughly what a node costs as the next of a chain; a full one as if nothing were dearer.
    fn guess(
        &self,
        board: &Board,
        shard: usize,
        mode: Mode,
        copies: usize,
        nodes: &[NodeId],
        node: NodeId,
    ) -> f64 {
        let (index, rows, layout) = (board.index, board.rows(), board.layout);
        let size = index.instance.shards[shard].state_mib as i64;
        let mut cost = index.node_cost(shard, mode, copies, nodes.len(), node) as f64;
        if let Some(last) = nodes.last() {
            for level in index.levels() {
                if index.domain_of_node(level, *last) != index.domain_of_node(level, node) {
                    cost += index.crossing_cost(shard, mode, nodes.len() - 1, level) as f64;
                }
            }
        }
        let traffic = index.traffic_kib_per_s(shard, mode) as i64;
        let (sends, receives) = (nodes.len() + 1 < copies, !nodes.is_empty());
        let held = index.holders(shard).binary_search(&node).is_ok();
        let present = board.decision(shard).is_some_and(|old| old.nodes.contains(&node));
        let uses = [
            (layout.memory(node), if present { 0 } else { size }),
            (layout.during(node), if held || present { 0 } else { size }),
            (layout.sent(node), if sends { traffic } else { 0 }),
            (layout.received(node), if receives { traffic } else { 0 }),
        ];
        for (row, amount) in uses {
            if amount > 0 && rows.load(row) + amount > rows.limit(row).most {
                cost += FULL;
            }
            if let Some(price) = self.prices.get(row as usize) {
                cost += price * amount as f64;
            }
        }
        cost
    }
}

/// Above every cost.
const FULL: f64 = 1e30;

/// Whether a mode's store has no room for one more.
fn is_full(board: &Board, shard: usize, mode: Mode) -> bool {
    let index = board.index;
    mode.store().is_some_and(|store| {
        let room = |row: u32| board.rows().room(row);
        room(board.layout.stored(store)) < index.store_mib(shard, mode) as i64
            || room(board.layout.taken(store)) < index.store_ingest_kib_per_s(shard, mode) as i64
    })
}

/// Whether a node may be the shard's primary.
#[must_use]
pub fn may_lead(index: &Index, shard: usize, node: NodeId) -> bool {
    index.is_eligible(shard, node) && index.pinned(shard).is_none_or(|pinned| pinned == node)
}

/// Whether one more copy keeps the shard's spread rules, where they must be kept.
#[must_use]
pub fn keeps_apart(index: &Index, shard: usize, nodes: &[NodeId], node: NodeId) -> bool {
    if index.instance.policies.spread != Policy::Hard {
        return true;
    }
    index.spread(shard).iter().all(|&(level, most)| {
        let own = index.domain_of_node(level, node);
        let within = nodes.iter().filter(|&&other| index.domain_of_node(level, other) == own);
        within.count() < usize::from(most)
    })
}

/// A strict chain, or relaxed ones with the periods next to the closed form and all longer ones,
/// unless it has to be quick.
fn chain_modes(
    index: &Index,
    shard: usize,
    kind: ModeKind,
    candidates: &[NodeId],
    is_quick: bool,
) -> Vec<Mode> {
    if kind == ModeKind::StrictChain {
        return vec![Mode::StrictChain];
    }
    let times = &index.instance.push_periods_ms;
    let best_ms = candidates.iter().map(|&node| index.young_push_ms(shard, node));
    let near = neighbours(times, best_ms.fold(f64::INFINITY, f64::min));
    let end = if is_quick { near.end } else { times.len() };
    times[near.start..end].iter().map(|&period_ms| Mode::RelaxedChain { period_ms }).collect()
}
