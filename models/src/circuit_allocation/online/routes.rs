//! Which spine each flow of a job takes.

use placewright_solver::graph::edge_colouring::edge_colouring;
use serde::{Deserialize, Serialize};

use super::cluster::Cluster;
use super::placement::{Circuit, ServerShare};
use crate::circuit_allocation::instance::{Traffic, cross_flows};

/// How the flows of a job are routed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Routing {
    /// The job is on one leaf: no flow leaves it.
    Local,
    /// Every GPU sends over a spine of its own, whatever the round: for traffic in which whole leaves
    /// send to whole leaves.
    BySource(Vec<SourceRoute>),
    /// Spines depend on the round; see [`Network::route`].
    ByRound,
}

/// A source-routing entry.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SourceRoute {
    /// The server, counted over all leaves.
    pub server: u32,
    /// The GPU in it.
    pub gpu: u32,
    /// The spine of all it sends.
    pub spine: u32,
}

/// The circuits of a job as the rule of colours sees them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Network {
    /// By rank: the position of its leaf in the job.
    leaf_of_rank: Vec<u32>,
    /// By position: flows out of the leaf at most.
    flows: Vec<u32>,
    /// The spine of every colour.
    spines: Vec<u32>,
    /// Leaves share the job equally.
    equal: bool,
}

impl Network {
    /// The network of a job; none where its circuits do not carry its traffic, or it needs none.
    #[must_use]
    pub fn new(
        cluster: &Cluster,
        servers: &[ServerShare],
        circuits: &[Circuit],
        traffic: Traffic,
    ) -> Option<Self> {
        let (mut leaves, mut shares): (Vec<u32>, Vec<u32>) = (Vec::new(), Vec::new());
        let mut leaf_of_rank = Vec::new();
        for share in servers {
            let (leaf, count) = (share.server / cluster.servers_per_leaf, share.gpus.count_ones());
            let position = leaves.iter().position(|&of| of == leaf).unwrap_or_else(|| {
                leaves.push(leaf);
                shares.push(0);
                leaves.len() - 1
            });
            shares[position] += count;
            leaf_of_rank.extend((0..count).map(|_| position as u32));
        }
        let flows = cross_flows(traffic, &shares, cluster.gpus_per_server);
        let most = flows.iter().copied().max().filter(|&most| most > 0)?;
        let mut on_spine: Vec<(u32, Vec<u32>)> = Vec::new();
        for circuit in circuits {
            let Some(position) = leaves.iter().position(|&leaf| leaf == circuit.leaf) else {
                continue;
            };
            let place = on_spine.iter().position(|(spine, _)| *spine == circuit.spine);
            let place = place.unwrap_or_else(|| {
                on_spine.push((circuit.spine, vec![0; leaves.len()]));
                on_spine.len() - 1
            });
            on_spine[place].1[position] += circuit.count;
        }
        on_spine.sort_unstable();
        let spines = (1..=most).rev().find_map(|colours| {
            let carried = |of: &Vec<u32>| {
                let leaf = |(&count, &flows): (&u32, &u32)| count / flows.div_ceil(colours).max(1);
                of.iter().zip(&flows).filter(|(_, flows)| **flows > 0).map(leaf).min().unwrap_or(0)
            };
            let each = on_spine.iter().flat_map(|(spine, of)| {
                std::iter::repeat_n(*spine, carried(of).min(colours) as usize)
            });
            let spines: Vec<u32> = each.take(colours as usize).collect();
            (spines.len() == colours as usize).then_some(spines)
        })?;
        let equal = shares.iter().all(|&share| share == shares[0] && share == spines.len() as u32);
        Some(Self { leaf_of_rank, flows, spines, equal })
    }

    /// The spine of every rank in a round in which rank `r` sends to `to[r]`; none for flows that stay
    /// on their leaf. `to` must be a permutation, of the traffic that the circuits are made for.
    ///
    /// König 1916, by Euler splits: O(n log n).
    #[must_use]
    pub fn route(&self, to: &[u32]) -> Vec<Option<u32>> {
        let colours = self.spines.len() as u32;
        let mut first = Vec::with_capacity(self.flows.len());
        let mut parts = 0;
        for flows in &self.flows {
            first.push(parts);
            parts += flows.div_ceil(colours);
        }
        let (mut sent, mut received) = (vec![0; self.flows.len()], vec![0; self.flows.len()]);
        let (mut edges, mut ranks) = (Vec::new(), Vec::new());
        for (rank, &partner) in to.iter().enumerate() {
            let ends = (self.leaf_of_rank[rank], self.leaf_of_rank[partner as usize]);
            if ends.0 != ends.1 {
                let part = |seen: &mut Vec<u32>, leaf: u32| {
                    let part = first[leaf as usize] + seen[leaf as usize] / colours;
                    seen[leaf as usize] += 1;
                    part
                };
                edges.push((part(&mut sent, ends.0), part(&mut received, ends.1)));
                ranks.push(rank);
            }
        }
        let given = edge_colouring(parts as usize, parts as usize, &edges);
        let mut spines = vec![None; to.len()];
        for (rank, colour) in ranks.into_iter().zip(given) {
            spines[rank] = self.spines.get(colour as usize).copied();
        }
        spines
    }
}

/// How the flows of a placed job are routed.
#[must_use]
pub fn routing(
    cluster: &Cluster,
    servers: &[ServerShare],
    circuits: &[Circuit],
    traffic: Traffic,
) -> Routing {
    let Some(network) = Network::new(cluster, servers, circuits, traffic) else {
        return Routing::Local;
    };
    if !network.equal {
        return Routing::ByRound;
    }
    let mut seen = vec![0; network.flows.len()];
    let gpus = servers.iter().flat_map(|share| {
        (0..64).filter(|gpu| share.gpus >> gpu & 1 == 1).map(|gpu| (share.server, gpu))
    });
    let entry = |((server, gpu), &leaf): ((u32, u32), &u32)| {
        let number: &mut usize = &mut seen[leaf as usize];
        *number += 1;
        SourceRoute { server, gpu, spine: network.spines[*number - 1] }
    };
    Routing::BySource(gpus.zip(&network.leaf_of_rank).map(entry).collect())
}
