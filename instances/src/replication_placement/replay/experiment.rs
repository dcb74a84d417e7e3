//! The paper's experiment: training while servers are killed.

use std::path::Path;
use std::sync::atomic::{AtomicUsize, Ordering};

use placewright_models::replication_placement::experiment::data::{Data, DataShape};
use placewright_models::replication_placement::experiment::run::{Run, train};
use placewright_models::replication_placement::experiment::setting::{
    ExperimentMode, MODES, Setting,
};
use placewright_solver::seed::Seed;
use rayon::prelude::*;

use super::training;
use crate::codes;
use crate::family::{Offer, OptionHelp, Options, Progress, Replay, Report};
use crate::files::write::write_text;
use crate::files::{Rejected, Source};
use crate::options::Reader;

/// The replay's entry.
pub(super) const REPLAY: Replay = Offer {
    name: "experiment",
    title: "training with true gradients in virtual time while the server is killed; takes no file",
    options: OPTIONS,
    run,
};

const OPTIONS: &[OptionHelp] = &[
    OptionHelp { name: "modes", help: "names with commas [default: all]" },
    OptionHelp { name: "kills", help: "numbers of kills with commas, at most 9 [default: 0,1,2]" },
    OptionHelp { name: "seeds", help: "number of runs per mode and kills [default: 5]" },
    OptionHelp { name: "first_seed", help: "seed of the first one [default: 1]" },
    OptionHelp { name: "run_s", help: "length of a run [default: 215]" },
    OptionHelp { name: "workers", help: "workers that share the processor [default: 1]" },
    OptionHelp { name: "kill_after_s", help: "from start or recovery to a kill [default: 27]" },
    OptionHelp { name: "delay_s", help: "until a dead server may restart [default: 15]" },
    OptionHelp { name: "period", help: "updates between two checkpoints or pushes [default: 100]" },
    OptionHelp { name: "chain", help: "servers of a chain, 2 to 5 [default: 3]" },
    OptionHelp { name: "learning_rate", help: "in thousandths [default: 10]" },
    OptionHelp {
        name: "noise_percent",
        help: "deviation of points, relative to that of their centres [default: 130]",
    },
    OptionHelp { name: "series", help: "a CSV file for accuracy and loss over time" },
];

/// What is run.
struct Plan {
    modes: Vec<ExperimentMode>,
    kills: Vec<usize>,
    seeds: Vec<u64>,
    setting: Setting,
    series: Option<String>,
}

impl Plan {
    fn read(options: &Options) -> Result<Self, Rejected> {
        let mut reader = Reader::new(options, OPTIONS);
        let names: Vec<&str> = MODES.iter().map(|mode| mode.name).collect();
        let known = format!("all, or some of {}", names.join(","));
        let kills = |text: &str| {
            let number = |part: &str| part.trim().parse().ok().filter(|kills| *kills <= 9);
            text.split(',').map(number).collect::<Option<Vec<usize>>>()
        };
        let usual = Setting::default();
        let time_ms = |time_s: u64| 1000 * time_s;
        let seeds = reader.integer("seeds", 1, 1000).unwrap_or(5);
        let first = reader.integer("first_seed", 0, u64::from(u32::MAX)).unwrap_or(1);
        let noise = reader.integer("noise_percent", 1, 1000);
        let setting = Setting {
            run_ms: reader.integer("run_s", 1, 100_000).map_or(usual.run_ms, time_ms),
            workers: reader.integer("workers", 1, 1000).unwrap_or(1) as usize,
            kill_after_ms: reader
                .integer("kill_after_s", 1, 100_000)
                .map_or(usual.kill_after_ms, time_ms),
            recovery_delay_ms: reader
                .integer("delay_s", 0, 100_000)
                .map_or(usual.recovery_delay_ms, time_ms),
            period_updates: reader.integer("period", 1, 1_000_000).unwrap_or(usual.period_updates),
            chain: reader.integer("chain", 2, 5).map_or(usual.chain, |servers| servers as usize),
            learning_rate: reader
                .integer("learning_rate", 1, 10_000)
                .map_or(usual.learning_rate, |rate| rate as f64 / 1000.0),
            data: DataShape {
                noise: noise.map_or(usual.data.noise, |percent| percent as f64 / 100.0),
                ..usual.data
            },
            ..usual
        };
        let plan = Self {
            modes: reader.value("modes", &known, chosen).unwrap_or_else(|| MODES.to_vec()),
            kills: reader
                .value("kills", "numbers up to 9 with commas", kills)
                .unwrap_or(vec![0, 1, 2]),
            seeds: (first..first + seeds).collect(),
            // The cut rate is a tenth of the usual one, as in the paper.
            setting: Setting { cut_rate: setting.learning_rate / 10.0, ..setting },
            series: reader.text("series").map(str::to_owned),
        };
        if reader.issues.is_empty() {
            Ok(plan)
        } else {
            Err(Rejected::new("options", reader.issues))
        }
    }
}

fn chosen(text: &str) -> Option<Vec<ExperimentMode>> {
    if text == "all" {
        return Some(MODES.to_vec());
    }
    let named = |name: &str| MODES.iter().find(|mode| mode.name == name.trim()).copied();
    text.split(',').map(named).collect()
}

fn run(
    sources: &[(String, Source)],
    options: &Options,
    progress: Progress,
) -> Result<Report, Rejected> {
    if let Some((_, source)) = sources.first() {
        let cause = "the experiment makes its own data and takes no file";
        return Err(source.reject(vec![codes::issue(codes::BAD_OPTION, "", cause)]));
    }
    let plan = Plan::read(options)?;
    let data: Vec<Data> =
        plan.seeds.par_iter().map(|&seed| Data::generate(&plan.setting.data, Seed(seed))).collect();
    let asked: Vec<(ExperimentMode, usize)> = plan
        .modes
        .iter()
        .flat_map(|&mode| plan.kills.iter().map(move |&kills| (mode, kills)))
        .collect();
    let all: Vec<(usize, usize)> =
        (0..asked.len()).flat_map(|at| (0..data.len()).map(move |seed| (at, seed))).collect();
    let done = AtomicUsize::new(0);
    let one = |&(at, seed): &(usize, usize)| {
        let (mode, kills) = asked[at];
        let run = train(&plan.setting, mode, kills, &data[seed], Seed(plan.seeds[seed]));
        let done = done.fetch_add(1, Ordering::Relaxed) + 1;
        progress(&format!("{done} of {} runs", all.len()));
        run
    };
    let runs: Vec<Run> = all.par_iter().map(one).collect();
    let rows: Vec<training::Row> = asked
        .iter()
        .zip(runs.chunks(data.len()))
        .map(|(&(mode, kills), runs)| training::Row { mode: mode.name, kills, runs })
        .collect();
    if let Some(path) = &plan.series {
        write_text(Path::new(path), &training::series(&rows, &plan.seeds)).map_err(|error| {
            let issue = codes::issue(codes::UNREADABLE, "series", error.to_string());
            Rejected::new(path, vec![issue])
        })?;
    }
    Ok(training::report(&rows, &plan.seeds))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn experiment(threads: usize) -> Report {
        let pairs = [("seeds", "2"), ("kills", "0,1"), ("run_s", "90")];
        let options = pairs.map(|(name, value)| (name.to_owned(), value.to_owned())).into();
        let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build().unwrap();
        pool.install(|| run(&[], &options, &|_| ()).unwrap())
    }

    /// The paper's shape: checkpoints and relaxed chains fall back, strict chains do not, stateless
    /// servers come back higher and compute most gradients.
    #[test]
    fn modes_behave_as_in_the_paper() {
        let report = experiment(1);
        assert_eq!(report, experiment(3));
        let rows = report.json["rows"].as_array().unwrap();
        let of = |mode: &str, key: &str| {
            let row = rows.iter().find(|row| row["mode"] == mode && row["kills"] == 1).unwrap();
            row[key].as_f64().unwrap()
        };
        let change = |mode| of(mode, "accuracy_change");
        assert!(change("sync_checkpoint") < 0.0, "{rows:#?}");
        assert!(change("sync_strict_chain").abs() < 0.05);
        assert!(change("stateless") > 0.0);
        assert!(of("sync_checkpoint", "outage_s") > of("sync_relaxed_chain", "outage_s"));
        assert!(
            of("stateless", "gradients_computed") > of("sync_checkpoint", "gradients_computed")
        );
        assert!(of("stateless", "pending_gradients") > 150.0);
        assert_eq!(of("async_strict_chain", "lost_updates"), 0.0);
    }

    #[test]
    fn mistakes_have_codes() {
        let options = [("modes", "x"), ("kills", "1,99")]
            .map(|(name, value)| (name.to_owned(), value.to_owned()));
        let issues = run(&[], &options.into(), &|_| ()).unwrap_err().issues;
        assert_eq!(issues.iter().map(|issue| issue.code).collect::<Vec<_>>(), ["PW048"; 2]);
    }
}
