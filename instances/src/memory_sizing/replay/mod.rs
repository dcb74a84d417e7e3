//! Online policies compared on recorded runs.
//!
//! Every file is a workflow. Wastage is reported per workflow and as the geometric mean of ratios
//! over workflows; a grand total would be the largest workflow alone. Failed attempts and the
//! share of tasks whose first attempt succeeds stand beside it.

mod comparison;
pub(super) mod options;

use std::sync::atomic::{AtomicUsize, Ordering};

use comparison::{Comparison, Workflow};
use options::{OPTIONS, Plan};

use super::import::history::history;
use crate::codes;
use crate::family::{Options, Progress, Replay, Report};
use crate::files::{Rejected, Source};

/// All replays of the family.
pub(super) const REPLAYS: &[Replay] = &[Replay {
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
    let mut workflows = Vec::new();
    for (name, source) in sources {
        let refused = |issues| source.reject(issues);
        let history = history(&source.text, &plan.trace).map_err(refused)?;
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
    let Plan { policies, times, .. } = plan;
    Ok(Comparison { policies, runs, times, workflows }.report())
}
