//! Every type on its own: the exact answer without coupling, a bound and a first plan with it.
//!
//! The ladder program of each type relaxes everything the types share. Its sum is a Lagrangian
//! bound with all prices zero; where the plan keeps the shared constraints as well, it is optimal.
//! Complexity: O(Σ K·m) after sorting. Guarantee: exact when nothing couples the types.

use placewright_solver::certificate::{Certificate, Claim, DualPrices, Proof};
use placewright_solver::context::{Context, Method};
use placewright_solver::error::EngineError;
use placewright_solver::objective::Objective;
use rayon::prelude::*;

use super::check;
use super::ladder::{Scale, cheapest_ladder, own_rungs};
use super::packing::place;
use super::plan::{Ladder, Plan};
use super::prepared::Shared;
use super::problem::MemorySizing;

/// The bound and heuristic `independent`.
#[derive(Clone, Debug, Default)]
pub struct Independent {
    /// Prepared data, shared with the other methods.
    pub shared: Shared,
}

impl Method<MemorySizing> for Independent {
    fn name(&self) -> &'static str {
        "independent"
    }

    fn symbol(&self) -> char {
        'D'
    }

    fn run(&self, context: &Context<'_, MemorySizing>) -> Result<(), EngineError> {
        let instance = context.instance;
        let profiles = &self.shared.get(instance).profiles;
        let failure_price = i128::from(instance.failure_price_mib_ms);
        let scale = Scale { shift: 0, failure_price };
        let solved: Option<Vec<(Ladder, i128)>> = profiles
            .par_iter()
            .map(|profile| {
                let rungs = own_rungs(profile);
                let priced = cheapest_ladder(profile, &rungs, scale)?;
                Some((priced.ladder(&rungs), priced.cost - profile.usage_mib_ms))
            })
            .collect();
        context
            .budget
            .spend(profiles.iter().map(|p| (p.levels() * p.max_attempts) as u64 / 100 + 1).sum());
        // A type that no ladder serves is left to the proof of infeasibility.
        let Some(solved) = solved else { return Ok(()) };
        let bound = solved.iter().map(|(_, cost)| cost).sum();
        let ladders: Vec<Ladder> = solved.into_iter().map(|(ladder, _)| ladder).collect();
        let claim = Claim::AtLeast(Objective::single(bound));
        let proof = Proof::DualPrices(DualPrices::default());
        context.raise(Certificate { claim, proof }, "every type on its own")?;
        let plan = Plan { ladders, placements: Vec::new() };
        if check::keeps_shared_limits(instance, &plan)
            && let Some(plan) = place(instance, plan)
        {
            context.offer(plan, "every type on its own");
        }
        Ok(())
    }
}
