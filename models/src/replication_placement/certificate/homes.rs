//! Domains in which a whole chain may stay, and what their nodes cost a copy at least.
//!
//! **Idea.** A chain whose messages wait for the way to the next copy stays within a domain of the level
//! that takes longest to cross, and pays for the shocks that take all of it. Rare shocks are found in a
//! few domains only, and memory there has its price; so the least of shocks and of nodes must be looked
//! for together, domain by domain. Domains are sorted by how rare their shocks are, and those next to
//! each other share a border of all their nodes that tells whether a look at each may be worth it. Of two
//! copies in a small domain all pairs are looked at, since the best node for both can have one only.
//!
//! **Complexity.** O(nodes · log nodes) once. **Guarantee.** None is left out but by its bound.

use super::hull::{Corner, Hulls};
use crate::replication_placement::instance::{DomainId, Index, LevelId};

/// The level whose borders take longest to cross, where there is one that takes time.
#[must_use]
pub fn slowest_level(index: &Index) -> Option<LevelId> {
    let latency = |level: &LevelId| index.instance.levels[level.index()].latency_us;
    index.levels().max_by_key(latency).filter(|level| latency(level) > 0)
}

/// Some nodes of one domain or of a few.
#[derive(Clone, Debug, Default)]
pub(super) struct Place {
    /// The shocks of the domain, or of the one that has fewest.
    pub(super) shocks_micro_per_day: u64,
    /// What the nodes cost at least, by class.
    pub(super) hulls: Vec<Hulls>,
}

/// Domains with alike shocks.
#[derive(Clone, Debug)]
pub(super) struct Block {
    /// All of them together.
    pub(super) all: Place,
    /// Each.
    pub(super) homes: Vec<Home>,
}

/// A domain.
#[derive(Clone, Debug)]
pub(super) struct Home {
    pub(super) place: Place,
    /// Its nodes, where they are few enough for a look at all pairs.
    pub(super) nodes: Option<Vec<(u32, Point)>>,
}

/// A node's point and its weight.
pub(super) type Point = (Corner, u64);

/// Nodes of a domain whose pairs are looked at, at most.
const MOST_NODES: usize = 64;

/// The domains of a level in blocks, those with the rarest shocks first. `points` has the class and the
/// point of every node.
pub(super) fn blocks_of(
    index: &Index,
    level: LevelId,
    classes: usize,
    points: &[(u32, Point)],
    levels: &[u64],
) -> Vec<Block> {
    let mut domains: Vec<DomainId> = index.domains_of(level).collect();
    let shocks = |domain: DomainId| index.domain(domain).shocks_micro_per_day;
    domains.sort_by_key(|&domain| (shocks(domain), domain));
    let first = index.domains_of(level).next().map_or(0, |domain| domain.0);
    let mut own: Vec<Vec<(u32, Point)>> = vec![Vec::new(); domains.len()];
    for (node, &(class, point)) in index.nodes().zip(points) {
        let domain = index.domain_of_node(level, node).0 - first;
        own[domain as usize].push((class, point));
    }
    let place = |shocks_micro_per_day: u64, points: Vec<Vec<Point>>| Place {
        shocks_micro_per_day,
        hulls: points.into_iter().map(|own| Hulls::of(own, levels.to_vec())).collect(),
    };
    let width = domains.len().isqrt().max(1);
    let block = |domains: &[DomainId]| {
        let mut all = vec![Vec::new(); classes];
        let mut homes = Vec::with_capacity(domains.len());
        for &domain in domains {
            let nodes = &own[(domain.0 - first) as usize];
            let mut points = vec![Vec::new(); classes];
            for &(class, point) in nodes {
                points[class as usize].push(point);
                all[class as usize].push(point);
            }
            let nodes = (nodes.len() <= MOST_NODES).then(|| nodes.clone());
            homes.push(Home { place: place(shocks(domain), points), nodes });
        }
        Block { all: place(domains.first().map_or(0, |&domain| shocks(domain)), all), homes }
    };
    domains.chunks(width).map(block).collect()
}
