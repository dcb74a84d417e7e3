//! Parts that fail and are repaired.

use super::answer::Part;
use super::book::Book;
use super::circuits::{Circuits, Ports};
use super::placement::{JobId, ServerShare};
use super::side::Side;
use super::state::State;

/// How many parts are alike at a place.
pub(super) struct Here {
    pub(super) there: u32,
    pub(super) failed: u32,
}

/// A row and a column of a table of links or ports.
fn side(state: &State, part: Part) -> Option<(&Side, u32, u32)> {
    let cluster = state.cluster();
    match (state.circuits(), part) {
        (Circuits::Static(links), Part::Link { leaf, spine }) => {
            (leaf < cluster.leaves && spine < cluster.spines).then_some((links, leaf, spine))
        }
        (Circuits::Switched(Ports { leaves, .. }), Part::LeafPort { switch, leaf }) => {
            let there = leaf < cluster.leaves && switch < cluster.switches();
            there.then_some((leaves, leaf, switch))
        }
        (Circuits::Switched(Ports { spines, .. }), Part::SpinePort { switch, spine }) => {
            let there = spine < cluster.spines && switch < cluster.switches();
            there.then_some((spines, spine, switch))
        }
        _ => None,
    }
}

/// How many parts like this one there are; none if the cluster has no such place.
pub(super) fn count(state: &State, part: Part) -> Option<Here> {
    if let Part::Gpu { server, gpu } = part {
        let cluster = state.cluster();
        let there = server < cluster.servers() && gpu < cluster.gpus_per_server;
        let failed = || (state.gpus().failed(server) >> gpu & 1) as u32;
        return there.then(|| Here { there: 1, failed: failed() });
    }
    let (side, row, column) = side(state, part)?;
    Some(Here { there: side.capacity(column), failed: side.failed(row, column) })
}

/// A part fails; whoever holds it still does.
pub(super) fn fail(state: &mut State, part: Part) {
    change(
        state,
        part,
        |gpus, share| gpus.fail(share),
        |side, row, column| side.fail(row, column, 1),
    );
}

/// A failed part is sound again.
pub(super) fn repair(state: &mut State, part: Part) {
    change(
        state,
        part,
        |gpus, share| gpus.repair(share),
        |side, row, column| side.repair(row, column, 1),
    );
}

fn change(
    state: &mut State,
    part: Part,
    gpus: impl FnOnce(&mut super::free_gpus::FreeGpus, ServerShare),
    side: impl FnOnce(&mut Side, u32, u32),
) {
    match (part, state.circuits_mut()) {
        (Part::Gpu { server, gpu }, _) => {
            gpus(state.gpus_mut(), ServerShare { server, gpus: 1 << gpu });
        }
        (Part::Link { leaf, spine }, Circuits::Static(links)) => side(links, leaf, spine),
        (Part::LeafPort { switch, leaf }, Circuits::Switched(ports)) => {
            side(&mut ports.leaves, leaf, switch);
        }
        (Part::SpinePort { switch, spine }, Circuits::Switched(ports)) => {
            side(&mut ports.spines, spine, switch);
        }
        // Such parts were not found by `count`.
        _ => {}
    }
}

/// The job that must stop because of a part that has just failed.
pub(super) fn victim(book: &Book, part: Part) -> Option<JobId> {
    let state = &book.state;
    let live = || state.live().iter();
    if let Part::Gpu { server, gpu } = part {
        let holds = |share: &ServerShare| share.server == server && share.gpus >> gpu & 1 == 1;
        return live().find(|(_, live)| live.servers.iter().any(holds)).map(|(&job, _)| job);
    }
    let (side, row, column) = side(state, part)?;
    if !side.is_overfull(row, column) {
        return None;
    }
    let passes = |circuit: &super::placement::Circuit| match part {
        Part::Link { leaf, spine } => (circuit.leaf, circuit.spine) == (leaf, spine),
        Part::LeafPort { switch, leaf } => (circuit.leaf, circuit.switch) == (leaf, Some(switch)),
        Part::SpinePort { switch, spine } => {
            (circuit.spine, circuit.switch) == (spine, Some(switch))
        }
        Part::Gpu { .. } => false,
    };
    let holders = live().filter(|(_, live)| live.circuits.iter().any(passes));
    let started = |job: &JobId| book.running.get(job).map_or(0, |running| running.started_ms);
    holders.map(|(&job, _)| job).max_by_key(|job| (started(job), *job))
}
