//! The fluid form of one round: devices of each mask arrive as a stream of constant rate.
//!
//! A *mask* is a class of devices that the same jobs may use. Job `j` wants `D_j` devices of its
//! masks `A_j` from its release on; its completion time is when the last of them has arrived.
//! Amounts are counted in millionths of a device and times in milliseconds, so that everything a
//! referee adds up is an integer.

/// Streams of devices and the jobs that compete for them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fluid {
    /// Arrival rate of every mask, in millionths of a device per second.
    pub rates_micro_per_s: Vec<u64>,
    /// The jobs.
    pub jobs: Vec<FluidJob>,
}

/// A job of the fluid form.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FluidJob {
    /// How much it wants, in millionths of a device.
    pub demand_micro: u64,
    /// What a millisecond of its completion time costs.
    pub weight: u64,
    /// When it may begin to receive devices.
    pub release_ms: u64,
    /// The masks whose devices it may use, ascending.
    pub masks: Vec<usize>,
}

/// Who receives how much, interval by interval.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct FluidSchedule {
    /// Disjoint intervals in the order of time.
    pub intervals: Vec<FluidInterval>,
}

/// What is handed out within one interval.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct FluidInterval {
    /// Where it begins.
    pub start_ms: u64,
    /// Where it ends, later than it begins.
    pub end_ms: u64,
    /// Positive amounts.
    pub amounts: Vec<Amount>,
}

/// Devices of one mask for one job.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Amount {
    /// Position of the job.
    pub job: usize,
    /// Position of the mask.
    pub mask: usize,
    /// Millionths of a device.
    pub micro: u64,
}

/// Why a fluid cannot be scheduled.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum FluidError {
    /// The job wants nothing; leave it out.
    #[error("job {job} has no demand")]
    NoDemand {
        /// Position of the job.
        job: usize,
    },
    /// Masks must ascend and exist.
    #[error("the masks of job {job} do not ascend, or one of them does not exist")]
    Masks {
        /// Position of the job.
        job: usize,
    },
    /// Nothing arrives that the job could use.
    #[error("no device that job {job} could use ever arrives")]
    NoSupply {
        /// Position of the job.
        job: usize,
    },
    /// Numbers this large would not fit the integers they are added up in.
    #[error("demands, rates, weights or releases beyond {LARGEST} in total")]
    TooLarge,
}

/// Totals of demands, rates and weights, and times, stay below this.
pub const LARGEST: u64 = 1 << 52;

/// What is wrong with a schedule.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ScheduleDefect {
    /// Intervals must be disjoint, ordered and not empty.
    #[error("interval {interval} is empty or begins before the one before it ends")]
    Interval {
        /// Position of the interval.
        interval: usize,
    },
    /// The mask does not serve the job, or one of them does not exist, or the job is not released.
    #[error(
        "interval {interval} gives job {job} devices of mask {mask}, which it may not use then"
    )]
    Ineligible {
        /// Position of the interval.
        interval: usize,
        /// Position of the job.
        job: usize,
        /// Position of the mask.
        mask: usize,
    },
    /// More is handed out than arrives.
    #[error("interval {interval} hands out more devices of mask {mask} than arrive")]
    Supply {
        /// Position of the interval.
        interval: usize,
        /// Position of the mask.
        mask: usize,
    },
    /// A job receives something else than its demand.
    #[error("job {job} receives {received} of {wanted} millionths of a device")]
    Demand {
        /// Position of the job.
        job: usize,
        /// What it receives.
        received: u128,
        /// What it wants.
        wanted: u64,
    },
}

impl Fluid {
    /// Checks what every method of this room relies on.
    ///
    /// # Errors
    /// The first [`FluidError`] found.
    pub fn validate(&self) -> Result<(), FluidError> {
        for (job, data) in self.jobs.iter().enumerate() {
            if data.demand_micro == 0 {
                return Err(FluidError::NoDemand { job });
            }
            let known = data.masks.last().is_none_or(|&mask| mask < self.rates_micro_per_s.len());
            if !known || !data.masks.is_sorted_by(|a, b| a < b) {
                return Err(FluidError::Masks { job });
            }
            if data.masks.iter().all(|&mask| self.rates_micro_per_s[mask] == 0) {
                return Err(FluidError::NoSupply { job });
            }
        }
        let total = |values: &mut dyn Iterator<Item = u64>| values.map(u128::from).sum::<u128>();
        let totals = [
            total(&mut self.rates_micro_per_s.iter().copied()),
            total(&mut self.jobs.iter().map(|job| job.demand_micro)),
            total(&mut self.jobs.iter().map(|job| job.weight)),
            self.jobs.iter().map(|job| job.release_ms.into()).max().unwrap_or(0),
        ];
        if totals.into_iter().any(|total| total >= LARGEST.into()) {
            return Err(FluidError::TooLarge);
        }
        Ok(())
    }

    /// The rate at which a job is served when all its masks are its own, in millionths of a
    /// device per second.
    #[must_use]
    pub fn own_rate_micro_per_s(&self, job: usize) -> u64 {
        self.jobs[job].masks.iter().map(|&mask| self.rates_micro_per_s[mask]).sum()
    }

    /// What completion times cost together, in weight times milliseconds.
    #[must_use]
    pub fn weighted_completion_ms(&self, completions_ms: &[u64]) -> i128 {
        let terms = self.jobs.iter().zip(completions_ms);
        terms.map(|(job, &end)| i128::from(job.weight) * i128::from(end)).sum()
    }

    /// The completion times of a schedule: for every job the end of the last interval in which it
    /// receives anything. Time O(amounts).
    ///
    /// # Errors
    /// The first [`ScheduleDefect`] found.
    pub fn completions_ms(&self, schedule: &FluidSchedule) -> Result<Vec<u64>, ScheduleDefect> {
        let mut received = vec![0_u128; self.jobs.len()];
        let mut completions = vec![0; self.jobs.len()];
        let mut clock = 0;
        for (position, interval) in schedule.intervals.iter().enumerate() {
            if interval.start_ms < clock || interval.end_ms <= interval.start_ms {
                return Err(ScheduleDefect::Interval { interval: position });
            }
            clock = interval.end_ms;
            self.check_amounts(position, interval)?;
            for amount in &interval.amounts {
                received[amount.job] += u128::from(amount.micro);
                completions[amount.job] = interval.end_ms;
            }
        }
        for (job, (&received, data)) in received.iter().zip(&self.jobs).enumerate() {
            let wanted = data.demand_micro;
            if received != wanted.into() {
                return Err(ScheduleDefect::Demand { job, received, wanted });
            }
        }
        Ok(completions)
    }

    fn check_amounts(
        &self,
        position: usize,
        interval: &FluidInterval,
    ) -> Result<(), ScheduleDefect> {
        let mut used = vec![0_u128; self.rates_micro_per_s.len()];
        for &Amount { job, mask, micro } in &interval.amounts {
            let may = self.jobs.get(job).is_some_and(|job| {
                job.masks.contains(&mask) && job.release_ms <= interval.start_ms
            });
            if !may {
                return Err(ScheduleDefect::Ineligible { interval: position, job, mask });
            }
            used[mask] += u128::from(micro);
        }
        let length = u128::from(interval.end_ms - interval.start_ms);
        let over = |(used, &rate): (&u128, &u64)| used * 1000 > u128::from(rate) * length;
        match used.iter().zip(&self.rates_micro_per_s).position(over) {
            Some(mask) => Err(ScheduleDefect::Supply { interval: position, mask }),
            None => Ok(()),
        }
    }
}
