//! Optical switches at a given fill, and circuits to be added that need others to move.

use placewright_models::circuit_allocation::instance::{
    Circuits, Demand, Free, Instance, Live, LiveJob, Question, Rewire,
};

use crate::draw::Draw;

/// Puts random circuits on every switch and asks for some more, and fewer of others.
pub(super) fn rewiring(
    mut instance: Instance,
    fill_percent: u64,
    new: u64,
    dropped_percent: u64,
    draw: &mut Draw,
) -> Instance {
    let mut circuits: Vec<Circuits> = Vec::new();
    for (switch, (up, down)) in (0..).zip(instance.fabric.switch_ports()) {
        let mut leaves = ports(instance.cluster.leaves, up);
        let mut spines = ports(instance.cluster.spines, down);
        shuffle(&mut leaves, draw);
        shuffle(&mut spines, draw);
        for (&leaf, &spine) in leaves.iter().zip(&spines) {
            if draw.percent(fill_percent) {
                circuits.push(Circuits { leaf, spine, switch: Some(switch), count: 1 });
            }
        }
    }
    circuits.sort_unstable();
    circuits.dedup_by(|next, kept| {
        let same = (next.leaf, next.spine, next.switch) == (kept.leaf, kept.spine, kept.switch);
        if same {
            kept.count += next.count;
        }
        same
    });
    instance.live =
        vec![LiveJob { name: "live".to_owned(), servers: Vec::new(), circuits: circuits.clone() }];
    let mut wanted = std::collections::BTreeMap::new();
    for each in &circuits {
        let stay = (0..each.count).filter(|_| !draw.percent(dropped_percent)).count() as u32;
        if stay > 0 {
            *wanted.entry((each.leaf, each.spine)).or_insert(0) += stay;
        }
    }
    add(&instance, new, &mut wanted, draw);
    let demand = wanted.into_iter();
    let demand = demand.map(|((leaf, spine), circuits)| Demand { leaf, spine, circuits });
    instance.question = Question::Rewire(Rewire { demand: demand.collect() });
    instance
}

/// Adds circuits between leaves and spines with ports left, those without a common switch first.
fn add(
    instance: &Instance,
    new: u64,
    wanted: &mut std::collections::BTreeMap<(u32, u32), u32>,
    draw: &mut Draw,
) {
    let free = Free::of(instance, Live::Keep);
    let switches = instance.fabric.switches() as usize;
    let sums = |ports: &[u32]| -> Vec<u32> {
        ports.chunks(switches.max(1)).map(|own| own.iter().sum()).collect()
    };
    let (mut up, mut down) = (sums(&free.leaf_ports), sums(&free.spine_ports));
    let open = |list: &[u32]| -> Vec<u32> {
        (0..).zip(list).filter(|(_, ports)| **ports > 0).map(|(node, _)| node).collect()
    };
    for _ in 0..new {
        let (leaves, spines) = (open(&up), open(&down));
        if leaves.is_empty() || spines.is_empty() {
            break;
        }
        let mut pair = (draw.pick(&leaves), draw.pick(&spines));
        for _ in 0..50 {
            let first = |node: u32| node as usize * switches;
            let own = &free.leaf_ports[first(pair.0)..first(pair.0) + switches];
            let other = &free.spine_ports[first(pair.1)..first(pair.1) + switches];
            if !own.iter().zip(other).any(|(own, other)| *own > 0 && *other > 0) {
                break;
            }
            pair = (draw.pick(&leaves), draw.pick(&spines));
        }
        up[pair.0 as usize] -= 1;
        down[pair.1 as usize] -= 1;
        *wanted.entry(pair).or_insert(0) += 1;
    }
}

fn ports(nodes: u32, each: u32) -> Vec<u32> {
    (0..nodes).flat_map(|node| std::iter::repeat_n(node, each as usize)).collect()
}

fn shuffle(list: &mut [u32], draw: &mut Draw) {
    for end in (1..list.len()).rev() {
        list.swap(end, draw.between(0, end as u64) as usize);
    }
}
