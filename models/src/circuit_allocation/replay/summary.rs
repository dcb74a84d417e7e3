//! The figures of a replay.

use super::run::Tally;
use super::workload::ReplayJob;
use crate::circuit_allocation::online::placement::Cause;

/// The mean and two quantiles of a time, in seconds.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Times {
    /// The mean.
    pub mean_s: f64,
    /// The median, the mean of the middle two.
    pub median_s: f64,
    /// The 99th percentile, interpolated between the two times next to it.
    pub p99_s: f64,
}

impl Times {
    fn new(mut times_ms: Vec<u64>) -> Self {
        times_ms.sort_unstable();
        let n = times_ms.len();
        if n == 0 {
            return Self::default();
        }
        let seconds = |place: usize| times_ms[place.min(n - 1)] as f64 / 1000.0;
        let quantile = |part: f64| {
            let place = part * (n - 1) as f64;
            let (below, above) = (seconds(place as usize), seconds(place as usize + 1));
            below + (above - below) * place.fract()
        };
        Self {
            mean_s: times_ms.iter().sum::<u64>() as f64 / 1000.0 / n as f64,
            median_s: quantile(0.5),
            p99_s: quantile(0.99),
        }
    }
}

/// The figures of one replay, or the means over several.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Summary {
    /// Completion: from arrival to end.
    pub completion: Times,
    /// From start to end.
    pub run: Times,
    /// From arrival to start.
    pub wait: Times,
    /// GPU time asked for over GPU time there was, from the first arrival to the last end.
    pub utilisation: f64,
    /// The end of the last job.
    pub makespan_s: f64,
    /// Failed attempts, in the order of [`Cause::ALL`].
    pub blocked: [f64; 5],
    /// Live circuits moved.
    pub moved: f64,
    /// Share of the flows between leaves that met another.
    pub conflicts: f64,
    /// Jobs that got more GPUs than they asked for.
    pub padded: f64,
    /// Jobs that have no place in the empty cluster.
    pub refused: f64,
}

impl Summary {
    /// The figures of a replay on a cluster of so many GPUs.
    #[must_use]
    pub fn new(jobs: &[ReplayJob], tally: &Tally, gpus: u32) -> Self {
        let all = || jobs.iter().zip(&tally.jobs);
        let done = all().filter_map(|(job, of)| of.times_ms.map(|times| (job, times)));
        let done: Vec<(&ReplayJob, (u64, u64))> = done.collect();
        let of = |time: fn(&ReplayJob, u64, u64) -> u64| {
            Times::new(done.iter().map(|&(job, (start, end))| time(job, start, end)).collect())
        };
        let end_ms = done.iter().map(|&(_, (_, end))| end).max().unwrap_or(0);
        let first_ms = done.iter().map(|(job, _)| job.arrival_ms).min().unwrap_or(0);
        let work = done.iter().map(|(job, _)| u128::from(job.run_ms) * u128::from(job.gpus));
        let there = u128::from(end_ms - first_ms) * u128::from(gpus);
        let blocked =
            Cause::ALL.map(|cause| tally.blocked.0.get(&cause).copied().unwrap_or(0) as f64);
        let padded = all().filter(|(job, of)| of.held > job.gpus).count();
        Self {
            completion: of(|job, _, end| end - job.arrival_ms),
            run: of(|_, start, end| end - start),
            wait: of(|job, start, _| start - job.arrival_ms),
            utilisation: work.sum::<u128>() as f64 / there.max(1) as f64,
            makespan_s: end_ms as f64 / 1000.0,
            blocked,
            moved: tally.moved as f64,
            conflicts: tally.conflicts,
            padded: padded as f64,
            refused: (jobs.len() - done.len()) as f64,
        }
    }

    /// The mean of several.
    #[must_use]
    pub fn mean(of: &[Self]) -> Self {
        let n = of.len().max(1) as f64;
        let mean = |value: &dyn Fn(&Self) -> f64| of.iter().map(value).sum::<f64>() / n;
        let times = |part: fn(&Self) -> Times| Times {
            mean_s: mean(&|of| part(of).mean_s),
            median_s: mean(&|of| part(of).median_s),
            p99_s: mean(&|of| part(of).p99_s),
        };
        Self {
            completion: times(|of| of.completion),
            run: times(|of| of.run),
            wait: times(|of| of.wait),
            utilisation: mean(&|of| of.utilisation),
            makespan_s: mean(&|of| of.makespan_s),
            blocked: std::array::from_fn(|cause| mean(&|of| of.blocked[cause])),
            moved: mean(&|of| of.moved),
            conflicts: mean(&|of| of.conflicts),
            padded: mean(&|of| of.padded),
            refused: mean(&|of| of.refused),
        }
    }
}
