//! Whole servers, and no thought of links.

use crate::circuit_allocation::online::placement::{Ask, Cause, Placement};
use crate::circuit_allocation::online::policy::{Needs, Policy, Sharing};
use crate::circuit_allocation::online::state::State;

/// The fullest server that has room, or the first whole servers, whatever their leaves.
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
        let (gpus, per_server) = (state.gpus(), state.cluster().gpus_per_server);
        if gpus.total() < ask.gpus {
            return Err(Cause::Gpus);
        }
        let mut servers = Vec::new();
        if ask.gpus <= per_server {
            servers.extend(gpus.best_server(ask.gpus));
        } else {
            let mut left = ask.gpus / per_server;
            for (leaf, &whole) in gpus.whole_by_leaf().iter().enumerate() {
                gpus.take_whole(leaf as u32, whole.min(left), &mut servers);
                left -= whole.min(left);
            }
            if left > 0 {
                return Err(Cause::WholeServers);
            }
        }
        match servers.is_empty() {
            true => Err(Cause::WholeServers),
            false => Ok(Placement { servers, ..Default::default() }),
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
