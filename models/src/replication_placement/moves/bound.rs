//! What no order of moves can undercut.
//!
//! Every node must receive what the plan puts there and it does not have, whatever way it comes; a
//! node that alone has a state must send it once, if anybody else needs it; a state must cross the
//! border of a domain once, if one side has it and the other needs it; a store must take in what it
//! keeps. Networks, trunks and stores carry so much per second, and nodes so many copies per wave.
//! Time O(shards · copies² · levels + domains).

use super::needs::needs;
use super::pace::Pace;
use super::waves::Place;
use crate::replication_placement::instance::{DomainId, Index, Layout, NodeId};
use crate::replication_placement::plan::Plan;

/// Lower bounds with the rows that prove them.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Bounds {
    /// All copies take at least so long, in ms.
    pub time_ms: u64,
    /// The row that needs the time; `None` where nothing is copied.
    pub slowest: Option<u32>,
    /// Copies run in at least so many waves.
    pub waves: u64,
}

/// Bounds on every order of moves from the current placement to a plan.
#[must_use]
pub fn bounds(index: &Index, plan: &Plan) -> Bounds {
    let layout = Layout::of(index);
    let pace = Pace::new(index);
    let limits = index.instance.move_limits;
    let mut mib = vec![0_u128; layout.rows()];
    let mut copies = vec![0_u64; layout.rows()];
    let mut add = |row: u32, amount: u64| {
        mib[row as usize] += u128::from(amount);
        copies[row as usize] += 1;
    };
    let all = needs(index, plan);
    for need in &all {
        match need.to {
            Place::Node(node) => add(layout.received(node), need.mib),
            Place::Store(store) => add(layout.taken(store), need.mib),
            Place::Outside => {}
        }
    }
    for own in all.chunk_by(|one, other| one.shard == other.shard) {
        let shard = own[0].shard;
        let current = index.current(shard).map_or(&[][..], |current| &current.nodes);
        // Beside the first copy to a node, everything can come from elsewhere.
        let first = own.iter().find(|need| need.to.node().is_some()).unwrap_or(&own[0]);
        if let &[only] = current {
            add(layout.sent(only), first.mib);
        }
        let targets: Vec<NodeId> = own.iter().filter_map(|need| need.to.node()).collect();
        crossings(index, &pace, current, &targets, |row| add(row, first.mib));
    }
    let mut found = Bounds { waves: u64::from(!all.is_empty()), ..Bounds::default() };
    for (row, (&mib, &copies)) in (0..).zip(mib.iter().zip(&copies)) {
        let time_ms = if mib > 0 { pace.time_ms(row, mib) } else { 0 };
        if time_ms > found.time_ms {
            found.time_ms = time_ms;
            found.slowest = Some(row);
        }
        // Of rows, those of nodes also limit how many copies pass at a time.
        if layout.kind_of(row).0 < 4 {
            found.waves = found.waves.max(copies.div_ceil(limits.copies_per_node));
        }
    }
    if let Some(at_once) = limits.copies_at_once {
        found.waves = found.waves.max((all.len() as u64).div_ceil(at_once));
    }
    found
}

/// The rows of the trunks that a shard's state must cross to reach nodes; what is nowhere comes from
/// outside. Time O(levels · copies²).
fn crossings(
    index: &Index,
    pace: &Pace,
    current: &[NodeId],
    targets: &[NodeId],
    mut crossed: impl FnMut(u32),
) {
    let mut seen: Vec<DomainId> = Vec::new();
    for level in index.levels() {
        for &node in current.iter().chain(targets) {
            let domain = index.domain_of_node(level, node);
            let Some(row) = pace.trunk_row(domain).filter(|_| !seen.contains(&domain)) else {
                continue;
            };
            seen.push(domain);
            let is_inside = |&node: &NodeId| index.has_node(domain, node);
            let comes_in = !current.iter().any(is_inside) && targets.iter().any(is_inside);
            let goes_out = !current.is_empty()
                && current.iter().all(is_inside)
                && !targets.iter().all(is_inside);
            if comes_in || goes_out {
                crossed(row);
            }
        }
    }
}
