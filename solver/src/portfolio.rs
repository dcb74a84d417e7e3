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

/// Runs an exact method and, on threads that would be idle, rounds of others until it ends. Only
/// where nothing but the clock limits the search: a work limit counts what all of them do.
pub(crate) fn accompanied<P: Problem>(
    search: &Search<'_, P>,
    method: &dyn Method<P>,
    others: &[Box<dyn Method<P>>],
    budget: &Budget,
    number: usize,
) -> Result<Vec<MethodStatistics>, EngineError> {
    let threads = search.options.threads.saturating_sub(1) as u32;
    if threads == 0 || budget.work_left().is_some() || budget.time_left().is_none() {
        return Ok(vec![run(search, method, &search.store, budget, number)?]);
    }
    let before = search.store.lock().clone();
    let store = Store::<P>::from_state(before.clone());
    let beside = Rounds { store: &store, threads, first: search.statistics.methods.len() };
    let end = budget.cancel_token().child();
    let (exact, rest) = (budget.until(&end), budget.until(&end));
    let (main, others) = rayon::join(
        || {
            let main = run(search, method, &search.store, &exact, number);
            end.cancel();
            main
        },
        || {
            let others = improve(search, &beside, others, &rest);
            // A proof found beside the exact method ends that as well.
            if search.context(&store, &rest, ' ').should_stop() {
                end.cancel();
            }
            others
        },
    );
    budget.settle(&exact);
    budget.settle(&rest);
    let mut statistics = vec![main?];
    statistics.extend(others?);
    let found = store.lock().clone();
    search.store.adopt(found, &before);
    search.context(&search.store, budget, ' ').consistent()?;
    Ok(statistics)
}

/// Where rounds find and leave plans and bounds, how many threads they have, and the number of the
/// first, which keeps the seeds of several calls apart.
pub(crate) struct Rounds<'a, P: Problem> {
    pub(crate) store: &'a Store<P>,
    pub(crate) threads: u32,
    pub(crate) first: usize,
}

/// Runs rounds of all methods that apply until a round ends by itself without improving anything,
/// or the budget ends. Each round may spend half of what is left, so that what one method finds
/// still helps the others; what is too little to be halved is spent at once.
pub(crate) fn improve<P: Problem>(
    search: &Search<'_, P>,
    rounds: &Rounds<'_, P>,
    methods: &[Box<dyn Method<P>>],
    budget: &Budget,
) -> Result<Vec<MethodStatistics>, EngineError> {
    let mut statistics = Vec::new();
    let all = methods.iter().map(|method| method.as_ref());
    let mut methods: Vec<&dyn Method<P>> =
        all.clone().filter(|method| method.applies(search.instance)).collect();
    if methods.is_empty() {
        // Whoever asks for a single method may have its reason.
        methods = all.collect();
    }
    while !methods.is_empty() && !search.context(rounds.store, budget, ' ').should_stop() {
        let little = budget.time_left().is_some_and(|left| left < SHORTEST_ROUND)
            || budget.work_left().is_some_and(|left| left < SMALLEST_ROUND);
        let round = budget.share(1, if little { 1 } else { 2 });
        let improved = one_round(search, rounds, &methods, &round, &mut statistics);
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
    rounds: &Rounds<'_, P>,
    methods: &[&dyn Method<P>],
    round: &Budget,
    statistics: &mut Vec<MethodStatistics>,
) -> Result<bool, EngineError> {
    let before = rounds.store.lock().clone();
    let number = rounds.first + statistics.len();
    let allowance = round.allowance(methods.len() as u32, rounds.threads);
    let results: Vec<_> = methods
        .par_iter()
        .map(|&method| {
            let part = round.worker(allowance);
            let store = Store::<P>::from_state(before.clone());
            let result = run(search, method, &store, &part, number);
            (result, store.lock().clone(), part)
        })
        .collect();
    let mut improved = false;
    for (result, found, part) in results {
        round.settle(&part);
        statistics.push(result?);
        improved |= rounds.store.adopt(found, &before);
        search.context(rounds.store, round, ' ').consistent()?;
    }
    Ok(improved)
}
