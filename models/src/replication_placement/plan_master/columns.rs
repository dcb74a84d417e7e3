//! The integer program over some decisions of every shard.

use std::collections::BTreeMap;

use placewright_solver::exact::Formulation;
use placewright_solver::mip::{Bounds, Column, ColumnKind, MipModel, Row};
use placewright_solver::search::row_loads::RowLimit;

use crate::replication_placement::certificate::{Packing, Room};
use crate::replication_placement::footprint::Footprint;
use crate::replication_placement::instance::{Index, Instance, Layout};
use crate::replication_placement::plan::{Mode, Plan, ShardPlan};
use crate::replication_placement::problem::ReplicationPlacement;

/// Decisions to choose from.
#[derive(Clone, Debug, Default)]
pub struct PlanColumns {
    /// A shard and a decision of it, no pair twice.
    pub decisions: Vec<(usize, ShardPlan)>,
    /// Packing inequalities, which every plan keeps.
    pub packings: Vec<Packing>,
}

impl PlanColumns {
    fn program(&self, instance: &Instance) -> Program {
        let index = Index::new(instance);
        let limits = Layout::of(&index).limits(&index);
        let shards: Vec<usize> = (0..instance.shards.len()).collect();
        Program::new(&index, &shards, &self.decisions, &self.packings, &limits)
    }
}

impl Formulation<ReplicationPlacement> for PlanColumns {
    fn nonzeros(&self, _: &Instance) -> usize {
        // A decision uses about four capacities a copy, and is in few packing inequalities.
        self.decisions.iter().map(|(_, decision)| 3 + 8 * decision.nodes.len()).sum()
    }

    fn build(&self, instance: &Instance) -> MipModel {
        self.program(instance).model
    }

    /// A plan with a decision that is not among the columns has no vector that keeps the rows.
    fn encode(&self, instance: &Instance, plan: &Plan) -> Vec<f64> {
        let chosen = self
            .decisions
            .iter()
            .map(|(shard, decision)| f64::from(u8::from(plan.shards[*shard] == *decision)));
        self.program(instance).complete(chosen)
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
pub(super) struct Program {
    /// The program. Decisions are its first columns.
    pub(super) model: MipModel,
    /// Columns that are the sum of some decisions' columns.
    parts: Vec<(Column, Vec<usize>)>,
    /// Columns for what is above a row's limit, with their rows.
    excess: Vec<(Column, Row)>,
}

/// What a shard takes of the room that a row counts: the shard, the row, the MiB.
type Part = (usize, u32, i64);

impl Program {
    /// The program over some decisions.
    ///
    /// Whether a shard has a copy on a node, or takes so much of a store, is a column of its own where
    /// several decisions have that in common: rows are shorter, and branching on it decides more than
    /// branching on a decision.
    pub(super) fn new(
        index: &Index,
        shards: &[usize],
        decisions: &[(usize, ShardPlan)],
        packings: &[Packing],
        limits: &[RowLimit],
    ) -> Self {
        let layout = Layout::of(index);
        let mut model = MipModel::new("replication_plans");
        let mut of_shard = vec![Vec::new(); index.instance.shards.len()];
        let mut of_row: Vec<Vec<(Column, f64)>> = vec![Vec::new(); limits.len()];
        let mut having = BTreeMap::<Part, Vec<usize>>::new();
        let mut footprint = Footprint::default();
        for (number, (shard, decision)) in decisions.iter().enumerate() {
            layout.write(index, *shard, decision, &mut footprint);
            let column = model.add_binary(format_args!("c{number}"), footprint.cost as f64);
            of_shard[*shard].push((column, 1.0));
            for each in &footprint.uses {
                match Room::of(layout, each.row) {
                    Some(Room::Memory(_) | Room::Stored(_)) => {
                        having.entry((*shard, each.row, each.amount)).or_default().push(number);
                    }
                    // What is needed while copies move is some of what is needed later.
                    Some(Room::During(_)) => {}
                    None => of_row[each.row as usize].push((column, each.amount as f64)),
                }
            }
        }
        let mut program = Self { model, parts: Vec::new(), excess: Vec::new() };
        let parts: Vec<(Part, Column)> =
            having.into_iter().map(|(part, own)| (part, program.part(part, own))).collect();
        for (&(shard, row, mib), &column) in parts.iter().map(|(part, column)| (part, column)) {
            of_row[row as usize].push((column, mib as f64));
            if let Some(Room::Memory(node)) = Room::of(layout, row) {
                let new = Room::During(node).copy_mib(index, shard, node);
                if new > 0 {
                    of_row[layout.during(node) as usize].push((column, new as f64));
                }
            }
        }
        for &shard in shards {
            let entries = std::mem::take(&mut of_shard[shard]);
            program.model.add_row(format_args!("shard{shard}"), Bounds::exactly(1.0), entries);
        }
        for ((row, entries), limit) in (0..).zip(of_row).zip(limits) {
            program.limit(&layout.name(row), entries, *limit);
        }
        for (number, packing) in packings.iter().enumerate() {
            program.pack(index, number, packing, &parts);
        }
        program
    }

    /// The column of a part that some decisions have.
    fn part(&mut self, (shard, row, mib): Part, having: Vec<usize>) -> Column {
        if let [only] = having[..] {
            return Column::new(only);
        }
        let name = format!("s{shard}_{row}_{mib}");
        let column = self.model.add_binary(&name, 0.0);
        let entries = having.iter().map(|&number| (Column::new(number), 1.0));
        let entries: Vec<(Column, f64)> = entries.chain([(column, -1.0)]).collect();
        self.model.add_row(format_args!("has_{name}"), Bounds::exactly(0.0), entries);
        self.parts.push((column, having));
        column
    }

    /// A row's limit, if it could be exceeded.
    fn limit(&mut self, name: &str, mut entries: Vec<(Column, f64)>, limit: RowLimit) {
        let all: f64 = entries.iter().map(|entry| entry.1).sum();
        if all <= limit.free as f64 {
            return;
        }
        let excess = (limit.most as f64 - limit.free as f64).min(all - limit.free as f64);
        let mut over = None;
        if excess > 0.0 {
            let (bounds, cost) = (Bounds::between(0.0, excess), limit.price as f64);
            let name = format!("over_{name}");
            let column = self.model.add_column(name, bounds, cost, ColumnKind::Integer);
            entries.push((column, -1.0));
            over = Some(column);
        }
        let row = self.model.add_row(name, Bounds::at_most(limit.free as f64), entries);
        self.excess.extend(over.map(|column| (column, row)));
    }

    /// A packing inequality, if it could be broken.
    fn pack(&mut self, index: &Index, number: usize, packing: &Packing, parts: &[(Part, Column)]) {
        let layout = Layout::of(index);
        let room = Room::of(layout, packing.row);
        let weight = |&((shard, row, mib), column): &(Part, Column)| {
            let taken = match (room, Room::of(layout, row)?) {
                (Some(Room::Stored(_)), _) => i64::from(row == packing.row) * mib,
                (Some(room), Room::Memory(node)) => room.copy_mib(index, shard, node),
                _ => 0,
            };
            Some((column, packing.weight(shard, taken) as f64))
        };
        let entries = parts.iter().filter_map(weight).filter(|entry| entry.1 > 0.0);
        let entries: Vec<(Column, f64)> = entries.collect();
        if entries.iter().map(|entry| entry.1).sum::<f64>() > packing.most as f64 {
            let most = Bounds::at_most(packing.most as f64);
            self.model.add_row(format_args!("packing{number}"), most, entries);
        }
    }

    /// The vector with given values of decisions.
    fn complete(&self, decisions: impl Iterator<Item = f64>) -> Vec<f64> {
        let mut values = vec![0.0; self.model.num_columns()];
        values.iter_mut().zip(decisions).for_each(|(value, given)| *value = given);
        for (column, having) in &self.parts {
            values[column.index()] = having.iter().map(|&number| values[number]).sum();
        }
        for &(column, row) in &self.excess {
            let over = self.model.activity(row, &values) - self.model.row_bounds(row).upper;
            values[column.index()] = over.max(0.0);
        }
        values
    }
}
