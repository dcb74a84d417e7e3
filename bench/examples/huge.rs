//! The largest instances: how long until they are written and read, until the first checked
//! plan, and how far from proved the answer is when the time is over.
//!
//! `cargo run --release -p placewright-bench --example huge -- [KIND] [SECONDS]`

use std::error::Error;
use std::time::{Duration, Instant};

use placewright_instances::family::{self, Family, Options as Settings};
use placewright_instances::files::{InstanceFile, Source};
use placewright_instances::registry::{self, Visitor};
use placewright_solver::budget::{Budget, CancelToken};
use placewright_solver::driver::{Options, solve};
use placewright_solver::event::Silent;

type Failure = Box<dyn Error>;

struct Huge<'a> {
    kind: &'a str,
    seconds: f64,
}

impl Visitor for Huge<'_> {
    type Output = Result<(), Failure>;

    fn visit<F: Family>(self) -> Self::Output {
        let settings = Settings::from([("size".to_owned(), "huge".to_owned())]);
        let clock = Instant::now();
        let made = family::generate::<F>("huge", self.kind, 1, &settings);
        let text = made.map_err(|issues| format!("{issues:?}"))?.to_text()?;
        println!("generated   {:7.2} s  {} bytes", clock.elapsed().as_secs_f64(), text.len());
        let clock = Instant::now();
        let source = Source { name: "huge.json".into(), text };
        let instance = InstanceFile::<F::Instance>::read::<F>(&source)?.instance;
        println!("read        {:7.2} s", clock.elapsed().as_secs_f64());
        let time = Some(Duration::from_secs_f64(self.seconds));
        let budget = Budget::new(time, None, CancelToken::new());
        let options = Options { seed: 1, threads: 2, gap: 0.0 };
        let outcome = solve(&instance, &F::methods(), &options, &budget, None, &Silent)?;
        let first = outcome.statistics.first_plan.unwrap_or_default();
        println!("first plan  {:7.2} s", first.as_secs_f64());
        println!("ended       {:7.2} s", outcome.statistics.elapsed.as_secs_f64());
        println!("{}, gap {:.4} %", outcome.status, 100.0 * outcome.gap().unwrap_or(1.0));
        for method in &outcome.statistics.methods {
            println!("  {:<14}{:7.2} s", method.name, method.elapsed.as_secs_f64());
        }
        Ok(())
    }
}

fn main() -> Result<(), Failure> {
    let mut arguments = std::env::args().skip(1);
    let kind = arguments.next().unwrap_or_else(|| "plain".to_owned());
    let seconds: f64 = arguments.next().map_or(Ok(10.0), |text| text.parse())?;
    let run = |family| registry::dispatch(family, Huge { kind: &kind, seconds })?;
    registry::names().into_iter().try_for_each(run)
}
