//! The heuristic `replacement-chains`: other circuits, moving few live ones, by the kernel
//! [`super::super::kernel::rewire`]; see there for how, with which references, complexity and guarantee.

use std::collections::BTreeMap;

use placewright_solver::budget::Stop;
use placewright_solver::context::{Context, Method};
use placewright_solver::error::EngineError;

use super::super::instance::{Circuits, Free, Instance, Live, Moves, Question, Rewire};
use super::super::kernel::rewire::{self as kernel, Circuit, Effort, Ports, Wiring, rewire_until};
use super::super::plan::Plan;
use super::super::problem::CircuitAllocation;

/// How often the kernel is started anew, from other seeds.
const STARTS: u64 = 8;

/// Circuits by leaf and spine.
pub(super) type Wanted = BTreeMap<(u32, u32), u32>;

/// The heuristic `replacement-chains`.
#[derive(Clone, Copy, Debug, Default)]
pub struct Rewiring;

impl Method<CircuitAllocation> for Rewiring {
    fn name(&self) -> &'static str {
        "replacement-chains"
    }

    fn symbol(&self) -> char {
        'G'
    }

    fn run(&self, context: &Context<'_, CircuitAllocation>) -> Result<(), EngineError> {
        let Question::Rewire(rewire) = &context.instance.question else { return Ok(()) };
        let wanted = wanted(rewire);
        for start in 0..STARTS {
            if start > 0 && context.should_stop() {
                break;
            }
            if offer(context, &wanted, start, Effort::default()) == Next::Nothing {
                break;
            }
        }
        Ok(())
    }
}

/// What a search leaves to be done.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Next {
    /// Another start may find better.
    Another,
    /// No wiring moves fewer circuits.
    Nothing,
}

/// Circuits wanted by leaf and spine.
pub(super) fn wanted(rewire: &Rewire) -> Wanted {
    rewire.demand.iter().map(|each| ((each.leaf, each.spine), each.circuits)).collect()
}

/// How many steps a search takes.
pub(super) fn steps(instance: &Instance, wanted: &Wanted, effort: Effort) -> u64 {
    let circuits: u64 = wanted.values().map(|&circuits| u64::from(circuits)).sum();
    circuits * instance.fabric.switches().div_ceil(16) * u64::from(effort.0)
}

/// Searches once and offers what it finds.
pub(super) fn offer(
    context: &Context<'_, CircuitAllocation>,
    wanted: &Wanted,
    seed: u64,
    effort: Effort,
) -> Next {
    // About a thousand steps a unit.
    context.budget.spend(steps(context.instance, wanted, effort) / 1000 + 1);
    // Not the limit of work: a search that has begun takes all that it has spent.
    let stop = || context.budget.stop().is_some_and(|stop| stop != Stop::WorkLimit);
    let Some(found) = search(context.instance, wanted, seed, effort, &stop) else {
        context.note("no wiring found: ports differ, or are too few");
        return Next::Another;
    };
    let wiring = Some(circuits(&found.wiring));
    context.offer(Plan { placed: Vec::new(), wiring }, "replacement chains");
    if found.moved == found.bound { Next::Nothing } else { Next::Another }
}

/// The plan with a switch for every circuit; `None` where none is found.
#[must_use]
pub fn with_switches(instance: &Instance, mut plan: Plan) -> Option<Plan> {
    let open = |each: &Circuits| each.switch.is_none();
    let new = || plan.placed.iter().flatten().flat_map(|placed| &placed.circuits);
    let fixed = instance.fabric.switches() == 0
        || instance.question.moves() == Moves::Forbidden
        || !new().any(open);
    if fixed {
        return Some(plan);
    }
    let mut wanted = Wanted::new();
    let live = || instance.live.iter().flat_map(|job| &job.circuits);
    for each in live().chain(new()) {
        *wanted.entry((each.leaf, each.spine)).or_default() += each.count;
    }
    let mut pool = Pool(BTreeMap::new());
    for each in circuits(&search(instance, &wanted, 0, Effort::default(), &|| false)?.wiring) {
        pool.0.insert((each.leaf, each.spine, each.switch), each.count);
    }
    let mut own = Vec::new();
    let mut moved: BTreeMap<(u32, u32), u32> = BTreeMap::new();
    for each in live() {
        let stays = pool.take((each.leaf, each.spine, each.switch), each.count);
        if stays > 0 {
            own.push(Circuits { count: stays, ..*each });
        }
        *moved.entry((each.leaf, each.spine)).or_default() += each.count - stays;
    }
    for ((leaf, spine), count) in moved {
        own.extend(pool.draw(leaf, spine, count)?);
    }
    for placement in plan.placed.iter_mut().flatten() {
        let mut laid = Vec::with_capacity(placement.circuits.len());
        for each in &placement.circuits {
            laid.extend(pool.draw(each.leaf, each.spine, each.count)?);
        }
        placement.circuits = laid;
    }
    plan.wiring = Some(own);
    Some(plan)
}

/// Circuits that nobody has yet.
struct Pool(BTreeMap<(u32, u32, Option<u32>), u32>);

impl Pool {
    /// Takes up to so many of one leaf, spine and switch.
    fn take(&mut self, at: (u32, u32, Option<u32>), most: u32) -> u32 {
        let Some(there) = self.0.get_mut(&at) else { return 0 };
        let taken = most.min(*there);
        *there -= taken;
        taken
    }

    /// Takes so many of a leaf and spine, whichever switches they pass.
    fn draw(&mut self, leaf: u32, spine: u32, count: u32) -> Option<Vec<Circuits>> {
        let mut missing = count;
        let mut drawn = Vec::new();
        let range = (leaf, spine, None)..=(leaf, spine, Some(u32::MAX));
        for (&(leaf, spine, switch), there) in self.0.range_mut(range) {
            let taken = missing.min(*there);
            if taken > 0 {
                drawn.push(Circuits { leaf, spine, switch, count: taken });
                *there -= taken;
                missing -= taken;
            }
        }
        (missing == 0).then_some(drawn)
    }
}

/// A wiring with these circuits per leaf and spine, near the live one.
fn search(
    instance: &Instance,
    wanted: &Wanted,
    seed: u64,
    effort: Effort,
    stop: &dyn Fn() -> bool,
) -> Option<kernel::Rewiring> {
    let mut live = Vec::new();
    for each in instance.live.iter().flat_map(|job| &job.circuits) {
        let circuit = Circuit { leaf: each.leaf, spine: each.spine, switch: each.switch? };
        live.extend(std::iter::repeat_n(circuit, each.count as usize));
    }
    let pairs = wanted.iter().flat_map(|(&pair, &count)| std::iter::repeat_n(pair, count as usize));
    let demand: Vec<(u32, u32)> = pairs.collect();
    rewire_until(&ports(instance), &Wiring::new(live), &demand, seed, effort, stop).ok()
}

/// The circuits of a wiring, parallel ones together.
fn circuits(wiring: &Wiring) -> Vec<Circuits> {
    let mut counts: BTreeMap<Circuit, u32> = BTreeMap::new();
    for circuit in wiring.circuits() {
        *counts.entry(*circuit).or_default() += 1;
    }
    let circuits = |(circuit, count): (Circuit, u32)| Circuits {
        leaf: circuit.leaf,
        spine: circuit.spine,
        switch: Some(circuit.switch),
        count,
    };
    counts.into_iter().map(circuits).collect()
}

/// Ports that are not broken.
fn ports(instance: &Instance) -> Ports {
    let free = Free::of(instance, Live::Loose);
    let cluster = &instance.cluster;
    let switches = instance.fabric.switches() as u32;
    let mut ports = Ports::equal(cluster.leaves, cluster.spines, switches, 0, 0);
    for switch in 0..switches {
        let at = |node: u32| (node * switches + switch) as usize;
        (0..cluster.leaves)
            .for_each(|leaf| ports.set_leaf_ports(switch, leaf, free.leaf_ports[at(leaf)]));
        (0..cluster.spines)
            .for_each(|spine| ports.set_spine_ports(switch, spine, free.spine_ports[at(spine)]));
    }
    ports
}
