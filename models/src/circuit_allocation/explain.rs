//! Why jobs are where they are, and what stands in the way of those that are nowhere. Reads an
//! accepted plan; changes nothing and proves nothing new.

mod limits;
mod remedies;

use std::fmt::Write;

use placewright_solver::certificate::{Certificate, Claim};
use serde::Serialize;

use super::instance::{Circuits, Instance, Question, server_shares};
use super::methods::state::State;
use super::plan::{Placement, Plan};
pub use limits::Limit;
use limits::{binding, fewest_leaves};
use remedies::remedies;

/// What there is to say about an instance and, where there is one, its plan.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Explanation {
    /// The jobs of the question.
    pub jobs: Vec<JobExplanation>,
    /// What rewiring does, or why it cannot be done.
    pub wiring: Option<String>,
    /// How sure it is that nothing better exists.
    pub proof: String,
}

/// One job.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct JobExplanation {
    /// The job's name.
    pub name: String,
    /// Whether it has a place.
    pub placed: bool,
    /// What keeps it out.
    pub limit: Option<Limit>,
    /// The reason in words, with a witness.
    pub why: String,
    /// What would let it in, in words.
    pub remedies: Vec<String>,
}

/// Explains an instance and a plan that the referee accepts. Jobs left out are looked at in the
/// state that the plan leaves.
///
/// For every job left out: one search for leaves, and one per live job moved away on trial.
#[must_use]
pub fn explain(
    instance: &Instance,
    plan: Option<&Plan>,
    certificate: Option<&Certificate>,
) -> Explanation {
    let jobs = instance.question.jobs();
    let mut state = State::new(instance);
    // Where circuits have moved, only sums of ports still mean anything.
    let moved = plan.is_some_and(|plan| plan.wiring.is_some());
    for placement in plan.iter().flat_map(|plan| &plan.placed).flatten() {
        let mut placement = placement.clone();
        if moved {
            placement.circuits.iter_mut().for_each(|each| each.switch = None);
        }
        state.take(&placement);
    }
    let explained = |(index, job): (usize, &super::instance::Job)| {
        let placement = plan.and_then(|plan| plan.placed.get(index)?.as_ref());
        if let Some(placement) = placement {
            return JobExplanation {
                name: job.name.clone(),
                placed: true,
                limit: None,
                why: why_here(instance, index, placement),
                remedies: Vec::new(),
            };
        }
        let (limit, why) = binding(&state, job);
        JobExplanation {
            name: job.name.clone(),
            placed: false,
            limit: Some(limit),
            why,
            remedies: remedies(&state, job, limit),
        }
    };
    Explanation {
        jobs: jobs.iter().enumerate().map(explained).collect(),
        wiring: wiring(instance, plan),
        proof: proof(certificate),
    }
}

fn proof(certificate: Option<&Certificate>) -> String {
    match certificate {
        None => "no bound is known".to_owned(),
        Some(certificate) => {
            let by = certificate.proof.label();
            match &certificate.claim {
                Claim::Infeasible => format!("proved impossible ({by})"),
                Claim::AtLeast(bound) => format!("no plan costs less than {bound} ({by})"),
            }
        }
    }
}

fn why_here(instance: &Instance, index: usize, placement: &Placement) -> String {
    let job = &instance.question.jobs()[index];
    let shares = server_shares(&placement.servers);
    let fewest = fewest_leaves(&State::new(instance), job);
    let leaves = shares.len();
    let named: Vec<String> = shares.iter().map(|(leaf, gpus)| format!("{leaf} ({gpus})")).collect();
    let place = if leaves == 1 {
        format!("on leaf {}, where it needs no circuit", named[0])
    } else {
        let circuits: u32 = placement.circuits.iter().map(|each| each.count).sum();
        let mut spines: Vec<u32> = placement.circuits.iter().map(|each| each.spine).collect();
        spines.sort_unstable();
        spines.dedup();
        format!(
            "on leaves {} with {circuits} circuits to {} spines",
            named.join(", "),
            spines.len()
        )
    };
    match fewest {
        Some(fewest) if (fewest as usize) < leaves => {
            format!("{place}; {fewest} would do for its GPUs alone, before other jobs and circuits")
        }
        _ => format!("{place}; fewer leaves cannot hold it"),
    }
}

fn wiring(instance: &Instance, plan: Option<&Plan>) -> Option<String> {
    let Question::Rewire(rewire) = &instance.question else { return None };
    let live = || instance.live.iter().flat_map(|job| &job.circuits);
    let Some(plan) = plan else {
        let reason = limits::short_of_ports(instance, rewire);
        return Some(reason.unwrap_or_else(|| {
            "every leaf and spine has ports enough, but no wiring is known".to_owned()
        }));
    };
    let found: Vec<&Circuits> = plan.wiring.iter().flatten().collect();
    let total: u32 = found.iter().map(|each| each.count).sum();
    let mut at = std::collections::BTreeMap::new();
    for each in live() {
        *at.entry((each.leaf, each.spine, each.switch)).or_insert(0) += each.count;
    }
    let kept: u32 = found
        .iter()
        .map(|each| {
            at.get(&(each.leaf, each.spine, each.switch)).map_or(0, |live| each.count.min(*live))
        })
        .sum();
    let before: u32 = live().map(|each| each.count).sum();
    Some(format!(
        "{total} circuits: {kept} stay, {} are set up, {} of {before} live ones are torn down",
        total - kept,
        before - kept
    ))
}

impl Explanation {
    /// The explanation for people; ends with a newline.
    #[must_use]
    pub fn to_text(&self) -> String {
        let mut text = String::new();
        // Writing to a string cannot fail.
        let _infallible = self.write(&mut text);
        text
    }

    fn write(&self, out: &mut String) -> std::fmt::Result {
        for job in &self.jobs {
            let word = if job.placed { "placed" } else { "left out" };
            writeln!(out, "{}: {word}, {}", job.name, job.why)?;
            for remedy in &job.remedies {
                writeln!(out, "  {remedy}")?;
            }
        }
        if let Some(wiring) = &self.wiring {
            writeln!(out, "{wiring}")?;
        }
        writeln!(out, "{}", self.proof)
    }
}
