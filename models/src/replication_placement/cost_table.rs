//! Costs of nodes at positions for all choices of some shards on some nodes, computed once.

use placewright_solver::budget::Budget;

use super::certificate::{Choice, choices, will_do};
use super::instance::{Index, NodeId};

/// Costs that the table may hold.
const MOST_COSTS: usize = 20_000_000;
/// A cost that stands for "will not do".
const NEVER: i64 = i64::MAX;

/// Whether the clock or somebody says to stop at once. Work limits do not: what they allow must not
/// hang on where in a computation they are asked.
#[must_use]
pub(super) fn is_late(budget: &Budget) -> bool {
    budget.cancel_token().is_cancelled() || budget.time_left().is_some_and(|left| left.is_zero())
}

/// The table.
pub(super) struct CostTable {
    choices: Vec<Vec<Choice>>,
    /// Where a shard's choice begins in `costs`: position by position, node by node.
    first: Vec<Vec<usize>>,
    costs: Vec<i64>,
    /// The nodes in question.
    nodes: Vec<NodeId>,
    /// Where a node is among them.
    place: Vec<u32>,
}

impl CostTable {
    /// Costs of all shards on all nodes; `None` where they would be too many, or time is over.
    pub(super) fn new(index: &Index, budget: &Budget) -> Option<Self> {
        let shards: Vec<usize> = (0..index.instance.shards.len()).collect();
        Self::of(index, &shards, index.nodes().collect(), budget)
    }

    /// How many costs of all shards on all nodes there are. Time O(choices of all shards).
    #[cfg(feature = "highs")]
    pub(super) fn size_of_all(index: &Index) -> usize {
        let shards = 0..index.instance.shards.len();
        let positions: usize =
            shards.flat_map(|shard| choices(index, shard)).map(|choice| choice.copies).sum();
        positions.saturating_mul(index.instance.nodes.len())
    }

    /// Costs of some shards, numbered as listed, on some nodes; `None` where they would be too many,
    /// or time is over before all are known. Time and space O(nodes · positions of all choices of the shards).
    pub(super) fn of(
        index: &Index,
        shards: &[usize],
        nodes: Vec<NodeId>,
        budget: &Budget,
    ) -> Option<Self> {
        let choices: Vec<Vec<Choice>> = shards.iter().map(|&shard| choices(index, shard)).collect();
        let positions: usize = choices.iter().flatten().map(|choice| choice.copies).sum();
        if positions.saturating_mul(nodes.len()) > MOST_COSTS {
            return None;
        }
        let mut place = vec![u32::MAX; index.instance.nodes.len()];
        for (at, node) in (0..).zip(&nodes) {
            place[node.index()] = at;
        }
        let mut costs = Vec::with_capacity(positions * nodes.len());
        let mut first = Vec::with_capacity(shards.len());
        for (&shard, own) in shards.iter().zip(&choices) {
            if is_late(budget) {
                return None;
            }
            let mut begins = Vec::with_capacity(own.len());
            for &choice in own {
                begins.push(costs.len());
                for position in 0..choice.copies {
                    costs.extend(nodes.iter().map(|&node| {
                        if !will_do(index, shard, choice, position, node) {
                            return NEVER;
                        }
                        let (mode, copies) = (choice.mode, choice.copies);
                        let cost = index.node_cost(shard, mode, copies, position, node);
                        cost.min(i128::from(NEVER - 1)) as i64
                    }));
                }
            }
            first.push(begins);
        }
        Some(Self { choices, first, costs, nodes, place })
    }

    /// How many costs it holds.
    pub(super) fn len(&self) -> usize {
        self.costs.len()
    }

    /// The choices of the shard of a number.
    pub(super) fn choices(&self, shard: usize) -> &[Choice] {
        &self.choices[shard]
    }

    /// The nodes in question.
    #[cfg(feature = "highs")]
    pub(super) fn nodes(&self) -> &[NodeId] {
        &self.nodes
    }

    /// The cost of a node in question at a position for a shard's choice, both by number; `None`
    /// where it will not do.
    pub(super) fn cost(
        &self,
        shard: usize,
        number: usize,
        position: usize,
        node: NodeId,
    ) -> Option<i128> {
        let at = self.first[shard][number]
            + position * self.nodes.len()
            + self.place[node.index()] as usize;
        let cost = self.costs[at];
        (cost != NEVER).then_some(cost.into())
    }
}
