//! The cheapest plan of a shard under prices, and the bound that prices prove.

use super::choices::{Choice, choices};
use crate::replication_placement::instance::{
    Index, LevelId, Loads, ModeKind, NodeId, Policy, limits,
};

/// A number per node or store, for every kind of capacity that is priced.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Rows<T> {
    /// Memory of nodes once all moves are done, in MiB.
    pub memory: Vec<T>,
    /// Memory of nodes while copies move, in MiB.
    pub during: Vec<T>,
    /// What nodes send, in KiB per second.
    pub sent: Vec<T>,
    /// What nodes receive, in KiB per second.
    pub received: Vec<T>,
    /// What stores hold, in MiB.
    pub stored: Vec<T>,
    /// What stores take in, in KiB per second.
    pub taken: Vec<T>,
}

impl<T: Clone + Default> Rows<T> {
    /// Names of the groups in certificates.
    pub const NAMES: [&'static str; 6] = [
        "memory_mib",
        "during_mib",
        "sent_kib_per_s",
        "received_kib_per_s",
        "stored_mib",
        "taken_kib_per_s",
    ];

    /// A zero for every row.
    #[must_use]
    pub fn zero(index: &Index) -> Self {
        let nodes = vec![T::default(); index.instance.nodes.len()];
        let stores = vec![T::default(); index.instance.stores.len()];
        Self {
            memory: nodes.clone(),
            during: nodes.clone(),
            sent: nodes.clone(),
            received: nodes,
            stored: stores.clone(),
            taken: stores,
        }
    }

    /// The groups, in the order of their names.
    #[must_use]
    pub fn groups(&self) -> [&[T]; 6] {
        [&self.memory, &self.during, &self.sent, &self.received, &self.stored, &self.taken]
    }

    /// A group by its position among the names.
    pub fn group_mut(&mut self, group: usize) -> &mut Vec<T> {
        let groups = [
            &mut self.memory,
            &mut self.during,
            &mut self.sent,
            &mut self.received,
            &mut self.stored,
            &mut self.taken,
        ];
        // Callers count through the names.
        groups.into_iter().nth(group.min(5)).unwrap_or_else(|| unreachable!("there are six"))
    }
}

/// Prices per unit of capacity, divided by `2^shift`.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Pricing {
    /// Binary logarithm of the common denominator.
    pub shift: u32,
    /// The numerators, not negative.
    pub rows: Rows<i64>,
}

/// The cheapest plan of a shard, as far as prices see it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Cheapest {
    /// Cost and prices, times `2^shift`.
    pub value: i128,
    /// Mode and number of nodes.
    pub choice: Choice,
    /// The nodes in their order.
    pub nodes: Vec<NodeId>,
}

impl Pricing {
    /// The prices of zero.
    #[must_use]
    pub fn zero(index: &Index) -> Self {
        Self { shift: 0, rows: Rows::zero(index) }
    }

    /// What a node's part in a choice costs with prices, times `2^shift`, given its cost without.
    #[must_use]
    pub fn node_value(
        &self,
        index: &Index,
        shard: usize,
        choice: Choice,
        position: usize,
        node: NodeId,
        cost: i128,
    ) -> i128 {
        let (n, rows) = (node.index(), &self.rows);
        let size = i128::from(index.instance.shards[shard].state_mib);
        let mut unit = i128::from(rows.memory[n]);
        if rows.during[n] != 0 && index.holders(shard).binary_search(&node).is_err() {
            unit += i128::from(rows.during[n]);
        }
        let mut value = (cost << self.shift) + unit * size;
        if rows.sent[n] != 0 || rows.received[n] != 0 {
            let traffic = i128::from(index.traffic_kib_per_s(shard, choice.mode));
            let (sends, receives) = directions(choice, position);
            value += i128::from(rows.sent[n]) * traffic * i128::from(sends);
            value += i128::from(rows.received[n]) * traffic * i128::from(receives);
        }
        value
    }

    /// What a choice costs beside nodes, with prices, times `2^shift`.
    #[must_use]
    pub fn store_value(&self, index: &Index, shard: usize, choice: Choice) -> i128 {
        let cost = index.store_cost(shard, choice.mode) << self.shift;
        let Some(store) = choice.mode.store() else { return cost };
        let (stored, taken) = (self.rows.stored[store.index()], self.rows.taken[store.index()]);
        cost + i128::from(stored) * i128::from(index.store_mib(shard, choice.mode))
            + i128::from(taken) * i128::from(index.store_ingest_kib_per_s(shard, choice.mode))
    }

    /// The cheapest plan of a shard; `None` where it has none. `cost` is the cost of a node at a
    /// position for the choice of a number, `None` where the node will not do.
    pub fn cheapest(
        &self,
        index: &Index,
        shard: usize,
        choices: &[Choice],
        mut cost: impl FnMut(usize, usize, NodeId) -> Option<i128>,
    ) -> Option<Cheapest> {
        let apart = apart_level(index, shard);
        let mut best: Option<Cheapest> = None;
        for (number, &choice) in choices.iter().enumerate() {
            let floor = together_or_apart(index, shard, choice) << self.shift;
            let base = self.store_value(index, shard, choice) + floor;
            let lists: Vec<Vec<(i128, NodeId, u32)>> = (0..choice.copies)
                .map(|position| {
                    let mut kept = Vec::with_capacity(choice.copies + 1);
                    for node in index.nodes() {
                        let Some(cost) = cost(number, position, node) else { continue };
                        let value = self.node_value(index, shard, choice, position, node, cost);
                        let key = apart.map_or(node.0, |l| index.domain_of_node(l, node).0);
                        keep((value, node, key), choice.copies, &mut kept);
                    }
                    kept
                })
                .collect();
            let limit = best.as_ref().map(|best| best.value - base);
            let mut search = Matching { lists: &lists, limit, taken: Vec::new(), found: None };
            search.extend(0);
            if let Some((value, nodes)) = search.found {
                best = Some(Cheapest { value: base + value, choice, nodes });
            }
        }
        best
    }
}

/// Whether a position sends and receives the traffic of its mode.
fn directions(choice: Choice, position: usize) -> (bool, bool) {
    match choice.mode.kind() {
        ModeKind::Checkpoint => (true, false),
        ModeKind::Stateless => (true, true),
        ModeKind::RelaxedChain | ModeKind::StrictChain => {
            (position + 1 < choice.copies, position > 0)
        }
    }
}

/// The level with the fewest domains of which each may have one copy at most, always.
fn apart_level(index: &Index, shard: usize) -> Option<LevelId> {
    if index.instance.policies.spread != Policy::Hard {
        return None;
    }
    let strict = index.spread(shard).iter().filter(|&&(_, most)| most == 1);
    strict.map(|&(level, _)| level).min_by_key(|&level| index.domains_of(level).len())
}

/// What a chain pays at least for what its nodes share: at every level either all copies are in one
/// domain, which has shocks, or some hop crosses between domains; every hop, where each domain may
/// have one copy only.
fn together_or_apart(index: &Index, shard: usize, choice: Choice) -> i128 {
    if !choice.mode.is_chain() {
        return 0;
    }
    let hard = index.instance.policies.spread == Policy::Hard;
    let at_level = |level: LevelId| {
        let hops =
            || (0..choice.copies - 1).map(|h| index.crossing_cost(shard, choice.mode, h, level));
        let rules = index.spread(shard).iter().filter(|rule| hard && rule.0 == level);
        let most = rules.map(|rule| usize::from(rule.1)).min();
        let crossing = hops().min().unwrap_or(0);
        if most == Some(1) {
            return hops().sum();
        } else if most.is_some_and(|most| most < choice.copies) || crossing == 0 {
            return crossing;
        }
        let shocks = index.domains_of(level).map(|d| index.domain(d).shocks_micro_per_day);
        crossing.min(index.cold_cost(shard, shocks.min().unwrap_or(0)))
    };
    index.levels().map(at_level).sum()
}

/// Keeps the best entry of every key, and of keys the best few: nobody needs more to find the best
/// choice of distinct keys for as many positions.
fn keep(entry: (i128, NodeId, u32), most: usize, kept: &mut Vec<(i128, NodeId, u32)>) {
    if kept.len() == most && kept.last().is_some_and(|last| *last <= entry) {
        return;
    }
    if let Some(same) = kept.iter().position(|other| other.2 == entry.2) {
        if kept[same] <= entry {
            return;
        }
        kept.remove(same);
    }
    let place = kept.partition_point(|other| *other < entry);
    kept.insert(place, entry);
    kept.truncate(most);
}

/// Search for the cheapest choice of distinct keys, one of every list. At most 5⁵ leaves.
struct Matching<'a> {
    lists: &'a [Vec<(i128, NodeId, u32)>],
    /// Nothing that costs as much is of interest.
    limit: Option<i128>,
    taken: Vec<(i128, NodeId, u32)>,
    found: Option<(i128, Vec<NodeId>)>,
}

impl Matching<'_> {
    fn extend(&mut self, value: i128) {
        let Some(list) = self.lists.get(self.taken.len()) else {
            if self.limit.is_none_or(|limit| value < limit) {
                self.limit = Some(value);
                self.found = Some((value, self.taken.iter().map(|each| each.1).collect()));
            }
            return;
        };
        for &entry in list {
            if self.taken.iter().all(|other| other.2 != entry.2) {
                self.taken.push(entry);
                self.extend(value + entry.0);
                self.taken.pop();
            }
        }
    }
}

/// Whether a node could have a copy at a position if the shard were alone.
#[must_use]
pub fn will_do(index: &Index, shard: usize, choice: Choice, position: usize, node: NodeId) -> bool {
    let pinned = index.pinned(shard).is_none_or(|pinned| position > 0 || pinned == node);
    pinned
        && index.is_eligible(shard, node)
        && index.keeps_pace(shard, choice.mode, position, node)
        && (index.instance.policies.capacity != Policy::Hard
            || index.instance.nodes[node.index()].memory_mib
                >= index.instance.shards[shard].state_mib)
}

/// The bound that prices prove, rounded up to a whole cost.
///
/// # Errors
/// When a shard has no plan, or a price exceeds the price of excess.
pub fn priced_bound(index: &Index, pricing: &Pricing) -> Result<i128, String> {
    let mut total = -paid_for_capacity(index, pricing)?;
    for shard in 0..index.instance.shards.len() {
        let choices = choices(index, shard);
        let cost = |number: usize, position, node| {
            let choice: Choice = choices[number];
            will_do(index, shard, choice, position, node)
                .then(|| index.node_cost(shard, choice.mode, choice.copies, position, node))
        };
        let cheapest = pricing.cheapest(index, shard, &choices, cost);
        total += cheapest.ok_or("a shard has no plan: another rule shows that")?.value;
    }
    let whole = 1_i128 << pricing.shift;
    Ok(total.div_euclid(whole) + i128::from(total.rem_euclid(whole) > 0))
}

/// The price of all capacity, times `2^shift`; with what could be gained by exceeding it where that
/// is allowed and cheaper.
///
/// # Errors
/// When exceeding a capacity without limit would be cheaper than its price.
pub fn paid_for_capacity(index: &Index, pricing: &Pricing) -> Result<i128, String> {
    let capacity = capacities(index);
    let now = now(index);
    let mut paid = 0;
    let groups = pricing.rows.groups().into_iter().zip(capacity.groups()).zip(now.groups());
    for ((prices, capacity), now) in groups {
        for ((&price, &capacity), &now) in prices.iter().zip(capacity).zip(now) {
            let price = i128::from(price);
            paid += price * capacity;
            let (excess, dearest) = match index.instance.policies.capacity {
                Policy::Hard => continue,
                Policy::Soft { price } => (None, price),
                Policy::Default { price } => (Some((now - capacity).max(0)), price),
            };
            let gain = price - (i128::from(dearest) << pricing.shift);
            match excess {
                _ if gain <= 0 => {}
                Some(excess) => paid += gain * excess,
                None => return Err("a price above that of excess".to_owned()),
            }
        }
    }
    Ok(paid)
}

/// What decisions may use; of memory while moving, beside what is held anyway.
#[must_use]
pub fn capacities(index: &Index) -> Rows<i128> {
    let held = held_mib(index);
    let mut rows = Rows::zero(index);
    for (n, node) in index.instance.nodes.iter().enumerate() {
        rows.memory[n] = node.memory_mib.into();
        let during = node.memory_during_mib.unwrap_or(node.memory_mib);
        rows.during[n] = i128::from(during) - held[n];
        rows.sent[n] = node.nic_out_kib_per_s.into();
        rows.received[n] = node.nic_in_kib_per_s.into();
    }
    for (j, store) in index.instance.stores.iter().enumerate() {
        rows.stored[j] = store.capacity_mib.into();
        rows.taken[j] = store.ingest_kib_per_s.into();
    }
    rows
}

/// What the current placement uses, counted in the same way.
fn now(index: &Index) -> Rows<i128> {
    let shards = 0..index.instance.shards.len();
    let loads = Loads::of(index, shards.map(|shard| index.current(shard)));
    // Loads stay far below 2^100, see the limits of instances.
    let signed = |loads: &[u128]| loads.iter().map(|&load| load as i128).collect::<Vec<_>>();
    let held = held_mib(index);
    Rows {
        memory: signed(&loads.memory),
        during: signed(&loads.during).iter().zip(held).map(|(all, held)| all - held).collect(),
        sent: signed(&loads.sent),
        received: signed(&loads.received),
        stored: signed(&loads.stored),
        taken: signed(&loads.taken),
    }
}

fn held_mib(index: &Index) -> Vec<i128> {
    let mut held = vec![0; index.instance.nodes.len()];
    for (shard, data) in index.instance.shards.iter().enumerate() {
        for node in index.holders(shard) {
            held[node.index()] += i128::from(data.state_mib.min(limits::STATE_MIB));
        }
    }
    held
}
