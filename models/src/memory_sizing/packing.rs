//! Where first attempts run side by side: vector bin packing by first-fit and best-fit decreasing.
//!
//! Types are taken in decreasing order of size and their slots dealt to nodes that still have the
//! cores and the memory. Three orders (dominant share, memory, cores) times three fits (first,
//! tightest in memory, best dot product; Panigrahy et al., "Heuristics for vector bin packing",
//! 2011) are tried until one places everything. Complexity: O(9·T·(N + log T)) for `T` types and
//! `N` nodes. Guarantee: none; a packing it misses may exist.

use super::instance::{Instance, NodeId, TypeId};
use super::plan::{Placement, Plan};

/// What is left of a node.
#[derive(Clone, Copy, Debug)]
struct Room {
    cores: u64,
    memory_mib: u64,
}

#[derive(Clone, Copy)]
enum Order {
    DominantShare,
    Memory,
    Cores,
}

#[derive(Clone, Copy)]
enum Fit {
    First,
    TightestMemory,
    DotProduct,
}

/// Places every slot of every type whose first attempt takes `first_mib`, or says how much is
/// left over: the dominant shares of the slots that found no node, or more than one when all
/// nodes together are too small.
///
/// # Errors
///
/// The smallest overflow of all attempts.
pub fn pack(instance: &Instance, first_mib: &[u64]) -> Result<Vec<Placement>, f64> {
    if instance.nodes.is_empty() {
        return Ok(Vec::new());
    }
    let totals = Totals::new(instance);
    let needed = totals.needed(instance, first_mib);
    if needed > 1.0 {
        return Err(needed);
    }
    let mut overflow = f64::INFINITY;
    for order in [Order::DominantShare, Order::Memory, Order::Cores] {
        let types = sorted_types(instance, first_mib, order, totals);
        for fit in [Fit::First, Fit::TightestMemory, Fit::DotProduct] {
            match pack_in_order(instance, first_mib, &types, fit, totals) {
                Ok(placements) => return Ok(placements),
                Err(left_over) => overflow = overflow.min(left_over),
            }
        }
    }
    Err(overflow)
}

/// Places the first attempts of a plan's ladders.
#[must_use]
pub fn place(instance: &Instance, plan: Plan) -> Option<Plan> {
    let first_mib: Vec<u64> =
        plan.ladders.iter().map(|ladder| ladder.0.first().copied().unwrap_or(0)).collect();
    let placements = pack(instance, &first_mib).ok()?;
    Some(Plan { placements, ..plan })
}

/// All nodes as one.
#[derive(Clone, Copy)]
struct Totals {
    cores: f64,
    memory_mib: f64,
}

impl Totals {
    fn new(instance: &Instance) -> Self {
        let cores = instance.nodes.iter().map(|node| f64::from(node.cores)).sum();
        let memory_mib = instance.nodes.iter().map(|node| node.memory_mib as f64).sum();
        Self { cores, memory_mib }
    }

    /// The share of the scarcer resource that a slot takes.
    fn dominant_share(self, cores: u32, memory_mib: u64) -> f64 {
        (memory_mib as f64 / self.memory_mib).max(f64::from(cores) / self.cores)
    }

    /// The relaxation to one big node: more than one says that nothing can fit.
    fn needed(self, instance: &Instance, first_mib: &[u64]) -> f64 {
        let types = || instance.types.iter().zip(first_mib);
        let memory: u128 = types().map(|(t, &mib)| u128::from(t.slots) * u128::from(mib)).sum();
        let cores: u64 = types().map(|(t, _)| u64::from(t.slots) * u64::from(t.cores)).sum();
        (memory as f64 / self.memory_mib).max(cores as f64 / self.cores)
    }
}

fn sorted_types(
    instance: &Instance,
    first_mib: &[u64],
    order: Order,
    totals: Totals,
) -> Vec<usize> {
    let key = |t: usize| match order {
        Order::DominantShare => totals.dominant_share(instance.types[t].cores, first_mib[t]),
        Order::Memory => first_mib[t] as f64,
        Order::Cores => f64::from(instance.types[t].cores),
    };
    let mut types: Vec<usize> = (0..instance.types.len()).collect();
    types.sort_by(|&a, &b| key(b).total_cmp(&key(a)));
    types
}

fn pack_in_order(
    instance: &Instance,
    first_mib: &[u64],
    types: &[usize],
    fit: Fit,
    totals: Totals,
) -> Result<Vec<Placement>, f64> {
    let mut overflow = 0.0;
    let mut rooms: Vec<Room> = instance
        .nodes
        .iter()
        .map(|node| Room { cores: node.cores.into(), memory_mib: node.memory_mib })
        .collect();
    let mut placements: Vec<Placement> = Vec::new();
    for &t in types {
        let task_type = &instance.types[t];
        let (cores, memory_mib) = (u64::from(task_type.cores), first_mib[t].max(1));
        let start = placements.len();
        let mut left = u64::from(task_type.slots);
        while left > 0 {
            let Some(node) = choose(&rooms, cores, memory_mib, fit) else {
                overflow += left as f64 * totals.dominant_share(task_type.cores, memory_mib);
                break;
            };
            let fitting = slots_that_fit(rooms[node], cores, memory_mib);
            // First fit fills a node; the others look again after every slot.
            let taken = if matches!(fit, Fit::First) { fitting.min(left) } else { 1 };
            rooms[node].cores -= taken * cores;
            rooms[node].memory_mib -= taken * memory_mib;
            left -= taken;
            let node = NodeId(node as u32);
            let slots = taken as u32;
            match placements[start..].iter_mut().find(|placement| placement.node == node) {
                Some(placement) => placement.slots += slots,
                None => placements.push(Placement { task_type: TypeId(t as u32), node, slots }),
            }
        }
    }
    if overflow > 0.0 {
        return Err(overflow);
    }
    placements.sort_unstable();
    Ok(placements)
}

fn slots_that_fit(room: Room, cores: u64, memory_mib: u64) -> u64 {
    (room.cores / cores).min(room.memory_mib / memory_mib)
}

fn choose(rooms: &[Room], cores: u64, memory_mib: u64, fit: Fit) -> Option<usize> {
    let fits = |room: &Room| room.cores >= cores && room.memory_mib >= memory_mib;
    let fitting = || (0..rooms.len()).filter(|&node| fits(&rooms[node]));
    match fit {
        Fit::First => fitting().next(),
        Fit::TightestMemory => fitting().min_by_key(|&node| rooms[node].memory_mib),
        Fit::DotProduct => fitting().max_by_key(|&node| {
            let room = rooms[node];
            u128::from(room.cores) * u128::from(cores) * 1024
                + u128::from(room.memory_mib) * u128::from(memory_mib)
        }),
    }
}
