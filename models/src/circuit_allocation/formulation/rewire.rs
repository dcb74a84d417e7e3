//! The model that rewires: `t_lpk` circuits of a pair through a switch, `m_lpk` live ones that no
//! longer run there (Zhao et al., "Minimal Rewiring", NSDI 2019, without aggregation; the
//! full remap of Han et al. with circuits counted instead of set).
//!
//! ```text
//! min  Σ m_lpk − Σ_lp max(0, live_lp − D_lp)
//! s.t. Σ_k t_lpk = D_lp,   Σ_p t_lpk ≤ u_lk,   Σ_l t_lpk ≤ d_pk,   t_lpk + m_lpk ≥ live_lpk
//! ```

use std::collections::BTreeMap;

use placewright_solver::mip::{Bounds, Column, ColumnKind, MipModel};

use super::super::instance::{Circuits, Free, Instance, Live, Rewire};
use super::super::plan::Plan;

struct Entry {
    leaf: u32,
    spine: u32,
    switch: u32,
    most: u32,
    live: u32,
    count: Column,
    moved: Option<Column>,
}

fn live(instance: &Instance) -> BTreeMap<(u32, u32, Option<u32>), u32> {
    let mut live = BTreeMap::new();
    for each in instance.live.iter().flat_map(|job| &job.circuits) {
        *live.entry((each.leaf, each.spine, each.switch)).or_insert(0) += each.count;
    }
    live
}

/// All columns, numbered: the circuits of a pair and switch, then its live ones that move.
fn entries(instance: &Instance, rewire: &Rewire) -> Vec<Entry> {
    let live = live(instance);
    let free = Free::of(instance, Live::Loose);
    let switches = instance.fabric.switches() as u32;
    let mut columns = 0;
    let mut next = || {
        columns += 1;
        Column::new(columns - 1)
    };
    let mut entries = Vec::new();
    for demand in &rewire.demand {
        let (leaf, spine) = (demand.leaf, demand.spine);
        for switch in 0..switches {
            let ports = |list: &[u32], node: u32| list[(node * switches + switch) as usize];
            let most = ports(&free.leaf_ports, leaf).min(ports(&free.spine_ports, spine));
            let most = most.min(demand.circuits);
            if most == 0 {
                continue;
            }
            let live = live.get(&(leaf, spine, Some(switch))).copied().unwrap_or(0);
            let count = next();
            let moved = (live > 0).then(&mut next);
            entries.push(Entry { leaf, spine, switch, most, live, count, moved });
        }
    }
    entries
}

/// Nonzeros of the model, at most.
pub(super) fn nonzeros(instance: &Instance, rewire: &Rewire) -> usize {
    5 * rewire.demand.len() * instance.fabric.switches() as usize
}

/// The whole model.
pub(super) fn build(instance: &Instance, rewire: &Rewire) -> MipModel {
    let mut model = MipModel::new("circuit_allocation_rewire");
    let entries = entries(instance, rewire);
    for each in &entries {
        let Entry { leaf, spine, switch, most, live, .. } = each;
        let bounds = Bounds::between(0.0, (*most).into());
        let name = format_args!("t_{leaf}_{spine}_{switch}");
        model.add_column(name, bounds, 0.0, ColumnKind::Integer);
        if each.moved.is_some() {
            let bounds = Bounds::between(0.0, (*live).into());
            let name = format_args!("m_{leaf}_{spine}_{switch}");
            model.add_column(name, bounds, 1.0, ColumnKind::Integer);
        }
    }
    let mut pairs: BTreeMap<(u32, u32), Vec<(Column, f64)>> = BTreeMap::new();
    let (mut up, mut down) = (pairs.clone(), pairs.clone());
    for each in &entries {
        let one = (each.count, 1.0);
        pairs.entry((each.leaf, each.spine)).or_default().push(one);
        up.entry((each.leaf, each.switch)).or_default().push(one);
        down.entry((each.spine, each.switch)).or_default().push(one);
        if let Some(moved) = each.moved {
            let (leaf, spine, switch) = (each.leaf, each.spine, each.switch);
            let row = format_args!("moved_{leaf}_{spine}_{switch}");
            let bounds = Bounds::at_least(each.live.into());
            model.add_row(row, bounds, [(moved, 1.0), (each.count, 1.0)]);
        }
    }
    let free = Free::of(instance, Live::Loose);
    let switches = instance.fabric.switches() as u32;
    let mut lasting = 0_i64;
    let mut alive: BTreeMap<(u32, u32), u32> = BTreeMap::new();
    for ((leaf, spine, _), count) in live(instance) {
        *alive.entry((leaf, spine)).or_default() += count;
    }
    for demand in &rewire.demand {
        let pair = (demand.leaf, demand.spine);
        lasting += i64::from(alive.get(&pair).copied().unwrap_or(0).min(demand.circuits));
        let entries = pairs.remove(&pair).unwrap_or_default();
        let (leaf, spine) = pair;
        let bounds = Bounds::exactly(demand.circuits.into());
        model.add_row(format_args!("pair_{leaf}_{spine}"), bounds, entries);
    }
    for ((leaf, switch), entries) in up {
        let ports = free.leaf_ports[(leaf * switches + switch) as usize];
        model.add_row(format_args!("up_{leaf}_{switch}"), Bounds::at_most(ports.into()), entries);
    }
    for ((spine, switch), entries) in down {
        let ports = free.spine_ports[(spine * switches + switch) as usize];
        let row = format_args!("down_{spine}_{switch}");
        model.add_row(row, Bounds::at_most(ports.into()), entries);
    }
    let counted: i64 = entries.iter().map(|each| i64::from(each.live)).sum();
    model.set_constant((lasting - counted) as f64);
    model
}

/// The vector of a plan that the referee accepts.
pub(super) fn encode(instance: &Instance, rewire: &Rewire, plan: &Plan) -> Vec<f64> {
    let mut wiring = BTreeMap::new();
    for each in plan.wiring.iter().flatten() {
        *wiring.entry((each.leaf, each.spine, each.switch)).or_insert(0) += each.count;
    }
    let mut values = Vec::new();
    for each in entries(instance, rewire) {
        let count = wiring.get(&(each.leaf, each.spine, Some(each.switch))).copied().unwrap_or(0);
        values.push(f64::from(count));
        if each.moved.is_some() {
            values.push(each.live.saturating_sub(count).into());
        }
    }
    values
}

/// The plan of an integer vector.
pub(super) fn decode(instance: &Instance, rewire: &Rewire, values: &[f64]) -> Plan {
    let circuits = |each: &Entry| {
        let count = values.get(each.count.index()).map_or(0, |value| value.round() as u32);
        let (leaf, spine, switch) = (each.leaf, each.spine, Some(each.switch));
        (count > 0).then_some(Circuits { leaf, spine, switch, count })
    };
    let wiring = entries(instance, rewire).iter().filter_map(circuits).collect();
    Plan { placed: Vec::new(), wiring: Some(wiring) }
}
