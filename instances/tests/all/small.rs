//! Small random instances and plans.

use placewright_instances::files::InstanceFile;
use placewright_models::memory_sizing::MemorySizing;
use placewright_models::memory_sizing::instance::{
    Instance, Node, NodeId, Samples, TaskType, TimeToFailure, TypeId,
};
use placewright_models::memory_sizing::plan::{Ladder, Placement, Plan};
use proptest::collection::vec;
use proptest::prelude::*;

fn samples() -> impl Strategy<Value = Samples> {
    let row = (1_u64..5000, 0_u64..1 << 40, 1_u64..9, any::<u64>(), 1_u64..9000, any::<bool>());
    (vec(row, 1..6), any::<[bool; 4]>()).prop_map(|(rows, present)| Samples {
        peak_mib: rows.iter().map(|row| row.0).collect(),
        run_time_ms: rows.iter().map(|row| row.1).collect(),
        weight: rows.iter().filter(|_| present[0]).map(|row| row.2).collect(),
        input_size_bytes: rows.iter().filter(|_| present[1]).map(|row| row.3).collect(),
        request_mib: rows.iter().filter(|_| present[2]).map(|row| row.4).collect(),
        censored: rows.iter().filter(|_| present[3]).map(|row| row.5).collect(),
    })
}

/// A name with whatever JSON has to escape, made unique by its index.
fn name() -> impl Strategy<Value = String> {
    "[a-zA-Z:'\"\\\\/~ äß\u{1F600}\n\t.*$]{0,8}"
}

fn task_type() -> impl Strategy<Value = TaskType> {
    let attempts = proptest::option::of(1_u32..65);
    (name(), 1_u32..64, 1_u32..64, attempts, samples()).prop_map(
        |(name, cores, slots, max_attempts, samples)| TaskType {
            name,
            cores,
            slots,
            max_attempts,
            samples,
        },
    )
}

fn node() -> impl Strategy<Value = Node> {
    (name(), 1_u32..128, 1_u64..1 << 32).prop_map(|(name, cores, memory_mib)| Node {
        name,
        cores,
        memory_mib,
    })
}

/// A small instance without issues.
pub(crate) fn instance() -> impl Strategy<Value = Instance> {
    let limits = (1_u64..1 << 32, 1_u64..100, 0_u64..1 << 60, 1_u32..65, 0_u32..1000, 0_u32..1000);
    let coupling = (proptest::option::of(1_u32..9), proptest::option::of(any::<u64>()));
    let strategy = (limits, coupling, vec(node(), 0..3), vec(task_type(), 1..4));
    strategy.prop_map(|(limits, coupling, mut nodes, mut types)| {
        nodes.iter_mut().enumerate().for_each(|(i, node)| node.name.push_str(&format!("n{i}")));
        types.iter_mut().enumerate().for_each(|(i, each)| each.name.push_str(&format!("t{i}")));
        Instance {
            node_limit_mib: limits.0 + 100,
            granularity_mib: limits.1,
            time_to_failure: TimeToFailure {
                numerator: limits.4,
                denominator: limits.4 + limits.5 + 1,
            },
            failure_price_mib_ms: limits.2,
            max_attempts: limits.3,
            max_distinct_sizes: coupling.0,
            max_failures: coupling.1,
            nodes,
            types,
        }
    })
}

/// An instance with some plan, which the referee need not accept.
pub(crate) fn instance_and_plan() -> impl Strategy<Value = (Instance, Plan)> {
    instance().prop_flat_map(|instance| {
        let ladders = vec(vec(1_u64..1 << 32, 1..5), instance.types.len());
        let pairs = instance.types.len() * instance.nodes.len();
        let placements = vec(0_u32..3, pairs);
        (Just(instance), ladders, placements).prop_map(|(instance, ladders, slots)| {
            let plan = Plan {
                ladders: ladders.into_iter().map(Ladder).collect(),
                placements: placed(&instance, &slots),
            };
            (instance, plan)
        })
    })
}

fn placed(instance: &Instance, slots: &[u32]) -> Vec<Placement> {
    let nodes = instance.nodes.len();
    let place = |(pair, &slots): (usize, &u32)| Placement {
        task_type: TypeId((pair / nodes) as u32),
        node: NodeId((pair % nodes) as u32),
        slots,
    };
    slots.iter().enumerate().filter(|(_, slots)| **slots > 0).map(place).collect()
}

/// An instance in its file.
pub(crate) fn file_of(instance: Instance) -> InstanceFile<Instance> {
    InstanceFile::new::<MemorySizing>("small", "a test", instance)
}
