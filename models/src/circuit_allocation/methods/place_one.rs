//! One job in the state at hand: in one server, on one leaf, or on the fewest leaves that do.

use super::super::instance::{Job, Split};
use super::super::plan::Placement;
use super::leaf_search::{Found, Rule, Task, search};
use super::state::State;

/// Places a job on the fewest leaves, each number of leaves searched with at most `limit` nodes.
/// `stop` is asked between and during searches, with the nodes so far.
///
/// `exhausted` says that, of the networks of [`Task::is_exact`], no placement is cheaper, or that
/// there is none.
#[must_use]
pub fn place_one(
    state: &State,
    job: &Job,
    rule: Rule,
    limit: u64,
    stop: impl Fn(u64) -> bool,
) -> Found {
    let cluster = &state.instance.cluster;
    if job.gpus <= cluster.gpus_per_server {
        return Found { placement: in_one_server(state, job, rule), exhausted: true, nodes: 1 };
    }
    let wanted = job.gpus / cluster.gpus_per_server;
    if let Some(placement) = on_one_leaf(state, wanted, rule) {
        return Found { placement: Some(placement), exhausted: true, nodes: 1 };
    }
    let (mut nodes, mut exhausted) = (1, true);
    for leaves in 2..=wanted.min(cluster.leaves) {
        if job.split == Split::Equal && !wanted.is_multiple_of(leaves) {
            continue;
        }
        if stop(nodes) {
            exhausted = false;
            break;
        }
        let found = search(state, Task { job, leaves }, rule, limit, &|more| stop(nodes + more));
        nodes += found.nodes;
        exhausted &= found.exhausted;
        if found.placement.is_some() {
            return Found { nodes, exhausted, ..found };
        }
    }
    Found { placement: None, exhausted, nodes }
}

/// The leaf with the fewest free GPUs that has a server with enough, or the first.
fn in_one_server(state: &State, job: &Job, rule: Rule) -> Option<Placement> {
    let mut leaves: Vec<u32> = (0..state.instance.cluster.leaves).collect();
    if rule == Rule::BestFit {
        leaves.sort_by_key(|&leaf| state.gpus[leaf as usize]);
    }
    let leaves = leaves.into_iter().filter(|&leaf| state.gpus[leaf as usize] >= job.gpus);
    let server = leaves.filter_map(|leaf| state.tightest_server(leaf, job.gpus)).next()?;
    Some(Placement { servers: vec![server], circuits: Vec::new() })
}

fn on_one_leaf(state: &State, wanted: u32, rule: Rule) -> Option<Placement> {
    let fits = |&leaf: &u32| state.servers[leaf as usize] >= wanted;
    let mut leaves = (0..state.instance.cluster.leaves).filter(fits);
    let leaf = match rule {
        Rule::FirstFit => leaves.next(),
        Rule::BestFit => leaves.min_by_key(|&leaf| state.gpus[leaf as usize]),
    }?;
    Some(Placement { servers: state.first_servers(leaf, wanted), circuits: Vec::new() })
}
