//! Generalised assignment: the agent of every job.

use super::services::Services;

/// A line per job, in the order of the instance: the number of its agent.
pub(super) fn emit(services: &Services) -> String {
    let agent = |parts: &Vec<super::services::PartOf>| {
        let numbers: Vec<String> = parts.iter().map(|part| part.site.to_string()).collect();
        format!("{}\n", numbers.join(" "))
    };
    services.customers.iter().map(agent).collect()
}
