//! A search with everything around it: log, ticker, limits.

use std::io;
use std::time::Duration;

use placewright_instances::family::Family;
use placewright_solver::budget::{Budget, CancelToken};
use placewright_solver::driver::{self, Methods, Options};
use placewright_solver::event::Silent;
use placewright_solver::outcome::{Outcome, Status};
use placewright_solver::report::{JsonLog, TableLog, while_ticking};

use crate::console::{Console, LogFormat};
use crate::failure::Failure;

/// A log line appears at least this often; a little less, so that every tick of five seconds
/// finds the last one old enough.
const QUIET_FOR: Duration = Duration::from_millis(4_500);

/// What a search may spend and who may end it.
#[derive(Clone, Debug)]
pub(crate) struct Limits {
    pub(crate) time: Option<Duration>,
    pub(crate) work: Option<u64>,
    pub(crate) cancel: CancelToken,
    pub(crate) options: Options,
}

/// Searches, and logs as the console wants it.
pub(crate) fn search<F: Family>(
    instance: &F::Instance,
    methods: &Methods<F>,
    limits: &Limits,
    start: Option<F::Plan>,
    console: &Console,
) -> Result<Outcome<F::Plan>, Failure> {
    let budget = Budget::new(limits.time, limits.work, limits.cancel.clone());
    let solve =
        |observer: &_| driver::solve(instance, methods, &limits.options, &budget, start, observer);
    if console.is_quiet() {
        return Ok(solve(&Silent)?);
    }
    match console.format() {
        LogFormat::Json => Ok(solve(&JsonLog::new(io::stderr()))?),
        LogFormat::Text => {
            let log = TableLog::new(io::stderr());
            let outcome = while_ticking(|| log.tick(QUIET_FOR), || solve(&log))?;
            let (best, bound) = (outcome.objective.as_ref(), outcome.bound());
            let statistics = &outcome.statistics;
            log.finish(best, bound, statistics.elapsed, statistics.work, &last_words(&outcome));
            Ok(outcome)
        }
    }
}

fn last_words<Plan>(outcome: &Outcome<Plan>) -> String {
    match (outcome.status, outcome.stop) {
        (Status::Optimal, _) => "proved optimal".to_owned(),
        (Status::WithinGap, _) => "within the requested gap".to_owned(),
        (Status::Infeasible, _) => "proved infeasible".to_owned(),
        (_, Some(stop)) => stop.to_string(),
        (_, None) => "no method has anything left to try".to_owned(),
    }
}
