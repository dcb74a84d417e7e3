//! The rows of the three tables.

use std::collections::BTreeMap;

use placewright_models::irs_matching::instance::limits;
use placewright_solver::issue::Issue;

use crate::table::{Column, FieldError, Row, Table, missing_column};
use crate::units;

/// What a table holds.
pub(super) enum Content {
    Jobs(Vec<JobRow>),
    /// How many device models have which mask of groups.
    Devices(BTreeMap<u64, u64>),
    /// When somebody with which mask checks in, in ms.
    CheckIns(Vec<(u64, u64)>),
}

/// A job as it stands in its row.
pub(super) struct JobRow {
    pub(super) name: String,
    pub(super) arrival_ms: u64,
    pub(super) demand: u64,
    pub(super) rounds: u32,
    pub(super) workload_ms: u64,
    pub(super) group: u32,
}

/// More groups than a mask has bits.
const MOST_GROUPS: u32 = 63;
const JOB_COLUMNS: [&str; 6] =
    ["job_id", "arrival_s", "demand_per_round", "rounds", "workload_s", "eligibility_group"];

/// Reads whichever table it is.
pub(super) fn read(text: &str) -> Result<Content, Vec<Issue>> {
    let table = Table::open(text)?;
    if table.column("demand_per_round").is_some() {
        return jobs(table);
    }
    if table.column("gap_s").is_some() {
        return check_ins(table);
    }
    devices(table)
}

fn columns<const COUNT: usize>(
    table: &Table,
    names: [&str; COUNT],
) -> Result<[Option<Column>; COUNT], Vec<Issue>> {
    let columns = names.map(|name| table.column(name));
    let missing = names.iter().zip(&columns).filter(|(_, column)| column.is_none());
    let issues: Vec<Issue> =
        missing.map(|(name, _)| missing_column(&[name], "is needed")).collect();
    if issues.is_empty() { Ok(columns) } else { Err(issues) }
}

fn all<T>(rows: Vec<T>, issues: Vec<Issue>) -> Result<Vec<T>, Vec<Issue>> {
    if issues.is_empty() { Ok(rows) } else { Err(issues) }
}

fn jobs(table: Table) -> Result<Content, Vec<Issue>> {
    let [name, arrival, demand, rounds, workload, group] = columns(&table, JOB_COLUMNS)?;
    let (mut rows, mut issues) = (Vec::new(), Vec::new());
    table.for_each(&mut issues, |row, issues| {
        let arrival_ms = needed(row, arrival, time_ms, issues);
        let demand = needed(row, demand, positive, issues);
        let rounds = needed(row, rounds, number_of_rounds, issues);
        let workload_ms = needed(row, workload, time_ms, issues);
        let group = needed(row, group, group_number, issues);
        let name = row.text(name).unwrap_or_default().to_owned();
        if let (Some(arrival_ms), Some(demand), Some(rounds), Some(workload_ms), Some(group)) =
            (arrival_ms, demand, rounds, workload_ms, group)
        {
            rows.push(JobRow { name, arrival_ms, demand, rounds, workload_ms, group });
        }
    });
    all(rows, issues).map(Content::Jobs)
}

fn check_ins(table: Table) -> Result<Content, Vec<Issue>> {
    let [gap, mask] = columns(&table, ["gap_s", "eligibility_mask"])?;
    let (mut rows, mut issues, mut now_ms) = (Vec::new(), Vec::new(), 0_u64);
    table.for_each(&mut issues, |row, issues| {
        let gap_ms = needed(row, gap, time_ms, issues);
        let mask = needed(row, mask, units::integer, issues);
        now_ms = now_ms.saturating_add(gap_ms.unwrap_or(0));
        rows.extend(mask.map(|mask| (now_ms, mask)));
    });
    all(rows, issues).map(Content::CheckIns)
}

fn devices(table: Table) -> Result<Content, Vec<Issue>> {
    let groups: Vec<String> =
        table.names().iter().filter(|name| !name.eq_ignore_ascii_case("row")).cloned().collect();
    let columns: Vec<Option<Column>> = groups.iter().map(|name| table.column(name)).collect();
    let (mut counts, mut issues) = (BTreeMap::new(), Vec::new());
    table.for_each(&mut issues, |row, issues| {
        let mut mask = Some(0);
        for (bit, &column) in columns.iter().enumerate() {
            let may = needed(row, column, zero_or_one, issues);
            mask = mask.zip(may).map(|(mask, may)| mask | may << bit.min(63));
        }
        if let Some(mask) = mask {
            *counts.entry(mask).or_default() += 1;
        }
    });
    if issues.is_empty() { Ok(Content::Devices(counts)) } else { Err(issues) }
}

/// The value of a field that must not be empty.
fn needed<T>(
    row: &Row,
    column: Option<Column>,
    parse: fn(&str) -> Result<T, FieldError>,
    issues: &mut Vec<Issue>,
) -> Option<T> {
    if row.text(column).is_none() {
        issues.push(row.bad(column, "", FieldError::Not("given")));
    }
    row.value(column, parse, issues)
}

fn time_ms(text: &str) -> Result<u64, FieldError> {
    let ms = units::seconds(text)?;
    if ms <= limits::TIME_MS { Ok(ms) } else { Err(FieldError::Above("2^40 ms (34 years)")) }
}

fn positive(text: &str) -> Result<u64, FieldError> {
    match units::integer(text)? {
        0 => Err(FieldError::Not("a positive integer")),
        value if u128::from(value) > limits::TOTAL_DEMAND => Err(FieldError::Above("2^32")),
        value => Ok(value),
    }
}

fn number_of_rounds(text: &str) -> Result<u32, FieldError> {
    let rounds = u32::try_from(positive(text)?).ok().filter(|&rounds| rounds <= limits::ROUNDS);
    rounds.ok_or(FieldError::Above("2^20"))
}

fn group_number(text: &str) -> Result<u32, FieldError> {
    let group = u32::try_from(positive(text)?).ok().filter(|&group| group <= MOST_GROUPS);
    group.ok_or(FieldError::Above("63"))
}

fn zero_or_one(text: &str) -> Result<u64, FieldError> {
    match units::integer(text)? {
        bit @ (0 | 1) => Ok(bit),
        _ => Err(FieldError::Not("0 or 1")),
    }
}
