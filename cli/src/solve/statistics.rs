//! What `--stats` writes, and the last record of a JSON log.

use std::path::Path;

use placewright_solver::report::Summary;
use serde::Serialize;

use super::Request;
use super::one::Solved;

/// A run in numbers: what was asked for, what came of it, what it took.
#[derive(Clone, Debug, Serialize)]
pub(super) struct Statistics {
    file: String,
    instance: String,
    threads: usize,
    gap_target: f64,
    time_limit_seconds: Option<f64>,
    work_limit: Option<u64>,
    #[serde(flatten)]
    summary: Summary,
}

#[derive(Serialize)]
pub(super) struct Record<'a> {
    kind: &'static str,
    #[serde(flatten)]
    statistics: &'a Statistics,
}

impl Statistics {
    pub(super) fn new(file: &Path, solved: &Solved, request: &Request) -> Self {
        let limits = &request.limits;
        Self {
            file: file.display().to_string(),
            instance: solved.name.clone(),
            threads: limits.options.threads,
            gap_target: limits.options.gap,
            time_limit_seconds: limits.time.map(|time| time.as_secs_f64()),
            work_limit: limits.work,
            summary: solved.summary.clone(),
        }
    }

    pub(super) fn as_event(&self) -> Record<'_> {
        Record { kind: "outcome", statistics: self }
    }

    pub(super) fn to_text(&self) -> String {
        to_text(self)
    }
}

/// JSON text of plain data, which always serialises.
pub(super) fn to_text(value: &impl Serialize) -> String {
    serde_json::to_string_pretty(value).map_or_else(|error| error.to_string(), |text| text + "\n")
}
