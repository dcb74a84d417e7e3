//! Strategies for property tests over memory sizing: random instances and plans that shrink.
//!
//! Sizes and times are small on purpose: what breaks a solver is ties, empty levels, types that
//! share sizes and limits that just bind, and those are frequent only among small numbers.
//!
//! ```
//! use placewright_instances::memory_sizing::strategies::{coupled_instances, plans_for};
//! use proptest::prelude::*;
//!
//! proptest!(|((instance, plan) in coupled_instances().prop_flat_map(|instance| {
//!     let plans = plans_for(&instance);
//!     (Just(instance), plans)
//! }))| {
//!     prop_assert_eq!(plan.ladders.len(), instance.types.len());
//! });
//! ```

use std::collections::BTreeSet;

use placewright_models::memory_sizing::instance::{
    Instance, Node, NodeId, Samples, TaskType, TimeToFailure, TypeId,
};
use placewright_models::memory_sizing::plan::{Ladder, Placement, Plan};
use proptest::collection::vec;
use proptest::option;
use proptest::prelude::*;
use proptest::sample::select;

/// How large the instances of a strategy may be.
#[derive(Clone, Copy)]
struct Extent {
    types: usize,
    samples: usize,
    peak_mib: u64,
    nodes: usize,
    slots: u32,
}

const ORDINARY: Extent = Extent { types: 5, samples: 9, peak_mib: 40, nodes: 4, slots: 4 };
const TINY: Extent = Extent { types: 3, samples: 4, peak_mib: 8, nodes: 2, slots: 2 };

/// Which shared constraints an instance may have.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Coupling {
    Never,
    Sometimes,
}

/// Valid instances whose types share nothing; every one has a plan.
pub fn instances() -> impl Strategy<Value = Instance> {
    of(ORDINARY, Coupling::Never)
}

/// Valid instances with any combination of menu, failure budget and nodes, feasible or not.
pub fn coupled_instances() -> impl Strategy<Value = Instance> {
    of(ORDINARY, Coupling::Sometimes)
}

/// As [`coupled_instances`], small enough to enumerate every plan.
pub fn tiny_instances() -> impl Strategy<Value = Instance> {
    of(TINY, Coupling::Sometimes)
}

/// Plans whose ladders keep every rule of their type, and whose placements hold every slot.
/// Menu, failure budget and the nodes' capacities may be exceeded.
///
/// Rungs are not confined to the sizes in use, so that lowering them is tested as well.
pub fn plans_for(instance: &Instance) -> BoxedStrategy<Plan> {
    let ladders: Vec<_> = instance.types.iter().map(|each| ladder_for(instance, each)).collect();
    let nodes = instance.nodes.len();
    let slots = instance.types.iter().map(|each| each.slots as usize).sum::<usize>();
    let homes = if nodes == 0 { vec(0..1_usize, 0).boxed() } else { vec(0..nodes, slots).boxed() };
    let slots_of: Vec<u32> = instance.types.iter().map(|each| each.slots).collect();
    (ladders, homes)
        .prop_map(move |(ladders, homes)| Plan { ladders, placements: dealt(&slots_of, &homes) })
        .boxed()
}

fn of(extent: Extent, coupling: Coupling) -> impl Strategy<Value = Instance> {
    let couplings = (
        option::of(1_u32..6),
        option::of(0_u64..8),
        vec((1_u32..6, 1_u64..=4 * extent.peak_mib), 0..=extent.nodes),
        any::<[bool; 3]>(),
    );
    let scalars = (
        select(vec![1_u64, 1, 2, 5]),
        select(vec![(1_u32, 1_u32), (1, 1), (1, 2), (0, 1), (2, 3)]),
        prop_oneof![2 => Just(0_u64), 1 => 1_u64..60],
        1_u32..5,
        0_u64..4,
    );
    let types = vec(task_type(extent), 1..=extent.types);
    (scalars, couplings, types).prop_map(move |(scalars, couplings, types)| {
        let (granularity_mib, (numerator, denominator), price, max_attempts, spare) = scalars;
        let (menu, failures, nodes, present) = couplings;
        let coupled = |which: usize| coupling == Coupling::Sometimes && present[which];
        Instance {
            node_limit_mib: (extent.peak_mib.div_ceil(granularity_mib) + spare) * granularity_mib,
            granularity_mib,
            time_to_failure: TimeToFailure { numerator, denominator },
            failure_price_mib_ms: price,
            max_attempts,
            max_distinct_sizes: menu.filter(|_| coupled(0)),
            max_failures: failures.filter(|_| coupled(1)),
            nodes: if coupled(2) { named_nodes(nodes) } else { Vec::new() },
            types: named_types(types),
        }
    })
}

fn task_type(extent: Extent) -> impl Strategy<Value = TaskType> {
    let peak = 1..extent.peak_mib;
    let row = (peak, 0_u64..20, 1_u64..4, prop::bool::weighted(0.1));
    let shape = (1_u32..4, 1..=extent.slots, option::weighted(0.3, 1_u32..4));
    (shape, vec(row, 1..=extent.samples), any::<[bool; 2]>()).prop_map(
        |((cores, slots, max_attempts), rows, present)| TaskType {
            name: String::new(),
            cores,
            slots,
            max_attempts,
            samples: Samples {
                peak_mib: rows.iter().map(|row| row.0).collect(),
                run_time_ms: rows.iter().map(|row| row.1).collect(),
                weight: rows.iter().filter(|_| present[0]).map(|row| row.2).collect(),
                input_size_bytes: Vec::new(),
                request_mib: Vec::new(),
                censored: rows.iter().filter(|_| present[1]).map(|row| row.3).collect(),
            },
        },
    )
}

fn named_types(mut types: Vec<TaskType>) -> Vec<TaskType> {
    for (index, task_type) in types.iter_mut().enumerate() {
        task_type.name = format!("T{index}");
    }
    types
}

fn named_nodes(nodes: Vec<(u32, u64)>) -> Vec<Node> {
    let node = |(index, (cores, memory_mib))| Node { name: format!("n{index}"), cores, memory_mib };
    nodes.into_iter().enumerate().map(node).collect()
}

/// A random choice of levels, each reached by some permitted size; the last admits everything.
fn ladder_for(instance: &Instance, task_type: &TaskType) -> BoxedStrategy<Ladder> {
    let samples = &task_type.samples;
    let step = instance.granularity_mib;
    let sizes: BTreeSet<u64> =
        (0..samples.len()).map(|i| instance.round_up_mib(samples.needed_mib(i))).collect();
    let sizes: Vec<u64> = sizes.into_iter().collect();
    let limit_mib = instance.allocation_limit_mib(task_type);
    let attempts = instance.max_attempts(task_type);
    let picks = vec((any::<bool>(), any::<prop::sample::Index>()), sizes.len());
    picks
        .prop_map(move |picks| {
            let last = sizes.len() - 1;
            let kept = |level: &usize| *level == last || picks[*level].0;
            let levels: Vec<usize> = (0..sizes.len()).filter(kept).collect();
            let levels = &levels[levels.len().saturating_sub(attempts)..];
            let rung = |&level: &usize| {
                // Anything below the next size admits the same samples.
                let next = sizes.get(level + 1).copied().unwrap_or(limit_mib + step);
                let spare = (next.saturating_sub(sizes[level]) / step).max(1);
                sizes[level] + step * picks[level].1.index(spare as usize) as u64
            };
            Ladder(levels.iter().map(rung).collect())
        })
        .boxed()
}

/// Slots dealt one by one to the nodes named in `homes`.
fn dealt(slots_of: &[u32], homes: &[usize]) -> Vec<Placement> {
    let mut placements: Vec<Placement> = Vec::new();
    let owners =
        slots_of.iter().zip(0_u32..).flat_map(|(&n, t)| std::iter::repeat_n(t, n as usize));
    for (owner, &home) in owners.zip(homes) {
        let (task_type, node) = (TypeId(owner), NodeId(home as u32));
        match placements.iter_mut().find(|p| (p.task_type, p.node) == (task_type, node)) {
            Some(placement) => placement.slots += 1,
            None => placements.push(Placement { task_type, node, slots: 1 }),
        }
    }
    placements.sort_unstable();
    placements
}

#[cfg(test)]
mod tests {
    use placewright_models::memory_sizing::MemorySizing;
    use placewright_models::memory_sizing::check::judge;
    use placewright_solver::problem::Problem;

    use super::*;

    proptest! {
        #[test]
        fn instances_are_valid(a in instances(), b in coupled_instances(), c in tiny_instances()) {
            for instance in [a, b, c] {
                prop_assert_eq!(MemorySizing::validate(&instance), []);
            }
        }

        #[test]
        fn plans_of_uncoupled_instances_are_feasible(
            (instance, plan) in instances().prop_flat_map(|instance| {
                let plans = plans_for(&instance);
                (Just(instance), plans)
            })
        ) {
            prop_assert!(judge(&instance, &plan).objective().is_some(), "{:?}", plan);
        }
    }
}
