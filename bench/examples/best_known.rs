//! Improves the registry of best known answers: solves every instance of the library from its
//! best known plan and keeps what is better. Nothing is ever made worse.
//!
//! `cargo run --release -p placewright-bench --example best_known -- [SECONDS] [FILTER]`

use std::error::Error;
use std::fs;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use placewright_instances::family::Family;
use placewright_instances::files::write::write_text;
use placewright_instances::files::{InstanceFile, SolutionFile, Source};
use placewright_instances::library::{
    BestKnown, BestKnownTable, Entry, best_known_text, parse_best_known, registry_path,
};
use placewright_instances::registry::{self, Visitor};
use placewright_solver::budget::{Budget, CancelToken};
use placewright_solver::driver::{Options, solve};
use placewright_solver::event::Silent;
use placewright_solver::outcome::{Outcome, Status};

type Failure = Box<dyn Error>;

struct Improve<'a> {
    seconds: f64,
    filter: &'a str,
}

impl Visitor for Improve<'_> {
    type Output = Result<(), Failure>;

    fn visit<F: Family>(self) -> Self::Output {
        for entry in F::library() {
            if entry.key().contains(self.filter) {
                improve::<F>(&entry, self.seconds)?;
            }
        }
        Ok(())
    }
}

fn improve<F: Family>(entry: &Entry, seconds: f64) -> Result<(), Failure> {
    let source = Source::open(&entry.path())?;
    let file = InstanceFile::<F::Instance>::read::<F>(&source)?;
    let old = known::<F>(entry, &file)?;
    if old.as_ref().is_some_and(|old| old.status == Status::Optimal) {
        return Ok(());
    }
    let start = old.as_ref().and_then(|old| old.plan.clone());
    let budget = Budget::new(Some(Duration::from_secs_f64(seconds)), None, CancelToken::new());
    let options = Options { seed: 1, threads: 2, gap: 0.0 };
    let mut outcome = solve(&file.instance, &F::methods(), &options, &budget, start, &Silent)?;
    let method = finder(&outcome);
    if let Some(old) = &old {
        keep_stronger_bound(&mut outcome, old);
    }
    let better =
        old.is_none_or(|old| outcome.objective < old.objective || outcome.bound() > old.bound());
    let gap = outcome.gap().unwrap_or(1.0) * 100.0;
    let (status, spent) = (outcome.status, outcome.statistics.elapsed.as_secs_f64());
    let mark = if better { '+' } else { '=' };
    println!("{mark} {:<45} {status:<10} gap {gap:7.3} %  {spent:6.1} s  {method}", entry.key());
    if better { record::<F>(entry, &file, &outcome, method) } else { Ok(()) }
}

fn known<F: Family>(
    entry: &Entry,
    file: &InstanceFile<F::Instance>,
) -> Result<Option<Outcome<F::Plan>>, Failure> {
    if !entry.solution_path().exists() {
        return Ok(None);
    }
    let source = Source::open(&entry.solution_path())?;
    let solution = SolutionFile::read::<F>(&source)?;
    if solution.instance_sha256 != file.sha256() {
        return Ok(None);
    }
    Ok(Some(Outcome {
        plan: solution.plan_for::<F>(&source, &file.instance)?,
        objective: solution.objective,
        certificate: solution.certificate,
        status: solution.status,
        stop: None,
        seed: solution.seed,
        statistics: Default::default(),
    }))
}

/// Bounds of earlier runs stay valid.
fn keep_stronger_bound<Plan>(outcome: &mut Outcome<Plan>, old: &Outcome<Plan>) {
    if old.bound() > outcome.bound() {
        outcome.certificate.clone_from(&old.certificate);
    }
    if outcome.gap() == Some(0.0) {
        outcome.status = Status::Optimal;
    }
}

/// The last method that found a better plan.
fn finder<Plan>(outcome: &Outcome<Plan>) -> &'static str {
    let found = outcome.statistics.methods.iter().rev().find(|method| method.incumbents > 0);
    found.map_or("start", |method| method.name)
}

fn record<F: Family>(
    entry: &Entry,
    file: &InstanceFile<F::Instance>,
    outcome: &Outcome<F::Plan>,
    method: &str,
) -> Result<(), Failure> {
    let (Some(value), Some(bound)) = (&outcome.objective, outcome.bound()) else { return Ok(()) };
    let mut table = match fs::read_to_string(registry_path()) {
        Ok(text) => parse_best_known(&text)?,
        Err(_) => BestKnownTable::new(),
    };
    let proof = outcome.certificate.as_ref().map_or("none", |each| each.proof.label());
    let earlier = table.get(&entry.key()).map(|old| old.method.clone());
    let method = if method == "start" { earlier.unwrap_or_default() } else { method.to_owned() };
    let best = BestKnown {
        value: value.clone(),
        bound: bound.clone(),
        status: outcome.status,
        method,
        proof: proof.to_owned(),
        date: today()?,
        instance_sha256: file.sha256(),
    };
    table.insert(entry.key(), best);
    let solution = SolutionFile::new::<F>(file, outcome);
    write_text(&entry.solution_path(), &solution.to_text()?)?;
    write_text(&registry_path(), &best_known_text(&table)?)?;
    Ok(())
}

/// The date in UTC (days to civil date after Howard Hinnant's algorithm).
fn today() -> Result<String, Failure> {
    let days = SystemTime::now().duration_since(UNIX_EPOCH)?.as_secs() / 86_400 + 719_468;
    let era = days / 146_097;
    let day_of_era = days % 146_097;
    let year_of_era =
        (day_of_era - day_of_era / 1_460 + day_of_era / 36_524 - day_of_era / 146_096) / 365;
    let day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    let month = (5 * day_of_year + 2) / 153;
    let day = day_of_year - (153 * month + 2) / 5 + 1;
    let month = if month < 10 { month + 3 } else { month - 9 };
    let year = year_of_era + era * 400 + u64::from(month <= 2);
    Ok(format!("{year}-{month:02}-{day:02}"))
}

fn main() -> Result<(), Failure> {
    let mut arguments = std::env::args().skip(1);
    let seconds: f64 = arguments.next().map_or(Ok(60.0), |text| text.parse())?;
    let filter = arguments.next().unwrap_or_default();
    let run = |family| registry::dispatch(family, Improve { seconds, filter: &filter })?;
    registry::names().into_iter().try_for_each(run)
}
