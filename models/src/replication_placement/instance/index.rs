//! An instance with its names resolved.

use std::collections::{BTreeMap, HashMap};

use super::availability::{weight_of_probability, weight_of_unavailability};
use super::placement::{ModeByName, Placement};
use super::{Domain, Instance, NodeId, Shard, StoreId};
use crate::replication_placement::plan::{Mode, ShardPlan};

/// Index of a level in [`Instance::levels`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct LevelId(pub u32);

impl LevelId {
    /// The index as a `usize`.
    #[must_use]
    pub fn index(self) -> usize {
        self.0 as usize
    }
}

/// A domain, counted through all levels in their order.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct DomainId(pub u32);

impl DomainId {
    /// The index as a `usize`.
    #[must_use]
    pub fn index(self) -> usize {
        self.0 as usize
    }
}

/// A valid instance with its names resolved. Time and space near-linear in the instance.
pub struct Index<'a> {
    /// The instance.
    pub instance: &'a Instance,
    /// First domain of every level, and the number of all domains.
    first_domain: Vec<u32>,
    level_of_domain: Vec<LevelId>,
    /// By level, then node.
    domain_of_node: Vec<DomainId>,
    /// By level, then store.
    domain_of_store: Vec<Option<DomainId>>,
    rate_micro_per_day: Vec<u64>,
    node_weight: Vec<u64>,
    store_weight: Vec<u64>,
    /// For every shard, which row of `eligible` it has.
    eligible_row: Vec<u32>,
    eligible: Vec<Vec<bool>>,
    pinned: Vec<Option<NodeId>>,
    holders: Vec<Vec<NodeId>>,
    current: Vec<Option<ShardPlan>>,
    spread: Vec<Vec<(LevelId, u8)>>,
    wanted_weight: Vec<Option<u64>>,
    trunks: Vec<(DomainId, u64)>,
}

impl<'a> Index<'a> {
    /// Resolves the names of a valid instance. Unknown names are left out.
    #[must_use]
    pub fn new(instance: &'a Instance) -> Self {
        let mut first_domain = vec![0];
        let mut level_of_domain = Vec::new();
        for (level, data) in (0..).zip(&instance.levels) {
            level_of_domain.extend(data.domains.iter().map(|_| LevelId(level)));
            first_domain.push(level_of_domain.len() as u32);
        }
        let mut index = Self {
            instance,
            first_domain,
            level_of_domain,
            domain_of_node: Vec::new(),
            domain_of_store: Vec::new(),
            rate_micro_per_day: Vec::new(),
            node_weight: Vec::new(),
            store_weight: Vec::new(),
            eligible_row: Vec::new(),
            eligible: Vec::new(),
            pinned: Vec::new(),
            holders: Vec::new(),
            current: Vec::new(),
            spread: Vec::new(),
            wanted_weight: Vec::new(),
            trunks: Vec::new(),
        };
        index.resolve_domains();
        let trunks = index
            .domains()
            .filter_map(|domain| Some((domain, index.domain(domain).trunk_kib_per_s?)));
        index.trunks = trunks.collect();
        index.resolve_rates();
        index.resolve_shards();
        index
    }

    fn resolve_domains(&mut self) {
        for (level, data) in self.instance.levels.iter().enumerate() {
            let first = self.first_domain[level];
            let names: HashMap<&str, DomainId> =
                data.domains.iter().map(|d| d.name.as_str()).zip((first..).map(DomainId)).collect();
            let find = |domains: &BTreeMap<String, String>| {
                domains.get(&data.name).and_then(|name| names.get(name.as_str())).copied()
            };
            // A valid instance has a domain of every level for every node.
            let of_nodes = self.instance.nodes.iter().map(|node| find(&node.domains));
            self.domain_of_node.extend(of_nodes.map(|found| found.unwrap_or(DomainId(first))));
            self.domain_of_store
                .extend(self.instance.stores.iter().map(|store| find(&store.domains)));
        }
    }

    fn resolve_rates(&mut self) {
        for (index, node) in (0..).zip(&self.instance.nodes) {
            let shocks = self.levels().map(|level| {
                self.domain(self.domain_of_node(level, NodeId(index))).shocks_micro_per_day
            });
            let rate = node.failures_micro_per_day + shocks.sum::<u64>();
            self.rate_micro_per_day.push(rate);
            self.node_weight.push(weight_of_unavailability(rate, node.repair_ms));
        }
        for (index, store) in (0..).zip(&self.instance.stores) {
            let domains = self.levels().filter_map(|l| self.domain_of_store(l, StoreId(index)));
            let shocks: u64 = domains.map(|each| self.domain(each).shocks_micro_per_day).sum();
            let rate = store.failures_micro_per_day + shocks;
            self.store_weight.push(weight_of_unavailability(rate, store.repair_ms));
        }
    }

    fn resolve_shards(&mut self) {
        let nodes: HashMap<&str, NodeId> =
            self.instance.nodes.iter().map(|n| n.name.as_str()).zip((0..).map(NodeId)).collect();
        let stores: HashMap<&str, StoreId> =
            self.instance.stores.iter().map(|s| s.name.as_str()).zip((0..).map(StoreId)).collect();
        let mut rows: HashMap<(&BTreeMap<String, String>, &[String]), u32> = HashMap::new();
        for shard in &self.instance.shards {
            let next = rows.len() as u32;
            let row = *rows.entry((&shard.requires, &shard.excluded_nodes)).or_insert(next);
            if row == next {
                self.eligible.push(eligible_nodes(self.instance, shard, &nodes));
            }
            self.eligible_row.push(row);
            let find = |name: &String| nodes.get(name.as_str()).copied();
            self.pinned.push(shard.pinned_primary.as_ref().and_then(find));
            let current = shard.current.as_ref().and_then(|each| resolve(each, &nodes, &stores));
            let mut holders: Vec<NodeId> = shard.moves_in_flight.iter().filter_map(find).collect();
            holders.extend(current.iter().flat_map(|plan| &plan.nodes));
            holders.sort_unstable();
            holders.dedup();
            self.holders.push(holders);
            self.current.push(current);
            let level = |name: &String| self.instance.levels.iter().position(|l| &l.name == name);
            let rules = shard
                .spread
                .iter()
                .filter_map(|rule| Some((LevelId(level(&rule.level)? as u32), rule.max_copies)));
            self.spread.push(rules.collect());
            self.wanted_weight.push(shard.max_unavailability_ppb.map(weight_of_probability));
        }
    }

    /// All levels.
    pub fn levels(&self) -> impl ExactSizeIterator<Item = LevelId> + use<> {
        (0..self.instance.levels.len() as u32).map(LevelId)
    }

    /// All domains of all levels.
    pub fn domains(&self) -> impl ExactSizeIterator<Item = DomainId> + use<> {
        (0..self.level_of_domain.len() as u32).map(DomainId)
    }

    /// The domains of a level.
    pub fn domains_of(&self, level: LevelId) -> impl ExactSizeIterator<Item = DomainId> + use<> {
        (self.first_domain[level.index()]..self.first_domain[level.index() + 1]).map(DomainId)
    }

    /// All nodes.
    pub fn nodes(&self) -> impl ExactSizeIterator<Item = NodeId> + use<> {
        (0..self.instance.nodes.len() as u32).map(NodeId)
    }

    /// All stores.
    pub fn stores(&self) -> impl ExactSizeIterator<Item = StoreId> + use<> {
        (0..self.instance.stores.len() as u32).map(StoreId)
    }

    /// A domain's data.
    #[must_use]
    pub fn domain(&self, domain: DomainId) -> &'a Domain {
        let level = self.level_of_domain[domain.index()].index();
        &self.instance.levels[level].domains[(domain.0 - self.first_domain[level]) as usize]
    }

    /// The level of a domain.
    #[must_use]
    pub fn level_of(&self, domain: DomainId) -> LevelId {
        self.level_of_domain[domain.index()]
    }

    /// The domain of a node.
    #[must_use]
    pub fn domain_of_node(&self, level: LevelId, node: NodeId) -> DomainId {
        self.domain_of_node[level.index() * self.instance.nodes.len() + node.index()]
    }

    /// The domain of a store, where it has one of this level.
    #[must_use]
    pub fn domain_of_store(&self, level: LevelId, store: StoreId) -> Option<DomainId> {
        self.domain_of_store[level.index() * self.instance.stores.len() + store.index()]
    }

    /// Domains with a limited trunk, and what it carries, in KiB per second.
    #[must_use]
    pub fn trunks(&self) -> &[(DomainId, u64)] {
        &self.trunks
    }

    /// Whether the domain holds the node.
    #[must_use]
    pub fn has_node(&self, domain: DomainId, node: NodeId) -> bool {
        self.domain_of_node(self.level_of(domain), node) == domain
    }

    /// Whether the domain holds the store.
    #[must_use]
    pub fn has_store(&self, domain: DomainId, store: StoreId) -> bool {
        self.domain_of_store(self.level_of(domain), store) == Some(domain)
    }

    /// How often a node goes down: its own failures and the shocks of all its domains.
    #[must_use]
    pub fn rate_micro_per_day(&self, node: NodeId) -> u64 {
        self.rate_micro_per_day[node.index()]
    }

    /// Weight of a copy on a node, see `availability`.
    #[must_use]
    pub fn node_weight(&self, node: NodeId) -> u64 {
        self.node_weight[node.index()]
    }

    /// Weight of the places beside nodes that hold a state in this mode.
    #[must_use]
    pub fn store_weight(&self, mode: Mode) -> u64 {
        mode.store().map_or(0, |store| self.store_weight[store.index()])
    }

    /// The weight that a shard's places must have together.
    #[must_use]
    pub fn wanted_weight(&self, shard: usize) -> Option<u64> {
        self.wanted_weight[shard]
    }

    /// Whether a shard may have a copy on a node.
    #[must_use]
    pub fn is_eligible(&self, shard: usize, node: NodeId) -> bool {
        self.eligible[self.eligible_row[shard] as usize][node.index()]
    }

    /// The node that must be the shard's primary.
    #[must_use]
    pub fn pinned(&self, shard: usize) -> Option<NodeId> {
        self.pinned[shard]
    }

    /// Where the shard is now.
    #[must_use]
    pub fn current(&self, shard: usize) -> Option<&ShardPlan> {
        self.current[shard].as_ref()
    }

    /// The nodes that have or are being given a copy, ascending.
    #[must_use]
    pub fn holders(&self, shard: usize) -> &[NodeId] {
        &self.holders[shard]
    }

    /// Whether a copy on the node is a move: the shard is somewhere, but not there.
    #[must_use]
    pub fn is_move(&self, shard: usize, node: NodeId) -> bool {
        self.current[shard].is_some() && self.holders[shard].binary_search(&node).is_err()
    }

    /// Copies that a domain of a level may have, by level.
    #[must_use]
    pub fn spread(&self, shard: usize) -> &[(LevelId, u8)] {
        &self.spread[shard]
    }
}

/// Whether traffic between two ends crosses a border, given on which side each is.
#[must_use]
pub fn is_between(inside: [bool; 2]) -> bool {
    inside[0] != inside[1]
}

fn eligible_nodes(instance: &Instance, shard: &Shard, names: &HashMap<&str, NodeId>) -> Vec<bool> {
    let has = |(label, value): (&String, &String), own: &BTreeMap<String, String>| {
        own.get(label) == Some(value)
    };
    let meets = |own| shard.requires.iter().all(|wanted| has(wanted, own));
    let mut eligible: Vec<bool> = instance.nodes.iter().map(|node| meets(&node.labels)).collect();
    let excluded = shard.excluded_nodes.iter().filter_map(|name| names.get(name.as_str()));
    excluded.for_each(|node| eligible[node.index()] = false);
    eligible
}

fn resolve(
    placement: &Placement,
    nodes: &HashMap<&str, NodeId>,
    stores: &HashMap<&str, StoreId>,
) -> Option<ShardPlan> {
    let store = |name: &String| stores.get(name.as_str()).copied();
    let mode = match &placement.mode {
        ModeByName::Checkpoint { store: name, interval_ms } => {
            Mode::Checkpoint { store: store(name)?, interval_ms: *interval_ms }
        }
        ModeByName::RelaxedChain { period_ms } => Mode::RelaxedChain { period_ms: *period_ms },
        ModeByName::StrictChain {} => Mode::StrictChain,
        ModeByName::Stateless { store: name, copies } => {
            Mode::Stateless { store: store(name)?, copies: *copies }
        }
    };
    let names = [&placement.primary].into_iter().chain(&placement.replicas);
    let nodes: Option<Vec<NodeId>> = names.map(|name| nodes.get(name.as_str()).copied()).collect();
    Some(ShardPlan { mode, nodes: nodes? })
}
