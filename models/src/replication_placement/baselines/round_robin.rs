//! The baseline `round-robin`: shards in their order, nodes in turn.

use placewright_solver::context::{Context, Method};
use placewright_solver::error::EngineError;

use super::fill::{Until, fill};
use crate::replication_placement::instance::NodeId;
use crate::replication_placement::problem::ReplicationPlacement;

/// The baseline `round-robin`.
#[derive(Clone, Copy, Debug, Default)]
pub struct RoundRobin;

impl Method<ReplicationPlacement> for RoundRobin {
    fn name(&self) -> &'static str {
        "round-robin"
    }

    fn symbol(&self) -> char {
        'B'
    }

    fn run(&self, context: &Context<'_, ReplicationPlacement>) -> Result<(), EngineError> {
        let shards = context.instance.shards.len();
        let nodes = context.instance.nodes.len() as u32;
        let mut next = 0;
        let order = |_| {
            next = (next + 1) % nodes;
            (next..nodes).chain(0..next).map(NodeId)
        };
        fill(context, 0..shards, order, Until::Stopped, "nodes in turn");
        Ok(())
    }
}
