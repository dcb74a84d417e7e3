//! Properties of simulated schedules, re-verified one by one.

use proptest::prelude::*;

use super::bound::MakespanBound;
use super::clairvoyant::Clairvoyant;
use super::figures::Figures;
use super::nodes::{Cluster, Node};
use super::packing::Packing;
use super::release::{Run, as_submitted, at_once};
use super::schedule::{Ending, Schedule};
use super::simulate::{Dispatch, simulate};
use super::verify::{Defect, verify};
use crate::memory_sizing::online::policy::Policy;
use crate::memory_sizing::online::rule::{RULES, Rule};
use crate::memory_sizing::online::settings::{Settings, TimeToFailure};
use crate::memory_sizing::online::task::Task;
use crate::memory_sizing::replay::history::{History, Record};

const MIB: u64 = 1 << 20;

fn record(task_type: usize, cores: u32, peak_mib: u64, run_time_ms: u64) -> Record {
    Record {
        task_type,
        task: Task { input_size_bytes: Some((peak_mib * MIB) as f64), ..Task::default() },
        peak_bytes: peak_mib * MIB,
        run_time_ms,
        cores,
        submitted_ms: None,
    }
}

fn history(records: Vec<Record>) -> History {
    History { types: vec!["a".to_owned(), "b".to_owned()], records }
}

fn nodes(nodes: &[(u32, u64)]) -> Cluster {
    let node = |&(cores, mib): &(u32, u64)| Node { cores, memory_bytes: mib * MIB };
    Cluster { nodes: nodes.iter().map(node).collect() }
}

fn settings(cluster: &Cluster) -> Settings {
    let limit_bytes = cluster.limit_bytes(0).unwrap_or(MIB);
    Settings { limit_bytes, ..Settings::default() }
}

/// Simulates and verifies.
fn schedule(
    history: &History,
    cluster: &Cluster,
    dispatch: &Dispatch,
    policy: &mut dyn Policy,
) -> (Schedule, Figures) {
    let releases_ms = at_once(history);
    let run = Run { history, releases_ms: &releases_ms };
    let settings = settings(cluster);
    let schedule = simulate(run, cluster, &settings, dispatch, policy);
    assert_eq!(verify(run, cluster, &settings, dispatch.restart_delay_ms, &schedule), Ok(()));
    let figures = Figures::new(run, cluster, &schedule);
    (schedule, figures)
}

#[test]
fn nothing_takes_no_time() {
    let cluster = nodes(&[(1, 1)]);
    let (schedule, figures) =
        schedule(&History::default(), &cluster, &Dispatch::default(), &mut Clairvoyant::default());
    assert_eq!((schedule, figures.makespan_ms), (Schedule::default(), 0));
    assert_eq!(
        (figures.tasks_per_hour(), figures.cores_held(), figures.mean_wait_ms()),
        (0.0, 0.0, 0.0)
    );
}

#[test]
fn one_task_on_one_node() {
    let history = history(vec![record(0, 2, 60, 1_000)]);
    let cluster = nodes(&[(4, 100)]);
    let (schedule, figures) =
        schedule(&history, &cluster, &Dispatch::default(), &mut Clairvoyant::default());
    assert_eq!(schedule.attempts.len(), 1);
    assert_eq!((figures.makespan_ms, figures.completed, figures.waste_byte_ms()), (1_000, 1, 0));
    assert_eq!((figures.cores_held(), figures.memory_used()), (0.5, 0.6));
    assert_eq!(figures.tasks_per_hour(), 3_600.0);
}

#[test]
fn what_no_node_admits_is_unserved() {
    // Too much memory, too many cores, and both only on different nodes.
    let records = vec![
        record(0, 1, 101, 10),
        record(0, 9, 5, 10),
        record(0, 8, 60, 10),
        record(0, 1, 100, 10),
    ];
    let cluster = nodes(&[(2, 100), (8, 50)]);
    let history = history(records);
    let (schedule, figures) =
        schedule(&history, &cluster, &Dispatch::default(), &mut Clairvoyant::default());
    assert_eq!(figures.completed, 1);
    let mut unserved = schedule.unserved;
    unserved.sort_unstable();
    assert_eq!(unserved, [0, 1, 2]);
    // Two of them were tried with all the memory there is.
    assert_eq!(figures.failures, 2);
}

#[test]
fn a_strict_queue_waits_and_a_list_does_not() {
    let records = vec![record(0, 1, 60, 100), record(0, 1, 60, 100), record(0, 1, 40, 100)];
    let (history, cluster) = (history(records), nodes(&[(4, 100)]));
    let starts = |window| {
        let dispatch = Dispatch { window, ..Dispatch::default() };
        let (schedule, _) = schedule(&history, &cluster, &dispatch, &mut Clairvoyant::default());
        schedule.attempts.iter().map(|a| (a.task, a.start_ms)).collect::<Vec<_>>()
    };
    assert_eq!(starts(1), [(0, 0), (1, 100), (2, 100)]);
    assert_eq!(starts(2), [(0, 0), (2, 0), (1, 100)]);
}

/// Proposes 10 MiB.
struct Low;

impl Policy for Low {
    fn propose(&mut self, _: usize, _: &Task) -> Vec<f64> {
        vec![(10 * MIB) as f64]
    }

    fn learn(&mut self, _: usize, _: &crate::memory_sizing::online::task::Sample) {}
}

#[test]
fn failures_keep_their_place_and_cost_time() {
    let records = vec![record(0, 1, 35, 100), record(0, 1, 5, 100), record(0, 1, 5, 100)];
    let (history, cluster) = (history(records), nodes(&[(1, 40)]));
    let dispatch = Dispatch { restart_delay_ms: 7, ..Dispatch::default() };
    let (schedule, figures) = schedule(&history, &cluster, &dispatch, &mut Low);
    let course: Vec<_> =
        schedule.attempts.iter().map(|a| (a.task, a.start_ms, a.allocation_bytes / MIB)).collect();
    // Another task runs during the delay.
    assert_eq!(course, [(0, 0, 10), (1, 100, 10), (0, 200, 20), (2, 300, 10), (0, 400, 40)]);
    assert_eq!((figures.failures, figures.lost_ms, figures.makespan_ms), (2, 200, 500));
    assert_eq!((figures.lost_core_ms, figures.most_lost_ms), (200, 200));
    // 100 ms for the second task, 300 ms for the third, 93 ms twice for the retries.
    assert_eq!(figures.waiting_ms, 100 + 300 + 2 * 93);
}

#[test]
fn peaks_are_learned_when_tasks_end() {
    // Two cores: the first two tasks start with nothing known and get a node each.
    let history = history(vec![record(0, 1, 10, 100); 4]);
    let cluster = nodes(&[(2, 1000), (2, 1000)]);
    let mut policy = Rule::named("max-seen", &settings(&cluster)).unwrap();
    let (schedule, _) = schedule(&history, &cluster, &Dispatch::default(), &mut policy);
    let course: Vec<_> =
        schedule.attempts.iter().map(|a| (a.start_ms, a.allocation_bytes / MIB)).collect();
    assert_eq!(course, [(0, 1000), (0, 1000), (100, 11), (100, 11)]);
}

#[test]
fn times_of_submission_are_kept() {
    let mut records = vec![record(0, 1, 1, 10), record(0, 1, 1, 10)];
    assert_eq!(as_submitted(&history(records.clone())), None);
    (records[0].submitted_ms, records[1].submitted_ms) = (Some(5_050), Some(5_000));
    let (history, cluster) = (history(records), nodes(&[(1, 1)]));
    let releases_ms = as_submitted(&history).unwrap();
    assert_eq!(releases_ms, [50, 0]);
    let run = Run { history: &history, releases_ms: &releases_ms };
    let (settings, dispatch) = (settings(&cluster), Dispatch::default());
    let schedule = simulate(run, &cluster, &settings, &dispatch, &mut Clairvoyant::default());
    assert_eq!(verify(run, &cluster, &settings, 0, &schedule), Ok(()));
    assert_eq!(Figures::new(run, &cluster, &schedule).makespan_ms, 60);
    assert_eq!(MakespanBound::new(run, &cluster).ms(), 60);
}

#[test]
fn the_checker_sees_what_is_wrong() {
    let records = vec![record(0, 1, 35, 100), record(0, 1, 5, 100)];
    let (history, cluster) = (history(records), nodes(&[(1, 40)]));
    let releases_ms = at_once(&history);
    let run = Run { history: &history, releases_ms: &releases_ms };
    let (good, _) = schedule(&history, &cluster, &Dispatch::default(), &mut Low);
    let defect = |change: &dyn Fn(&mut Schedule)| {
        let mut bad = good.clone();
        change(&mut bad);
        verify(run, &cluster, &settings(&cluster), 0, &bad).unwrap_err()
    };
    assert_eq!(good.attempts.len(), 4);
    assert_eq!(defect(&|bad| bad.attempts[1].node = 7), Defect::Unknown(1));
    assert_eq!(defect(&|bad| bad.attempts[0].end_ms += 1), Defect::Time(0));
    assert_eq!(defect(&|bad| bad.attempts[0].ready_ms = 1), Defect::Time(0));
    assert_eq!(defect(&|bad| bad.attempts[0].ending = Ending::Completed), Defect::Ending(0));
    assert_eq!(
        defect(&|bad| bad.attempts[2].allocation_bytes *= 2),
        Defect::Overfull { node: 0, at_ms: good.attempts[2].start_ms }
    );
    assert_eq!(defect(&|bad| bad.unserved.push(1)), Defect::End(1));
    assert_eq!(defect(&|bad| bad.attempts.truncate(2)), Defect::End(0));
    let again = |bad: &mut Schedule| {
        let mut last = *bad.attempts.last().unwrap();
        (last.ready_ms, last.start_ms, last.end_ms) = (last.end_ms, last.end_ms, last.end_ms + 100);
        bad.attempts.push(last);
    };
    assert_eq!(defect(&again), Defect::Repeated(4));
    let together = |bad: &mut Schedule| {
        let end_ms = bad.attempts[0].end_ms;
        for attempt in &mut bad.attempts {
            (attempt.ready_ms, attempt.start_ms, attempt.end_ms) = (0, 0, end_ms);
        }
    };
    assert_eq!(defect(&together), Defect::Overfull { node: 0, at_ms: 0 });
}

prop_compose! {
    fn any_record()(
        task_type in 0_usize..2,
        cores in 1_u32..6,
        peak_mib in 1_u64..130,
        run_time_ms in prop_oneof![Just(0_u64), 1_u64..50, 1_u64..5_000],
        submitted_ms in 0_u64..3_000,
    ) -> Record {
        Record { submitted_ms: Some(submitted_ms), ..record(task_type, cores, peak_mib, run_time_ms) }
    }
}

fn any_cluster() -> impl Strategy<Value = Cluster> {
    prop::collection::vec((1_u32..6, 1_u64..130), 1..5).prop_map(|all| nodes(&all))
}

fn any_dispatch() -> impl Strategy<Value = Dispatch> {
    let packing =
        prop_oneof![Just(Packing::FirstFit), Just(Packing::BestFit), Just(Packing::WorstFit),];
    (packing, 1_usize..20, prop_oneof![Just(0_u64), 1_u64..300]).prop_map(
        |(packing, window, restart_delay_ms)| Dispatch { packing, window, restart_delay_ms },
    )
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(300))]

    #[test]
    fn schedules_are_sound(
        records in prop::collection::vec(any_record(), 0..60),
        cluster in any_cluster(),
        dispatch in any_dispatch(),
        rule in 0..=RULES.len(),
        released in prop_oneof![Just(true), Just(false)],
        time_to_failure in prop_oneof![
            Just(TimeToFailure::Proportional), (0.01..=1.0).prop_map(TimeToFailure::Share),
        ],
    ) {
        let history = history(records);
        let releases_ms =
            if released { as_submitted(&history).unwrap() } else { at_once(&history) };
        let run = Run { history: &history, releases_ms: &releases_ms };
        let settings = Settings { time_to_failure, ..settings(&cluster) };
        let policy = || -> Box<dyn Policy> {
            match RULES.get(rule) {
                Some((name, _)) => Box::new(Rule::named(name, &settings).unwrap()),
                None => Box::new(Clairvoyant::default()),
            }
        };
        let simulated = || simulate(run, &cluster, &settings, &dispatch, policy().as_mut());
        let schedule = simulated();
        prop_assert_eq!(
            verify(run, &cluster, &settings, dispatch.restart_delay_ms, &schedule), Ok(())
        );
        prop_assert_eq!(&schedule, &simulated());
        let figures = Figures::new(run, &cluster, &schedule);
        prop_assert!(figures.makespan_ms >= MakespanBound::new(run, &cluster).ms());
        prop_assert_eq!(figures.completed + figures.unserved, history.records.len() as u64);
        prop_assert!(figures.cores_held() <= 1.0 && figures.memory_allocated() <= 1.0);
        if rule == RULES.len() {
            let tried = schedule.attempts.iter().filter(|a| a.ending == Ending::OutOfMemory);
            prop_assert!(tried.map(|a| a.task).all(|task| schedule.unserved.contains(&task)));
        }
    }
}
