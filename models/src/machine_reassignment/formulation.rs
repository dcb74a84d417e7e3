//! The compact model: who is where.
//!
//! `x[p, m] = 1` says that process `p` runs on machine `m`.
//!
//! ```text
//! Σ_m x[p,m] = 1                                              everywhere once
//! Σ_p R_pr x[p,m] ≤ C_mr                                      capacity, not transient
//! Σ_{p: M0 ≠ m} R_pr x[p,m] ≤ C_mr − Σ_{p: M0 = m} R_pr       capacity, transient
//! Σ_{p of s} x[p,m] ≤ 1                                       conflict
//! y[s,l] ≤ Σ_{p of s, m in l} x[p,m],  Σ_l y[s,l] ≥ spread    spread
//! Σ_{m in n} x[p,m] ≤ Σ_{q of t, m in n} x[q,m]               dependency of p's service on t
//! o[m,r] ≥ Σ_p R_pr x[p,m] − S_mr                             load beyond safety
//! b[m,k] ≥ t_k F_m,r1 − F_m,r2                                balance
//! z ≥ Σ_{p of s} (1 − x[p,M0(p)])                             service moves
//! ```
//!
//! `o`, `b`, `y` and `z` take the least or any value that rows allow, so costs are the referee's at
//! integer `x`. Size: processes · machines binary columns, each in a row per resource or two.

mod rows;

use placewright_solver::exact::Formulation;
use placewright_solver::mip::{Column, MipModel};

use super::instance::{Instance, MachineId};
use super::plan::Plan;
use super::problem::MachineReassignment;
use rows::Builder;

/// The compact model.
#[derive(Clone, Copy, Debug, Default)]
pub struct Compact;

/// The column of a process on a machine.
fn place(instance: &Instance, process: usize, machine: usize) -> Column {
    Column::new(process * instance.machines.len() + machine)
}

impl Formulation<MachineReassignment> for Compact {
    fn nonzeros(&self, instance: &Instance) -> usize {
        let rows = 3 + 2 * instance.resources.len() + 2 * instance.balance_costs.len();
        let dependencies = instance.processes.iter().map(|process| {
            let needed = &instance.services[process.service.index()].depends_on;
            needed.len() * (1 + needed.iter().map(|t| members(instance, t.index())).sum::<usize>())
        });
        let places = instance.processes.len().saturating_mul(rows);
        places.saturating_add(dependencies.sum()).saturating_mul(instance.machines.len())
    }

    fn build(&self, instance: &Instance) -> MipModel {
        Builder::new(instance).build().0
    }

    fn encode(&self, instance: &Instance, plan: &Plan) -> Vec<f64> {
        let (model, definitions) = Builder::new(instance).build();
        let mut values = vec![0.0; model.num_columns()];
        for (process, machine) in plan.machines.iter().enumerate() {
            values[place(instance, process, machine.index()).index()] = 1.0;
        }
        definitions.complete(instance, &model, plan, &mut values);
        values
    }

    fn decode(&self, instance: &Instance, values: &[f64]) -> Plan {
        let machines = 0..instance.machines.len();
        let value =
            |p: usize, m: usize| values.get(place(instance, p, m).index()).copied().unwrap_or(0.0);
        // The largest of the process's values: in an integer vector the one that is one.
        let of = |p: usize| {
            let best = machines.clone().max_by(|&a, &b| value(p, a).total_cmp(&value(p, b)));
            MachineId(best.unwrap_or(0) as u32)
        };
        Plan { machines: (0..instance.processes.len()).map(of).collect() }
    }
}

fn members(instance: &Instance, service: usize) -> usize {
    instance.processes.iter().filter(|process| process.service.index() == service).count()
}
