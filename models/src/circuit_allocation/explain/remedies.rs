//! What would let a job in: another split or traffic, moving live circuits, or moving one live job.
//! Each is tried with the heuristics; what is named works, and there may be more.

use super::super::instance::{Job, LiveJob, Moves, Question, Split, Traffic};
use super::super::methods::leaf_search::Rule;
use super::super::methods::place_one::place_one;
use super::super::methods::rewiring::with_switches;
use super::super::methods::state::State;
use super::super::plan::{Placement, Plan};
use super::limits::Limit;

/// Live jobs moved away on trial, the smallest first.
const MOST_TRIALS: usize = 256;
/// Nodes visited per number of leaves in a trial.
const NODES: u64 = 500;

/// Remedies in words.
pub(super) fn remedies(state: &State, job: &Job, limit: Limit) -> Vec<String> {
    if matches!(limit, Limit::Nothing | Limit::Gpus) {
        return Vec::new();
    }
    let mut found = Vec::new();
    let fits = |job: &Job| place_one(state, job, Rule::BestFit, NODES, |_| false).placement;
    if job.split == Split::Equal && fits(&Job { split: Split::Any, ..job.clone() }).is_some() {
        found.push("an unequal split would let it in".to_owned());
    }
    let network = matches!(limit, Limit::Links | Limit::Ports);
    let ring = Job { traffic: Traffic::Ring, ..job.clone() };
    if network && job.traffic != Traffic::Ring && fits(&ring).is_some() {
        found.push("it would fit if only its hierarchical ring had to run undisturbed".to_owned());
    }
    found.extend(rewiring(state, job).filter(|_| limit == Limit::Ports));
    found.extend(migration(state, job));
    if found.is_empty() {
        found.push("no remedy was found among other splits and moves of one live job".to_owned());
    }
    found
}

/// How many live circuits must move at most, where the question forbids it.
fn rewiring(state: &State, job: &Job) -> Option<String> {
    let instance = state.instance;
    if instance.question.moves() == Moves::Allowed || instance.question.jobs().len() > 1 {
        return None;
    }
    let mut loose = instance.clone();
    let Question::Place(place) = &mut loose.question else { return None };
    place.moves = Moves::Allowed;
    let placement = place_one(&State::new(&loose), job, Rule::BestFit, NODES, |_| false).placement;
    let plan = Plan { placed: vec![placement], wiring: None };
    plan.placed[0].as_ref()?;
    let plan = with_switches(&loose, plan)?;
    let count = |circuits: &[super::super::instance::Circuits]| {
        let mut at = std::collections::BTreeMap::new();
        for each in circuits {
            *at.entry((each.leaf, each.spine, each.switch)).or_insert(0_u64) +=
                u64::from(each.count);
        }
        at
    };
    let live: Vec<_> = instance.live.iter().flat_map(|job| job.circuits.clone()).collect();
    let after = count(plan.wiring.as_deref().unwrap_or(&live));
    let moved: u64 = count(&live)
        .iter()
        .map(|(at, &there)| there.saturating_sub(after.get(at).copied().unwrap_or(0)))
        .sum();
    Some(format!("moving {moved} live circuits to other switches would let it in"))
}

/// The smallest live job whose move elsewhere makes room; it is taken to send any traffic.
fn migration(state: &State, job: &Job) -> Option<String> {
    let gpus = |live: &LiveJob| live.servers.iter().map(|share| share.gpus).sum::<u32>();
    let mut live: Vec<&LiveJob> =
        state.instance.live.iter().filter(|live| !live.servers.is_empty()).collect();
    live.sort_by_key(|live| gpus(live));
    for other in live.into_iter().take(MOST_TRIALS) {
        let size = state.instance.cluster.gpus_per_server;
        let wanted = gpus(other);
        if wanted > size && !wanted.is_multiple_of(size) {
            continue;
        }
        let mut trial = state.clone();
        let held = Placement { servers: other.servers.clone(), circuits: other.circuits.clone() };
        trial.give_back(&held);
        let Some(own) = place_one(&trial, job, Rule::BestFit, NODES, |_| false).placement else {
            continue;
        };
        trial.take(&own);
        let moved = Job {
            name: other.name.clone(),
            gpus: wanted,
            weight: 1,
            traffic: Traffic::Any,
            split: Split::Any,
        };
        if place_one(&trial, &moved, Rule::BestFit, NODES, |_| false).placement.is_some() {
            let name = &other.name;
            return Some(format!(
                "moving {name} ({wanted} GPUs) elsewhere would let it in, and {name} finds a place"
            ));
        }
    }
    None
}
