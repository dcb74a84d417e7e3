//! One job of a given shape in a static network, as published: Han et al., arXiv 2308.05692, the
//! virtual Clos, with a variable for every link.
//!
//! ```text
//! min  Σ_l c_l x_l
//! s.t. Σ_l x_l = m,   Σ_p y_p = q,   q x_l ≤ f_l
//!      z_lp ≥ o_lp,   z_lp − o_lp ≤ x_l,   z_lp − o_lp ≤ y_p,   z_lp − o_lp ≥ x_l + y_p − 1
//! ```
//!
//! `o_lp` is one where the link is taken before, `z_lp` where it is taken after. The published costs
//! are the ranks of the leaves by free GPUs; any costs may be given here. On one leaf the published
//! scheduler asks for no spine, so the rows of spines and links are left out.

use placewright_solver::mip::{Bounds, Column, MipModel};

use super::super::kernel::links::FreeLinks;
use super::super::kernel::shapes::Shape;

/// Builds the model; O(leaves · spines) columns and rows.
#[must_use]
pub fn published_ilp(free_gpus: &[u32], links: &FreeLinks, shape: Shape, cost: &[u64]) -> MipModel {
    let mut model = MipModel::new("one_job_published");
    let leaves: Vec<Column> = (0..links.leaves())
        .map(|leaf| model.add_binary(format_args!("x{leaf}"), cost[leaf as usize] as f64))
        .collect();
    let all = leaves.iter().map(|&x| (x, 1.0));
    model.add_row("leaves", Bounds::exactly(f64::from(shape.leaves)), all);
    for (leaf, &x) in leaves.iter().enumerate() {
        let free = Bounds::at_most(f64::from(free_gpus[leaf]));
        model.add_row(format_args!("gpus{leaf}"), free, [(x, f64::from(shape.share))]);
    }
    if shape.leaves == 1 {
        return model;
    }
    let spines: Vec<Column> =
        (0..links.spines()).map(|spine| model.add_binary(format_args!("y{spine}"), 0.0)).collect();
    let all = spines.iter().map(|&y| (y, 1.0));
    model.add_row("spines", Bounds::exactly(f64::from(shape.share)), all);
    for (leaf, &x) in (0_u32..).zip(&leaves) {
        for (spine, &y) in (0_u32..).zip(&spines) {
            let taken = if links.is_free(leaf, spine) { 0.0 } else { 1.0 };
            let z = model.add_binary(format_args!("z{leaf}_{spine}"), 0.0);
            let mut row = |kind: &str, bounds: Bounds, entries: &[(Column, f64)]| {
                model.add_row(
                    format_args!("{kind}{leaf}_{spine}"),
                    bounds,
                    entries.iter().copied(),
                );
            };
            row("stays", Bounds::at_least(taken), &[(z, 1.0)]);
            row("by_leaf", Bounds::at_most(taken), &[(z, 1.0), (x, -1.0)]);
            row("by_spine", Bounds::at_most(taken), &[(z, 1.0), (y, -1.0)]);
            row("both", Bounds::at_least(taken - 1.0), &[(z, 1.0), (x, -1.0), (y, -1.0)]);
        }
    }
    model
}
