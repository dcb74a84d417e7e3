//! Where live circuits run, and how many of them move.

use std::collections::BTreeMap;

use placewright_solver::problem::Violation;

use super::super::instance::{Circuits, Instance, Question};
use super::super::plan::Plan;

type Pairs = BTreeMap<(u32, u32), u64>;
type Tuples = BTreeMap<(u32, u32, Option<u32>), u64>;

/// The wiring joins every leaf and spine as often as live jobs, or the demand, want it.
pub(super) fn everybody_keeps_circuits(
    instance: &Instance,
    plan: &Plan,
    violations: &mut Vec<Violation>,
) {
    let Some(wiring) = &plan.wiring else { return };
    let (found, wanted) = (pairs(wiring), wanted(instance));
    let every: Pairs = found.iter().chain(&wanted).map(|(&pair, _)| (pair, 0)).collect();
    for &(leaf, spine) in every.keys() {
        let of = |pairs: &Pairs| pairs.get(&(leaf, spine)).copied().unwrap_or(0);
        let (found, wanted) = (of(&found), of(&wanted));
        if found != wanted {
            let cause = format!(
                "wiring: {found} circuits between leaf {leaf} and spine {spine}, {wanted} are wanted"
            );
            violations.push(Violation::new("CA113", cause));
        }
    }
}

/// Live circuits that still are wanted, but run elsewhere:
/// `Σ_lp min(live_lp, wanted_lp) − Σ_lpk min(live_lpk, found_lpk)`.
pub(super) fn moved(instance: &Instance, plan: &Plan) -> u64 {
    let Some(wiring) = &plan.wiring else { return 0 };
    let live: Vec<Circuits> = instance.live.iter().flat_map(|job| &job.circuits).copied().collect();
    let wanted = wanted(instance);
    let lasting = pairs(&live)
        .iter()
        .map(|(pair, &count)| count.min(wanted.get(pair).copied().unwrap_or(0)))
        .sum::<u64>();
    let found = tuples(wiring);
    let kept = tuples(&live)
        .iter()
        .map(|(tuple, &count)| count.min(found.get(tuple).copied().unwrap_or(0)))
        .sum::<u64>();
    lasting - kept
}

/// Circuits that the wiring must have: the demand, or those of live jobs.
fn wanted(instance: &Instance) -> Pairs {
    match &instance.question {
        Question::Rewire(rewire) => {
            let demand = rewire.demand.iter();
            demand.map(|each| ((each.leaf, each.spine), u64::from(each.circuits))).collect()
        }
        Question::Place(_) | Question::Batch(_) => {
            let live: Vec<Circuits> =
                instance.live.iter().flat_map(|job| &job.circuits).copied().collect();
            pairs(&live)
        }
    }
}

fn pairs(circuits: &[Circuits]) -> Pairs {
    let mut pairs = Pairs::new();
    for each in circuits {
        *pairs.entry((each.leaf, each.spine)).or_default() += u64::from(each.count);
    }
    pairs
}

fn tuples(circuits: &[Circuits]) -> Tuples {
    let mut tuples = Tuples::new();
    for each in circuits {
        *tuples.entry((each.leaf, each.spine, each.switch)).or_default() += u64::from(each.count);
    }
    tuples
}
