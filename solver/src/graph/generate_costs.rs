//! Seeded networks with costs: the instance kinds on which min-cost flow and assignment codes
//! are compared.
//!
//! Benchmarks, tests and the peer scripts share these generators, so that a figure in one place
//! means the same network in another. The random numbers come from xoshiro256++, which gives
//! the same stream on every platform.

use super::{FlowNetwork, NetworkError, NodeId};
use rand::{RngExt, SeedableRng};
use rand_xoshiro::Xoshiro256PlusPlus;

/// The largest cost per unit that a generated arc has.
pub const MAX_COST: i64 = 10_000;

/// A complete bipartite transportation problem: every source may serve every sink without limit.
///
/// Nodes `0..sources` supply 1 to 1000 units each; the demand is spread over the remaining
/// `sinks` nodes at random. Costs are uniform in `1..=MAX_COST`.
///
/// # Errors
///
/// [`NetworkError::TooLarge`] if the network has too many nodes or arcs.
pub fn transport(sources: usize, sinks: usize, seed: u64) -> Result<FlowNetwork, NetworkError> {
    let mut random = Xoshiro256PlusPlus::seed_from_u64(seed);
    let mut network = FlowNetwork::with_arc_capacity(sources + sinks, sources * sinks)?;
    let mut total = 0;
    for source in 0..sources {
        let supply = if sinks == 0 { 0 } else { random.random_range(1..=1000) };
        network.set_supply(node(source), supply)?;
        total += supply;
    }
    let mut demands = vec![0_i64; sinks];
    let parcel = (total / (4 * sinks.max(1) as i64)).max(1);
    let mut left = total;
    while left > 0 {
        let amount = parcel.min(left);
        demands[random.random_range(0..sinks as u64) as usize] += amount;
        left -= amount;
    }
    for (sink, demand) in demands.into_iter().enumerate() {
        network.set_supply(node(sources + sink), -demand)?;
    }
    for source in 0..sources {
        for sink in sources..sources + sinks {
            let cost = random.random_range(1..=MAX_COST);
            network.add_arc_with_cost(node(source), node(sink), total, cost)?;
        }
    }
    Ok(network)
}

/// An assignment problem as a flow network: `rows` unit supplies, `rows` unit demands, and
/// `degree` arcs of capacity one from every row, of which one keeps a perfect matching possible.
///
/// With `degree >= rows` the network is complete. Costs are uniform in `1..=MAX_COST`.
///
/// # Errors
///
/// [`NetworkError::TooLarge`] if the network has too many nodes or arcs.
pub fn assignment(rows: usize, degree: usize, seed: u64) -> Result<FlowNetwork, NetworkError> {
    let mut random = Xoshiro256PlusPlus::seed_from_u64(seed);
    let degree = degree.min(rows);
    let mut network = FlowNetwork::with_arc_capacity(2 * rows, rows * degree)?;
    let mut partners: Vec<usize> = (0..rows).collect();
    shuffle(&mut partners, &mut random);
    for (row, &partner) in partners.iter().enumerate() {
        network.set_supply(node(row), 1)?;
        network.set_supply(node(rows + row), -1)?;
        for column in 0..degree {
            let column = match () {
                () if degree == rows => column,
                () if column == 0 => partner,
                () => random.random_range(0..rows as u64) as usize,
            };
            let cost = random.random_range(1..=MAX_COST);
            network.add_arc_with_cost(node(row), node(rows + column), 1, cost)?;
        }
    }
    Ok(network)
}

/// A sparse transhipment problem: random arcs on top of one expensive cycle through all nodes.
///
/// One node in ten supplies and one in ten demands 1 to 100 units; random arcs carry 1 to 200
/// units at `1..=MAX_COST`. The cycle has capacity for everything at `MAX_COST` per arc, so the
/// network is always feasible. The nodes are numbered at random.
///
/// # Errors
///
/// [`NetworkError::TooLarge`] if the network has too many nodes or arcs.
pub fn sparse(nodes: usize, arcs: usize, seed: u64) -> Result<FlowNetwork, NetworkError> {
    let mut random = Xoshiro256PlusPlus::seed_from_u64(seed);
    let mut network = FlowNetwork::with_arc_capacity(nodes, arcs.max(nodes))?;
    let mut order: Vec<usize> = (0..nodes).collect();
    shuffle(&mut order, &mut random);
    let mut total = 0;
    for pair in order.chunks_exact(10) {
        let supply = random.random_range(1..=100);
        network.set_supply(node(pair[0]), supply)?;
        network.set_supply(node(pair[1]), -supply)?;
        total += supply;
    }
    shuffle(&mut order, &mut random);
    for position in 0..nodes {
        let next = order[(position + 1) % nodes];
        network.add_arc_with_cost(node(order[position]), node(next), total, MAX_COST)?;
    }
    for _ in nodes..arcs {
        let tail = random.random_range(0..nodes as u64) as usize;
        let head = random.random_range(0..nodes as u64) as usize;
        let capacity = random.random_range(1..=200);
        let cost = random.random_range(1..=MAX_COST);
        network.add_arc_with_cost(node(tail), node(head), capacity, cost)?;
    }
    Ok(network)
}

/// A torus of `side` x `side` nodes with arcs to the east and south in both directions, as in
/// planar routing: long paths, few alternatives.
///
/// One node in ten supplies and one in ten demands 1 to 20 units; arcs carry 1 to 100 units at
/// `1..=MAX_COST`. A hub joined to every node both ways at `side * MAX_COST` keeps it feasible.
///
/// # Errors
///
/// [`NetworkError::TooLarge`] if the network has too many nodes or arcs.
pub fn torus(side: usize, seed: u64) -> Result<FlowNetwork, NetworkError> {
    let mut random = Xoshiro256PlusPlus::seed_from_u64(seed);
    let places = side * side;
    let mut network = FlowNetwork::with_arc_capacity(places + 1, 6 * places)?;
    let mut order: Vec<usize> = (0..places).collect();
    shuffle(&mut order, &mut random);
    let mut total = 0;
    for pair in order.chunks_exact(10) {
        let supply = random.random_range(1..=20);
        network.set_supply(node(pair[0]), supply)?;
        network.set_supply(node(pair[1]), -supply)?;
        total += supply;
    }
    for place in 0..places {
        let (row, column) = (place / side, place % side);
        let east = row * side + (column + 1) % side;
        let south = (row + 1) % side * side + column;
        for (tail, head) in [(place, east), (east, place), (place, south), (south, place)] {
            let capacity = random.random_range(1..=100);
            let cost = random.random_range(1..=MAX_COST);
            network.add_arc_with_cost(node(tail), node(head), capacity, cost)?;
        }
        let detour = side as i64 * MAX_COST;
        network.add_arc_with_cost(node(place), node(places), total, detour)?;
        network.add_arc_with_cost(node(places), node(place), total, detour)?;
    }
    Ok(network)
}

/// A named instance of a standard size, up to its seed.
#[derive(Clone, Copy, Debug)]
pub struct CostlyKind {
    /// Name with node and arc counts, also the name of its file.
    pub name: &'static str,
    /// Makes the instance from a seed.
    pub generate: fn(u64) -> Result<FlowNetwork, NetworkError>,
}

/// The instances on which min-cost flow codes are compared, at 10^5 and 10^6 arcs. Those whose
/// name starts with `assignment` are assignment problems as well.
pub const COSTLY_KINDS: [CostlyKind; 9] = [
    CostlyKind { name: "transport-600-90k", generate: |seed| transport(300, 300, seed) },
    CostlyKind { name: "transport-2k-1000k", generate: |seed| transport(1_000, 1_000, seed) },
    CostlyKind { name: "assignment-2k-1000k", generate: |seed| assignment(1_000, 1_000, seed) },
    CostlyKind { name: "assignment-20k-100k", generate: |seed| assignment(10_000, 10, seed) },
    CostlyKind { name: "assignment-200k-1000k", generate: |seed| assignment(100_000, 10, seed) },
    CostlyKind { name: "sparse-10k-100k", generate: |seed| sparse(10_000, 100_000, seed) },
    CostlyKind { name: "sparse-100k-1000k", generate: |seed| sparse(100_000, 1_000_000, seed) },
    CostlyKind { name: "torus-17k-100k", generate: |seed| torus(129, seed) },
    CostlyKind { name: "torus-166k-1000k", generate: |seed| torus(408, seed) },
];

fn node(index: usize) -> NodeId {
    NodeId(index as u32)
}

/// Fisher-Yates, written out so that the order never depends on another crate's version.
fn shuffle(items: &mut [usize], random: &mut Xoshiro256PlusPlus) {
    for last in (1..items.len()).rev() {
        items.swap(last, random.random_range(0..=last as u64) as usize);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn generated_networks_are_balanced_and_reproducible() {
        let generators: [fn(u64) -> FlowNetwork; 5] = [
            |seed| transport(7, 11, seed).unwrap(),
            |seed| assignment(9, 9, seed).unwrap(),
            |seed| assignment(9, 3, seed).unwrap(),
            |seed| sparse(50, 300, seed).unwrap(),
            |seed| torus(8, seed).unwrap(),
        ];
        for generate in generators {
            assert_eq!(generate(7), generate(7));
            assert_ne!(generate(7), generate(8));
            assert_eq!(generate(7).supplies().iter().sum::<i64>(), 0);
        }
    }

    #[test]
    fn sizes_are_as_asked_for() {
        assert_eq!(transport(7, 11, 1).unwrap().arc_count(), 77);
        assert_eq!(assignment(9, 3, 1).unwrap().arc_count(), 27);
        assert_eq!(sparse(50, 300, 1).unwrap().arc_count(), 300);
        assert_eq!(torus(8, 1).unwrap().arc_count(), 6 * 64);
    }
}
