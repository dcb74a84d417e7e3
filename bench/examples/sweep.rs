//! Heuristics against the best known answers, instance by instance, and what the exact method
//! takes for the same: a table of tab-separated values on standard output.
//!
//! `cargo run --release -p placewright-bench --example sweep -- [WORK] [SECONDS] [FILTER]`

use std::error::Error;
use std::fs;
use std::time::Duration;

use placewright_instances::family::Family;
use placewright_instances::files::{InstanceFile, Source};
use placewright_instances::library::{BestKnownTable, parse_best_known, registry_path};
use placewright_instances::registry::{self, Visitor};
use placewright_solver::budget::{Budget, CancelToken};
use placewright_solver::driver::{Methods, Options, solve};
use placewright_solver::event::Silent;
use placewright_solver::objective::{Objective, gap};

type Failure = Box<dyn Error>;

struct Sweep<'a> {
    best: &'a BestKnownTable,
    work: u64,
    seconds: f64,
    filter: &'a str,
}

impl Visitor for Sweep<'_> {
    type Output = Result<(), Failure>;

    fn visit<F: Family>(self) -> Self::Output {
        for entry in F::library().iter().filter(|entry| entry.key().contains(self.filter)) {
            let file = InstanceFile::<F::Instance>::read::<F>(&Source::open(&entry.path())?)?;
            let best = self.best.get(&entry.key()).map(|best| &best.value);
            let guess = Methods { exact: Vec::new(), ..F::methods() };
            let budget = Budget::new(None, Some(self.work), CancelToken::new());
            let heuristic = timed::<F>(&file.instance, &guess, &budget)?;
            let time = Some(Duration::from_secs_f64(self.seconds));
            let exact = Methods { improving: Vec::new(), ..F::methods() };
            let budget = Budget::new(time, None, CancelToken::new());
            let exact = timed::<F>(&file.instance, &exact, &budget)?;
            let row = [row(&heuristic, best), row(&exact, best)].join("\t");
            println!("{}\t{}\t{row}", entry.key(), entry.generator);
        }
        Ok(())
    }
}

struct Run {
    value: Option<Objective>,
    bound: Option<Objective>,
    seconds: f64,
}

fn timed<F: Family>(
    instance: &F::Instance,
    methods: &Methods<F>,
    budget: &Budget,
) -> Result<Run, Failure> {
    let options = Options { seed: 1, threads: 1, gap: 0.0 };
    let outcome = solve(instance, methods, &options, budget, None, &Silent)?;
    let bound = outcome.bound().cloned();
    let seconds = outcome.statistics.elapsed.as_secs_f64();
    Ok(Run { value: outcome.objective, bound, seconds })
}

/// Seconds, gap to the best known value, gap to the run's own bound, both in percent.
fn row(run: &Run, best: Option<&Objective>) -> String {
    let percent = |a: Option<&Objective>, b: Option<&Objective>| {
        a.zip(b).map_or(100.0, |(a, b)| 100.0 * gap(a, b))
    };
    let (value, bound) = (run.value.as_ref(), run.bound.as_ref());
    format!("{:.3}\t{:.4}\t{:.4}", run.seconds, percent(value, best), percent(value, bound))
}

fn main() -> Result<(), Failure> {
    let mut arguments = std::env::args().skip(1);
    let work: u64 = arguments.next().map_or(Ok(500_000), |text| text.parse())?;
    let seconds: f64 = arguments.next().map_or(Ok(60.0), |text| text.parse())?;
    let filter = arguments.next().unwrap_or_default();
    let best = parse_best_known(&fs::read_to_string(registry_path())?)?;
    println!("instance\tkind\th_seconds\th_to_best\th_to_bound\tx_seconds\tx_to_best\tx_to_bound");
    let run =
        |family| registry::dispatch(family, Sweep { best: &best, work, seconds, filter: &filter })?;
    registry::names().into_iter().try_for_each(run)
}
