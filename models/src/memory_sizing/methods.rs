//! Which methods solve a memory-sizing instance, and in which order.

use placewright_solver::driver::Methods;
use placewright_solver::exact::Exact;

use super::formulation::ArcFlow;
use super::independent::Independent;
use super::infeasible::Infeasible;
use super::lagrangian::Lagrangian;
use super::max_seen::MaxSeen;
use super::menu_search::{Effort, MenuSearch};
use super::prepared::Shared;
use super::problem::MemorySizing;

/// All methods for one instance; they share its prepared data, so a new instance needs new ones.
#[must_use]
pub fn methods() -> Methods<MemorySizing> {
    let shared = Shared::default();
    Methods {
        opening: vec![
            Box::new(MaxSeen),
            Box::new(Infeasible),
            Box::new(Independent { shared: shared.clone() }),
            Box::new(MenuSearch { shared: shared.clone(), effort: Effort::Descent }),
        ],
        improving: vec![
            Box::new(MenuSearch { shared: shared.clone(), effort: Effort::Search }),
            Box::new(Lagrangian { shared: shared.clone() }),
        ],
        exact: vec![Box::new(Exact { formulation: ArcFlow { shared } })],
    }
}

/// The methods that bound an instance without a model. `max-seen` runs too, since the ascent
/// takes longer steps towards a known cost.
#[must_use]
pub fn bounding() -> Methods<MemorySizing> {
    let shared = Shared::default();
    Methods {
        opening: vec![
            Box::new(MaxSeen),
            Box::new(Infeasible),
            Box::new(Independent { shared: shared.clone() }),
        ],
        improving: vec![Box::new(Lagrangian { shared })],
        exact: Vec::new(),
    }
}
