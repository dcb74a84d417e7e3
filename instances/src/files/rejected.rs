//! A file that is refused, with every reason.

use placewright_solver::issue::Issue;

use crate::codes;

/// At most this many issues are listed for one file.
const MAX_ISSUES: usize = 200;

/// A file that is refused, with every reason.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{}", lines(.file, .issues))]
pub struct Rejected {
    /// The file as the user named it; `-` for standard input.
    pub file: String,
    /// What is wrong with it, at least one issue; very long lists are cut off and say so.
    pub issues: Vec<Issue>,
}

impl Rejected {
    /// A refused file. Lists of more than 200 issues are cut off, and the last issue says so.
    #[must_use]
    pub fn new(file: impl Into<String>, mut issues: Vec<Issue>) -> Self {
        let hidden = issues.len().saturating_sub(MAX_ISSUES);
        if hidden > 0 {
            issues.truncate(MAX_ISSUES);
            issues.push(codes::issue(
                codes::MORE_ISSUES,
                "",
                format!("at least {hidden} more problems are not listed"),
            ));
        }
        Self { file: file.into(), issues }
    }
}

fn lines(file: &str, issues: &[Issue]) -> String {
    issues.iter().map(|issue| format!("{file}: {issue}")).collect::<Vec<_>>().join("\n")
}
