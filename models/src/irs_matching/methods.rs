//! Which methods solve a matching instance, and in which order.

use placewright_solver::driver::Methods;
use placewright_solver::exact::Exact;

use super::completion_step::CompletionStep;
use super::completion_tree::CompletionTree;
use super::due_dates::DueDates;
use super::list_scheduling::ListScheduling;
use super::list_search::ListSearch;
use super::mean_busy::{FoundPrices, MeanBusyTime};
use super::order_search::OrderSearchMethod;
use super::pooled::Pooled;
use super::price_search::PriceSearch;
use super::problem::IrsMatching;

/// All methods for one instance. Exact are the tree over completions, for single devices and
/// constant rates without deadlines and shares, and the model of single devices; the model of rates
/// is in real time and for export.
#[must_use]
pub fn methods() -> Methods<IrsMatching> {
    let found = FoundPrices::default();
    Methods {
        opening: vec![
            Box::new(ListScheduling),
            Box::new(DueDates),
            Box::new(Pooled),
            Box::new(MeanBusyTime { found: found.clone() }),
            Box::new(PriceSearch { found }),
            Box::new(OrderSearchMethod),
        ],
        improving: vec![Box::new(ListSearch)],
        exact: vec![Box::new(CompletionTree), Box::new(Exact { formulation: CompletionStep })],
    }
}

/// The methods that bound an instance without a model.
#[must_use]
pub fn bounding() -> Methods<IrsMatching> {
    let found = FoundPrices::default();
    Methods {
        opening: vec![
            Box::new(ListScheduling),
            Box::new(DueDates),
            Box::new(Pooled),
            Box::new(MeanBusyTime { found: found.clone() }),
            Box::new(PriceSearch { found }),
        ],
        improving: Vec::new(),
        exact: Vec::new(),
    }
}
