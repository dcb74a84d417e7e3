//! Multi-source location with incompatible stores: triples.

use super::services::Services;

/// `{(store, warehouse, quantity), …}`, numbered from 1.
pub(super) fn emit(services: &Services) -> String {
    let mut triples = Vec::new();
    for (store, parts) in (1..).zip(&services.customers) {
        let store: usize = store;
        triples.extend(parts.iter().map(|p| format!("({store}, {}, {})", p.site, p.quantity)));
    }
    format!("{{{}}}\n", triples.join(", "))
}
