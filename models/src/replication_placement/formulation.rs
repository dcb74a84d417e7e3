//! The compact model: who is at which position of which choice.
//!
//! `r[s, o, i, n] = 1` says that shard `s` makes choice `o` (a mode with its store and time, and a
//! number of copies) and has its copy of position `i` on node `n`.
//!
//! ```text
//! Σ_{o,n} r[s,o,0,n] = 1                                one primary
//! Σ_n r[s,o,i,n] = Σ_n r[s,o,0,n]                       a copy at every position of the choice
//! Σ_{o,i} r[s,o,i,n] ≤ 1                                no node twice (chains)
//! Σ over the nodes of a domain ≤ most                   spread
//! Σ weights ≥ wanted                                    availability
//! Σ_s uses ≤ capacity                                   memory, network, stores, trunks, moves
//! ```
//!
//! What hangs on two nodes is linear in binary columns of their own, of which least values suffice:
//! `c ≥ A_d − B_d` for every domain `d` of a level says that a hop crosses between domains, `A_d`
//! and `B_d` being the sums of `r` over the nodes of `d` at its two ends; `f ≥ ±(A_d − B_d)` that it
//! crosses the border of `d`; `w ≥ Σ_o Σ_n r[s,o,0,n] − Σ_{o,i} Σ_{n∉d} r[s,o,i,n]` over chains that
//! all copies are in `d`. Soft rules have a whole column for their excess. All of them are exact, so
//! the model's cost is the referee's.
//!
//! Size: `Σ_s Σ_o copies(o) · nodes` binary columns `r`.

mod columns;
mod rows;

use placewright_solver::exact::Formulation;
use placewright_solver::mip::{MipModel, Row};

use super::certificate::choices;
use super::instance::{Index, Instance};
use super::plan::{Plan, ShardPlan};
use super::problem::ReplicationPlacement;
use columns::Columns;
use rows::Builder;

/// The compact model.
#[derive(Clone, Copy, Debug, Default)]
pub struct Compact;

impl Formulation<ReplicationPlacement> for Compact {
    fn nonzeros(&self, instance: &Instance) -> usize {
        let index = Index::new(instance);
        let positions: usize = (0..instance.shards.len())
            .map(|shard| choices(&index, shard).iter().map(|choice| choice.copies).sum::<usize>())
            .sum();
        // Position, node, spread, memory twice, network, and something for domains.
        positions.saturating_mul(instance.nodes.len()).saturating_mul(6 + 2 * instance.levels.len())
    }

    fn build(&self, instance: &Instance) -> MipModel {
        let index = Index::new(instance);
        Builder::new(&index).build().0
    }

    fn encode(&self, instance: &Instance, plan: &Plan) -> Vec<f64> {
        let index = Index::new(instance);
        let (model, columns, definitions) = Builder::new(&index).build();
        let mut values = vec![0.0; model.num_columns()];
        for (shard, decision) in plan.shards.iter().enumerate() {
            for column in columns.of_decision(shard, decision) {
                values[column.index()] = 1.0;
            }
        }
        for (column, row) in definitions {
            complete(&model, column, row, &mut values);
        }
        values
    }

    fn decode(&self, instance: &Instance, values: &[f64]) -> Plan {
        let index = Index::new(instance);
        let columns = Columns::new(&index);
        let chosen = |shard: usize| columns.decision(shard, values);
        // A vector without a primary has no plan; the referee refuses one without nodes.
        let nothing = || ShardPlan { mode: super::plan::Mode::StrictChain, nodes: Vec::new() };
        let shards = 0..instance.shards.len();
        Plan { shards: shards.map(|shard| chosen(shard).unwrap_or_else(nothing)).collect() }
    }
}

/// Raises a column to the least value with which a row holds, the column being there to make it so.
fn complete(
    model: &MipModel,
    column: placewright_solver::mip::Column,
    row: Row,
    values: &mut [f64],
) {
    let own = model.entries(row).find(|(each, _)| *each == column).map_or(0.0, |entry| entry.1);
    let activity = model.activity(row, values);
    let bounds = model.row_bounds(row);
    let short = if own > 0.0 { bounds.lower - activity } else { activity - bounds.upper };
    if own != 0.0 && short > 0.0 {
        values[column.index()] += short / own.abs();
    }
}
