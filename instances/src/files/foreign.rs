//! JSON of other programs: read into the few fields we need, unknown keys ignored.

use placewright_solver::issue::Issue;
use serde::de::DeserializeOwned;
use serde_json::error::Category;

pub(crate) use super::locate::locate;
use super::syntax;
use crate::codes;

/// Reads a document of another program.
///
/// # Errors
/// The first thing that is not JSON, or not of the shape expected, with its line.
pub(crate) fn read<T: DeserializeOwned>(text: &str) -> Result<T, Vec<Issue>> {
    serde_json::from_str(text).map_err(|error| match error.classify() {
        Category::Data => vec![other_shape(&error)],
        _ => vec![syntax::issue(text, &error)],
    })
}

fn other_shape(error: &serde_json::Error) -> Issue {
    let message = error.to_string();
    let code = if message.starts_with("missing field") {
        codes::MISSING_KEY
    } else if message.starts_with("duplicate field") {
        codes::DUPLICATE_KEY
    } else {
        codes::WRONG_TYPE
    };
    let cause = message.split(" at line ").next().unwrap_or(&message);
    let mut issue = codes::issue(code, "", cause);
    issue.line = Some(error.line());
    issue
}

#[cfg(test)]
mod tests {
    use super::*;

    #[derive(Debug, serde::Deserialize)]
    #[expect(dead_code, reason = "only reading matters here")]
    struct Foreign {
        a: u32,
    }

    #[test]
    fn the_first_mistake_has_code_and_line() {
        let cases = [
            ("{\n\"b\": 1}", "PW016"),
            ("{\n\"a\": \"x\"}", "PW017"),
            ("{\"a\": 1,\n\"a\": 2}", "PW010"),
            ("{\n\"a\": 1,}", "PW004"),
            ("{\n\"a\": ", "PW003"),
        ];
        for (text, code) in cases {
            let issue = &read::<Foreign>(text).unwrap_err()[0];
            assert_eq!((issue.code, issue.line), (code, Some(2)), "{text}: {issue}");
        }
        assert!(read::<Foreign>("{\"a\": 1, \"unknown\": []}").is_ok());
    }
}
