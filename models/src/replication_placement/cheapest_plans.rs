//! The bound `cheapest-plans`: what shards would cost if each were alone, added up; and the proofs
//! that there is no plan.
//!
//! Capacities only make plans dearer, so the sum of the cheapest plans of all shards bounds every
//! plan. A shard without any plan alone, or states that exceed all memory together, show that there
//! is none. Time O(shards · nodes · choices); of more than four million pairs of shard and node an
//! ideal node stands for all nodes, O(shards · choices).

use placewright_solver::certificate::{Certificate, Claim, Proof};
use placewright_solver::context::{Context, Method};
use placewright_solver::error::EngineError;
use placewright_solver::objective::Objective;

use super::certificate::{
    IDEAL_NODE, MEMORY_SHORTAGE, ONE_SHARD, Pricing, ideal_bound, memory_shortage_mib, obstacle,
    proved_by, write_prices,
};
use super::instance::Index;
use super::problem::ReplicationPlacement;

/// Shards times nodes beyond which not every pair is looked at.
const MOST_PAIRS: usize = 4_000_000;

/// The bound `cheapest-plans`.
#[derive(Clone, Copy, Debug, Default)]
pub struct CheapestPlans;

impl Method<ReplicationPlacement> for CheapestPlans {
    fn name(&self) -> &'static str {
        "cheapest-plans"
    }

    fn symbol(&self) -> char {
        'B'
    }

    fn run(&self, context: &Context<'_, ReplicationPlacement>) -> Result<(), EngineError> {
        let index = Index::new(context.instance);
        let shards = context.instance.shards.len();
        context.budget.spend((shards * context.instance.nodes.len()) as u64 / 10 + 1);
        let impossible = |rule: &str, witness: Vec<u64>, note: &str| {
            let proof = Proof::Combinatorial { rule: rule.to_owned(), witness };
            context.raise(Certificate { claim: Claim::Infeasible, proof }, note)
        };
        if memory_shortage_mib(&index).is_some() {
            return impossible(MEMORY_SHORTAGE, vec![], "not enough memory for all shards");
        }
        let few = shards.saturating_mul(context.instance.nodes.len()) <= MOST_PAIRS;
        if few
            && context.best().is_none()
            && let Some(shard) = (0..shards).find(|&shard| obstacle(&index, shard).is_some())
        {
            let note = format!("{} has no plan", context.instance.shards[shard].name);
            return impossible(ONE_SHARD, vec![shard as u64], &note);
        }
        if !few {
            let Some(bound) = ideal_bound(&index) else { return Ok(()) };
            let claim = Claim::AtLeast(Objective::single(bound));
            let proof = Proof::Combinatorial { rule: IDEAL_NODE.to_owned(), witness: vec![] };
            return context.raise(Certificate { claim, proof }, "every shard on an ideal node");
        }
        let pricing = Pricing::zero(&index);
        match proved_by(&index, &pricing) {
            Ok(bound) => {
                let claim = Claim::AtLeast(Objective::single(bound));
                let proof = Proof::DualPrices(write_prices(&index, &pricing));
                context.raise(Certificate { claim, proof }, "every shard as if it were alone")
            }
            Err(error) => {
                context.note(&error.to_string());
                Ok(())
            }
        }
    }
}
