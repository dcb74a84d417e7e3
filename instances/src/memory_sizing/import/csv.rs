//! A plain table of past executions, for histories of any origin.
//!
//! | column | |
//! |---|---|
//! | `task_type` | name of the type |
//! | `peak_mib` or `peak_bytes` | peak memory, rounded up to MiB; of a censored row the allocation it failed at |
//! | `run_time_ms` or `run_time_s` | run time; of a censored row the time until it failed |
//! | `weight` | optional: how many executions the row stands for |
//! | `cores` | optional |
//! | `input_size_bytes` | optional |
//! | `request_mib` | optional: what was requested |
//! | `censored` | optional: whether it failed for lack of memory (true or false) |

use placewright_models::memory_sizing::MemorySizing;
use placewright_models::memory_sizing::instance::{Instance, limits};
use placewright_solver::issue::Issue;

use super::collect::{Execution, collect};
use super::fields::{at_most_4_pib, at_most_34_years, cores};
use super::gather::{Reading, import_with};
use super::settings::{OPTIONS, Settings};
use super::summary::Summary;
use crate::family::{Importer, Offer};
use crate::options::Reader;
use crate::table::{Column, FieldError, Row, Table, missing_column};
use crate::units;

/// The importer's entry.
pub(super) const IMPORTER: Importer<MemorySizing> = Offer {
    name: "csv",
    title: "a table with the columns task_type, peak_mib, run_time_ms",
    options: &OPTIONS,
    run: |sources, options| import_with(sources, options, &OPTIONS, reading),
};

/// How sources are read; there are no options but those of [`Settings`].
pub(in crate::memory_sizing) fn reading(_reader: &mut Reader) -> Reading {
    Box::new(|source, summary| read(&source.text, summary))
}

/// Imports a table.
///
/// # Errors
/// All missing columns, or all bad rows; the path of an issue is the name of the column.
pub fn import(text: &str, settings: &Settings) -> Result<(Instance, Summary), Vec<Issue>> {
    let mut summary = Summary::default();
    let executions = read(text, &mut summary)?;
    let instance = collect(executions, settings, &mut summary)?;
    Ok((instance, summary))
}

fn read(text: &str, summary: &mut Summary) -> Result<Vec<Execution>, Vec<Issue>> {
    let table = Table::open(text)?;
    let columns = Columns::of(&table)?;
    let ignored = ignored(&table);
    if !ignored.is_empty() {
        summary.remark(format!("columns not used: {}", ignored.join(", ")));
    }
    let (mut executions, mut issues) = (Vec::new(), Vec::new());
    table.for_each(&mut issues, |row, issues| {
        summary.rows += 1;
        match columns.execution(row, issues) {
            Ok(execution) => executions.push(execution),
            Err(reason) => summary.skip(reason),
        }
    });
    if issues.is_empty() { Ok(executions) } else { Err(issues) }
}

const NAMES: [&str; 10] = [
    "task_type",
    "peak_mib",
    "peak_bytes",
    "run_time_ms",
    "run_time_s",
    "weight",
    "cores",
    "input_size_bytes",
    "request_mib",
    "censored",
];

/// The columns of [`NAMES`], in that order.
struct Columns([Option<Column>; 10]);

fn ignored(table: &Table) -> Vec<String> {
    let unused = |name: &&String| !NAMES.iter().any(|known| known.eq_ignore_ascii_case(name));
    table.names().iter().filter(unused).cloned().collect()
}

impl Columns {
    fn of(table: &Table) -> Result<Self, Vec<Issue>> {
        let columns = NAMES.map(|name| table.column(name));
        let needed: [(&[usize], &str); 3] = [
            (&[0], "names the type"),
            (&[1, 2], "holds the peak memory"),
            (&[3, 4], "holds the run time"),
        ];
        let missing = needed.iter().filter(|(any, _)| any.iter().all(|&i| columns[i].is_none()));
        let issue = |(any, why): &(&[usize], &str)| {
            missing_column(&any.iter().map(|&i| NAMES[i]).collect::<Vec<_>>(), why)
        };
        let issues: Vec<_> = missing.map(issue).collect();
        if issues.is_empty() { Ok(Self(columns)) } else { Err(issues) }
    }

    fn execution(&self, row: &Row, issues: &mut Vec<Issue>) -> Result<Execution, &'static str> {
        let [name, mib, bytes, ms, s, weight, processors, input, request, censored] = self.0;
        let peak = row.value(mib, memory_mib, issues);
        let peak = peak.or_else(|| row.value(bytes, memory_bytes, issues));
        let time = row.value(ms, run_time_ms, issues);
        let time = time.or_else(|| row.value(s, run_time_s, issues));
        let mut execution = Execution {
            task_type: row.text(name).unwrap_or_default().to_owned(),
            cores: row.value(processors, cores, issues).unwrap_or(1).max(1),
            peak_bytes: peak.unwrap_or(0),
            run_time_ms: time.unwrap_or(0),
            weight: row.value(weight, count, issues).unwrap_or(1),
            input_size_bytes: row.value(input, units::integer, issues),
            request_bytes: row.value(request, memory_mib, issues).filter(|&bytes| bytes > 0),
            censored: row.value(censored, truth, issues).unwrap_or(false),
            label: None,
            submitted_ms: None,
            superseded: None,
        };
        if execution.censored {
            // The MiB that the allocation ends in is taken to have failed too.
            execution.peak_bytes = execution.peak_bytes.next_multiple_of(1 << 20);
        }
        if execution.task_type.is_empty() {
            Err("without a task type")
        } else if execution.peak_bytes == 0 {
            Err("without a memory measurement")
        } else if time.is_none() {
            Err("without a run time")
        } else {
            Ok(execution)
        }
    }
}

fn memory_mib(text: &str) -> Result<u64, FieldError> {
    units::mib(text).and_then(at_most_4_pib).map(|mib| mib << 20)
}

fn memory_bytes(text: &str) -> Result<u64, FieldError> {
    let bytes = units::integer(text)?;
    at_most_4_pib(bytes.div_ceil(1 << 20)).map(|_| bytes)
}

fn run_time_ms(text: &str) -> Result<u64, FieldError> {
    units::integer(text).and_then(at_most_34_years)
}

fn run_time_s(text: &str) -> Result<u64, FieldError> {
    units::seconds(text).and_then(at_most_34_years)
}

fn count(text: &str) -> Result<u64, FieldError> {
    match units::integer(text)? {
        0 => Err(FieldError::Not("a positive integer")),
        weight if weight > limits::WEIGHT => Err(FieldError::Above("2^32")),
        weight => Ok(weight),
    }
}

fn truth(text: &str) -> Result<bool, FieldError> {
    match text.to_ascii_lowercase().as_str() {
        "true" | "yes" | "1" => Ok(true),
        "false" | "no" | "0" => Ok(false),
        _ => Err(FieldError::Not("true or false")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn codes(text: &str) -> Vec<(&'static str, String, Option<usize>)> {
        let issues = import(text, &Settings::default()).unwrap_err();
        issues.into_iter().map(|issue| (issue.code, issue.path, issue.line)).collect()
    }

    #[test]
    fn rows_become_samples() {
        let text = "task_type;run_time_s;peak_bytes;request_mib;weight;censored;note\n\
                    B;1.5;1048577;10;2;no;x\nA;2;3000000;;1;;y\nB;0;5;20;1;true;z\n";
        let (instance, summary) = import(text, &Settings::default()).unwrap();
        assert_eq!((summary.rows, summary.used, summary.censored, summary.types), (3, 3, 1, 2));
        assert_eq!(summary.warnings, ["columns not used: note"]);
        let [a, b] = &instance.types[..] else { panic!("two types") };
        assert_eq!((a.name.as_str(), &a.samples.peak_mib), ("A", &vec![3]));
        assert_eq!(a.samples.request_mib, [0_u64; 0]);
        assert_eq!(b.samples.peak_mib, [2, 1]);
        assert_eq!(b.samples.run_time_ms, [1500, 0]);
        assert_eq!(b.samples.weight, [2, 1]);
        assert_eq!(b.samples.request_mib, [10, 20]);
        assert_eq!(b.samples.censored, [false, true]);
        assert_eq!(instance.node_limit_mib, 1024);
    }

    #[test]
    fn all_mistakes_come_at_once() {
        let missing = codes("task,peak\nA,1\n");
        assert_eq!(missing.iter().map(|issue| issue.0).collect::<Vec<_>>(), ["PW041"; 3]);
        let text = "task_type,peak_mib,run_time_ms,censored,weight\n\
                    A,x,1,false,1\nA,1,99999999999999,maybe,0\nA,1\n";
        let expected = [
            ("PW044", "peak_mib".into(), Some(2)),
            ("PW046", "run_time_ms".into(), Some(3)),
            ("PW044", "weight".into(), Some(3)),
            ("PW044", "censored".into(), Some(3)),
            ("PW043", String::new(), Some(4)),
        ];
        assert_eq!(codes(text), expected);
    }

    #[test]
    fn nothing_usable_is_an_issue() {
        assert_eq!(codes("task_type,peak_mib,run_time_ms\nA,0,5\nA,3,-\n")[0].0, "PW047");
    }
}
