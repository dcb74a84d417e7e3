//! Problems of the user's input, reported all at once.

use serde::Serialize;

/// One problem of an input: what it is, where it stands, why, and what to do about it.
///
/// Issues are collected, never thrown one at a time: a user mends a file once.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Issue {
    /// A stable code such as `MS007`, explained by `placewright explain CODE`.
    pub code: &'static str,
    /// JSON pointer (RFC 6901) to the offending value; empty for the whole document.
    pub path: String,
    /// Line of the file, from 1, where the reader knows it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub line: Option<usize>,
    /// What is wrong, with the offending value.
    pub cause: String,
    /// What the user can do about it.
    pub action: String,
}

impl Issue {
    /// An issue at a JSON pointer; the line is filled in by the reader that knows the file.
    #[must_use]
    pub fn new(
        code: &'static str,
        path: impl Into<String>,
        cause: impl Into<String>,
        action: impl Into<String>,
    ) -> Self {
        Self { code, path: path.into(), line: None, cause: cause.into(), action: action.into() }
    }
}

/// An entry of the error index, which `placewright explain CODE` and the book print.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub struct ErrorCode {
    /// The code, such as `MS007`.
    pub code: &'static str,
    /// The problem in a few words.
    pub title: &'static str,
    /// What it means and how it usually comes about.
    pub meaning: &'static str,
    /// What to do about it.
    pub action: &'static str,
}

impl std::fmt::Display for Issue {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}", self.code)?;
        if !self.path.is_empty() {
            write!(f, " at {}", self.path)?;
        }
        if let Some(line) = self.line {
            write!(f, " (line {line})")?;
        }
        write!(f, ": {}; {}", self.cause, self.action)
    }
}
