//! Brute force: every ladder of every permitted size, every combination, every placement.
//!
//! It shares no idea with the solvers: rungs are *all* multiples of the granularity within the
//! limit, not only sizes in use, and what a ladder costs is asked of the referee.

use std::collections::{BTreeSet, HashMap};

use placewright_models::memory_sizing::check::{judge, ladder_cost};
use placewright_models::memory_sizing::instance::{Instance, NodeId, TaskType, TypeId};
use placewright_models::memory_sizing::plan::{Ladder, Placement, Plan};

struct Candidate {
    ladder: Ladder,
    cost: i128,
    failures: i128,
}

/// The cheapest plan of all, or `None` when there is none.
pub(crate) fn cheapest_plan(instance: &Instance) -> Option<(i128, Plan)> {
    let candidates: Vec<Vec<Candidate>> =
        instance.types.iter().map(|each| candidates(instance, each)).collect();
    let mut enumeration = Enumeration {
        instance,
        candidates,
        chosen: Vec::new(),
        best: None,
        packings: HashMap::new(),
    };
    enumeration.extend(0, 0);
    enumeration.best
}

struct Enumeration<'a> {
    instance: &'a Instance,
    candidates: Vec<Vec<Candidate>>,
    chosen: Vec<usize>,
    best: Option<(i128, Plan)>,
    /// Whether first attempts of these sizes fit, and where.
    packings: HashMap<Vec<u64>, Option<Vec<Placement>>>,
}

impl Enumeration<'_> {
    fn extend(&mut self, cost: i128, failures: i128) {
        let t = self.chosen.len();
        if self.instance.max_failures.is_some_and(|budget| failures > i128::from(budget)) {
            return;
        }
        if self.best.as_ref().is_some_and(|(best, _)| cost >= *best) {
            return;
        }
        if t == self.candidates.len() {
            self.finish(cost);
            return;
        }
        for index in 0..self.candidates[t].len() {
            let candidate = &self.candidates[t][index];
            let (cost, failures) = (cost + candidate.cost, failures + candidate.failures);
            self.chosen.push(index);
            self.extend(cost, failures);
            self.chosen.pop();
        }
    }

    fn finish(&mut self, cost: i128) {
        let chosen = self.chosen.iter().zip(&self.candidates);
        let ladders: Vec<Ladder> = chosen.map(|(&i, all)| all[i].ladder.clone()).collect();
        let sizes: BTreeSet<u64> = ladders.iter().flat_map(|ladder| ladder.0.clone()).collect();
        if self.instance.max_distinct_sizes.is_some_and(|menu| sizes.len() > menu as usize) {
            return;
        }
        let first: Vec<u64> = ladders.iter().map(|ladder| ladder.0[0]).collect();
        let instance = self.instance;
        let placements =
            self.packings.entry(first).or_insert_with_key(|first| pack(instance, first));
        let Some(placements) = placements.clone() else { return };
        let plan = Plan { ladders, placements };
        let judged = judge(self.instance, &plan);
        let objective = judged.objective().unwrap_or_else(|| panic!("{judged:?}: {plan:?}"));
        assert_eq!(objective.first(), cost, "the referee's sums disagree");
        self.best = Some((cost, plan));
    }
}

/// Every ladder that the referee would accept for the type, cheapest first.
fn candidates(instance: &Instance, task_type: &TaskType) -> Vec<Candidate> {
    let step = instance.granularity_mib as usize;
    let sizes: Vec<u64> = (instance.granularity_mib..=instance.allocation_limit_mib(task_type))
        .step_by(step)
        .collect();
    let mut found = Vec::new();
    extend_ladder(instance, task_type, &sizes, &mut Vec::new(), &mut found);
    found.sort_by_key(|candidate| candidate.cost);
    found
}

fn extend_ladder(
    instance: &Instance,
    task_type: &TaskType,
    larger: &[u64],
    ladder: &mut Vec<u64>,
    found: &mut Vec<Candidate>,
) {
    let samples = &task_type.samples;
    let needs = || (0..samples.len()).map(|i| samples.needed_mib(i));
    let reached = ladder.last().copied().unwrap_or(0);
    if needs().all(|needed| needed <= reached) {
        let ladder = Ladder(ladder.clone());
        let cost = ladder_cost(instance, task_type, &ladder);
        let price = i128::from(instance.failure_price_mib_ms);
        let priced = cost.wastage_mib_ms + price * cost.failures;
        found.push(Candidate { ladder, cost: priced, failures: cost.failures });
        return;
    }
    if ladder.len() == instance.max_attempts(task_type) {
        return;
    }
    for (index, &size) in larger.iter().enumerate() {
        if needs().any(|needed| reached < needed && needed <= size) {
            ladder.push(size);
            extend_ladder(instance, task_type, &larger[index + 1..], ladder, found);
            ladder.pop();
        }
    }
}

/// A placement of all slots, found by trying every node for every slot.
fn pack(instance: &Instance, first_mib: &[u64]) -> Option<Vec<Placement>> {
    if instance.nodes.is_empty() {
        return Some(Vec::new());
    }
    let slots: Vec<usize> = instance
        .types
        .iter()
        .enumerate()
        .flat_map(|(t, each)| std::iter::repeat_n(t, each.slots as usize))
        .collect();
    let mut rooms: Vec<(u32, u64)> =
        instance.nodes.iter().map(|node| (node.cores, node.memory_mib)).collect();
    let mut homes = Vec::new();
    place(instance, first_mib, &slots, &mut rooms, &mut homes).then(|| {
        let mut placements: Vec<Placement> = Vec::new();
        for (&t, &node) in slots.iter().zip(&homes) {
            let (task_type, node) = (TypeId(t as u32), NodeId(node as u32));
            match placements.iter_mut().find(|p| (p.task_type, p.node) == (task_type, node)) {
                Some(placement) => placement.slots += 1,
                None => placements.push(Placement { task_type, node, slots: 1 }),
            }
        }
        placements
    })
}

fn place(
    instance: &Instance,
    first_mib: &[u64],
    slots: &[usize],
    rooms: &mut Vec<(u32, u64)>,
    homes: &mut Vec<usize>,
) -> bool {
    let Some(&t) = slots.get(homes.len()) else { return true };
    let (cores, memory_mib) = (instance.types[t].cores, first_mib[t]);
    for node in 0..rooms.len() {
        if rooms[node].0 >= cores && rooms[node].1 >= memory_mib {
            rooms[node] = (rooms[node].0 - cores, rooms[node].1 - memory_mib);
            homes.push(node);
            if place(instance, first_mib, slots, rooms, homes) {
                return true;
            }
            homes.pop();
            rooms[node] = (rooms[node].0 + cores, rooms[node].1 + memory_mib);
        }
    }
    false
}
