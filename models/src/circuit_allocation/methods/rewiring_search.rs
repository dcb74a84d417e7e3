//! The heuristic `long-chains`: what [`super::rewiring`] does, longer and longer.
//!
//! Each start takes twice the steps of the one before, up to a limit, from another seed, until nothing
//! can be better, the budget ends or some long ones are done. Guarantee: none beyond that of the kernel.
//! O(steps · switches).

use placewright_solver::context::{Context, Method};
use placewright_solver::error::EngineError;

use super::super::instance::{Instance, Question};
use super::super::kernel::rewire::Effort;
use super::super::problem::CircuitAllocation;
use super::rewiring::{Next, offer, steps, wanted};

/// A start has no more steps, so that a budget is kept to: about a tenth of a second.
const MOST_STEPS: u64 = 400_000;
/// Nor more than so many times the usual effort.
const LONGEST: u32 = 16;
/// Starts without any other limit.
const STARTS: u32 = 12;

/// The heuristic `long-chains`.
#[derive(Clone, Copy, Debug, Default)]
pub struct RewiringSearch;

impl Method<CircuitAllocation> for RewiringSearch {
    fn name(&self) -> &'static str {
        "long-chains"
    }

    fn symbol(&self) -> char {
        'R'
    }

    fn applies(&self, instance: &Instance) -> bool {
        matches!(instance.question, Question::Rewire(_))
    }

    fn run(&self, context: &Context<'_, CircuitAllocation>) -> Result<(), EngineError> {
        let Question::Rewire(rewire) = &context.instance.question else { return Ok(()) };
        let wanted = wanted(rewire);
        let mut effort = Effort::default();
        // Other seeds than those of the short starts.
        let seed = context.seed.0 | 1 << 32;
        for start in 0..STARTS {
            if context.should_stop()
                || offer(context, &wanted, seed.wrapping_add(u64::from(start)), effort)
                    == Next::Nothing
            {
                break;
            }
            let longer = Effort(effort.0.saturating_mul(2));
            let short = longer.0 <= LONGEST * Effort::default().0;
            if short && steps(context.instance, &wanted, longer) <= MOST_STEPS {
                effort = longer;
            }
        }
        Ok(())
    }
}
