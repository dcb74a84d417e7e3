//! What to do, in a safe order.

use super::answer::Delta;
use super::placement::{Circuit, JobId};
use super::routes::routing;
use super::scheduler::Started;
use super::state::State;

/// The circuits of a job are nobody's any more.
pub(super) fn tear_down(job: JobId, circuits: Vec<Circuit>, out: &mut Vec<Delta>) {
    if !circuits.is_empty() {
        out.push(Delta::TearDown { job, circuits });
    }
}

/// Starts, each after what it needs: circuits of live jobs that move are torn down first, all of them,
/// then set up elsewhere, then those of the job are set up, and then it starts.
pub(super) fn of(started: &[Started], state: &State) -> Vec<Delta> {
    let cluster = state.cluster();
    let mut out = Vec::new();
    for start in started {
        let moves = start.before.iter().zip(&start.placement.moved);
        let changed: Vec<_> = moves
            .map(|((job, before), (_, after))| (*job, less(before, after), less(after, before)))
            .collect();
        for (job, gone, _) in &changed {
            tear_down(*job, gone.clone(), &mut out);
        }
        for (job, _, new) in changed {
            if !new.is_empty() {
                out.push(Delta::SetUp { job, circuits: new });
            }
        }
        for (job, after) in &start.placement.moved {
            if let Some(live) = state.live().get(job) {
                let routing = routing(cluster, &live.servers, after, live.traffic);
                out.push(Delta::Reroute { job: *job, routing });
            }
        }
        let (job, servers) = (start.job, start.placement.servers.clone());
        let circuits = start.placement.circuits.clone();
        let traffic = state.live().get(&job).map_or_else(Default::default, |live| live.traffic);
        let routing = routing(cluster, &servers, &circuits, traffic);
        if !circuits.is_empty() {
            out.push(Delta::SetUp { job, circuits });
        }
        out.push(Delta::Start { job, servers, routing });
    }
    out
}

/// The circuits of a list that are not in another.
fn less(circuits: &[Circuit], other: &[Circuit]) -> Vec<Circuit> {
    let left = |of: &Circuit| {
        let same = |same: &&Circuit| {
            (same.leaf, same.spine, same.switch) == (of.leaf, of.spine, of.switch)
        };
        let there = other.iter().find(same).map_or(0, |same| same.count);
        Circuit { count: of.count.saturating_sub(there), ..*of }
    };
    circuits.iter().map(left).filter(|of| of.count > 0).collect()
}
