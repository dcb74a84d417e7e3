//! The heuristic `alternating-trails`: new circuits one by one, each through a switch that has ports
//! free at both ends, or after exchanging two switches along a trail of circuits.
//!
//! A new circuit needs a switch `a` with a port free at its leaf and one, `b`, with a port free at its
//! spine. A circuit of the spine on `a` moves to `b`; where its leaf has no port on `b`, one of the
//! leaf's moves from `b` to `a`, and so on until a port is free (Paull 1962, for several ports per
//! switch: a trail repeats nodes, never circuits). Of the pairs `(a, b)` tried the shortest trail is
//! taken. Guarantee: with equal switches it always ends well (König 1916); the number of moves may
//! be far from the least. O(new circuits · pairs tried · trail · (leaves + spines)).

use std::collections::BTreeMap;

use placewright_solver::context::{Context, Method};
use placewright_solver::error::EngineError;

use super::super::instance::{Circuits, Free, Instance, Live, Moves, Question};
use super::super::plan::Plan;
use super::super::problem::CircuitAllocation;

/// Pairs of switches tried for a new circuit.
const MOST_PAIRS: usize = 64;

/// The heuristic `alternating-trails`.
#[derive(Clone, Copy, Debug, Default)]
pub struct Rewiring;

impl Method<CircuitAllocation> for Rewiring {
    fn name(&self) -> &'static str {
        "alternating-trails"
    }

    fn symbol(&self) -> char {
        'G'
    }

    fn run(&self, context: &Context<'_, CircuitAllocation>) -> Result<(), EngineError> {
        let Question::Rewire(rewire) = &context.instance.question else { return Ok(()) };
        let wanted: BTreeMap<(u32, u32), u32> =
            rewire.demand.iter().map(|each| ((each.leaf, each.spine), each.circuits)).collect();
        let circuits: u32 = wanted.values().sum();
        context.budget.spend(u64::from(circuits) + 1);
        if let Some(wiring) = wire(context.instance, &wanted) {
            let plan = Plan { placed: Vec::new(), wiring: Some(wiring.circuits()) };
            context.offer(plan, "along alternating trails");
        }
        Ok(())
    }
}

/// The plan with a switch for every circuit; `None` where none is found.
#[must_use]
pub fn with_switches(instance: &Instance, mut plan: Plan) -> Option<Plan> {
    let open = |each: &Circuits| each.switch.is_none();
    let circuits = || plan.placed.iter().flatten().flat_map(|placed| &placed.circuits);
    let fixed = instance.fabric.switches() == 0
        || instance.question.moves() == Moves::Forbidden
        || !circuits().any(open);
    if fixed {
        return Some(plan);
    }
    let mut wanted: BTreeMap<(u32, u32), u32> = BTreeMap::new();
    let live = || instance.live.iter().flat_map(|job| &job.circuits);
    for each in live().chain(circuits()) {
        *wanted.entry((each.leaf, each.spine)).or_default() += each.count;
    }
    let mut wiring = wire(instance, &wanted)?;
    let mut own = Vec::new();
    let mut moved: BTreeMap<(u32, u32), u32> = BTreeMap::new();
    for each in live() {
        let Some(switch) = each.switch else { continue };
        let stays = each.count.min(wiring.at(each.leaf, each.spine, switch));
        if stays > 0 {
            own.push(Circuits { count: stays, ..*each });
            wiring.remove(each.leaf, each.spine, switch, stays);
        }
        *moved.entry((each.leaf, each.spine)).or_default() += each.count - stays;
    }
    for ((leaf, spine), count) in moved {
        own.extend(wiring.draw(leaf, spine, count)?);
    }
    for placement in plan.placed.iter_mut().flatten() {
        let mut laid = Vec::with_capacity(placement.circuits.len());
        for each in &placement.circuits {
            laid.extend(wiring.draw(each.leaf, each.spine, each.count)?);
        }
        placement.circuits = laid;
    }
    plan.wiring = Some(own);
    Some(plan)
}

/// A wiring with these circuits per leaf and spine, near the live one.
fn wire(instance: &Instance, wanted: &BTreeMap<(u32, u32), u32>) -> Option<Wiring> {
    let mut wiring = Wiring::empty(instance);
    let mut missing = wanted.clone();
    for each in instance.live.iter().flat_map(|job| &job.circuits) {
        let Some(missing) = missing.get_mut(&(each.leaf, each.spine)) else { continue };
        let stays = each.count.min(*missing);
        *missing -= stays;
        wiring.add(each.leaf, each.spine, each.switch?, stays);
    }
    let mut rest = Vec::new();
    for ((leaf, spine), count) in missing {
        for _ in 0..count {
            match wiring.common(leaf, spine) {
                Some(switch) => wiring.add(leaf, spine, switch, 1),
                None => rest.push((leaf, spine)),
            }
        }
    }
    for (leaf, spine) in rest {
        wiring.squeeze(leaf, spine)?;
    }
    Some(wiring)
}

/// Circuits and free ports.
struct Wiring {
    spines: usize,
    switches: usize,
    /// Circuits by leaf, spine and switch.
    circuits: Vec<u32>,
    up: Vec<u32>,
    down: Vec<u32>,
}

/// A circuit that changes switches.
#[derive(Clone, Copy)]
struct Change {
    leaf: u32,
    spine: u32,
    from: u32,
    to: u32,
}

impl Wiring {
    fn empty(instance: &Instance) -> Self {
        let free = Free::of(instance, Live::Loose);
        let (leaves, spines) = (instance.cluster.leaves as usize, instance.cluster.spines as usize);
        let switches = instance.fabric.switches() as usize;
        Self {
            spines,
            switches,
            circuits: vec![0; leaves * spines * switches],
            up: free.leaf_ports,
            down: free.spine_ports,
        }
    }

    fn index(&self, leaf: u32, spine: u32, switch: u32) -> usize {
        (leaf as usize * self.spines + spine as usize) * self.switches + switch as usize
    }

    fn at(&self, leaf: u32, spine: u32, switch: u32) -> u32 {
        self.circuits[self.index(leaf, spine, switch)]
    }

    fn port(&self, node: u32, switch: u32) -> usize {
        node as usize * self.switches + switch as usize
    }

    fn add(&mut self, leaf: u32, spine: u32, switch: u32, count: u32) {
        let (at, up, down) =
            (self.index(leaf, spine, switch), self.port(leaf, switch), self.port(spine, switch));
        self.circuits[at] += count;
        self.up[up] -= count;
        self.down[down] -= count;
    }

    fn remove(&mut self, leaf: u32, spine: u32, switch: u32, count: u32) {
        let (at, up, down) =
            (self.index(leaf, spine, switch), self.port(leaf, switch), self.port(spine, switch));
        self.circuits[at] -= count;
        self.up[up] += count;
        self.down[down] += count;
    }

    /// Takes so many circuits of a pair out, whichever switches they pass.
    fn draw(&mut self, leaf: u32, spine: u32, count: u32) -> Option<Vec<Circuits>> {
        let mut drawn = Vec::new();
        let mut missing = count;
        for switch in 0..self.switches as u32 {
            let taken = missing.min(self.at(leaf, spine, switch));
            if taken > 0 {
                self.remove(leaf, spine, switch, taken);
                drawn.push(Circuits { leaf, spine, switch: Some(switch), count: taken });
                missing -= taken;
            }
        }
        (missing == 0).then_some(drawn)
    }

    fn circuits(&self) -> Vec<Circuits> {
        let circuit = |(at, &count): (usize, &u32)| {
            let (pair, switch) = (at / self.switches, at % self.switches);
            let (leaf, spine) = ((pair / self.spines) as u32, (pair % self.spines) as u32);
            (count > 0).then_some(Circuits { leaf, spine, switch: Some(switch as u32), count })
        };
        self.circuits.iter().enumerate().filter_map(circuit).collect()
    }

    /// The switch with ports free at both ends that has the fewest of them.
    fn common(&self, leaf: u32, spine: u32) -> Option<u32> {
        let free = |&switch: &u32| {
            self.up[self.port(leaf, switch)] > 0 && self.down[self.port(spine, switch)] > 0
        };
        (0..self.switches as u32).find(free)
    }

    /// Adds a circuit, moving others along the shortest trail tried.
    fn squeeze(&mut self, leaf: u32, spine: u32) -> Option<()> {
        if let Some(switch) = self.common(leaf, spine) {
            self.add(leaf, spine, switch, 1);
            return Some(());
        }
        let switches = || 0..self.switches as u32;
        let at_leaf: Vec<u32> = switches().filter(|&a| self.up[self.port(leaf, a)] > 0).collect();
        let at_spine: Vec<u32> =
            switches().filter(|&b| self.down[self.port(spine, b)] > 0).collect();
        let pairs = at_leaf.iter().flat_map(|&a| at_spine.iter().map(move |&b| (a, b)));
        let mut best: Option<(u32, Vec<Change>)> = None;
        for (a, b) in pairs.take(MOST_PAIRS) {
            let most = best.as_ref().map_or(usize::MAX, |best| best.1.len());
            if let Some(trail) = self.trail(spine, a, b, most) {
                best = Some((a, trail));
            }
        }
        let (a, trail) = best?;
        for change in &trail {
            let at = self.index(change.leaf, change.spine, change.from);
            let to = self.index(change.leaf, change.spine, change.to);
            self.circuits[at] -= 1;
            self.circuits[to] += 1;
        }
        // Ports are handed on along the trail, so a count may be off until all are handed on.
        for change in &trail {
            for (list, node) in [(&mut self.up, change.leaf), (&mut self.down, change.spine)] {
                let port = |switch: u32| node as usize * self.switches + switch as usize;
                list[port(change.from)] = list[port(change.from)].wrapping_add(1);
                list[port(change.to)] = list[port(change.to)].wrapping_sub(1);
            }
        }
        self.add(leaf, spine, a, 1);
        Some(())
    }

    /// The changes that free a port of `a` at the spine, which has one of `b`; `None` if there are
    /// none, or not fewer than `most`.
    fn trail(&self, spine: u32, a: u32, b: u32, most: usize) -> Option<Vec<Change>> {
        let mut changes: Vec<Change> = Vec::new();
        let mut gone: BTreeMap<(u32, u32, u32), u32> = BTreeMap::new();
        let leaves = (self.circuits.len() / (self.spines * self.switches)) as u32;
        let mut spine = spine;
        loop {
            let left = |gone: &BTreeMap<_, u32>, leaf: u32, spine: u32, switch: u32| {
                let moved = gone.get(&(leaf, spine, switch)).copied().unwrap_or(0);
                self.at(leaf, spine, switch) > moved
            };
            // A leaf with a port free on b ends the trail.
            let own: Vec<u32> = (0..leaves).filter(|&leaf| left(&gone, leaf, spine, a)).collect();
            let ends = |&&leaf: &&u32| self.up[self.port(leaf, b)] > 0;
            let leaf = *own.iter().find(ends).or_else(|| own.first())?;
            changes.push(Change { leaf, spine, from: a, to: b });
            *gone.entry((leaf, spine, a)).or_default() += 1;
            if changes.len() >= most {
                return None;
            }
            if self.up[self.port(leaf, b)] > 0 {
                return Some(changes);
            }
            let own: Vec<u32> =
                (0..self.spines as u32).filter(|&spine| left(&gone, leaf, spine, b)).collect();
            let ends = |&&spine: &&u32| self.down[self.port(spine, a)] > 0;
            let next = *own.iter().find(ends).or_else(|| own.first())?;
            changes.push(Change { leaf, spine: next, from: b, to: a });
            *gone.entry((leaf, next, b)).or_default() += 1;
            if changes.len() >= most {
                return None;
            }
            if self.down[self.port(next, a)] > 0 {
                return Some(changes);
            }
            spine = next;
        }
    }
}
