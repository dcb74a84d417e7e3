//! A plan under small changes: every change is priced before it is made, in O(1) of the numbers of
//! shards and nodes.

use placewright_solver::search::row_loads::{Effect, RowLoads, Use};

use crate::replication_placement::footprint::Footprint;
use crate::replication_placement::instance::{Index, Layout};
use crate::replication_placement::plan::{Plan, ShardPlan};

/// Decisions of some shards with what they cost and use together.
pub struct Board<'a> {
    /// The instance.
    pub index: &'a Index<'a>,
    /// Numbers of rows.
    pub layout: Layout,
    rows: RowLoads,
    decisions: Vec<Option<ShardPlan>>,
    footprints: Vec<Footprint>,
    own: Effect,
}

/// Effect of a change, and buffers to tell it; reused from one change to the next.
#[derive(Default)]
pub struct Trial {
    /// Footprints of the new decisions.
    added: Vec<Footprint>,
    removed_uses: Vec<Use>,
    added_uses: Vec<Use>,
}

impl<'a> Board<'a> {
    /// A board without decisions.
    #[must_use]
    pub fn new(index: &'a Index<'a>) -> Self {
        let layout = Layout::of(index);
        let shards = index.instance.shards.len();
        Self {
            index,
            layout,
            rows: RowLoads::new(layout.limits(index)),
            decisions: vec![None; shards],
            footprints: vec![Footprint::default(); shards],
            own: Effect::default(),
        }
    }

    /// A board with a plan of the instance.
    #[must_use]
    pub fn with_plan(index: &'a Index<'a>, plan: &Plan) -> Self {
        let mut board = Self::new(index);
        for (shard, decision) in plan.shards.iter().enumerate() {
            board.put(shard, decision.clone());
        }
        board
    }

    /// A shard's decision.
    #[must_use]
    pub fn decision(&self, shard: usize) -> Option<&ShardPlan> {
        self.decisions[shard].as_ref()
    }

    /// The shared capacities.
    #[must_use]
    pub fn rows(&self) -> &RowLoads {
        &self.rows
    }

    /// Takes a shard's decision back.
    pub fn lift(&mut self, shard: usize) -> Option<ShardPlan> {
        self.forget(shard);
        self.decisions[shard].take()
    }

    /// Takes what a shard costs and uses away; what is left is room for a footprint.
    fn forget(&mut self, shard: usize) -> Footprint {
        let footprint = std::mem::take(&mut self.footprints[shard]);
        self.rows.remove(&footprint.uses);
        self.own.cost -= i128::from(footprint.cost);
        self.own.violation -= own_violation(&footprint);
        footprint
    }

    /// Puts a decision in place of the shard's present one.
    pub fn put(&mut self, shard: usize, decision: ShardPlan) {
        let mut footprint = self.forget(shard);
        self.layout.write(self.index, shard, &decision, &mut footprint);
        self.rows.add(&footprint.uses);
        self.own.cost += i128::from(footprint.cost);
        self.own.violation += own_violation(&footprint);
        self.footprints[shard] = footprint;
        self.decisions[shard] = Some(decision);
    }

    /// What new decisions of some different shards would change.
    pub fn effect(&self, changes: &[(usize, &ShardPlan)], trial: &mut Trial) -> Effect {
        trial.added.resize_with(changes.len().max(trial.added.len()), Footprint::default);
        trial.removed_uses.clear();
        trial.added_uses.clear();
        let mut effect = Effect::default();
        for (&(shard, decision), added) in changes.iter().zip(&mut trial.added) {
            let removed = &self.footprints[shard];
            self.layout.write(self.index, shard, decision, added);
            effect.cost += i128::from(added.cost) - i128::from(removed.cost);
            effect.violation += own_violation(added) - own_violation(removed);
            trial.removed_uses.extend_from_slice(&removed.uses);
            trial.added_uses.extend_from_slice(&added.uses);
        }
        effect + self.rows.effect(&trial.removed_uses, &trial.added_uses)
    }

    /// The uses of the last trial's new decisions.
    #[must_use]
    pub fn tried_uses<'t>(&self, trial: &'t Trial) -> &'t [Use] {
        &trial.added_uses
    }

    /// What everything amounts to.
    #[must_use]
    pub fn total(&self) -> Effect {
        self.own + self.rows.total()
    }

    /// In words, what is broken most, if anything is.
    #[must_use]
    pub fn most_broken(&self) -> Option<String> {
        let rows = 0..self.layout.rows() as u32;
        let exceeded = rows.filter(|&row| self.rows.room(row) < 0);
        let weight = |&row: &u32| self.rows.at(row).violation;
        if let Some(row) = exceeded.max_by_key(weight) {
            let limit = self.rows.limit(row).most;
            let over = -self.rows.room(row);
            return Some(format!("{over} beyond {limit} of {}", self.layout.name(row)));
        }
        let shard = self.footprints.iter().position(|footprint| footprint.violation > 0)?;
        Some(format!("a rule of shard {}", self.index.instance.shards[shard].name))
    }

    /// The plan, once every shard has a decision.
    #[must_use]
    pub fn plan(&self) -> Option<Plan> {
        let shards: Option<Vec<ShardPlan>> = self.decisions.iter().cloned().collect();
        shards.map(|shards| Plan { shards })
    }
}

/// Own rules count as heavily as a small row.
fn own_violation(footprint: &Footprint) -> i128 {
    i128::from(footprint.violation) << 20
}
