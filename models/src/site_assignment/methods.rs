//! Which methods solve a site assignment instance, and in which order.

use placewright_solver::driver::Methods;
use placewright_solver::exact::Exact;

use super::beam_search::BeamSearch;
use super::core_mip::{Extent, ReducedMip};
use super::formulation::Compact;
use super::insertion::Insertion;
use super::lagrangian::Lagrangian;
use super::local_search::LocalSearch;
use super::path_relinking::PathRelinking;
use super::prices::Prices;
use super::problem::SiteAssignment;

/// Pairs per customer of the small reduced model that runs beside the search.
const CORE: usize = 4;

/// All methods for one instance. Prices come first: search and reduced models are guided by them.
#[must_use]
pub fn methods() -> Methods<SiteAssignment> {
    let prices = Prices::default();
    let reduced = |extent| ReducedMip { prices: prices.clone(), extent };
    Methods {
        opening: vec![Box::new(Insertion), Box::new(Lagrangian { prices: prices.clone() })],
        improving: vec![
            Box::new(BeamSearch::guided(prices.clone())),
            Box::new(PathRelinking::guided(prices.clone())),
            Box::new(LocalSearch::guided(prices.clone())),
            Box::new(reduced(Extent::Core(CORE))),
        ],
        exact: vec![Box::new(reduced(Extent::Full)), Box::new(Exact { formulation: Compact })],
    }
}

/// The methods that bound an instance without a model. The insertion runs too, since the ascent
/// takes longer steps towards a known cost.
#[must_use]
pub fn bounding() -> Methods<SiteAssignment> {
    Methods {
        opening: vec![Box::new(Insertion)],
        improving: vec![Box::new(Lagrangian::default())],
        exact: Vec::new(),
    }
}
