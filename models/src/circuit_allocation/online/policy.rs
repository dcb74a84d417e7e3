//! What a placement policy is.

use super::cluster::Cluster;
use super::placement::{Ask, Cause, Placement};
use super::state::State;

/// Finds places for jobs.
pub trait Policy {
    /// A place for a job, or why there is none. Placements are [admitted](State::admits) by the
    /// state; no live job is moved by policies that must not.
    ///
    /// # Errors
    /// The first limit that stands in the way.
    fn place(&mut self, state: &State, ask: &Ask) -> Result<Placement, Cause>;

    /// What it is made for.
    fn needs(&self) -> Needs;

    /// Whether jobs share links.
    fn sharing(&self) -> Sharing {
        Sharing::Isolated
    }

    /// GPUs that a job of `gpus` gets: the fewest, not below, that can be placed in the empty
    /// cluster; none if there are no such. Equal splits do not exist for every number.
    fn footprint(&mut self, cluster: &Cluster, ask: &Ask) -> Option<u32> {
        let empty = State::new(cluster.clone());
        let mut gpus = cluster.whole_servers(ask.gpus);
        while gpus <= cluster.gpus() {
            if self.place(&empty, &Ask { gpus, ..*ask }).is_ok() {
                return Some(gpus);
            }
            gpus = cluster.whole_servers(gpus + 1);
        }
        None
    }
}

/// The network that a policy is made for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Needs {
    /// Fixed links.
    Static,
    /// Optical switches.
    Switched,
    /// Any.
    Either,
}

/// How jobs get along on links.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Sharing {
    /// Every job has circuits of its own.
    Isolated,
    /// As if links had no limits: a bound, not a policy that could be run.
    Ideal,
    /// Every GPU sends over the spine of its number.
    BySource,
    /// Every flow takes a random spine in every step.
    Random,
}
