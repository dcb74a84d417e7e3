//! The methods `plan-columns` and `plan-master`.

use placewright_solver::certificate::{Certificate, Claim, Proof};
use placewright_solver::context::{Context, Method};
use placewright_solver::error::EngineError;
use placewright_solver::exact::Exact;
use placewright_solver::objective::Objective;

use super::choice::choose;
use super::columns::PlanColumns;
use super::generation::{Generated, Scope, generate_with};
use super::rounding::rounded;
use crate::replication_placement::certificate::{PlanSearch, write_prices};
use crate::replication_placement::cost_table::CostTable;
use crate::replication_placement::instance::Index;
use crate::replication_placement::plan::{Plan, ShardPlan};
use crate::replication_placement::problem::ReplicationPlacement;
use crate::replication_placement::regret_insertion::finish;

/// Decisions that the last integer program may choose from.
const MOST_DECISIONS: usize = 400_000;
/// Steps of search for the decisions of one shard.
const MOST_STEPS: u64 = 20_000_000;
/// Nodes of branch and bound for the best choice of some decisions.
const NODES: u64 = 200;
/// The first share of the gap within which decisions are looked at.
const FIRST_SHARE: i128 = 32;
/// Costs in the table up to which columns are generated before anything else.
const QUICK: usize = 2_000_000;

/// Column generation over whole plans of shards, and a good choice of what was generated: a bound
/// and a plan close to it, where shards times nodes are few.
#[derive(Clone, Copy, Debug, Default)]
pub struct PlanColumnsFirst;

impl Method<ReplicationPlacement> for PlanColumnsFirst {
    fn name(&self) -> &'static str {
        "plan-columns"
    }

    fn symbol(&self) -> char {
        'P'
    }

    fn run(&self, context: &Context<'_, ReplicationPlacement>) -> Result<(), EngineError> {
        let index = Index::new(context.instance);
        if CostTable::size_of_all(&index) > QUICK {
            return Ok(());
        }
        let scope = Scope::all(&index, context.budget);
        if let (Some(scope), Some((start, _))) = (scope, context.best()) {
            relax(context, &index, &scope, &start)?;
        }
        Ok(())
    }
}

/// Column generation over whole plans of shards, and integer programs over all that could be part
/// of a better plan.
///
/// Any plan that is better than the incumbent consists of decisions whose costs with prices are
/// above the cheapest ones by less than the gap. At first only those within a share of the gap are
/// chosen from, which is quick and makes the gap smaller; the share doubles until it is all of it.
#[derive(Clone, Copy, Debug, Default)]
pub struct PlanMaster;

impl Method<ReplicationPlacement> for PlanMaster {
    fn name(&self) -> &'static str {
        "plan-master"
    }

    fn symbol(&self) -> char {
        'P'
    }

    fn run(&self, context: &Context<'_, ReplicationPlacement>) -> Result<(), EngineError> {
        let Some((start, _)) = context.best() else {
            context.note("no plan to begin with");
            return Ok(());
        };
        let index = Index::new(context.instance);
        let Some(scope) = Scope::all(&index, context.budget) else {
            if context.stop().is_none() {
                context.note("too many shards times nodes for prices");
            }
            return Ok(());
        };
        let Some(generated) = relax(context, &index, &scope, &start)? else { return Ok(()) };
        let mut share = FIRST_SHARE;
        while !context.should_stop() {
            let Some((best, cost)) = context.best() else { return Ok(()) };
            let gap = cost.first() - generated.bound + 1;
            let within = (gap / share).max(1);
            let Some(columns) = within_gap(context, &index, &scope, &generated, &best, within)
            else {
                return Ok(());
            };
            if share == 1 {
                return Exact { formulation: columns }.run(context);
            }
            select(
                context,
                &index,
                &scope,
                &columns.decisions,
                "choice within a share of the gap",
            )?;
            share /= 2;
        }
        Ok(())
    }
}

/// Solves the relaxation, raises its bound and offers a choice of its columns; `None` where it did
/// not come to an end.
fn relax(
    context: &Context<'_, ReplicationPlacement>,
    index: &Index,
    scope: &Scope,
    start: &Plan,
) -> Result<Option<Generated>, EngineError> {
    let generated = generate_with(index, scope, &start.shards, u64::MAX, context.budget, |_, _| ());
    let generated = generated.map_err(|error| failed(error.to_string()))?;
    raise(context, index, &generated)?;
    if generated.objective.is_none() || context.should_stop() {
        return Ok(None);
    }
    if let Some(board) = rounded(index, &generated) {
        finish(context, board, "the linear program rounded");
    }
    select(context, index, scope, &generated.decisions, "best choice of generated plans")?;
    Ok(Some(generated))
}

fn failed(cause: String) -> EngineError {
    EngineError::Backend { method: "plan-master", cause }
}

/// Offers the best choice of some decisions that is found in a while.
fn select(
    context: &Context<'_, ReplicationPlacement>,
    index: &Index,
    scope: &Scope,
    decisions: &[(usize, ShardPlan)],
    note: &str,
) -> Result<(), EngineError> {
    let budget = context.budget;
    let chosen = choose(index, &scope.shards, decisions, &scope.limits, NODES, budget);
    if let Some(shards) = chosen.map_err(|error| failed(error.to_string()))? {
        context.offer(Plan { shards }, note);
    }
    Ok(())
}

fn raise(
    context: &Context<'_, ReplicationPlacement>,
    index: &Index,
    generated: &Generated,
) -> Result<(), EngineError> {
    let known = context.bound().map(|bound| bound.first());
    if known.is_some_and(|known| known >= generated.bound) {
        return Ok(());
    }
    let claim = Claim::AtLeast(Objective::single(generated.bound));
    let proof = Proof::DualPrices(write_prices(index, &generated.pricing));
    let note = format!("{} plans in {} rounds", generated.decisions.len(), generated.rounds);
    context.raise(Certificate { claim, proof }, &note)
}

/// The best plan's decisions, and all that cost, with prices, less than so much more than the
/// cheapest one of their shard; `None` where they are too many.
fn within_gap(
    context: &Context<'_, ReplicationPlacement>,
    index: &Index,
    scope: &Scope,
    generated: &Generated,
    best: &Plan,
    within: i128,
) -> Option<PlanColumns> {
    let pricing = &generated.pricing;
    let mut columns = PlanColumns::default();
    let mut search = PlanSearch::new(index, pricing);
    for (shard, own) in best.shards.iter().enumerate() {
        let choices = scope.table.choices(shard);
        let costs = |number: usize, at: usize, node| scope.table.cost(shard, number, at, node);
        let cheapest = search.cheapest(shard, choices, |_| Some(i128::MIN), costs)?;
        let limit = cheapest.value + (within << pricing.shift) + 1;
        let until = search.steps() + MOST_STEPS;
        columns.decisions.push((shard, own.clone()));
        for (number, &choice) in choices.iter().enumerate() {
            let cost = |at: usize, node| scope.table.cost(shard, number, at, node);
            let ended = search.below(shard, choice, limit, until, cost, |_, decision| {
                if columns.decisions.len() <= MOST_DECISIONS && decision != *own {
                    columns.decisions.push((shard, decision));
                }
            });
            if !ended || columns.decisions.len() > MOST_DECISIONS || context.should_stop() {
                context.note("too many plans within the gap");
                return None;
            }
        }
    }
    context.budget.spend(search.steps() / 10);
    let (shards, plans) = (best.shards.len(), columns.decisions.len());
    context.note(&format!("{plans} plans of {shards} shards cost at most {within} more"));
    Some(columns)
}
