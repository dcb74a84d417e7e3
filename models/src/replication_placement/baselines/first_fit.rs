//! The baseline `first-fit-decreasing`: the largest state first, on the first nodes that have room
//! (D. S. Johnson, *Near-optimal bin packing algorithms*, MIT, 1973).

use std::cmp::Reverse;

use placewright_solver::context::{Context, Method};
use placewright_solver::error::EngineError;

use super::fill::{Until, fill};
use crate::replication_placement::instance::NodeId;
use crate::replication_placement::problem::ReplicationPlacement;

/// The baseline `first-fit-decreasing`.
#[derive(Clone, Copy, Debug, Default)]
pub struct FirstFitDecreasing;

impl Method<ReplicationPlacement> for FirstFitDecreasing {
    fn name(&self) -> &'static str {
        "first-fit-decreasing"
    }

    fn symbol(&self) -> char {
        'B'
    }

    fn run(&self, context: &Context<'_, ReplicationPlacement>) -> Result<(), EngineError> {
        let shards = context.instance.shards.len();
        let nodes = context.instance.nodes.len() as u32;
        let size = |&shard: &usize| Reverse(context.instance.shards[shard].state_mib);
        let mut list: Vec<usize> = (0..shards).collect();
        list.sort_by_key(size);
        let order = |_| (0..nodes).map(NodeId);
        fill(context, list.into_iter(), order, Until::Stopped, "first fit");
        Ok(())
    }
}
