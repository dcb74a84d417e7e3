//! Everything that can be wrong with an instance: one function per code.

mod capacity;
mod entries;
mod jobs;
mod sizes;

use placewright_solver::issue::Issue;

use super::instance::Instance;

/// All issues of an instance. Entries are looked at where sizes make sense, capacities where
/// entries do.
#[must_use]
pub fn validate(instance: &Instance) -> Vec<Issue> {
    let mut issues = Vec::new();
    sizes::cluster_in_range(instance, &mut issues);
    sizes::fabric_in_range(instance, &mut issues);
    sizes::lists_in_range(instance, &mut issues);
    jobs::names_are_unique(instance, &mut issues);
    jobs::jobs_in_range(instance, &mut issues);
    if issues.is_empty() {
        entries::entries_exist(instance, &mut issues);
        jobs::whole_servers(instance, &mut issues);
    }
    if issues.is_empty() {
        capacity::nothing_twice(instance, &mut issues);
    }
    issues
}
