//! The batch as set packing: a column per placement, generated as needed.
//!
//! ```text
//! max  Σ_c w_job(c) λ_c
//! s.t. Σ_{c of j} λ_c ≤ 1,   Σ_c q_c [l in c] λ_c ≤ f_l,   Σ_c [(l, p) in c] λ_c ≤ 1 for free links
//! ```
//!
//! With prices `π` on GPUs, `ρ` on links and `μ` on jobs, all at least zero,
//! `Σ_j μ_j + Σ_l f_l π_l + Σ_lp ρ_lp + Σ_j max(0, w_j − μ_j − cheapest placement of j)` bounds the
//! value of every batch: Lagrange. The engine's prices are floats, so the bound is its word up to
//! rounding; callers leave a tolerance.

use placewright_solver::bound::column_generation::{
    ColumnGenerationSettings, Pricing, PricingProblem, generate_columns,
};
use placewright_solver::budget::Budget;
use placewright_solver::mip::highs::{LpError, LpSession, NewColumn};
use placewright_solver::mip::{
    Bounds, ColumnKind, MipError, MipLimits, MipModel, MipStart, Row, Silent, default_backend,
};

use super::pricing::{Prices, cheapest};
use super::{Batch, Placement};

/// Reduced costs above this count as zero.
const ZERO: f64 = 1e-7;

/// What column generation proves and finds.
#[derive(Clone, Debug, PartialEq)]
pub struct ColumnBound {
    /// No batch is worth more (up to rounding).
    pub bound: f64,
    /// Placements that fit together: the best choice among the columns made.
    pub placements: Vec<Placement>,
    /// What they are worth.
    pub value: u64,
    /// Columns made.
    pub columns: usize,
    /// Rounds of pricing.
    pub rounds: u64,
}

/// Why there is no bound.
#[derive(Debug, thiserror::Error)]
pub enum BatchError {
    /// HiGHS refused the master.
    #[error(transparent)]
    Lp(#[from] LpError),
    /// The choice among the columns could not be solved.
    #[error(transparent)]
    Mip(#[from] MipError),
}

struct Master<'a> {
    batch: &'a Batch,
    placements: Vec<Placement>,
}

/// Generates columns until none improves the master or the budget is spent, then chooses the best
/// placements among them.
///
/// # Errors
/// When an engine refuses a model.
///
/// # Complexity
/// A linear program, and one search per job and shape, a round.
pub fn column_bound(batch: &Batch, budget: &Budget) -> Result<ColumnBound, BatchError> {
    let mut master = Master { batch, placements: Vec::new() };
    let mut session = LpSession::new(&master.rows())?;
    let settings = ColumnGenerationSettings::default();
    let outcome = generate_columns(&mut session, &mut master, settings, budget, |_, _, _| ())?;
    let (placements, value) = master.choose(budget)?;
    // Before the first round all that is known is that no more than everything can be accepted.
    let all: u64 = batch.jobs.iter().map(|job| job.weight).sum();
    let bound = (-outcome.bound).min(all as f64);
    let columns = master.placements.len();
    Ok(ColumnBound { bound, placements, value, columns, rounds: outcome.rounds })
}

impl Master<'_> {
    fn leaves(&self) -> usize {
        self.batch.free_gpus.len()
    }

    fn spines(&self) -> usize {
        self.batch.links.spines() as usize
    }

    /// Jobs, leaves, links; and a column that does nothing, since a program needs one.
    fn rows(&self) -> MipModel {
        let mut model = MipModel::new("batch_columns");
        let none = Bounds::between(0.0, 0.0);
        model.add_column("nothing", none, 0.0, ColumnKind::Continuous);
        for job in 0..self.batch.jobs.len() {
            model.add_row(format_args!("job{job}"), Bounds::at_most(1.0), []);
        }
        for (leaf, &free) in self.batch.free_gpus.iter().enumerate() {
            model.add_row(format_args!("leaf{leaf}"), Bounds::at_most(f64::from(free)), []);
        }
        for link in 0..self.leaves() * self.spines() {
            model.add_row(format_args!("link{link}"), Bounds::at_most(1.0), []);
        }
        model
    }

    fn entries(&self, placement: &Placement) -> Vec<(usize, f64)> {
        let (jobs, leaves) = (self.batch.jobs.len(), self.leaves());
        let mut entries = vec![(placement.job, 1.0)];
        for &leaf in &placement.leaves {
            entries.push((jobs + leaf as usize, f64::from(placement.share)));
            for &spine in &placement.spines {
                let link = leaf as usize * self.spines() + spine as usize;
                entries.push((jobs + leaves + link, 1.0));
            }
        }
        entries
    }

    /// The best placements among the columns, by the integer program over them.
    fn choose(&self, budget: &Budget) -> Result<(Vec<Placement>, u64), MipError> {
        let mut model = self.rows();
        let mut rows: Vec<Vec<_>> = vec![Vec::new(); model.num_rows()];
        for (at, placement) in self.placements.iter().enumerate() {
            let weight = self.batch.jobs[placement.job].weight as f64;
            let column = model.add_binary(format_args!("c{at}"), -weight);
            for (row, value) in self.entries(placement) {
                rows[row].push((column, value));
            }
        }
        // Rows are only appended: these repeat the bounds of those made before.
        for (row, entries) in rows.into_iter().enumerate() {
            let bounds = model.row_bounds(Row::new(row));
            model.add_row(format_args!("chosen{row}"), bounds, entries);
        }
        let limits = MipLimits::from_budget(budget, &model);
        let outcome = default_backend().solve(&model, &limits, MipStart::None, &mut Silent)?;
        let values = outcome.values.unwrap_or_default();
        let chosen = self.placements.iter().zip(values.iter().skip(1));
        let chosen: Vec<Placement> = chosen
            .filter(|&(_, &value)| value > 0.5)
            .map(|(placement, _)| placement.clone())
            .collect();
        let value = chosen.iter().map(|placement| self.batch.jobs[placement.job].weight).sum();
        Ok((chosen, value))
    }
}

impl PricingProblem for Master<'_> {
    fn price(&mut self, row_duals: &[f64], master_objective: f64, budget: &Budget) -> Pricing {
        // Rows are upper limits of a minimisation, so their duals are at most zero; what a solver
        // leaves above zero is rounding.
        let prices: Vec<f64> = row_duals.iter().map(|dual| (-dual).max(0.0)).collect();
        let (jobs, rest) = prices.split_at(self.batch.jobs.len());
        let (gpus, links) = rest.split_at(self.leaves());
        let mut bound = master_objective;
        let mut columns = Vec::new();
        for (job, description) in self.batch.jobs.iter().enumerate() {
            let mut gain = description.weight as f64 - jobs[job];
            let mut best = None;
            let mut limit = gain - ZERO;
            for &shape in &description.shapes {
                let mut nodes = 0;
                let prices = Prices { gpus, links };
                let found = cheapest(self.batch, job, shape, &prices, limit, &mut nodes);
                budget.spend(nodes);
                if let Some((placement, price)) = found {
                    limit = price;
                    best = Some(placement);
                }
            }
            gain -= limit;
            // Whatever was not found gains at most the tolerance.
            bound -= gain.max(0.0);
            if let Some(placement) = best {
                let entries = self.entries(&placement).into_iter();
                columns.push(NewColumn {
                    cost: -(description.weight as f64),
                    bounds: Bounds::NON_NEGATIVE,
                    entries: entries.map(|(row, value)| (Row::new(row), value)).collect(),
                });
                self.placements.push(placement);
            }
        }
        Pricing { columns, bound }
    }
}
