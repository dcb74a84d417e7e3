//! Highest-label push-relabel with gaps and incremental global relabelling.

use std::ops::{AddAssign, SubAssign};

use super::levels::{ActiveStacks, Levels};
use super::residual::ResidualNetwork;
use super::search::LevelOrder;

/// Work of a relabelling besides the arcs it scans.
const RELABEL_WORK: usize = 12;
/// A global relabelling pays once the work since the last exceeds this much per node it would
/// visit, plus half an average row.
const GLOBAL_WORK_PER_NODE: usize = 12;
/// Nodes by which the price of a global relabelling is overstated, lest tiny ones crowd.
const GLOBAL_WORK_NODES: usize = 1000;

/// The number type of excesses: `i64` where the source cannot send more, else `i128`.
pub(super) trait Excess: Copy + Ord + Default + AddAssign + SubAssign + From<i64> {
    /// The part of the excess that fits through `residual`.
    fn capped(self, residual: i64) -> i64;
}

impl Excess for i64 {
    fn capped(self, residual: i64) -> i64 {
        self.min(residual)
    }
}

impl Excess for i128 {
    fn capped(self, residual: i64) -> i64 {
        i64::try_from(self).map_or(residual, |excess| excess.min(residual))
    }
}

#[derive(Clone, Copy)]
struct Node<E> {
    excess: E,
    /// A lower bound on the number of residual arcs to the target; `node_count` if there is no
    /// way.
    height: u32,
    /// No arc of the row before this one is admissible.
    current: u32,
}

/// A preflow on its way to becoming a flow.
pub(super) struct PushRelabel<'a, E> {
    residual: &'a mut ResidualNetwork,
    nodes: Vec<Node<E>>,
    levels: Levels,
    active: ActiveStacks,
    order: LevelOrder,
    /// Heights up to this one equal distances, and `order` holds their levels.
    exact_up_to: u32,
    work: usize,
    /// The node to which excess goes.
    target: u32,
    /// The other one of source and sink, through which no excess goes.
    barrier: u32,
}

impl<'a, E: Excess> PushRelabel<'a, E> {
    /// Starts with every arc out of `source` saturated.
    pub(super) fn new(residual: &'a mut ResidualNetwork, source: u32) -> Self {
        let node_count = residual.node_count();
        let mut nodes = vec![Node { excess: E::default(), height: 0, current: 0 }; node_count];
        for position in residual.row_range(source) {
            let arc = residual.arcs[position];
            residual.push(position, arc.residual);
            nodes[arc.head as usize].excess += E::from(arc.residual);
        }
        Self {
            residual,
            nodes,
            levels: Levels::new(node_count),
            active: ActiveStacks::new(node_count),
            order: LevelOrder::new(node_count),
            exact_up_to: 0,
            work: 0,
            target: source,
            barrier: source,
        }
    }

    /// Excess that has arrived at `node`.
    pub(super) fn excess(&self, node: u32) -> E {
        self.nodes[node as usize].excess
    }

    /// Nodes that the last [`PushRelabel::drain`] found cut off from its target.
    pub(super) fn cut_off(&self) -> Vec<bool> {
        self.nodes.iter().map(|node| node.height == self.unreachable()).collect()
    }

    /// Sends all excess that can reach `target` there, never through `barrier`.
    ///
    /// What remains lies on nodes that are cut off from the target.
    pub(super) fn drain(&mut self, target: u32, barrier: u32) {
        self.aim(target, barrier);
        self.relabel_globally(usize::MAX);
        self.discharge_all();
    }

    /// Sends all excess but the sink's back to `source`, from where there was a way for each unit.
    pub(super) fn give_back(&mut self, source: u32, sink: u32) {
        self.aim(source, sink);
        // Excess often lies near the source, and a search that stops there is enough to send
        // most of it back. Some may find its way barred by nodes that were not met.
        self.relabel_globally(self.count_excesses());
        self.discharge_all();
        if self.count_excesses() > 0 {
            self.relabel_globally(usize::MAX);
            self.discharge_all();
        }
    }

    fn discharge_all(&mut self) {
        while let Some(node) = self.active.pop_highest() {
            self.discharge(node);
            if self.global_relabelling_pays() {
                self.relabel_globally(usize::MAX);
            }
        }
    }

    /// Nodes besides the terminals that hold excess.
    fn count_excesses(&self) -> usize {
        let terminals = [self.target as usize, self.barrier as usize];
        let has_excess = |node: &Node<E>| node.excess > E::default();
        let on_terminals = terminals.iter().filter(|&&node| has_excess(&self.nodes[node])).count();
        self.nodes.iter().filter(|node| has_excess(node)).count() - on_terminals
    }

    fn unreachable(&self) -> u32 {
        self.nodes.len() as u32
    }

    /// Forgets all heights and makes `target` the node to which excess goes.
    fn aim(&mut self, target: u32, barrier: u32) {
        (self.target, self.barrier) = (target, barrier);
        let unreachable = self.unreachable();
        for node in &mut self.nodes {
            node.height = unreachable;
        }
        self.nodes[self.target as usize].height = 0;
        self.levels.clear_from(0);
        self.active.clear_from(0);
        self.order.restart(self.target);
        self.exact_up_to = 0;
    }

    fn global_relabelling_pays(&self) -> bool {
        let price = GLOBAL_WORK_PER_NODE + self.residual.arcs.len() / (2 * self.nodes.len());
        self.work > price * GLOBAL_WORK_NODES
            && self.work > price * (GLOBAL_WORK_NODES + self.order.above(self.exact_up_to).len())
    }

    /// Sets every height to the exact distance to the target.
    ///
    /// Highest-label selection works from the far end towards the target, so the levels near the
    /// target are mostly still exact and the backward search resumes above them. It stops early
    /// once it has met `excesses` nodes with excess; heights beyond are left unknown.
    fn relabel_globally(&mut self, mut excesses: usize) {
        self.forget_heights_above(self.exact_up_to);
        // A finite height makes the search pass the barrier by.
        self.nodes[self.barrier as usize].height = 0;
        while excesses > 0 && !self.order.level(self.order.top()).is_empty() {
            excesses -= self.search_next_level();
        }
        self.nodes[self.barrier as usize].height = self.unreachable();
        self.exact_up_to = self.order.top();
        self.work = 0;
    }

    fn forget_heights_above(&mut self, height: u32) {
        let unreachable = self.unreachable();
        for &node in self.order.above(height) {
            self.nodes[node as usize].height = unreachable;
        }
        self.levels.clear_from(height + 1);
        self.active.clear_from(height + 1);
        self.order.truncate(height);
    }

    /// Finds the nodes one arc farther from the target. Returns how many hold excess.
    fn search_next_level(&mut self) -> usize {
        let height = self.order.top() + 1;
        let mut end = self.order.end();
        for place in self.order.level(height - 1) {
            end = self.meet_predecessors(self.order.nodes[place], height, end);
        }
        self.order.close_level(end);
        self.enter_level(height)
    }

    /// Appends to the order, from `end`, the nodes with a residual arc to `node` that have not
    /// been met. Returns the new end.
    fn meet_predecessors(&mut self, node: u32, height: u32, mut end: usize) -> usize {
        let unreachable = self.nodes.len() as u32;
        for arc in self.residual.row(node) {
            let head = &mut self.nodes[arc.head as usize];
            if head.height == unreachable {
                // Whether the reverse has residual capacity is a coin toss that no processor
                // predicts: write first, then move the end or do not.
                let is_open = self.residual.arcs[arc.reverse as usize].residual > 0;
                self.order.nodes[end] = arc.head;
                end += usize::from(is_open);
                head.height = if is_open { height } else { unreachable };
            }
        }
        end
    }

    /// Lists the nodes of a level. Returns how many hold excess.
    fn enter_level(&mut self, height: u32) -> usize {
        let nodes = &self.order.nodes[self.order.level(height)];
        self.levels.fill(height, nodes);
        let mut excesses = 0;
        for &node in nodes {
            let entry = &mut self.nodes[node as usize];
            entry.current = self.residual.row_start(node);
            if entry.excess > E::default() {
                self.active.insert(node, height);
                excesses += 1;
            }
        }
        excesses
    }

    /// Pushes and relabels until the excess is gone or the node turns out to be cut off.
    fn discharge(&mut self, node: u32) {
        // Its own distance may grow from now on; nobody nearer to the target is affected.
        self.exact_up_to = self.exact_up_to.min(self.nodes[node as usize].height - 1);
        while !self.push_downhill(node) {
            if !self.relabel(node) {
                return;
            }
        }
    }

    /// Pushes along admissible arcs. Says whether all excess went.
    fn push_downhill(&mut self, node: u32) -> bool {
        let Node { mut excess, height, current } = self.nodes[node as usize];
        for position in current as usize..self.residual.row_range(node).end {
            let arc = self.residual.arcs[position];
            if arc.residual == 0 || self.nodes[arc.head as usize].height + 1 != height {
                continue;
            }
            let amount = excess.capped(arc.residual);
            self.residual.push(position, amount);
            self.receive(arc.head, amount);
            excess -= E::from(amount);
            if excess == E::default() {
                self.nodes[node as usize].excess = excess;
                self.nodes[node as usize].current = position as u32;
                return true;
            }
        }
        self.nodes[node as usize].excess = excess;
        false
    }

    fn receive(&mut self, node: u32, amount: i64) {
        let entry = &mut self.nodes[node as usize];
        let was_idle = entry.excess == E::default();
        entry.excess += E::from(amount);
        if was_idle && node != self.target {
            self.active.insert(node, entry.height);
        }
    }

    /// Raises a node just above its lowest residual neighbour. Says whether it can still reach
    /// the target.
    fn relabel(&mut self, node: u32) -> bool {
        let height = self.nodes[node as usize].height;
        if self.levels.is_alone(node, height) {
            self.open_gap(height);
            return false;
        }
        self.levels.remove(node, height);
        let (lowest, position) = self.lowest_neighbour(node);
        let new_height = (lowest + 1).min(self.unreachable());
        self.nodes[node as usize].height = new_height;
        self.nodes[node as usize].current = position;
        if new_height == self.unreachable() {
            return false;
        }
        self.levels.insert(node, new_height);
        true
    }

    /// The least height at the end of a residual arc, and the first arc that leads there.
    fn lowest_neighbour(&mut self, node: u32) -> (u32, u32) {
        let row = self.residual.row(node);
        self.work += RELABEL_WORK + row.len();
        let mut lowest = (self.unreachable(), 0);
        for (position, arc) in (self.residual.row_start(node)..).zip(row) {
            if arc.residual > 0 && self.nodes[arc.head as usize].height < lowest.0 {
                lowest = (self.nodes[arc.head as usize].height, position);
            }
        }
        lowest
    }

    /// Nobody stands at `height` any more, so whoever is at or above it is cut off.
    fn open_gap(&mut self, height: u32) {
        let unreachable = self.unreachable();
        self.levels.drain_from(height, |node| self.nodes[node as usize].height = unreachable);
    }
}
