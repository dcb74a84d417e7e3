//! The integer program over some decisions of every shard.

use placewright_solver::exact::Formulation;
use placewright_solver::mip::{Bounds, Column, ColumnKind, MipModel};
use placewright_solver::search::row_loads::RowLimit;

use crate::replication_placement::footprint::Footprint;
use crate::replication_placement::instance::{Index, Instance, Layout};
use crate::replication_placement::plan::{Mode, Plan, ShardPlan};
use crate::replication_placement::problem::ReplicationPlacement;

/// Decisions to choose from.
#[derive(Clone, Debug, Default)]
pub struct PlanColumns {
    /// A shard and a decision of it, no pair twice.
    pub decisions: Vec<(usize, ShardPlan)>,
}

impl Formulation<ReplicationPlacement> for PlanColumns {
    fn nonzeros(&self, _: &Instance) -> usize {
        // A decision uses about four capacities a copy.
        self.decisions.iter().map(|(_, decision)| 3 + 4 * decision.nodes.len()).sum()
    }

    fn build(&self, instance: &Instance) -> MipModel {
        let index = Index::new(instance);
        let limits = Layout::of(&index).limits(&index);
        let shards: Vec<usize> = (0..instance.shards.len()).collect();
        model_of(&index, &shards, &self.decisions, &limits)
    }

    /// A plan with a decision that is not among the columns has no vector that keeps the rows.
    fn encode(&self, instance: &Instance, plan: &Plan) -> Vec<f64> {
        let model = self.build(instance);
        let mut values = vec![0.0; model.num_columns()];
        for (value, (shard, decision)) in values.iter_mut().zip(&self.decisions) {
            *value = f64::from(u8::from(plan.shards[*shard] == *decision));
        }
        // What is left over is excess.
        for row in model.rows() {
            let over = model.entries(row).last();
            if let Some((column, _)) = over.filter(|(c, _)| c.index() >= self.decisions.len()) {
                let excess = model.activity(row, &values) - model.row_bounds(row).upper;
                values[column.index()] = excess.max(0.0);
            }
        }
        values
    }

    fn decode(&self, instance: &Instance, values: &[f64]) -> Plan {
        // A shard without a decision has no plan; the referee refuses one without nodes.
        let nothing = ShardPlan { mode: Mode::StrictChain, nodes: Vec::new() };
        let mut plan = Plan { shards: vec![nothing; instance.shards.len()] };
        for (&value, (shard, decision)) in values.iter().zip(&self.decisions) {
            if value > 0.5 {
                plan.shards[*shard].clone_from(decision);
            }
        }
        plan
    }
}

/// The program that chooses one of the decisions for each of some shards, within limits.
pub(super) fn model_of(
    index: &Index,
    shards: &[usize],
    decisions: &[(usize, ShardPlan)],
    limits: &[RowLimit],
) -> MipModel {
    let layout = Layout::of(index);
    let mut model = MipModel::new("replication_plans");
    let mut of_shard = vec![Vec::new(); index.instance.shards.len()];
    let mut of_row: Vec<Vec<(Column, f64)>> = vec![Vec::new(); limits.len()];
    let mut footprint = Footprint::default();
    for (number, (shard, decision)) in decisions.iter().enumerate() {
        layout.write(index, *shard, decision, &mut footprint);
        let column = model.add_binary(format_args!("c{number}"), footprint.cost as f64);
        of_shard[*shard].push((column, 1.0));
        for each in &footprint.uses {
            of_row[each.row as usize].push((column, each.amount as f64));
        }
    }
    for &shard in shards {
        let entries = std::mem::take(&mut of_shard[shard]);
        model.add_row(format_args!("shard{shard}"), Bounds::exactly(1.0), entries);
    }
    for ((row, mut entries), limit) in (0..).zip(of_row).zip(limits) {
        let all: f64 = entries.iter().map(|entry| entry.1).sum();
        if all <= limit.free as f64 {
            continue;
        }
        let excess = (limit.most as f64 - limit.free as f64).min(all - limit.free as f64);
        if excess > 0.0 {
            let (bounds, cost) = (Bounds::between(0.0, excess), limit.price as f64);
            let name = format!("over_{}", layout.name(row));
            let over = model.add_column(name, bounds, cost, ColumnKind::Integer);
            entries.push((over, -1.0));
        }
        model.add_row(layout.name(row), Bounds::at_most(limit.free as f64), entries);
    }
    model
}
