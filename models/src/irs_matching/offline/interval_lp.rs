//! The program of an order with amounts per job, mask and interval: for export and second opinions.
//!
//! ```text
//! minimise  Σ_k (weight of the jobs that complete in interval k or later) · l_k
//!           Σ_j x_jak <= λ_a l_k        what arrives in interval k
//!           Σ_{a,k} x_jak  = D_j        demand, over the intervals up to the job's own
//! ```
//!
//! Interval `k` ends with the `k`-th completion. [`OrderPrices`] answers the same question with one
//! column per job; here any linear-programming code can be asked. O(n² · masks) columns.
//!
//! [`OrderPrices`]: super::order_lp::OrderPrices

use placewright_solver::mip::{Bounds, Column, ColumnKind, MipModel};

use super::fluid::Fluid;

/// The program, with amounts in devices and times in seconds. `None` when a job is released later
/// than at zero, since intervals then would also have to end at releases; or when `order` names a
/// job that does not exist.
#[must_use]
pub fn interval_model(fluid: &Fluid, order: &[usize]) -> Option<MipModel> {
    if fluid.jobs.iter().any(|job| job.release_ms > 0) {
        return None;
    }
    let jobs: Vec<_> = order
        .iter()
        .map(|&job| fluid.jobs.get(job).map(|data| (job, data)))
        .collect::<Option<_>>()?;
    let masks = fluid.rates_micro_per_s.len();
    let mut model = MipModel::new("irs_order");
    let mut column = |name: std::fmt::Arguments<'_>, cost: f64| {
        model.add_column(name, Bounds::NON_NEGATIVE, cost, ColumnKind::Continuous)
    };
    let mut supplies: Vec<Vec<(Column, f64)>> = Vec::new();
    let mut received: Vec<Vec<(Column, f64)>> = vec![Vec::new(); jobs.len()];
    for k in 0..jobs.len() {
        let waiting: u64 = jobs[k..].iter().map(|(_, data)| data.weight).sum();
        let length = column(format_args!("length({k})"), waiting as f64);
        let mut rows = Vec::new();
        for &rate in &fluid.rates_micro_per_s {
            rows.push(vec![(length, -(rate as f64) / 1e6)]);
        }
        for (position, (job, data)) in jobs.iter().enumerate().skip(k) {
            for &mask in &data.masks {
                let amount = column(format_args!("amount({job},{mask},{k})"), 0.0);
                rows[mask].push((amount, 1.0));
                received[position].push((amount, 1.0));
            }
        }
        supplies.append(&mut rows);
    }
    for (row, entries) in supplies.into_iter().enumerate() {
        let name = format_args!("supply({},{})", row % masks, row / masks);
        model.add_row(name, Bounds::at_most(0.0), entries);
    }
    for ((job, data), entries) in jobs.iter().zip(received) {
        let demand = Bounds::exactly(data.demand_micro as f64 / 1e6);
        model.add_row(format_args!("demand({job})"), demand, entries);
    }
    Some(model)
}
