//! The bound `cheapest-plans`: what shards would cost if each were alone, added up; and the proofs
//! that there is no plan.
//!
//! Capacities only make plans dearer, so the sum of the cheapest plans of all shards bounds every
//! plan. A shard without any plan alone, or states that exceed all memory together, show that there
//! is none. Time O(shards · nodes · choices); of more than a hundred thousand pairs of shard and node only
//! the node that suits a copy best is looked at, O(shards · choices · log nodes). Where there are more
//! than a few pairs the proof takes as long with prices as without, and has those of a small sample of
//! the shards.

use placewright_solver::certificate::{Certificate, Claim, Proof};
use placewright_solver::context::{Context, Method};
use placewright_solver::error::EngineError;
use placewright_solver::objective::Objective;

use super::certificate::{
    MEMORY_SHORTAGE, ONE_SHARD, Pricing, has_few_pairs, memory_shortage_mib, obstacle,
    soon_proved_by, write_prices,
};
use super::instance::Index;
use super::problem::ReplicationPlacement;
use super::search::market::find_prices;

/// Shards in the sample that prices come from, and steps over it.
const SAMPLE: (usize, u32) = (1_000, 120);

/// Of so many shards times nodes, prices are soon found from nothing.
const FEW_PAIRS: usize = 20_000;

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
        if has_few_pairs(context.instance)
            && context.best().is_none()
            && let Some(shard) = (0..shards).find(|&shard| obstacle(&index, shard).is_some())
        {
            let note = format!("{} has no plan", context.instance.shards[shard].name);
            return impossible(ONE_SHARD, vec![shard as u64], &note);
        }
        let (pricing, note) = if shards * context.instance.nodes.len() <= FEW_PAIRS {
            (Pricing::zero(&index), "every shard as if it were alone")
        } else {
            let (sample, steps) = SAMPLE;
            let market = find_prices(&index, sample, steps, context.budget);
            (market.pricing(&index), "prices from a sample of shards")
        };
        match soon_proved_by(&index, &pricing) {
            Ok(bound) => {
                let claim = Claim::AtLeast(Objective::single(bound));
                let proof = Proof::DualPrices(write_prices(&index, &pricing));
                context.raise(Certificate { claim, proof }, note)
            }
            Err(error) => {
                context.note(&error.to_string());
                Ok(())
            }
        }
    }
}
