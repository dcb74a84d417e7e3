//! Replays of circuit allocation: every placement of every policy before the referee, and the
//! published figures where their data are at hand.

use std::path::PathBuf;

use placewright_instances::circuit_allocation::replay::lists::read_jobs;
use placewright_instances::circuit_allocation::replay::traces::read_crux;
use placewright_instances::data_folder::data_folder;
use placewright_instances::files::Source;
use placewright_models::circuit_allocation::CircuitAllocation;
use placewright_models::circuit_allocation::instance::Moves;
use placewright_models::circuit_allocation::online::choice::{CHOICES, Choice};
use placewright_models::circuit_allocation::online::cluster::Cluster;
use placewright_models::circuit_allocation::online::judged::batch_of_live;
use placewright_models::circuit_allocation::online::order::{ORDERS, Order};
use placewright_models::circuit_allocation::online::policy::Sharing;
use placewright_models::circuit_allocation::replay::generate::{MULTI, Mix, generate};
use placewright_models::circuit_allocation::replay::run::{Knowledge, Settings, run};
use placewright_models::circuit_allocation::replay::summary::Summary;
use placewright_models::circuit_allocation::replay::workload::ReplayJob;
use placewright_solver::problem::{Problem, Verdict};

fn settings(leaves: u32, choice: Choice, order: Order) -> Settings {
    let fixed = Cluster::clos(leaves, 8, 4);
    let cluster = if choice.suits(&fixed) { fixed } else { Cluster::switched(leaves, 8, 4, 2) };
    let (knowledge, moves) = (Knowledge::Nothing, Moves::Allowed);
    Settings { cluster, choice, order, knowledge, moves, seed: 1 }
}

fn summary(jobs: &[ReplayJob], settings: &Settings) -> Summary {
    let tally = run(jobs, settings, &mut |_| {});
    assert!(tally.jobs.iter().all(|of| of.times_ms.is_some()), "{:?}", settings.choice);
    Summary::new(jobs, &tally, settings.cluster.gpus())
}

fn mix(jobs: usize, seed: u64) -> Vec<ReplayJob> {
    let run_ms = (0..40).map(|of| 1_000_000 + of * of * 50_000).collect();
    generate(&Mix { jobs, sizes: MULTI.to_vec(), run_ms, gpus: 512, load: 1.1 }, seed)
}

#[test]
fn the_referee_accepts_every_state_of_every_isolating_policy() {
    let jobs = mix(120, 5);
    for &(name, choice, _) in CHOICES {
        if choice.policy().sharing() != Sharing::Isolated {
            continue;
        }
        for knowledge in [Knowledge::Nothing, Knowledge::Algorithm] {
            let settings = Settings { knowledge, ..settings(16, choice, Order::Easy) };
            let mut states = 0;
            let tally = run(&jobs, &settings, &mut |state| {
                let (instance, plan) = batch_of_live(state);
                let verdict = CircuitAllocation::judge(&instance, &plan);
                assert!(matches!(verdict, Verdict::Feasible(_)), "{name}: {verdict:?}");
                states += 1;
            });
            assert!(states > 30, "{name}");
            // Nobody slows anybody down.
            for (job, of) in jobs.iter().zip(&tally.jobs) {
                let (start_ms, end_ms) = of.times_ms.unwrap();
                assert!(start_ms >= job.arrival_ms && end_ms - start_ms == job.run_ms, "{name}");
            }
        }
    }
}

#[test]
fn sharing_links_costs_time_and_every_order_ends() {
    let jobs = mix(60, 7);
    for &(_, order, _) in ORDERS {
        for &(name, choice, _) in CHOICES {
            let of = summary(&jobs, &settings(16, choice, order));
            let nominal = jobs.iter().map(|job| job.run_ms).sum::<u64>() as f64 / 60_000.0;
            match choice.policy().sharing() {
                Sharing::Random => assert!(of.run.mean_s > nominal && of.conflicts > 0.0),
                Sharing::BySource => assert!(of.run.mean_s >= nominal),
                _ => assert!((of.run.mean_s - nominal).abs() < 1e-6, "{name}"),
            }
        }
    }
}

fn data(file: &str) -> Option<PathBuf> {
    let path = data_folder().map(|folder| folder.join("gpu-jobs").join(file));
    let path = path.filter(|path| path.is_file());
    if path.is_none() {
        eprintln!("skipped: no file gpu-jobs/{file} in PLACEWRIGHT_DATA");
    }
    path
}

#[test]
fn the_512_gpu_lists_agree_with_the_yardstick() {
    // Published: ideal and vClos, mean completion.
    let published = [(1, 54_704.0, 63_606.0), (2, 115_992.0, 144_251.0)];
    for (seed, ideal_s, vclos_s) in published {
        let Some(path) = data(&format!("leafspine512/jobs_seed{seed}.csv")) else { return };
        let jobs = read_jobs(&Source::open(&path).unwrap().text, 1).unwrap();
        let mean_s = |choice| summary(&jobs, &settings(16, choice, Order::Fifo));
        let ideal = mean_s(Choice::Ideal);
        assert_eq!(ideal.completion.mean_s.round(), ideal_s);
        for &(name, choice, _) in CHOICES {
            if choice.policy().sharing() == Sharing::Isolated {
                assert_eq!(mean_s(choice).run.mean_s, ideal.run.mean_s, "{name}");
            }
        }
        assert!(mean_s(Choice::VclosExact).completion.mean_s <= vclos_s);
        let ours = mean_s(Choice::DefaultSwitched).completion.mean_s;
        assert!(ours <= 1.05 * ideal.completion.mean_s, "{ours}");
    }
}

#[test]
fn shared_links_slow_jobs_down_as_much_as_published() {
    // Published: mean run and mean completion of source routing and of random uplinks; of these one
    // draw, so that only the range of draws can be met.
    let published = [
        (1, [(33_292.0, 60_390.0), (37_008.0, 106_743.0)]),
        (2, [(32_711.0, 144_684.0), (36_778.0, 279_671.0)]),
    ];
    for (list, rows) in published {
        let Some(path) = data(&format!("leafspine512/jobs_seed{list}.csv")) else { return };
        let jobs = read_jobs(&Source::open(&path).unwrap().text, 1).unwrap();
        let choices = [(Choice::SourceRouting, 0.003, 0.02), (Choice::RandomUplink, 0.01, 0.06)];
        for ((choice, most_run, most_completion), (run_s, completion_s)) in
            choices.into_iter().zip(rows)
        {
            let of = summary(&jobs, &settings(16, choice, Order::Fifo));
            let (run, completion) = (of.run.mean_s / run_s, of.completion.mean_s / completion_s);
            assert!((run - 1.0).abs() < most_run, "{choice:?} {list}: {run}");
            assert!((completion - 1.0).abs() < most_completion, "{choice:?} {list}: {completion}");
        }
    }
}

#[test]
fn crux_waits_less_than_published() {
    let Some(path) = data("crux2023_jobs.csv.gz") else { return };
    let jobs = read_crux(&Source::open(&path).unwrap().text, 1).unwrap();
    for (order, limit_s) in [(Order::Fifo, 247_491.0), (Order::Easy, 37_185.0)] {
        let of = summary(&jobs, &settings(32, Choice::DefaultSwitched, order));
        assert!(of.completion.mean_s < limit_s, "{order:?}: {}", of.completion.mean_s);
    }
}
