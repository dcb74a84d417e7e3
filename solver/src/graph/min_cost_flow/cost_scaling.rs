//! Cost scaling by push and relabel.

use std::cmp::Reverse;
use std::collections::{BinaryHeap, VecDeque};

use super::solution::MinCostFlow;
use crate::graph::FlowNetwork;

/// By how much the permitted error shrinks from one phase to the next.
const SHRINKAGE: i64 = 8;

/// One direction of an arc in the residual network.
#[derive(Clone, Copy, Debug)]
struct ResidualArc {
    head: u32,
    /// Position of the opposite direction.
    reverse: u32,
    /// Cost times the scale.
    cost: i64,
    /// Units that can still be sent.
    room: i64,
}

/// A pseudoflow with potentials, in which no residual arc has a reduced cost below `-error`.
///
/// Costs are multiplied by the number of nodes plus one: a pseudoflow with error one is then
/// optimal, since a cycle of at most that many arcs cannot gain a whole unit of cost.
pub(super) struct CostScaling<'a> {
    network: &'a FlowNetwork,
    scale: i64,
    /// The residual arcs of node `v` are those at `starts[v]..starts[v + 1]`.
    starts: Vec<u32>,
    arcs: Vec<ResidualArc>,
    /// Where each arc of the network went.
    positions: Vec<u32>,
    current: Vec<u32>,
    excess: Vec<i64>,
    potentials: Vec<i64>,
    error: i64,
}

impl<'a> CostScaling<'a> {
    /// The zero flow. The caller has checked the ranges.
    pub(super) fn new(network: &'a FlowNetwork, largest: i64) -> Self {
        let nodes = network.node_count();
        let scale = nodes as i64 + 1;
        let mut starts = vec![0_u32; nodes + 1];
        for (tail, head) in network.tails().iter().zip(network.heads()) {
            starts[tail.index() + 1] += 1;
            starts[head.index() + 1] += 1;
        }
        for node in 0..nodes {
            starts[node + 1] += starts[node];
        }
        let mut next = starts.clone();
        let mut take = |node: usize| {
            next[node] += 1;
            next[node] - 1
        };
        let blank = ResidualArc { head: 0, reverse: 0, cost: 0, room: 0 };
        let mut arcs = vec![blank; 2 * network.arc_count()];
        let mut positions = Vec::with_capacity(network.arc_count());
        for arc in 0..network.arc_count() {
            let (tail, head) = (network.tails()[arc], network.heads()[arc]);
            let (forward, backward) = (take(tail.index()), take(head.index()));
            let cost = network.costs()[arc] * scale;
            // A loop changes no balance: the solution fills it if that pays.
            let room = if tail == head { 0 } else { network.capacities()[arc] };
            arcs[forward as usize] = ResidualArc { head: head.0, reverse: backward, cost, room };
            arcs[backward as usize] =
                ResidualArc { head: tail.0, reverse: forward, cost: -cost, room: 0 };
            positions.push(forward);
        }
        Self {
            network,
            scale,
            current: starts[..nodes].to_vec(),
            starts,
            arcs,
            positions,
            excess: network.supplies().to_vec(),
            potentials: vec![0; nodes],
            error: largest.max(1) * scale,
        }
    }

    /// Shrinks the error to one. The network must be feasible.
    pub(super) fn run(&mut self) {
        while self.error > 1 {
            self.error = (self.error / SHRINKAGE).max(1);
            self.refine();
        }
    }

    /// Makes the pseudoflow a flow within the new error.
    fn refine(&mut self) {
        self.saturate();
        let nodes = self.excess.len();
        let mut active: VecDeque<u32> =
            (0..nodes as u32).filter(|&node| self.excess[node as usize] > 0).collect();
        self.update_potentials();
        let mut relabels = 0;
        while let Some(node) = active.pop_front() {
            relabels += self.discharge(node, &mut active);
            if relabels > nodes {
                relabels = 0;
                self.update_potentials();
            }
        }
    }

    fn reduced_cost(&self, node: usize, arc: ResidualArc) -> i64 {
        arc.cost + self.potentials[node] - self.potentials[arc.head as usize]
    }

    /// Fills every residual arc of negative reduced cost.
    fn saturate(&mut self) {
        for node in 0..self.excess.len() {
            for position in self.starts[node]..self.starts[node + 1] {
                let arc = self.arcs[position as usize];
                if arc.room > 0 && self.reduced_cost(node, arc) < 0 {
                    self.push(node, position, arc.room);
                }
            }
        }
    }

    fn push(&mut self, node: usize, position: u32, amount: i64) {
        let arc = &mut self.arcs[position as usize];
        arc.room -= amount;
        let (head, reverse) = (arc.head, arc.reverse);
        self.arcs[reverse as usize].room += amount;
        self.excess[node] -= amount;
        self.excess[head as usize] += amount;
    }

    /// Sends the excess of a node along arcs of negative reduced cost, lowering its potential
    /// when none is left. Returns how often it was lowered.
    fn discharge(&mut self, node: u32, active: &mut VecDeque<u32>) -> usize {
        let node = node as usize;
        let mut relabels = 0;
        while self.excess[node] > 0 {
            let position = self.current[node];
            if position == self.starts[node + 1] {
                self.relabel(node);
                relabels += 1;
                continue;
            }
            let arc = self.arcs[position as usize];
            if arc.room > 0 && self.reduced_cost(node, arc) < 0 {
                let before = self.excess[arc.head as usize];
                let amount = arc.room.min(self.excess[node]);
                self.push(node, position, amount);
                if before <= 0 && self.excess[arc.head as usize] > 0 {
                    active.push_back(arc.head);
                }
                if self.excess[node] == 0 {
                    break;
                }
            }
            self.current[node] += 1;
        }
        relabels
    }

    /// Lowers a potential until one residual arc has reduced cost minus the error.
    fn relabel(&mut self, node: usize) {
        let range = self.starts[node] as usize..self.starts[node + 1] as usize;
        let open = self.arcs[range].iter().filter(|arc| arc.room > 0);
        let best = open.map(|arc| self.potentials[arc.head as usize] - arc.cost).max();
        // In a feasible network excess can always leave, at the latest the way it came.
        self.potentials[node] = best.unwrap_or(self.potentials[node]) - self.error;
        self.current[node] = self.starts[node];
    }

    /// Lowers all potentials at once such that every excess sees a way to a deficit: by the
    /// error times the length of a shortest path, an arc counting one more than the errors its
    /// reduced cost is worth.
    fn update_potentials(&mut self) {
        let nodes = self.excess.len();
        let mut distances = vec![i64::MAX; nodes];
        let mut heap = BinaryHeap::new();
        let mut waiting = 0_usize;
        for (node, &excess) in self.excess.iter().enumerate() {
            if excess < 0 {
                distances[node] = 0;
                heap.push(Reverse((0, node as u32)));
            } else if excess > 0 {
                waiting += 1;
            }
        }
        let mut farthest = 0;
        while waiting > 0
            && let Some(Reverse((distance, node))) = heap.pop()
        {
            let node = node as usize;
            if distance > distances[node] {
                continue;
            }
            farthest = distance;
            waiting -= usize::from(self.excess[node] > 0);
            for arc in &self.arcs[self.starts[node] as usize..self.starts[node + 1] as usize] {
                let back = self.arcs[arc.reverse as usize];
                let tail = arc.head as usize;
                if back.room > 0 {
                    let reduced = self.reduced_cost(tail, back);
                    let other = distance + reduced.div_euclid(self.error) + 1;
                    if other < distances[tail] {
                        distances[tail] = other;
                        heap.push(Reverse((other, tail as u32)));
                    }
                }
            }
        }
        for (potential, distance) in self.potentials.iter_mut().zip(distances) {
            *potential -= self.error * distance.min(farthest);
        }
        self.current.copy_from_slice(&self.starts[..nodes]);
    }

    /// The flow, and potentials in units of cost.
    pub(super) fn solution(self) -> MinCostFlow {
        let network = self.network;
        let mut flows = Vec::with_capacity(network.arc_count());
        for (arc, &position) in self.positions.iter().enumerate() {
            let (tail, head) = (network.tails()[arc], network.heads()[arc]);
            let capacity = network.capacities()[arc];
            flows.push(match () {
                () if tail != head => capacity - self.arcs[position as usize].room,
                () if network.costs()[arc] < 0 => capacity,
                () => 0,
            });
        }
        let potentials = self.rounded_potentials();
        MinCostFlow { cost: network.cost_of(&flows), flows, potentials }
    }

    /// Divides the potentials by the scale, rounding at a remainder that none of them has (there
    /// are more remainders than nodes). An error of one would have to step across that remainder
    /// to turn a reduced cost negative, so it disappears.
    fn rounded_potentials(&self) -> Vec<i64> {
        let mut used = vec![false; self.scale as usize];
        for &potential in &self.potentials {
            used[potential.rem_euclid(self.scale) as usize] = true;
        }
        let unused = used.iter().position(|&used| !used).unwrap_or(0) as i64;
        let shift = self.scale - 1 - unused;
        let round = |&potential: &i64| (potential + shift).div_euclid(self.scale);
        self.potentials.iter().map(round).collect()
    }
}
