//! The linear program over all plans of all shards, by column generation.

use std::collections::{BTreeMap, HashSet};

use placewright_solver::bound::column_generation::{
    ColumnGenerationEnd, ColumnGenerationSettings, Pricing as Found, PricingProblem,
    generate_columns,
};
use placewright_solver::budget::Budget;
use placewright_solver::mip::highs::{LpError, LpSession, NewColumn, NewRow};
use placewright_solver::mip::{Bounds, Column, ColumnKind, MipModel, Row};
use placewright_solver::search::row_loads::RowLimit;

use super::separation::{Share, broken};
use crate::replication_placement::certificate::{
    Choice, Packing, PlanSearch, Pricing, Room, paid_for, rounded_up,
};
use crate::replication_placement::cost_table::{CostTable, is_late};
use crate::replication_placement::footprint::Footprint;
use crate::replication_placement::instance::{Index, Layout, NodeId, Policy};
use crate::replication_placement::plan::{Plan, ShardPlan};

/// Prices are below two to the power of this, times their denominator.
const PRICE_BITS: f64 = 52.0;
/// Largest binary logarithm of the denominator of prices.
const MOST_SHIFT: f64 = 30.0;
/// Relative distance of master and bound at which the relaxation counts as solved.
const GAP: f64 = 1e-9;
/// Reduced costs above this, relative to the plan's cost per shard, count as zero.
const ZERO: f64 = 1e-9;
/// From here on an excess has no limit.
const UNLIMITED: f64 = (1_u64 << 61) as f64;
/// What a shard without a decision costs in a dive, in costs of a typical shard.
const WITHOUT: f64 = 100.0;
/// Rounds of packing inequalities in a row that gain little, after which there are no more.
const IDLE: u32 = 3;
/// A bound that rises by less than its part of which this is the inverse has risen by little.
const WORTH_WHILE: i128 = 100_000;

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
) -> Result<Generated, LpError> {
    let mut generation = Generation::new(index, scope, start, Vec::new())?;
    generation.solve(rounds, budget)?;
    Ok(generation.end())
}

/// Column generation under way: more columns, and more rows.
pub(super) struct Generation<'a> {
    pub(super) master: Master<'a>,
    pub(super) session: LpSession,
    /// How the last solve ended.
    pub(super) end: Option<ColumnGenerationEnd>,
    /// The objective of the last linear program, in the program's unit.
    objective: f64,
    /// Values of decisions in the last linear program that was solved.
    pub(super) values: Vec<f64>,
    rounds: u64,
}

impl<'a> Generation<'a> {
    /// A master with feasible decisions of a scope's shards, and packing inequalities.
    ///
    /// # Errors
    /// When HiGHS refuses a model.
    pub(super) fn new(
        index: &'a Index<'a>,
        scope: &'a Scope,
        start: &[ShardPlan],
        packings: Vec<Packing>,
    ) -> Result<Self, LpError> {
        let mut master = Master { packings, ..Master::new(index, scope, start) };
        let mut session = LpSession::new(&master.rows())?;
        let first: Vec<NewColumn> =
            start.iter().enumerate().map(|(number, own)| master.column(number, own)).collect();
        session.add_columns(&first)?;
        Ok(Self { master, session, end: None, objective: 0.0, values: Vec::new(), rounds: 0 })
    }

    /// Generates columns until none helps, or for so many rounds.
    ///
    /// # Errors
    /// When HiGHS refuses a column.
    pub(super) fn solve(&mut self, rounds: u64, budget: &Budget) -> Result<(), LpError> {
        let settings = ColumnGenerationSettings { relative_gap: GAP, rounds, ..Default::default() };
        let (session, master) = (&mut self.session, &mut self.master);
        let outcome = generate_columns(session, master, settings, budget, |_, _, _| ())?;
        // Those of the last round wait for the next one.
        let known = session.num_columns() - master.excess_columns();
        let late = master.decisions[known..].iter().map(|own| master.entries(own));
        let late: Vec<NewColumn> = late.collect();
        session.add_columns(&late)?;
        self.rounds += outcome.rounds;
        if !outcome.columns.is_empty() {
            self.values = outcome.columns.iter().skip(master.excess_columns()).copied().collect();
        }
        self.end = Some(outcome.end);
        self.objective = outcome.objective;
        Ok(())
    }

    /// Whether the last linear program was solved to its end.
    pub(super) fn is_solved(&self) -> bool {
        matches!(self.end, Some(ColumnGenerationEnd::Optimal | ColumnGenerationEnd::WithinGap))
    }

    /// Adds packing inequalities that the solutions break until that raises the bound by little.
    ///
    /// # Errors
    /// When HiGHS refuses a row or a column.
    pub(super) fn strengthen(&mut self, budget: &Budget) -> Result<(), LpError> {
        let mut idle = 0;
        while self.is_solved() && idle < IDLE && budget.stop().is_none() {
            let before = self.bound();
            if self.tighten(budget)? == 0 {
                break;
            }
            self.solve(u64::MAX, budget)?;
            let gained = self.bound() - before;
            idle = if gained < before.abs() / WORTH_WHILE { idle + 1 } else { 0 };
        }
        Ok(())
    }

    /// Adds the packing inequalities that the last solution breaks; how many there are.
    ///
    /// # Errors
    /// When HiGHS refuses a row.
    pub(super) fn tighten(&mut self, budget: &Budget) -> Result<usize, LpError> {
        let master = &mut self.master;
        let shares = master.shares(&self.values);
        let mut found = broken(master.index, &master.scope.limits, &shares, budget)?;
        found.retain(|packing| !master.packings.contains(packing));
        let rows: Vec<NewRow> = found.iter().map(|packing| master.row(packing)).collect();
        self.session.add_rows(&rows)?;
        let count = found.len();
        master.packings.extend(found);
        Ok(count)
    }

    /// What the prices so far prove: a whole cost that no plan is below.
    pub(super) fn bound(&self) -> i128 {
        rounded_up(self.master.best, self.master.pricing.shift)
    }

    /// What was found so far.
    pub(super) fn end(&self) -> Generated {
        let master = &self.master;
        Generated {
            values: self.values.clone(),
            bound: self.bound(),
            decisions: master.decisions.clone(),
            pricing: master.pricing.clone(),
            objective: self.is_solved().then_some(self.objective * master.cost_scale),
            rounds: self.rounds,
        }
    }
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
    generate_with(index, &scope, &start.shards, u64::MAX, budget).map(Some)
}

/// The same with packing inequalities, until they gain little.
///
/// # Errors
/// When HiGHS refuses a model.
pub fn generate_strengthened(
    index: &Index,
    start: &Plan,
    budget: &Budget,
) -> Result<Option<Generated>, LpError> {
    let Some(scope) = Scope::all(index, budget) else { return Ok(None) };
    let mut generation = Generation::new(index, &scope, &start.shards, Vec::new())?;
    generation.solve(u64::MAX, budget)?;
    generation.strengthen(budget)?;
    Ok(Some(generation.end()))
}

/// The linear program and what is known of it.
pub(super) struct Master<'a> {
    pub(super) index: &'a Index<'a>,
    pub(super) scope: &'a Scope,
    pub(super) layout: Layout,
    /// Rows of the program after those of shards: the capacities that could run out.
    rows: Vec<u32>,
    /// Which row of the program a capacity is.
    place: Vec<Option<usize>>,
    /// What divides amounts of a capacity.
    scales: Vec<f64>,
    /// What divides costs.
    cost_scale: f64,
    pub(super) decisions: Vec<(usize, ShardPlan)>,
    known: HashSet<(usize, ShardPlan)>,
    /// Which of the scope's shards each one is.
    pub(super) number_of: BTreeMap<usize, usize>,
    /// Packing inequalities, the last rows of the program.
    packings: Vec<Packing>,
    /// In a dive: what the shards with a decision leave.
    pub(super) left: Option<Vec<i64>>,
    /// In a dive: shards with a decision.
    pub(super) settled: Vec<usize>,
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
            number_of: scope.shards.iter().enumerate().map(|(at, &shard)| (shard, at)).collect(),
            packings: Vec::new(),
            left: None,
            settled: Vec::new(),
            best: i128::MIN,
            pricing: Pricing::zero(index),
        }
    }

    /// Whether a dive still has room for a shard's copy on a node and its state in a store.
    fn has_room(&self, shard: usize, choice: Choice, node: NodeId) -> bool {
        let Some(left) = &self.left else { return true };
        let room = |row: u32| left[row as usize];
        let layout = self.layout;
        let copy = |room: Room| room.copy_mib(self.index, shard, node);
        let in_store = choice.mode.store().is_none_or(|store| {
            self.index.store_mib(shard, choice.mode) as i64 <= room(layout.stored(store))
        });
        in_store
            && copy(Room::Memory(node)) <= room(layout.memory(node))
            && copy(Room::During(node)) <= room(layout.during(node))
    }

    /// Shards, capacities, and columns for what exceeds them.
    fn rows(&self) -> MipModel {
        let mut model = MipModel::new("replication_plan_master");
        // A program needs a column.
        model.add_column("nothing", Bounds::exactly(0.0), 0.0, ColumnKind::Continuous);
        for shard in &self.scope.shards {
            let name = format_args!("none{shard}");
            model.add_column(name, Bounds::exactly(0.0), WITHOUT, ColumnKind::Continuous);
        }
        let mut excess = vec![None; self.rows.len()];
        for (at, &row) in self.rows.iter().enumerate() {
            let (limit, scale) = (self.scope.limits[row as usize], self.scales[row as usize]);
            let most = limit.most as f64 - limit.free as f64;
            if most > 0.0 {
                let cost = limit.price as f64 * scale / self.cost_scale;
                let bounds = if most < UNLIMITED {
                    Bounds::between(0.0, most / scale)
                } else {
                    Bounds::NON_NEGATIVE
                };
                let name = format_args!("over{row}");
                excess[at] = Some(model.add_column(name, bounds, cost, ColumnKind::Continuous));
            }
        }
        for (number, shard) in self.scope.shards.iter().enumerate() {
            let without = [(self.without(number), 1.0)];
            model.add_row(format_args!("shard{shard}"), Bounds::exactly(1.0), without);
        }
        for (&row, over) in self.rows.iter().zip(excess) {
            let free = self.scope.limits[row as usize].free as f64 / self.scales[row as usize];
            let entries = over.map(|column| (column, -1.0));
            model.add_row(self.layout.name(row), Bounds::at_most(free), entries);
        }
        for number in 0..self.packings.len() {
            model.add_row(format_args!("packing{number}"), Bounds::at_most(1.0), []);
        }
        model
    }

    /// The column for a shard of the scope, by number, without a decision.
    pub(super) fn without(&self, number: usize) -> Column {
        Column::new(1 + number)
    }

    /// How many columns the program has before those of decisions.
    pub(super) fn excess_columns(&self) -> usize {
        let limits = self.rows.iter().map(|&row| self.scope.limits[row as usize]);
        1 + self.scope.shards.len()
            + limits.filter(|limit| limit.most as f64 - limit.free as f64 > 0.0).count()
    }

    /// A decision of the scope's shard of a number as a column; it is remembered.
    fn column(&mut self, number: usize, decision: &ShardPlan) -> NewColumn {
        let own = (self.scope.shards[number], decision.clone());
        let column = self.entries(&own);
        self.known.insert(own.clone());
        self.decisions.push(own);
        column
    }

    /// A decision as a column.
    fn entries(&self, (shard, decision): &(usize, ShardPlan)) -> NewColumn {
        let number = self.number_of[shard];
        let mut footprint = Footprint::default();
        self.layout.write(self.index, *shard, decision, &mut footprint);
        let mut entries = vec![(Row::new(number), 1.0)];
        for each in &footprint.uses {
            if let Some(place) = self.place[each.row as usize] {
                let amount = each.amount as f64 / self.scales[each.row as usize];
                entries.push((Row::new(place), amount));
            }
        }
        let first = self.scope.shards.len() + self.rows.len();
        for (at, packing) in (first..).zip(&self.packings) {
            let weight = packed_weight(self.index, packing, *shard, decision);
            if weight > 0.0 {
                entries.push((Row::new(at), weight));
            }
        }
        let cost = footprint.cost as f64 / self.cost_scale;
        NewColumn { cost, bounds: Bounds::NON_NEGATIVE, entries }
    }

    /// A packing inequality as a row over the columns there are, with a right-hand side of one.
    fn row(&self, packing: &Packing) -> NewRow {
        let excess = self.excess_columns();
        let columns = (excess..).map(Column::new).zip(&self.decisions);
        let entries = columns.map(|(column, (shard, decision))| {
            (column, packed_weight(self.index, packing, *shard, decision))
        });
        let entries = entries.filter(|entry| entry.1 > 0.0).collect();
        NewRow { bounds: Bounds::at_most(1.0), entries }
    }

    /// By row of a room, what each shard takes of it to which share, by the values of decisions.
    fn shares(&self, values: &[f64]) -> Vec<(u32, Vec<Share>)> {
        let mut shares = BTreeMap::<(u32, u32, i64), f64>::new();
        let mut footprint = Footprint::default();
        for ((shard, decision), &value) in self.decisions.iter().zip(values) {
            if value <= 0.0 {
                continue;
            }
            self.layout.write(self.index, *shard, decision, &mut footprint);
            for each in &footprint.uses {
                if Room::of(self.layout, each.row).is_some() {
                    *shares.entry((each.row, *shard as u32, each.amount)).or_default() += value;
                }
            }
        }
        let mut by_row: Vec<(u32, Vec<Share>)> = Vec::new();
        for ((row, shard, mib), share) in shares {
            if by_row.last().is_none_or(|last| last.0 != row) {
                by_row.push((row, Vec::new()));
            }
            if let Some(last) = by_row.last_mut() {
                last.1.push(Share { shard, mib, share });
            }
        }
        by_row
    }

    /// Duals as whole prices. Rows are upper limits of a minimisation, so duals are at most zero;
    /// what a solver leaves above is rounding.
    fn pricing(&self, row_duals: &[f64]) -> Pricing {
        let mut prices = vec![0.0_f64; self.scope.limits.len()];
        for (&row, dual) in self.rows.iter().zip(&row_duals[self.scope.shards.len()..]) {
            prices[row as usize] = (-dual).max(0.0) * self.cost_scale / self.scales[row as usize];
        }
        let duals = &row_duals[self.scope.shards.len() + self.rows.len()..];
        let per_unit = |(packing, dual): (&Packing, &f64)| {
            (-dual).max(0.0) * self.cost_scale / unit_of(packing)
        };
        let packed: Vec<f64> = self.packings.iter().zip(duals).map(per_unit).collect();
        let largest = prices.iter().chain(&packed).copied().fold(1e-9, f64::max);
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
        let rows = prices.iter().zip(&self.scope.limits).map(whole).collect();
        let packings = self.packings.iter().zip(&packed);
        let packings = packings
            .map(|(packing, price)| (packing, (price * f64::from(1 << shift)).round() as i64))
            .filter(|each| each.1 > 0)
            .map(|(packing, price)| (packing.clone(), price));
        Pricing { packings: packings.collect(), ..Pricing::of_rows(shift, rows) }
    }
}

/// What divides a packing inequality in the program.
fn unit_of(packing: &Packing) -> f64 {
    packing.most.max(1) as f64
}

/// What a decision weighs in a packing inequality of the program.
fn packed_weight(index: &Index, packing: &Packing, shard: usize, decision: &ShardPlan) -> f64 {
    let room = Room::of(Layout::of(index), packing.row);
    let taken = room.map_or(0, |room| room.taken_mib(index, shard, decision));
    packing.weight(shard, taken) as f64 / unit_of(packing)
}

impl PricingProblem for Master<'_> {
    fn price(&mut self, row_duals: &[f64], _: f64, budget: &Budget) -> Found {
        let pricing = self.pricing(row_duals);
        let unit = f64::from(1_u32 << pricing.shift) * self.cost_scale;
        let Ok(paid) = paid_for(self.index, &pricing, &self.scope.limits) else {
            return Found::default();
        };
        let mut total = -paid - pricing.paid_for_packings();
        let mut columns = Vec::new();
        let scope = self.scope;
        let mut search = PlanSearch::among(self.index, &pricing, scope.table.nodes().to_vec());
        for (number, (&shard, &dual)) in scope.shards.iter().zip(row_duals).enumerate() {
            if is_late(budget) {
                return Found { columns: Vec::new(), bound: f64::NEG_INFINITY };
            }
            if self.settled.contains(&shard) {
                continue;
            }
            let choices = scope.table.choices(number);
            let cost = |choice: usize, at: usize, node| {
                let cost = scope.table.cost(number, choice, at, node);
                cost.filter(|_| self.has_room(shard, choices[choice], node))
            };
            // Every shard has a decision, the one it starts with, but in a dive.
            let Some(found) = search.cheapest(shard, choices, |_| Some(i128::MIN), cost) else {
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
        if self.left.is_some() {
            return Found { columns, bound: f64::NEG_INFINITY };
        }
        let bound = total as f64 / unit;
        if rounded_up(total, pricing.shift) > rounded_up(self.best, self.pricing.shift) {
            (self.best, self.pricing) = (total, pricing);
        }
        Found { columns, bound }
    }
}
