//! Reading a typed JSON document, and finding everything that is wrong with one that is refused.

use placewright_solver::issue::Issue;
use serde::de::DeserializeOwned;
use serde_json::Value;

use super::duplicates::duplicate_keys;
use super::header::Header;
use super::locate::locate;
use super::rejected::Rejected;
use super::source::Source;
use super::{syntax, violations};
use crate::codes;

/// Reads a document as `T`.
///
/// `schema` is asked for only when `T` refuses the text. Time O(text); memory O(value), a
/// multiple of it for a refused document.
///
/// # Errors
/// All issues: the first syntax error, or a wrong header, or everything the schema refuses.
pub(crate) fn read<T: DeserializeOwned>(
    source: &Source,
    header: Header,
    schema: fn() -> Value,
) -> Result<T, Rejected> {
    serde_json::from_str(&source.text)
        .map_err(|error| source.reject(diagnose(&source.text, header, &schema(), &error)))
}

/// Refuses a document for issues whose pointers are relative to `base` in it.
pub(crate) fn reject_at(source: &Source, base: &str, mut issues: Vec<Issue>) -> Rejected {
    for issue in &mut issues {
        issue.path.insert_str(0, base);
    }
    locate(&source.text, &mut issues);
    source.reject(issues)
}

fn diagnose(text: &str, header: Header, schema: &Value, refusal: &serde_json::Error) -> Vec<Issue> {
    let document = match serde_json::from_str::<Value>(text) {
        Ok(document) => document,
        Err(error) => return vec![syntax::issue(text, &error)],
    };
    let mut issues = header.issues_of(&document);
    if issues.is_empty() {
        issues = violations::of_schema(schema, &document);
        issues.extend(duplicate_keys(text));
    }
    locate(text, &mut issues);
    if issues.is_empty() {
        issues.push(not_understood(refusal));
    }
    issues.sort_by_key(|issue| issue.line);
    issues
}

fn not_understood(refusal: &serde_json::Error) -> Issue {
    let mut issue = codes::issue(codes::NOT_UNDERSTOOD, "", refusal.to_string());
    issue.line = Some(refusal.line());
    issue
}
