//! The order of mean busy times in the transportation relaxation of [`mean_busy_search`].
//!
//! **Reference.** List scheduling by mean busy times: M. X. Goemans, M. Queyranne, A. S. Schulz,
//! M. Skutella, Y. Wang, SIAM J. Discrete Math. 15 (2002) 165–192 (a 1.69-approximation on one
//! machine; no guarantee is known here). Costs what the bound costs.
//!
//! [`mean_busy_search`]: crate::irs_matching::offline::bounds::mean_busy_search

use placewright_solver::budget::Budget;

use crate::irs_matching::offline::bounds::mean_busy_search::{
    GridSearch, MeanBusyError, mean_busy_bound,
};
use crate::irs_matching::offline::fluid::Fluid;
use crate::irs_matching::offline::supply::Supply;

/// The order.
///
/// # Errors
/// [`MeanBusyError`] when the fluid is not sound.
pub fn lp_order(fluid: &Fluid) -> Result<Vec<usize>, MeanBusyError> {
    let supply = Supply::constant(&fluid.rates_micro_per_s);
    let bound =
        mean_busy_bound(&supply, &fluid.jobs, &[], GridSearch::default(), &Budget::unlimited())?;
    let mut order: Vec<usize> = (0..fluid.jobs.len()).collect();
    order.sort_by(|&a, &b| bound.mean_busy_ms[a].total_cmp(&bound.mean_busy_ms[b]));
    Ok(order)
}
