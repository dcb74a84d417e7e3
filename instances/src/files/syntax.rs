//! Why a text is not JSON, in the user's words, with line and column.

use placewright_solver::issue::Issue;
use serde_json::error::Category;

use crate::codes::{self, ErrorCode};

/// The issue behind a syntax error of `serde_json`, which stops at the first.
pub(crate) fn issue(text: &str, error: &serde_json::Error) -> Issue {
    let message = error.to_string();
    let reason = message.split(" at line ").next().unwrap_or(&message);
    let token = token_at(text, error.line(), error.column());
    let code = code_of(error, reason, &token);
    let found = if token.is_empty() { String::new() } else { format!(", at {token:?}") };
    let cause = format!("{reason} in column {}{found}", error.column());
    let mut issue = codes::issue(code, "", cause);
    issue.line = Some(error.line());
    issue
}

fn code_of(error: &serde_json::Error, reason: &str, token: &str) -> &'static ErrorCode {
    let unsigned = token.trim_start_matches(['-', '+']).to_ascii_lowercase();
    if ["nan", "infinity", "inf"].contains(&unsigned.as_str()) || reason == "number out of range" {
        codes::NOT_A_NUMBER
    } else if error.classify() == Category::Eof {
        codes::TRUNCATED
    } else if reason == "trailing characters" {
        codes::TRAILING
    } else {
        codes::NOT_JSON
    }
}

/// The word or number around a position (both counted from 1), or the single character there.
fn token_at(text: &str, line: usize, column: usize) -> String {
    let bytes = text.lines().nth(line.saturating_sub(1)).unwrap_or("").as_bytes();
    let at = column.saturating_sub(1).min(bytes.len().saturating_sub(1));
    let in_word = |byte: &u8| byte.is_ascii_alphanumeric() || b"+-._".contains(byte);
    if !bytes.get(at).is_some_and(in_word) {
        let rest = bytes.get(at..).unwrap_or_default();
        return String::from_utf8_lossy(rest).chars().take(1).collect();
    }
    let before = bytes[..at].iter().rev().take_while(|byte| in_word(byte)).count();
    let after = bytes[at..].iter().take_while(|byte| in_word(byte)).count();
    String::from_utf8_lossy(&bytes[at - before..at + after]).chars().take(30).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(text: &str) -> Issue {
        issue(text, &serde_json::from_str::<serde_json::Value>(text).unwrap_err())
    }

    #[test]
    fn every_cause_has_its_code() {
        let cases = [
            ("{\"a\": [1, 2", "PW003"),
            ("{\"a\": \"b", "PW003"),
            ("{\"a\": NaN}", "PW005"),
            ("{\"a\": -Infinity}", "PW005"),
            ("[Infinity]", "PW005"),
            ("[1e999]", "PW005"),
            ("{} {}", "PW006"),
            ("{\"a\": 1,}", "PW004"),
            ("{'a': 1}", "PW004"),
            ("name\tstatus\n", "PW004"),
            ("[1 // one\n]", "PW004"),
        ];
        for (text, code) in cases {
            assert_eq!(of(text).code, code, "{text}: {}", of(text));
        }
    }

    #[test]
    fn line_and_column_are_given() {
        let issue = of("{\n  \"a\": 1,\n  \"b\": NaN\n}");
        assert_eq!(issue.line, Some(3));
        assert!(issue.cause.contains("column 8") && issue.cause.contains("NaN"), "{issue}");
    }
}
