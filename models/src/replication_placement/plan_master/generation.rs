//! The linear program over all plans of all shards, by column generation.

use std::collections::HashSet;

use placewright_solver::bound::column_generation::{
    ColumnGenerationEnd, ColumnGenerationSettings, Pricing as Found, PricingProblem,
    generate_columns,
};
use placewright_solver::budget::Budget;
use placewright_solver::mip::highs::{LpError, LpSession, NewColumn};
use placewright_solver::mip::{Bounds, ColumnKind, MipModel, Row};
use placewright_solver::search::row_loads::RowLimit;

use crate::replication_placement::certificate::{PlanSearch, Pricing, paid_for, rounded_up};
use crate::replication_placement::cost_table::{CostTable, is_late};
use crate::replication_placement::footprint::Footprint;
use crate::replication_placement::instance::{Index, Layout, Policy};
use crate::replication_placement::plan::{Plan, ShardPlan};

/// Prices are below two to the power of this, times their denominator.
const PRICE_BITS: f64 = 52.0;
/// Largest binary logarithm of the denominator of prices.
const MOST_SHIFT: f64 = 30.0;
/// Relative distance of master and bound at which the relaxation counts as solved.
const GAP: f64 = 1e-9;
/// Reduced costs above this, relative to the plan's cost per shard, count as zero.
const ZERO: f64 = 1e-9;

/// What column generation found.
#[derive(Clone, Debug)]
pub struct Generated {
    /// Decisions made, the starting plan's among them.
    pub decisions: Vec<(usize, ShardPlan)>,
    /// Their values in the last linear program; empty where none was solved.
    pub values: Vec<f64>,
    /// The prices that prove the best bound.
    pub pricing: Pricing,
    /// What they prove: a whole cost that no plan is below.
    pub bound: i128,
    /// The optimum of the linear program, where it was reached.
    pub objective: Option<f64>,
    /// Rounds of pricing.
    pub rounds: u64,
}

/// The shards that are decided anew, on which nodes, and what capacities the others leave them.
pub(in crate::replication_placement) struct Scope {
    /// The shards.
    pub(in crate::replication_placement) shards: Vec<usize>,
    /// Costs of the shards, in this order, on the nodes.
    pub(in crate::replication_placement) table: CostTable,
    /// What capacities offer, by row.
    pub(in crate::replication_placement) limits: Vec<RowLimit>,
}

impl Scope {
    /// All shards on all nodes; `None` where that is too much, or time is over.
    pub(in crate::replication_placement) fn all(index: &Index, budget: &Budget) -> Option<Self> {
        let table = CostTable::new(index, budget)?;
        let shards = (0..index.instance.shards.len()).collect();
        Some(Self { shards, table, limits: Layout::of(index).limits(index) })
    }
}

/// Solves the linear program of a scope, starting from feasible decisions of its shards, until its
/// bound is met, or the rounds or the budget are spent. The bound counts the shards of the scope
/// only.
///
/// # Errors
/// When HiGHS refuses a model.
pub(in crate::replication_placement) fn generate_with(
    index: &Index,
    scope: &Scope,
    start: &[ShardPlan],
    rounds: u64,
    budget: &Budget,
    mut on_round: impl FnMut(u64, i128),
) -> Result<Generated, LpError> {
    let mut master = Master::new(index, scope, start);
    let mut session = LpSession::new(&master.rows())?;
    let first: Vec<NewColumn> =
        start.iter().enumerate().map(|(number, own)| master.column(number, own)).collect();
    session.add_columns(&first)?;
    let settings = ColumnGenerationSettings { relative_gap: GAP, rounds, ..Default::default() };
    let scale = master.cost_scale;
    let outcome = generate_columns(&mut session, &mut master, settings, budget, |round, _, b| {
        on_round(round, (b * scale) as i128);
    })?;
    let ended =
        matches!(outcome.end, ColumnGenerationEnd::Optimal | ColumnGenerationEnd::WithinGap);
    // Columns of the rows' excess come first, those of the last round are not solved yet.
    let excess = master.excess_columns();
    Ok(Generated {
        values: outcome.columns.iter().skip(excess).copied().collect(),
        bound: rounded_up(master.best, master.pricing.shift),
        decisions: master.decisions,
        pricing: master.pricing,
        objective: ended.then_some(outcome.objective * scale),
        rounds: outcome.rounds,
    })
}

/// The optimum of the linear program over all plans of all shards; `None` where the instance is too
/// large to price.
///
/// # Errors
/// When HiGHS refuses a model.
pub fn generate(
    index: &Index,
    start: &Plan,
    budget: &Budget,
) -> Result<Option<Generated>, LpError> {
    let Some(scope) = Scope::all(index, budget) else { return Ok(None) };
    generate_with(index, &scope, &start.shards, u64::MAX, budget, |_, _| ()).map(Some)
}

struct Master<'a> {
    index: &'a Index<'a>,
    scope: &'a Scope,
    layout: Layout,
    /// Rows of the program after those of shards: the capacities that could run out.
    rows: Vec<u32>,
    /// Which row of the program a capacity is.
    place: Vec<Option<usize>>,
    /// What divides amounts of a capacity.
    scales: Vec<f64>,
    /// What divides costs.
    cost_scale: f64,
    decisions: Vec<(usize, ShardPlan)>,
    known: HashSet<(usize, ShardPlan)>,
    footprint: Footprint,
    /// The best bound, times its prices' denominator.
    best: i128,
    pricing: Pricing,
}

impl<'a> Master<'a> {
    fn new(index: &'a Index<'a>, scope: &'a Scope, start: &[ShardPlan]) -> Self {
        let layout = Layout::of(index);
        let limits = &scope.limits;
        let mut asked = vec![false; limits.len()];
        let nodes = scope.table.nodes().iter();
        let on_nodes = nodes.flat_map(|&node| {
            [layout.memory(node), layout.during(node), layout.sent(node), layout.received(node)]
        });
        let others = index.instance.nodes.len() as u32 * 4..limits.len() as u32;
        on_nodes.chain(others).for_each(|row| asked[row as usize] = true);
        let could_bind =
            |&row: &u32| asked[row as usize] && limits[row as usize].free < i64::MAX >> 2;
        let rows: Vec<u32> = (0..limits.len() as u32).filter(could_bind).collect();
        let mut place = vec![None; limits.len()];
        for (at, &row) in rows.iter().enumerate() {
            place[row as usize] = Some(scope.shards.len() + at);
        }
        let power = |amount: f64| amount.abs().max(1.0).log2().round().exp2();
        let scales = limits.iter().map(|limit| power(limit.free as f64)).collect();
        let mut footprint = Footprint::default();
        let mut total = 0.0;
        for (&shard, decision) in scope.shards.iter().zip(start) {
            layout.write(index, shard, decision, &mut footprint);
            total += footprint.cost as f64;
        }
        Self {
            index,
            scope,
            layout,
            rows,
            place,
            scales,
            cost_scale: power(total / start.len() as f64),
            decisions: Vec::new(),
            known: HashSet::new(),
            footprint,
            best: i128::MIN,
            pricing: Pricing::zero(index),
        }
    }

    /// Shards, capacities, and columns for what exceeds them.
    fn rows(&self) -> MipModel {
        let mut model = MipModel::new("replication_plan_master");
        // A program needs a column.
        model.add_column("nothing", Bounds::exactly(0.0), 0.0, ColumnKind::Continuous);
        let mut excess = vec![None; self.rows.len()];
        for (at, &row) in self.rows.iter().enumerate() {
            let (limit, scale) = (self.scope.limits[row as usize], self.scales[row as usize]);
            let most = limit.most as f64 - limit.free as f64;
            if most > 0.0 {
                let cost = limit.price as f64 * scale / self.cost_scale;
                let bounds = Bounds::between(0.0, most / scale);
                let name = format_args!("over{row}");
                excess[at] = Some(model.add_column(name, bounds, cost, ColumnKind::Continuous));
            }
        }
        for shard in &self.scope.shards {
            model.add_row(format_args!("shard{shard}"), Bounds::exactly(1.0), []);
        }
        for (&row, over) in self.rows.iter().zip(excess) {
            let free = self.scope.limits[row as usize].free as f64 / self.scales[row as usize];
            let entries = over.map(|column| (column, -1.0));
            model.add_row(self.layout.name(row), Bounds::at_most(free), entries);
        }
        model
    }

    /// How many columns the program has before those of decisions.
    fn excess_columns(&self) -> usize {
        let limits = self.rows.iter().map(|&row| self.scope.limits[row as usize]);
        1 + limits.filter(|limit| limit.most as f64 - limit.free as f64 > 0.0).count()
    }

    /// A decision of the scope's shard of a number as a column; it is remembered.
    fn column(&mut self, number: usize, decision: &ShardPlan) -> NewColumn {
        let shard = self.scope.shards[number];
        self.layout.write(self.index, shard, decision, &mut self.footprint);
        let mut entries = vec![(Row::new(number), 1.0)];
        for each in &self.footprint.uses {
            if let Some(place) = self.place[each.row as usize] {
                let amount = each.amount as f64 / self.scales[each.row as usize];
                entries.push((Row::new(place), amount));
            }
        }
        self.decisions.push((shard, decision.clone()));
        self.known.insert((shard, decision.clone()));
        let cost = self.footprint.cost as f64 / self.cost_scale;
        NewColumn { cost, bounds: Bounds::NON_NEGATIVE, entries }
    }

    /// Duals as whole prices. Rows are upper limits of a minimisation, so duals are at most zero;
    /// what a solver leaves above is rounding.
    fn pricing(&self, row_duals: &[f64]) -> Pricing {
        let mut prices = vec![0.0_f64; self.scope.limits.len()];
        for (&row, dual) in self.rows.iter().zip(&row_duals[self.scope.shards.len()..]) {
            prices[row as usize] = (-dual).max(0.0) * self.cost_scale / self.scales[row as usize];
        }
        let largest = prices.iter().copied().fold(1e-9, f64::max);
        let shift = (PRICE_BITS - largest.log2()).floor().clamp(0.0, MOST_SHIFT) as u32;
        let soft = matches!(self.index.instance.policies.capacity, Policy::Soft { .. });
        let whole = |(price, limit): (&f64, &RowLimit)| {
            let price = (price * f64::from(1 << shift)).round();
            // Where excess is allowed it is never cheaper than the price.
            let may_exceed = soft && limit.most > limit.free;
            let dearest =
                if may_exceed { limit.price.saturating_mul(1 << shift) } else { i64::MAX >> 8 };
            (price as i64).min(dearest)
        };
        Pricing { shift, rows: prices.iter().zip(&self.scope.limits).map(whole).collect() }
    }
}

impl PricingProblem for Master<'_> {
    fn price(&mut self, row_duals: &[f64], _: f64, budget: &Budget) -> Found {
        let pricing = self.pricing(row_duals);
        let unit = f64::from(1_u32 << pricing.shift) * self.cost_scale;
        let Ok(paid) = paid_for(self.index, &pricing, &self.scope.limits) else {
            return Found::default();
        };
        let mut total = -paid;
        let mut columns = Vec::new();
        let scope = self.scope;
        let mut search = PlanSearch::among(self.index, &pricing, scope.table.nodes().to_vec());
        for (number, (&shard, &dual)) in scope.shards.iter().zip(row_duals).enumerate() {
            if is_late(budget) {
                return Found { columns: Vec::new(), bound: f64::NEG_INFINITY };
            }
            let cost = |choice: usize, at: usize, node| scope.table.cost(number, choice, at, node);
            // Every shard has a decision: the one it starts with.
            let Some(found) =
                search.cheapest(shard, scope.table.choices(number), |_| Some(i128::MIN), cost)
            else {
                continue;
            };
            total += found.value;
            let gains = found.value as f64 / unit < dual - ZERO;
            if let Some(decision) = found.decision.filter(|_| gains)
                && !self.known.contains(&(shard, decision.clone()))
            {
                columns.push(self.column(number, &decision));
            }
        }
        budget.spend(self.scope.table.len() as u64 / 50 + search.steps() / 10 + 1);
        let bound = total as f64 / unit;
        if rounded_up(total, pricing.shift) > rounded_up(self.best, self.pricing.shift) {
            (self.best, self.pricing) = (total, pricing);
        }
        Found { columns, bound }
    }
}
