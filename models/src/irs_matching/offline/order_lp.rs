//! The best fluid completion times for a given order of completions.
//!
//! For a fixed order the problem is a linear program: interval `k` ends with the `k`-th completion,
//! and amounts are chosen per job, mask and interval. Projected on the completion times `C` it has
//! one variable per job, and a row per set of jobs, made when it is violated (see
//! `relaxed`, `conditions`). Note that it may pay to hold a job back: handing shared masks to a
//! later job can serve both, which no list schedule does.
//!
//! **Complexity.** A few dual simplex pivots per row; about ten rows per job in practice.

use placewright_solver::budget::Budget;

use super::fluid::{Fluid, FluidError};
use super::normal::Normal;
use super::precedence::MOST_JOBS;
use super::relaxed::{Relaxed, Verdict};

/// Completion times in continuous time.
#[derive(Clone, Debug, PartialEq)]
pub struct Completions {
    /// Per job, in milliseconds.
    pub times_ms: Vec<f64>,
    /// What they cost, in weight times milliseconds.
    pub weighted_ms: f64,
}

/// Why an exact method does not answer.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ExactError {
    /// The fluid is not sound.
    #[error(transparent)]
    Fluid(#[from] FluidError),
    /// Too many jobs for an exact method.
    #[error("{jobs} jobs; exact methods take at most {MOST_JOBS}")]
    TooManyJobs {
        /// How many there are.
        jobs: usize,
    },
    /// The order does not name every job once.
    #[error("the order does not name each of the {jobs} jobs once")]
    NotAnOrder {
        /// How many jobs there are.
        jobs: usize,
    },
    /// The budget ended before an order was priced.
    #[error("the budget ended before an order was priced")]
    Stopped,
    /// Floating point failed; the data are scaled too badly.
    #[error("numerical trouble in a linear program")]
    Numerical,
}

/// Orders of one fluid, priced one after another.
pub struct OrderPrices {
    pub(super) normal: Normal,
}

impl OrderPrices {
    /// Prepares a fluid.
    ///
    /// # Errors
    /// [`ExactError::Fluid`], [`ExactError::TooManyJobs`].
    pub fn new(fluid: &Fluid) -> Result<Self, ExactError> {
        fluid.validate()?;
        let jobs = fluid.jobs.len();
        if jobs > MOST_JOBS {
            return Err(ExactError::TooManyJobs { jobs });
        }
        Ok(Self { normal: Normal::new(fluid) })
    }

    /// The best completion times among those in this order (ties allowed).
    ///
    /// # Errors
    /// [`ExactError::NotAnOrder`], [`ExactError::Numerical`].
    pub fn best(&self, order: &[usize]) -> Result<Completions, ExactError> {
        let answer = self.best_below(order, f64::INFINITY, &Budget::unlimited())?;
        answer.ok_or(ExactError::Numerical)
    }

    /// Like [`OrderPrices::best`], but gives up with `None` as soon as the cost is known to reach
    /// `cutoff` (in weight times milliseconds). Charges the budget, and ends with it.
    ///
    /// # Errors
    /// [`ExactError::NotAnOrder`], [`ExactError::Numerical`], [`ExactError::Stopped`].
    pub fn best_below(
        &self,
        order: &[usize],
        cutoff: f64,
        budget: &Budget,
    ) -> Result<Option<Completions>, ExactError> {
        let jobs = self.normal.len();
        let mut sorted = order.to_vec();
        sorted.sort_unstable();
        if sorted.into_iter().ne(0..jobs) {
            return Err(ExactError::NotAnOrder { jobs });
        }
        let mut program = Relaxed::of_order(&self.normal, order);
        match program.tighten(cutoff / self.unit(), budget) {
            Verdict::Beaten => Ok(None),
            Verdict::Possible => Ok(Some(self.completions(&program))),
            Verdict::Stopped => Err(ExactError::Stopped),
            Verdict::Undecided(..) | Verdict::Stalled => Err(ExactError::Numerical),
        }
    }

    /// Weight times milliseconds per unit of scaled cost.
    pub(super) fn unit(&self) -> f64 {
        self.normal.unit_ms * self.normal.unit_weight
    }

    pub(super) fn completions(&self, program: &Relaxed<'_>) -> Completions {
        let times = program.completions();
        Completions {
            times_ms: times.iter().map(|time| time * self.normal.unit_ms).collect(),
            weighted_ms: program.value() * self.unit(),
        }
    }
}
