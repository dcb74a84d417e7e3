//! The policies of a comparison.

use std::sync::{Arc, Mutex};

use super::protocol::Protocol;
use crate::memory_sizing::online::policies::sizey::parameters::{Parameters, Variant};
use crate::memory_sizing::online::policies::sizey::policy::Sizey;
use crate::memory_sizing::online::policies::witt_regression::{
    ErrorLists, Errors, Offset, WittRegression,
};
use crate::memory_sizing::online::policy::Policy;
use crate::memory_sizing::online::rule::{RULES, Rule};
use crate::memory_sizing::online::settings::Settings;

/// What Tovar's rule gives a task that exceeded everything: a node, 128 GB as in the published
/// evaluation.
const NODE_BYTES: u64 = 128_000_000_000;

/// Sizey as described and as released. Both retrain four models after every task, which takes
/// milliseconds, and keep no state that can be written down: they are here to be compared with.
pub const SIZEY: [&str; 2] = ["sizey", "sizey-published"];

/// Names of all policies, in the order of a table.
#[must_use]
pub fn names() -> Vec<&'static str> {
    RULES.iter().map(|rule| rule.0).chain(SIZEY).collect()
}

/// Names of the policies that answer in microseconds: all but [`SIZEY`].
#[must_use]
pub fn fast_names() -> Vec<&'static str> {
    RULES.iter().map(|rule| rule.0).collect()
}

/// Policies by name with nothing learned. In the published protocol the two regressions share
/// one list of errors, as they do there.
///
/// # Errors
/// The first name that is none of [`names`].
pub fn lineup(
    protocol: Protocol,
    settings: &Settings,
    chosen: &[&str],
) -> Result<Vec<Box<dyn Policy>>, String> {
    let errors = Arc::new(Mutex::new(Errors::default()));
    let published = matches!(protocol, Protocol::Published { .. });
    let policy = |name: &&str| -> Result<Box<dyn Policy>, String> {
        let pooled = |offset| {
            let lists = ErrorLists::Pooled(errors.clone());
            Box::new(WittRegression::new(settings, offset, lists)) as Box<dyn Policy>
        };
        let with = |settings: &Settings| -> Result<Box<dyn Policy>, String> {
            let rule = Rule::named(name, settings).ok_or_else(|| (*name).to_owned())?;
            Ok(Box::new(rule))
        };
        match *name {
            "sizey" => Ok(Box::new(Sizey::new(Parameters::new(Variant::Paper)))),
            "sizey-published" => Ok(Box::new(Sizey::new(Parameters::new(Variant::Published)))),
            "witt-lr-std" if published => Ok(pooled(Offset::Deviation)),
            "witt-lr-std-under" if published => Ok(pooled(Offset::UnderDeviation)),
            "tovar-ppm" => with(&settings.limited(Some(NODE_BYTES))),
            _ => with(settings),
        }
    };
    chosen.iter().map(policy).collect()
}
