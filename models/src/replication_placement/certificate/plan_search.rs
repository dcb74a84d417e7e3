//! The decisions of one shard under prices: the cheapest, or all below a limit.
//!
//! A decision of one node is looked up. A chain is built node by node, head first, with the nodes of
//! every position in ascending order of their values; what is still to come costs at least the
//! cheapest node of every position. Relaxing the chain first (latencies and shared shocks at their
//! least, the best few nodes of every position, distinct) gives the limit below which the search
//! looks, and the bound where it would take too long.

use super::choices::Choice;
use super::priced::{Priced, Pricing};
use super::relaxed::{Relaxed, SharedLeast, apart_level};
use crate::replication_placement::footprint::own_rules;
use crate::replication_placement::instance::{DomainId, Index, LevelId, NodeId, Policy};
use crate::replication_placement::plan::ShardPlan;

/// Nodes tried between two looks at what ends a search.
const STEPS_PER_LOOK: u64 = 4096;
/// Nodes tried per shard before the relaxed chain has to do.
const MOST_STEPS: u64 = 50_000;

/// The cheapest decision of a shard under prices.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Cheapest {
    /// No decision costs less, with prices, times `2^shift`.
    pub value: i128,
    /// The cheapest decision found. It costs `value` but where the search was cut short.
    pub decision: Option<ShardPlan>,
}

/// Searches the decisions of shards under prices.
pub struct PlanSearch<'a> {
    priced: Priced<'a>,
    nodes: Vec<NodeId>,
    shared: SharedLeast,
    steps: u64,
    /// Whether the search should end, which is asked now and then.
    should_stop: Option<&'a dyn Fn() -> bool>,
}

/// Nodes with their values at a position, ascending.
type Position = Vec<(i128, NodeId)>;

impl<'a> PlanSearch<'a> {
    /// A search under prices.
    #[must_use]
    pub fn new(index: &'a Index<'a>, pricing: &'a Pricing) -> Self {
        Self::among(index, pricing, index.nodes().collect())
    }

    /// A search under prices for decisions with nodes of a list.
    #[must_use]
    pub fn among(index: &'a Index<'a>, pricing: &'a Pricing, nodes: Vec<NodeId>) -> Self {
        let shared = SharedLeast::new(index);
        Self {
            priced: Priced::with_packings(index, pricing),
            nodes,
            shared,
            steps: 0,
            should_stop: None,
        }
    }

    /// The search, ended early where it is told so: [`Self::below`] asks every few thousand nodes.
    #[must_use]
    pub fn stopped_by(mut self, should_stop: &'a dyn Fn() -> bool) -> Self {
        self.should_stop = Some(should_stop);
        self
    }

    /// Nodes tried so far.
    #[must_use]
    pub fn steps(&self) -> u64 {
        self.steps
    }

    /// The cheapest decision of a shard that keeps its own rules; `None` where it has none. `cost`
    /// is the cost of a node at a position for the choice of a number, `None` where the node will
    /// not do; `least` is no more than a choice costs, `None` where it has no decision. Time O(nodes ·
    /// choices that may be cheapest) and the search of at most 50,000 nodes.
    pub fn cheapest(
        &mut self,
        shard: usize,
        choices: &[Choice],
        least: impl Fn(Choice) -> Option<i128>,
        mut cost: impl FnMut(usize, usize, NodeId) -> Option<i128>,
    ) -> Option<Cheapest> {
        let mut best: Option<(i128, ShardPlan)> = None;
        let mut open = Vec::new();
        let numbered = choices.iter().enumerate();
        let mut promising: Vec<(i128, usize)> =
            numbered.filter_map(|(number, &choice)| Some((least(choice)?, number))).collect();
        promising.sort_unstable();
        for (least, number) in promising {
            if best.as_ref().is_some_and(|best| best.0 <= least) {
                break;
            }
            let choice = choices[number];
            let relaxed =
                self.relaxed(shard, choice, |position, node| cost(number, position, node));
            let Some((least, nodes)) = relaxed else { continue };
            let decision = ShardPlan { mode: choice.mode, nodes };
            let value = self.value(shard, choice, &decision, &mut cost, number);
            if value != Some(least) {
                open.push((least, number));
            }
            if let Some(value) = value
                && best.as_ref().is_none_or(|best| value < best.0)
            {
                best = Some((value, decision));
            }
        }
        open.sort_unstable();
        let until = self.steps + MOST_STEPS;
        let mut cut_short: Option<i128> = None;
        for (least, number) in open {
            let choice = choices[number];
            let limit = best.as_ref().map_or(i128::MAX, |best| best.0);
            if least >= limit {
                break;
            }
            let positions =
                self.positions(shard, choice, limit, |position, node| cost(number, position, node));
            let ended =
                self.extend_all(shard, choice, &positions, limit, until, &mut |value, nodes| {
                    best = Some((value, ShardPlan { mode: choice.mode, nodes: nodes.to_vec() }));
                    value
                });
            if !ended {
                cut_short = Some(cut_short.map_or(least, |other: i128| other.min(least)));
            }
        }
        let value = best.as_ref().map(|best| best.0).into_iter().chain(cut_short).min()?;
        Some(Cheapest { value, decision: best.map(|best| best.1) })
    }

    /// Tells of all decisions of a choice that cost less than a limit, with their values; `false`
    /// where `until` steps were not enough, or it was told to stop.
    pub fn below(
        &mut self,
        shard: usize,
        choice: Choice,
        limit: i128,
        until: u64,
        cost: impl FnMut(usize, NodeId) -> Option<i128>,
        mut found: impl FnMut(i128, ShardPlan),
    ) -> bool {
        let positions = self.positions(shard, choice, limit, cost);
        self.extend_all(shard, choice, &positions, limit, until, &mut |value, nodes| {
            found(value, ShardPlan { mode: choice.mode, nodes: nodes.to_vec() });
            limit
        })
    }

    fn is_stopped(&self) -> bool {
        self.steps.is_multiple_of(STEPS_PER_LOOK) && self.should_stop.is_some_and(|stop| stop())
    }

    /// The cheapest chain where only the least is counted of what nodes share, and what it costs at
    /// least.
    fn relaxed(
        &mut self,
        shard: usize,
        choice: Choice,
        mut cost: impl FnMut(usize, NodeId) -> Option<i128>,
    ) -> Option<(i128, Vec<NodeId>)> {
        let index = self.priced.index;
        let apart = apart_level(index, shard);
        let mut relaxed = Relaxed::new(choice.copies);
        for position in 0..choice.copies {
            for &node in &self.nodes {
                let Some(cost) = cost(position, node) else { continue };
                let value = self.priced.node(shard, choice, position, node, cost);
                let key = apart.map_or(node.0, |level| index.domain_of_node(level, node).0);
                relaxed.keep(position, value, node, key);
            }
        }
        let shared = self.priced.whole(self.shared.of(index, shard, choice));
        let (value, nodes) = relaxed.cheapest()?;
        Some((value + shared + self.priced.store(shard, choice), nodes))
    }

    /// The value of a decision, `None` where it breaks the shard's own rules.
    fn value(
        &self,
        shard: usize,
        choice: Choice,
        decision: &ShardPlan,
        cost: &mut impl FnMut(usize, usize, NodeId) -> Option<i128>,
        number: usize,
    ) -> Option<i128> {
        let mut value = self.priced.store(shard, choice);
        for (position, &node) in decision.nodes.iter().enumerate() {
            value += self.priced.node(shard, choice, position, node, cost(number, position, node)?);
        }
        for (hop, ends) in decision.nodes.windows(2).enumerate() {
            value += self.priced.hop(shard, choice, hop, [ends[0], ends[1]]);
        }
        Some(value + self.of_all(shard, choice, decision)?)
    }

    /// What hangs on all nodes of a decision; `None` where they break the shard's own rules.
    fn of_all(&self, shard: usize, choice: Choice, decision: &ShardPlan) -> Option<i128> {
        let index = self.priced.index;
        let (paid, violation) = own_rules(index, shard, decision);
        if violation > 0 {
            return None;
        }
        let mut cost = paid;
        if choice.mode.is_chain() {
            for level in index.levels() {
                let mut domains =
                    decision.nodes.iter().map(|&node| index.domain_of_node(level, node));
                if let Some(first) = domains.next()
                    && domains.all(|domain| domain == first)
                {
                    cost += index.cold_cost(shard, index.domain(first).shocks_micro_per_day);
                }
            }
        }
        Some(self.priced.whole(cost))
    }

    /// The nodes of every position that a decision below a limit may use.
    fn positions(
        &self,
        shard: usize,
        choice: Choice,
        limit: i128,
        mut cost: impl FnMut(usize, NodeId) -> Option<i128>,
    ) -> Vec<Position> {
        let mut positions: Vec<Position> = (0..choice.copies)
            .map(|position| {
                let able = self.nodes.iter();
                let able = able.filter_map(|&node| Some((node, cost(position, node)?)));
                able.map(|(node, cost)| {
                    (self.priced.node(shard, choice, position, node, cost), node)
                })
                .collect()
            })
            .collect();
        let least: Vec<Option<i128>> =
            positions.iter().map(|nodes| nodes.iter().map(|each| each.0).min()).collect();
        let least: Option<Vec<i128>> = least.into_iter().collect();
        let Some(least) = least else { return vec![Vec::new(); choice.copies] };
        let all = self.priced.store(shard, choice) + least.iter().sum::<i128>();
        for (nodes, least) in positions.iter_mut().zip(least) {
            nodes.retain(|each| all - least + each.0 < limit);
            nodes.sort_unstable();
        }
        positions
    }

    /// Visits the chains below a limit, which the visitor may lower; `false` if cut short.
    fn extend_all(
        &mut self,
        shard: usize,
        choice: Choice,
        positions: &[Position],
        limit: i128,
        until: u64,
        visit: &mut dyn FnMut(i128, &[NodeId]) -> i128,
    ) -> bool {
        let index = self.priced.index;
        let hard = index.instance.policies.spread == Policy::Hard;
        let rules: Vec<(LevelId, u8)> =
            if hard { index.spread(shard).to_vec() } else { Vec::new() };
        let mut rest = vec![0; positions.len() + 1];
        for (position, nodes) in positions.iter().enumerate().rev() {
            let Some(least) = nodes.first() else { return true };
            // Where every domain may have one copy only, a hop crosses.
            let strict = rules.iter().filter(|rule| rule.1 == 1 && position > 0);
            let hop = strict
                .map(|rule| index.crossing_cost(shard, choice.mode, position.max(1) - 1, rule.0))
                .sum::<i128>();
            rest[position] = rest[position + 1] + least.0 + self.priced.whole(hop);
        }
        let wanted = index.wanted_weight(shard);
        let hard = index.instance.policies.availability == Policy::Hard;
        let wanted = wanted
            .filter(|_| hard)
            .map_or(0, |wanted| wanted.saturating_sub(index.store_weight(choice.mode)));
        let most_weight = positions
            .iter()
            .map(|nodes| nodes.iter().map(|each| index.node_weight(each.1)).max().unwrap_or(0));
        let most_weight: Vec<u64> = most_weight.collect();
        let mut chain = Chain {
            search: self,
            shard,
            choice,
            positions,
            rules,
            rest,
            wanted,
            most_weight,
            limit,
            until,
            nodes: Vec::new(),
            visit,
        };
        let value = chain.search.priced.store(shard, choice);
        chain.extend(value, 0)
    }
}

/// A chain under construction.
struct Chain<'a, 'b> {
    search: &'a mut PlanSearch<'b>,
    shard: usize,
    choice: Choice,
    positions: &'a [Position],
    /// Spread rules that must be kept.
    rules: Vec<(LevelId, u8)>,
    /// What positions from one on cost at least.
    rest: Vec<i128>,
    /// Weight that all nodes together need.
    wanted: u64,
    /// Most weight that a position can bring.
    most_weight: Vec<u64>,
    limit: i128,
    until: u64,
    nodes: Vec<NodeId>,
    visit: &'a mut dyn FnMut(i128, &[NodeId]) -> i128,
}

impl Chain<'_, '_> {
    fn extend(&mut self, value: i128, weight: u64) -> bool {
        let at = self.nodes.len();
        let index = self.search.priced.index;
        let Some(nodes) = self.positions.get(at) else {
            let decision = ShardPlan { mode: self.choice.mode, nodes: self.nodes.clone() };
            if let Some(more) = self.search.of_all(self.shard, self.choice, &decision)
                && value + more < self.limit
            {
                self.limit = (self.visit)(value + more, &self.nodes);
            }
            return true;
        };
        let later: u64 = self.most_weight[at + 1..].iter().sum();
        for &(own, node) in nodes {
            if value + own + self.rest[at + 1] >= self.limit {
                break;
            }
            self.search.steps += 1;
            if self.search.steps > self.until || self.search.is_stopped() {
                return false;
            }
            let weight = weight + index.node_weight(node);
            if weight + later < self.wanted || self.nodes.contains(&node) || !self.is_apart(node) {
                continue;
            }
            let hop = self.nodes.last().map_or(0, |&last| {
                self.search.priced.hop(self.shard, self.choice, at - 1, [last, node])
            });
            if value + own + hop + self.rest[at + 1] >= self.limit {
                continue;
            }
            self.nodes.push(node);
            let ended = self.extend(value + own + hop, weight);
            self.nodes.pop();
            if !ended {
                return false;
            }
        }
        true
    }

    /// Whether one more copy keeps the spread rules.
    fn is_apart(&self, node: NodeId) -> bool {
        let index = self.search.priced.index;
        self.rules.iter().all(|&(level, most)| {
            let domain = |node: NodeId| -> DomainId { index.domain_of_node(level, node) };
            let own = domain(node);
            let within = self.nodes.iter().filter(|&&other| domain(other) == own);
            within.count() < usize::from(most)
        })
    }
}
