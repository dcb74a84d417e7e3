//! The bound `lagrangian`: prices on memory, network and stores, and the plans they suggest.
//!
//! With capacities priced instead of kept, shards are independent, and the cheapest plan of each is
//! found exactly (see `certificate`). Prices rise where the cheapest plans together exceed a
//! capacity and fall where they leave room, by Polyak's step towards the incumbent's cost (see
//! `placewright_solver::bound::subgradient`). Now and then the prices guide an insertion. Guarantee:
//! every point is a valid bound, proved in integers; the best approaches the bound of the linear
//! program whose columns are whole plans of a shard, as far as shards' rules are priced exactly.
//!
//! Where shards times nodes are too many for that, `augmented-lagrangian` finds prices.

use std::time::Duration;

use placewright_solver::bound::subgradient::{self, Sign, SubgradientSettings, maximise};
use placewright_solver::budget::Budget;
use placewright_solver::certificate::{Certificate, Claim, Proof};
use placewright_solver::context::{Context, Method};
use placewright_solver::error::EngineError;
use placewright_solver::objective::Objective;

use super::certificate::{
    Choice, Classes, Envelope, PlanSearch, Pricing, choices, has_few_pairs, least_of,
    paid_for_capacity, prices_of, rounded_up, will_do, write_prices,
};
use super::cost_table::{CostTable, is_late};
use super::footprint::Footprint;
use super::instance::{Index, Instance, Layout, NodeId};
use super::problem::ReplicationPlacement;
use super::regret_insertion::finish;
use super::search::insertion::{Order, insert, order};
use super::search::scout::{Allowed, Scout};

/// The bound `lagrangian`.
#[derive(Clone, Copy, Debug, Default)]
pub struct Lagrangian;

const WALK: SubgradientSettings = SubgradientSettings {
    scale: 1.0,
    patience: 12,
    freshness: 0.6,
    gap: 0.999,
    noticeable: 1e-6,
    smallest_scale: 1e-3,
};
/// Denominator of prices.
const SHIFT: u32 = 20;
/// Every so many evaluations the prices are turned into a plan and a certificate.
const PLAN_EVERY: u32 = 25;

impl Method<ReplicationPlacement> for Lagrangian {
    fn name(&self) -> &'static str {
        "lagrangian"
    }

    fn symbol(&self) -> char {
        'B'
    }

    fn applies(&self, instance: &Instance) -> bool {
        has_few_pairs(instance)
    }

    fn run(&self, context: &Context<'_, ReplicationPlacement>) -> Result<(), EngineError> {
        if !has_few_pairs(context.instance) {
            context.note("too many shards times nodes for a look at all pairs");
            return Ok(());
        }
        let index = Index::new(context.instance);
        let known = context.certificate().and_then(|known| prices_of(&index, &known));
        if known.as_ref().is_some_and(|known| !known.packings.is_empty()) {
            context.note("prices on capacities alone prove no more than is known");
            return Ok(());
        }
        let costs = Costs::of(&index, context.budget);
        context.budget.spend(costs.effort() / 10 + 1);
        let classes = Classes::of(&index);
        let limits = Layout::of(&index).limits(&index);
        let scales: Vec<f64> =
            limits.iter().map(|limit| (limit.free as f64).abs().max(1.0)).collect();
        // What is known already is where to go on.
        let known = known.unwrap_or_else(|| Pricing::zero(&index));
        let unit = f64::from(1 << known.shift);
        let start =
            known.rows.iter().zip(&scales).map(|(&price, scale)| price as f64 / unit * scale);
        let start: Vec<f64> = start.collect();
        let mut ascent = Ascent {
            context,
            index: &index,
            ideal: &Index::new(&classes.ideal),
            classes: &classes,
            costs,
            capacity: limits.iter().map(|limit| i128::from(limit.free)).collect(),
            scales,
            best: (i128::MIN, Pricing::zero(&index)),
            evaluations: 0,
            slowest: Duration::ZERO,
            error: None,
            impossible: false,
            is_cut_short: false,
        };
        let signs = vec![Sign::NonNegative; ascent.scales.len()];
        maximise(&mut ascent, &signs, start, WALK, context.budget);
        match ascent.error.take() {
            Some(error) => Err(error),
            // Nothing was evaluated.
            None if ascent.impossible || ascent.best.0 == i128::MIN => Ok(()),
            None => ascent.raise(),
        }
    }
}

/// Costs of nodes for choices: looked up, or computed where they are too many to be kept.
enum Costs<'c> {
    Kept(CostTable),
    Computed { index: &'c Index<'c>, choices: Vec<Vec<Choice>> },
}

impl<'c> Costs<'c> {
    fn of(index: &'c Index<'c>, budget: &Budget) -> Self {
        CostTable::new(index, budget).map_or_else(
            || {
                let shards = 0..index.instance.shards.len();
                Self::Computed { index, choices: shards.map(|s| choices(index, s)).collect() }
            },
            Self::Kept,
        )
    }

    fn choices(&self, shard: usize) -> &[Choice] {
        match self {
            Self::Kept(table) => table.choices(shard),
            Self::Computed { choices, .. } => &choices[shard],
        }
    }

    fn cost(&self, shard: usize, number: usize, position: usize, node: NodeId) -> Option<i128> {
        match self {
            Self::Kept(table) => table.cost(shard, number, position, node),
            Self::Computed { index, choices } => {
                let choice = choices[shard][number];
                will_do(index, shard, choice, position, node)
                    .then(|| index.node_cost(shard, choice.mode, choice.copies, position, node))
            }
        }
    }

    /// How many costs there are.
    fn effort(&self) -> u64 {
        match self {
            Self::Kept(table) => table.len() as u64,
            Self::Computed { index, choices } => {
                let positions: usize = choices.iter().flatten().map(|choice| choice.copies).sum();
                (positions * index.instance.nodes.len()) as u64
            }
        }
    }
}

struct Ascent<'a, 'b, 'c> {
    context: &'a Context<'b, ReplicationPlacement>,
    index: &'c Index<'c>,
    classes: &'c Classes,
    ideal: &'c Index<'c>,
    costs: Costs<'c>,
    /// What rows offer.
    capacity: Vec<i128>,
    scales: Vec<f64>,
    /// What prices prove at most, times `2^SHIFT`, and these.
    best: (i128, Pricing),
    evaluations: u32,
    /// The longest time that an evaluation took.
    slowest: Duration,
    error: Option<EngineError>,
    impossible: bool,
    /// Whether time was over in the midst of an evaluation.
    is_cut_short: bool,
}

impl Ascent<'_, '_, '_> {
    fn pricing(&self, scaled: &[f64]) -> Pricing {
        let values = scaled.iter().zip(&self.scales).map(|(x, scale)| x / scale);
        Pricing::rounded_down(self.index, SHIFT, values)
    }

    /// Turns the best point into a certificate, where it beats the known bound.
    fn raise(&self) -> Result<(), EngineError> {
        let bound = rounded_up(self.best.0, SHIFT);
        if self.context.bound().is_some_and(|known| known.first() >= bound) {
            return Ok(());
        }
        let claim = Claim::AtLeast(Objective::single(bound));
        let proof = Proof::DualPrices(write_prices(self.index, &self.best.1));
        self.context.raise(Certificate { claim, proof }, "prices on capacities")
    }

    fn suggest(&self, pricing: &Pricing) {
        let prices = (0..pricing.rows.len() as u32).map(|row| pricing.price(row));
        let mut scout = Scout::with_prices(prices.collect());
        let list = order(self.index, &mut scout, Order::Regret);
        let (seed, budget) = (self.context.seed, self.context.budget);
        if let Some(board) = insert(self.index, &mut scout, &list, Allowed::All, seed, budget) {
            finish(self.context, board, "insertion by prices");
        }
    }
}

impl subgradient::Lagrangian for Ascent<'_, '_, '_> {
    fn evaluate(&mut self, scaled: &[f64]) -> subgradient::Evaluation {
        let began = self.context.budget.elapsed();
        self.context.budget.spend(self.costs.effort() / 50 + 1);
        let (index, pricing) = (self.index, self.pricing(scaled));
        let layout = Layout::of(index);
        let mut used = vec![0_i128; layout.rows()];
        let mut footprint = Footprint::default();
        // A price is never above that of excess: `pricing` sees to it.
        let mut total = -paid_for_capacity(index, &pricing).unwrap_or(i128::MAX >> 1);
        let mut search = PlanSearch::new(index, &pricing);
        let envelope = Envelope::new(index, self.classes, self.ideal, &pricing);
        for shard in 0..index.instance.shards.len() {
            if is_late(self.context.budget) {
                self.is_cut_short = true;
                let subgradient = vec![0.0; scaled.len()];
                return subgradient::Evaluation { value: f64::NEG_INFINITY, subgradient };
            }
            let costs = &self.costs;
            let cost = |number: usize, at: usize, node| costs.cost(shard, number, at, node);
            let least = |choice| least_of(envelope.as_ref(), shard, choice);
            let Some(found) = search.cheapest(shard, costs.choices(shard), least, cost) else {
                self.impossible = true;
                let subgradient = vec![0.0; scaled.len()];
                return subgradient::Evaluation { value: f64::NEG_INFINITY, subgradient };
            };
            total += found.value;
            if let Some(decision) = found.decision {
                layout.write(index, shard, &decision, &mut footprint);
                for each in &footprint.uses {
                    used[each.row as usize] += i128::from(each.amount);
                }
            }
        }
        self.context.budget.spend(search.steps() / 10);
        let value = total as f64 / f64::from(1 << SHIFT);
        let over = used.iter().zip(&self.capacity).zip(&self.scales);
        let subgradient = over.map(|((used, most), scale)| (used - most) as f64 / scale).collect();
        if total > self.best.0 {
            self.best = (total, pricing.clone());
        }
        self.evaluations += 1;
        self.slowest = self.slowest.max(self.context.budget.elapsed().saturating_sub(began));
        if self.evaluations.is_multiple_of(PLAN_EVERY) {
            self.suggest(&pricing);
            self.error = self.error.take().or(self.raise().err());
        }
        subgradient::Evaluation { value, subgradient }
    }

    /// The incumbent's cost or, without one, a little above the best bound; the best bound itself
    /// once nothing is left to do.
    fn target(&self, best_value: f64) -> f64 {
        // What is not evaluated to its end is lost.
        let left = self.context.budget.time_left();
        let late = left.is_some_and(|left| left < self.slowest);
        if late
            || self.is_cut_short
            || self.context.is_closed()
            || self.error.is_some()
            || self.impossible
        {
            return best_value;
        }
        let best = self.context.objective().map(|objective| objective.first() as f64);
        best.unwrap_or(best_value + 0.1 * best_value.abs() + 1.0)
    }
}
