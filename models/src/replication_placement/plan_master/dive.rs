//! A plan from a dive into the linear program.
//!
//! **Idea.** Shards that the linear program gives one decision keep it; of the others the one that
//! has most MiB by its largest value gets that decision; the linear program is solved again, with columns for what
//! is left, until every shard has a decision. What no longer has room is not looked at, so large shards
//! come first and small ones fill up. Guarantee: none. Time: a linear program per step.
//! Reference: R. Sadykov, F. Vanderbeck, A. Pessoa, I. Tahiri, E. Uchoa, *Primal heuristics for
//! branch and price*, INFORMS J. Comput. 31 (2019).

use placewright_solver::bound::column_generation::ColumnGenerationEnd;
use placewright_solver::budget::Budget;
use placewright_solver::mip::highs::LpError;
use placewright_solver::mip::{Bounds, Column};
use placewright_solver::search::row_loads::RowLimit;

use super::generation::{Generation, Master};
use crate::replication_placement::footprint::Footprint;
use crate::replication_placement::plan::ShardPlan;

/// What a sum of uses may be off by.
const ROUNDING: f64 = 1e-3;
/// Rounds of pricing after each step of a dive.
const DIVE_ROUNDS: u64 = 3;
/// From this value on a decision counts as the only one of its shard in a dive.
const ALMOST: f64 = 0.999;

impl Generation<'_> {
    /// A decision for every shard of the scope that found one: shards are given decisions that they have to
    /// a large part, the largest shards first, and the linear program is solved again for the
    /// others. Ends the generation.
    ///
    /// # Errors
    /// When HiGHS refuses a bound or a column.
    pub(super) fn dive(&mut self, budget: &Budget) -> Result<Vec<(usize, ShardPlan)>, LpError> {
        self.master.left = Some(self.master.room(&self.values));
        for number in 0..self.master.scope.shards.len() {
            self.session.set_column_bounds(self.master.without(number), Bounds::NON_NEGATIVE)?;
        }
        let mut settled = vec![false; self.master.scope.shards.len()];
        let mut chosen: Vec<(usize, ShardPlan)> = Vec::new();
        while chosen.len() < settled.len() && budget.stop().is_none() {
            let next = self.next_to_settle(&settled);
            if next.is_empty() {
                break;
            }
            for number in next {
                let own = self.master.decisions[number].clone();
                if !self.master.fits(&own) {
                    continue;
                }
                settled[self.master.number_of[&own.0]] = true;
                let column = Column::new(self.master.excess_columns() + number);
                self.session.set_column_bounds(column, Bounds::exactly(1.0))?;
                self.master.settle(&own);
                chosen.push(own);
            }
            for number in self.master.without_room() {
                let column = Column::new(self.master.excess_columns() + number);
                self.session.set_column_bounds(column, Bounds::exactly(0.0))?;
            }
            self.solve(DIVE_ROUNDS, budget)?;
            if matches!(self.end, Some(ColumnGenerationEnd::Master(_))) {
                break;
            }
        }
        Ok(chosen)
    }

    /// Decisions, by number, of shards that have no other one, or, of the others, of the one that has most
    /// MiB by its largest value.
    fn next_to_settle(&self, settled: &[bool]) -> Vec<usize> {
        let master = &self.master;
        let mut largest: Vec<Option<(f64, usize)>> = vec![None; settled.len()];
        for (number, (&value, (shard, _))) in self.values.iter().zip(&master.decisions).enumerate()
        {
            let own = &mut largest[master.number_of[shard]];
            if own.is_none_or(|own| value > own.0) {
                *own = Some((value, number));
            }
        }
        let open = largest.iter().zip(settled).filter(|each| !each.1);
        let open: Vec<(f64, usize)> =
            open.filter_map(|each| *each.0).filter(|each| each.0 > 0.0).collect();
        let part = |&(value, number): &(f64, usize)| {
            value * master.index.instance.shards[master.decisions[number].0].state_mib as f64
        };
        let most = open.iter().max_by(|a, b| part(a).total_cmp(&part(b)).then(b.1.cmp(&a.1)));
        let is_next = |each: &&(f64, usize)| each.0 > ALMOST || Some(*each) == most;
        open.iter().filter(is_next).map(|each| each.1).collect()
    }
}

impl Master<'_> {
    /// What a dive may use of every row: what is free, or what the values of decisions use where that is
    /// more.
    fn room(&self, values: &[f64]) -> Vec<i64> {
        let mut used = vec![0.0; self.scope.limits.len()];
        let mut footprint = Footprint::default();
        for ((shard, decision), &value) in self.decisions.iter().zip(values) {
            self.layout.write(self.index, *shard, decision, &mut footprint);
            for each in footprint.uses.iter().filter(|_| value > 0.0) {
                used[each.row as usize] += value * each.amount as f64;
            }
        }
        let room =
            |(limit, used): (&RowLimit, &f64)| limit.free.max((used - ROUNDING).ceil() as i64);
        self.scope.limits.iter().zip(&used).map(room).collect()
    }

    /// Gives a shard its decision in a dive.
    fn settle(&mut self, (shard, decision): &(usize, ShardPlan)) {
        let mut footprint = Footprint::default();
        self.layout.write(self.index, *shard, decision, &mut footprint);
        if let Some(left) = &mut self.left {
            for each in &footprint.uses {
                left[each.row as usize] -= each.amount;
            }
        }
        self.settled.push(*shard);
    }

    /// Decisions, by number, of open shards that no longer have room in a dive.
    fn without_room(&self) -> Vec<usize> {
        let numbered = self.decisions.iter().enumerate();
        let open = numbered.filter(|(_, own)| !self.settled.contains(&own.0) && !self.fits(own));
        open.map(|(number, _)| number).collect()
    }

    /// Whether a decision has room in a dive.
    fn fits(&self, (shard, decision): &(usize, ShardPlan)) -> bool {
        let mut footprint = Footprint::default();
        self.layout.write(self.index, *shard, decision, &mut footprint);
        let room = |row: u32| self.left.as_ref().map_or(i64::MAX, |left| left[row as usize]);
        footprint.uses.iter().all(|each| each.amount <= room(each.row))
    }
}
