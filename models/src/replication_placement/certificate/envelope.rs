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

use rayon::prelude::*;

use super::choices::{Choice, choices};
use super::classes::Classes;
use super::homes::{Block, Place, Point, blocks_of, slowest_level};
use super::hull::{Corner, Hulls, least_together};
use super::priced::{Priced, Pricing, directions, paid_for_capacity, rounded_up, will_do};
use super::relaxed::{AtLevel, SharedLeast};
use crate::replication_placement::instance::{Index, Layout, LevelId, NodeId, Policy, limits};

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
    let paid = paid_for_capacity(index, pricing)?;
    let classes = Classes::of(index);
    let ideal = Index::new(&classes.ideal);
    let envelope =
        Envelope::new(index, &classes, &ideal, pricing).ok_or("a price beyond all costs")?;
    let least = |shard| {
        let able = choices(index, shard).into_iter();
        let least = able.fold(i128::MAX, |least, choice| envelope.below(shard, choice, least));
        (least < i128::MAX).then_some(least >> envelope.up)
    };
    let total: Option<i128> = (0..index.instance.shards.len()).into_par_iter().map(least).sum();
    let total = total.ok_or("a shard has no plan: another rule shows that")?;
    Ok(rounded_up(total - paid, pricing.shift))
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
    /// The whole cluster.
    anywhere: Place,
    /// The level that takes longest to cross, and its domains.
    home: Option<LevelId>,
    blocks: Vec<Block>,
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
        let mut points = Vec::with_capacity(index.nodes().len());
        let mut traffic = vec![[i128::MAX; 2]; count];
        for (node, &class) in index.nodes().zip(&classes.of_node) {
            let per_gib = i128::from(index.instance.nodes[node.index()].price_per_gib) << FRACTION;
            let corner = Corner {
                x: index.rate_micro_per_day(node).into(),
                y: per_gib / 1024 + price(layout.memory(node)) + price(layout.during(node)),
                owner: node.0,
            };
            points.push((class, (corner, index.node_weight(node))));
            let least = &mut traffic[class as usize];
            least[0] = least[0].min(price(layout.sent(node)));
            least[1] = least[1].min(price(layout.received(node)));
        }
        let mut weights: Vec<u64> = index.nodes().map(|node| index.node_weight(node)).collect();
        let levels = Hulls::levels(weights.clone());
        weights.sort_unstable_by(|a, b| b.cmp(a));
        weights.truncate(limits::COPIES.into());
        let home = slowest_level(index);
        let blocks = home.map(|level| blocks_of(index, level, count, &points, &levels));
        let mut of_class = vec![Vec::new(); count];
        points.into_iter().for_each(|(class, point)| of_class[class as usize].push(point));
        let all = of_class.into_iter().map(|own| Hulls::of(own, levels.clone())).collect();
        Some(Self {
            index,
            ideal,
            priced: Priced::new(index, pricing),
            pricing,
            layout,
            up,
            shared: SharedLeast::new(index),
            anywhere: Place { shocks_micro_per_day: 0, hulls: all },
            home,
            blocks: blocks.unwrap_or_default(),
            levels,
            traffic,
            most_weight: weights,
        })
    }

    /// What a choice costs at least, in the unit of the prices; `None` where no nodes could do.
    #[must_use]
    pub fn least(&self, shard: usize, choice: Choice) -> Option<i128> {
        let value = self.below(shard, choice, i128::MAX);
        // A value of less is still one below.
        (value < i128::MAX).then_some(value >> self.up)
    }

    /// What a choice costs at least, or a limit, if that is less.
    fn below(&self, shard: usize, choice: Choice, limit: i128) -> i128 {
        let index = self.index;
        let wanted = weight_of_nodes(index, shard, choice);
        if self.most_weight.iter().take(choice.copies).sum::<u64>() < wanted {
            return limit;
        }
        let at_least = self.shared.but(index, shard, choice, self.home);
        let beside = (self.priced.store(shard, choice) << self.up) + (at_least << FRACTION);
        if beside >= limit {
            return limit;
        }
        let copies = (0..choice.copies).map(|position| self.copy(shard, choice, position));
        let copies: Vec<CopyCost> = copies.collect();
        let size = i128::from(index.instance.shards[shard].state_mib);
        let together = |place: &Place| {
            let least =
                |position: usize, weight| Some((copies[position].least(place, size, weight)?, 0));
            least_together(choice.copies, wanted, &self.levels, least).map(|found| found.0)
        };
        let Some(anywhere) = together(&self.anywhere) else { return limit };
        let at_home = self.home.map(|level| self.shared.at(index, shard, choice, level));
        let AtLevel { crossing, may_stay } = at_home.unwrap_or_default();
        let mut best = limit.min(beside + anywhere + (crossing << FRACTION));
        if !may_stay {
            return best;
        }
        let stay =
            |home: &Place| beside + (index.cold_cost(shard, home.shocks_micro_per_day) << FRACTION);
        let mut hops = None;
        for block in &self.blocks {
            // All that follow have as many shocks.
            if stay(&block.all) + anywhere >= best {
                break;
            }
            let least = together(&block.all);
            if least.is_none_or(|least| stay(&block.all) + least >= best) {
                continue;
            }
            for home in &block.homes {
                if stay(&home.place) + anywhere >= best {
                    break;
                }
                let Some(least) = together(&home.place) else { continue };
                let least = stay(&home.place) + least;
                if least >= best {
                    continue;
                }
                best = match home.nodes.as_ref().filter(|_| choice.copies == 2) {
                    Some(nodes) => {
                        let hops = hops.get_or_insert_with(|| self.hops(shard, choice));
                        let beside = stay(&home.place) - (at_least << FRACTION);
                        let pairs =
                            Pairs { shard, size, wanted, beside, at_least, copies: &copies, hops };
                        self.least_pair(&pairs, nodes, best)
                    }
                    None => least,
                };
            }
        }
        best
    }

    /// What the levels but that of homes cost where a pair crosses their borders, and whether it has to.
    fn hops(&self, shard: usize, choice: Choice) -> Vec<(LevelId, i128, bool)> {
        let index = self.index;
        let hard = index.instance.policies.spread == Policy::Hard;
        let apart = |level| hard && index.spread(shard).contains(&(level, 1));
        let hop = |level| (level, index.crossing_cost(shard, choice.mode, 0, level), apart(level));
        index.levels().filter(|&level| Some(level) != self.home).map(hop).collect()
    }

    /// What two copies on some nodes of a home cost at least, or a limit, if that is less. Nodes that
    /// have a copy count as if they were everywhere.
    fn least_pair(&self, pairs: &Pairs, nodes: &[(u32, Point)], limit: i128) -> i128 {
        let on = |position: usize| {
            nodes.iter().map(move |(class, (corner, _))| {
                let line = pairs.copies[position].of_class.get(*class as usize)?.as_ref()?;
                Some(line.fixed + line.steep * corner.x + pairs.size * corner.y)
            })
        };
        let [first, second]: [Vec<Option<i128>>; 2] = [on(0).collect(), on(1).collect()];
        let there =
            |position: usize| pairs.copies[position].there.iter().map(|known| known.1).min();
        let least = [&first, &second].map(|values| values.iter().flatten().min().copied());
        let somewhere = |position: usize| {
            there(position).into_iter().chain(least[position]).min().unwrap_or(i128::MAX >> 1)
        };
        let least_beside = pairs.beside + (pairs.at_least << FRACTION);
        let mut best = limit;
        for position in 0..2 {
            if let Some(known) = there(position) {
                best = best.min(least_beside + known + somewhere(1 - position));
            }
        }
        let Some(least_second) = least[1] else { return best };
        for (at, one) in first.iter().enumerate() {
            let Some(one) = one.filter(|one| least_beside + one + least_second < best) else {
                continue;
            };
            for (other_at, other) in second.iter().enumerate() {
                let Some(other) = other.filter(|_| other_at != at) else { continue };
                let value = pairs.beside + one + other;
                let heavy = nodes[at].1.1 + nodes[other_at].1.1 >= pairs.wanted;
                if value + (pairs.at_least << FRACTION) >= best || !heavy {
                    continue;
                }
                let ends = [nodes[at], nodes[other_at]].map(|node| NodeId(node.1.0.owner));
                if let Some(shared) = self.shared_by(pairs, ends) {
                    best = best.min(value + (shared << FRACTION));
                }
            }
        }
        best
    }

    /// What a pair pays at all levels but that of homes; `None` where it may not share a domain that it
    /// does.
    fn shared_by(&self, pairs: &Pairs, [one, other]: [NodeId; 2]) -> Option<i128> {
        let index = self.index;
        let at = |&(level, hop, apart): &(LevelId, i128, bool)| {
            let domain = index.domain_of_node(level, one);
            if domain != index.domain_of_node(level, other) {
                return Some(hop);
            }
            let shocks = index.domain(domain).shocks_micro_per_day;
            (!apart).then(|| index.cold_cost(pairs.shard, shocks))
        };
        pairs.hops.iter().map(at).sum()
    }

    /// What a copy costs, wherever it is.
    fn copy(&self, shard: usize, choice: Choice, position: usize) -> CopyCost {
        let index = self.index;
        let pinned = index.pinned(shard).filter(|_| position == 0);
        let known = match &pinned {
            Some(node) => std::slice::from_ref(node),
            None => index.holders(shard),
        };
        let on = |&node: &NodeId| {
            Some((index.node_weight(node), self.on(shard, choice, position, node)?))
        };
        let there = known.iter().filter_map(on).collect();
        let classes = if pinned.is_some() { 0 } else { self.traffic.len() };
        let of_class = |class| self.in_class(shard, choice, position, class);
        CopyCost { there, of_class: (0..classes).map(of_class).collect() }
    }

    /// What a copy costs on a node, exactly.
    fn on(&self, shard: usize, choice: Choice, position: usize, node: NodeId) -> Option<i128> {
        let (index, mode) = (self.index, choice.mode);
        will_do(index, shard, choice, position, node).then(|| {
            let cost = index.node_cost(shard, mode, choice.copies, position, node);
            self.priced.node(shard, choice, position, node, cost) << self.up
        })
    }

    /// What a copy costs on the nodes of a class that do not have it yet.
    fn in_class(
        &self,
        shard: usize,
        choice: Choice,
        position: usize,
        class: usize,
    ) -> Option<Line> {
        let (index, ideal, mode) = (self.index, self.ideal, choice.mode);
        let node = NodeId(class as u32);
        if !ideal.keeps_pace(shard, mode, position, node) {
            return None;
        }
        let data = &index.instance.shards[shard];
        let size = i128::from(data.state_mib);
        let mut fixed = ideal.node_cost(shard, mode, choice.copies, position, node) << FRACTION;
        if index.current(shard).is_some() {
            let price = |row: u32| i128::from(self.pricing.rows[row as usize]) << self.up;
            fixed += (i128::from(data.move_cost) << FRACTION) + price(self.layout.moved_copies());
            fixed += price(self.layout.moved_mib()) * size;
        }
        let [sent, received] = self.traffic[class];
        if sent + received > 0 {
            let traffic = i128::from(index.traffic_kib_per_s(shard, mode));
            let (sends, receives) = directions(choice, position);
            fixed += (sent * i128::from(sends) + received * i128::from(receives)) * traffic;
        }
        let [twice_ms, share] = ideal.at_failure(shard, mode, position, node);
        let worth = u128::from(data.value) * twice_ms * share;
        Some(Line { fixed, steep: ((worth << FRACTION) / PARTS) as i128 })
    }
}

/// What two copies of a shard in a home cost, but for what their nodes do.
struct Pairs<'p> {
    shard: usize,
    size: i128,
    /// The weight that they must have together.
    wanted: u64,
    /// All but nodes and what they share, and the least of the latter.
    beside: i128,
    at_least: i128,
    copies: &'p [CopyCost],
    /// See [`Envelope::hops`].
    hops: &'p [(LevelId, i128, bool)],
}

/// What a copy at a position costs.
struct CopyCost {
    /// On nodes that have it, with their weights.
    there: Vec<(u64, i128)>,
    /// On others, by class.
    of_class: Vec<Option<Line>>,
}

/// What a copy costs on nodes that are alike but for how often they go down and for prices of memory.
struct Line {
    /// On a node that is never down and costs nothing.
    fixed: i128,
    /// For every time a day (in millionths) that the node goes down.
    steep: i128,
}

impl CopyCost {
    /// What it costs at least on a node of a weight, of those of a place and those that have it.
    fn least(&self, place: &Place, size_mib: i128, weight: u64) -> Option<i128> {
        let there = self.there.iter().filter(|known| known.0 >= weight).map(|known| known.1);
        let classes = self.of_class.iter().zip(&place.hulls);
        let somewhere = classes.filter_map(|(line, hulls)| {
            let line = line.as_ref()?;
            Some(line.fixed + hulls.least(line.steep, size_mib, weight)?.0)
        });
        there.chain(somewhere).min()
    }
}

/// The weight that the nodes of a choice must have together; 0 where there is no such rule.
#[must_use]
pub fn weight_of_nodes(index: &Index, shard: usize, choice: Choice) -> u64 {
    let hard = index.instance.policies.availability == Policy::Hard;
    let wanted = index.wanted_weight(shard).filter(|_| hard);
    wanted.map_or(0, |wanted| wanted.saturating_sub(index.store_weight(choice.mode)))
}
