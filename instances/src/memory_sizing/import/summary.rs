//! What an import used, what it skipped, and why.

use std::collections::BTreeMap;
use std::fmt::Write;

use serde::Serialize;

use crate::family::Report;

/// What an import used, what it skipped, and why.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Summary {
    /// Rows of the table, without the header.
    pub rows: u64,
    /// Rows that became samples, censored ones included.
    pub used: u64,
    /// Rows that became censored samples.
    pub censored: u64,
    /// Rows that were skipped, by reason.
    pub skipped: BTreeMap<String, u64>,
    /// Task types.
    pub types: u64,
    /// What deserves a second look.
    pub warnings: Vec<String>,
    /// Oddities by kind, with the rows they concern: warnings once all files are read.
    #[serde(skip)]
    odd: Vec<(String, u64)>,
    /// Rows that failed for other reasons than memory, by task type.
    #[serde(skip)]
    failed: BTreeMap<String, u64>,
}

impl Summary {
    /// Counts a skipped row.
    pub(crate) fn skip(&mut self, reason: impl Into<String>) {
        *self.skipped.entry(reason.into()).or_default() += 1;
    }

    /// Counts a row of this type that failed for another reason than memory.
    pub(crate) fn fail(&mut self, task_type: &str) {
        *self.failed.entry(task_type.to_owned()).or_default() += 1;
    }

    /// Rows that failed for other reasons than memory, by task type.
    pub(crate) fn failed(&self) -> &BTreeMap<String, u64> {
        &self.failed
    }

    /// Warns of something, once for all files.
    pub(crate) fn remark(&mut self, warning: impl Into<String>) {
        let warning = warning.into();
        if !self.warnings.contains(&warning) {
            self.warnings.push(warning);
        }
    }

    /// Counts `count` rows that deserve a warning; [`Summary::settle`] makes it one.
    pub(crate) fn warn(&mut self, count: u64, what: &str) {
        match self.odd.iter_mut().find(|(known, _)| known == what) {
            Some((_, total)) => *total += count,
            None => self.odd.push((what.to_owned(), count)),
        }
    }

    /// Turns what was counted into warnings, now that everything is read.
    pub(crate) fn settle(&mut self) {
        for (what, count) in std::mem::take(&mut self.odd) {
            match count {
                0 => {}
                1 => self.warnings.push(format!("1 row: {what}")),
                _ => self.warnings.push(format!("{count} rows: {what}")),
            }
        }
    }

    /// The reasons for skipping, in one line.
    pub(crate) fn reasons(&self) -> String {
        let reason = |(reason, count): (&String, &u64)| format!("{count} {reason}");
        self.skipped.iter().map(reason).collect::<Vec<_>>().join(", ")
    }

    /// The summary for people and for programs.
    #[must_use]
    pub fn report(&self) -> Report {
        let mut text = format!(
            "{} rows: {} used ({} censored), {} skipped; {} task types\n",
            self.rows,
            self.used,
            self.censored,
            self.skipped.values().sum::<u64>(),
            self.types
        );
        for (reason, count) in &self.skipped {
            let _infallible = writeln!(text, "  skipped {count:>8}  {reason}");
        }
        for warning in &self.warnings {
            let _infallible = writeln!(text, "  warning: {warning}");
        }
        // Plain data always serialises.
        Report { text, json: serde_json::to_value(self).unwrap_or_default() }
    }
}
