//! Seeded networks of the kinds on which maximum-flow codes differ.
//!
//! The generator is xoshiro256++ drawing fixed-width integers: the same seed gives the same
//! network on every machine, so a figure in a table can be reproduced from its arguments.

use rand::{RngExt, SeedableRng};
use rand_xoshiro::Xoshiro256PlusPlus;

use super::max_flow::MaxFlowProblem;
use super::network::{FlowNetwork, NetworkError, NodeId};

/// Capacity that never binds in the generated networks, yet sums safely.
const AMPLE: i64 = 1 << 40;

/// Levels of equal width; every node has three arcs to random nodes of the next level.
///
/// The random level graph of the first DIMACS challenge (generator of the University of
/// Washington). Half of the flow that one level lets through is too much for the next and has to
/// find its way back and around, which separates good codes from plausible ones.
/// Capacities are uniform in `1..=max_capacity`; source and sink arcs never bind.
pub fn layered(
    levels: u32,
    width: u32,
    max_capacity: i64,
    seed: u64,
) -> Result<MaxFlowProblem, NetworkError> {
    let mut rng = Xoshiro256PlusPlus::seed_from_u64(seed);
    let inner = levels as usize * width as usize;
    let mut network = FlowNetwork::with_arc_capacity(inner + 2, 3 * inner)?;
    let (source, sink) = (NodeId(levels * width), NodeId(levels * width + 1));
    for column in 0..width {
        network.add_arc(source, NodeId(column), AMPLE)?;
        network.add_arc(NodeId((levels - 1) * width + column), sink, AMPLE)?;
    }
    for tail in 0..(levels - 1) * width {
        let next_level = (tail / width + 1) * width;
        for _ in 0..3 {
            let head = NodeId(next_level + rng.random_range(0..width));
            network.add_arc(NodeId(tail), head, rng.random_range(1..=max_capacity))?;
        }
    }
    Ok(MaxFlowProblem { network, source, sink })
}

/// A bipartite b-matching as a flow: `side` nodes on either side, `pairs` random unit arcs
/// between the sides, `degree` units allowed at every node.
pub fn bipartite(
    side: u32,
    pairs: u32,
    degree: i64,
    seed: u64,
) -> Result<MaxFlowProblem, NetworkError> {
    let mut rng = Xoshiro256PlusPlus::seed_from_u64(seed);
    let arc_count = pairs as usize + 2 * side as usize;
    let mut network = FlowNetwork::with_arc_capacity(2 * side as usize + 2, arc_count)?;
    let (source, sink) = (NodeId(2 * side), NodeId(2 * side + 1));
    for node in 0..side {
        network.add_arc(source, NodeId(node), degree)?;
        network.add_arc(NodeId(side + node), sink, degree)?;
    }
    for _ in 0..pairs {
        let left = NodeId(rng.random_range(0..side));
        let right = NodeId(side + rng.random_range(0..side));
        network.add_arc(left, right, 1)?;
    }
    Ok(MaxFlowProblem { network, source, sink })
}

/// Arcs between uniformly random nodes, capacities uniform in `1..=max_capacity`; flow goes from
/// the first node to the last. Loops and parallel arcs occur.
pub fn uniform(
    nodes: u32,
    arcs: u32,
    max_capacity: i64,
    seed: u64,
) -> Result<MaxFlowProblem, NetworkError> {
    let mut rng = Xoshiro256PlusPlus::seed_from_u64(seed);
    let mut network = FlowNetwork::with_arc_capacity(nodes as usize, arcs as usize)?;
    for _ in 0..arcs {
        let tail = NodeId(rng.random_range(0..nodes));
        let head = NodeId(rng.random_range(0..nodes));
        network.add_arc(tail, head, rng.random_range(1..=max_capacity))?;
    }
    Ok(MaxFlowProblem { network, source: NodeId(0), sink: NodeId(nodes - 1) })
}

/// A named maximum-flow instance of a standard size, up to its seed.
#[derive(Clone, Copy, Debug)]
pub struct MaxFlowKind {
    /// Name with node and arc counts, also the name of its file.
    pub name: &'static str,
    /// Makes the instance from a seed.
    pub generate: fn(u64) -> Result<MaxFlowProblem, NetworkError>,
}

/// The instances on which maximum-flow codes are compared, at 10^5 and 10^6 arcs.
pub const MAX_FLOW_KINDS: [MaxFlowKind; 11] = [
    MaxFlowKind { name: "layered-long-33k-98k", generate: |seed| layered(512, 64, 10_000, seed) },
    MaxFlowKind { name: "layered-wide-33k-98k", generate: |seed| layered(64, 512, 10_000, seed) },
    MaxFlowKind {
        name: "layered-long-328k-983k",
        generate: |seed| layered(5120, 64, 10_000, seed),
    },
    MaxFlowKind {
        name: "layered-wide-328k-983k",
        generate: |seed| layered(640, 512, 10_000, seed),
    },
    MaxFlowKind {
        name: "layered-flat-328k-983k",
        generate: |seed| layered(80, 4096, 10_000, seed),
    },
    MaxFlowKind {
        name: "bipartite-2-40k-140k",
        generate: |seed| bipartite(20_000, 100_000, 2, seed),
    },
    MaxFlowKind {
        name: "bipartite-3-40k-140k",
        generate: |seed| bipartite(20_000, 100_000, 3, seed),
    },
    MaxFlowKind {
        name: "bipartite-2-200k-1200k",
        generate: |seed| bipartite(100_000, 1_000_000, 2, seed),
    },
    MaxFlowKind {
        name: "bipartite-3-100k-1100k",
        generate: |seed| bipartite(50_000, 1_000_000, 3, seed),
    },
    MaxFlowKind {
        name: "random-10k-100k",
        generate: |seed| uniform(10_000, 100_000, 10_000, seed),
    },
    MaxFlowKind {
        name: "random-100k-1000k",
        generate: |seed| uniform(100_000, 1_000_000, 10_000, seed),
    },
];
