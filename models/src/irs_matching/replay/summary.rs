//! The figures of a replay.

use super::checkins::CheckIns;
use super::tally::{JobTally, Tally};
use super::workload::ReplayJob;

/// The figures of one or more replays; times in seconds.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Summary {
    /// Mean job completion time. Jobs that were not done count as done at the end of the replay,
    /// here and below.
    pub mean_s: f64,
    /// Median, the mean of the middle two.
    pub median_s: f64,
    /// 95th percentile: no more than 5 % of jobs take longer.
    pub p95_s: f64,
    /// The longest.
    pub max_s: f64,
    /// Mean time from the opening of a round to the device that makes its quorum.
    pub queue_s: f64,
    /// Share of rounds that failed.
    pub aborted: f64,
    /// Share of results in time that were lost with their round.
    pub wasted: f64,
    /// Devices that accepted.
    pub assignments: f64,
    /// Check-ins until the last job was done.
    pub checkins: f64,
    /// Jobs that were not done.
    pub unfinished: f64,
    /// Share of jobs that took at most their [fair share](fair_share_s).
    pub fair: f64,
    /// Mean completion time by group; groups without jobs have 0.
    pub by_group_s: Vec<f64>,
    /// Mean completion time of the quarters of jobs by total demand, smallest first.
    pub by_size_s: [f64; 4],
}

/// Time in which a job would be done if all jobs shared the devices equally: the number of jobs
/// times the time it takes alone, every round of which lasts its demand over the mean supply of its
/// devices, and a nominal execution.
#[must_use]
pub fn fair_share_s(checkins: &CheckIns, jobs: &[ReplayJob], job: &ReplayJob) -> f64 {
    let counts = checkins.class.iter();
    let serving = counts.filter(|&&class| checkins.classes.serves(usize::from(class), job.group));
    let period_s = checkins.period_ms as f64 / 1000.0;
    let supply_per_s = serving.count() as f64 / period_s;
    let round_s = f64::from(job.demand) / supply_per_s + job.workload_ms as f64 / 1000.0 + 20.0;
    jobs.len() as f64 * f64::from(job.rounds) * round_s
}

impl Summary {
    /// The figures of a replay; `fair_s` are the fair shares of the jobs.
    #[must_use]
    pub fn new(jobs: &[ReplayJob], fair_s: &[f64], tally: &Tally) -> Self {
        let completion_s: Vec<f64> = jobs
            .iter()
            .zip(&tally.jobs)
            .map(|(job, of)| {
                let elapsed_ms = || tally.end_ms.saturating_sub(job.arrival_ms);
                of.completion_ms.unwrap_or_else(elapsed_ms) as f64 / 1000.0
            })
            .collect();
        let mut sorted = completion_s.clone();
        sorted.sort_by(f64::total_cmp);
        let n = sorted.len();
        let at = |place: usize| sorted.get(place.min(n.saturating_sub(1))).copied().unwrap_or(0.0);
        let sum = |of: fn(&JobTally) -> u64| tally.jobs.iter().map(of).sum::<u64>() as f64;
        let (done, aborted) = (sum(|of| of.done.into()), sum(|of| of.aborted.into()));
        let (used, lost) = (sum(|of| of.used_results), sum(|of| of.lost_results));
        let groups = jobs.iter().map(|job| usize::from(job.group) + 1).max().unwrap_or(0);
        let of_group = |group: usize| {
            let of = jobs.iter().zip(&completion_s);
            mean(of.filter(|(job, _)| usize::from(job.group) == group).map(|(_, &time)| time))
        };
        let mut by_size: Vec<usize> = (0..n).collect();
        by_size.sort_by_key(|&job| u64::from(jobs[job].demand) * u64::from(jobs[job].rounds));
        let quarter = |q: usize| {
            mean(by_size[n * q / 4..n * (q + 1) / 4].iter().map(|&job| completion_s[job]))
        };
        let fair = completion_s.iter().zip(fair_s).filter(|(time, share)| time <= share).count();
        Self {
            mean_s: mean(completion_s.iter().copied()),
            median_s: (at(n.saturating_sub(1) / 2) + at(n / 2)) / 2.0,
            p95_s: at((n * 95).div_ceil(100).saturating_sub(1)),
            max_s: at(n.saturating_sub(1)),
            queue_s: ratio(sum(|of| of.queue_ms) / 1000.0, sum(|of| of.queued_rounds)),
            aborted: ratio(aborted, aborted + done),
            wasted: ratio(lost, lost + used),
            assignments: sum(|of| of.assigned),
            checkins: tally.checkins as f64,
            unfinished: tally.jobs.iter().filter(|of| of.completion_ms.is_none()).count() as f64,
            fair: ratio(fair as f64, n as f64),
            by_group_s: (0..groups).map(of_group).collect(),
            by_size_s: [0, 1, 2, 3].map(quarter),
        }
    }

    /// The mean of the figures of several replays of the same jobs.
    #[must_use]
    pub fn mean(all: &[Self]) -> Self {
        let over = |of: &dyn Fn(&Self) -> f64| mean(all.iter().map(of));
        let groups = all.first().map_or(0, |first| first.by_group_s.len());
        Self {
            mean_s: over(&|of| of.mean_s),
            median_s: over(&|of| of.median_s),
            p95_s: over(&|of| of.p95_s),
            max_s: over(&|of| of.max_s),
            queue_s: over(&|of| of.queue_s),
            aborted: over(&|of| of.aborted),
            wasted: over(&|of| of.wasted),
            assignments: over(&|of| of.assignments),
            checkins: over(&|of| of.checkins),
            unfinished: over(&|of| of.unfinished),
            fair: over(&|of| of.fair),
            by_group_s: (0..groups).map(|group| over(&|of| of.by_group_s[group])).collect(),
            by_size_s: [0, 1, 2, 3].map(|quarter| over(&|of| of.by_size_s[quarter])),
        }
    }
}

fn mean(values: impl Iterator<Item = f64>) -> f64 {
    let (sum, count) = values.fold((0.0, 0.0), |(sum, count), value| (sum + value, count + 1.0));
    ratio(sum, count)
}

fn ratio(part: f64, whole: f64) -> f64 {
    if whole > 0.0 { part / whole } else { 0.0 }
}
