//! List scheduling of moves: wave by wave, whatever still fits goes along.
//!
//! **Idea.** Copies are sorted; every wave takes them in this order as long as memory, copies per
//! node and copies at once allow, each from the holder whose network has most time left. At the end
//! of a wave decisions take effect as soon as their nodes and store have the state, and what is no
//! longer needed is dropped, which makes room for the next wave. Where nothing fits, some shard steps
//! aside (see `step_aside`). Three orders are tried: the largest first, those through the busiest
//! network first, those that leave the most wanted nodes first; the quickest result counts.
//!
//! **Guarantee.** With one copy per node and nothing but networks of equal speed in the way this is
//! the greedy algorithm for max edge colouring, at most twice the optimum (A. Kesselman, K. Kogan,
//! *Nonpreemptive scheduling of optical switches*, IEEE Trans. Communications 55, 2007); otherwise
//! none: compare with `bounds`. Time O(orders · waves · copies · holders · levels).

use std::cmp::Reverse;

use super::needs::{Need, needs};
use super::pace::Pace;
use super::waves::{MovePlan, Place, Reason, Shortage, Stuck, Transfer, Wave};
use super::yard::Yard;
use crate::replication_placement::instance::{Index, Layout};
use crate::replication_placement::plan::{Plan, ShardPlan};

/// Orders the moves from the current placement to a plan that the referee accepts.
#[must_use]
pub fn schedule(index: &Index, plan: &Plan) -> MovePlan {
    let needs = needs(index, plan);
    let pace = Pace::new(index);
    let candidates = Order::ALL.map(|order| {
        let sorted = order.sorted(index, plan, &pace, &needs);
        let found = Scheduler::new(index, plan, &pace, sorted).run();
        ((found.stuck.len(), found.duration_ms(), found.waves.len()), found)
    });
    let best = candidates.into_iter().min_by_key(|candidate| candidate.0);
    best.map(|best| best.1).unwrap_or_default()
}

/// Which copies come first.
#[derive(Clone, Copy)]
enum Order {
    /// The largest.
    Size,
    /// Those through the network that needs longest for all that passes it.
    Busiest,
    /// Those that leave nodes for which most others wait.
    Freeing,
}

impl Order {
    const ALL: [Order; 3] = [Order::Size, Order::Busiest, Order::Freeing];

    fn sorted(self, index: &Index, plan: &Plan, pace: &Pace, needs: &[Need]) -> Vec<Need> {
        let layout = Layout::of(index);
        let mut sorted = needs.to_vec();
        let mut incoming = vec![0_u128; index.instance.nodes.len()];
        for (node, need) in needs.iter().filter_map(|need| Some((need.to.node()?, need))) {
            incoming[node.index()] += u128::from(need.mib);
        }
        let current = |shard: usize| index.current(shard).map_or(&[][..], |own| &own.nodes);
        match self {
            Order::Size => sorted.sort_by_key(|need| Reverse(need.mib)),
            Order::Busiest => {
                let mut outgoing = vec![0_u128; index.instance.nodes.len()];
                for need in needs {
                    if let &[only] = current(need.shard) {
                        outgoing[only.index()] += u128::from(need.mib);
                    }
                }
                let time = |need: &Need| {
                    let to = need.to.node().map_or(0, |node| {
                        pace.time_ms(layout.received(node), incoming[node.index()])
                    });
                    let from = current(need.shard)
                        .iter()
                        .map(|&node| pace.time_ms(layout.sent(node), outgoing[node.index()]));
                    from.fold(to, u64::max)
                };
                sorted.sort_by_cached_key(|need| Reverse((time(need), need.mib)));
            }
            Order::Freeing => {
                let wanted = |need: &Need| {
                    let stays = &plan.shards[need.shard].nodes;
                    let left = current(need.shard).iter().filter(|node| !stays.contains(node));
                    left.map(|node| incoming[node.index()]).max().unwrap_or(0)
                };
                sorted.sort_by_cached_key(|need| Reverse((wanted(need), need.mib)));
            }
        }
        sorted
    }
}

/// The waves so far, and what is left.
pub(super) struct Scheduler<'a> {
    pub(super) yard: Yard<'a>,
    pace: &'a Pace,
    /// Copies not begun, in their order.
    pub(super) pending: Vec<Need>,
    /// Copies of every shard that have not arrived.
    missing: Vec<u32>,
    /// Shards that have all they need and whose decision is not in effect.
    ready: Vec<usize>,
    /// Decisions on the way, to take effect at the end of this wave.
    pub(super) steps: Vec<(usize, ShardPlan)>,
    pub(super) has_stepped: Vec<bool>,
    /// Copies and MiB that may still be moved beyond what the plan moves.
    pub(super) spare: (u64, u64),
    /// Copies that nodes send and receive in this wave, and MiB by row.
    sent: Vec<u64>,
    received: Vec<u64>,
    loads: Vec<u128>,
    touched: Vec<u32>,
    rows: Vec<u32>,
}

impl<'a> Scheduler<'a> {
    fn new(index: &'a Index<'a>, plan: &'a Plan, pace: &'a Pace, pending: Vec<Need>) -> Self {
        let (shards, nodes) = (plan.shards.len(), index.instance.nodes.len());
        let mut missing = vec![0; shards];
        let mut moved = (0, 0);
        for need in &pending {
            missing[need.shard] += 1;
            if need.reason == Reason::Planned && index.current(need.shard).is_some() {
                moved = (moved.0 + 1, moved.1 + need.mib);
            }
        }
        let limits = index.instance.move_limits;
        let spare = |most: Option<u64>, moved: u64| {
            most.map_or(u64::MAX, |most| most.saturating_sub(moved))
        };
        let is_ready = |&shard: &usize| {
            missing[shard] == 0 && index.current(shard) != Some(&plan.shards[shard])
        };
        Self {
            yard: Yard::new(index, plan),
            pace,
            ready: (0..shards).filter(is_ready).collect(),
            pending,
            missing,
            steps: Vec::new(),
            has_stepped: vec![false; shards],
            spare: (spare(limits.copies, moved.0), spare(limits.mib, moved.1)),
            sent: vec![0; nodes],
            received: vec![0; nodes],
            loads: vec![0; Layout::of(index).rows()],
            touched: Vec::new(),
            rows: Vec::new(),
        }
    }

    fn run(mut self) -> MovePlan {
        let mut waves = Vec::new();
        // What needs no copies comes first: it takes no time and makes room.
        let mut wave = Wave::default();
        self.settle(&mut wave);
        for shard in 0..self.missing.len() {
            self.yard.drop_idle(shard, &mut wave.drops);
        }
        loop {
            if !wave.is_empty() {
                wave.duration_ms = self.pace.duration_ms(self.yard.index, &wave.transfers);
                waves.push(wave);
            }
            wave = Wave::default();
            self.begin_wave();
            self.fill(&mut wave);
            if wave.transfers.is_empty() {
                self.step_aside(&mut wave);
            }
            for at in 0..wave.transfers.len() {
                self.arrive(wave.transfers[at]);
            }
            self.settle(&mut wave);
            if wave.is_empty() {
                break;
            }
        }
        MovePlan { waves, stuck: self.stuck() }
    }

    fn begin_wave(&mut self) {
        self.sent.fill(0);
        self.received.fill(0);
        for row in self.touched.drain(..) {
            self.loads[row as usize] = 0;
        }
    }

    /// Begins every copy that fits, in order.
    fn fill(&mut self, wave: &mut Wave) {
        let pending = std::mem::take(&mut self.pending);
        for need in pending {
            match self.source(need, wave.transfers.len()) {
                Some(from) if self.yard.set_aside(need.shard, need.to).is_ok() => {
                    self.begin(need, from, wave);
                }
                _ => self.pending.push(need),
            }
        }
    }

    /// Where a copy may come from in this wave; `None` where nodes have enough to do.
    pub(super) fn source(&mut self, need: Need, begun: usize) -> Option<Place> {
        let limits = self.yard.index.instance.move_limits;
        let most = limits.copies_per_node;
        let is_full = limits.copies_at_once.is_some_and(|most| begun as u64 >= most)
            || need.to.node().is_some_and(|node| self.received[node.index()] >= most);
        if is_full {
            return None;
        }
        if self.yard.in_effect(need.shard).is_none() {
            return Some(Place::Outside);
        }
        let mut best: Option<(u64, Place)> = None;
        for at in 0..self.yard.live(need.shard).len() {
            let node = self.yard.live(need.shard)[at];
            if self.sent[node.index()] < most {
                let from = Place::Node(node);
                best = best.into_iter().chain([(self.time_ms(need, from), from)]).min();
            }
        }
        best.map(|(_, from)| from)
    }

    /// How long everything that a copy passes takes in this wave if it goes along, in ms.
    fn time_ms(&mut self, need: Need, from: Place) -> u64 {
        self.pace.rows(self.yard.index, from, need.to, &mut self.rows);
        let time = |&row: &u32| {
            let mib = self.loads[row as usize] + u128::from(need.mib);
            self.pace.time_ms(row, mib)
        };
        self.rows.iter().map(time).max().unwrap_or(0)
    }

    /// Begins a copy whose room is set aside.
    pub(super) fn begin(&mut self, need: Need, from: Place, wave: &mut Wave) {
        let Need { shard, to, mib, reason } = need;
        if let Some(node) = from.node() {
            self.sent[node.index()] += 1;
        }
        if let Some(node) = to.node() {
            self.received[node.index()] += 1;
        }
        self.pace.rows(self.yard.index, from, to, &mut self.rows);
        for &row in &self.rows {
            self.loads[row as usize] += u128::from(mib);
            self.touched.push(row);
        }
        wave.transfers.push(Transfer { shard, from, to, mib, reason });
    }

    fn arrive(&mut self, transfer: Transfer) {
        let shard = transfer.shard;
        self.yard.arrived(shard, transfer.to);
        if !matches!(transfer.reason, Reason::StepAside { .. }) {
            self.missing[shard] -= 1;
            if self.missing[shard] == 0 {
                self.ready.push(shard);
            }
        }
    }

    /// Lets decisions take effect, again as long as one makes room for another, and drops what they
    /// no longer need.
    fn settle(&mut self, wave: &mut Wave) {
        for (shard, step) in std::mem::take(&mut self.steps) {
            wave.switches.extend(self.yard.switch(shard, &step));
            self.yard.drop_idle(shard, &mut wave.drops);
        }
        let mut done = Vec::new();
        loop {
            let before = self.ready.len();
            let yard = &mut self.yard;
            self.ready.retain(|&shard| {
                let switched = yard.switch(shard, &yard.plan.shards[shard]);
                let is_done = switched.is_ok();
                wave.switches.extend(switched);
                if is_done {
                    done.push(shard);
                }
                !is_done
            });
            if self.ready.len() == before {
                break;
            }
        }
        for shard in done {
            self.yard.drop_idle(shard, &mut wave.drops);
        }
    }

    /// What is left, and why.
    fn stuck(mut self) -> Vec<Stuck> {
        let mut stuck = Vec::new();
        for &shard in &self.ready {
            let plan = self.yard.plan;
            if let Err(shortage) = self.yard.switch(shard, &plan.shards[shard]) {
                stuck.push(Stuck { shard, to: None, shortage });
            }
        }
        for need in std::mem::take(&mut self.pending) {
            let shortage = self.yard.set_aside(need.shard, need.to).err();
            // What would fit alone waits for what does not.
            let shortage = shortage.unwrap_or(Shortage::Others);
            stuck.push(Stuck { shard: need.shard, to: Some(need.to), shortage });
        }
        stuck
    }
}
