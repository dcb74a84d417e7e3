//! Arrivals as step functions, and the concave envelopes that stand in for them.

use super::arrivals::Arrivals;

/// The arrivals by mask and by job.
pub(super) struct Counts {
    /// Arrival times of each mask, in milliseconds.
    pub(super) by_mask: Vec<Vec<f64>>,
    /// Distinct arrival times a job may complete at.
    pub(super) by_job: Vec<Vec<f64>>,
    pub(super) masks: Vec<Vec<usize>>,
    pub(super) demands: Vec<f64>,
    pub(super) weights: Vec<f64>,
    /// For scaling.
    pub(super) horizon: f64,
    pub(super) total: f64,
}

impl Counts {
    pub(super) fn new(arrivals: &Arrivals) -> Self {
        let times = |wanted: &dyn Fn(usize) -> bool| -> Vec<f64> {
            let pairs = arrivals.times_ms.iter().zip(&arrivals.masks);
            pairs.filter(|(_, mask)| wanted(**mask)).map(|(&time, _)| time as f64).collect()
        };
        let jobs = &arrivals.jobs;
        let mut by_job: Vec<Vec<f64>> =
            jobs.iter().map(|job| times(&|mask| job.masks.contains(&mask))).collect();
        for (own, job) in by_job.iter_mut().zip(jobs) {
            // Validated: enough devices arrive.
            own.drain(..(job.demand as usize - 1).min(own.len()));
            own.dedup();
        }
        Self {
            by_mask: (0..arrivals.mask_count()).map(|mask| times(&|other| other == mask)).collect(),
            by_job,
            masks: jobs.iter().map(|job| job.masks.clone()).collect(),
            demands: jobs.iter().map(|job| job.demand as f64).collect(),
            weights: jobs.iter().map(|job| job.weight as f64).collect(),
            horizon: arrivals.times_ms.last().map_or(1.0, |&last| last.max(1) as f64),
            total: jobs.iter().map(|job| job.demand as f64).sum::<f64>().max(1.0),
        }
    }

    /// `N_a(t)`.
    pub(super) fn arrived(&self, mask: usize, time: f64) -> f64 {
        self.by_mask[mask].partition_point(|&other| other <= time + 1e-6) as f64
    }

    /// The line of the concave envelope of `N_a` on `[lower, upper]` that holds at `time`: value at
    /// zero, and slope. Time O(arrivals).
    pub(super) fn envelope(&self, mask: usize, lower: f64, upper: f64, time: f64) -> (f64, f64) {
        let mut hull: Vec<(f64, f64)> = vec![(lower, self.arrived(mask, lower))];
        let own = &self.by_mask[mask];
        let first = own.partition_point(|&other| other <= lower + 1e-6);
        let inside = own[first..].iter().take_while(|&&other| other <= upper + 1e-6);
        let steps = inside.enumerate().map(|(k, &at)| (at, (first + k + 1) as f64));
        let end = (upper, self.arrived(mask, upper));
        for point in steps.chain((upper > lower).then_some(end)) {
            while hull.len() >= 2 {
                let (a, b) = (hull[hull.len() - 2], hull[hull.len() - 1]);
                if (b.1 - a.1) * (point.0 - a.0) > (point.1 - a.1) * (b.0 - a.0) {
                    break;
                }
                hull.pop();
            }
            hull.push(point);
        }
        let segment = hull.windows(2).find(|pair| time <= pair[1].0).or(hull.windows(2).last());
        match segment {
            Some(pair) if pair[1].0 > pair[0].0 => {
                let slope = (pair[1].1 - pair[0].1) / (pair[1].0 - pair[0].0);
                (pair[0].1 - slope * pair[0].0, slope)
            }
            _ => (hull[hull.len() - 1].1, 0.0),
        }
    }
}
