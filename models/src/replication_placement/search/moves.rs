//! Small changes of a plan, drawn at random.
//!
//! | move | what changes |
//! |---|---|
//! | shift | one copy goes to another node |
//! | swap | two shards exchange a node each |
//! | roles | two positions of a chain change places |
//! | length | a chain gets one copy more or less |
//! | time | the next longer or shorter interval or period |
//! | mode | another mode on the same primary |
//! | anew | the best decision that a scout finds |

use rand::RngExt;
use rand_xoshiro::Xoshiro256PlusPlus;

use super::board::Board;
use super::candidates::Candidates;
use super::scout::{Allowed, Scout, keeps_apart, may_lead};
use crate::replication_placement::instance::{Index, ModeKind, NodeId, StoreId};
use crate::replication_placement::plan::{Mode, ShardPlan};

/// New decisions of one or two shards.
pub type Change = Vec<(usize, ShardPlan)>;

/// Draws changes.
pub struct Moves {
    candidates: Candidates,
    scout: Scout,
}

impl Moves {
    /// Sorts the nodes once.
    #[must_use]
    pub fn new(index: &Index) -> Self {
        Self { candidates: Candidates::new(index), scout: Scout::default() }
    }

    /// A change, `None` where the draw came to nothing.
    pub fn draw(&mut self, board: &Board, random: &mut Xoshiro256PlusPlus) -> Option<Change> {
        let shards = board.index.instance.shards.len();
        let shard = random.random_range(0..shards);
        let decision = board.decision(shard)?;
        match random.random_range(0..1000_u32) {
            0..=359 => self.shift(board, shard, decision, random),
            360..=659 => self.swap(board, shard, decision, random),
            660..=709 => roles(board.index, shard, decision, random),
            710..=789 => self.length(board, shard, decision, random),
            790..=859 => time(board.index, shard, decision, random),
            860..=994 => self.mode(board, shard, decision, random),
            _ => {
                let drawn = self.candidates.draw(board, shard, random);
                let found = self.scout.best(board, shard, drawn, Allowed::All)?;
                Some(vec![(shard, found.decision)])
            }
        }
    }

    fn shift(
        &self,
        board: &Board,
        shard: usize,
        decision: &ShardPlan,
        random: &mut Xoshiro256PlusPlus,
    ) -> Option<Change> {
        let at = random.random_range(0..decision.nodes.len());
        let node = self.candidates.any(random);
        Some(vec![(shard, replaced(board.index, shard, decision, at, node)?)])
    }

    fn swap(
        &self,
        board: &Board,
        shard: usize,
        decision: &ShardPlan,
        random: &mut Xoshiro256PlusPlus,
    ) -> Option<Change> {
        let other = random.random_range(0..board.index.instance.shards.len());
        let others = board.decision(other).filter(|_| other != shard)?;
        let at = random.random_range(0..decision.nodes.len());
        let place = random.random_range(0..others.nodes.len());
        let (mine, theirs) = (decision.nodes[at], others.nodes[place]);
        Some(vec![
            (shard, replaced(board.index, shard, decision, at, theirs)?),
            (other, replaced(board.index, other, others, place, mine)?),
        ])
    }

    fn length(
        &self,
        board: &Board,
        shard: usize,
        decision: &ShardPlan,
        random: &mut Xoshiro256PlusPlus,
    ) -> Option<Change> {
        let longer = random.random_range(0..2) == 0;
        let copies = decision.nodes.len();
        let copies = if longer { copies + 1 } else { copies - 1 };
        let lengths = &board.index.instance.shards[shard].chain_copies;
        if !decision.mode.is_chain() || !lengths.iter().any(|&each| usize::from(each) == copies) {
            return None;
        }
        let mut changed = decision.clone();
        if longer {
            let node = self.candidates.any(random);
            let place = random.random_range(1..=changed.nodes.len());
            if !may_join(board.index, shard, &changed.nodes, node) {
                return None;
            }
            changed.nodes.insert(place, node);
        } else {
            changed.nodes.remove(random.random_range(0..=copies));
        }
        is_possible(board.index, shard, &changed).then(|| vec![(shard, changed)])
    }

    fn mode(
        &self,
        board: &Board,
        shard: usize,
        decision: &ShardPlan,
        random: &mut Xoshiro256PlusPlus,
    ) -> Option<Change> {
        let (index, data) = (board.index, &board.index.instance.shards[shard]);
        let kind = data.modes[random.random_range(0..data.modes.len())];
        let pick = |times: &[u64], random: &mut Xoshiro256PlusPlus| {
            (!times.is_empty()).then(|| times[random.random_range(0..times.len())])
        };
        let store = |random: &mut Xoshiro256PlusPlus| {
            let count = index.stores().len();
            (count > 0).then(|| StoreId(random.random_range(0..count as u32)))
        };
        let mode = match kind {
            ModeKind::Checkpoint => Mode::Checkpoint {
                store: store(random)?,
                interval_ms: pick(&index.instance.checkpoint_intervals_ms, random)?,
            },
            ModeKind::RelaxedChain => {
                Mode::RelaxedChain { period_ms: pick(&index.instance.push_periods_ms, random)? }
            }
            ModeKind::StrictChain => Mode::StrictChain,
            ModeKind::Stateless => {
                let kept = &data.stateless_copies;
                let copies = kept.get(random.random_range(0..kept.len().max(1)))?;
                Mode::Stateless { store: store(random)?, copies: *copies }
            }
        };
        let mut nodes = decision.nodes.clone();
        if mode.is_chain() {
            let lengths = &data.chain_copies;
            let copies = usize::from(*lengths.get(random.random_range(0..lengths.len().max(1)))?);
            nodes.truncate(copies);
            for _ in 0..4 * copies {
                let node = self.candidates.any(random);
                if nodes.len() < copies && may_join(index, shard, &nodes, node) {
                    nodes.push(node);
                }
            }
            if nodes.len() < copies {
                return None;
            }
        } else {
            nodes.truncate(1);
        }
        let changed = ShardPlan { mode, nodes };
        is_possible(index, shard, &changed).then(|| vec![(shard, changed)])
    }
}

fn roles(
    index: &Index,
    shard: usize,
    decision: &ShardPlan,
    random: &mut Xoshiro256PlusPlus,
) -> Option<Change> {
    let copies = decision.nodes.len();
    let (one, other) = (random.random_range(0..copies), random.random_range(0..copies));
    if one == other {
        return None;
    }
    let mut changed = decision.clone();
    changed.nodes.swap(one, other);
    is_possible(index, shard, &changed).then(|| vec![(shard, changed)])
}

fn time(
    index: &Index,
    shard: usize,
    decision: &ShardPlan,
    random: &mut Xoshiro256PlusPlus,
) -> Option<Change> {
    let longer = random.random_range(0..2) == 0;
    let next = |times: &[u64], now: u64| {
        let at = times.binary_search(&now).ok()?;
        let at = if longer { at + 1 } else { at.checked_sub(1)? };
        times.get(at).copied()
    };
    let mode = match decision.mode {
        Mode::Checkpoint { store, interval_ms } => {
            let times = &index.instance.checkpoint_intervals_ms;
            Mode::Checkpoint { store, interval_ms: next(times, interval_ms)? }
        }
        Mode::RelaxedChain { period_ms } => {
            Mode::RelaxedChain { period_ms: next(&index.instance.push_periods_ms, period_ms)? }
        }
        Mode::StrictChain | Mode::Stateless { .. } => return None,
    };
    let changed = ShardPlan { mode, nodes: decision.nodes.clone() };
    is_possible(index, shard, &changed).then(|| vec![(shard, changed)])
}

/// The decision with another node at a position, if that may be.
fn replaced(
    index: &Index,
    shard: usize,
    decision: &ShardPlan,
    at: usize,
    node: NodeId,
) -> Option<ShardPlan> {
    if decision.nodes.contains(&node) {
        return None;
    }
    let mut changed = decision.clone();
    changed.nodes[at] = node;
    is_possible(index, shard, &changed).then_some(changed)
}

fn may_join(index: &Index, shard: usize, nodes: &[NodeId], node: NodeId) -> bool {
    !nodes.contains(&node)
        && index.is_eligible(shard, node)
        && keeps_apart(index, shard, nodes, node)
}

/// Whether nodes are permitted and fast enough. Spread, availability and capacities are counted as
/// violations, so that a plan that breaks them can be mended step by step.
fn is_possible(index: &Index, shard: usize, decision: &ShardPlan) -> bool {
    let kept = |(at, &node): (usize, &NodeId)| {
        index.is_eligible(shard, node) && index.keeps_pace(shard, decision.mode, at, node)
    };
    may_lead(index, shard, decision.nodes[0]) && decision.nodes.iter().enumerate().all(kept)
}
