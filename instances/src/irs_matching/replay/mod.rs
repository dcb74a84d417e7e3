//! Matching policies compared on a trace of check-ins. Every file is a list of jobs.

mod comparison;
mod fields;
mod options;
mod supply;

pub mod checkins;
pub mod jobs;

use std::path::Path;
use std::sync::atomic::{AtomicUsize, Ordering};

use comparison::Workload;
use options::{CheckInSource, OPTIONS, Plan};
use placewright_models::irs_matching::online::rule::Rule;
use placewright_models::irs_matching::replay::checkins::CheckIns;
use placewright_models::irs_matching::replay::run::{Settings, run as replay};
use placewright_models::irs_matching::replay::summary::{Summary, fair_share_s};
use placewright_models::irs_matching::replay::workload::ReplayJob;
use rayon::prelude::*;

use crate::codes;
use crate::family::{Offer, Options, Progress, Replay, Report};
use crate::files::{Rejected, Source};

/// All replays of the family.
pub const REPLAYS: &[Replay] = &[Offer {
    name: "jobs",
    title: "matching policies on lists of jobs against a trace of check-ins",
    options: &OPTIONS,
    run,
}];

/// Hardware tiers of the policy that tells them apart, by nominal response time: the two of the
/// simulator of Venn.
const TIER_BOUNDS_MS: [u32; 1] = [120_000];

fn run(
    sources: &[(String, Source)],
    options: &Options,
    progress: Progress,
) -> Result<Report, Rejected> {
    let refused = |issues| Rejected::new("options", issues);
    let plan = Plan::read(options).map_err(refused)?;
    let checkins = check_ins(&plan)?.every(plan.every as usize);
    let tiered = match plan.policies.contains(&"venn_tiers") {
        true => Some(checkins.with_tiers(&TIER_BOUNDS_MS).ok_or_else(|| {
            let cause = "there are too many masks to tell hardware tiers apart";
            refused(vec![codes::issue(codes::BAD_OPTION, "policies", cause)])
        })?),
        false => None,
    };
    let mut workloads = Vec::new();
    for (name, source) in sources {
        let jobs = jobs::read_jobs(&source.text).map_err(|issues| source.reject(issues))?;
        check(&checkins, &jobs).map_err(|issue| source.reject(vec![issue]))?;
        let done = AtomicUsize::new(0);
        let all = plan.policies.len() * plan.seeds.len();
        let told = || {
            let done = done.fetch_add(1, Ordering::Relaxed) + 1;
            progress(&format!("{name}: {done} of {all} replays"));
        };
        let rows = compare(&plan, &checkins, tiered.as_ref(), &jobs, &told);
        workloads.push(Workload { name: name.clone(), rows });
    }
    Ok(comparison::report(&workloads, plan.seeds.len()))
}

fn check_ins(plan: &Plan) -> Result<CheckIns, Rejected> {
    match &plan.source {
        CheckInSource::Trace(path) => {
            let trace = Source::open(Path::new(path))?;
            checkins::read_checkins(&trace.text, plan.period_s)
                .map_err(|issues| trace.reject(issues))
        }
        CheckInSource::Drawn(supply) => {
            supply.draw(plan.period_s).map_err(|issue| Rejected::new("options", vec![issue]))
        }
    }
}

/// Jobs that no device may ever serve would keep a replay going to its end.
fn check(checkins: &CheckIns, jobs: &[ReplayJob]) -> Result<(), placewright_solver::issue::Issue> {
    match jobs.iter().find(|job| checkins.classes.serving(job.group).next().is_none()) {
        Some(job) => {
            let cause = format!("no device of the trace may serve group {}", job.group + 1);
            Err(codes::issue(codes::FIELD_OUT_OF_RANGE, "eligibility_group", cause))
        }
        None => Ok(()),
    }
}

/// All policies and seeds in parallel, in the order of the plan whatever thread was first.
fn compare(
    plan: &Plan,
    checkins: &CheckIns,
    tiered: Option<&CheckIns>,
    jobs: &[ReplayJob],
    done: &(dyn Fn() + Sync),
) -> Vec<(&'static str, Summary)> {
    let fair_s: Vec<f64> = jobs.iter().map(|job| fair_share_s(checkins, jobs, job)).collect();
    let runs: Vec<(&'static str, u64)> = plan
        .policies
        .iter()
        .flat_map(|&name| plan.seeds.iter().map(move |&seed| (name, seed)))
        .collect();
    let one = |&(name, seed): &(&'static str, u64)| {
        // The names were checked when they were read.
        let rule = Rule::named(name, seed).unwrap_or_default();
        let checkins = tiered.filter(|_| name == "venn_tiers").unwrap_or(checkins);
        let settings = Settings { seed, give_up_ms: plan.give_up_ms };
        let told = plan.estimates.tell(jobs, seed);
        let tally = replay(checkins, &told, rule, &settings);
        done();
        Summary::new(jobs, &fair_s, &tally)
    };
    let summaries: Vec<Summary> = runs.par_iter().map(one).collect();
    let of_policy = summaries.chunks(plan.seeds.len()).map(Summary::mean);
    plan.policies.iter().copied().zip(of_policy).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    const JOBS: &str = "\
arrival_s,demand_per_round,rounds,deadline_s,workload_s,eligibility_group
0,20,5,600,60,1
100,40,3,600,60,4
250,10,8,600,60,2
";

    fn replayed(threads: usize) -> Report {
        let pairs = [("supply_per_s", "0.5"), ("seeds", "3"), ("policies", "all")];
        let options = pairs.map(|(name, value)| (name.to_owned(), value.to_owned())).into();
        let jobs = Source { name: "jobs".to_owned(), text: JOBS.to_owned() };
        let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build().unwrap();
        pool.install(|| run(&[("jobs".to_owned(), jobs)], &options, &|_| ()).unwrap())
    }

    #[test]
    fn the_number_of_threads_changes_nothing() {
        let one = replayed(1);
        assert_eq!(one, replayed(4));
        let policies = one.json["workloads"][0]["policies"].as_array().unwrap();
        assert_eq!(policies.len(), placewright_models::irs_matching::online::rule::RULES.len());
        for policy in policies {
            assert_eq!(policy["unfinished_jobs"], 0.0, "{policy}");
            assert!(policy["mean_jct_s"].as_f64().unwrap() > 60.0, "{policy}");
        }
    }
}
