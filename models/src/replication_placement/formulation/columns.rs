//! The binary columns: which stands for what.

use placewright_solver::mip::Column;

use crate::replication_placement::certificate::{Choice, choices, will_do};
use crate::replication_placement::instance::{Index, NodeId};
use crate::replication_placement::plan::ShardPlan;

/// A copy that a shard may have.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Copy {
    pub(super) shard: usize,
    /// Number among the shard's choices.
    pub(super) number: usize,
    pub(super) choice: Choice,
    pub(super) position: usize,
    pub(super) node: NodeId,
}

/// All binary columns: by shard, choice, position, node.
pub(super) struct Columns {
    pub(super) copies: Vec<Copy>,
    /// First column of every shard, and the end.
    first: Vec<usize>,
}

impl Columns {
    pub(super) fn new(index: &Index) -> Self {
        let (mut copies, mut first) = (Vec::new(), vec![0]);
        for shard in 0..index.instance.shards.len() {
            for (number, choice) in choices(index, shard).into_iter().enumerate() {
                for position in 0..choice.copies {
                    let nodes = index.nodes();
                    let able = nodes.filter(|&n| will_do(index, shard, choice, position, n));
                    copies.extend(able.map(|node| Copy { shard, number, choice, position, node }));
                }
            }
            first.push(copies.len());
        }
        Self { copies, first }
    }

    /// The columns of a shard.
    pub(super) fn of_shard(&self, shard: usize) -> impl Iterator<Item = (Column, &Copy)> + Clone {
        let range = self.first[shard]..self.first[shard + 1];
        range.map(|at| (Column::new(at), &self.copies[at]))
    }

    /// The columns of a decision that the referee accepts.
    pub(super) fn of_decision(&self, shard: usize, decision: &ShardPlan) -> Vec<Column> {
        let chosen = |copy: &Copy| {
            copy.choice.mode == decision.mode
                && copy.choice.copies == decision.nodes.len()
                && decision.nodes[copy.position] == copy.node
        };
        self.of_shard(shard).filter(|(_, copy)| chosen(copy)).map(|(column, _)| column).collect()
    }

    /// The decision of a vector, `None` where it is not whole.
    pub(super) fn decision(&self, shard: usize, values: &[f64]) -> Option<ShardPlan> {
        let on = |column: Column| values.get(column.index()).is_some_and(|value| *value > 0.5);
        let chosen: Vec<&Copy> =
            self.of_shard(shard).filter(|(column, _)| on(*column)).map(|(_, copy)| copy).collect();
        let choice = chosen.iter().find(|copy| copy.position == 0)?.choice;
        let at = |position: usize| {
            let own = |copy: &&&Copy| copy.choice == choice && copy.position == position;
            chosen.iter().find(own).map(|copy| copy.node)
        };
        let nodes: Option<Vec<NodeId>> = (0..choice.copies).map(at).collect();
        Some(ShardPlan { mode: choice.mode, nodes: nodes? })
    }
}
