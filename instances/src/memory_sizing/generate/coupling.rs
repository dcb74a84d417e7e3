//! Shared constraints that bind and can be kept: measured against what the types want on their
//! own, built around a plan that is known to exist.
//!
//! - **menu**: a share of the distinct sizes that the reference ladders use. One size large enough
//!   for everybody always remains possible.
//! - **failures**: a share of the reference ladders' failures. None at all is always possible.
//! - **nodes**: a *witness* plan starts the types with many slots lower than their reference and,
//!   with a failure budget, those with few at their maximum; its first attempts are dealt to nodes, the largest first, each
//!   to the emptiest, and the nodes get just the memory that takes. The failure budget is then at
//!   least the witness's failures, and its sizes are rounded up to a menu.

use std::collections::BTreeSet;

use placewright_models::memory_sizing::instance::{Instance, Node};

use super::reference::Reference;
use crate::draw::Draw;

/// What the types of an instance share.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Coupling {
    /// Allowed sizes as a percentage of those used by the types on their own.
    pub menu_percent: Option<u64>,
    /// Allowed failures as a percentage of those of the types on their own.
    pub failures_percent: Option<u64>,
    /// Number of nodes.
    pub nodes: Option<u64>,
}

/// Memory beyond what the witness needs, and cores, in percent.
const SPARE_MEMORY: u64 = 2;
const SPARE_CORES: u64 = 15;
/// A node holds at least so many of the largest allocation.
const LARGEST_PER_NODE: u64 = 2;

/// Adds the shared constraints to an uncoupled instance.
pub fn couple(instance: &mut Instance, coupling: &Coupling, seed: u64) {
    if *coupling == Coupling::default() {
        return;
    }
    let references: Vec<Reference> =
        instance.types.iter().map(|each| Reference::new(instance, each)).collect();
    let wanted: BTreeSet<u64> =
        references.iter().flat_map(|each| each.ladder_mib.iter().copied()).collect();
    let menu = coupling.menu_percent.map(|share| (wanted.len() as u64 * share / 100).max(2));
    let failures: u64 = references.iter().map(|each| each.failures(&each.ladder_mib)).sum();
    let mut budget = coupling.failures_percent.map(|share| failures * share / 100);
    if let Some(nodes) = coupling.nodes {
        let others = if budget.is_some() { Others::AtMaximum } else { Others::AsReference };
        let mut witness = witness(instance, &references, others);
        if let Some(menu) = menu {
            round_up_to_menu(&mut witness, menu as usize);
        }
        let types = references.iter().zip(&witness);
        let needed: u64 = types.map(|(each, ladder)| each.failures(ladder)).sum();
        budget = budget.map(|budget| budget.max(needed));
        let first_mib: Vec<u64> = witness.iter().map(|ladder| ladder[0]).collect();
        let largest_mib = witness.iter().filter_map(|ladder| ladder.last()).max().copied();
        add_nodes(instance, &first_mib, largest_mib.unwrap_or(1), nodes, seed);
    }
    instance.max_distinct_sizes = menu.map(|menu| u32::try_from(menu).unwrap_or(u32::MAX));
    instance.max_failures = budget;
}

/// What the witness does with types of few slots.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Others {
    /// They never fail, which leaves the failures to the types with many slots.
    AtMaximum,
    /// They keep the ladder they want.
    AsReference,
}

/// Ladders whose first attempts need less memory than the references': types with many slots
/// start lower.
fn witness(instance: &Instance, references: &[Reference], others: Others) -> Vec<Vec<u64>> {
    let mut slots: Vec<u32> = instance.types.iter().map(|each| each.slots).collect();
    slots.sort_unstable();
    let (few, many) = (slots[slots.len() / 3], slots[slots.len() / 2]);
    let types = instance.types.iter().zip(references);
    types
        .map(|(each, reference)| {
            let ladder = &reference.ladder_mib;
            let largest = *ladder.last().unwrap_or(&1);
            if each.slots < few && others == Others::AtMaximum {
                return vec![largest];
            }
            if each.slots < many {
                return ladder.clone();
            }
            let first = reference.sizes_mib.partition_point(|size| *size < ladder[0]);
            let lower = reference.sizes_mib[first - first.div_ceil(4)];
            if instance.max_attempts(each) == 1 || lower >= largest {
                return vec![largest];
            }
            let rest = ladder.iter().skip(1).copied();
            let mut lowered: Vec<u64> = std::iter::once(lower).chain(rest).collect();
            if ladder.len() == 1 {
                lowered.push(largest);
            }
            lowered
        })
        .collect()
}

/// Replaces every rung by the next of so many sizes, spread evenly over those in use.
fn round_up_to_menu(ladders: &mut [Vec<u64>], menu: usize) {
    let sizes: BTreeSet<u64> = ladders.iter().flatten().copied().collect();
    let sizes: Vec<u64> = sizes.into_iter().collect();
    let kept: Vec<u64> = (1..=menu.min(sizes.len()))
        .map(|entry| sizes[entry * sizes.len() / menu.min(sizes.len()) - 1])
        .collect();
    for ladder in ladders {
        for rung in ladder.iter_mut() {
            *rung = kept[kept.partition_point(|size| *size < *rung)];
        }
        ladder.dedup();
    }
}

fn add_nodes(instance: &mut Instance, first_mib: &[u64], largest_mib: u64, nodes: u64, seed: u64) {
    let total = |instance: &Instance| -> u64 {
        let types = instance.types.iter().zip(first_mib);
        types.map(|(each, mib)| u64::from(each.slots) * mib).sum()
    };
    // Nodes that every type's largest attempt fits on several times make packing a question.
    let wanted = nodes * LARGEST_PER_NODE * largest_mib;
    let factor = wanted.div_ceil(total(instance).max(1)).clamp(1, 1 << 12) as u32;
    instance.types.iter_mut().for_each(|each| each.slots *= factor);
    let mut draw = Draw::new(seed, u64::MAX);
    let fat = draw.between(0, nodes / 2);
    let classes: Vec<u64> = (0..nodes).map(|node| 1 + u64::from(node < fat)).collect();
    let loads = deal(instance, first_mib, &classes);
    let most = |class: u64, part: fn(&Load) -> u64| {
        let here = loads.iter().zip(&classes).filter(|(_, each)| **each == class);
        here.map(|(load, _)| part(load)).max().unwrap_or(0)
    };
    let granularity = instance.granularity_mib;
    let node = |(index, &class): (usize, &u64)| {
        let memory = most(class, |load| load.memory_mib).max(largest_mib);
        let memory = memory + memory * SPARE_MEMORY / 100;
        let cores = most(class, |load| load.cores);
        Node {
            name: format!("node{:02}", index + 1),
            cores: u32::try_from(cores + cores * SPARE_CORES / 100 + 1).unwrap_or(u32::MAX),
            memory_mib: memory.div_ceil(granularity) * granularity,
        }
    };
    instance.nodes = classes.iter().enumerate().map(node).collect();
    let roomiest = instance.types.iter().map(|each| each.cores).max().unwrap_or(1);
    instance.nodes.iter_mut().for_each(|node| node.cores = node.cores.max(roomiest));
}

#[derive(Clone, Copy, Default)]
struct Load {
    memory_mib: u64,
    cores: u64,
}

/// Slots in decreasing size, each to the node that is emptiest for its class.
fn deal(instance: &Instance, first_mib: &[u64], classes: &[u64]) -> Vec<Load> {
    let mut order: Vec<usize> = (0..first_mib.len()).collect();
    order.sort_by_key(|&t| (std::cmp::Reverse(first_mib[t]), t));
    let mut loads = vec![Load::default(); classes.len()];
    for t in order {
        let task_type = &instance.types[t];
        for _ in 0..task_type.slots {
            let fullness = |node: &usize| (loads[*node].memory_mib / classes[*node], *node);
            if let Some(node) = (0..loads.len()).min_by_key(fullness) {
                loads[node].memory_mib += first_mib[t];
                loads[node].cores += u64::from(task_type.cores);
            }
        }
    }
    loads
}
