//! What the capacities of a plan leave to some shards that are decided anew.

use placewright_solver::search::row_loads::{RowLimit, Use};

use crate::replication_placement::footprint::Footprint;
use crate::replication_placement::plan::ShardPlan;
use crate::replication_placement::search::board::Board;

/// What capacities offer beside what other shards use; `own` are the decisions of some shards on the
/// board. Time O(rows).
pub(super) fn left_by_others(board: &Board, shards: &[usize], own: &[ShardPlan]) -> Vec<RowLimit> {
    let limits = board.layout.limits(board.index);
    let mut freed = vec![0_i64; limits.len()];
    let mut footprint = Footprint::default();
    for (&shard, decision) in shards.iter().zip(own) {
        board.layout.write(board.index, shard, decision, &mut footprint);
        footprint.uses.iter().for_each(|&Use { row, amount }| freed[row as usize] += amount);
    }
    let rows = (0..).zip(limits).zip(freed);
    let left = rows.map(|((row, limit), freed)| {
        let used = board.rows().load(row) - freed;
        RowLimit { free: limit.free - used, most: limit.most - used, ..limit }
    });
    left.collect()
}
