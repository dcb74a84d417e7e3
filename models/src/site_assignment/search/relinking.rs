//! Path relinking: new plans on the way from one good plan to another.
//!
//! Good plans share much, and what they share tends to be right. The walk from one to the other
//! changes only what differs, the cheapest change first, and its best plan in between is where the
//! next descent begins. See M. Yagiura, T. Ibaraki, F. Glover, *A path relinking approach with
//! ejection chains for the generalized assignment problem*, Eur. J. Oper. Res. 169 (2006).

use rand::RngExt;
use rand_xoshiro::Xoshiro256PlusPlus;

use super::assigned::Assigned;
use super::ejection::Descent;

/// Plans that are kept.
const KEPT: usize = 20;
/// Customers in which kept plans differ at least.
const LEAST_DIFFERENCE: usize = 2;
/// Changes after which a plan is far enough from either end.
const AWAY: usize = 2;
/// Random changes of a plan whose neighbours on the way are too close.
const KICKS: usize = 6;

/// Good plans that differ.
#[derive(Debug, Default)]
pub struct Elite {
    plans: Vec<Assigned>,
}

impl Elite {
    /// Where the next descent begins: a random plan while there are few, then one between two.
    /// O(differences²).
    pub fn next(&self, descent: &Descent, random: &mut Xoshiro256PlusPlus) -> Assigned {
        if self.plans.len() < KEPT {
            return descent.random_plan(random);
        }
        let from = random.random_range(0..KEPT);
        let to = (from + random.random_range(1..KEPT)) % KEPT;
        let (from, to) = (&self.plans[from], &self.plans[to]);
        between(descent, from, to).unwrap_or_else(|| kicked(descent, from, random))
    }

    /// Keeps a plan if it is new, and cheaper than the dearest of those kept, which it replaces.
    /// O(kept · (customers + sites)).
    pub fn enter(&mut self, descent: &Descent, plan: Assigned) {
        let close = |other: &Assigned| plan.differences(other).count() < LEAST_DIFFERENCE;
        if self.plans.iter().any(close) {
            return;
        }
        if self.plans.len() < KEPT {
            self.plans.push(plan);
            return;
        }
        let costs = self.plans.iter().map(|plan| descent.priced(plan));
        let dearest = costs.enumerate().max_by(|a, b| a.1.total_cmp(&b.1));
        if let Some((place, cost)) = dearest
            && descent.priced(&plan) < cost
        {
            self.plans[place] = plan;
        }
    }
}

/// The cheapest plan on the way that is away from both ends.
fn between(descent: &Descent, from: &Assigned, to: &Assigned) -> Option<Assigned> {
    let mut at = from.clone();
    let mut left: Vec<usize> = from.differences(to).collect();
    let mut best: Option<(f64, Assigned)> = None;
    let mut gone = 0;
    while left.len() > AWAY {
        let changes =
            left.iter().map(|&customer| descent.shifting(&at, customer, to.site(customer)));
        let (place, _) = changes.enumerate().min_by(|a, b| a.1.total_cmp(&b.1))?;
        let customer = left.swap_remove(place);
        at.shift(descent.table, customer, to.site(customer));
        gone += 1;
        let cost = descent.priced(&at);
        if gone >= AWAY && best.as_ref().is_none_or(|best| cost < best.0) {
            best = Some((cost, at.clone()));
        }
    }
    best.map(|(_, plan)| plan)
}

fn kicked(descent: &Descent, plan: &Assigned, random: &mut Xoshiro256PlusPlus) -> Assigned {
    let mut plan = plan.clone();
    for _ in 0..KICKS {
        let customer = random.random_range(0..plan.sites.len());
        let looks = descent.looks.of(customer);
        plan.shift(descent.table, customer, looks[random.random_range(0..looks.len())] as usize);
    }
    plan
}
