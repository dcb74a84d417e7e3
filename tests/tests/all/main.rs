//! Every answer is checked against a second, independent way of getting it.

#[cfg(test)]
mod architecture;
#[cfg(test)]
mod book;
#[cfg(test)]
mod brute_force;
#[cfg(test)]
mod certificates;
#[cfg(test)]
mod circuit_allocation;
#[cfg(test)]
mod circuit_engine;
#[cfg(test)]
mod circuit_replay;
#[cfg(test)]
mod deadlines;
#[cfg(test)]
mod determinism;
#[cfg(test)]
mod encoding;
#[cfg(test)]
mod enumeration;
#[cfg(test)]
mod far_costs;
#[cfg(test)]
mod heuristics;
#[cfg(test)]
mod invariance;
#[cfg(test)]
mod irs_engine;
#[cfg(test)]
mod irs_matching;
#[cfg(test)]
mod irs_offline;
#[cfg(test)]
mod irs_yardstick;
#[cfg(test)]
mod library;
#[cfg(test)]
mod machine_reassignment;
#[cfg(test)]
mod mutations;
#[cfg(test)]
mod replay;
#[cfg(test)]
mod replication_placement;
#[cfg(test)]
mod site_assignment;
#[cfg(test)]
mod support;
#[cfg(test)]
mod uncoupled;
#[cfg(test)]
mod witt_line;
