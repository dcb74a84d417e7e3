//! The baselines `all-checkpoint`, `all-chain` and `all-stateless`: one mode for every shard that
//! allows it, the cheapest for the others.

use placewright_solver::context::{Context, Method};
use placewright_solver::error::EngineError;

use crate::replication_placement::instance::{Index, ModeKind};
use crate::replication_placement::problem::ReplicationPlacement;
use crate::replication_placement::regret_insertion::finish;
use crate::replication_placement::search::board::Board;
use crate::replication_placement::search::candidates::Candidates;
use crate::replication_placement::search::insertion::{Order, order};
use crate::replication_placement::search::scout::{Allowed, Scout};

/// The baselines that know one mode.
#[derive(Clone, Copy, Debug)]
pub enum OneMode {
    /// `all-checkpoint`.
    Checkpoint,
    /// `all-chain`: relaxed.
    Chain,
    /// `all-stateless`.
    Stateless,
}

impl OneMode {
    fn kind(self) -> ModeKind {
        match self {
            OneMode::Checkpoint => ModeKind::Checkpoint,
            OneMode::Chain => ModeKind::RelaxedChain,
            OneMode::Stateless => ModeKind::Stateless,
        }
    }
}

impl Method<ReplicationPlacement> for OneMode {
    fn name(&self) -> &'static str {
        match self {
            OneMode::Checkpoint => "all-checkpoint",
            OneMode::Chain => "all-chain",
            OneMode::Stateless => "all-stateless",
        }
    }

    fn symbol(&self) -> char {
        'B'
    }

    fn run(&self, context: &Context<'_, ReplicationPlacement>) -> Result<(), EngineError> {
        if context.best().is_some() {
            return Ok(());
        }
        let index = Index::new(context.instance);
        let mut board = Board::new(&index);
        let mut scout = Scout::default();
        let mut candidates = Candidates::new(&index);
        let mut random = context.seed.generator();
        for shard in order(&index, &mut scout, Order::Size) {
            let drawn = candidates.draw(&board, shard, &mut random);
            context.budget.spend(drawn.len() as u64 / 4 + 1);
            let one = scout.best(&board, shard, drawn, Allowed::Only(self.kind()));
            let one = one.filter(|found| found.effect.violation == 0);
            let found = one.or_else(|| scout.best(&board, shard, drawn, Allowed::All));
            let Some(found) = found else { return Ok(()) };
            board.put(shard, found.decision);
        }
        finish(context, board, "one mode for all that can have it");
        Ok(())
    }
}
