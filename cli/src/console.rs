//! Standard error: for people, or as JSON lines for programs.

use std::io::{self, Write};

use clap::ValueEnum;
use placewright_instances::files::Rejected;
use serde::Serialize;

use crate::failure::Failure;

/// How logs and problems are written.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum LogFormat {
    /// Tables and sentences
    Text,
    /// One JSON object per line
    Json,
}

/// Where everything goes that is not data. A reader that has gone away is nobody's problem.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Console {
    format: LogFormat,
    quiet: bool,
}

#[derive(Serialize)]
struct IssueRecord<'a> {
    kind: &'static str,
    file: &'a str,
    #[serde(flatten)]
    issue: &'a placewright_solver::issue::Issue,
}

#[derive(Serialize)]
struct Message<'a> {
    kind: &'static str,
    cause: String,
    #[serde(skip_serializing_if = "str::is_empty")]
    action: &'a str,
}

impl Console {
    pub(crate) fn new(format: LogFormat, quiet: bool) -> Self {
        Self { format, quiet }
    }

    pub(crate) fn format(&self) -> LogFormat {
        self.format
    }

    /// Whether logs, reports and remarks are not wanted.
    pub(crate) fn is_quiet(&self) -> bool {
        self.quiet
    }

    /// Text that a person may want to read; not for quiet runs and not for programs.
    pub(crate) fn say(&self, text: &str) {
        if !self.quiet && self.format == LogFormat::Text {
            write_line(text);
        }
    }

    /// Something that the user should know although it is not an error.
    pub(crate) fn remark(&self, cause: &str) {
        if !self.quiet {
            self.message("remark", cause, "");
        }
    }

    /// Why there is no output although nothing was wrong with the question; told to quiet runs too.
    pub(crate) fn refusal(&self, cause: &str) {
        self.message("refused", cause, "");
    }

    /// A record for programs.
    pub(crate) fn record(&self, record: &impl Serialize) {
        if !self.quiet && self.format == LogFormat::Json {
            write_json(record);
        }
    }

    /// Why there is no answer.
    pub(crate) fn failure(&self, failure: &Failure) {
        match failure {
            Failure::Rejected(rejected) => self.rejected(rejected),
            other => self.message("error", &other.to_string(), other.action()),
        }
    }

    fn message(&self, kind: &'static str, cause: &str, action: &str) {
        match self.format {
            LogFormat::Json => write_json(&Message { kind, cause: cause.to_owned(), action }),
            LogFormat::Text if action.is_empty() => write_line(&format!("{kind}: {cause}")),
            LogFormat::Text => write_line(&format!("{kind}: {cause}\n  {action}")),
        }
    }

    fn rejected(&self, rejected: &Rejected) {
        for issue in &rejected.issues {
            match self.format {
                LogFormat::Text => write_line(&format!("{}: {issue}", rejected.file)),
                LogFormat::Json => {
                    write_json(&IssueRecord { kind: "issue", file: &rejected.file, issue });
                }
            }
        }
        if self.format == LogFormat::Text {
            let codes = rejected.issues.iter().map(|issue| issue.code);
            if let Some(code) = codes.min() {
                write_line(&format!("`placewright explain {code}` says more"));
            }
        }
    }
}

fn write_json(record: &impl Serialize) {
    if let Ok(line) = serde_json::to_string(record) {
        write_line(&line);
    }
}

fn write_line(text: &str) {
    drop(writeln!(io::stderr().lock(), "{}", text.trim_end()));
}
