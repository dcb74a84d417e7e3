//! The engine a platform talks to.

use std::collections::HashMap;

use serde::{Deserialize, Serialize};

use super::answer::{Acceptance, Decision, EngineError, NewJob, OfferId, Outcome, Report, Verdict};
use super::job::{Job, JobId, Stage};
use super::matcher::Matcher;
use super::offers::Offers;
use super::requirement::{Device, Requirements};
use super::rule::Rule;
use super::snapshot::PlanSnapshot;

/// How the engine treats devices.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct EngineSettings {
    /// An offer that is not answered runs out after this time.
    pub offer_ms: u64,
    /// Devices that get no job come back after this time.
    pub retry_after_ms: u64,
    /// And before this one.
    pub retry_before_ms: u64,
}

impl Default for EngineSettings {
    /// 30 s to answer, 5 to 15 minutes to come back.
    fn default() -> Self {
        Self { offer_ms: 30_000, retry_after_ms: 300_000, retry_before_ms: 900_000 }
    }
}

/// Jobs, rounds and offers around a policy: events in, decisions out.
///
/// Deterministic: the same calls give the same answers. No device is offered to a job it is not
/// eligible for, and no round gets more devices than it asked for. The whole state is written and
/// read with serde; an engine read back answers as the one that was written. A call that is refused
/// changes nothing.
///
/// ```
/// use placewright_models::irs_matching::online::answer::{Acceptance, Decision, NewJob};
/// use placewright_models::irs_matching::online::engine::{Engine, EngineSettings};
/// use placewright_models::irs_matching::online::requirement::{Device, Requirement};
/// use placewright_models::irs_matching::online::rule::Rule;
///
/// let mut engine = Engine::new(EngineSettings::default(), Rule::default());
/// let job = engine.register_job(&NewJob {
///     requirement: Requirement::Bits(0b01),
///     demand: 1,
///     quorum: None,
///     deadline_ms: 60_000,
///     estimated_rounds: Some(10),
///     weight: 1.0,
/// }, 0)?;
/// engine.open_round(job, 0)?;
/// let Decision::Serve { offer, job } = engine.check_in(Device::Mask(0b11), 5)? else {
///     panic!("the job waits")
/// };
/// assert_eq!(engine.accept(offer, 900)?, Acceptance::Confirmed { job, round: 0 });
/// assert!(matches!(engine.check_in(Device::Mask(0b11), 1000)?, Decision::Retry { .. }));
/// # Ok::<(), placewright_models::irs_matching::online::answer::EngineError>(())
/// ```
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Engine {
    settings: EngineSettings,
    matcher: Matcher,
    requirements: Requirements,
    offers: Offers,
    now_ms: u64,
    /// By job: results and losses reported of the open round.
    reported: Vec<u32>,
    /// By mask: its class, until a requirement comes. Made anew after reading.
    #[serde(skip)]
    masks: HashMap<u64, usize>,
}

const LATEST_MS: u64 = 1 << 53;
/// Masks remembered; the memory starts over when it is full.
const MOST_MASKS: usize = 1 << 16;

impl Engine {
    /// An engine that has seen nothing.
    #[must_use]
    pub fn new(settings: EngineSettings, rule: Rule) -> Self {
        Self {
            settings,
            matcher: Matcher::new(rule, Default::default()),
            requirements: Requirements::default(),
            offers: Offers::default(),
            now_ms: 0,
            reported: Vec::new(),
            masks: HashMap::new(),
        }
    }

    /// A job and how far it has come.
    ///
    /// # Errors
    /// There is no such job.
    pub fn job(&self, id: JobId) -> Result<&Job, EngineError> {
        self.matcher.jobs().get(id.index()).ok_or(EngineError::UnknownJob(id))
    }

    /// Offers that wait for an answer.
    #[must_use]
    pub fn open_offers(&self) -> usize {
        self.offers.len()
    }

    /// Registers a job; its first round is still to be opened.
    ///
    /// # Errors
    /// Numbers out of range, or more than 128 different requirements.
    pub fn register_job(&mut self, job: &NewJob, now_ms: u64) -> Result<JobId, EngineError> {
        self.check_time(now_ms)?;
        job.check()?;
        let (group, new) =
            self.requirements.intern(&job.requirement).ok_or(EngineError::TooManyGroups)?;
        if new {
            self.masks.clear();
        }
        self.now_ms = now_ms;
        self.reported.push(0);
        Ok(self.matcher.register(job.spec(group), now_ms))
    }

    /// The job asks for the devices of a round.
    ///
    /// # Errors
    /// No such job, it has ended, or a round is open.
    pub fn open_round(&mut self, id: JobId, now_ms: u64) -> Result<(), EngineError> {
        self.check_time(now_ms)?;
        let job = self.live(id)?;
        if job.stage == Stage::Open {
            return Err(EngineError::RoundOpen(id));
        }
        let ends_ms = now_ms + job.spec.deadline_ms;
        self.pass(now_ms);
        self.reported[id.index()] = 0;
        self.matcher.open(id, ends_ms, now_ms);
        Ok(())
    }

    /// A device checks in: the job to serve, or when to come back. O(1) most often.
    ///
    /// # Errors
    /// The time runs backwards.
    pub fn check_in(&mut self, device: Device<'_>, now_ms: u64) -> Result<Decision, EngineError> {
        self.check_time(now_ms)?;
        self.pass(now_ms);
        let class = self.class(device, now_ms);
        let decision = self.matcher.check_in(class, now_ms);
        Ok(self.decided(decision, now_ms))
    }

    /// The same for a device that names the jobs it is eligible for: the best ranked of those that
    /// have room. Jobs that do not exist are no error. O(jobs).
    ///
    /// # Errors
    /// The time runs backwards.
    pub fn check_in_for(&mut self, jobs: &[JobId], now_ms: u64) -> Result<Decision, EngineError> {
        self.check_time(now_ms)?;
        self.pass(now_ms);
        let decision = self.matcher.check_in_for(jobs, now_ms);
        Ok(self.decided(decision, now_ms))
    }

    fn decided(&mut self, decision: Option<JobId>, now_ms: u64) -> Decision {
        let Some(job) = decision else {
            let EngineSettings { retry_after_ms, retry_before_ms, .. } = self.settings;
            return Decision::Retry { after_ms: retry_after_ms, before_ms: retry_before_ms };
        };
        let expires_ms = now_ms.saturating_add(self.settings.offer_ms);
        let offer = self.offers.open(job, expires_ms);
        Decision::Serve { offer, job }
    }

    /// A device takes up an offer.
    ///
    /// # Errors
    /// The offer is not open.
    pub fn accept(&mut self, offer: OfferId, now_ms: u64) -> Result<Acceptance, EngineError> {
        let job = self.answered(offer, now_ms)?;
        if !self.matcher.jobs()[job.index()].waits() {
            self.matcher.decline(job);
            return Ok(Acceptance::TooLate);
        }
        let round = self.matcher.jobs()[job.index()].round;
        self.matcher.accept(job, now_ms);
        Ok(Acceptance::Confirmed { job, round })
    }

    /// A device turns an offer down.
    ///
    /// # Errors
    /// The offer is not open.
    pub fn decline(&mut self, offer: OfferId, now_ms: u64) -> Result<(), EngineError> {
        let job = self.answered(offer, now_ms)?;
        self.matcher.decline(job);
        Ok(())
    }

    fn answered(&mut self, offer: OfferId, now_ms: u64) -> Result<JobId, EngineError> {
        self.check_time(now_ms)?;
        self.pass(now_ms);
        self.offers.close(offer).ok_or(EngineError::UnknownOffer(offer))
    }

    /// A device of a round came back, or will not.
    ///
    /// # Errors
    /// No such job, a round that has not begun, or more reports than devices.
    pub fn report(
        &mut self,
        id: JobId,
        round: u32,
        outcome: Outcome,
        now_ms: u64,
    ) -> Result<Report, EngineError> {
        self.check_time(now_ms)?;
        let job = *self.job(id)?;
        if round > job.round || (round == job.round && job.stage == Stage::Idle) {
            return Err(EngineError::FutureRound { job: id, round });
        }
        if round < job.round || job.stage == Stage::Ended {
            return Ok(Report::Late);
        }
        if self.reported[id.index()] >= job.assigned {
            return Err(EngineError::TooManyReports(id));
        }
        self.pass(now_ms);
        self.reported[id.index()] += 1;
        let quorum = outcome == Outcome::Result && self.matcher.result(id);
        Ok(if quorum { Report::Quorum } else { Report::Counted })
    }

    /// The open round is over; whether it succeeded.
    ///
    /// # Errors
    /// No such job, or no open round.
    pub fn close_round(&mut self, id: JobId, now_ms: u64) -> Result<Verdict, EngineError> {
        self.check_time(now_ms)?;
        if self.live(id)?.stage != Stage::Open {
            return Err(EngineError::NoRound(id));
        }
        self.pass(now_ms);
        let success = self.matcher.succeeds(id);
        self.matcher.close(id, success, now_ms);
        Ok(if success { Verdict::Succeeded } else { Verdict::Failed })
    }

    /// The job is over.
    ///
    /// # Errors
    /// No such job, it has ended, or a round is open.
    pub fn end_job(&mut self, id: JobId, now_ms: u64) -> Result<(), EngineError> {
        self.check_time(now_ms)?;
        if self.live(id)?.stage == Stage::Open {
            return Err(EngineError::RoundOpen(id));
        }
        self.pass(now_ms);
        self.matcher.end(id, now_ms);
        Ok(())
    }

    /// Open rounds whose deadline has passed: to be closed.
    #[must_use]
    pub fn overdue(&self, now_ms: u64) -> Vec<JobId> {
        let over = |id: &&JobId| {
            let job = &self.matcher.jobs()[id.index()];
            job.stage == Stage::Open && job.ends_ms <= now_ms
        };
        self.matcher.live().iter().filter(over).copied().collect()
    }

    /// For platforms that pull: which of the devices at hand, by position, serve the job's open
    /// round, at most `n` of them. They count as accepted. Devices that fewer other groups can use
    /// are taken first. O(devices log devices).
    ///
    /// # Errors
    /// No such job, or no open round.
    pub fn take(
        &mut self,
        id: JobId,
        n: usize,
        devices: &[Device<'_>],
        now_ms: u64,
    ) -> Result<Vec<usize>, EngineError> {
        self.check_time(now_ms)?;
        let job = self.live(id)?;
        let (group, stage) = (job.spec.group, job.stage);
        if stage != Stage::Open {
            return Err(EngineError::NoRound(id));
        }
        self.pass(now_ms);
        let mut eligible: Vec<(u32, usize)> = Vec::new();
        for (position, &device) in devices.iter().enumerate() {
            let groups = self.requirements.groups(device);
            if groups >> group & 1 == 1 {
                eligible.push((groups.count_ones(), position));
            }
        }
        eligible.sort_unstable();
        let room = self.matcher.demand_room(id).max(0) as usize;
        eligible.truncate(n.min(room));
        for _ in &eligible {
            self.matcher.offer(id, now_ms);
            self.matcher.accept(id, now_ms);
        }
        Ok(eligible.into_iter().map(|(_, position)| position).collect())
    }

    /// The present plan, for front-ends that decide by themselves.
    #[must_use]
    pub fn plan_snapshot(&self) -> PlanSnapshot {
        PlanSnapshot::new(self.now_ms, &self.requirements, &self.matcher)
    }

    /// Offers that ran out give their demand back.
    fn pass(&mut self, now_ms: u64) {
        self.now_ms = now_ms;
        while let Some(job) = self.offers.close_expired(now_ms) {
            self.matcher.decline(job);
        }
    }

    fn check_time(&self, now_ms: u64) -> Result<(), EngineError> {
        if now_ms > LATEST_MS {
            return Err(EngineError::TimeTooLarge(now_ms));
        }
        if now_ms < self.now_ms {
            return Err(EngineError::TimeRunsBackwards { now_ms, last_ms: self.now_ms });
        }
        Ok(())
    }

    fn live(&self, id: JobId) -> Result<&Job, EngineError> {
        let job = self.job(id)?;
        if job.stage == Stage::Ended { Err(EngineError::Ended(id)) } else { Ok(job) }
    }

    fn class(&mut self, device: Device<'_>, now_ms: u64) -> usize {
        let Device::Mask(mask) = device else {
            return self.matcher.class(self.requirements.groups(device), now_ms);
        };
        if let Some(&class) = self.masks.get(&mask) {
            return class;
        }
        let class = self.matcher.class(self.requirements.groups(device), now_ms);
        if self.masks.len() == MOST_MASKS {
            self.masks.clear();
        }
        self.masks.insert(mask, class);
        class
    }
}
