//! Options for single task types: `-O keep.TYPE=yes`.

use std::collections::{BTreeMap, BTreeSet};

use placewright_models::memory_sizing::instance::limits;
use placewright_solver::issue::Issue;

use super::state::State;
use crate::codes;
use crate::family::{OptionHelp, Options};
use crate::files::violations::nearest;
use crate::memory_sizing::emit::nextflow::process;
use crate::memory_sizing::import::collect::Execution;

/// What can be said of a type.
pub(super) const PER_TYPE: [OptionHelp; 4] = [
    OptionHelp {
        name: "keep.TYPE",
        help: "yes: leave a type alone, whose command is told its memory (java -Xmx) [default: no]",
    },
    OptionHelp { name: "limit_mib.TYPE", help: "largest allocation of a type in MiB" },
    OptionHelp {
        name: "request_mib.TYPE",
        help: "what the workflow asks for a type in MiB, where the recordings don't say",
    },
    OptionHelp {
        name: "size.TYPE",
        help: "variable of a Nextflow process's input whose size the recordings tell, or several as reads+index: memory then depends on it",
    },
];

/// What was said of a type.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Override {
    pub(super) keep: Option<bool>,
    pub(super) limit_bytes: Option<u64>,
    pub(super) request_bytes: Option<u64>,
    pub(super) input_variables: Vec<String>,
}

/// What was said of types, by the name that was given.
#[derive(Clone, Debug, Default)]
pub(super) struct Overrides {
    by_name: BTreeMap<String, Override>,
    /// What is wrong with them.
    pub(super) issues: Vec<Issue>,
}

/// Options for single types, and the other ones.
pub(super) fn split(options: &Options) -> (Overrides, Options) {
    let mut overrides = Overrides::default();
    let mut general = Options::new();
    for (name, value) in options {
        match name.split_once('.') {
            Some((kind, task_type)) if is_kind(kind) => {
                overrides.add(name, kind, task_type, value.trim());
            }
            _ => {
                general.insert(name.clone(), value.clone());
            }
        }
    }
    (overrides, general)
}

fn is_kind(kind: &str) -> bool {
    PER_TYPE.iter().any(|option| option.name.split('.').next() == Some(kind))
}

impl Overrides {
    fn add(&mut self, option: &str, kind: &str, task_type: &str, text: &str) {
        let of_type = self.by_name.entry(task_type.to_owned()).or_default();
        let mib = || text.parse().ok().filter(|mib| (1..=limits::MEMORY_MIB).contains(mib));
        let bytes = || mib().map(|mib: u64| mib << 20);
        let expected = match kind {
            "keep" => {
                of_type.keep = [("yes", true), ("no", false)]
                    .into_iter()
                    .find_map(|(word, keep)| (word == text).then_some(keep));
                of_type.keep.is_none().then_some("yes or no")
            }
            "limit_mib" => {
                of_type.limit_bytes = bytes();
                of_type.limit_bytes.is_none().then_some("a number of MiB")
            }
            "request_mib" => {
                of_type.request_bytes = bytes();
                of_type.request_bytes.is_none().then_some("a number of MiB")
            }
            _ => {
                of_type.input_variables = text.split('+').map(|name| name.trim().into()).collect();
                let wrong = of_type.input_variables.iter().any(|name| !is_variable(name));
                wrong.then_some("the name of a variable, or several with a plus between them")
            }
        };
        if let Some(expected) = expected {
            let cause = format!("{text:?} is not {expected}");
            self.issues.push(codes::issue(codes::BAD_OPTION, option, cause));
        }
    }

    /// What was said of a type, by its own name or by that of its process.
    pub(super) fn of(&self, task_type: &str) -> Option<&Override> {
        self.by_name.get(task_type).or_else(|| self.by_name.get(process(task_type)))
    }

    /// Refuses names that no type has, with the one that was probably meant.
    pub(super) fn must_be_known(
        &self,
        state: &State,
        executions: &[Execution],
    ) -> Result<(), Vec<Issue>> {
        let of_now = executions.iter().map(|execution| execution.task_type.as_str());
        let types: BTreeSet<&str> = state.types.keys().map(String::as_str).chain(of_now).collect();
        let known = |name: &str| types.iter().any(|each| *each == name || process(each) == name);
        let issue = |name: &String| {
            let cause = format!("the recordings have no task type {name:?}");
            let mut issue = codes::issue(codes::BAD_OPTION, name.as_str(), cause);
            let short = |each: &&str| process(each).rsplit(':').next() == Some(name);
            let meant = types.iter().find(|each| short(each)).copied();
            let meant = meant.or_else(|| nearest(name, types.iter().copied()));
            issue.action = match meant {
                Some(meant) => format!("did you mean {meant:?}? Names are those of the recordings"),
                None => "give the name as it stands in the recordings".to_owned(),
            };
            issue
        };
        let unknown = self.by_name.keys().filter(|name| !known(name));
        let issues: Vec<Issue> = unknown.map(issue).collect();
        if issues.is_empty() { Ok(()) } else { Err(issues) }
    }
}

/// Words that a variable cannot be called in a Nextflow script.
const RESERVED: [&str; 14] = [
    "as",
    "class",
    "def",
    "else",
    "false",
    "for",
    "if",
    "in",
    "instanceof",
    "new",
    "null",
    "return",
    "task",
    "true",
];

fn is_variable(name: &str) -> bool {
    let word = |c: char| c.is_ascii_alphanumeric() || c == '_';
    let starts = name.starts_with(|c: char| word(c) && !c.is_ascii_digit());
    starts && name.chars().all(word) && !RESERVED.contains(&name)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn given(pairs: &[(&str, &str)]) -> Overrides {
        let options = pairs.iter().map(|(name, value)| ((*name).into(), (*value).into()));
        split(&options.collect()).0
    }

    #[test]
    fn types_may_have_colons_and_dots() {
        let overrides = given(&[("size.A:B.c", "reads + index"), ("keep.X", "yes")]);
        assert!(overrides.issues.is_empty());
        assert_eq!(overrides.of("A:B.c").unwrap().input_variables, ["reads", "index"]);
        assert_eq!(overrides.of("X@n1").unwrap().keep, Some(true));
        assert_eq!(overrides.of("Y"), None);
    }

    #[test]
    fn what_is_not_understood_is_an_issue() {
        let wrong = [
            ("keep.A", "maybe"),
            ("limit_mib.A", "0"),
            ("request_mib.A", "4 GB"),
            ("size.A", "a; b"),
            ("size.B", "reads[0]"),
            ("size.C", "task"),
            ("size.D", ""),
        ];
        assert_eq!(given(&wrong).issues.len(), wrong.len());
    }
}
