//! The head of every file: `format`, `family`, `version`.

use std::fmt;

use placewright_solver::issue::Issue;
use serde::de::{Deserializer, IgnoredAny, MapAccess, Visitor};
use serde_json::Value;

use super::rejected::Rejected;
use super::source::Source;
use super::syntax;
use crate::codes;
use crate::registry;

/// What the head of a file must say.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Header {
    pub(crate) format: &'static str,
    pub(crate) family: &'static str,
    pub(crate) version: u32,
}

/// The family that a file says it belongs to, without reading the rest of a large file.
///
/// # Errors
/// Syntax errors, or a head without a known `family`.
pub fn family_of(source: &Source) -> Result<&'static str, Rejected> {
    let mut family = None;
    // The probe stops as soon as it has seen the family, which the parser takes for an error.
    let mut parser = serde_json::Deserializer::from_str(&source.text);
    let _stopped_early = parser.deserialize_map(Probe(&mut family));
    match family {
        Some(family) => {
            let place = |issue| source.reject(vec![issue]);
            known_family(&family).map_err(|issue| place(located(source, issue)))
        }
        None => Err(source.reject(without_family(source))),
    }
}

fn known_family(name: &str) -> Result<&'static str, Issue> {
    registry::names().into_iter().find(|known| *known == name).ok_or_else(|| {
        let known = registry::names().join(", ");
        let cause = format!("the family {name:?} is not among those known: {known}");
        codes::issue(codes::UNKNOWN_FAMILY, "/family", cause)
    })
}

fn without_family(source: &Source) -> Vec<Issue> {
    let value = match serde_json::from_str::<Value>(&source.text) {
        Ok(value) => value,
        Err(error) => return vec![syntax::issue(&source.text, &error)],
    };
    let issue = match value.get("family") {
        None if value.is_object() => {
            codes::issue(codes::MISSING_KEY, "", "the key \"family\" is missing")
        }
        None => codes::issue(codes::WRONG_TYPE, "", "the file must hold a JSON object"),
        Some(other) => {
            let cause = format!("the family must be a string, not {other:.40}");
            codes::issue(codes::WRONG_TYPE, "/family", cause)
        }
    };
    vec![located(source, issue)]
}

fn located(source: &Source, issue: Issue) -> Issue {
    let mut issues = [issue];
    super::locate::locate(&source.text, &mut issues);
    let [issue] = issues;
    issue
}

impl Header {
    /// What is wrong with a head that is present; absent or ill-typed keys are the schema's affair.
    pub(crate) fn issues(&self, format: &str, family: &str, version: u64) -> Vec<Issue> {
        let mut issues = Vec::new();
        if format != self.format {
            let cause = format!("the format is {format:?}, expected {:?}", self.format);
            issues.push(codes::issue(codes::WRONG_FORMAT, "/format", cause));
        }
        if let Err(issue) = known_family(family) {
            issues.push(issue);
        } else if family != self.family {
            let cause = format!("the family is {family:?}, expected {:?}", self.family);
            issues.push(codes::issue(codes::OTHER_FAMILY, "/family", cause));
        }
        if version != u64::from(self.version) {
            let cause = format!("version {version}, this program reads {}", self.version);
            issues.push(codes::issue(codes::UNSUPPORTED_VERSION, "/version", cause));
        }
        issues
    }

    /// The same for a document that was read as plain JSON.
    pub(crate) fn issues_of(&self, document: &Value) -> Vec<Issue> {
        let text = |key: &str| document.get(key).and_then(Value::as_str);
        let version = document.get("version").and_then(Value::as_u64);
        self.issues(
            text("format").unwrap_or(self.format),
            text("family").unwrap_or(self.family),
            version.unwrap_or(self.version.into()),
        )
    }
}

/// Takes the string value of the key `family` and gives up the rest.
struct Probe<'a>(&'a mut Option<String>);

impl<'de> Visitor<'de> for Probe<'_> {
    type Value = ();

    fn expecting(&self, formatter: &mut fmt::Formatter) -> fmt::Result {
        formatter.write_str("an object with a family")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<(), A::Error> {
        while let Some(key) = map.next_key::<String>()? {
            if key == "family" {
                *self.0 = Some(map.next_value()?);
                return Ok(());
            }
            map.next_value::<IgnoredAny>()?;
        }
        Ok(())
    }
}
