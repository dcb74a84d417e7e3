//! Prices on shared capacities, and the bound that they prove.

use placewright_solver::search::row_loads::RowLimit;

use super::choices::{Choice, choices};
use super::classes::Classes;
use super::envelope::Envelope;
use super::packing::{Packing, Room};
use super::plan_search::{Cheapest, PlanSearch};
use crate::replication_placement::instance::{
    Index, Layout, ModeKind, NodeId, Policy, StoreId, is_between,
};

/// Prices per unit of capacity, divided by `2^shift`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Pricing {
    /// Binary logarithm of the common denominator.
    pub shift: u32,
    /// The numerators, not negative, by row of [`Layout`].
    pub rows: Vec<i64>,
    /// Packing inequalities with their numerators, not negative.
    pub packings: Vec<(Packing, i64)>,
}

impl Pricing {
    /// The prices of zero.
    #[must_use]
    pub fn zero(index: &Index) -> Self {
        Self::of_rows(0, vec![0; Layout::of(index).rows()])
    }

    /// Prices of rows alone.
    #[must_use]
    pub fn of_rows(shift: u32, rows: Vec<i64>) -> Self {
        Self { shift, rows, packings: Vec::new() }
    }

    /// Whole prices with a denominator of `2^shift`, rounded down, from prices by row; none is above that
    /// of excess, where that is allowed without limit.
    #[must_use]
    pub fn rounded_down(index: &Index, shift: u32, prices: impl Iterator<Item = f64>) -> Self {
        let most = i64::MAX >> 20;
        let of_excess = match index.instance.policies.capacity {
            Policy::Soft { price } => price.saturating_mul(1 << shift).min(i64::MAX as u64) as i64,
            _ => most,
        };
        let layout = Layout::of(index);
        let unit = (1_u64 << shift) as f64;
        let whole = |(row, price): (u32, f64)| {
            let limits_moves = row == layout.moved_copies() || row == layout.moved_mib();
            ((price * unit) as i64).min(if limits_moves { most } else { of_excess })
        };
        Self::of_rows(shift, (0..).zip(prices).map(whole).collect())
    }

    /// The price of a row.
    #[must_use]
    pub fn price(&self, row: u32) -> f64 {
        self.rows[row as usize] as f64 / (1_u64 << self.shift) as f64
    }

    fn of(&self, row: u32) -> i128 {
        self.rows[row as usize].into()
    }

    /// The packing inequalities with a price.
    #[must_use]
    pub fn packings(&self) -> Vec<Packing> {
        self.packings.iter().filter(|each| each.1 > 0).map(|each| each.0.clone()).collect()
    }

    /// The price of what packing inequalities allow, times `2^shift`.
    #[must_use]
    pub fn paid_for_packings(&self) -> i128 {
        let paid =
            |(packing, price): &(Packing, i64)| i128::from(*price) * i128::from(packing.most);
        self.packings.iter().map(paid).sum()
    }
}

/// Prices as a shard's plans meet them: all values are times `2^shift`.
pub(super) struct Priced<'a> {
    pub(super) index: &'a Index<'a>,
    pricing: &'a Pricing,
    layout: Layout,
    /// Positions in [`Index::trunks`] of the trunks with a price.
    trunks: Vec<u32>,
    /// What packing inequalities charge a copy, shard by shard, node by node; empty without any.
    packed: Vec<i128>,
    /// Packing inequalities of stores with their prices.
    stored: Vec<(StoreId, &'a Packing, i64)>,
}

impl<'a> Priced<'a> {
    pub(super) fn new(index: &'a Index<'a>, pricing: &'a Pricing) -> Self {
        let layout = Layout::of(index);
        let all = 0..index.trunks().len() as u32;
        let trunks = all.filter(|&trunk| pricing.of(layout.trunk(trunk)) != 0).collect();
        Self { index, pricing, layout, trunks, packed: Vec::new(), stored: Vec::new() }
    }

    /// Prices with those of packing inequalities.
    pub(super) fn with_packings(index: &'a Index<'a>, pricing: &'a Pricing) -> Self {
        let mut priced = Self::new(index, pricing);
        let nodes = index.instance.nodes.len();
        if !pricing.packings.is_empty() {
            priced.packed = vec![0; nodes * index.instance.shards.len()];
        }
        for (packing, price) in &pricing.packings {
            let charge = |weight: i64| i128::from(*price) * i128::from(weight);
            match Room::of(priced.layout, packing.row) {
                Some(room @ (Room::Memory(node) | Room::During(node))) => {
                    for each in &packing.weights {
                        let shard = each.shard as usize;
                        let mib = room.copy_mib(index, shard, node);
                        if mib >= each.mib {
                            priced.packed[shard * nodes + node.index()] += charge(each.weight);
                        }
                    }
                }
                Some(Room::Stored(store)) => priced.stored.push((store, packing, *price)),
                None => {}
            }
        }
        priced
    }

    /// A cost in the unit of values.
    pub(super) fn whole(&self, cost: i128) -> i128 {
        cost << self.pricing.shift
    }

    /// What a node's part in a choice costs with prices, given its cost without.
    pub(super) fn node(
        &self,
        shard: usize,
        choice: Choice,
        position: usize,
        node: NodeId,
        cost: i128,
    ) -> i128 {
        let (layout, index) = (self.layout, self.index);
        let price = |row| self.pricing.of(row);
        let size = i128::from(index.instance.shards[shard].state_mib);
        let mut unit = price(layout.memory(node));
        if index.holders(shard).binary_search(&node).is_err() {
            unit += price(layout.during(node));
        }
        let mut value = self.whole(cost) + unit * size;
        if !self.packed.is_empty() {
            value += self.packed[shard * index.instance.nodes.len() + node.index()];
        }
        let moving = (price(layout.moved_copies()), price(layout.moved_mib()));
        if moving != (0, 0) && index.is_move(shard, node) {
            value += moving.0 + moving.1 * size;
        }
        let (sent, received) = (price(layout.sent(node)), price(layout.received(node)));
        if (sent, received) != (0, 0) {
            let traffic = i128::from(index.traffic_kib_per_s(shard, choice.mode));
            let (sends, receives) = directions(choice, position);
            value += sent * traffic * i128::from(sends);
            value += received * traffic * i128::from(receives);
        }
        if let Some(store) = choice.mode.store() {
            let ways = if choice.mode.kind() == ModeKind::Stateless { 2 } else { 1 };
            value += ways
                * self.trunks(shard, choice, |domain| {
                    is_between([index.has_node(domain, node), index.has_store(domain, store)])
                });
        }
        value
    }

    /// The prices of the trunks that a choice's traffic crosses.
    fn trunks(
        &self,
        shard: usize,
        choice: Choice,
        crosses: impl Fn(crate::replication_placement::instance::DomainId) -> bool,
    ) -> i128 {
        if self.trunks.is_empty() {
            return 0;
        }
        let traffic = i128::from(self.index.traffic_kib_per_s(shard, choice.mode));
        let crossed = self.trunks.iter().filter(|&&trunk| {
            let (domain, _) = self.index.trunks()[trunk as usize];
            crosses(domain)
        });
        crossed.map(|&trunk| self.pricing.of(self.layout.trunk(trunk)) * traffic).sum()
    }

    /// What a choice costs beside nodes, with prices.
    pub(super) fn store(&self, shard: usize, choice: Choice) -> i128 {
        let (index, layout) = (self.index, self.layout);
        let cost = self.whole(index.store_cost(shard, choice.mode));
        let Some(store) = choice.mode.store() else { return cost };
        let mib = i128::from(index.store_mib(shard, choice.mode));
        let kib_per_s = i128::from(index.store_ingest_kib_per_s(shard, choice.mode));
        let packed =
            self.stored.iter().filter(|each| each.0 == store).map(|&(_, packing, price)| {
                i128::from(price) * i128::from(packing.weight(shard, mib as i64))
            });
        cost + packed.sum::<i128>()
            + self.pricing.of(layout.stored(store)) * mib
            + self.pricing.of(layout.taken(store)) * kib_per_s
    }

    /// What a hop of a chain costs beside its ends.
    pub(super) fn hop(
        &self,
        shard: usize,
        choice: Choice,
        hop: usize,
        [from, to]: [NodeId; 2],
    ) -> i128 {
        let index = self.index;
        let apart = index
            .levels()
            .filter(|&level| index.domain_of_node(level, from) != index.domain_of_node(level, to));
        let latency = apart.map(|level| index.crossing_cost(shard, choice.mode, hop, level)).sum();
        let crosses =
            |domain| is_between([index.has_node(domain, from), index.has_node(domain, to)]);
        self.whole(latency) + self.trunks(shard, choice, crosses)
    }
}

/// Whether a position sends and receives the traffic of its mode.
pub(super) fn directions(choice: Choice, position: usize) -> (bool, bool) {
    match choice.mode.kind() {
        ModeKind::Checkpoint => (true, false),
        ModeKind::Stateless => (true, true),
        ModeKind::RelaxedChain | ModeKind::StrictChain => {
            (position + 1 < choice.copies, position > 0)
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
    let mut total = -paid_for_capacity(index, pricing)? - pricing.paid_for_packings();
    let mut search = PlanSearch::new(index, pricing);
    let classes = Classes::of(index);
    let ideal = Index::new(&classes.ideal);
    let envelope = Envelope::new(index, &classes, &ideal, pricing);
    for shard in 0..index.instance.shards.len() {
        let choices = choices(index, shard);
        let cost = |number: usize, position, node| {
            let choice: Choice = choices[number];
            will_do(index, shard, choice, position, node)
                .then(|| index.node_cost(shard, choice.mode, choice.copies, position, node))
        };
        let Cheapest { value, .. } = search
            .cheapest(shard, &choices, |choice| least_of(envelope.as_ref(), shard, choice), cost)
            .ok_or("a shard has no plan: another rule shows that")?;
        total += value;
    }
    Ok(rounded_up(total, pricing.shift))
}

/// What a choice costs at least, [`Envelope::least`]; nothing is known without an envelope.
pub fn least_of(envelope: Option<&Envelope>, shard: usize, choice: Choice) -> Option<i128> {
    envelope.map_or(Some(i128::MIN), |envelope| envelope.least(shard, choice))
}

/// A value as a whole cost.
#[must_use]
pub fn rounded_up(value: i128, shift: u32) -> i128 {
    let whole = 1_i128 << shift;
    value.div_euclid(whole) + i128::from(value.rem_euclid(whole) > 0)
}

/// The price of all capacity, times `2^shift`; with what could be gained by exceeding it where that
/// is allowed and cheaper.
///
/// # Errors
/// When exceeding a capacity without limit would be cheaper than its price.
pub fn paid_for_capacity(index: &Index, pricing: &Pricing) -> Result<i128, String> {
    paid_for(index, pricing, &Layout::of(index).limits(index))
}

/// The price of what rows offer, as [`paid_for_capacity`] has it.
///
/// # Errors
/// When exceeding a capacity without limit would be cheaper than its price.
pub fn paid_for(index: &Index, pricing: &Pricing, limits: &[RowLimit]) -> Result<i128, String> {
    let unlimited = matches!(index.instance.policies.capacity, Policy::Soft { .. });
    let mut paid = 0;
    for (&price, limit) in pricing.rows.iter().zip(limits) {
        paid += i128::from(price) * i128::from(limit.free);
        let excess = i128::from(limit.most) - i128::from(limit.free);
        let gain = i128::from(price) - (i128::from(limit.price) << pricing.shift);
        if excess > 0 && gain > 0 {
            if unlimited {
                return Err("a price above that of excess".to_owned());
            }
            paid += gain * excess;
        }
    }
    Ok(paid)
}
