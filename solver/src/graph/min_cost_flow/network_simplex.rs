//! The primal network simplex method.

use super::pricing::{BlockSearch, PricedArc, State, pricing_order};
use super::solution::{Infeasible, MinCostFlow, ViolatedCut};
use super::spanning_tree::{Link, NONE, Pointing, Rehang, SpanningTree};
use crate::graph::{FlowNetwork, NodeId};

/// Links followed, per arc and node, before the nodes are renamed: renaming touches every arc
/// once at random, so it must pay for itself in shorter walks.
const WALK_BEFORE_RENAMING: usize = 4;

/// Flow and capacity of an arc.
#[derive(Clone, Copy, Debug)]
struct Load {
    flow: i64,
    capacity: i64,
}

impl Load {
    fn room(self) -> i64 {
        self.capacity - self.flow
    }
}

/// One side of the cycle that an entering arc closes.
#[derive(Clone, Copy, Debug)]
struct Side {
    /// The least change that fills or empties an arc of the side.
    limit: i64,
    /// The node below that arc, [`NONE`] on an empty side.
    node: u32,
}

/// The cycle that an entering arc closes: flow runs from `first` along the entering arc to
/// `second`, from there up the tree to `join` and down again to `first`.
#[derive(Clone, Copy, Debug)]
struct Cycle {
    first: u32,
    second: u32,
    join: u32,
    down: Side,
    up: Side,
}

/// A basis: a spanning tree, and every other arc empty or full.
///
/// Positions `0..real` are the arcs of the network in pricing order; behind them every node has
/// one artificial arc to or from the artificial root. Nodes go by working names that change
/// when they are renamed along the tree.
pub(super) struct NetworkSimplex<'a> {
    network: &'a FlowNetwork,
    order: Vec<u32>,
    arcs: Vec<PricedArc>,
    states: Vec<State>,
    loads: Vec<Load>,
    /// Price of a unit at every node, up to a common offset modulo 2^64. The differences fit:
    /// a tree path has at most two artificial arcs.
    potentials: Vec<i64>,
    tree: SpanningTree,
    /// Working name of every node of the network, and of the root at the end.
    names: Vec<u32>,
    walked: usize,
}

impl<'a> NetworkSimplex<'a> {
    /// Starts from the star of artificial arcs, which carry all supply through the root.
    ///
    /// A node without supply points at the root, so every arc without flow points upwards: the
    /// tree is strongly feasible, and the choice of the leaving arc keeps it so, which rules out
    /// cycling (Cunningham 1976).
    pub(super) fn new(network: &'a FlowNetwork) -> Self {
        let order = pricing_order(network);
        let (real, nodes) = (order.len(), network.node_count());
        let mut arcs = Vec::with_capacity(real + nodes);
        let mut loads = Vec::with_capacity(real + nodes);
        for &arc in &order {
            let arc = arc as usize;
            let (tail, head) = (network.tails()[arc].0, network.heads()[arc].0);
            arcs.push(PricedArc { tail, head, cost: network.costs()[arc] });
            loads.push(Load { flow: 0, capacity: network.capacities()[arc] });
        }
        // Dearer than any simple path, so artificial arcs are used only where nothing else is.
        let largest = network.costs().iter().map(|cost| cost.abs()).max().unwrap_or(0);
        let detour = (largest + 1) * nodes as i64;
        let root = nodes as u32;
        let mut potentials = vec![0; nodes + 1];
        for (node, &supply) in network.supplies().iter().enumerate() {
            if supply >= 0 {
                arcs.push(PricedArc { tail: node as u32, head: root, cost: 0 });
            } else {
                arcs.push(PricedArc { tail: root, head: node as u32, cost: detour });
                potentials[node] = detour;
            }
            loads.push(Load { flow: supply.abs(), capacity: i64::MAX });
        }
        let tree = SpanningTree::star(nodes, |node| {
            let pointing =
                if arcs[real + node].head == root { Pointing::Up } else { Pointing::Down };
            ((real + node) as u32, pointing)
        });
        let mut states = vec![State::Empty; real];
        states.resize(real + nodes, State::InTree);
        let names = (0..=root).collect();
        Self { network, order, arcs, states, loads, potentials, tree, names, walked: 0 }
    }

    /// Pivots until no arc pays.
    pub(super) fn run(&mut self) {
        let real = self.order.len();
        let mut search = BlockSearch::new(real);
        while let Some(entering) =
            search.find(&self.arcs[..real], &self.states[..real], &self.potentials)
        {
            self.pivot(entering);
            if self.walked > WALK_BEFORE_RENAMING * self.arcs.len() {
                self.rename_nodes();
            }
        }
    }

    /// Sends as much as possible round the cycle that `entering` closes with the tree, and
    /// exchanges it for the arc that stopped the flow.
    fn pivot(&mut self, entering: u32) {
        let PricedArc { tail, head, .. } = self.arcs[entering as usize];
        let empty = self.states[entering as usize] == State::Empty;
        let cycle = if empty { self.cycle(tail, head) } else { self.cycle(head, tail) };
        let Cycle { first, second, down, up, .. } = cycle;
        // The last arc that stops the flow, seen from the join along the cycle, leaves.
        let capacity = self.loads[entering as usize].capacity;
        let amount = capacity.min(down.limit).min(up.limit);
        if amount > 0 {
            self.push(entering, cycle, if empty { amount } else { -amount }, amount);
        }
        if up.node != NONE && up.limit == amount {
            self.exchange(entering, cycle.join, up.node, second, first);
        } else if capacity == amount {
            self.states[entering as usize] = if empty { State::Full } else { State::Empty };
        } else {
            self.exchange(entering, cycle.join, down.node, first, second);
        }
    }

    /// Walks up from both ends of an entering arc to where the paths meet, always on from the
    /// node with the smaller subtree.
    fn cycle(&mut self, first: u32, second: u32) -> Cycle {
        let mut down = Side { limit: i64::MAX, node: NONE };
        let mut up = Side { limit: i64::MAX, node: NONE };
        let (mut left, mut right) = (first, second);
        let (mut left_link, mut right_link) = (self.tree.link(left), self.tree.link(right));
        while left != right {
            self.walked += 1;
            if left_link.size < right_link.size {
                let load = self.loads[left_link.arc as usize];
                let limit = match left_link.pointing {
                    Pointing::Up => load.flow,
                    Pointing::Down => load.room(),
                };
                if limit < down.limit || down.node == NONE {
                    down = Side { limit, node: left };
                }
                left = left_link.parent;
                left_link = self.tree.link(left);
            } else {
                let load = self.loads[right_link.arc as usize];
                let limit = match right_link.pointing {
                    Pointing::Up => load.room(),
                    Pointing::Down => load.flow,
                };
                if limit <= up.limit {
                    up = Side { limit, node: right };
                }
                right = right_link.parent;
                right_link = self.tree.link(right);
            }
        }
        Cycle { first, second, join: left, down, up }
    }

    /// Changes the flow of `entering` by `change` and sends `amount` round the tree part.
    fn push(&mut self, entering: u32, cycle: Cycle, change: i64, amount: i64) {
        self.loads[entering as usize].flow += change;
        for (start, upwards) in [(cycle.first, -amount), (cycle.second, amount)] {
            let mut node = start;
            while node != cycle.join {
                let Link { parent, arc, pointing, .. } = self.tree.link(node);
                let flow = &mut self.loads[arc as usize].flow;
                match pointing {
                    Pointing::Up => *flow += upwards,
                    Pointing::Down => *flow -= upwards,
                }
                node = parent;
            }
        }
    }

    /// Replaces the arc above `cut` by `entering`, whose end `root` lies in the subtree of
    /// `cut` and whose other end is `onto`, and shifts the potentials on one side.
    fn exchange(&mut self, entering: u32, join: u32, cut: u32, root: u32, onto: u32) {
        let leaving = self.tree.link(cut).arc as usize;
        let load = self.loads[leaving];
        self.states[leaving] = if load.flow == 0 { State::Empty } else { State::Full };
        self.states[entering as usize] = State::InTree;
        let arc = self.arcs[entering as usize];
        let reduced = arc.reduced_cost(&self.potentials);
        let (pointing, shift) = if root == arc.tail {
            (Pointing::Up, reduced.wrapping_neg())
        } else {
            (Pointing::Down, reduced)
        };
        self.tree.rehang(Rehang { cut, root, onto, join, arc: entering, pointing });
        // Only differences matter: shift the smaller side.
        let inside = self.tree.link(root).size as usize;
        let outside = self.potentials.len() - inside;
        let (start, count, shift) = if inside <= outside {
            (root, inside, shift)
        } else {
            (self.tree.after_subtree(root), outside, shift.wrapping_neg())
        };
        self.walked += count;
        for node in self.tree.preorder_from(start).take(count) {
            let potential = &mut self.potentials[node as usize];
            *potential = potential.wrapping_add(shift);
        }
    }

    /// Names the nodes in preorder, so that walks along the tree touch neighbouring memory.
    /// On large networks this halves the time.
    fn rename_nodes(&mut self) {
        self.walked = 0;
        let new_names = self.tree.rename_in_preorder();
        let mut potentials = vec![0; new_names.len()];
        for (&name, &potential) in new_names.iter().zip(&self.potentials) {
            potentials[name as usize] = potential;
        }
        self.potentials = potentials;
        for arc in &mut self.arcs {
            arc.tail = new_names[arc.tail as usize];
            arc.head = new_names[arc.head as usize];
        }
        for name in &mut self.names {
            *name = new_names[*name as usize];
        }
    }

    /// The optimal flow and its potentials, or the cut that no flow can cross.
    pub(super) fn solution(self) -> Result<MinCostFlow, Infeasible> {
        let network = self.network;
        let mut flows = vec![0; network.arc_count()];
        for (&arc, load) in self.order.iter().zip(&self.loads) {
            flows[arc as usize] = load.flow;
        }
        // Loops take no part in the tree; a loop that earns money runs full.
        for (arc, flow) in flows.iter_mut().enumerate() {
            if network.tails()[arc] == network.heads()[arc] && network.costs()[arc] < 0 {
                *flow = network.capacities()[arc];
            }
        }
        let artificial = &self.loads[self.order.len()..];
        let stranded: Vec<NodeId> = (0..network.node_count())
            .filter(|&node| network.supplies()[node] >= 0 && artificial[node].flow > 0)
            .map(|node| NodeId(node as u32))
            .collect();
        if !stranded.is_empty() {
            return Err(Infeasible(ViolatedCut::reachable(network, &flows, stranded)));
        }
        // Relative to the artificial root every potential fits.
        let potential = |node: usize| self.potentials[self.names[node] as usize];
        let base = potential(network.node_count());
        let potentials =
            (0..network.node_count()).map(|node| potential(node).wrapping_sub(base)).collect();
        Ok(MinCostFlow { cost: network.cost_of(&flows), flows, potentials })
    }
}
