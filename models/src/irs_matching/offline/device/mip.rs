//! The integer program of the device level.
//!
//! `y_ij` says that the last device of job `j` is arrival `i`, `x_ij` that arrival `i` serves job `j`,
//! both on eligible pairs only:
//!
//! ```text
//! minimise  Σ w_j t_i y_ij
//!           Σ_i y_ij = 1                      every job completes once
//!           Σ_i x_ij = D_j                    every job is filled
//!           Σ_j x_ij <= 1                     a device serves one job
//!           x_ij <= Σ_{i' >= i} y_i'j         nothing after completion
//!           y_ij = 0 before the D_j-th eligible arrival
//! ```
//!
//! With `y` fixed the rest is a transportation problem, whose vertices are integral, so `x` stays
//! continuous; the plan is read from `y` alone. After the assignment program of Liu et al. (MLSys
//! 2025, appendix), with eligibility as `x_ij <= e_ij`. O(devices · jobs) columns and rows, but
//! O(devices² · jobs) nonzeros: for some hundred devices.

use placewright_solver::mip::{Bounds, Column, ColumnKind, MipModel};

use super::arrivals::{Arrivals, DeviceError, DevicePlan};

/// The program and what its columns mean.
pub struct DeviceModel {
    /// To be minimised.
    pub model: MipModel,
    /// Per job its eligible arrivals, ascending, each with its `x` and, where completion is
    /// possible, its `y`.
    pub columns: Vec<Vec<(usize, Column, Option<Column>)>>,
}

/// Builds the program of validated arrivals.
#[must_use]
pub fn device_model(arrivals: &Arrivals) -> DeviceModel {
    let mut model = MipModel::new("irs_device_level");
    let mut columns = Vec::new();
    let mut serves = vec![Vec::new(); arrivals.times_ms.len()];
    for (j, job) in arrivals.jobs.iter().enumerate() {
        let eligible =
            (0..arrivals.masks.len()).filter(|&i| job.masks.contains(&arrivals.masks[i]));
        let mut own = Vec::new();
        for (rank, i) in eligible.enumerate() {
            let name = format_args!("serve({i},{j})");
            let x = model.add_column(name, Bounds::UNIT, 0.0, ColumnKind::Continuous);
            serves[i].push((x, 1.0));
            let y = (rank as u64 + 1 >= job.demand).then(|| {
                let cost = job.weight as f64 * arrivals.times_ms[i] as f64;
                let name = format_args!("last({i},{j})");
                model.add_column(name, Bounds::UNIT, cost, ColumnKind::Integer)
            });
            own.push((i, x, y));
        }
        columns.push(own);
    }
    for (j, own) in columns.iter().enumerate() {
        let lasts = own.iter().filter_map(|&(_, _, y)| Some((y?, 1.0)));
        model.add_row(format_args!("complete({j})"), Bounds::exactly(1.0), lasts);
        let all = own.iter().map(|&(_, x, _)| (x, 1.0));
        let demand = Bounds::exactly(arrivals.jobs[j].demand as f64);
        model.add_row(format_args!("demand({j})"), demand, all);
        for (position, &(i, x, _)) in own.iter().enumerate() {
            let later = own[position..].iter().filter_map(|&(_, _, y)| Some((y?, -1.0)));
            let entries = std::iter::once((x, 1.0)).chain(later);
            model.add_row(format_args!("until({i},{j})"), Bounds::at_most(0.0), entries);
        }
    }
    for (i, entries) in serves.into_iter().enumerate().filter(|(_, entries)| entries.len() > 1) {
        model.add_row(format_args!("once({i})"), Bounds::at_most(1.0), entries);
    }
    DeviceModel { model, columns }
}

impl DeviceModel {
    /// A feasible plan as values of the columns.
    ///
    /// # Errors
    /// What the referee finds wrong with the plan.
    pub fn encode(&self, arrivals: &Arrivals, plan: &DevicePlan) -> Result<Vec<f64>, DeviceError> {
        arrivals.completions_ms(plan)?;
        let mut values = vec![0.0; self.model.num_columns()];
        for (j, own) in self.columns.iter().enumerate() {
            let served: Vec<_> = own.iter().filter(|(i, ..)| plan[*i] == Some(j)).collect();
            served.iter().for_each(|(_, x, _)| values[x.index()] = 1.0);
            if let Some((_, _, Some(y))) = served.last() {
                values[y.index()] = 1.0;
            }
        }
        Ok(values)
    }

    /// The plan of an integer solution: completion times from `y`, devices by maximum flow.
    ///
    /// # Errors
    /// [`DeviceError::TooFew`] when the values are no solution.
    pub fn decode(&self, arrivals: &Arrivals, values: &[f64]) -> Result<DevicePlan, DeviceError> {
        let deadline = |own: &Vec<(usize, Column, Option<Column>)>| {
            let last = own.iter().find(|(_, _, y)| y.is_some_and(|y| values[y.index()] > 0.5));
            last.map_or(0, |(i, ..)| arrivals.times_ms[*i])
        };
        let deadlines: Vec<u64> = self.columns.iter().map(deadline).collect();
        arrivals.plan_by(&deadlines)
    }
}
