//! Where no copy fits: a shard that is about to leave a full node goes to a third one first.
//!
//! Two full nodes that swap shards have no order of direct moves. One of the shards can wait on a
//! third node with room: it is copied there, a decision with the third node in place of the old one
//! takes effect, and the old copy is dropped. Where a node that the plan wants has the state already,
//! it stands in without a copy. Every shard steps aside once at most, and only within the limits on
//! moves. Guarantee: none; what stays stuck may have an order with more such steps.
//! Time O(shards + blocked copies · (leaving shards + nodes)).

use std::cmp::Reverse;
use std::collections::BTreeMap;

use super::needs::Need;
use super::schedule::Scheduler;
use super::waves::{Place, Reason, Wave};
use crate::replication_placement::instance::NodeId;
use crate::replication_placement::plan::ShardPlan;

/// Blocked copies that are looked at in one wave.
const MOST_BLOCKED: usize = 256;

impl Scheduler<'_> {
    /// Begins copies, or lets decisions take effect, that make room where a copy is blocked.
    pub(super) fn step_aside(&mut self, wave: &mut Wave) {
        let leaving = self.leaving();
        let blocked: Vec<Need> = self.pending.iter().take(MOST_BLOCKED).copied().collect();
        for need in blocked {
            let Some(node) = need.to.node() else { continue };
            let short = need.mib.saturating_sub(self.yard.free_mib(node));
            if short == 0 {
                // An earlier step has made room: it goes along with the next wave.
                continue;
            }
            let mut others: Vec<usize> = leaving.get(&node).cloned().unwrap_or_default();
            others.retain(|&shard| !self.has_stepped[shard] && shard != need.shard);
            let size = |shard: usize| self.yard.size(shard);
            if others.iter().map(|&shard| size(shard)).sum::<u64>() < short {
                continue;
            }
            // The smallest that is large enough, or the largest.
            others.sort_by_key(|&shard| match size(shard) {
                size if size >= short => (0, Reverse(u64::MAX - size)),
                size => (1, Reverse(size)),
            });
            for shard in others {
                if self.step(shard, node, need.shard, wave) {
                    break;
                }
            }
        }
    }

    /// The shards that the plan takes away from nodes on which they are in use.
    fn leaving(&self) -> BTreeMap<NodeId, Vec<usize>> {
        let mut leaving = BTreeMap::<NodeId, Vec<usize>>::new();
        for (shard, wanted) in self.yard.plan.shards.iter().enumerate() {
            let in_use = self.yard.in_effect(shard).map_or(&[][..], |own| &own.nodes);
            for &node in in_use.iter().filter(|node| !wanted.nodes.contains(node)) {
                leaving.entry(node).or_default().push(shard);
            }
        }
        leaving
    }

    /// Replaces a node of a shard by another one, with or without a copy; whether it could.
    fn step(&mut self, shard: usize, from: NodeId, waiting: usize, wave: &mut Wave) -> bool {
        let Some(now) = self.yard.in_effect(shard).cloned() else { return false };
        let with = |other: NodeId| {
            let replaced = |&node: &NodeId| if node == from { other } else { node };
            ShardPlan { mode: now.mode, nodes: now.nodes.iter().map(replaced).collect() }
        };
        let there: Vec<NodeId> = self.yard.live(shard).to_vec();
        for &other in there.iter().filter(|node| !now.nodes.contains(node)) {
            let step = with(other);
            if self.yard.may_step(shard, &step)
                && let Ok(switch) = self.yard.switch(shard, &step)
            {
                wave.switches.push(switch);
                self.yard.drop_idle(shard, &mut wave.drops);
                self.has_stepped[shard] = true;
                return true;
            }
        }
        let size = self.yard.size(shard);
        if self.spare.0 < 1 || self.spare.1 < size {
            return false;
        }
        let wanted = &self.yard.plan.shards[shard].nodes;
        let room = |&node: &NodeId| {
            !there.contains(&node) && !wanted.contains(&node) && self.yard.free_mib(node) >= size
        };
        let mut others: Vec<NodeId> = self.yard.index.nodes().filter(room).collect();
        others.sort_by_key(|&node| Reverse(self.yard.free_mib(node)));
        for other in others {
            let reason = Reason::StepAside { shard: waiting };
            let need = Need { shard, to: Place::Node(other), mib: size, reason };
            let step = with(other);
            if !self.yard.may_step(shard, &step) {
                continue;
            }
            let Some(source) = self.source(need, wave.transfers.len()) else { continue };
            if self.yard.set_aside(shard, need.to).is_err() {
                continue;
            }
            self.begin(need, source, wave);
            self.steps.push((shard, step));
            self.has_stepped[shard] = true;
            self.spare.0 = self.spare.0.saturating_sub(1);
            self.spare.1 = self.spare.1.saturating_sub(size);
            return true;
        }
        false
    }
}
