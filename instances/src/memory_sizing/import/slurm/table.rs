//! `sacct --parsable2`: rows of jobs, each followed by the rows of its steps.

use std::collections::HashMap;

use placewright_solver::issue::Issue;

use super::job::{Ending, Job, Step};
use crate::memory_sizing::import::fields::{at_most_34_years, cores, memory_bytes};
use crate::memory_sizing::import::summary::Summary;
use crate::table::{Column, FieldError, Row, Table, missing_column};
use crate::units;

/// All jobs of a table. A step belongs to the nearest job of its number above it: with
/// `--duplicates` a job that was requeued has several rows. Time O(rows).
pub(super) fn jobs(text: &str, summary: &mut Summary) -> Result<Vec<Job>, Vec<Issue>> {
    let table = Table::open_unquoted(text)?;
    let columns = Columns::of(&table)?;
    let (mut jobs, mut issues) = (Vec::<Job>::new(), Vec::new());
    let mut last: HashMap<String, usize> = HashMap::new();
    let mut early: Vec<(String, Step)> = Vec::new();
    table.for_each(&mut issues, |row, issues| {
        let id = row.text(columns.id).unwrap_or_default();
        match id.split_once('.') {
            None => {
                last.insert(id.to_owned(), jobs.len());
                jobs.push(columns.job(row, issues));
            }
            Some((_, "extern")) => {}
            Some((job, _)) => {
                let step = columns.step(row, issues);
                match last.get(job) {
                    Some(&at) => jobs[at].add(&step),
                    None => early.push((job.to_owned(), step)),
                }
            }
        }
    });
    // Tables that were sorted otherwise.
    for (job, step) in early {
        match last.get(&job) {
            Some(&at) => jobs[at].add(&step),
            None => {
                summary.rows += 1;
                summary.skip("a step without the row of its job");
            }
        }
    }
    if issues.is_empty() { Ok(jobs) } else { Err(issues) }
}

/// Where the columns of interest stand.
struct Columns {
    id: Option<Column>,
    name: Option<Column>,
    state: Option<Column>,
    peak: Option<Column>,
    request: Option<Column>,
    elapsed: Option<Column>,
    elapsed_s: Option<Column>,
    cores: Option<Column>,
    nodes: Option<Column>,
    tasks: Option<Column>,
}

impl Columns {
    fn of(table: &Table) -> Result<Self, Vec<Issue>> {
        let any = |names: &[&str]| names.iter().find_map(|name| table.column(name));
        let columns = Self {
            id: table.column("JobID"),
            name: table.column("JobName"),
            state: table.column("State"),
            peak: table.column("MaxRSS"),
            request: table.column("ReqMem"),
            elapsed: table.column("Elapsed"),
            elapsed_s: table.column("ElapsedRaw"),
            cores: any(&["AllocCPUS", "NCPUS", "ReqCPUS"]),
            nodes: any(&["NNodes", "AllocNodes"]),
            tasks: table.column("NTasks"),
        };
        let needed: [(Option<Column>, &[&str], &str); 5] = [
            (columns.id, &["JobID"], "tells which steps a job has"),
            (columns.name, &["JobName"], "names the type"),
            (columns.state, &["State"], "tells how a job ended"),
            (columns.peak, &["MaxRSS"], "holds the memory to be learned"),
            (columns.elapsed.or(columns.elapsed_s), &["Elapsed"], "holds the run time"),
        ];
        let missing = needed.iter().filter(|(column, ..)| column.is_none());
        let issues: Vec<_> = missing.map(|(_, names, why)| missing_column(names, why)).collect();
        if issues.is_empty() { Ok(columns) } else { Err(issues) }
    }

    fn job(&self, row: &Row, issues: &mut Vec<Issue>) -> Job {
        let nodes = row.value(self.nodes, cores, issues).unwrap_or(1).max(1);
        let cores = row.value(self.cores, cores, issues).unwrap_or(1).max(1).div_ceil(nodes);
        let request = row.value(self.request, request, issues);
        let elapsed = row.value(self.elapsed, elapsed, issues).flatten();
        Job {
            name: row.text(self.name).unwrap_or_default().to_owned(),
            ending: self.ending(row),
            peak_bytes: row.value(self.peak, memory_bytes, issues).unwrap_or(0),
            request_bytes: request.map_or(0, |request| request.on_each_node(cores, nodes)),
            run_time_ms: elapsed.or_else(|| row.value(self.elapsed_s, elapsed_s, issues)),
            cores,
            nodes,
            tasks: 0,
        }
    }

    fn step(&self, row: &Row, issues: &mut Vec<Issue>) -> Step {
        Step {
            ending: self.ending(row),
            peak_bytes: row.value(self.peak, memory_bytes, issues).unwrap_or(0),
            tasks: row.value(self.tasks, units::integer, issues).unwrap_or(0),
        }
    }

    fn ending(&self, row: &Row) -> Ending {
        Ending::of(row.text(self.state).unwrap_or_default())
    }
}

/// `ReqMem`: so much for the whole job, or on each node, or for each core.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Request {
    Job(u64),
    Node(u64),
    Core(u64),
}

impl Request {
    fn on_each_node(self, cores: u32, nodes: u32) -> u64 {
        match self {
            Request::Job(bytes) => bytes.div_ceil(nodes.into()),
            Request::Node(bytes) => bytes,
            Request::Core(bytes) => bytes.saturating_mul(cores.into()),
        }
    }
}

fn request(text: &str) -> Result<Request, FieldError> {
    let (size, per): (&str, fn(u64) -> Request) = match text.as_bytes() {
        [.., b'n'] => (&text[..text.len() - 1], Request::Node),
        [.., b'c'] => (&text[..text.len() - 1], Request::Core),
        _ => (text, Request::Job),
    };
    // Slurm's own unit of requests, where it leaves the unit out.
    let unit = if size.ends_with(|last: char| last.is_ascii_digit()) { "M" } else { "" };
    memory_bytes(&format!("{size}{unit}")).map(per)
}

/// `None` for times that Slurm does not know.
fn elapsed(text: &str) -> Result<Option<u64>, FieldError> {
    if ["INVALID", "UNKNOWN"].contains(&text.to_ascii_uppercase().as_str()) {
        return Ok(None);
    }
    units::clock(text).and_then(at_most_34_years).map(Some)
}

fn elapsed_s(text: &str) -> Result<u64, FieldError> {
    units::seconds(text).and_then(at_most_34_years)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn requests_are_per_job_node_or_core() {
        assert_eq!(request("4G"), Ok(Request::Job(4 << 30)));
        assert_eq!(request("4Gn"), Ok(Request::Node(4 << 30)));
        assert_eq!(request("1.5Gc"), Ok(Request::Core(3 << 29)));
        assert_eq!(request("4000"), Ok(Request::Job(4000 << 20)));
        assert_eq!(request("0n"), Ok(Request::Node(0)));
        assert!(matches!(request("n"), Err(FieldError::Not(_))));
        assert!(matches!(request("4Q"), Err(FieldError::Unit(_))));
    }

    #[test]
    fn requests_are_told_for_one_node() {
        assert_eq!(Request::Job(10).on_each_node(4, 3), 4);
        assert_eq!(Request::Node(10).on_each_node(4, 3), 10);
        assert_eq!(Request::Core(10).on_each_node(4, 3), 40);
    }
}
