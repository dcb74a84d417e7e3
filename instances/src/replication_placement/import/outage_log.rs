//! Failure logs: LANL's, and tables of `node,start,end`.

use std::collections::BTreeMap;

use placewright_models::replication_placement::rates::outages::{OutageLog, Span};
use placewright_solver::issue::Issue;

use super::times::{clock_time_ms, time_ms};
use crate::codes;
use crate::table::{Column, FieldError, Table, missing_column};
use crate::units;

/// The logs of a source by system; a plain table is one system without a name.
pub(in crate::replication_placement) type Logs = BTreeMap<String, OutageLog>;

/// A log with more nodes than this has a wrong number somewhere.
const MOST_NODES: u64 = 1 << 20;

/// What is read of every row before times are known to have a start.
#[derive(Default)]
struct Rows {
    nodes: u64,
    outages: Vec<(usize, Span)>,
}

/// Whether the table has the columns of LANL's records.
fn is_lanl(table: &Table) -> bool {
    table.column("Prob Started").is_some() && table.column("nodenumz").is_some()
}

/// Reads a failure log. Times count from the first outage of a LANL system; of a plain table from 0
/// if times are numbers of seconds, from the first outage if they are dates.
///
/// # Errors
/// Missing columns, and everything that is wrong with rows, with their lines.
pub(in crate::replication_placement) fn read(text: &str) -> Result<Logs, Vec<Issue>> {
    let table = Table::open(text)?;
    let logs = if is_lanl(&table) { lanl(table)? } else { plain(table)? };
    if logs.values().all(|log| log.failures() == 0) {
        return Err(vec![codes::issue(codes::NO_SAMPLES, "", "the log has no outages")]);
    }
    Ok(logs)
}

/// The log of the system asked for, or the only one.
///
/// # Errors
/// When there is no such system, or there are several and none was asked for.
pub(in crate::replication_placement) fn system(
    mut logs: Logs,
    asked: Option<&str>,
) -> Result<OutageLog, Issue> {
    let known = logs.keys().cloned().collect::<Vec<_>>().join(", ");
    let cause = match asked {
        Some(name) => match logs.remove(name) {
            Some(log) => return Ok(log),
            None => format!("there is no system {name:?}; there are: {known}"),
        },
        None if logs.len() == 1 => {
            // There is one.
            return Ok(logs.pop_first().map(|(_, log)| log).unwrap_or_default());
        }
        None => format!("the log has several systems, choose one of {known}"),
    };
    Err(codes::issue(codes::BAD_OPTION, "system", cause))
}

fn columns<const N: usize>(
    table: &Table,
    names: [&str; N],
) -> Result<[Option<Column>; N], Vec<Issue>> {
    let columns = names.map(|name| table.column(name));
    let missing = names.iter().zip(&columns).filter(|(_, column)| column.is_none());
    let issues: Vec<Issue> =
        missing.map(|(name, _)| missing_column(&[name], "every outage needs")).collect();
    if issues.is_empty() { Ok(columns) } else { Err(issues) }
}

/// LANL's records of 1996 to 2005 (LA-UR-05-7318): one row per outage, all systems in one table.
fn lanl(table: Table) -> Result<Logs, Vec<Issue>> {
    let [system, nodes, node, started, fixed] =
        columns(&table, ["System", "nodes", "nodenumz", "Prob Started", "Prob Fixed"])?;
    let mut issues = Vec::new();
    let mut systems: BTreeMap<String, Rows> = BTreeMap::new();
    table.for_each(&mut issues, |row, issues| {
        let name = row.text(system).unwrap_or_default().to_owned();
        let count = row.value(nodes, units::integer, issues);
        let number = row.value(node, units::integer, issues);
        let start_ms = row.value(started, clock_time_ms, issues);
        let end_ms = row.value(fixed, clock_time_ms, issues);
        let (Some(count), Some(number), Some(start_ms), Some(end_ms)) =
            (count, number, start_ms, end_ms)
        else {
            return;
        };
        if number >= count.min(MOST_NODES) {
            let text = number.to_string();
            issues.push(row.bad(node, &text, FieldError::Not("below the number of nodes")));
        } else if end_ms < start_ms {
            let text = row.text(fixed).unwrap_or_default().to_owned();
            issues.push(row.bad(fixed, &text, FieldError::Not("after the start")));
        } else {
            let rows = systems.entry(name).or_default();
            rows.nodes = rows.nodes.max(count);
            rows.outages.push((number as usize, Span { start_ms, end_ms }));
        }
    });
    if !issues.is_empty() {
        return Err(issues);
    }
    let log = |rows: Rows| {
        let names = (0..rows.nodes).map(|number| number.to_string()).collect();
        from_first(names, rows.outages)
    };
    Ok(systems.into_iter().map(|(name, rows)| (name, log(rows))).collect())
}

/// A table with the columns `node`, `start`, `end`.
fn plain(table: Table) -> Result<Logs, Vec<Issue>> {
    let [node, start, end] = columns(&table, ["node", "start", "end"])?;
    let mut issues = Vec::new();
    let mut numbers: BTreeMap<String, usize> = BTreeMap::new();
    let mut outages = Vec::new();
    let mut dates = false;
    table.for_each(&mut issues, |row, issues| {
        let start_ms = row.value(start, time_ms, issues);
        let end_ms = row.value(end, time_ms, issues);
        let (Some(name), Some(start_ms), Some(end_ms)) = (row.text(node), start_ms, end_ms) else {
            if row.text(node).is_none() || row.text(start).is_none() || row.text(end).is_none() {
                issues.push(row.bad(node, "", FieldError::Not("a row with all three fields")));
            }
            return;
        };
        dates |= row.text(start).is_some_and(|text| text.contains(['-', '/']));
        if end_ms < start_ms {
            let text = row.text(end).unwrap_or_default().to_owned();
            issues.push(row.bad(end, &text, FieldError::Not("after the start")));
            return;
        }
        let next = numbers.len();
        let number = *numbers.entry(name.to_owned()).or_insert(next);
        outages.push((number, Span { start_ms, end_ms }));
    });
    if !issues.is_empty() {
        return Err(issues);
    }
    let mut names = vec![String::new(); numbers.len()];
    numbers.into_iter().for_each(|(name, number)| names[number] = name);
    let log = if dates {
        from_first(names, outages)
    } else {
        let length_ms = outages.iter().map(|(_, span)| span.end_ms).max().unwrap_or(0);
        OutageLog::new(names, length_ms, outages)
    };
    Ok(BTreeMap::from([(String::new(), log)]))
}

/// A log that starts with its first outage and ends with the end of its last one.
fn from_first(names: Vec<String>, outages: Vec<(usize, Span)>) -> OutageLog {
    let first_ms = outages.iter().map(|(_, span)| span.start_ms).min().unwrap_or(0);
    let last_ms = outages.iter().map(|(_, span)| span.end_ms).max().unwrap_or(0);
    let moved = outages.into_iter().map(|(node, span)| {
        let span = Span { start_ms: span.start_ms - first_ms, end_ms: span.end_ms - first_ms };
        (node, span)
    });
    OutageLog::new(names, last_ms - first_ms, moved)
}

/// The same log observed for a time, and of so many nodes: those that it does not name never failed.
#[must_use]
pub(in crate::replication_placement) fn observed(
    mut log: OutageLog,
    days: Option<u64>,
    nodes: Option<u64>,
) -> OutageLog {
    if let Some(days) = days {
        log.length_ms = log.length_ms.max(days * 86_400_000);
    }
    for number in log.nodes.len() as u64..nodes.unwrap_or(0) {
        log.nodes.push(format!("never failed {number}"));
        log.outages.push(Vec::new());
    }
    log
}

#[cfg(test)]
mod tests {
    use super::*;

    const LANL: &str = "System,nodes,nodenumz,Prob Started,Prob Fixed\n\
                        18,4,0,6/21/2005 10:54,6/21/2005 11:00\n\
                        18,4,2,6/22/2005 10:54,6/22/2005 11:54\n\
                        19,9,1,1/1/2004 0:00,1/1/2004 0:10\n";

    #[test]
    fn systems_are_apart() {
        let logs = read(LANL).unwrap();
        assert_eq!(logs.keys().collect::<Vec<_>>(), ["18", "19"]);
        assert_eq!(logs["18"].nodes.len(), 4);
        assert_eq!(logs["18"].length_ms, 86_400_000 + 3_600_000);
        assert_eq!(logs["18"].outages[2][0].start_ms, 86_400_000);
        assert_eq!(system(logs.clone(), Some("19")).unwrap().nodes.len(), 9);
        assert_eq!(system(logs.clone(), None).unwrap_err().code, "PW048");
        assert_eq!(system(logs, Some("20")).unwrap_err().code, "PW048");
    }

    #[test]
    fn plain_tables_have_seconds_or_dates() {
        let seconds = &read("node,start,end\na,10,20\nb,100,150.5\na,30,31\n").unwrap()[""];
        assert_eq!((seconds.length_ms, seconds.nodes.len()), (150_500, 2));
        assert_eq!(seconds.outages[0].len(), 2);
        let text = "node;start;end\nx;2024-02-28 23:00;2024-02-29T00:30:00Z\n";
        let dates = &read(text).unwrap()[""];
        assert_eq!(dates.length_ms, 5_400_000);
        let longer = observed(dates.clone(), Some(10), Some(3));
        assert_eq!((longer.length_ms, longer.nodes.len()), (864_000_000, 3));
    }

    #[test]
    fn every_bad_row_has_its_line() {
        let text = "node,start,end\na,10,5\nb,x,9\n,1,2\nc,1\nd,1,2\n";
        let issues = read(text).unwrap_err();
        let found: Vec<_> = issues.iter().map(|issue| (issue.code, issue.line)).collect();
        let expected =
            [("PW044", Some(2)), ("PW044", Some(3)), ("PW044", Some(4)), ("PW043", Some(5))];
        assert_eq!(found, expected);
        assert_eq!(read("node,begin,end\na,1,2\n").unwrap_err()[0].code, "PW041");
        let bad = LANL.replace("18,4,2,", "18,4,7,").replace("1/1/2004 0:10", "13/1/2004 0:10");
        let lines: Vec<_> = read(&bad).unwrap_err().iter().map(|issue| issue.line).collect();
        assert_eq!(lines, [Some(3), Some(4)]);
        assert_eq!(read("node,start,end\n").unwrap_err()[0].code, "PW047");
    }
}
