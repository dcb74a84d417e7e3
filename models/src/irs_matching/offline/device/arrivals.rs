//! Arrivals, jobs, plans, and what a plan costs.

use std::ops::Range;

use crate::irs_matching::offline::slot_flow::{Filling, Share, SlotFlow};

/// Devices that arrive one by one, and jobs that want some of them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Arrivals {
    /// Arrival times in milliseconds, ascending.
    pub times_ms: Vec<u64>,
    /// The mask of each arrival: devices of one mask may serve the same jobs. A job's release is
    /// told by masks of their own for earlier arrivals.
    pub masks: Vec<usize>,
    /// The jobs.
    pub jobs: Vec<DeviceJob>,
}

/// A job that wants whole devices.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DeviceJob {
    /// How many devices it wants, at least one.
    pub demand: u64,
    /// What a millisecond of its completion time costs.
    pub weight: u64,
    /// The masks it may use, ascending.
    pub masks: Vec<usize>,
}

/// Per arrival the job it serves.
pub type DevicePlan = Vec<Option<usize>>;

/// What is wrong with arrivals or a plan.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum DeviceError {
    /// Times must ascend, with one mask each; masks of jobs ascend; demands are positive; all
    /// numbers below 2^40.
    #[error("the arrivals or jobs are not sound")]
    Unsound,
    /// These jobs want more devices than ever arrive for them.
    #[error("jobs {jobs:?} want more devices than arrive")]
    TooFew {
        /// The jobs, ascending.
        jobs: Vec<usize>,
    },
    /// An arrival serves a job it may not serve, or the plan's length is wrong.
    #[error("arrival {arrival} serves a job that it may not serve")]
    Ineligible {
        /// Position of the arrival.
        arrival: usize,
    },
    /// A job receives another number of devices than it wants.
    #[error("job {job} receives {received} devices")]
    Demand {
        /// Position of the job.
        job: usize,
        /// How many it receives.
        received: u64,
    },
    /// Beyond what an exact method can do: too many jobs, or numerical trouble.
    #[error("{0}")]
    Method(String),
}

const LARGEST: u64 = 1 << 40;

impl Arrivals {
    /// How many masks there are.
    #[must_use]
    pub fn mask_count(&self) -> usize {
        let of_jobs = self.jobs.iter().flat_map(|job| &job.masks);
        self.masks.iter().chain(of_jobs).max().map_or(0, |&mask| mask + 1)
    }

    /// Checks what every method relies on, and that all jobs can be filled at all.
    ///
    /// # Errors
    /// [`DeviceError::Unsound`], [`DeviceError::TooFew`].
    pub fn validate(&self) -> Result<(), DeviceError> {
        let job_is_sound = |job: &DeviceJob| {
            job.masks.is_sorted_by(|a, b| a < b)
                && (1..LARGEST).contains(&job.demand)
                && job.weight < LARGEST
        };
        let sound = self.times_ms.is_sorted()
            && self.times_ms.len() == self.masks.len()
            && self.times_ms.last().is_none_or(|&last| last < LARGEST)
            && self.mask_count() <= 1 << 20
            && self.jobs.iter().all(job_is_sound);
        if !sound {
            return Err(DeviceError::Unsound);
        }
        let end = self.times_ms.last().copied().unwrap_or(0);
        self.plan_by(&vec![end; self.jobs.len()]).map(drop)
    }

    /// The completion times of a plan: the referee of this room.
    ///
    /// # Errors
    /// [`DeviceError::Ineligible`], [`DeviceError::Demand`].
    pub fn completions_ms(&self, plan: &DevicePlan) -> Result<Vec<u64>, DeviceError> {
        if plan.len() != self.times_ms.len() {
            return Err(DeviceError::Ineligible { arrival: plan.len() });
        }
        let mut received = vec![0; self.jobs.len()];
        let mut completions = vec![0; self.jobs.len()];
        for (arrival, job) in plan.iter().enumerate() {
            let Some(job) = *job else { continue };
            let may = self.jobs.get(job).is_some_and(|j| j.masks.contains(&self.masks[arrival]));
            if !may {
                return Err(DeviceError::Ineligible { arrival });
            }
            received[job] += 1;
            completions[job] = self.times_ms[arrival];
        }
        let wrong = received.iter().zip(&self.jobs).position(|(&got, job)| got != job.demand);
        match wrong {
            Some(job) => Err(DeviceError::Demand { job, received: received[job] }),
            None => Ok(completions),
        }
    }

    /// What completion times cost together, in weight times milliseconds.
    #[must_use]
    pub fn weighted_ms(&self, completions_ms: &[u64]) -> u128 {
        let terms = self.jobs.iter().zip(completions_ms);
        terms.map(|(job, &end)| u128::from(job.weight) * u128::from(end)).sum()
    }

    /// A plan in which every job has its devices by its deadline: one maximum flow over pairs of
    /// mask and slot, whatever the number of devices.
    ///
    /// # Errors
    /// [`DeviceError::TooFew`] with jobs that want more than arrives in time.
    pub fn plan_by(&self, deadlines_ms: &[u64]) -> Result<DevicePlan, DeviceError> {
        let mut ends = deadlines_ms.to_vec();
        ends.sort_unstable();
        ends.dedup();
        let mut stock = vec![vec![Vec::new(); self.mask_count()]; ends.len()];
        for (arrival, (&time, &mask)) in self.times_ms.iter().zip(&self.masks).enumerate() {
            let slot = ends.partition_point(|&end| end < time);
            if slot < ends.len() {
                stock[slot][mask].push(arrival);
            }
        }
        let count = |row: &Vec<Vec<usize>>| row.iter().map(|own| own.len() as i64).collect();
        let supplies: Vec<Vec<i64>> = stock.iter().map(count).collect();
        let demands: Vec<i64> = self.jobs.iter().map(|job| job.demand as i64).collect();
        let masks: Vec<&[usize]> = self.jobs.iter().map(|job| job.masks.as_slice()).collect();
        let last = |end: &u64| 0..ends.partition_point(|other| other <= end);
        let slots: Vec<Range<usize>> = deadlines_ms.iter().map(last).collect();
        let flow =
            SlotFlow { demands: &demands, masks: &masks, slots: &slots, supplies: &supplies };
        let shares = match flow.fill().map_err(|error| DeviceError::Method(error.to_string()))? {
            Filling::Full(shares) => shares,
            Filling::Short(jobs) => return Err(DeviceError::TooFew { jobs }),
        };
        let mut plan = vec![None; self.times_ms.len()];
        for Share { job, slot, mask, amount } in shares {
            let own = &mut stock[slot][mask];
            let kept = own.len().saturating_sub(amount.unsigned_abs() as usize);
            own.split_off(kept).into_iter().for_each(|arrival| plan[arrival] = Some(job));
        }
        Ok(plan)
    }

    /// Every arrival goes to the first job of the order that may use it and still wants devices.
    /// The plan may leave jobs short where a later one took what only an earlier one could use.
    #[must_use]
    pub fn list_plan(&self, order: &[usize]) -> DevicePlan {
        let mut wanted: Vec<u64> = self.jobs.iter().map(|job| job.demand).collect();
        let serve = |&mask: &usize| {
            let open = |&&job: &&usize| wanted[job] > 0 && self.jobs[job].masks.contains(&mask);
            let job = order.iter().find(open).copied()?;
            wanted[job] -= 1;
            Some(job)
        };
        self.masks.iter().map(serve).collect()
    }
}
