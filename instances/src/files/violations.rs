//! Everything a JSON Schema refuses in a document, as issues in the user's words.

use jsonschema::error::{TypeKind, ValidationErrorKind as Kind};
use jsonschema::{ValidationError, Validator};
use placewright_solver::issue::Issue;
use serde_json::Value;

use super::locate::escape;
use crate::codes::{self, ErrorCode};

/// Violations beyond this number are not looked for.
const MAX_VIOLATIONS: usize = 1000;

/// An issue per violation of the schema, at most about a thousand.
pub(crate) fn of_schema(schema: &Value, document: &Value) -> Vec<Issue> {
    let validator: Validator = match jsonschema::validator_for(schema) {
        Ok(validator) => validator,
        // Our own schemas are tested to compile; a broken one must still not hide the file's fault.
        Err(error) => return vec![codes::issue(codes::NOT_UNDERSTOOD, "", error.to_string())],
    };
    let mut issues = Vec::new();
    for error in validator.iter_errors(document).take(MAX_VIOLATIONS) {
        explain(schema, &error, &mut issues);
    }
    issues
}

fn explain(schema: &Value, error: &ValidationError, issues: &mut Vec<Issue>) {
    let path = error.instance_path().as_str();
    match error.kind() {
        Kind::AdditionalProperties { unexpected } => {
            let known = known_keys(schema, error.schema_path().as_str());
            issues.extend(unexpected.iter().map(|key| unknown_key(path, key, &known)));
        }
        Kind::Required { property } => {
            let cause = format!("the key {property} is missing");
            issues.push(codes::issue(codes::MISSING_KEY, path, cause));
        }
        Kind::AnyOf { context } | Kind::OneOfNotValid { context } => {
            explain_alternatives(schema, error, context, issues);
        }
        kind => issues.push(plain(kind, path, error)),
    }
}

/// Of several alternatives, the one that the value comes closest to: whose faults lie deepest,
/// and of those the one with the fewest.
fn explain_alternatives(
    schema: &Value,
    error: &ValidationError,
    alternatives: &[Vec<ValidationError<'static>>],
    issues: &mut Vec<Issue>,
) {
    let base = error.instance_path().as_str().len();
    let deep = |faults: &&Vec<ValidationError>| {
        !faults.is_empty()
            && faults.iter().all(|fault| {
                fault.instance_path().as_str().len() > base
                    || !matches!(fault.kind(), Kind::Type { .. } | Kind::Constant { .. })
            })
    };
    match alternatives.iter().filter(deep).min_by_key(|faults| faults.len()) {
        Some(faults) => faults.iter().for_each(|fault| explain(schema, fault, issues)),
        None => issues.push(plain(error.kind(), error.instance_path().as_str(), error)),
    }
}

fn plain(kind: &Kind, path: &str, error: &ValidationError) -> Issue {
    let found = abridged(error.instance());
    let (code, cause): (&ErrorCode, String) = match kind {
        Kind::Type { kind } => (codes::WRONG_TYPE, format!("{found} is not {}", type_name(kind))),
        Kind::Minimum { limit } | Kind::ExclusiveMinimum { limit } => {
            (codes::OUT_OF_RANGE, format!("{found} is below {limit}"))
        }
        Kind::Maximum { limit } | Kind::ExclusiveMaximum { limit } => {
            (codes::OUT_OF_RANGE, format!("{found} is above {limit}"))
        }
        Kind::MinItems { limit } => {
            (codes::OUT_OF_RANGE, format!("fewer than {limit} entries in the list"))
        }
        Kind::MaxItems { limit } => {
            (codes::OUT_OF_RANGE, format!("more than {limit} entries in the list"))
        }
        Kind::Constant { expected_value } => {
            (codes::NOT_PERMITTED, format!("{found} is not {expected_value}"))
        }
        Kind::Enum { options } => {
            (codes::NOT_PERMITTED, format!("{found} is not one of {options}"))
        }
        _ => (codes::NOT_PERMITTED, format!("{found} is not permitted ({})", kind.keyword())),
    };
    codes::issue(code, path, cause)
}

fn type_name(kind: &TypeKind) -> String {
    match kind {
        TypeKind::Single(kind) => format!("of type {kind}"),
        TypeKind::Multiple(kinds) => {
            let names: Vec<_> = kinds.iter().map(|kind| kind.to_string()).collect();
            format!("of type {}", names.join(" or "))
        }
    }
}

/// A value in at most forty characters.
fn abridged(value: &Value) -> String {
    match value {
        Value::Array(entries) => format!("a list of {}", entries.len()),
        Value::Object(_) => "an object".to_owned(),
        scalar => {
            let text = scalar.to_string();
            let short: String = text.chars().take(40).collect();
            if short.len() < text.len() { format!("{short}…") } else { text }
        }
    }
}

fn unknown_key(path: &str, key: &str, known: &[String]) -> Issue {
    let pointer = format!("{path}/{}", escape(key));
    let cause = format!("the key {key:?} is not known here");
    let mut issue = codes::issue(codes::UNKNOWN_KEY, pointer, cause);
    if let Some(nearest) = nearest(key, known.iter().map(String::as_str)) {
        issue.action = format!("did you mean {nearest:?}? Otherwise remove the key");
    }
    issue
}

/// The name that a misspelled one probably means.
pub(crate) fn nearest<'a>(name: &str, known: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    let close = |candidate: &&str| distance(name, candidate) <= 1 + name.len() / 4;
    known.into_iter().min_by_key(|candidate| distance(name, candidate)).filter(close)
}

/// The properties beside an `additionalProperties` of the schema.
fn known_keys(schema: &Value, pointer: &str) -> Vec<String> {
    let object = pointer.rsplit_once('/').map_or("", |(parent, _)| parent);
    let properties = schema.pointer(&format!("{object}/properties")).and_then(Value::as_object);
    properties.map(|keys| keys.keys().cloned().collect()).unwrap_or_default()
}

/// Levenshtein's edit distance in bytes. Time O(|a| |b|).
fn distance(a: &str, b: &str) -> usize {
    let mut row: Vec<usize> = (0..=b.len()).collect();
    for (i, x) in a.bytes().enumerate() {
        let mut diagonal = row[0];
        row[0] = i + 1;
        for (j, y) in b.bytes().enumerate() {
            let substituted = diagonal + usize::from(x != y);
            diagonal = row[j + 1];
            row[j + 1] = substituted.min(diagonal + 1).min(row[j] + 1);
        }
    }
    row[b.len()]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn distances_are_levenshteins() {
        assert_eq!(distance("kitten", "sitting"), 3);
        assert_eq!(distance("", "abc"), 3);
        assert_eq!(distance("peak_mib", "peak_mb"), 1);
    }

    #[test]
    fn alternatives_are_explained_by_the_nearest() {
        let schema = serde_json::json!({ "anyOf": [
            { "type": "object", "properties": { "a": { "type": "integer" } } },
            { "type": "null" }
        ] });
        let issues = of_schema(&schema, &serde_json::json!({ "a": "x" }));
        assert_eq!(issues.len(), 1);
        assert_eq!((issues[0].code, issues[0].path.as_str()), ("PW017", "/a"));
    }
}
