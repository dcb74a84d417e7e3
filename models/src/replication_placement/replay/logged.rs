//! Timelines from a failure log.
//!
//! A log has its own nodes. Which of them an instance's node follows is drawn: the log's nodes are
//! shuffled, and the instance takes them in that order. An instance with more nodes than the log
//! goes through the list again, each time with the log shifted by an equal part of its length,
//! round and round, so that no two nodes fail together only because they follow the same one.
//! Stores have no log: they and domains' shocks are not replayed, for a log's outages contain what
//! domains did to its nodes.

use placewright_solver::seed::Seed;
use rand::RngExt;

use super::timeline::{Away, Cause, Timeline, apart};
use crate::replication_placement::instance::Index;
use crate::replication_placement::rates::outages::{OutageLog, Span};

/// Which log node each of so many nodes follows, and which time round it is; drawn from the seed.
#[must_use]
pub fn followed(log_nodes: usize, nodes: usize, seed: Seed) -> Vec<(usize, usize)> {
    let mut stream = seed.named("mapping").generator();
    let mut order: Vec<usize> = (0..log_nodes).collect();
    for last in (1..log_nodes).rev() {
        order.swap(last, stream.random_range(0..=last));
    }
    (0..nodes).map(|node| (order[node % log_nodes], node / log_nodes)).collect()
}

/// The timeline in which the instance's nodes follow those of the log by the list given. Time
/// O(outages · log outages).
#[must_use]
pub fn follow(index: &Index, log: &OutageLog, followed: &[(usize, usize)]) -> Timeline {
    let rounds = followed.iter().map(|&(_, round)| round + 1).max().unwrap_or(1);
    let shift_ms = log.length_ms / rounds as u64;
    let of_node = |&(node, round): &(usize, usize)| {
        let moved = log.outages[node].iter().flat_map(|span| {
            let start_ms = (span.start_ms + shift_ms * round as u64) % log.length_ms.max(1);
            let end_ms = start_ms + (span.end_ms - span.start_ms);
            // What is shifted over the end goes on at the start.
            let over = end_ms.saturating_sub(log.length_ms);
            let whole = Span { start_ms, end_ms: end_ms.min(log.length_ms) };
            [Some(whole), (over > 0).then_some(Span { start_ms: 0, end_ms: over })]
        });
        apart(moved.flatten().map(|span| Away { span, cause: Cause::Own }).collect())
    };
    Timeline {
        horizon_ms: log.length_ms,
        nodes: followed.iter().map(of_node).collect(),
        stores: vec![Vec::new(); index.instance.stores.len()],
    }
}
