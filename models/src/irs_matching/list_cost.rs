//! What serving lists costs, without writing the plan down: the inner loop of a search.
//!
//! Exact for single devices. With rates, times are real numbers and a job with a minimum share gets
//! that share of all its classes at every moment, which comes close to what `list_scheduling` does.
//! A job that misses its deadline costs extra, so that a search finds its way to plans that keep
//! all. Time O(devices) or O(events · classes), a few times that where lists are long.

use super::class_lists::ClassLists;
use super::instance::{Arrivals, Instance, Job, JobId, Rates, Supply};
use super::list_devices::Queues;

/// A ms behind a deadline costs so many ms of completion.
const LATE: f64 = 20.0;

/// An instance, prepared for the costs of many lists.
pub(super) struct ListCost<'a> {
    instance: &'a Instance,
    queues: Queues<'a>,
    /// For rates: every job's least share, its classes, and what it wants.
    shares: Vec<f64>,
    classes: Vec<Vec<usize>>,
    wanted: Vec<f64>,
}

impl<'a> ListCost<'a> {
    pub(super) fn new(instance: &'a Instance) -> Self {
        let share = |job: &Job| f64::from(job.min_share_ppm.unwrap_or(0)) / 1e6;
        let own = |own: &Vec<bool>| (0..own.len()).filter(|&class| own[class]).collect();
        Self {
            instance,
            queues: Queues::new(instance),
            shares: instance.jobs.iter().map(share).collect(),
            classes: instance.eligibility().iter().map(own).collect(),
            wanted: instance.jobs.iter().map(|job| job.total_micro() as f64).collect(),
        }
    }

    /// The cost in weighted ms; infinite where some job is never done.
    pub(super) fn of(&self, lists: &ClassLists) -> f64 {
        match &self.instance.supply {
            Supply::Devices(arrivals) => self.of_devices(arrivals, lists),
            Supply::Rates(rates) => self.of_rates(rates, lists),
        }
    }

    fn completed(&self, job: usize, last_ms: f64) -> f64 {
        let job = &self.instance.jobs[job];
        let earliest_ms = job.earliest_completion_ms() as f64;
        let completion_ms = (last_ms + job.round_latency_ms as f64).max(earliest_ms);
        let late_ms = job.deadline_ms.map_or(0.0, |due_ms| completion_ms - due_ms as f64);
        job.weight as f64 * (completion_ms + LATE * late_ms.max(0.0))
    }

    fn of_devices(&self, arrivals: &Arrivals, lists: &ClassLists) -> f64 {
        let mut last_ms = vec![0; self.wanted.len()];
        let serve = |device: usize, id: JobId| {
            last_ms[id.index()] = arrivals.time_ms[device];
        };
        if !self.queues.walk(arrivals, lists, serve) {
            return f64::INFINITY;
        }
        last_ms.iter().enumerate().map(|(job, &last_ms)| self.completed(job, last_ms as f64)).sum()
    }

    fn of_rates(&self, rates: &Rates, lists: &ClassLists) -> f64 {
        let jobs = &self.instance.jobs;
        let starts = &rates.segment_start_ms;
        let mut left = self.wanted.clone();
        let mut places = vec![0_usize; self.instance.classes.len()];
        let (mut now_ms, mut segment, mut open, mut cost) = (0.0_f64, 0, left.len(), 0.0);
        let mut speed = vec![0.0; left.len()];
        while open > 0 {
            let waits = |job: usize| left[job] > 0.0 && jobs[job].release_ms as f64 > now_ms;
            let release_ms = (0..left.len()).filter(|&job| waits(job));
            let release_ms = release_ms.map(|job| jobs[job].release_ms as f64);
            let change_ms = starts.get(segment + 1).map_or(f64::INFINITY, |&start| start as f64);
            let mut next_ms = release_ms.fold(change_ms, f64::min);
            speed.fill(0.0);
            let rate = |class: usize| rates.rate_micro_per_s[class][segment] as f64 / 1000.0;
            let is_open = |job: usize| left[job] > 0.0 && jobs[job].release_ms as f64 <= now_ms;
            for (class, place) in places.iter_mut().enumerate() {
                let list = lists.of(class);
                while list.get(*place).is_some_and(|id| left[id.index()] <= 0.0) {
                    *place += 1;
                }
                let mut rest = 1.0;
                let sharers = list[*place..].iter().map(|id| id.index());
                for job in sharers.filter(|&job| self.shares[job] > 0.0 && is_open(job)) {
                    let share = self.shares[job].min(rest);
                    speed[job] += share * rate(class);
                    rest -= share;
                }
                let head = list[*place..].iter().find(|id| is_open(id.index()));
                head.into_iter().for_each(|id| speed[id.index()] += rest * rate(class));
            }
            for (&left, &speed) in left.iter().zip(&speed).filter(|(_, speed)| **speed > 0.0) {
                next_ms = next_ms.min(now_ms + left / speed);
            }
            if next_ms.is_infinite() {
                return f64::INFINITY;
            }
            for job in 0..left.len() {
                if speed[job] > 0.0 {
                    left[job] -= speed[job] * (next_ms - now_ms);
                    // A millionth of a device, and rounding, are nothing.
                    if left[job] <= 1.0 + 1e-9 * self.wanted[job] {
                        left[job] = 0.0;
                        open -= 1;
                        cost += self.completed(job, next_ms);
                    }
                }
            }
            now_ms = next_ms;
            if now_ms >= change_ms {
                segment += 1;
            }
        }
        cost
    }

    /// Work units of one cost, as measured: some 10 ns per device, or per class, event and list.
    pub(super) fn work(&self) -> u64 {
        let pairs: usize = self.classes.iter().map(Vec::len).sum();
        match &self.instance.supply {
            Supply::Devices(arrivals) => 1 + arrivals.time_ms.len() as u64 / 100,
            Supply::Rates(rates) => {
                let events = 2 * self.wanted.len() + rates.segment_start_ms.len();
                1 + (events * (self.wanted.len() + pairs / 2)) as u64 / 200
            }
        }
    }
}
