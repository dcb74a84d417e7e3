//! Lists of jobs with their communication.

use placewright_models::circuit_allocation::instance::Traffic;
use placewright_models::circuit_allocation::replay::published::algorithm;
use placewright_models::circuit_allocation::replay::workload::{
    ReplayJob, draw_algorithm, draw_reduce,
};
use placewright_solver::issue::Issue;
use rand::SeedableRng;
use rand_xoshiro::Xoshiro256PlusPlus;

use super::fields;
use crate::table::{Column, FieldError, Table, missing_column};

/// Reads a list with the columns `arrival_s`, `gpus`, `compute_s`, `ideal_run_s` and, if it has it,
/// `message_units`.
///
/// `ideal_run_s` less `compute_s` is communication. Its algorithm is not in the file. Where `job_id`,
/// `message_units` and the time fit what the public simulator [draws](algorithm) for that number, with
/// a unit of 1/100 s, the algorithm is the one drawn there. Else it is guessed: pairwise all-to-all
/// sends a message in each of `n - 1` rounds while reductions send fewer than two in all, so that jobs
/// that communicate for more than 0.45 (n - 1) units per message unit are all-to-all (scale factors of
/// 0.5 to 1.5 leave a wide gap). Of the others, rings and halving-doubling two to five are drawn from
/// the seed. Without `message_units` three in ten are drawn to be all-to-all.
///
/// # Errors
/// Missing columns and fields that are not numbers in range, with their lines.
pub fn read_jobs(text: &str, seed: u64) -> Result<Vec<ReplayJob>, Vec<Issue>> {
    let table = Table::open(text)?;
    let names = ["arrival_s", "gpus", "compute_s", "ideal_run_s"];
    let columns = names.map(|name| table.column(name));
    let (id, message) = (table.column("job_id"), table.column("message_units"));
    let missing = names.iter().zip(&columns).filter(|(_, column)| column.is_none());
    let mut issues: Vec<Issue> =
        missing.map(|(name, _)| missing_column(&[name], "every job needs")).collect();
    if !issues.is_empty() {
        return Err(issues);
    }
    let [arrival, gpus, compute, run] = columns;
    let mut draw = Xoshiro256PlusPlus::seed_from_u64(seed);
    let mut jobs = Vec::new();
    table.for_each(&mut issues, |row, issues| {
        let arrival_ms = fields::required(row, arrival, fields::seconds, issues);
        let gpus = fields::required(row, gpus, fields::gpus, issues);
        let compute_ms = fields::required(row, compute, fields::seconds, issues);
        let run_ms = fields::required(row, run, fields::seconds, issues);
        let units = message.map(|column: Column| row.value(Some(column), fields::number, issues));
        if let (Some(arrival_ms), Some(gpus), Some(compute_ms), Some(run_ms)) =
            (arrival_ms, gpus, compute_ms, run_ms)
        {
            let Some(communication_ms) = run_ms.checked_sub(compute_ms).filter(|_| run_ms > 0)
            else {
                let text = row.text(run).unwrap_or_default();
                let kind = "a run time above 0 and not below compute_s";
                issues.push(row.bad(run, text, FieldError::Not(kind)));
                return;
            };
            let reduce = draw_reduce(gpus, &mut draw);
            let number = row.text(id).and_then(|text| text.parse().ok());
            let traffic = match units.flatten() {
                Some(units) if units > 0.0 => {
                    let per_unit = communication_ms as f64 / 10.0 / units;
                    let all_to_all = per_unit > 0.45 * f64::from(gpus - 1) && gpus > 4;
                    let guess = if all_to_all { Traffic::AllToAll } else { reduce };
                    number.and_then(|job| algorithm(job, gpus, per_unit)).unwrap_or(guess)
                }
                _ => draw_algorithm(gpus, &mut draw),
            };
            jobs.push(ReplayJob {
                arrival_ms,
                gpus,
                run_ms,
                communication_ms,
                algorithm: traffic,
                estimate_ms: run_ms,
            });
        }
    });
    if issues.is_empty() { Ok(jobs) } else { Err(issues) }
}
