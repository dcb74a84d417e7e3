//! The cluster between two waves, as the scheduler sees it.

use super::waves::{Drop, Place, Shortage, Switch};
use crate::replication_placement::footprint::{Footprint, own_rules};
use crate::replication_placement::instance::{Index, Layout, Loads, NodeId, StoreId};
use crate::replication_placement::plan::{Plan, ShardPlan};

/// Who has which state, which decisions are in effect, and what all of that takes.
pub(super) struct Yard<'a> {
    pub(super) index: &'a Index<'a>,
    pub(super) plan: &'a Plan,
    layout: Layout,
    /// MiB on nodes, with what is on its way to them.
    memory: Vec<u64>,
    memory_limit: Vec<u64>,
    /// Loads of the decisions in effect, by row, and how far they may go. Room in stores also counts
    /// states that are saved ahead.
    loads: Vec<u128>,
    most: Vec<u128>,
    in_effect: Vec<Option<ShardPlan>>,
    /// Nodes that have the state.
    live: Vec<Vec<NodeId>>,
    /// Nodes to which it is on its way since before the first wave.
    in_flight: Vec<Vec<NodeId>>,
    /// Room that a store keeps for a state saved ahead.
    ahead: Vec<Option<(StoreId, u64)>>,
    footprint: Footprint,
}

impl<'a> Yard<'a> {
    /// The cluster as it is now. Time O(shards · copies · trunks + nodes).
    pub(super) fn new(index: &'a Index<'a>, plan: &'a Plan) -> Self {
        let layout = Layout::of(index);
        let shards = 0..index.instance.shards.len();
        let in_effect: Vec<Option<ShardPlan>> =
            shards.clone().map(|shard| index.current(shard).cloned()).collect();
        let now = Loads::of(index, in_effect.iter().map(Option::as_ref));
        let end = Loads::of(index, plan.shards.iter().map(Some));
        let live: Vec<Vec<NodeId>> = in_effect
            .iter()
            .map(|own| own.iter().flat_map(|own| own.nodes.clone()).collect())
            .collect();
        let in_flight = shards
            .map(|shard| {
                let held = index.holders(shard).iter().copied();
                held.filter(|node| !live[shard].contains(node)).collect()
            })
            .collect();
        let mut yard = Self {
            index,
            plan,
            layout,
            // While nothing moves, memory while moving is what nodes hold.
            memory: now.during.iter().map(|&mib| mib as u64).collect(),
            memory_limit: Vec::new(),
            loads: vec![0; layout.rows()],
            most: vec![u128::MAX; layout.rows()],
            ahead: vec![None; in_effect.len()],
            in_effect,
            live,
            in_flight,
            footprint: Footprint::default(),
        };
        yard.memory_limit = (index.nodes().zip(&index.instance.nodes))
            .map(|(node, data)| {
                let limit = data.memory_during_mib.unwrap_or(data.memory_mib);
                limit.max(yard.memory[node.index()]).max(end.memory[node.index()] as u64)
            })
            .collect();
        yard.set_limits(&now, &end);
        yard
    }

    fn set_limits(&mut self, now: &Loads, end: &Loads) {
        let (index, layout) = (self.index, self.layout);
        let mut set = |row: u32, limit: u64, now: u128, end: u128| {
            self.loads[row as usize] = now;
            self.most[row as usize] = now.max(end).max(limit.into());
        };
        for (node, data) in index.nodes().zip(&index.instance.nodes) {
            let n = node.index();
            set(layout.sent(node), data.nic_out_kib_per_s, now.sent[n], end.sent[n]);
            set(layout.received(node), data.nic_in_kib_per_s, now.received[n], end.received[n]);
        }
        for (store, data) in index.stores().zip(&index.instance.stores) {
            let j = store.index();
            set(layout.stored(store), data.capacity_mib, now.stored[j], end.stored[j]);
            set(layout.taken(store), data.ingest_kib_per_s, now.taken[j], end.taken[j]);
        }
        for (number, &(_, trunk)) in (0..).zip(index.trunks()) {
            let t = number as usize;
            set(layout.trunk(number), trunk, now.crossing[t], end.crossing[t]);
        }
    }

    /// A shard's size, in MiB.
    pub(super) fn size(&self, shard: usize) -> u64 {
        self.index.instance.shards[shard].state_mib
    }

    /// The decision in effect.
    pub(super) fn in_effect(&self, shard: usize) -> Option<&ShardPlan> {
        self.in_effect[shard].as_ref()
    }

    /// The nodes that have the shard's state.
    pub(super) fn live(&self, shard: usize) -> &[NodeId] {
        &self.live[shard]
    }

    /// Memory that is free on a node until the wave ends.
    pub(super) fn free_mib(&self, node: NodeId) -> u64 {
        self.memory_limit[node.index()].saturating_sub(self.memory[node.index()])
    }

    /// Sets memory or room aside for a copy, or says what is short.
    pub(super) fn set_aside(&mut self, shard: usize, to: Place) -> Result<(), Shortage> {
        match to {
            Place::Node(node) if self.in_flight[shard].contains(&node) => Ok(()),
            Place::Node(node) => {
                let (size, free) = (self.size(shard), self.free_mib(node));
                if size > free {
                    return Err(Shortage::Memory { node, mib: size - free });
                }
                self.memory[node.index()] += size;
                Ok(())
            }
            Place::Store(store) => {
                let mode = self.plan.shards[shard].mode;
                let wanted = self.index.store_mib(shard, mode);
                let kept =
                    self.in_effect[shard].as_ref().filter(|now| now.mode.store() == Some(store));
                let kept = kept.map_or(0, |now| self.index.store_mib(shard, now.mode));
                let extra = wanted.saturating_sub(kept);
                let row = self.layout.stored(store);
                self.fits(row, extra.into())?;
                self.loads[row as usize] += u128::from(extra);
                self.ahead[shard] = Some((store, extra));
                Ok(())
            }
            Place::Outside => Ok(()),
        }
    }

    fn fits(&self, row: u32, added: u128) -> Result<(), Shortage> {
        let (load, most) = (self.loads[row as usize] + added, self.most[row as usize]);
        if load <= most {
            return Ok(());
        }
        let amount = u64::try_from(load - most).unwrap_or(u64::MAX);
        Err(Shortage::Row { row, amount })
    }

    /// A copy has arrived.
    pub(super) fn arrived(&mut self, shard: usize, to: Place) {
        if let Place::Node(node) = to {
            self.in_flight[shard].retain(|&each| each != node);
            self.live[shard].push(node);
        }
    }

    /// Lets a decision take effect whose nodes and store have the state, or says what is short.
    pub(super) fn switch(&mut self, shard: usize, to: &ShardPlan) -> Result<Switch, Shortage> {
        if !to.nodes.iter().all(|node| self.live[shard].contains(node)) {
            return Err(Shortage::Others);
        }
        let before = self.in_effect[shard].take();
        if let Some(before) = &before {
            self.load(shard, before, Sign::Minus);
        }
        let ahead = self.ahead[shard].filter(|ahead| to.mode.store() == Some(ahead.0));
        if let Some((store, mib)) = ahead {
            self.loads[self.layout.stored(store) as usize] -= u128::from(mib);
        }
        self.load(shard, to, Sign::Plus);
        let short = self.footprint.uses.iter().find_map(|each| self.fits(each.row, 0).err());
        if let Some(short) = short {
            self.load(shard, to, Sign::Minus);
            if let Some((store, mib)) = ahead {
                self.loads[self.layout.stored(store) as usize] += u128::from(mib);
            }
            if let Some(before) = &before {
                self.load(shard, before, Sign::Plus);
            }
            self.in_effect[shard] = before;
            return Err(short);
        }
        if ahead.is_some() {
            self.ahead[shard] = None;
        }
        self.in_effect[shard] = Some(to.clone());
        Ok(Switch { shard, to: to.clone() })
    }

    /// Adds a decision's loads of networks, stores and trunks, or takes them away; its uses stay in
    /// the buffer.
    fn load(&mut self, shard: usize, decision: &ShardPlan, sign: Sign) {
        self.layout.write(self.index, shard, decision, &mut self.footprint);
        for each in &self.footprint.uses {
            let amount = each.amount as u128;
            let load = &mut self.loads[each.row as usize];
            match (self.most[each.row as usize], sign) {
                // Memory is counted by who has a state, not by decisions; moves are counted once.
                (u128::MAX, _) => {}
                (_, Sign::Plus) => *load += amount,
                (_, Sign::Minus) => *load -= amount,
            }
        }
    }

    /// Drops the copies of a shard that neither the decision in effect nor the plan needs.
    pub(super) fn drop_idle(&mut self, shard: usize, drops: &mut Vec<Drop>) {
        let wanted = &self.plan.shards[shard].nodes;
        let in_use = self.in_effect[shard].as_ref().map_or(&[][..], |own| &own.nodes);
        let is_idle = |node: &NodeId| !wanted.contains(node) && !in_use.contains(node);
        let size = self.size(shard);
        for list in [&mut self.live[shard], &mut self.in_flight[shard]] {
            for &node in list.iter().filter(|node| is_idle(node)) {
                self.memory[node.index()] -= size;
                drops.push(Drop { shard, node });
            }
            list.retain(|node| !is_idle(node));
        }
    }

    /// Whether a decision may stand in for the one in effect: new nodes are permitted and fast
    /// enough, a pinned primary stays, and no rule of its own is violated.
    pub(super) fn may_step(&mut self, shard: usize, to: &ShardPlan) -> bool {
        let index = self.index;
        let Some(now) = &self.in_effect[shard] else { return false };
        let may_be = |(at, (&node, &old)): (usize, (&NodeId, &NodeId))| {
            node == old
                || index.is_eligible(shard, node) && index.keeps_pace(shard, to.mode, at, node)
        };
        let leads = to.nodes[0] == now.nodes[0]
            || index.pinned(shard).is_none_or(|pinned| to.nodes[0] == pinned);
        leads
            && to.nodes.iter().zip(&now.nodes).enumerate().all(may_be)
            && own_rules(index, shard, to).1 == 0
            && self.would_carry(shard, to)
    }

    /// Whether networks, trunks and stores could carry a decision in place of the one in effect.
    fn would_carry(&mut self, shard: usize, to: &ShardPlan) -> bool {
        let before = self.in_effect[shard].take();
        if let Some(before) = &before {
            self.load(shard, before, Sign::Minus);
        }
        self.load(shard, to, Sign::Plus);
        let fits = self.footprint.uses.iter().all(|each| self.fits(each.row, 0).is_ok());
        self.load(shard, to, Sign::Minus);
        if let Some(before) = &before {
            self.load(shard, before, Sign::Plus);
        }
        self.in_effect[shard] = before;
        fits
    }
}

#[derive(Clone, Copy)]
enum Sign {
    Plus,
    Minus,
}
