//! Methods side by side, without giving up determinism.
//!
//! In each round every method works on a private copy of the store, with its own seed and its
//! own share of the budget; afterwards the copies are merged in the order of the methods. What a
//! round finds therefore does not depend on how many threads ran it, or in which order.

use std::sync::atomic::Ordering;
use std::time::Duration;

use rayon::prelude::*;

use crate::budget::Budget;
use crate::context::Method;
use crate::driver::Search;
use crate::error::EngineError;
use crate::outcome::MethodStatistics;
use crate::problem::Problem;
use crate::store::Store;

/// Runs one method once on a store; `run` sets its seed apart from its other runs.
pub(crate) fn run<P: Problem>(
    search: &Search<'_, P>,
    method: &dyn Method<P>,
    store: &Store<P>,
    budget: &Budget,
    run: usize,
) -> Result<MethodStatistics, EngineError> {
    let (elapsed, work) = (budget.elapsed(), budget.work());
    let mut context = search.context(store, budget, method.symbol());
    context.seed = context.seed.named(method.name()).child(run as u64);
    method.run(&context)?;
    Ok(MethodStatistics {
        name: method.name(),
        elapsed: budget.elapsed().saturating_sub(elapsed),
        work: budget.work() - work,
        incumbents: context.tally.incumbents.load(Ordering::Relaxed),
        bounds: context.tally.bounds.load(Ordering::Relaxed),
        declined: context.tally.declined.load(Ordering::Relaxed),
    })
}

/// Runs rounds of all methods until a round ends by itself without improving anything, or the
/// budget ends. Each round may spend half of what is left, so that what one method finds still
/// helps the others; what is too little to be halved is spent at once. Rounds are numbered from
/// `first` on, which keeps the seeds of several calls apart.
pub(crate) fn improve<P: Problem>(
    search: &Search<'_, P>,
    methods: &[Box<dyn Method<P>>],
    budget: &Budget,
    first: usize,
) -> Result<Vec<MethodStatistics>, EngineError> {
    let mut statistics = Vec::new();
    while !methods.is_empty() && !search.context(&search.store, budget, ' ').should_stop() {
        let little = budget.time_left().is_some_and(|left| left < SHORTEST_ROUND)
            || budget.work_left().is_some_and(|left| left < SMALLEST_ROUND);
        let round = budget.share(1, if little { 1 } else { 2 });
        let number = first + statistics.len();
        let improved = one_round(search, methods, &round, number, &mut statistics);
        let cut_short = round.stop().is_some();
        budget.settle(&round);
        if !improved? && !cut_short {
            break;
        }
    }
    Ok(statistics)
}

/// Less time than this is not halved.
const SHORTEST_ROUND: Duration = Duration::from_millis(200);
/// Less work than this is not halved.
const SMALLEST_ROUND: u64 = 100_000;

fn one_round<P: Problem>(
    search: &Search<'_, P>,
    methods: &[Box<dyn Method<P>>],
    round: &Budget,
    number: usize,
    statistics: &mut Vec<MethodStatistics>,
) -> Result<bool, EngineError> {
    let before = search.store.lock().clone();
    let threads = search.options.threads as u32;
    let parts: Vec<_> = methods
        .iter()
        .map(|method| (method, round.worker_share(methods.len() as u32, threads)))
        .collect();
    let results: Vec<_> = parts
        .par_iter()
        .map(|(method, part)| {
            let store = Store::<P>::from_state(before.clone());
            let result = run(search, method.as_ref(), &store, part, number);
            (result, store.lock().clone())
        })
        .collect();
    let mut improved = false;
    for ((result, found), (_, part)) in results.into_iter().zip(&parts) {
        round.settle(part);
        statistics.push(result?);
        improved |= search.store.adopt(found, &before);
        search.context(&search.store, round, ' ').consistent()?;
    }
    Ok(improved)
}
