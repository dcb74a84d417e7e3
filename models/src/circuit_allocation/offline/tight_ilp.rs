//! One job of a given shape in a static network, without variables for links.
//!
//! ```text
//! min  Σ_l c_l x_l
//! s.t. Σ_l x_l = m,   Σ_p y_p = q,   x_l + y_p ≤ 1 for every taken link (l, p),   x, y binary
//! ```
//!
//! Only leaves with `q` free GPUs have a variable. A feasible point is a `K_{m,q}` of free links, so
//! the model is exact: the cheapest biclique (decision: Garey and Johnson, GT24). On one leaf no link
//! is needed and the rows of the spines are left out.

use placewright_solver::mip::{Bounds, Column, MipModel};

use super::super::kernel::links::FreeLinks;
use super::super::kernel::shapes::Shape;

/// Builds the model; O(leaves · spines) rows.
#[must_use]
pub fn tight_ilp(free_gpus: &[u32], links: &FreeLinks, shape: Shape, cost: &[u64]) -> MipModel {
    let mut model = MipModel::new("one_job_tight");
    let leaves: Vec<(u32, Column)> = (0..links.leaves())
        .filter(|&leaf| free_gpus[leaf as usize] >= shape.share)
        .map(|leaf| (leaf, model.add_binary(format_args!("x{leaf}"), cost[leaf as usize] as f64)))
        .collect();
    let all = leaves.iter().map(|&(_, x)| (x, 1.0));
    model.add_row("leaves", Bounds::exactly(f64::from(shape.leaves)), all);
    if shape.leaves == 1 {
        return model;
    }
    let spines: Vec<Column> =
        (0..links.spines()).map(|spine| model.add_binary(format_args!("y{spine}"), 0.0)).collect();
    let all = spines.iter().map(|&y| (y, 1.0));
    model.add_row("spines", Bounds::exactly(f64::from(shape.share)), all);
    for &(leaf, x) in &leaves {
        for (spine, &y) in (0_u32..).zip(&spines) {
            if !links.is_free(leaf, spine) {
                let name = format_args!("taken{leaf}_{spine}");
                model.add_row(name, Bounds::at_most(1.0), [(x, 1.0), (y, 1.0)]);
            }
        }
    }
    model
}
