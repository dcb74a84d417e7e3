//! Lists of jobs as tables.

use placewright_models::irs_matching::replay::workload::ReplayJob;
use placewright_solver::issue::Issue;

use super::fields;
use crate::codes;
use crate::table::{Table, missing_column};

/// Columns: `arrival_s`, `demand_per_round`, `rounds`, `deadline_s` (from the request of a round),
/// `workload_s` (nominal compute time), `eligibility_group` (from 1).
///
/// # Errors
/// Missing columns, fields that are not numbers in range, with their lines, and no rows.
pub fn read_jobs(text: &str) -> Result<Vec<ReplayJob>, Vec<Issue>> {
    let table = Table::open(text)?;
    let names = [
        "arrival_s",
        "demand_per_round",
        "rounds",
        "deadline_s",
        "workload_s",
        "eligibility_group",
    ];
    let columns = names.map(|name| table.column(name));
    let missing = names.iter().zip(&columns).filter(|(_, column)| column.is_none());
    let mut issues: Vec<Issue> =
        missing.map(|(name, _)| missing_column(&[name], "every job needs")).collect();
    if !issues.is_empty() {
        return Err(issues);
    }
    let [arrival, demand, rounds, deadline, workload, group] = columns;
    let mut jobs = Vec::new();
    table.for_each(&mut issues, |row, issues| {
        let arrival_ms = row.value(arrival, fields::seconds, issues);
        let demand = row.value(demand, fields::count, issues);
        let rounds = row.value(rounds, fields::count, issues);
        let deadline_ms = row.value(deadline, fields::seconds, issues);
        let workload_ms = row.value(workload, fields::seconds, issues);
        let group = row.value(group, fields::group, issues);
        if let (
            Some(arrival_ms),
            Some(demand),
            Some(rounds),
            Some(deadline_ms),
            Some(workload_ms),
            Some(group),
        ) = (arrival_ms, demand, rounds, deadline_ms, workload_ms, group)
        {
            let estimated_rounds = Some(rounds);
            jobs.push(ReplayJob {
                arrival_ms,
                demand,
                rounds,
                estimated_rounds,
                deadline_ms,
                workload_ms,
                group,
            });
        }
    });
    if jobs.is_empty() && issues.is_empty() {
        issues.push(codes::issue(codes::NO_SAMPLES, "", "there are no jobs"));
    }
    if issues.is_empty() { Ok(jobs) } else { Err(issues) }
}
