//! The heuristic `market-insertion`: a plan of a large cluster by prices.
//!
//! **Idea.** In a large cluster prices say almost everything: who needs a node that seldom goes down
//! pays for it, and who needs it less goes elsewhere. So prices are found over a sample of the shards
//! (see `search::market`), and the shards, the largest state first, look for the decision that costs
//! least with them on the next few groups of neighbouring nodes, among which chains are quick.
//! Shards that look at different groups are not in each other's way and look at the same time; all
//! are placed in their order, whatever the number of threads. Which modes are worth a look is known
//! from the prices alone.
//!
//! **Complexity.** O(sample · choices · log nodes + shards · choices · nodes of a group). **Guarantee.**
//! None.

use placewright_solver::context::{Context, Method};
use placewright_solver::error::EngineError;
use rayon::prelude::*;

use super::instance::{Index, Instance, ModeKind, NodeId};
use super::problem::ReplicationPlacement;
use super::regret_insertion::finish;
use super::search::board::{Board, Trial};
use super::search::insertion::{Order, is_large, order};
use super::search::market::{Market, find_prices};
use super::search::menu::Menu;
use super::search::scout::{Allowed, Found, Scout};

/// Shards in the sample that prices come from, and steps over it.
const SAMPLE: (usize, u32) = (1_000, 120);
/// Nodes of a group.
const GROUP: usize = 16;
/// Groups that a shard looks at.
const GROUPS: usize = 3;
/// Groups that a shard looks at that found no room.
const MORE_GROUPS: usize = 40;
/// Shards that look at the same time.
const BATCH: usize = 64;

/// Beyond this many shards times nodes the pass takes the time that blocks of nodes need, and was not
/// seen to gain anything.
const MOST_PAIRS: usize = 100_000_000;

/// The heuristic `market-insertion`.
#[derive(Clone, Copy, Debug, Default)]
pub struct MarketInsertion;

impl Method<ReplicationPlacement> for MarketInsertion {
    fn name(&self) -> &'static str {
        "market-insertion"
    }

    fn symbol(&self) -> char {
        'G'
    }

    fn applies(&self, instance: &Instance) -> bool {
        instance.shards.len().saturating_mul(instance.nodes.len()) <= MOST_PAIRS
    }

    fn opening_share(&self) -> [u32; 2] {
        [1, 2]
    }

    fn run(&self, context: &Context<'_, ReplicationPlacement>) -> Result<(), EngineError> {
        let index = Index::new(context.instance);
        if !is_large(&index) || !self.applies(context.instance) {
            return Ok(());
        }
        let (sample, steps) = SAMPLE;
        let market = find_prices(&index, sample, steps, context.budget);
        if let Some(board) = insert_at(context, &index, &market) {
            finish(context, board, "prices from a sample of shards");
        }
        Ok(())
    }
}

/// Inserts all shards; `None` where time is over or a shard has no decision.
fn insert_at<'a>(
    context: &Context<'_, ReplicationPlacement>,
    index: &'a Index<'a>,
    market: &Market,
) -> Option<Board<'a>> {
    let nodes: Vec<NodeId> = index.nodes().collect();
    let groups: Vec<&[NodeId]> = nodes.chunks(GROUP).collect();
    let from = |turn: usize, count: usize| {
        groups.iter().copied().cycle().skip(turn % groups.len()).take(count.min(groups.len()))
    };
    let most = (groups.len() / GROUPS).clamp(1, BATCH);
    let mut seekers: Vec<Seeker> = (0..most).map(|_| Seeker::new(index, market)).collect();
    let list = order(index, &mut Scout::default(), Order::Size);
    let mut board = Board::new(index);
    let mut trial = Trial::default();
    let mut turn = 0;
    for batch in list.chunks(most) {
        if context.should_stop() {
            return None;
        }
        context.budget.spend((batch.len() * GROUP * GROUPS) as u64);
        let looking = batch.par_iter().zip(&mut seekers).enumerate();
        let found: Vec<Option<Found>> = looking
            .map(|(number, (&shard, seeker))| {
                seeker.best(&board, shard, from(turn + GROUPS * number, GROUPS))
            })
            .collect();
        for (&shard, found) in batch.iter().zip(found) {
            // Others may have taken the last room of a store meanwhile.
            let fits = |found: &Found| {
                board.effect(&[(shard, &found.decision)], &mut trial).violation <= 0
            };
            let found = match found.filter(fits) {
                Some(found) => found,
                None => {
                    context.budget.spend((GROUP * MORE_GROUPS) as u64);
                    seekers[0].best(&board, shard, from(turn, MORE_GROUPS))?
                }
            };
            board.put(shard, found.decision);
            turn += GROUPS;
        }
    }
    Some(board)
}

/// Looks for decisions under prices; keeps buffers.
struct Seeker<'a, 'b> {
    index: &'a Index<'a>,
    market: &'b Market,
    scout: Scout,
    menu: Menu<'a>,
    /// Modes, the one that may cost least first.
    modes: Vec<(f64, ModeKind)>,
    nodes: Vec<NodeId>,
}

impl<'a, 'b> Seeker<'a, 'b> {
    fn new(index: &'a Index<'a>, market: &'b Market) -> Self {
        let mut scout = Scout::with_prices(market.prices.clone());
        scout.is_quick = true;
        let (modes, nodes) = (Vec::new(), Vec::new());
        Self { index, market, scout, menu: Menu::new(index), modes, nodes }
    }

    /// The decision that costs least with prices on one of some groups; where none has room, the one
    /// that exceeds least.
    fn best<'n>(
        &mut self,
        board: &Board,
        shard: usize,
        groups: impl Iterator<Item = &'n [NodeId]>,
    ) -> Option<Found> {
        self.rank_modes(shard);
        let index = self.index;
        let size = index.instance.shards[shard].state_mib as i64;
        let mut best: Option<Found> = None;
        for group in groups {
            let has_room = |&&node: &&NodeId| {
                let row = board.layout.memory(node);
                board.rows().load(row) + size <= board.rows().limit(row).most
            };
            self.nodes.clear();
            self.nodes.extend(group.iter().filter(has_room));
            self.nodes.extend(index.holders(shard));
            self.nodes.extend(index.pinned(shard));
            self.nodes.sort_unstable();
            self.nodes.dedup();
            for &(value, kind) in &self.modes {
                if best.as_ref().is_some_and(|best| best.rank <= (0, value)) {
                    break;
                }
                let found = self.scout.best(board, shard, &self.nodes, Allowed::Only(kind));
                if let Some(found) = found
                    && best.as_ref().is_none_or(|best| found.rank < best.rank)
                {
                    best = Some(found);
                }
            }
        }
        best
    }

    fn rank_modes(&mut self, shard: usize) {
        let index = self.index;
        let data = &index.instance.shards[shard];
        self.modes.clear();
        self.modes.extend(data.modes.iter().map(|&kind| (f64::INFINITY, kind)));
        for entry in self.menu.of(shard) {
            let kind = entry.choice.mode.kind();
            let mode = self.modes.iter_mut().find(|mode| mode.1 == kind);
            let value = self.market.value(index, entry, data.state_mib as f64);
            if let (Some(mode), Some((value, _))) = (mode, value) {
                mode.0 = mode.0.min(value);
            }
        }
        self.modes.sort_by(|a, b| a.0.total_cmp(&b.0).then(a.1.cmp(&b.1)));
    }
}
