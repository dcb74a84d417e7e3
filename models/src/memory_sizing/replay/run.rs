//! Replays a run for several policies.

use std::time::{Duration, Instant};

use super::charge::charge;
use super::history::{History, Record};
use super::protocol::Episode;
use crate::memory_sizing::online::finish::finished;
use crate::memory_sizing::online::policy::Policy;
use crate::memory_sizing::online::settings::Settings;
use crate::memory_sizing::online::task::Sample;

/// What a policy's ladders cost the tasks of one type.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Tally {
    /// Tasks replayed.
    pub tasks: u64,
    /// Tasks whose first attempt succeeded.
    pub covered: u64,
    /// Attempts that failed.
    pub failures: u64,
    /// Tasks that exceeded the limit.
    pub unserved: u64,
    /// Memory held and not used, in byte·ms.
    pub waste_byte_ms: f64,
    /// Peak times run time, in byte·ms.
    pub used_byte_ms: f64,
    /// Memory held, in byte·ms.
    pub allocated_byte_ms: f64,
    /// Time spent on proposals.
    pub deciding: Duration,
    /// Time spent on learning.
    pub learning: Duration,
}

impl std::ops::AddAssign for Tally {
    fn add_assign(&mut self, other: Self) {
        self.tasks += other.tasks;
        self.covered += other.covered;
        self.failures += other.failures;
        self.unserved += other.unserved;
        self.waste_byte_ms += other.waste_byte_ms;
        self.used_byte_ms += other.used_byte_ms;
        self.allocated_byte_ms += other.allocated_byte_ms;
        self.deciding += other.deciding;
        self.learning += other.learning;
    }
}

/// Takes every policy through the episodes; one tally per policy and type.
pub fn replay(
    history: &History,
    episodes: &[Episode],
    settings: &Settings,
    policies: &mut [Box<dyn Policy>],
) -> Vec<Vec<Tally>> {
    let mut tallies = vec![vec![Tally::default(); history.types.len()]; policies.len()];
    for episode in episodes {
        for (index, policy) in policies.iter_mut().enumerate() {
            for (task_type, rows) in &episode.history {
                let records = rows.iter().map(|&row| &history.records[row]);
                let samples: Vec<Sample> = records.map(Record::sample).collect();
                policy.recall(*task_type, &samples);
            }
            for &row in &episode.replayed {
                let record = &history.records[row];
                let task_type = record.task_type;
                tallies[index][task_type] +=
                    attempt(policy.as_mut(), record, settings, episode.learning);
            }
        }
    }
    tallies
}

/// What a task is given: what the policy proposes, or else its request, or else the limit.
pub(super) fn ladder(policy: &mut dyn Policy, record: &Record, settings: &Settings) -> Vec<u64> {
    let mut proposal = policy.propose(record.task_type, &record.task);
    if proposal.is_empty() {
        proposal.extend(record.task.request_bytes.map(|bytes| bytes as f64));
    }
    if proposal.is_empty() {
        proposal.push(settings.limit_bytes as f64);
    }
    finished(settings, &proposal)
}

fn attempt(policy: &mut dyn Policy, record: &Record, settings: &Settings, learns: bool) -> Tally {
    policy.peek(record.task_type, &record.sample());
    let start = Instant::now();
    let rungs = ladder(policy, record, settings);
    let deciding = start.elapsed();
    let (peak_bytes, run_time_ms) = (record.peak_bytes as f64, record.run_time_ms as f64);
    let sizes = rungs.iter().map(|&bytes| bytes as f64);
    let charge = charge(settings, sizes, peak_bytes, run_time_ms);
    let start = Instant::now();
    if learns {
        for &bytes in rungs.iter().take(charge.failures as usize) {
            policy.exceeded(record.task_type, &record.task, bytes as f64);
        }
        if charge.completed {
            policy.learn(record.task_type, &record.sample());
        }
    }
    Tally {
        tasks: 1,
        covered: u64::from(charge.completed && charge.failures == 0),
        failures: charge.failures.into(),
        unserved: u64::from(!charge.completed),
        waste_byte_ms: charge.waste_byte_ms,
        used_byte_ms: peak_bytes * run_time_ms,
        allocated_byte_ms: charge.allocated_byte_ms,
        deciding,
        learning: start.elapsed(),
    }
}
