//! Fewest live circuits moved: the exact model behind [`rewire`](super::super::kernel::rewire::rewire).
//!
//! ```text
//! max  Σ_lpk s_lpk
//! s.t. Σ_k t_lpk = D_lp,   Σ_p t_lpk ≤ u_lk,   Σ_l t_lpk ≤ d_pk
//!      s_lpk ≤ t_lpk,   0 ≤ s_lpk ≤ cur_lpk,   t integer
//! ```
//!
//! `t_lpk` counts the circuits of leaf `l` and spine `p` through switch `k`, `s_lpk` those kept, and
//! what moves is `Σ_lp min(D_lp, cur_lp) − Σ s`: S. Zhao et al., *Minimal Rewiring*, NSDI 2019. The
//! published full remap of Han et al. (arXiv 2308.05692) is the case `D, t ≤ 1`, `u = 1`, `d = 2`.

use std::collections::BTreeMap;

use placewright_solver::mip::{Bounds, Column, ColumnKind, MipModel, Sense};

use super::super::kernel::rewire::{Ports, Wiring};

/// Builds the model, whose objective is the number of live circuits kept; O(pairs · switches)
/// columns.
#[must_use]
pub fn rewire_ilp(ports: &Ports, current: &Wiring, demand: &[(u32, u32)]) -> MipModel {
    let mut wanted: BTreeMap<(u32, u32), u32> = BTreeMap::new();
    demand.iter().for_each(|&pair| *wanted.entry(pair).or_insert(0) += 1);
    let mut live: BTreeMap<(u32, u32, u32), u32> = BTreeMap::new();
    for circuit in current.circuits() {
        *live.entry((circuit.leaf, circuit.spine, circuit.switch)).or_insert(0) += 1;
    }
    let mut model = MipModel::new("rewire");
    model.set_sense(Sense::Maximise);
    let mut by_leaf: BTreeMap<(u32, u32), Vec<Column>> = BTreeMap::new();
    let mut by_spine: BTreeMap<(u32, u32), Vec<Column>> = BTreeMap::new();
    for (&(leaf, spine), &circuits) in &wanted {
        let mut through = Vec::new();
        for switch in 0..ports.switches() {
            let name = format_args!("t{leaf}_{spine}_{switch}");
            let bounds = Bounds::between(0.0, f64::from(circuits));
            let t = model.add_column(name, bounds, 0.0, ColumnKind::Integer);
            through.push((t, 1.0));
            by_leaf.entry((leaf, switch)).or_default().push(t);
            by_spine.entry((spine, switch)).or_default().push(t);
            if let Some(&number) = live.get(&(leaf, spine, switch)) {
                let bounds = Bounds::between(0.0, f64::from(number));
                let name = format_args!("s{leaf}_{spine}_{switch}");
                // Integer by itself: the least of two integers.
                let s = model.add_column(name, bounds, 1.0, ColumnKind::Continuous);
                let name = format_args!("kept{leaf}_{spine}_{switch}");
                model.add_row(name, Bounds::at_most(0.0), [(s, 1.0), (t, -1.0)]);
            }
        }
        let all = Bounds::exactly(f64::from(circuits));
        model.add_row(format_args!("wanted{leaf}_{spine}"), all, through);
    }
    for ((leaf, switch), circuits) in by_leaf {
        let limit = Bounds::at_most(f64::from(ports.leaf_ports(switch, leaf)));
        let entries = circuits.into_iter().map(|t| (t, 1.0));
        model.add_row(format_args!("leaf{leaf}_{switch}"), limit, entries);
    }
    for ((spine, switch), circuits) in by_spine {
        let limit = Bounds::at_most(f64::from(ports.spine_ports(switch, spine)));
        let entries = circuits.into_iter().map(|t| (t, 1.0));
        model.add_row(format_args!("spine{spine}_{switch}"), limit, entries);
    }
    model
}

/// Live circuits that are still wanted: `Σ_lp min(D_lp, cur_lp)`. What [`rewire_ilp`] keeps of them
/// does not move.
#[must_use]
pub fn still_wanted(current: &Wiring, demand: &[(u32, u32)]) -> u64 {
    let mut wanted: BTreeMap<(u32, u32), u64> = BTreeMap::new();
    demand.iter().for_each(|&pair| *wanted.entry(pair).or_insert(0) += 1);
    let mut number = 0;
    for pair in current.pairs() {
        if let Some(open) = wanted.get_mut(&pair).filter(|open| **open > 0) {
            *open -= 1;
            number += 1;
        }
    }
    number
}
