//! The bound that prices prove where shards times nodes are too many to look at every pair.
//!
//! **Idea.** With prices, a copy of a shard on a node costs at least `c + a x + m y`, where `x` is how
//! often the node goes down and `y` is what a MiB on it costs with its prices; `a` and the state `m`
//! are the shard's, and `c` is the same on all nodes of a speed. For given `a` and `m` the least of
//! that is a corner of the lower left border of the points `(x, y)` of all nodes, found by bisection.
//! Nodes that have the shard already, where a copy is no move, are looked at one by one. What is left
//! out only lowers the bound: that copies are on different nodes, that a store may share a domain
//! with the primary, and labels. Of an availability target no more is kept than that, of two nodes, one brings
//! what the other lacks, and of more, one brings the mean.
//!
//! **Complexity.** O(nodes · log nodes + shards · choices · log nodes), in exact integers.

use super::choices::{Choice, choices};
use super::classes::Classes;
use super::hull::{Corner, Hulls, least_together};
use super::priced::{Priced, Pricing, directions, paid_for_capacity, rounded_up, will_do};
use super::relaxed::SharedLeast;
use crate::replication_placement::instance::{Index, Layout, NodeId, Policy, limits};

/// Binary logarithm of the denominator of all values here.
const FRACTION: u32 = super::MAX_SHIFT;
/// Prices are below two to the power of this, with that denominator.
const PRICE_BITS: u32 = 80;
/// `per_day_us` counts in half thousandths, shares are parts per million.
const PARTS: u128 = 2_000 * limits::PPM as u128;

/// What prices prove, rounded up to a whole cost.
///
/// # Errors
/// When a shard has no mode at all, a price exceeds the price of excess, or is beyond all costs.
pub fn enveloped_bound(index: &Index, pricing: &Pricing) -> Result<i128, String> {
    let mut total = -paid_for_capacity(index, pricing)?;
    let classes = Classes::of(index);
    let ideal = Index::new(&classes.ideal);
    let envelope =
        Envelope::new(index, &classes, &ideal, pricing).ok_or("a price beyond all costs")?;
    for shard in 0..index.instance.shards.len() {
        let able = choices(index, shard).into_iter();
        let least = able.filter_map(|choice| envelope.least(shard, choice)).min();
        total += least.ok_or("a shard has no plan: another rule shows that")?;
    }
    Ok(rounded_up(total, pricing.shift))
}

/// What choices cost at least under prices, without a look at every node.
pub struct Envelope<'a, 'b> {
    index: &'a Index<'a>,
    ideal: &'b Index<'b>,
    priced: Priced<'a>,
    pricing: &'a Pricing,
    layout: Layout,
    up: u32,
    shared: SharedLeast,
    /// Weights that sets of nodes have at least.
    levels: Vec<u64>,
    /// By class.
    hulls: Vec<Hulls>,
    /// Least prices of what is sent and received, by class.
    traffic: Vec<[i128; 2]>,
    /// Weights of the nodes that fail least.
    most_weight: Vec<u64>,
}

impl<'a, 'b> Envelope<'a, 'b> {
    /// Looks at all nodes. `ideal` is the index of the instance of the classes. `None` where a price
    /// is beyond all costs. Time O(nodes · log nodes).
    #[must_use]
    pub fn new(
        index: &'a Index<'a>,
        classes: &Classes,
        ideal: &'b Index<'b>,
        pricing: &'a Pricing,
    ) -> Option<Self> {
        let (layout, up) = (Layout::of(index), FRACTION - pricing.shift);
        if pricing.rows.iter().any(|&price| i128::from(price) << up >> PRICE_BITS != 0) {
            return None;
        }
        let price = |row: u32| i128::from(pricing.rows[row as usize]) << up;
        let count = classes.ideal.nodes.len();
        let mut points = vec![Vec::new(); count];
        let mut traffic = vec![[i128::MAX; 2]; count];
        for (node, &class) in index.nodes().zip(&classes.of_node) {
            let per_gib = i128::from(index.instance.nodes[node.index()].price_per_gib) << FRACTION;
            let corner = Corner {
                x: index.rate_micro_per_day(node).into(),
                y: per_gib / 1024 + price(layout.memory(node)) + price(layout.during(node)),
                owner: node.0,
            };
            points[class as usize].push((corner, index.node_weight(node)));
            let least = &mut traffic[class as usize];
            least[0] = least[0].min(price(layout.sent(node)));
            least[1] = least[1].min(price(layout.received(node)));
        }
        let mut weights: Vec<u64> = index.nodes().map(|node| index.node_weight(node)).collect();
        let levels = Hulls::levels(weights.clone());
        weights.sort_unstable_by(|a, b| b.cmp(a));
        weights.truncate(limits::COPIES.into());
        Some(Self {
            index,
            ideal,
            priced: Priced::new(index, pricing),
            pricing,
            layout,
            up,
            shared: SharedLeast::new(index),
            hulls: points.into_iter().map(|own| Hulls::of(own, levels.clone())).collect(),
            levels,
            traffic,
            most_weight: weights,
        })
    }

    /// What a choice costs at least, in the unit of the prices; `None` where no nodes could do.
    #[must_use]
    pub fn least(&self, shard: usize, choice: Choice) -> Option<i128> {
        // A value of less is still one below.
        self.value(shard, choice).map(|value| value >> self.up)
    }

    fn value(&self, shard: usize, choice: Choice) -> Option<i128> {
        let wanted = weight_of_nodes(self.index, shard, choice);
        if self.most_weight.iter().take(choice.copies).sum::<u64>() < wanted {
            return None;
        }
        let shared = self.shared.of(self.index, shard, choice);
        let (nodes, _) =
            least_together(choice.copies, wanted, &self.levels, |position, weight| {
                Some((self.copy(shard, choice, position, weight)?, 0))
            })?;
        Some((self.priced.store(shard, choice) << self.up) + (shared << FRACTION) + nodes)
    }

    /// What a copy costs at least, wherever it is, on a node of a weight.
    fn copy(&self, shard: usize, choice: Choice, position: usize, weight: u64) -> Option<i128> {
        let index = self.index;
        let heavy = |node: NodeId| index.node_weight(node) >= weight;
        if let Some(node) = index.pinned(shard).filter(|_| position == 0) {
            return self.on(shard, choice, position, node).filter(|_| heavy(node));
        }
        let holders = index.holders(shard).iter().filter(|&&node| heavy(node));
        let there = holders.filter_map(|&node| self.on(shard, choice, position, node));
        let classes = 0..self.hulls.len();
        let somewhere =
            classes.filter_map(|class| self.in_class(shard, choice, position, weight, class));
        there.chain(somewhere).min()
    }

    /// What a copy costs on a node, exactly.
    fn on(&self, shard: usize, choice: Choice, position: usize, node: NodeId) -> Option<i128> {
        let (index, mode) = (self.index, choice.mode);
        will_do(index, shard, choice, position, node).then(|| {
            let cost = index.node_cost(shard, mode, choice.copies, position, node);
            self.priced.node(shard, choice, position, node, cost) << self.up
        })
    }

    /// What a copy costs at least on the nodes of a weight and class that do not have it yet.
    fn in_class(
        &self,
        shard: usize,
        choice: Choice,
        position: usize,
        weight: u64,
        class: usize,
    ) -> Option<i128> {
        let (index, ideal, mode) = (self.index, self.ideal, choice.mode);
        let node = NodeId(class as u32);
        if !ideal.keeps_pace(shard, mode, position, node) {
            return None;
        }
        let data = &index.instance.shards[shard];
        let size = i128::from(data.state_mib);
        let mut value = ideal.node_cost(shard, mode, choice.copies, position, node) << FRACTION;
        if index.current(shard).is_some() {
            let price = |row: u32| i128::from(self.pricing.rows[row as usize]) << self.up;
            value += (i128::from(data.move_cost) << FRACTION) + price(self.layout.moved_copies());
            value += price(self.layout.moved_mib()) * size;
        }
        let [sent, received] = self.traffic[class];
        if sent + received > 0 {
            let traffic = i128::from(index.traffic_kib_per_s(shard, mode));
            let (sends, receives) = directions(choice, position);
            value += (sent * i128::from(sends) + received * i128::from(receives)) * traffic;
        }
        let [twice_ms, share] = ideal.at_failure(shard, mode, position, node);
        let worth = u128::from(data.value) * twice_ms * share;
        let steep = ((worth << FRACTION) / PARTS) as i128;
        let (least, _) = self.hulls[class].least(steep, size, weight)?;
        Some(value + least)
    }
}

/// The weight that the nodes of a choice must have together; 0 where there is no such rule.
#[must_use]
pub fn weight_of_nodes(index: &Index, shard: usize, choice: Choice) -> u64 {
    let hard = index.instance.policies.availability == Policy::Hard;
    let wanted = index.wanted_weight(shard).filter(|_| hard);
    wanted.map_or(0, |wanted| wanted.saturating_sub(index.store_weight(choice.mode)))
}
