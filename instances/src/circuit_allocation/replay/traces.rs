//! Traces that know arrivals, sizes and run times only.

use placewright_models::circuit_allocation::replay::generate::clip;
use placewright_models::circuit_allocation::replay::workload::{
    ReplayJob, draw_algorithm, draw_communication,
};
use placewright_solver::issue::Issue;
use rand::SeedableRng;
use rand_xoshiro::Xoshiro256PlusPlus;

use super::fields;
use crate::table::{Table, missing_column};

/// A row of a trace.
struct Recorded {
    arrival_ms: u64,
    gpus: u32,
    run_ms: u64,
}

/// Reads the columns `arrival_s`, `gpus` and `duration_s`.
fn read(text: &str) -> Result<Vec<Recorded>, Vec<Issue>> {
    let table = Table::open(text)?;
    let names = ["arrival_s", "gpus", "duration_s"];
    let columns = names.map(|name| table.column(name));
    let missing = names.iter().zip(&columns).filter(|(_, column)| column.is_none());
    let mut issues: Vec<Issue> =
        missing.map(|(name, _)| missing_column(&[name], "every job needs")).collect();
    if !issues.is_empty() {
        return Err(issues);
    }
    let [arrival, gpus, duration] = columns;
    let mut jobs = Vec::new();
    table.for_each(&mut issues, |row, issues| {
        let arrival_ms = fields::required(row, arrival, fields::seconds, issues);
        let gpus = fields::required(row, gpus, fields::gpus, issues);
        let run_ms = fields::required(row, duration, fields::seconds, issues);
        if let (Some(arrival_ms), Some(gpus), Some(run_ms)) = (arrival_ms, gpus, run_ms) {
            jobs.push(Recorded { arrival_ms, gpus, run_ms });
        }
    });
    if issues.is_empty() { Ok(jobs) } else { Err(issues) }
}

/// A job of which no communication is known: share and algorithm are drawn from the published mix.
fn job(of: &Recorded, gpus: u32, run_ms: u64, draw: &mut Xoshiro256PlusPlus) -> ReplayJob {
    let communication_ms = draw_communication(run_ms, draw);
    let algorithm = draw_algorithm(gpus, draw);
    let arrival_ms = of.arrival_ms;
    ReplayJob { arrival_ms, gpus, run_ms, communication_ms, algorithm, estimate_ms: run_ms }
}

/// The Crux trace: all jobs; sizes above 4 rounded up to a multiple of 8, run times at least 30 s.
///
/// # Errors
/// Missing columns and fields that are not numbers in range.
pub fn read_crux(text: &str, seed: u64) -> Result<Vec<ReplayJob>, Vec<Issue>> {
    let mut draw = Xoshiro256PlusPlus::seed_from_u64(seed);
    let rounded = |gpus: u32| if gpus > 4 { gpus.next_multiple_of(8) } else { gpus };
    let jobs = read(text)?;
    Ok(jobs.iter().map(|of| job(of, rounded(of.gpus), of.run_ms.max(30_000), &mut draw)).collect())
}

/// The Philly trace: jobs of more than one GPU, run times at least 30 s, from the second job on, since
/// the first comes three days before it.
///
/// # Errors
/// Missing columns and fields that are not numbers in range.
pub fn read_philly(text: &str, seed: u64) -> Result<Vec<ReplayJob>, Vec<Issue>> {
    let mut draw = Xoshiro256PlusPlus::seed_from_u64(seed);
    let mut jobs = read(text)?;
    jobs.sort_by_key(|of| of.arrival_ms);
    let first_ms = jobs.get(1).map_or(0, |of| of.arrival_ms);
    let several = jobs.iter().skip(1).filter(|of| of.gpus > 1);
    let started = several.map(|of| Recorded { arrival_ms: of.arrival_ms - first_ms, ..*of });
    Ok(started.map(|of| job(&of, of.gpus, of.run_ms.max(30_000), &mut draw)).collect())
}

/// Run times of the jobs of more than one GPU, clipped as in the published job model, to draw from.
///
/// # Errors
/// Missing columns and fields that are not numbers in range.
pub fn read_run_times(text: &str) -> Result<Vec<u64>, Vec<Issue>> {
    let jobs = read(text)?;
    Ok(jobs.iter().filter(|of| of.gpus > 1).map(|of| clip(of.run_ms)).collect())
}
