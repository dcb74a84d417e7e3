//! Policies compared on lists of jobs.

mod comparison;
mod fields;
mod options;

pub mod lists;
pub mod traces;

use std::sync::atomic::{AtomicUsize, Ordering};

use comparison::{Row, Workload};
use options::{MIX_OPTIONS, OPTIONS, Plan};
use placewright_models::circuit_allocation::online::choice::Choice;
use placewright_models::circuit_allocation::online::cluster::Cluster;
use placewright_models::circuit_allocation::online::order::{ORDERS, Order};
use placewright_models::circuit_allocation::online::policy::Sharing;
use placewright_models::circuit_allocation::replay::generate::{Mix, generate};
use placewright_models::circuit_allocation::replay::run::{Settings, run as replay};
use placewright_models::circuit_allocation::replay::snapshots::{Found, Snapshots};
use placewright_models::circuit_allocation::replay::summary::Summary;
use placewright_models::circuit_allocation::replay::workload::ReplayJob;
use placewright_solver::issue::Issue;
use rayon::prelude::*;

use crate::codes;
use crate::family::{Offer, OptionHelp, Options, Progress, Replay, Report};
use crate::files::{Rejected, Source};

/// All replays of the family.
pub const REPLAYS: &[Replay] = &[
    Offer {
        name: "jobs",
        title: "placement policies on lists of jobs with their communication",
        options: &OPTIONS,
        run: |sources, options, progress| {
            let read = |text: &str, seed, _: &Plan| lists::read_jobs(text, seed);
            compare(sources, options, progress, &OPTIONS, SMALL, read)
        },
    },
    Offer {
        name: "crux",
        title: "placement policies on the Crux trace, or one of its columns",
        options: &OPTIONS,
        run: |sources, options, progress| {
            let read = |text: &str, seed, _: &Plan| traces::read_crux(text, seed);
            compare(sources, options, progress, &OPTIONS, LARGE, read)
        },
    },
    Offer {
        name: "philly",
        title: "placement policies on the Philly trace, or one of its columns",
        options: &OPTIONS,
        run: |sources, options, progress| {
            let read = |text: &str, seed, _: &Plan| traces::read_philly(text, seed);
            compare(sources, options, progress, &OPTIONS, LARGE, read)
        },
    },
    Offer {
        name: "mix",
        title: "placement policies on lists drawn from a mix of sizes and a trace's run times",
        options: &MIX_OPTIONS,
        run: |sources, options, progress| {
            compare(sources, options, progress, &MIX_OPTIONS, SMALL, drawn)
        },
    },
];

/// 512 GPUs in 16 leaves, the cluster of the published job lists.
const SMALL: [u32; 3] = [16, 8, 4];
/// 1,024 GPUs in 32 leaves.
const LARGE: [u32; 3] = [32, 8, 4];

fn drawn(text: &str, seed: u64, plan: &Plan) -> Result<Vec<ReplayJob>, Vec<Issue>> {
    let run_ms = traces::read_run_times(text)?;
    if run_ms.is_empty() {
        let cause = "the trace has no job of more than one GPU, so no run times to draw from";
        return Err(vec![codes::issue(codes::FIELD_OUT_OF_RANGE, "gpus", cause)]);
    }
    let (sizes, gpus) = (plan.sizes.clone(), plan.fixed.gpus());
    Ok(generate(&Mix { jobs: plan.jobs, sizes, run_ms, gpus, load: plan.load }, seed))
}

/// A list of a seed.
type Read = fn(&str, u64, &Plan) -> Result<Vec<ReplayJob>, Vec<Issue>>;

fn compare(
    sources: &[(String, Source)],
    options: &Options,
    progress: Progress,
    known: &[OptionHelp],
    usual: [u32; 3],
    read: Read,
) -> Result<Report, Rejected> {
    let plan = Plan::read(options, known, usual).map_err(|of| Rejected::new("options", of))?;
    let mut workloads = Vec::new();
    for (name, source) in sources {
        let list = |&seed: &u64| {
            let mut jobs = read(&source.text, seed, &plan)?;
            if jobs.is_empty() {
                let cause = "there is a header and no job to be replayed";
                return Err(vec![codes::issue(codes::EMPTY, "", cause)]);
            }
            plan.estimates.tell(&mut jobs, seed);
            Ok(jobs)
        };
        let lists: Result<Vec<_>, Vec<Issue>> = plan.seeds.iter().map(list).collect();
        let lists = lists.map_err(|issues| source.reject(issues))?;
        let done = AtomicUsize::new(0);
        let all = plan.orders.len() * plan.choices.len() * plan.seeds.len();
        let told = || {
            let done = done.fetch_add(1, Ordering::Relaxed) + 1;
            progress(&format!("{name}: {done} of {all} replays"));
        };
        let rows = rows(&plan, &lists, &told);
        for &order in &plan.orders {
            let order_name = ORDERS.iter().find(|of| of.1 == order).map_or("", |of| of.0);
            let of_order = rows.iter().filter(|row| row.order == order).cloned().collect();
            let snapshots = snapshots(&plan, order, &lists[0]);
            let name = name.clone();
            workloads.push(Workload { name, order: order_name, rows: of_order, snapshots });
        }
    }
    Ok(comparison::report(&workloads, &plan))
}

/// All orders, policies and seeds in parallel, in the order of the plan whatever thread was first.
fn rows(plan: &Plan, lists: &[Vec<ReplayJob>], done: &(dyn Fn() + Sync)) -> Vec<Row> {
    let runs: Vec<(Order, Choice, usize)> = plan
        .orders
        .iter()
        .flat_map(|&order| plan.choices.iter().map(move |&choice| (order, choice)))
        .flat_map(|(order, choice)| (0..lists.len()).map(move |list| (order, choice, list)))
        .collect();
    let one = |&(order, choice, list): &(Order, Choice, usize)| {
        let cluster = plan.cluster(choice).clone();
        let gpus = cluster.gpus();
        let (knowledge, moves, seed) = (plan.knowledge, plan.moves, plan.seeds[list]);
        let settings = Settings { cluster, choice, order, knowledge, moves, seed };
        let tally = replay(&lists[list], &settings, &mut |_| {});
        done();
        Summary::new(&lists[list], &tally, gpus)
    };
    let summaries: Vec<Summary> = runs.par_iter().map(one).collect();
    let rows = runs.chunks(lists.len()).zip(summaries.chunks(lists.len()));
    rows.map(|(runs, summaries)| {
        let (order, choice, _) = runs[0];
        let by_seed = summaries.iter().map(|of| of.completion.mean_s).collect();
        Row { order, choice, by_seed, summary: Summary::mean(summaries) }
    })
    .collect()
}

/// Isolating policies on the states that our default goes through on the first list, network by network.
fn snapshots(plan: &Plan, order: Order, jobs: &[ReplayJob]) -> Vec<Found> {
    if plan.snapshots.is_empty() {
        return Vec::new();
    }
    let of = |cluster: &Cluster| {
        let isolated = |choice: &Choice| {
            choice.suits(cluster) && choice.policy().sharing() == Sharing::Isolated
        };
        let choices: Vec<Choice> = plan.choices.iter().copied().filter(isolated).collect();
        // Jobs hold whole servers.
        let sizes: Vec<u32> = plan.snapshots.iter().map(|&of| cluster.whole_servers(of)).collect();
        let mut snapshots = Snapshots::new(&choices, &sizes, plan.moves);
        let settings = Settings {
            cluster: cluster.clone(),
            choice: Choice::default_for(cluster),
            order,
            knowledge: plan.knowledge,
            moves: plan.moves,
            seed: plan.seeds[0],
        };
        replay(jobs, &settings, &mut |state| snapshots.ask(state));
        snapshots.found()
    };
    [&plan.fixed, &plan.switched].into_iter().flat_map(of).collect()
}
