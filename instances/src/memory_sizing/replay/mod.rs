//! Online policies compared on recorded runs.
//!
//! Every file is a workflow. Wastage is reported per workflow and as the geometric mean of ratios
//! over workflows; a grand total would be the largest workflow alone. Failed attempts and the
//! share of tasks whose first attempt succeeds stand beside it.

mod cluster;
mod comparison;
pub(super) mod options;
mod trade_off;

use std::sync::atomic::{AtomicUsize, Ordering};

use cluster::{Makespans, View};
use comparison::{Comparison, Workflow};
use options::{OPTIONS, Plan};

use placewright_models::memory_sizing::replay::history::History;

use super::import::history::history;
use crate::codes;
use crate::family::{Offer, Options, Progress, Replay, Report};
use crate::files::{Rejected, Source};

/// All replays of the family.
pub(super) const REPLAYS: &[Replay] = &[Offer {
    name: "nextflow",
    title: "sizing policies on Nextflow traces, one workflow per file",
    options: &OPTIONS,
    run,
}];

fn run(
    sources: &[(String, Source)],
    options: &Options,
    progress: Progress,
) -> Result<Report, Rejected> {
    let plan = Plan::read(options).map_err(|issues| Rejected::new("options", issues))?;
    match &plan.view {
        Some(view) => makespans(sources, &plan, view, progress),
        None => comparison(sources, &plan, progress),
    }
}

fn makespans(
    sources: &[(String, Source)],
    plan: &Plan,
    view: &View,
    progress: Progress,
) -> Result<Report, Rejected> {
    let rows = cluster::rows(&plan.policies);
    let mut workflows = Vec::new();
    for (name, source) in sources {
        let refused = |issues| source.reject(issues);
        let history = recorded(source, plan)?;
        let done = |count| progress(&format!("{name}: {count} of {} policies", rows.len()));
        let workflow = view.simulate(name, &history, &plan.settings, &plan.policies, &done);
        workflows.push(workflow.map_err(refused)?);
    }
    Ok(Makespans { view, rows, workflows }.report())
}

/// The run of a source, as policies may see it.
fn recorded(source: &Source, plan: &Plan) -> Result<History, Rejected> {
    let read = history(&source.text, &plan.trace);
    let mut history = read.map_err(|issues| source.reject(issues))?;
    if !plan.labels {
        history.records.iter_mut().for_each(|record| record.task.label = None);
    }
    Ok(history)
}

fn comparison(
    sources: &[(String, Source)],
    plan: &Plan,
    progress: Progress,
) -> Result<Report, Rejected> {
    let mut workflows = Vec::new();
    for (name, source) in sources {
        let refused = |issues| source.reject(issues);
        let history = recorded(source, plan)?;
        let replayed = AtomicUsize::new(0);
        let done = || {
            let count = 1 + replayed.fetch_add(1, Ordering::Relaxed);
            progress(&format!("{name}: {count} of {} replays", plan.protocols.len()));
        };
        let tallies = plan.replay(&history, &done).map_err(|policy| {
            let cause = format!("there is no policy {policy:?}");
            refused(vec![codes::issue(codes::BAD_OPTION, "policies", cause)])
        })?;
        workflows.push(Workflow { name: name.clone(), types: history.types, tallies });
    }
    let runs = plan.protocols.len();
    let (policies, prices) = (plan.policies.clone(), plan.prices.clone());
    Ok(Comparison { policies, prices, runs, times: plan.times, workflows }.report())
}
