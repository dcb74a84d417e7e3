//! The bound `mean-busy-time`: every device goes to the job that it is worth most to. The order of
//! the mean busy times is offered as a list.
//!
//! The relaxation and its prices are those of `offline::bounds::mean_busy`; the certificate holds
//! the prices, and the referee adds up what they prove.

use std::sync::{Arc, Mutex, PoisonError};

use placewright_solver::certificate::{Certificate, CertificateError, Claim, Proof};
use placewright_solver::context::{Context, Method};
use placewright_solver::error::EngineError;
use placewright_solver::objective::Objective;

use super::instance::{Instance, JobId};
use super::list_scheduling::{self, offer_list};
use super::offline::bounds::mean_busy::{MeanBusyPrices, mean_busy_value_us};
use super::offline::bounds::mean_busy_search::{GridSearch, mean_busy_bound};
use super::problem::IrsMatching;
use super::streams;

/// Rule of the bound; the witness is the shift, then a price per job, then the breakpoints in ms.
pub const MEAN_BUSY_TIME: &str = "mean_busy_time";

/// The bound `mean-busy-time`.
#[derive(Clone, Debug, Default)]
pub struct MeanBusyTime {
    /// Where the prices are left for the method that goes on from them.
    pub found: FoundPrices,
}

/// Prices of jobs that one method found in this solve and another takes.
#[derive(Clone, Debug, Default)]
pub struct FoundPrices(Arc<Mutex<Option<MeanBusyPrices>>>);

impl FoundPrices {
    fn put(&self, prices: Option<MeanBusyPrices>) {
        // Whole values are exchanged, so one that a panic left behind is as good as any.
        *self.0.lock().unwrap_or_else(PoisonError::into_inner) = prices;
    }

    /// Takes the prices, if there are any; they serve once.
    #[must_use]
    pub fn take(&self) -> Option<MeanBusyPrices> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).take()
    }
}

impl Method<IrsMatching> for MeanBusyTime {
    fn name(&self) -> &'static str {
        "mean-busy-time"
    }

    fn symbol(&self) -> char {
        'B'
    }

    fn run(&self, context: &Context<'_, IrsMatching>) -> Result<(), EngineError> {
        self.found.put(None);
        let Some((pieces, jobs, responses)) = streams::pieces(context.instance) else {
            context.note("mean busy times bound rates only");
            return Ok(());
        };
        let (search, budget) = (GridSearch::default(), context.budget);
        let bound = match mean_busy_bound(&pieces, &jobs, &responses, search, budget) {
            Ok(bound) => bound,
            Err(error) => {
                context.decline(&format!("no mean busy times: {error}"));
                return Ok(());
            }
        };
        let mut order: Vec<JobId> = (0..jobs.len() as u32).map(JobId).collect();
        let time = |id: &JobId| bound.mean_busy_ms[id.index()];
        order.sort_by(|a, b| time(a).total_cmp(&time(b)));
        context.budget.spend(list_scheduling::work(context.instance));
        offer_list(context, &order, "in the order of mean busy times");
        self.found.put(Some(bound.certificate.clone()));
        let MeanBusyPrices { shift, prices, breakpoints_ms } = bound.certificate;
        // Prices are not negative.
        let prices = prices.into_iter().map(i64::unsigned_abs);
        let witness = [u64::from(shift)].into_iter().chain(prices).chain(breakpoints_ms).collect();
        let claim = Claim::AtLeast(Objective::single(whole_ms(bound.weighted_us)));
        let proof = Proof::Combinatorial { rule: MEAN_BUSY_TIME.to_owned(), witness };
        context.raise(Certificate { claim, proof }, "every device where it is worth most")
    }
}

/// Costs are whole milliseconds, so a bound may be rounded up.
fn whole_ms(weighted_us: i128) -> i128 {
    weighted_us.div_euclid(1000) + i128::from(weighted_us.rem_euclid(1000) > 0)
}

/// Re-verifies a claim from the instance and the witness.
///
/// # Errors
/// When the witness proves less than is claimed, or nothing.
pub fn verify(instance: &Instance, claim: &Claim, witness: &[u64]) -> Result<(), CertificateError> {
    let Claim::AtLeast(claimed) = claim else {
        return Err(CertificateError::Malformed("prices bound, they refute nothing".to_owned()));
    };
    let proved = proved(instance, witness).map_err(CertificateError::Malformed)?;
    let proved = Objective::single(proved);
    if proved >= *claimed {
        return Ok(());
    }
    Err(CertificateError::Overstated { proved, claimed: claimed.clone() })
}

fn proved(instance: &Instance, witness: &[u64]) -> Result<i128, String> {
    let (pieces, jobs, responses) =
        streams::pieces(instance).ok_or("the rule bounds rates, not single devices")?;
    let [shift, rest @ ..] = witness else { return Err("the witness is empty".to_owned()) };
    if rest.len() < jobs.len() {
        return Err("the witness has not a price for every job".to_owned());
    }
    let (prices, breakpoints_ms) = rest.split_at(jobs.len());
    let prices: Result<Vec<i64>, _> = prices.iter().map(|&price| i64::try_from(price)).collect();
    let certificate = MeanBusyPrices {
        shift: u32::try_from(*shift).map_err(|_| "the shift is too large")?,
        prices: prices.map_err(|_| "a price is too large")?,
        breakpoints_ms: breakpoints_ms.to_vec(),
    };
    let value = mean_busy_value_us(&pieces, &jobs, &responses, &certificate);
    value.map(whole_ms).map_err(|error| error.to_string())
}
