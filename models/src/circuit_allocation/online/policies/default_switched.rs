//! Our default behind optical switches.

use crate::circuit_allocation::instance::Moves;
use crate::circuit_allocation::online::leaves::{
    Local, fewest_leaves, in_parts, leftovers, local, whole_servers,
};
use crate::circuit_allocation::online::placement::{Ask, Cause, Placement};
use crate::circuit_allocation::online::policy::{Needs, Policy};
use crate::circuit_allocation::online::rearrange::connect;
use crate::circuit_allocation::online::state::State;

/// Any whole servers, as if links had no limits: behind optical switches unequal shares cost nothing
/// but ports of spines (see [`spread`](crate::circuit_allocation::online::spread)), and there are as
/// many of those as GPUs.
///
/// One leaf where one has room; else the fewest leaves; else parts of 2, 4, 8 … servers, whose circuits
/// come in larger units; else leftovers of the fullest. Circuits go to
/// free ports, of one spine where possible; live circuits move, as few as found, only if the job would
/// have to wait otherwise, and moves are allowed.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct DefaultSwitched;

impl Policy for DefaultSwitched {
    fn place(&mut self, state: &State, ask: &Ask) -> Result<Placement, Cause> {
        match local(state, ask) {
            Local::Found(placement) => return Ok(placement),
            Local::Blocked(cause) => return Err(cause),
            Local::Spread => (),
        }
        let servers = ask.gpus / state.cluster().gpus_per_server;
        let whole = state.gpus().whole_by_leaf();
        let mut choices = vec![fewest_leaves(whole, servers)];
        let parts = (1..16).map(|power| 1 << power).take_while(|&part| part < servers);
        choices.extend(parts.filter_map(|part| in_parts(whole, servers, part)));
        choices.push(leftovers(whole, servers));
        choices.dedup();
        let attempts: &[Moves] = match ask.moves {
            Moves::Forbidden => &[Moves::Forbidden],
            Moves::Allowed => &[Moves::Forbidden, Moves::Allowed],
        };
        for &moves in attempts {
            for counts in &choices {
                if let Some(placement) = connect(state, ask, whole_servers(state, counts), moves) {
                    return Ok(placement);
                }
            }
        }
        Err(Cause::Ports)
    }

    fn needs(&self) -> Needs {
        Needs::Switched
    }
}
