//! Lets a policy size the tasks of a run on a cluster.

use std::collections::BTreeSet;
use std::ops::Bound::{Excluded, Unbounded};

use placewright_solver::events::Clock;

use super::nodes::Cluster;
use super::packing::{Packing, Room};
use super::release::Run;
use super::schedule::{Attempt, Ending, Schedule};
use crate::memory_sizing::online::policy::Policy;
use crate::memory_sizing::online::settings::Settings;
use crate::memory_sizing::replay::history::Record;
use crate::memory_sizing::replay::run::ladder;

/// How tasks get from the queue to the nodes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Dispatch {
    /// Which node a task goes to.
    pub packing: Packing,
    /// How many waiting tasks are tried before waiting for more room; those that don't fit are
    /// skipped. One is a strict queue, where the first task holds up all others. At least one is
    /// always tried.
    pub window: usize,
    /// How long after a failure a task joins the queue again, in ms.
    pub restart_delay_ms: u64,
}

impl Default for Dispatch {
    /// First fit among the first hundred, the queue that Nextflow hands to a batch system unless
    /// told otherwise; no delay.
    fn default() -> Self {
        Self { packing: Packing::FirstFit, window: 100, restart_delay_ms: 0 }
    }
}

/// Runs all tasks of a run and records what happened.
///
/// Whenever room was freed or a task joined the queue, waiting tasks are tried in the order of
/// their release and start where they fit (list scheduling; Graham, "Bounds on Multiprocessing
/// Timing Anomalies", 1969). The policy is asked for a ladder when a task is first tried while a
/// node has cores for it, and again when a task of its type has completed since; the ladder is
/// settled once the first attempt starts. Allocations are capped at the largest node with the
/// task's cores; a task that fails there is unserved, and so is one whose cores no node has.
///
/// For `n` tasks, `m` nodes and a window of `w`, there are O(n) events (times the attempts per
/// task), each with O(w (log n + m)) and at most `w` questions to the policy. Deterministic if the
/// policy is. No guarantee on the makespan: skipping may delay large tasks.
pub fn simulate(
    run: Run,
    cluster: &Cluster,
    settings: &Settings,
    dispatch: &Dispatch,
    policy: &mut dyn Policy,
) -> Schedule {
    let mut simulation = Simulation {
        run,
        cluster,
        settings,
        dispatch,
        policy,
        clock: Clock::new(),
        room: Room::new(cluster, dispatch.packing),
        queue: BTreeSet::new(),
        tasks: vec![State::default(); run.history.records.len()],
        learned: vec![0; run.history.types.len()],
        schedule: Schedule::default(),
    };
    simulation.release_all();
    while let Some(event) = simulation.clock.advance() {
        simulation.handle(event);
        while let Some(event) = simulation.clock.advance_now() {
            simulation.handle(event);
        }
        simulation.start_what_fits();
    }
    simulation.schedule
}

#[derive(Clone, Copy, Debug)]
enum Event {
    /// A task joins the queue.
    Ready { task: usize },
    /// An attempt ends, by its number in the schedule.
    End { attempt: usize },
}

/// A task that has not ended.
#[derive(Clone, Debug, Default)]
struct State {
    /// When it joined the queue the last time.
    ready_ms: u64,
    /// Allocations of its attempts; empty before it is tried.
    rungs_bytes: Vec<u64>,
    /// Attempts that failed.
    failures: usize,
    /// What its type had learned when the ladder was proposed.
    learned: u64,
}

struct Simulation<'a> {
    run: Run<'a>,
    cluster: &'a Cluster,
    settings: &'a Settings,
    dispatch: &'a Dispatch,
    policy: &'a mut dyn Policy,
    clock: Clock<Event>,
    room: Room,
    /// Waiting tasks by release and index.
    queue: BTreeSet<(u64, usize)>,
    tasks: Vec<State>,
    /// Completed tasks per type.
    learned: Vec<u64>,
    schedule: Schedule,
}

impl<'a> Simulation<'a> {
    fn record(&self, task: usize) -> &'a Record {
        &self.run.history.records[task]
    }

    fn release_all(&mut self) {
        for (task, &release_ms) in self.run.releases_ms.iter().enumerate() {
            match self.cluster.limit_bytes(self.record(task).cores) {
                Some(_) => self.clock.schedule_at(release_ms, Event::Ready { task }),
                None => self.schedule.unserved.push(task),
            }
        }
    }

    fn handle(&mut self, event: Event) {
        match event {
            Event::Ready { task } => {
                self.tasks[task].ready_ms = self.clock.now_ms();
                self.queue.insert((self.run.releases_ms[task], task));
            }
            Event::End { attempt } => {
                let attempt = self.schedule.attempts[attempt];
                let record = self.record(attempt.task);
                self.room.give_back(attempt.node, record.cores, attempt.allocation_bytes);
                match attempt.ending {
                    Ending::Completed => {
                        self.policy.learn(record.task_type, &record.sample());
                        self.learned[record.task_type] += 1;
                    }
                    Ending::OutOfMemory => self.failed(&attempt, record),
                }
            }
        }
    }

    fn failed(&mut self, attempt: &Attempt, record: &Record) {
        let allocation_bytes = attempt.allocation_bytes as f64;
        self.policy.exceeded(record.task_type, &record.task, allocation_bytes);
        let state = &mut self.tasks[attempt.task];
        state.failures += 1;
        if state.failures < state.rungs_bytes.len() {
            let again = Event::Ready { task: attempt.task };
            self.clock.schedule_after(self.dispatch.restart_delay_ms, again);
        } else {
            self.schedule.unserved.push(attempt.task);
        }
    }

    fn start_what_fits(&mut self) {
        let (mut skipped, mut last) = (0, None);
        // Every task needs a core.
        while self.room.has_cores(1) {
            let after = last.map_or(Unbounded, Excluded);
            let Some(&next) = self.queue.range((after, Unbounded)).next() else { return };
            if self.try_to_start(next.1) {
                self.queue.remove(&next);
            } else {
                skipped += 1;
                if skipped >= self.dispatch.window {
                    return;
                }
            }
            last = Some(next);
        }
    }

    fn try_to_start(&mut self, task: usize) -> bool {
        let record = self.record(task);
        if !self.room.has_cores(record.cores) {
            return false;
        }
        self.size(task, record);
        let state = &self.tasks[task];
        let allocation_bytes = state.rungs_bytes[state.failures];
        let Some(node) = self.room.take(record.cores, allocation_bytes) else { return false };
        let (held_ms, ending) = self.course(record, allocation_bytes);
        let start_ms = self.clock.now_ms();
        self.schedule.attempts.push(Attempt {
            task,
            node,
            allocation_bytes,
            ready_ms: state.ready_ms,
            start_ms,
            end_ms: start_ms + held_ms,
            ending,
        });
        let attempt = self.schedule.attempts.len() - 1;
        self.clock.schedule_after(held_ms, Event::End { attempt });
        true
    }

    /// Asks for a ladder, unless there is one that is settled or as good as new.
    fn size(&mut self, task: usize, record: &Record) {
        let learned = self.learned[record.task_type];
        let state = &mut self.tasks[task];
        let known = !state.rungs_bytes.is_empty();
        if known && (state.failures > 0 || state.learned == learned) {
            return;
        }
        let limit_bytes = self.cluster.limit_bytes(record.cores);
        let mut settings = self.settings.limited(limit_bytes);
        // A node may be smaller than a step.
        settings.granularity_bytes = settings.granularity_bytes.min(settings.limit_bytes);
        self.policy.peek(record.task_type, &record.sample());
        state.rungs_bytes = ladder(self.policy, record, &settings);
        state.learned = learned;
    }

    /// How long an attempt holds its node, in ms, and how it ends.
    fn course(&self, record: &Record, allocation_bytes: u64) -> (u64, Ending) {
        let run_time_ms = record.run_time_ms.max(1);
        if allocation_bytes >= record.peak_bytes {
            return (run_time_ms, Ending::Completed);
        }
        let time_to_failure = self.settings.time_to_failure;
        let share = time_to_failure.share(allocation_bytes as f64, record.peak_bytes as f64);
        let until_failure_ms = (run_time_ms as f64 * share).ceil() as u64;
        (until_failure_ms.clamp(1, run_time_ms), Ending::OutOfMemory)
    }
}
