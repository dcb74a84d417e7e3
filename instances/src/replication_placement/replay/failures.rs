//! A plan under failures, sampled or from a log.

use std::sync::atomic::{AtomicUsize, Ordering};

use placewright_models::replication_placement::ReplicationPlacement;
use placewright_models::replication_placement::instance::{Index, Instance};
use placewright_models::replication_placement::plan::Plan;
use placewright_models::replication_placement::rates::outages::OutageLog;
use placewright_models::replication_placement::replay::comparison::{
    Intervals, Row, Setting, compare,
};
use placewright_models::replication_placement::replay::logged::follow;
use placewright_models::replication_placement::replay::sampled::{Repairs, sample};
use placewright_models::replication_placement::replay::trial::{ReplicaStalls, Rules, Spares};
use placewright_solver::issue::Issue;
use placewright_solver::problem::{Problem, Verdict};
use placewright_solver::seed::Seed;
use serde_json::json;

use super::super::import::{outage_log, rates};
use super::predictions;
use crate::codes;
use crate::family::{Offer, OptionHelp, Options, Progress, Replay, Report};
use crate::files::{InstanceFile, Rejected, SolutionFile, Source};
use crate::options::Reader;

/// The replay's entry.
pub(super) const REPLAY: Replay = Offer {
    name: "failures",
    title: "an instance, a solution and perhaps a failure log: what the plan loses, and what was \
            predicted",
    options: OPTIONS,
    run,
};

const OPTIONS: &[OptionHelp] = &[
    OptionHelp {
        name: "seeds",
        help: "number of sampled timelines, or of ways to map a log's nodes [default: 20]",
    },
    OptionHelp { name: "first_seed", help: "seed of the first one [default: 1]" },
    OptionHelp {
        name: "horizon_days",
        help: "length of a sampled timeline [default: 365]; of a log, its own",
    },
    OptionHelp {
        name: "repairs",
        help: "exponential or constant, with the mean of the instance [default: exponential]",
    },
    OptionHelp {
        name: "spares",
        help: "yes: servers with a store restart on a spare; no: they wait for their node \
               [default: yes]",
    },
    OptionHelp {
        name: "replica_stalls",
        help: "yes: a strict chain stands still until a replica's loss is noticed; no [default: \
               yes]",
    },
    OptionHelp { name: "confidence", help: "of intervals, in percent [default: 95]" },
    OptionHelp {
        name: "block_days",
        help: "blocks of a log that the bootstrap draws [default: 30]",
    },
    OptionHelp { name: "system", help: "system of a log that has several" },
    OptionHelp { name: "from_day", help: "first day of the log that is replayed [default: 0]" },
    OptionHelp { name: "to_day", help: "the day after the last one [default: the log's end]" },
];

const DAY_MS: u64 = 86_400_000;

struct Settings {
    seeds: Vec<u64>,
    horizon_ms: u64,
    repairs: Repairs,
    rules: Rules,
    confidence: f64,
    system: Option<String>,
    from_ms: u64,
    to_ms: u64,
}

impl Settings {
    fn read(options: &Options) -> Result<Self, Rejected> {
        let mut reader = Reader::new(options, OPTIONS);
        let yes = |text: &str| match text {
            "yes" => Some(true),
            "no" => Some(false),
            _ => None,
        };
        let repairs = |text: &str| match text {
            "constant" => Some(Repairs::Constant),
            "exponential" => Some(Repairs::Exponential),
            _ => None,
        };
        let seeds = reader.integer("seeds", 1, 10_000).unwrap_or(20);
        let first = reader.integer("first_seed", 0, u64::from(u32::MAX)).unwrap_or(1);
        let spares = reader.value("spares", "yes or no", yes).unwrap_or(true);
        let stalls = reader.value("replica_stalls", "yes or no", yes).unwrap_or(true);
        let settings = Self {
            seeds: (first..first + seeds).collect(),
            horizon_ms: DAY_MS * reader.integer("horizon_days", 1, 100_000).unwrap_or(365),
            repairs: reader
                .value("repairs", "constant or exponential", repairs)
                .unwrap_or_default(),
            rules: Rules {
                spares: if spares { Spares::Yes } else { Spares::No },
                stalls: if stalls { ReplicaStalls::Yes } else { ReplicaStalls::No },
                block_ms: DAY_MS * reader.integer("block_days", 1, 100_000).unwrap_or(30),
            },
            confidence: reader.integer("confidence", 1, 99).unwrap_or(95) as f64 / 100.0,
            system: reader.text("system").map(str::to_owned),
            from_ms: DAY_MS * reader.integer("from_day", 0, 100_000).unwrap_or(0),
            to_ms: reader.integer("to_day", 1, 100_000).map_or(u64::MAX, |day| DAY_MS * day),
        };
        if reader.issues.is_empty() {
            Ok(settings)
        } else {
            Err(Rejected::new("options", reader.issues))
        }
    }

    /// The log asked for, of the days asked for.
    fn log(&self, source: &Source) -> Result<OutageLog, Rejected> {
        let logs = outage_log::read(&source.text).map_err(|issues| source.reject(issues))?;
        let log = outage_log::system(logs, self.system.as_deref())
            .map_err(|issue| source.reject(vec![issue]))?;
        let part = log.part(self.from_ms, self.to_ms);
        if part.length_ms == 0 {
            let cause = format!("the log has {} days", log.length_ms.div_ceil(DAY_MS));
            let issue = codes::issue(codes::BAD_OPTION, "from_day", cause);
            return Err(Rejected::new("options", vec![issue]));
        }
        Ok(part)
    }
}

fn run(
    sources: &[(String, Source)],
    options: &Options,
    progress: Progress,
) -> Result<Report, Rejected> {
    let settings = Settings::read(options)?;
    let (file, solution, log) = match sources {
        [(_, instance), (_, plan)] => (instance, plan, None),
        [(_, instance), (_, plan), (_, log)] => (instance, plan, Some(log)),
        _ => {
            let cause = "the replay takes an instance, a solution, and perhaps a log";
            return Err(Rejected::new("files", vec![codes::issue(codes::NO_SAMPLES, "", cause)]));
        }
    };
    let file = InstanceFile::read::<ReplicationPlacement>(file)?;
    let instance = &file.instance;
    let plan = plan(instance, solution)?;
    let log = log.map(|source| settings.log(source)).transpose()?;
    let done = AtomicUsize::new(0);
    let told = || {
        let done = done.fetch_add(1, Ordering::Relaxed) + 1;
        progress(&format!("{done} of {} timelines", settings.seeds.len()));
    };
    let rows = replay(instance, &plan, log.as_ref(), &settings, &told);
    let days = log.as_ref().map_or(settings.horizon_ms, |log| log.length_ms) as f64 / DAY_MS as f64;
    let head = match &log {
        Some(log) => format!(
            "{}: {} outages of {} nodes in {days:.0} days, mapped in {} ways",
            file.name,
            log.failures(),
            log.nodes.len(),
            settings.seeds.len()
        ),
        None => format!("{}: {} timelines of {days:.0} days", file.name, settings.seeds.len()),
    };
    let text = format!("{head}\n\n{}", predictions::tables(&rows, settings.confidence));
    let json = json!({
        "instance": file.name,
        "days": days,
        "timelines": settings.seeds.len(),
        "confidence": settings.confidence,
        "log_outages": log.as_ref().map(OutageLog::failures),
        "rows": predictions::data(&rows),
    });
    Ok(Report { text, json })
}

/// The plan of a solution file; the referee must accept it.
fn plan(instance: &Instance, source: &Source) -> Result<Plan, Rejected> {
    let solution = SolutionFile::read::<ReplicationPlacement>(source)?;
    let Some(plan) = solution.plan_for::<ReplicationPlacement>(source, instance)? else {
        let cause = "the solution has no plan";
        return Err(source.reject(vec![codes::issue(codes::NO_SAMPLES, "/plan", cause)]));
    };
    match ReplicationPlacement::judge(instance, &plan) {
        Verdict::Feasible(_) => Ok(plan),
        Verdict::Refused(violations) => {
            let issue = |each: &placewright_solver::problem::Violation| {
                Issue::new(each.code, "/plan", each.cause.clone(), "solve the instance again")
            };
            Err(source.reject(violations.iter().map(issue).collect()))
        }
    }
}

fn replay(
    instance: &Instance,
    plan: &Plan,
    log: Option<&OutageLog>,
    settings: &Settings,
    told: &(dyn Fn() + Sync),
) -> Vec<Row> {
    // What a log does not replay, its prediction does not have.
    let instance = match log {
        Some(_) => &unshocked(instance),
        None => instance,
    };
    let index = Index::new(instance);
    let intervals = match log {
        Some(_) => Intervals::OverBlocks(Seed(settings.seeds[0])),
        None => Intervals::OverTimelines,
    };
    let (rules, confidence) = (settings.rules, settings.confidence);
    let setting = Setting { index: &index, plan, rules, intervals, confidence };
    let timeline = |seed: Seed| match log {
        Some(log) => follow(&index, log, &rates::order(instance, log, seed.0)),
        None => sample(&index, settings.horizon_ms, settings.repairs, seed),
    };
    compare(&setting, &settings.seeds, timeline, told)
}

/// The instance without shocks of domains and failures of stores.
fn unshocked(instance: &Instance) -> Instance {
    let mut calm = instance.clone();
    let domains = calm.levels.iter_mut().flat_map(|level| &mut level.domains);
    domains.for_each(|domain| domain.shocks_micro_per_day = 0);
    for store in &mut calm.stores {
        store.failures_micro_per_day = 0;
        store.losses_micro_per_day.clear();
    }
    calm
}

#[cfg(test)]
mod tests {
    use placewright_solver::budget::{Budget, CancelToken};
    use placewright_solver::driver::{self, Methods};
    use placewright_solver::event::Silent;

    use super::*;
    use crate::family::Family;

    /// An instance with its solution, as files.
    fn files() -> Vec<(String, Source)> {
        let options = Options::from([("shards".to_owned(), "5".to_owned())]);
        let file =
            crate::family::generate::<ReplicationPlacement>("x", "fresh", 3, &options).unwrap();
        let methods = Methods { exact: Vec::new(), ..ReplicationPlacement::methods() };
        let asked = driver::Options { seed: 7, threads: 1, gap: 0.0 };
        let budget = Budget::new(None, Some(2_000), CancelToken::new());
        let outcome = driver::solve(&file.instance, &methods, &asked, &budget, None, &Silent);
        let solution = SolutionFile::new::<ReplicationPlacement>(&file, &outcome.unwrap());
        let source = |name: &str, text| (name.to_owned(), Source { name: name.to_owned(), text });
        let texts = [("i", file.to_text().unwrap()), ("s", solution.to_text().unwrap())];
        texts.map(|(name, text)| source(name, text)).into()
    }

    fn replayed(files: &[(String, Source)], pairs: &[(&str, &str)]) -> Result<Report, Rejected> {
        let options = pairs.iter().map(|&(name, value)| (name.to_owned(), value.to_owned()));
        run(files, &options.collect(), &|_| ())
    }

    #[test]
    fn the_number_of_threads_changes_nothing() {
        let files = files();
        let of = |threads: usize| {
            let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build().unwrap();
            pool.install(|| replayed(&files, &[("seeds", "5")]).unwrap())
        };
        let one = of(1);
        assert_eq!(one, of(4));
        assert!(one.json["rows"].as_array().unwrap().len() > 1);
        assert!(one.text.contains("primary fails"));
    }

    #[test]
    fn logs_are_replayed() {
        let mut files = files();
        let log = "node,start,end\nn0,0,3600\nn1,86400,90000\nn2,500000,8640000\n";
        files.push(("l".to_owned(), Source { name: "l".to_owned(), text: log.to_owned() }));
        let report = replayed(&files, &[("seeds", "3"), ("spares", "no")]).unwrap();
        assert_eq!(report.json["log_outages"], 3);
        assert_eq!(report.json["days"], 100.0);
        let bad = replayed(&files, &[("from_day", "200"), ("system", "x")]).unwrap_err();
        assert_eq!(bad.issues[0].code, "PW048");
    }

    #[test]
    fn mistakes_have_codes() {
        let files = files();
        let code = |files: &[(String, Source)], pairs: &[(&str, &str)]| {
            let issues = replayed(files, pairs).unwrap_err().issues;
            issues.iter().map(|issue| issue.code).collect::<Vec<_>>()
        };
        assert_eq!(code(&files[..1], &[]), ["PW047"]);
        assert_eq!(code(&files, &[("spares", "maybe"), ("x", "1")]), ["PW048"; 2]);
    }
}
