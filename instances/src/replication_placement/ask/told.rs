//! What answers have in common.

use placewright_models::replication_placement::cost_text::cost_text;
use placewright_models::replication_placement::explain::explain;
use placewright_models::replication_placement::instance::{Index, Instance, NodeId};
use placewright_models::replication_placement::plan::Plan;
use placewright_solver::issue::Issue;
use placewright_solver::outcome::{Outcome, Status};
use serde_json::{Value, json};

use crate::codes;
use crate::family::Unanswered;

/// An option that names what there is not, or that is missing.
pub(super) fn bad(option: &str, cause: impl Into<String>) -> Unanswered {
    Unanswered::Options(vec![issue(option, cause)])
}

pub(super) fn issue(option: &str, cause: impl Into<String>) -> Issue {
    codes::issue(codes::BAD_OPTION, option, cause)
}

/// How a search ended, in a line or more.
pub(super) fn outcome_text(instance: &Instance, outcome: &Outcome<Plan>) -> String {
    match (&outcome.objective, outcome.bound()) {
        (Some(cost), bound) => {
            let proof = match (outcome.status, bound) {
                (Status::Optimal, _) => "; no plan costs less".to_owned(),
                (_, Some(bound)) => format!("; no plan costs less than {}", cost_text(bound)),
                (_, None) => String::new(),
            };
            format!("costs {}{proof}\n", cost_text(cost))
        }
        (None, _) => {
            let reasons = explain(instance, None).infeasible;
            let reasons: String = reasons.iter().map(|each| format!("  {each}\n")).collect();
            let verdict = match outcome.status {
                Status::Infeasible => "there is no plan\n",
                _ => "no plan was found in time, nor a proof that there is none\n",
            };
            format!("{verdict}{reasons}")
        }
    }
}

/// How a search ended, as data.
pub(super) fn outcome_json(instance: &Instance, outcome: &Outcome<Plan>) -> Value {
    let reasons = match outcome.plan {
        Some(_) => Vec::new(),
        None => explain(instance, None).infeasible,
    };
    json!({
        "status": outcome.status,
        "cost": outcome.objective.as_ref().map(|cost| cost.first().to_string()),
        "bound": outcome.bound().map(|bound| bound.first().to_string()),
        "reasons": reasons,
    })
}

/// Copies that a plan puts on nodes that have none.
pub(super) fn moved(index: &Index, plan: &Plan) -> (usize, u64) {
    let mut moved = (0, 0);
    for (shard, decision) in plan.shards.iter().enumerate() {
        let is_move = |node: &&NodeId| index.is_move(shard, **node);
        let copies = decision.nodes.iter().filter(is_move).count();
        moved.0 += copies;
        moved.1 += copies as u64 * index.instance.shards[shard].state_mib;
    }
    moved
}

/// The plan that a question starts from: the given one, or the current placement of all shards.
pub(super) fn starting_plan(index: &Index, plan: Option<&Plan>) -> Option<Plan> {
    let current = || {
        let now = (0..index.instance.shards.len()).map(|shard| index.current(shard).cloned());
        now.collect::<Option<Vec<_>>>().map(|shards| Plan { shards })
    };
    plan.cloned().or_else(current)
}
