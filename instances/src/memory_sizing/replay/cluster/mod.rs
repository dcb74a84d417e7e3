//! The cluster view of a replay: makespan and throughput instead of wastage alone.

mod nodes;
mod options;
mod report;

use std::sync::atomic::{AtomicUsize, Ordering};

use placewright_models::memory_sizing::online::policy::Policy;
use placewright_models::memory_sizing::online::settings::Settings;
use placewright_models::memory_sizing::replay::cluster::bound::MakespanBound;
use placewright_models::memory_sizing::replay::cluster::clairvoyant::Clairvoyant;
use placewright_models::memory_sizing::replay::cluster::figures::Figures;
use placewright_models::memory_sizing::replay::cluster::release::{Run, as_submitted, at_once};
use placewright_models::memory_sizing::replay::cluster::simulate::simulate;
use placewright_models::memory_sizing::replay::history::History;
use placewright_models::memory_sizing::replay::lineup::lineup;
use placewright_models::memory_sizing::replay::protocol::Protocol;
use placewright_solver::issue::Issue;
use rayon::prelude::*;

pub(super) use options::{OPTIONS, Release, View};
pub(super) use report::{Makespans, Workflow};

use crate::codes;

/// The ideal, as a row of its own.
const CLAIRVOYANT: &str = "clairvoyant";

/// The rows of the tables: the ideal, then the policies.
pub(super) fn rows(policies: &[&'static str]) -> Vec<&'static str> {
    [CLAIRVOYANT].into_iter().chain(policies.iter().copied()).collect()
}

impl View {
    /// Every row of the tables on one workflow.
    pub(super) fn simulate(
        &self,
        name: &str,
        history: &History,
        settings: &Settings,
        policies: &[&'static str],
        done: &(dyn Fn(usize) + Sync),
    ) -> Result<Workflow, Vec<Issue>> {
        let releases_ms = match self.release {
            Release::AtOnce => at_once(history),
            Release::AsSubmitted => as_submitted(history).ok_or_else(|| {
                let cause =
                    "the trace does not give every time of submission in ms (trace.raw = true)";
                vec![codes::issue(codes::BAD_OPTION, "release", cause)]
            })?,
        };
        let run = Run { history, releases_ms: &releases_ms };
        let simulated = AtomicUsize::new(0);
        let figures = |row: &&'static str| {
            let mut policy = policy(row, settings)?;
            let schedule = simulate(run, &self.cluster, settings, &self.dispatch, policy.as_mut());
            done(1 + simulated.fetch_add(1, Ordering::Relaxed));
            Ok(Figures::new(run, &self.cluster, &schedule))
        };
        let rows: Result<Vec<Figures>, String> = rows(policies).par_iter().map(figures).collect();
        let rows = rows.map_err(|policy| {
            let cause = format!("there is no policy {policy:?}");
            vec![codes::issue(codes::BAD_OPTION, "policies", cause)]
        })?;
        let bound = MakespanBound::new(run, &self.cluster);
        Ok(Workflow { name: name.to_owned(), tasks: history.records.len(), bound, rows })
    }
}

/// A row's policy with nothing learned; `Err` is the name of a missing one.
fn policy(row: &str, settings: &Settings) -> Result<Box<dyn Policy>, String> {
    if row == CLAIRVOYANT {
        return Ok(Box::new(Clairvoyant::default()));
    }
    let policies = lineup(Protocol::TraceOrder, settings, &[row])?;
    policies.into_iter().next().ok_or_else(|| row.to_owned())
}
