//! The rows of a Nextflow trace: which columns there are, and what a row says.

use placewright_solver::issue::Issue;

use super::fields::{at_most_34_years, cores, memory_bytes};
use super::nextflow::{Input, Target, TraceOptions};
use crate::table::{Column, FieldError, Row, Table, missing_column};
use crate::units;

/// How an attempt ended.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Ending {
    Completed,
    /// Killed, or out of memory by its exit code.
    Killed(u64),
    /// For other reasons than memory, in words that explain why it is skipped.
    Failed(String),
    /// Anything else, in such words.
    Other(String),
}

/// One row.
#[derive(Clone, Debug)]
pub(super) struct Attempt {
    /// The process, with the machine where types are per machine.
    pub(super) task_type: String,
    /// What all attempts of one task have in common, where the trace tells.
    pub(super) task: Option<String>,
    /// What tells it apart from other tasks of its process, such as its sample.
    pub(super) label: Option<String>,
    pub(super) number: Option<u64>,
    pub(super) ending: Ending,
    pub(super) peak_rss_bytes: Option<u64>,
    pub(super) rss_bytes: Option<u64>,
    pub(super) run_time_ms: Option<u64>,
    pub(super) request_bytes: Option<u64>,
    pub(super) cores: u32,
    pub(super) input_size_bytes: Option<u64>,
    /// When it was submitted, where the trace gives ms since 1970.
    pub(super) submitted_ms: Option<u64>,
    /// Whether sizes have units, which Nextflow rounds to a decimal place.
    pub(super) rounded: bool,
}

/// Where the columns of interest stand.
pub(super) struct Columns {
    process: Option<Column>,
    name: Option<Column>,
    tag: Option<Column>,
    status: Option<Column>,
    exit: Option<Column>,
    attempt: Option<Column>,
    peak_rss: Option<Column>,
    rss: Option<Column>,
    realtime: Option<Column>,
    submit: Option<Column>,
    start: Option<Column>,
    complete: Option<Column>,
    memory: Option<Column>,
    cpus: Option<Column>,
    input: Option<Column>,
    machine: Option<Column>,
}

impl Columns {
    /// Finds the columns; `Err` lists those that are missing.
    pub(super) fn of(table: &Table, options: &TraceOptions) -> Result<Self, Vec<Issue>> {
        let input = match options.input {
            Input::Auto => table.column("input_size"),
            Input::Rchar => table.column("rchar"),
            Input::None => None,
        };
        let columns = Self {
            process: table.column("process"),
            name: table.column("name"),
            tag: table.column("tag"),
            status: table.column("status"),
            exit: table.column("exit"),
            attempt: table.column("attempt"),
            peak_rss: table.column("peak_rss"),
            rss: table.column("rss"),
            realtime: table.column("realtime"),
            submit: table.column("submit"),
            start: table.column("start"),
            complete: table.column("complete"),
            memory: table.column("memory"),
            cpus: table.column("cpus"),
            input,
            machine: options.machine.as_deref().and_then(|name| table.column(name)),
        };
        let issues = columns.missing(options);
        if issues.is_empty() { Ok(columns) } else { Err(issues) }
    }

    fn missing(&self, options: &TraceOptions) -> Vec<Issue> {
        let mut issues = Vec::new();
        let mut need = |column: Option<Column>, names: &[&str], why: &str| {
            if column.is_none() {
                issues.push(missing_column(names, why));
            }
        };
        need(self.process.or(self.name), &["process", "name"], "names the process");
        need(self.status.or(self.exit), &["status", "exit"], "tells how a task ended");
        match options.target {
            Target::PeakRss => need(self.peak_rss, &["peak_rss"], "holds the memory to be learned"),
            Target::Rss => need(self.rss, &["rss"], "holds the memory to be learned"),
        }
        need(self.realtime, &["realtime"], "holds the run time");
        if let Some(name) = &options.machine {
            need(self.machine, &[name], "should tell machines apart");
        }
        if options.input == Input::Rchar {
            need(self.input, &["rchar"], "should stand for the input size");
        }
        issues
    }

    /// What a row says; fields that cannot be understood become issues.
    pub(super) fn attempt(&self, row: &Row, issues: &mut Vec<Issue>) -> Attempt {
        let measured = row.text(self.peak_rss).or_else(|| row.text(self.rss));
        Attempt {
            task_type: self.task_type(row),
            task: self.task(row),
            label: self.label(row),
            number: row.value(self.attempt, units::integer, issues),
            ending: self.ending(row, issues),
            peak_rss_bytes: row.value(self.peak_rss, memory_bytes, issues),
            rss_bytes: row.value(self.rss, memory_bytes, issues),
            run_time_ms: self.run_time(row, issues),
            request_bytes: row.value(self.memory, memory_bytes, issues),
            cores: row.value(self.cpus, cores, issues).unwrap_or(1).max(1),
            input_size_bytes: row.value(self.input, units::bytes, issues),
            submitted_ms: moment(row, self.submit),
            rounded: measured.is_some_and(|text| text.ends_with(['B', 'b'])),
        }
    }

    fn task_type(&self, row: &Row) -> String {
        let process = row.text(self.process);
        let process = process.or_else(|| row.text(self.name).map(without_tag)).unwrap_or_default();
        match row.text(self.machine) {
            Some(machine) => format!("{process}@{machine}"),
            None => process.to_owned(),
        }
    }

    fn label(&self, row: &Row) -> Option<String> {
        let by_name = || name_and_tag(row.text(self.name)?).map(|(_, tag)| tag);
        row.text(self.tag).or_else(by_name).map(str::to_owned)
    }

    fn task(&self, row: &Row) -> Option<String> {
        let by_tag = || Some(format!("{} ({})", row.text(self.process)?, row.text(self.tag)?));
        row.text(self.name).map(str::to_owned).or_else(by_tag)
    }

    fn ending(&self, row: &Row, issues: &mut Vec<Issue>) -> Ending {
        let exit = row.value(self.exit, units::integer, issues);
        let status = match row.text(self.status) {
            Some(status) => status.to_ascii_uppercase(),
            None if exit == Some(0) => "COMPLETED".to_owned(),
            None => "FAILED".to_owned(),
        };
        match (status.as_str(), exit) {
            ("COMPLETED", _) => Ending::Completed,
            // What nf-core pipelines retry; 137 is the signal of the OOM killer.
            ("FAILED", Some(code @ (104 | 130..=145))) => Ending::Killed(code),
            ("FAILED", Some(code)) => {
                Ending::Failed(format!("failed for other reasons than memory (exit {code})"))
            }
            ("FAILED", None) => Ending::Failed("failed without an exit code".to_owned()),
            (other, _) => Ending::Other(format!("with status {other}")),
        }
    }

    /// `realtime`, or the time between start and completion where both are in ms.
    fn run_time(&self, row: &Row, issues: &mut Vec<Issue>) -> Option<u64> {
        row.value(self.realtime, run_time, issues).or_else(|| {
            let elapsed = moment(row, self.complete)?.checked_sub(moment(row, self.start)?)?;
            at_most_34_years(elapsed).ok()
        })
    }
}

/// A moment in ms since 1970; `None` where it is written as a date, without a time zone.
fn moment(row: &Row, column: Option<Column>) -> Option<u64> {
    row.text(column)?.parse().ok()
}

/// The process of a task name: `A:B (tag)` without the tag.
fn without_tag(name: &str) -> &str {
    name_and_tag(name).map_or(name, |(process, _)| process)
}

fn name_and_tag(name: &str) -> Option<(&str, &str)> {
    name.strip_suffix(')')?.split_once(" (")
}

fn run_time(text: &str) -> Result<u64, FieldError> {
    units::milliseconds(text).and_then(at_most_34_years)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tags_are_stripped() {
        let cases = [
            ("A:B:C (x)", "A:B:C"),
            ("C", "C"),
            ("C (a (b) c)", "C"),
            ("C (1) (2)", "C"),
            ("f(x)", "f(x)"),
            ("C (cut", "C (cut"),
        ];
        for (name, process) in cases {
            assert_eq!(without_tag(name), process);
        }
    }
}
