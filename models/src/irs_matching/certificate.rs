//! The referee's side of bounds: re-verifies certificates from the instance alone.
//!
//! **Pooled blocks.** Put the jobs into blocks, and let every block have all devices that any of its
//! jobs may use, each for any of its jobs. More is allowed than before, so the least cost of all
//! blocks together bounds that of every plan. In a block with equal weights, always serving the
//! job with the least left keeps the number of unfinished jobs as low as can be at every moment
//! (Schrage 1968, "A proof of the optimality of the shortest remaining processing time
//! discipline"), whatever the supply does over time. Weights are cut into layers: with the distinct
//! weights `0 = θ_0 < θ_1 < …`, `w_j = Σ_k (θ_k − θ_{k−1}) [w_j ≥ θ_k]`, so
//!
//! ```text
//! Σ_j w_j F_j  ≥  Σ_k (θ_k − θ_{k−1}) · SRPT{ j : w_j ≥ θ_k }
//! ```
//!
//! Where rates supply, Smith's rule (1956: by demand per weight) bounds it too, with everything
//! released at the first release and supplied at the highest rate. Latencies add `Σ w_j L_j`, and
//! `Σ w_j (r_j + R_j L_j)` is a third bound. O(weights · jobs ·
//! classes · log time · log segments) per block.
//!
//! **Job set.** Some jobs together ask for more than all they can reach within their windows.

use std::cmp::Reverse;
use std::collections::{BTreeMap, BTreeSet, BinaryHeap};

use placewright_solver::certificate::{Certificate, CertificateError, Claim, Proof};
use placewright_solver::objective::Objective;

use super::instance::{Arrivals, Instance, MICRO, Supply, SupplyCurves};

/// Rule of a bound: pooled blocks; the witness is the number of every job's block.
pub const POOLED_BLOCKS: &str = "pooled_blocks";
/// Rule of an infeasibility proof: the jobs of the witness ask for more than they can reach.
pub const JOB_SET: &str = "job_set";

/// Re-verifies a certificate.
///
/// # Errors
/// When the evidence proves less than is claimed, names what the instance does not have, or is a
/// solver's word.
pub fn verify(instance: &Instance, certificate: &Certificate) -> Result<(), CertificateError> {
    let (rule, witness) = match &certificate.proof {
        Proof::SolverClaim { .. } => return Err(CertificateError::NotVerifiable),
        Proof::DualPrices(_) => return Err(malformed("no rule of this family has dual prices")),
        Proof::Combinatorial { rule, witness } => (rule.as_str(), witness),
    };
    match (&certificate.claim, rule) {
        (Claim::AtLeast(claimed), POOLED_BLOCKS) => {
            let proved = pooled_bound(instance, witness)?;
            let proved = Objective::single(proved);
            if proved >= *claimed {
                Ok(())
            } else {
                Err(CertificateError::Overstated { proved, claimed: claimed.clone() })
            }
        }
        (Claim::Infeasible, JOB_SET) => verify_job_set(instance, witness),
        _ => Err(malformed(format!("no rule {rule:?} for this kind of claim"))),
    }
}

fn malformed(cause: impl Into<String>) -> CertificateError {
    CertificateError::Malformed(cause.into())
}

/// The bound of pooled blocks, given the number of every job's block.
///
/// # Errors
/// When there is not one block per job, or a block's supply ends before its jobs do.
pub fn pooled_bound(instance: &Instance, blocks: &[u64]) -> Result<i128, CertificateError> {
    if blocks.len() != instance.jobs.len() {
        return Err(malformed("one block per job"));
    }
    let mut members: BTreeMap<u64, Vec<usize>> = BTreeMap::new();
    for (job, &block) in blocks.iter().enumerate() {
        members.entry(block).or_default().push(job);
    }
    let blocks = Blocks::new(instance);
    members.values().map(|jobs| blocks.bound(jobs)).sum()
}

/// What the bounds of blocks look at.
pub struct Blocks<'a> {
    instance: &'a Instance,
    eligibility: Vec<Vec<bool>>,
    curves: SupplyCurves<'a>,
}

impl<'a> Blocks<'a> {
    /// Prepares the bounds of an instance. O(jobs · classes + size of the supply).
    #[must_use]
    pub fn new(instance: &'a Instance) -> Self {
        let (eligibility, curves) = (instance.eligibility(), instance.supply_curves());
        Self { instance, eligibility, curves }
    }

    /// The least weighted completion times of some jobs that share all they may use.
    ///
    /// # Errors
    /// When their supply ends before they do.
    pub fn bound(&self, jobs: &[usize]) -> Result<i128, CertificateError> {
        let block = Block::new(self, jobs);
        let weight = |&job: &usize| i128::from(self.instance.jobs[job].weight);
        let latency =
            |job: &usize| weight(job) * i128::from(self.instance.jobs[*job].round_latency_ms);
        let rounds = |job: &usize| {
            weight(job) * i128::from(self.instance.jobs[*job].earliest_completion_ms())
        };
        let pooled =
            block.layers(jobs)?.max(block.smith(jobs)) + jobs.iter().map(latency).sum::<i128>();
        Ok(pooled.max(jobs.iter().map(rounds).sum()))
    }
}

/// The pooled supply of a block.
struct Block<'a> {
    instance: &'a Instance,
    curves: &'a SupplyCurves<'a>,
    /// By class: whether some job of the block may use it.
    usable: Vec<bool>,
    /// Those classes.
    classes: Vec<usize>,
}

impl<'a> Block<'a> {
    fn new(all: &'a Blocks<'a>, jobs: &[usize]) -> Self {
        let mut usable = vec![false; all.instance.classes.len()];
        for &job in jobs {
            usable.iter_mut().zip(&all.eligibility[job]).for_each(|(usable, &own)| *usable |= own);
        }
        let classes = (0..usable.len()).filter(|&class| usable[class]).collect();
        Self { instance: all.instance, curves: &all.curves, usable, classes }
    }

    /// Shortest remaining first in every layer of weights.
    fn layers(&self, jobs: &[usize]) -> Result<i128, CertificateError> {
        let weight = |job: usize| self.instance.jobs[job].weight;
        let levels: BTreeSet<u64> = jobs.iter().map(|&job| weight(job)).collect();
        let (mut below, mut total) = (0, 0);
        for level in levels {
            let layer: Vec<usize> =
                jobs.iter().copied().filter(|&job| weight(job) >= level).collect();
            let sum = match &self.instance.supply {
                Supply::Devices(arrivals) => self.shortest_of_devices(&layer, arrivals),
                Supply::Rates(_) => self.shortest_of_rates(&layer),
            };
            let sum =
                sum.ok_or_else(|| malformed("the supply of a block ends before its jobs do"))?;
            total += i128::from(level - below) * sum;
            below = level;
        }
        Ok(total)
    }

    /// Jobs by release, the latest first, with what they need.
    fn by_release(&self, jobs: &[usize]) -> Vec<(u64, u128)> {
        let scale = match self.instance.supply {
            Supply::Devices(_) => 1,
            Supply::Rates(_) => MICRO.into(),
        };
        let mut waiting: Vec<(u64, u128)> = jobs
            .iter()
            .map(|&job| &self.instance.jobs[job])
            .map(|job| (job.release_ms, u128::from(job.total_devices()) * scale))
            .collect();
        waiting.sort_unstable_by_key(|&each| Reverse(each));
        waiting
    }

    /// The sum of the times of last devices; `None` when there are too few devices.
    fn shortest_of_devices(&self, jobs: &[usize], arrivals: &Arrivals) -> Option<i128> {
        let mut waiting = self.by_release(jobs);
        let mut open: BinaryHeap<Reverse<u128>> = BinaryHeap::new();
        let (mut sum, mut left) = (0, jobs.len());
        for (&time_ms, &class) in arrivals.time_ms.iter().zip(&arrivals.class) {
            if !self.usable[class as usize] {
                continue;
            }
            while waiting.last().is_some_and(|&(release_ms, _)| release_ms <= time_ms) {
                open.extend(waiting.pop().map(|(_, need)| Reverse(need)));
            }
            match open.pop() {
                Some(Reverse(1)) => {
                    sum += i128::from(time_ms);
                    left -= 1;
                    if left == 0 {
                        break;
                    }
                }
                Some(Reverse(need)) => open.push(Reverse(need - 1)),
                None => {}
            }
        }
        (left == 0).then_some(sum)
    }

    /// The sum of the times of last devices, in whole ms; `None` when the supply ends. Whatever a
    /// plan does, it deals out the micro-devices of one millisecond after the other.
    fn shortest_of_rates(&self, jobs: &[usize]) -> Option<i128> {
        let (curves, classes) = (self.curves, &self.classes);
        let mut waiting = self.by_release(jobs);
        let mut open: BinaryHeap<Reverse<u128>> = BinaryHeap::new();
        let (mut now_ms, mut sum) = (0, 0);
        while !(open.is_empty() && waiting.is_empty()) {
            while waiting.last().is_some_and(|&(release_ms, _)| release_ms <= now_ms) {
                open.extend(waiting.pop().map(|(_, need)| Reverse(need)));
            }
            let next_ms = waiting.last().map(|each| each.0);
            let until = |next_ms| classes.iter().map(|&c| curves.between(c, now_ms, next_ms)).sum();
            let supplied = next_ms.map_or(u128::MAX, until);
            let mut used = 0;
            while let Some(Reverse(need)) = open.pop() {
                if need > supplied - used {
                    open.push(Reverse(need - (supplied - used)));
                    break;
                }
                used += need;
                sum += i128::from(curves.reach_ms(classes, now_ms, used)?);
            }
            now_ms = next_ms.unwrap_or(now_ms);
        }
        Some(sum)
    }

    /// Smith's rule at the highest rate from the first release on. Supplies are rounded down from
    /// time 0, so what comes after the release may be a micro-device more of every class.
    fn smith(&self, jobs: &[usize]) -> i128 {
        let (classes, Supply::Rates(rates)) = (&self.classes, &self.instance.supply) else {
            return 0;
        };
        let pooled = |segment: usize| -> u128 {
            classes.iter().map(|&class| u128::from(rates.rate_micro_per_s[class][segment])).sum()
        };
        let rate = (0..rates.segment_start_ms.len()).map(pooled).max().unwrap_or(0);
        let jobs = || jobs.iter().map(|&job| &self.instance.jobs[job]);
        let first_ms = i128::from(jobs().map(|job| job.release_ms).min().unwrap_or(0));
        let mut order: Vec<(u128, u128)> = jobs()
            .map(|job| (u128::from(job.total_micro()) * 1000, u128::from(job.weight)))
            .collect();
        order.sort_by(|a, b| (a.0 * b.1).cmp(&(b.0 * a.1)));
        let (mut done, mut weighted) = (0, 0);
        for (need, weight) in order {
            done += need;
            // A device is more than one micro-device of each of at most 4,096 classes.
            weighted += weight * (done - 1000 * classes.len() as u128);
        }
        let weight: i128 = jobs().map(|job| i128::from(job.weight)).sum();
        // Without any rate nothing is ever done; another rule says so.
        weighted.checked_div(rate).map_or(0, |floor| {
            let up = i128::from(weighted % rate > 0);
            floor as i128 + up + weight * first_ms
        })
    }
}

/// Whether the jobs ask for more than all classes supply within the union of their windows.
fn verify_job_set(instance: &Instance, witness: &[u64]) -> Result<(), CertificateError> {
    let count = instance.jobs.len() as u64;
    let jobs: BTreeSet<usize> =
        witness.iter().filter(|&&job| job < count).map(|&job| job as usize).collect();
    if jobs.len() != witness.len() {
        return Err(malformed("a job that there is not, or one twice"));
    }
    let eligibility = instance.eligibility();
    let may = |job: usize, class: usize| eligibility[job][class];
    let curves = instance.supply_curves();
    let single = matches!(instance.supply, Supply::Devices(_));
    let wanted = |&job: &usize| {
        let job = &instance.jobs[job];
        u128::from(if single { job.total_devices() } else { job.total_micro() })
    };
    let mut reach = 0;
    for class in 0..instance.classes.len() {
        let own = jobs.iter().filter(|&&job| may(job, class));
        let mut windows: Vec<(u64, u64)> = Vec::new();
        for window in own.map(|&job| instance.window(&instance.jobs[job])) {
            if window.end_ms.is_none() && curves.last_rate(class) > 0 {
                return Err(malformed("the witness can reach a supply that never ends"));
            }
            // Later than everything in the data.
            windows.push((window.start_ms, window.end_ms.unwrap_or(1 << 62)));
        }
        windows.sort_unstable();
        let mut until_ms = 0;
        for (start_ms, end_ms) in windows {
            let start_ms = start_ms.max(until_ms);
            if start_ms < end_ms {
                reach += curves.between(class, start_ms, end_ms);
                until_ms = end_ms;
            }
        }
    }
    if jobs.iter().map(wanted).sum::<u128>() > reach {
        Ok(())
    } else {
        Err(malformed(format!("the witness of {JOB_SET:?} shows nothing")))
    }
}
