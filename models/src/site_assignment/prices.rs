//! The best prices known, for methods that are guided by them.

use std::sync::{Arc, Mutex, PoisonError};

use super::certificate::Pricing;

/// Prices that the bound finds and others read. The bound runs before them, never beside them, so
/// what they read does not depend on threads.
#[derive(Clone, Debug, Default)]
pub struct Prices(Arc<Mutex<Option<Pricing>>>);

impl Prices {
    /// The prices of the best bound so far.
    #[must_use]
    pub fn known(&self) -> Option<Pricing> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// Keeps prices.
    pub fn keep(&self, pricing: &Pricing) {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner) = Some(pricing.clone());
    }
}
