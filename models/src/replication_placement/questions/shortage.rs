//! What is short, resource by resource and domain by domain, whatever the plan: counts that stand in
//! the way of every plan.
//!
//! A shard is *confined* to a node, a domain or the whole cluster if all nodes that it may use are in
//! there. What confined shards need at least, together, must fit. Time O(shards · nodes · choices).

use crate::replication_placement::certificate::{Choice, choices, will_do};
use crate::replication_placement::instance::{DomainId, Index, ModeKind, NodeId, Policy};

/// Where something is short.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Scope {
    /// A node, to which shards are pinned or which is all they may use.
    Node(NodeId),
    /// A domain.
    Domain(DomainId),
    /// Everything.
    Cluster,
}

/// What is short.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Resource {
    /// Memory of nodes, in MiB.
    Memory,
    /// Network out of nodes, in KiB per second.
    Sent,
    /// Network into nodes, in KiB per second.
    Received,
    /// Room in stores, in MiB.
    Stored,
    /// Ingest of stores, in KiB per second.
    Taken,
}

/// A shortage.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Short {
    /// What.
    pub resource: Resource,
    /// Where.
    pub scope: Scope,
    /// What the shards confined to it need at least.
    pub needed: u128,
    /// What there is.
    pub there: u128,
    /// How many shards are confined to it.
    pub shards: usize,
}

/// What a shard needs at least, whichever of its choices it makes.
struct Least {
    on_nodes: [u64; 3],
    in_stores: [u64; 2],
    usable: Vec<NodeId>,
}

/// Every shortage, the cluster's first, then domains, then nodes; none where capacities may be
/// exceeded.
#[must_use]
pub fn shortages(index: &Index) -> Vec<Short> {
    if index.instance.policies.capacity != Policy::Hard {
        return Vec::new();
    }
    let (domains, nodes) = (index.domains().len(), index.instance.nodes.len());
    let mut needed = vec![[0_u128; 3]; 1 + domains + nodes];
    let mut count = vec![0_usize; 1 + domains + nodes];
    let mut stored = [0_u128; 2];
    for shard in 0..index.instance.shards.len() {
        let least = least(index, shard);
        for (sum, own) in stored.iter_mut().zip(least.in_stores) {
            *sum += u128::from(own);
        }
        let mut scopes = vec![0];
        let Some(&first) = least.usable.first() else {
            add(&mut needed, &mut count, &scopes, least.on_nodes);
            continue;
        };
        for level in index.levels() {
            let domain = index.domain_of_node(level, first);
            if least.usable.iter().all(|&node| index.has_node(domain, node)) {
                scopes.push(1 + domain.index());
            }
        }
        if least.usable.len() == 1 {
            scopes.push(1 + domains + first.index());
        }
        let pinned = index.pinned(shard).filter(|_| least.usable.len() > 1);
        add(&mut needed, &mut count, &scopes, least.on_nodes);
        if let Some(node) = pinned {
            let own = [index.instance.shards[shard].state_mib, 0, 0];
            add(&mut needed, &mut count, &[1 + domains + node.index()], own);
        }
    }
    let mut there = vec![[0_u128; 3]; 1 + domains + nodes];
    for (node, data) in index.nodes().zip(&index.instance.nodes) {
        let own = [data.memory_mib, data.nic_out_kib_per_s, data.nic_in_kib_per_s];
        let within = index.levels().map(|level| 1 + index.domain_of_node(level, node).index());
        for scope in [0, 1 + domains + node.index()].into_iter().chain(within) {
            for (sum, own) in there[scope].iter_mut().zip(own) {
                *sum += u128::from(own);
            }
        }
    }
    let mut found = Vec::new();
    for scope in 0..needed.len() {
        let place = match scope {
            0 => Scope::Cluster,
            _ if scope <= domains => Scope::Domain(DomainId((scope - 1) as u32)),
            _ => Scope::Node(NodeId((scope - 1 - domains) as u32)),
        };
        let resources = [Resource::Memory, Resource::Sent, Resource::Received];
        for (resource, (needed, there)) in
            resources.into_iter().zip(needed[scope].into_iter().zip(there[scope]))
        {
            if needed > there {
                let shards = count[scope];
                found.push(Short { resource, scope: place, needed, there, shards });
            }
        }
        if scope == 0 {
            let room = index.instance.stores.iter().map(|store| u128::from(store.capacity_mib));
            let ingest =
                index.instance.stores.iter().map(|store| u128::from(store.ingest_kib_per_s));
            let resources = [(Resource::Stored, room.sum()), (Resource::Taken, ingest.sum())];
            for ((resource, there), needed) in resources.into_iter().zip(stored) {
                if needed > there {
                    let (scope, shards) = (Scope::Cluster, index.instance.shards.len());
                    found.push(Short { resource, scope, needed, there, shards });
                }
            }
        }
    }
    found
}

fn add(needed: &mut [[u128; 3]], count: &mut [usize], scopes: &[usize], own: [u64; 3]) {
    for &scope in scopes {
        count[scope] += 1;
        for (sum, own) in needed[scope].iter_mut().zip(own) {
            *sum += u128::from(own);
        }
    }
}

/// Of many pairs of shard and node only what all shards need together is counted.
const MOST_PAIRS: usize = 4_000_000;

fn least(index: &Index, shard: usize) -> Least {
    let size = index.instance.shards[shard].state_mib;
    let all = choices(index, shard);
    let may = |choice: &Choice, node: NodeId| {
        (0..choice.copies.min(2)).any(|position| will_do(index, shard, *choice, position, node))
    };
    let few = index.instance.shards.len().saturating_mul(index.instance.nodes.len()) <= MOST_PAIRS;
    let is_usable = |&node: &NodeId| few && all.iter().any(|choice| may(choice, node));
    let usable = index.nodes().filter(is_usable).collect();
    let mut on_nodes = [u64::MAX; 3];
    let mut in_stores = [u64::MAX; 2];
    for choice in &all {
        let traffic = index.traffic_kib_per_s(shard, choice.mode);
        let hops = choice.copies as u64 - 1;
        let (sent, received) = match choice.mode.kind() {
            ModeKind::Checkpoint => (traffic, 0),
            ModeKind::Stateless => (traffic, traffic),
            ModeKind::RelaxedChain | ModeKind::StrictChain => (hops * traffic, hops * traffic),
        };
        let own = [choice.copies as u64 * size, sent, received];
        on_nodes = [0, 1, 2].map(|at| on_nodes[at].min(own[at]));
        let own =
            [index.store_mib(shard, choice.mode), index.store_ingest_kib_per_s(shard, choice.mode)];
        in_stores = [0, 1].map(|at| in_stores[at].min(own[at]));
    }
    if all.is_empty() {
        return Least { on_nodes: [0; 3], in_stores: [0; 2], usable };
    }
    Least { on_nodes, in_stores, usable }
}
