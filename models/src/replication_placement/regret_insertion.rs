//! The heuristic `regret-insertion`: the first plan.
//!
//! Where shards are somewhere already, the first plan is that they stay (see `staying`). Then all are
//! inserted one after the other, each with the best decision that is left: in the order of their sizes,
//! and where the instance is small, also first those who lose most by not getting their best primary.
//! What finds no room is mended by a walk that lowers violations. In a large cluster the largest shards
//! come first, each on the next nodes with room: neighbours in the list of nodes are near each other,
//! and chains are quick within a zone. Guarantee: none. Time near-linear in shards.

use placewright_solver::context::{Context, Method};
use placewright_solver::error::EngineError;

use super::baselines::fill::{Until, fill, fill_parts};
use super::instance::{Index, NodeId};
use super::problem::ReplicationPlacement;
use super::search::board::Board;
use super::search::insertion::{Order, insert, is_cut, is_large, order};
use super::search::scout::{Allowed, Scout};
use super::search::walk::{STEP, Walk};
use super::staying::stay;

/// The heuristic `regret-insertion`.
#[derive(Clone, Copy, Debug, Default)]
pub struct RegretInsertion;

impl Method<ReplicationPlacement> for RegretInsertion {
    fn name(&self) -> &'static str {
        "regret-insertion"
    }

    fn symbol(&self) -> char {
        'G'
    }

    fn run(&self, context: &Context<'_, ReplicationPlacement>) -> Result<(), EngineError> {
        let index = Index::new(context.instance);
        stay(context, &index);
        let mut scout = Scout::default();
        if is_large(context.instance) {
            let list = order(&index, &mut scout, Order::Size);
            fill_parts(context, &list, "largest first, nodes in turn");
            return Ok(());
        }
        if prepares_blocks(&index) {
            let list = order(&index, &mut scout, Order::Size);
            let nodes = index.instance.nodes.len() as u32;
            let mut next = 0;
            let in_turn = |_| {
                next = (next + 1) % nodes;
                (next..nodes).chain(0..next).map(NodeId)
            };
            let note = "largest first, nodes in turn";
            fill(context, list.into_iter(), in_turn, Until::Cancelled, note);
            return Ok(());
        }
        for each in [Order::Size, Order::Regret] {
            let list = order(&index, &mut scout, each);
            let board =
                insert(&index, &mut scout, &list, Allowed::All, context.seed, context.budget);
            let Some(board) = board else {
                if context.stop().is_none() {
                    context.note("a shard has no decision at all");
                }
                return Ok(());
            };
            finish(context, board, &format!("insertion by {}", format!("{each:?}").to_lowercase()));
            if context.should_stop() {
                break;
            }
        }
        Ok(())
    }
}

/// Whether shards should be near each other, because blocks of nodes are decided anew afterwards.
fn prepares_blocks(index: &Index) -> bool {
    let shards = index.instance.shards.len();
    cfg!(feature = "highs")
        && is_cut(index.instance)
        && (0..shards).all(|shard| index.current(shard).is_none())
}

/// Steps of mending for every ten shards.
const MENDING: usize = 1;

/// Offers a board's plan, after mending it where it breaks rules.
pub fn finish(context: &Context<'_, ReplicationPlacement>, board: Board, note: &str) {
    let shards = context.instance.shards.len();
    let index = board.index;
    let Some(mut walk) = Walk::new(board, context.seed) else { return };
    let mut steps = 200 + MENDING * shards / 10;
    while walk.best().1.violation > 0 && steps > 0 && context.stop().is_none() {
        walk.step(0.0);
        context.budget.spend(STEP.into());
        steps -= 1;
    }
    let (plan, effect) = walk.best();
    if effect.violation == 0 {
        context.offer(plan.clone(), note);
    } else {
        let broken = Board::with_plan(index, plan).most_broken().unwrap_or_default();
        context.note(&format!("{note}: some rules stay broken, most of all {broken}"));
    }
}
