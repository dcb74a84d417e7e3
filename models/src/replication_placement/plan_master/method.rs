//! The methods `plan-columns` and `plan-master`.

use placewright_solver::budget::Budget;
use placewright_solver::certificate::{Certificate, Claim, Proof};
use placewright_solver::context::{Context, Method};
use placewright_solver::error::EngineError;
use placewright_solver::exact::Exact;
use placewright_solver::mip::highs::LpError;
use placewright_solver::objective::Objective;

use super::choice::choose;
use super::columns::PlanColumns;
use super::generation::{Generated, Generation, Scope};
use super::rounding::{completed, rounded};
use crate::replication_placement::certificate::{PlanSearch, prices_of, write_prices};
use crate::replication_placement::cost_table::CostTable;
use crate::replication_placement::instance::Index;
use crate::replication_placement::plan::Plan;
use crate::replication_placement::problem::ReplicationPlacement;
use crate::replication_placement::regret_insertion::finish;

/// Decisions that an integer program chooses from at once, and is solved to the end.
const FEW_DECISIONS: usize = 50_000;
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

    /// Where it applies, what it leaves to do takes little time.
    fn opening_share(&self) -> [u32; 2] {
        [3, 4]
    }

    fn run(&self, context: &Context<'_, ReplicationPlacement>) -> Result<(), EngineError> {
        let index = Index::new(context.instance);
        if CostTable::size_of_all(&index) > QUICK {
            return Ok(());
        }
        let scope = Scope::all(&index, context.budget);
        if let (Some(scope), Some((start, _))) = (scope, context.best()) {
            let Some((mut generation, generated)) = relax(context, &index, &scope, &start)? else {
                return Ok(());
            };
            let dived = generation.dive(context.budget).map_err(refused)?;
            if let Some(board) = completed(&index, &generated, dived) {
                finish(context, board, "dive into the linear program");
            }
            let columns = PlanColumns {
                packings: generated.pricing.packings(),
                decisions: generation.end().decisions,
            };
            // Some of the time is better spent on improving the plan.
            let part = context.budget.share(1, 2);
            let selected =
                select(context, &index, &scope, &columns, &part, "best choice of generated plans");
            context.budget.settle(&part);
            selected?;
        }
        Ok(())
    }
}

/// Column generation over whole plans of shards, and integer programs over all that could be part
/// of a better plan.
///
/// Any plan that is better than the incumbent consists of decisions whose costs with prices are
/// above the cheapest ones by less than the gap. Where these are many, only those within a share of the
/// gap are chosen from at first, which is quick and makes the gap smaller; the share doubles until it is all
/// of it.
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
        let Some((_, generated)) = relax(context, &index, &scope, &start)? else { return Ok(()) };
        let within = |share: i128, most: usize| {
            let (best, cost) = context.best()?;
            let gap = cost.first() - generated.bound + 1;
            within_gap(context, &index, &scope, &generated, &best, (gap / share).max(1), most)
        };
        let mut share = FIRST_SHARE;
        while !context.should_stop() {
            let most = if share == 1 { MOST_DECISIONS } else { FEW_DECISIONS };
            if let Some(columns) = within(1, most) {
                return Exact { formulation: columns }.run(context);
            }
            if share == 1 {
                context.note("too many plans within the gap");
                break;
            }
            let Some(columns) = within(share, MOST_DECISIONS) else { break };
            let note = "choice within a share of the gap";
            select(context, &index, &scope, &columns, context.budget, note)?;
            share /= 2;
        }
        Ok(())
    }
}

/// Solves the relaxation with packing inequalities, from those that the known bound has, raises its
/// bound and offers the solution rounded; `None` where it did not come to an end.
fn relax<'a>(
    context: &Context<'_, ReplicationPlacement>,
    index: &'a Index<'a>,
    scope: &'a Scope,
    start: &Plan,
) -> Result<Option<(Generation<'a>, Generated)>, EngineError> {
    let known = context.certificate().and_then(|certificate| prices_of(index, &certificate));
    let packings = known.map_or_else(Vec::new, |known| known.packings());
    let mut generation = Generation::new(index, scope, &start.shards, packings).map_err(refused)?;
    generation.solve(u64::MAX, context.budget).map_err(refused)?;
    if !generation.is_solved() {
        return raise(context, index, &generation.end()).map(|()| None);
    }
    let part = context.budget.share(3, 5);
    let strengthened = generation.strengthen(&part);
    context.budget.settle(&part);
    strengthened.map_err(refused)?;
    let generated = generation.end();
    raise(context, index, &generated)?;
    if context.should_stop() {
        return Ok(None);
    }
    if let Some(board) = rounded(index, &generated) {
        finish(context, board, "the linear program rounded");
    }
    Ok(Some((generation, generated)))
}

fn refused(error: LpError) -> EngineError {
    failed(error.to_string())
}

fn failed(cause: String) -> EngineError {
    EngineError::Backend { method: "plan-master", cause }
}

/// Offers the best choice of some decisions that is found in a while.
fn select(
    context: &Context<'_, ReplicationPlacement>,
    index: &Index,
    scope: &Scope,
    columns: &PlanColumns,
    budget: &Budget,
    note: &str,
) -> Result<(), EngineError> {
    let (decisions, packings) = (&columns.decisions, &columns.packings);
    let chosen = choose(index, &scope.shards, decisions, packings, &scope.limits, NODES, budget);
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
/// cheapest one of their shard; `None` where they are more than so many.
fn within_gap(
    context: &Context<'_, ReplicationPlacement>,
    index: &Index,
    scope: &Scope,
    generated: &Generated,
    best: &Plan,
    within: i128,
    most: usize,
) -> Option<PlanColumns> {
    let pricing = &generated.pricing;
    let mut columns = PlanColumns { decisions: Vec::new(), packings: pricing.packings() };
    let should_stop = || context.should_stop();
    let mut search = PlanSearch::new(index, pricing).stopped_by(&should_stop);
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
                if columns.decisions.len() <= most && decision != *own {
                    columns.decisions.push((shard, decision));
                }
            });
            if !ended || columns.decisions.len() > most || context.should_stop() {
                return None;
            }
        }
    }
    context.budget.spend(search.steps() / 10);
    let (shards, plans) = (best.shards.len(), columns.decisions.len());
    context.note(&format!("{plans} plans of {shards} shards cost at most {within} more"));
    Some(columns)
}
