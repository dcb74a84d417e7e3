//! The batch with variables for leaves and spines of every job and shape.
//!
//! ```text
//! max  Σ_j w_j Σ_h a_jh
//! s.t. Σ_h a_jh ≤ 1,   Σ_l x_jhl = m_h a_jh,   Σ_p y_jhp = q_h a_jh
//!      Σ_jh q_h x_jhl ≤ f_l,   Σ_jh z_jhlp ≤ 1,   z_jhlp ≥ x_jhl + y_jhp − 1      free links
//!      x_jhl + y_jhp ≤ 1                                                        taken links
//! ```

use placewright_solver::mip::{Bounds, Column, ColumnKind, MipModel, Sense};

use super::Batch;

/// Builds the model; O(jobs · shapes · leaves · spines) columns.
#[must_use]
pub fn compact_ilp(batch: &Batch) -> MipModel {
    let mut model = MipModel::new("batch");
    model.set_sense(Sense::Maximise);
    let (leaves, spines) = (batch.links.leaves(), batch.links.spines());
    let mut gpus: Vec<Vec<(Column, f64)>> = vec![Vec::new(); leaves as usize];
    let mut users: Vec<Vec<(Column, f64)>> = vec![Vec::new(); (leaves * spines) as usize];
    for (j, job) in batch.jobs.iter().enumerate() {
        let mut accepted = Vec::new();
        for (h, shape) in job.shapes.iter().enumerate() {
            let id = format!("{j}_{h}");
            let a = model.add_binary(format_args!("a{id}"), job.weight as f64);
            accepted.push((a, 1.0));
            let mut binaries = |kind: &str, number: u32| -> Vec<Column> {
                let name = |at| format!("{kind}{id}_{at}");
                (0..number).map(|at| model.add_binary(name(at), 0.0)).collect()
            };
            let x = binaries("x", leaves);
            let y = if shape.leaves > 1 { binaries("y", spines) } else { Vec::new() };
            for (l, &x) in x.iter().enumerate() {
                gpus[l].push((x, f64::from(shape.share)));
            }
            let mut sum = |kind: &str, members: &[Column], number: u32| {
                let members = members.iter().map(|&member| (member, 1.0));
                let entries = members.chain([(a, -f64::from(number))]);
                model.add_row(format_args!("{kind}{id}"), Bounds::exactly(0.0), entries);
            };
            sum("leaves", &x, shape.leaves);
            if !y.is_empty() {
                sum("spines", &y, shape.share);
            }
            for (l, &x) in (0_u32..).zip(&x) {
                for (p, &y) in (0_u32..).zip(&y) {
                    let mut entries = vec![(x, 1.0), (y, 1.0)];
                    if batch.links.is_free(l, p) {
                        let name = format_args!("z{id}_{l}_{p}");
                        let z = model.add_column(name, Bounds::UNIT, 0.0, ColumnKind::Continuous);
                        users[(l * spines + p) as usize].push((z, 1.0));
                        entries.push((z, -1.0));
                    }
                    let name = format_args!("joined{id}_{l}_{p}");
                    model.add_row(name, Bounds::at_most(1.0), entries);
                }
            }
        }
        model.add_row(format_args!("once{j}"), Bounds::at_most(1.0), accepted);
    }
    for (l, entries) in gpus.into_iter().enumerate() {
        let free = Bounds::at_most(f64::from(batch.free_gpus[l]));
        model.add_row(format_args!("gpus{l}"), free, entries);
    }
    for (at, entries) in users.into_iter().enumerate() {
        model.add_row(format_args!("link{at}"), Bounds::at_most(1.0), entries);
    }
    model
}
