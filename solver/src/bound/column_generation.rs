//! Column generation: solve a linear program with too many columns to write down.
//!
//! **Idea.** Solve a restricted master with the columns known so far; ask a pricing problem for
//! columns of negative reduced cost under its duals; add them and go on from the last basis. When
//! there are none, the master's optimum is that of the whole program. Before that, the duals already
//! give a bound: the pricing problem knows how much any column can still gain.
//!
//! **Reference.** P. Gilmore and R. Gomory, *A linear programming approach to the cutting-stock
//! problem*, Oper. Res. 9 (1961) 849–859; M. Lübbecke and J. Desrosiers, *Selected topics in column
//! generation*, Oper. Res. 53 (2005) 1007–1023, sections 2 and 4 for the bounds.
//!
//! **Complexity.** One warm linear program and one pricing per round. **Guarantee.** The bound of
//! every round is valid for the whole program if the pricing problem's is; finite if pricing is
//! exact. Duals are floats: put them through [`crate::bound::linear_certificate`] or an exact
//! pricing for a proof.

use crate::budget::{Budget, Stop};
use crate::mip::highs::{LpError, LpSession, LpStatus, NewColumn};

/// What pricing finds under given duals.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Pricing {
    /// Columns of negative reduced cost; none proves the master optimal.
    pub columns: Vec<NewColumn>,
    /// A lower bound on the whole program at these duals: Lagrangian (`master objective + Σ
    /// multiplicity · least reduced cost`) or Farley's; `-∞` when pricing was heuristic.
    pub bound: f64,
}

/// The problem that knows the columns not written down. Minimisation only.
pub trait PricingProblem {
    /// Finds columns that improve the master under `row_duals`, and a bound. `master_objective` is
    /// the optimum of the restricted master. Charges its work to `budget`.
    fn price(&mut self, row_duals: &[f64], master_objective: f64, budget: &Budget) -> Pricing;
}

/// When to stop.
#[derive(Clone, Copy, Debug)]
pub struct ColumnGenerationSettings {
    /// Stop when master objective and bound are this close, relative to the objective.
    pub relative_gap: f64,
    /// Stop as soon as the bound, rounded up, equals the master objective, rounded up: enough where
    /// only integer objectives matter.
    pub rounding: Rounding,
    /// Most rounds.
    pub rounds: u64,
}

/// Whether only integer objectives matter.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Rounding {
    /// They do.
    ToInteger,
    /// They do not.
    None,
}

impl Default for ColumnGenerationSettings {
    fn default() -> Self {
        Self { relative_gap: 1e-9, rounding: Rounding::None, rounds: u64::MAX }
    }
}

/// Why it ended.
#[derive(Clone, Debug, PartialEq)]
pub enum ColumnGenerationEnd {
    /// No column improves the master.
    Optimal,
    /// Bound and master objective are close enough.
    WithinGap,
    /// The rounds are spent.
    Rounds,
    /// The budget is spent.
    Budget(Stop),
    /// The restricted master could not be solved; it must be feasible from the start.
    Master(LpStatus),
}

/// What is known at the end.
#[derive(Clone, Debug, PartialEq)]
pub struct ColumnGenerationOutcome {
    /// Why it ended.
    pub end: ColumnGenerationEnd,
    /// Objective of the restricted master: an upper bound on the whole linear program.
    pub objective: f64,
    /// The best bound over all rounds, `-∞` if there is none.
    pub bound: f64,
    /// The duals behind the bound.
    pub row_duals: Vec<f64>,
    /// Values of the master's columns.
    pub columns: Vec<f64>,
    /// Rounds of pricing.
    pub rounds: u64,
    /// Simplex iterations over all rounds.
    pub iterations: u64,
}

/// Generates columns into `master`, which keeps them, until nothing improves it, the settings are
/// met or the budget is spent. `on_round` hears of each round: its number, objective and best bound.
///
/// # Errors
/// When HiGHS refuses a column.
pub fn generate_columns(
    master: &mut LpSession,
    pricing: &mut impl PricingProblem,
    settings: ColumnGenerationSettings,
    budget: &Budget,
    mut on_round: impl FnMut(u64, f64, f64),
) -> Result<ColumnGenerationOutcome, LpError> {
    let mut best = ColumnGenerationOutcome {
        end: ColumnGenerationEnd::Rounds,
        objective: f64::INFINITY,
        bound: f64::NEG_INFINITY,
        row_duals: Vec::new(),
        columns: Vec::new(),
        rounds: 0,
        iterations: 0,
    };
    while best.rounds < settings.rounds {
        let solved = master.solve(budget)?;
        best.iterations += solved.iterations;
        if solved.status != LpStatus::Optimal {
            best.end = unsolved(solved.status);
            return Ok(best);
        }
        (best.objective, best.columns) = (solved.objective, solved.columns);
        let found = pricing.price(&solved.row_duals, solved.objective, budget);
        best.rounds += 1;
        if found.bound > best.bound || best.row_duals.is_empty() {
            (best.bound, best.row_duals) = (found.bound, solved.row_duals);
        }
        on_round(best.rounds, best.objective, best.bound);
        if let Some(end) = end(&best, &found, settings, budget) {
            best.end = end;
            return Ok(best);
        }
        master.add_columns(&found.columns)?;
    }
    Ok(best)
}

fn unsolved(status: LpStatus) -> ColumnGenerationEnd {
    match status {
        LpStatus::Stopped(stop) => ColumnGenerationEnd::Budget(stop),
        other => ColumnGenerationEnd::Master(other),
    }
}

fn end(
    best: &ColumnGenerationOutcome,
    found: &Pricing,
    settings: ColumnGenerationSettings,
    budget: &Budget,
) -> Option<ColumnGenerationEnd> {
    let gap = settings.relative_gap * best.objective.abs().max(1.0);
    let same_integer = (best.bound - 1e-6).ceil() >= (best.objective - 1e-6).ceil();
    let close = best.objective - best.bound <= gap;
    if let Some(stop) = budget.stop() {
        Some(ColumnGenerationEnd::Budget(stop))
    } else if found.columns.is_empty() {
        Some(ColumnGenerationEnd::Optimal)
    } else if close || (settings.rounding == Rounding::ToInteger && same_integer) {
        Some(ColumnGenerationEnd::WithinGap)
    } else {
        None
    }
}
