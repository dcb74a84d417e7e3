//! Why a shard's decision changes, in words for operators.

use crate::replication_placement::check::shard_cost;
use crate::replication_placement::cost_text::seconds_text;
use crate::replication_placement::footprint::own_rules;
use crate::replication_placement::instance::{Index, Loads};
use crate::replication_placement::plan::{Plan, ShardPlan};

/// Why decisions change; looks at what the current placement uses once.
pub struct Whys<'a> {
    index: &'a Index<'a>,
    plan: &'a Plan,
    now: Loads,
}

impl<'a> Whys<'a> {
    /// Time O(shards · copies · trunks).
    #[must_use]
    pub fn new(index: &'a Index<'a>, plan: &'a Plan) -> Self {
        let current = (0..index.instance.shards.len()).map(|shard| index.current(shard));
        Self { index, plan, now: Loads::of(index, current) }
    }

    /// Why the shard's decision is another one than now. Where several reasons hold, broken rules
    /// come first, then full nodes, then what is saved.
    #[must_use]
    pub fn of(&self, shard: usize) -> String {
        let (index, after) = (self.index, &self.plan.shards[shard]);
        let Some(before) = index.current(shard) else { return "is nowhere yet".to_owned() };
        let broken = |decision: &ShardPlan| {
            let (price, violation) = own_rules(index, shard, decision);
            (violation, price)
        };
        if broken(before) > broken(after) {
            return "mends its spread or its availability".to_owned();
        }
        let not_permitted = before.nodes.iter().find(|&&node| !index.is_eligible(shard, node));
        if let Some(node) = not_permitted {
            return format!("is not permitted on {}", index.instance.nodes[node.index()].name);
        }
        let left = before.nodes.iter().filter(|node| !after.nodes.contains(node));
        for node in left {
            let data = &index.instance.nodes[node.index()];
            let over = self.now.memory[node.index()].saturating_sub(data.memory_mib.into());
            if over > 0 {
                return format!("{} holds {over} MiB more than its memory", data.name);
            }
        }
        let running = |decision: &ShardPlan| {
            let moves = decision.nodes.iter().filter(|&&node| index.is_move(shard, node)).count();
            let once = i128::from(index.instance.shards[shard].move_cost) * moves as i128;
            shard_cost(index, shard, decision) - once
        };
        match running(before) - running(after) {
            saved if saved > 0 => format!("saves {} value·s/day", seconds_text(saved)),
            0 => "makes room for others at no cost".to_owned(),
            lost => format!("makes room for others, costs {} value·s/day", seconds_text(-lost)),
        }
    }
}
