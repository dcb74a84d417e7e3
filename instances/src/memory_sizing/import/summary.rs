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
}

impl Summary {
    /// Counts a skipped row.
    pub(crate) fn skip(&mut self, reason: impl Into<String>) {
        *self.skipped.entry(reason.into()).or_default() += 1;
    }

    /// Warns of something that concerns `count` rows, unless there are none.
    pub(crate) fn warn(&mut self, count: u64, what: &str) {
        if count > 0 {
            let rows = if count == 1 { "row" } else { "rows" };
            self.warnings.push(format!("{count} {rows}: {what}"));
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
