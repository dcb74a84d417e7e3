//! What all methods need and none should compute twice.

use std::sync::{Arc, OnceLock};

use super::instance::Instance;
use super::profile::{Profile, profiles};

/// Derived data of one instance.
#[derive(Debug)]
pub struct Prepared {
    /// One profile per type.
    pub profiles: Vec<Profile>,
    /// All distinct sizes of all types in MiB, ascending. A menu needs no others: lowering a size
    /// to the next of these admits the same samples for less.
    pub sizes_mib: Vec<u64>,
}

impl Prepared {
    /// Time O(samples · log samples), in parallel over types.
    #[must_use]
    pub fn new(instance: &Instance) -> Self {
        let profiles = profiles(instance);
        let mut sizes_mib: Vec<u64> =
            profiles.iter().flat_map(|profile| profile.sizes_mib.iter().copied()).collect();
        sizes_mib.sort_unstable();
        sizes_mib.dedup();
        Self { profiles, sizes_mib }
    }
}

/// The prepared data of one instance, computed by the first method that asks.
#[derive(Clone, Debug, Default)]
pub struct Shared(Arc<OnceLock<Prepared>>);

impl Shared {
    /// The prepared data; `instance` must always be the same one.
    pub fn get(&self, instance: &Instance) -> &Prepared {
        self.0.get_or_init(|| Prepared::new(instance))
    }
}
