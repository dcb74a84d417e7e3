//! The best choice of some decisions, by branch and bound for a while.

use placewright_solver::budget::Budget;
use placewright_solver::mip::{
    MipError, MipLimits, MipStart, Silent, default_backend, work_per_iteration,
};
use placewright_solver::search::row_loads::RowLimit;

use super::columns::Program;
use crate::replication_placement::certificate::Packing;
use crate::replication_placement::instance::Index;
use crate::replication_placement::plan::ShardPlan;

/// A good choice of one of the decisions for each of some shards, within limits, in their order;
/// `None` where none was found within so many nodes of branch and bound.
///
/// # Errors
/// When the engine refuses the program.
pub(super) fn choose(
    index: &Index,
    shards: &[usize],
    decisions: &[(usize, ShardPlan)],
    packings: &[Packing],
    limits: &[RowLimit],
    nodes: u64,
    budget: &Budget,
) -> Result<Option<Vec<ShardPlan>>, MipError> {
    let model = Program::new(index, shards, decisions, packings, limits).model;
    let mut most = MipLimits::from_budget(budget, &model);
    most.nodes = Some(nodes);
    let solved = default_backend().solve(&model, &most, MipStart::None, &mut Silent)?;
    budget.spend(solved.lp_iterations * work_per_iteration(&model));
    let Some(values) = solved.values else { return Ok(None) };
    let chosen = |&shard: &usize| {
        let own = decisions.iter().zip(&values).filter(|((each, _), _)| *each == shard);
        let mut chosen = own.filter(|(_, value)| **value > 0.5).map(|((_, decision), _)| decision);
        chosen.next().cloned()
    };
    Ok(shards.iter().map(chosen).collect())
}
