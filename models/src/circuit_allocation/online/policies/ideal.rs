//! Whole servers, and no thought of links.

use crate::circuit_allocation::online::leaves::{Local, fewest_leaves, local, whole_servers};
use crate::circuit_allocation::online::placement::{Ask, Cause, Placement};
use crate::circuit_allocation::online::policy::{Needs, Policy, Sharing};
use crate::circuit_allocation::online::state::State;

/// The fullest server or leaf that has room, else the fewest leaves.
///
/// Three rows of a comparison share this placement: the ideal, in which links have no limits, source
/// routing, and a random uplink for every flow, which is what ECMP comes to. O(servers).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct WholeServers {
    /// What links do to jobs.
    pub sharing: Sharing,
}

impl Policy for WholeServers {
    fn place(&mut self, state: &State, ask: &Ask) -> Result<Placement, Cause> {
        match local(state, ask) {
            Local::Found(placement) => Ok(placement),
            Local::Blocked(cause) => Err(cause),
            Local::Spread => {
                let servers = ask.gpus / state.cluster().gpus_per_server;
                let counts = fewest_leaves(state.gpus().whole_by_leaf(), servers);
                let servers = whole_servers(state, &counts);
                Ok(Placement { servers, ..Default::default() })
            }
        }
    }

    fn needs(&self) -> Needs {
        match self.sharing {
            Sharing::Ideal => Needs::Either,
            _ => Needs::Static,
        }
    }

    fn sharing(&self) -> Sharing {
        self.sharing
    }
}
