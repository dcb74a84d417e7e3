//! An instance from a recipe and a seed.

use placewright_models::irs_matching::instance::{
    Arrivals, Instance, Job, JobId, MICRO, Rates, Supply,
};

use super::eligibility::Eligibility;
use crate::draw::Draw;

/// Everything that shapes a generated instance besides its seed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Recipe {
    pub(super) kind: Kind,
    pub(super) jobs: u64,
    pub(super) classes: u64,
    pub(super) eligibility: Eligibility,
    pub(super) demands: Demands,
    pub(super) releases: Releases,
    /// Smallest and largest demand of a round.
    pub(super) demand: (u64, u64),
    /// Fewest and most rounds.
    pub(super) rounds: (u64, u64),
    /// Largest weight; weights are drawn from 1 on.
    pub(super) weight: u64,
    /// Percentage of jobs with a deadline.
    pub(super) deadlines_percent: u64,
    /// Percentage of jobs with a minimum share.
    pub(super) shares_percent: u64,
    /// All classes together, in micro-devices per second.
    pub(super) rate_micro_per_s: u64,
}

/// How supply is described.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    Devices,
    /// Constant rates.
    Fluid,
    /// Rates that change with the hour of two days, then stay at their mean.
    Rounds,
}

/// How demands are drawn.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Demands {
    LogUniform,
    NearEqual,
    /// A few typical sizes, the middle ones often.
    Profiles,
}

impl Demands {
    pub(super) fn named(name: &str) -> Option<Self> {
        match name {
            "log-uniform" => Some(Demands::LogUniform),
            "near-equal" => Some(Demands::NearEqual),
            "profiles" => Some(Demands::Profiles),
            _ => None,
        }
    }

    fn draw(self, (low, high): (u64, u64), draw: &mut Draw) -> u64 {
        let demand = match self {
            Demands::LogUniform => draw.magnitude(low as f64, high as f64 + 1.0) as u64,
            Demands::NearEqual => {
                let middle = low + (high - low) / 3;
                draw.between(middle * 9 / 10, middle * 11 / 10)
            }
            Demands::Profiles => {
                // Per mille of the largest; a third is the size that every other job has.
                let share = draw.pick(&[13, 33, 67, 133, 267, 333, 333, 333, 333, 667, 1000]);
                high * share / 1000
            }
        };
        demand.clamp(low, high)
    }
}

/// When jobs arrive.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Releases {
    AtOnce,
    /// Over the first twentieth of the time that all of them take together.
    Concentrated,
    /// Over three quarters of that time.
    Spread,
}

impl Releases {
    pub(super) fn named(name: &str) -> Option<Self> {
        match name {
            "at-once" => Some(Releases::AtOnce),
            "concentrated" => Some(Releases::Concentrated),
            "spread" => Some(Releases::Spread),
            _ => None,
        }
    }
}

/// The instance of a recipe and a seed.
pub(super) fn generate(recipe: &Recipe, seed: u64) -> Instance {
    let mut draw = Draw::new(seed, 1);
    let classes = recipe.eligibility.classes(recipe.classes);
    let parts: Vec<u64> = classes.iter().map(|_| draw.magnitude(10.0, 100.0) as u64).collect();
    let whole: u64 = parts.iter().sum();
    let rates: Vec<u64> =
        parts.iter().map(|part| (recipe.rate_micro_per_s * part / whole).max(1)).collect();
    let mut jobs: Vec<Job> = (0..recipe.jobs).map(|index| job(recipe, seed, index)).collect();
    for (index, job) in (0..).zip(&mut jobs) {
        recipe.eligibility.ask(job, &classes, &mut Draw::new(seed, 1_000_000 + index));
    }
    release(recipe, &mut jobs, &mut draw);
    let supply = Supply::Devices(Arrivals::default());
    let mut instance = Instance { classes, supply, jobs };
    let deadline_rates = set_supply(recipe, &mut instance, &rates, &mut draw);
    set_deadlines(recipe, &mut instance, &deadline_rates, &mut draw);
    instance
}

fn job(recipe: &Recipe, seed: u64, index: u64) -> Job {
    let mut draw = Draw::new(seed, 10 + index);
    let demand_devices = recipe.demands.draw(recipe.demand, &mut draw);
    let (few, many) = recipe.rounds;
    let rounds = draw.magnitude(few as f64, many as f64) as u32;
    let latency_ms = draw.between(20, 120) * 1000;
    let weight = draw.between(1, recipe.weight);
    let share_ppm = draw.between(1, 900_000 / recipe.jobs) as u32;
    Job {
        name: format!("J{:0width$}", index + 1, width = recipe.jobs.to_string().len()),
        demand_devices,
        rounds: rounds.max(1),
        weight,
        release_ms: 0,
        round_latency_ms: if recipe.kind == Kind::Rounds { latency_ms } else { 0 },
        deadline_ms: None,
        min_share_ppm: draw.percent(recipe.shares_percent).then_some(share_ppm),
        requires: Vec::new(),
        classes: None,
    }
}

fn release(recipe: &Recipe, jobs: &mut [Job], draw: &mut Draw) {
    let wanted: u64 = jobs.iter().map(Job::total_devices).sum();
    let all_ms =
        u128::from(wanted) * u128::from(MICRO) * 1000 / u128::from(recipe.rate_micro_per_s);
    let last_ms = match recipe.releases {
        Releases::AtOnce => return,
        Releases::Concentrated => all_ms / 20,
        Releases::Spread => all_ms * 3 / 4,
    };
    for job in jobs {
        job.release_ms = draw.between(0, last_ms as u64);
    }
}

/// Sets the supply; per class the rate that deadlines may count on.
fn set_supply(
    recipe: &Recipe,
    instance: &mut Instance,
    rates: &[u64],
    draw: &mut Draw,
) -> Vec<u64> {
    match recipe.kind {
        Kind::Devices => {
            let arrivals = arrivals(instance, rates, draw);
            instance.supply = Supply::Devices(arrivals);
            rates.to_vec()
        }
        Kind::Fluid => {
            let rate_micro_per_s = rates.iter().map(|&rate| vec![rate]).collect();
            let segment_start_ms = vec![0];
            instance.supply = Supply::Rates(Rates { segment_start_ms, rate_micro_per_s });
            rates.to_vec()
        }
        Kind::Rounds => {
            const HOURS: u64 = 48;
            let segment_start_ms = (0..=HOURS).map(|hour| hour * 3_600_000).collect();
            // From two fifths of the mean by night to eight fifths by day.
            let percent = |hour: u64| match hour {
                HOURS => 100,
                hour => 40 + 10 * (hour % 24).min(24 - hour % 24),
            };
            let of_class = |&rate: &u64| (0..=HOURS).map(|h| rate * percent(h) / 100).collect();
            let rate_micro_per_s = rates.iter().map(of_class).collect();
            instance.supply = Supply::Rates(Rates { segment_start_ms, rate_micro_per_s });
            rates.iter().map(|rate| rate * 40 / 100).collect()
        }
    }
}

/// Devices for all that jobs with a class in common ask for, for each job from its classes.
fn needed(instance: &Instance) -> Vec<u64> {
    let eligibility = instance.eligibility();
    let share = |a: &[bool], b: &[bool]| a.iter().zip(b).any(|(a, b)| *a && *b);
    let of_job = |own: &Vec<bool>| {
        let others = instance.jobs.iter().zip(&eligibility);
        others.filter(|(_, other)| share(own, other)).map(|(job, _)| job.total_devices()).sum()
    };
    eligibility.iter().map(of_job).collect()
}

/// Devices in the proportions of the rates until every job can be done, whoever is served first.
fn arrivals(instance: &Instance, rates: &[u64], draw: &mut Draw) -> Arrivals {
    let eligibility = instance.eligibility();
    let mut missing = needed(instance);
    let whole: u64 = rates.iter().sum();
    let gap_ms = (MICRO * 1000 / whole).max(1);
    let (mut arrivals, mut now_ms) = (Arrivals::default(), 0);
    while missing.iter().any(|&missing| missing > 0) {
        now_ms += draw.between(1, 2 * gap_ms);
        let mut ticket = draw.between(1, whole);
        let mut class = 0;
        while ticket > rates[class] {
            ticket -= rates[class];
            class += 1;
        }
        arrivals.time_ms.push(now_ms);
        arrivals.class.push(class as u32);
        for (job, missing) in missing.iter_mut().enumerate() {
            if eligibility[job][class] && instance.jobs[job].release_ms <= now_ms {
                *missing = missing.saturating_sub(1);
            }
        }
    }
    arrivals
}

/// Deadlines that every list schedule keeps, as each job's classes by then supply what all jobs
/// ask for that share a class with it. Single devices are counted, rates are taken at their lowest.
fn set_deadlines(recipe: &Recipe, instance: &mut Instance, rates: &[u64], draw: &mut Draw) {
    for (job, needed) in needed(instance).into_iter().enumerate() {
        let (chosen, slack_percent) =
            (draw.percent(recipe.deadlines_percent), draw.between(100, 150));
        if !chosen {
            continue;
        }
        let own = instance.eligible_masks(JobId(job as u32));
        let release_ms = instance.jobs[job].release_ms;
        let reached_ms = match &instance.supply {
            Supply::Devices(arrivals) => {
                let devices = arrivals.time_ms.iter().zip(&arrivals.class);
                let mut useful = devices.filter(|&(&time, &class)| {
                    time >= release_ms && own.contains(&(class as usize))
                });
                let last = useful.nth(needed as usize - 1);
                last.map_or(release_ms, |(&time_ms, _)| time_ms)
            }
            Supply::Rates(_) => {
                let rate: u64 = own.iter().map(|&class| rates[class]).sum();
                let wait_ms =
                    u128::from(needed) * u128::from(MICRO) * 1000 / u128::from(rate.max(1));
                // A millisecond per job for what lists leave of it.
                release_ms + wait_ms as u64 + 2 * instance.jobs.len() as u64
            }
        };
        let job = &mut instance.jobs[job];
        let latest_ms =
            (reached_ms + job.round_latency_ms).max(job.earliest_completion_ms()) - release_ms;
        job.deadline_ms = Some(release_ms + latest_ms * slack_percent / 100);
    }
}
