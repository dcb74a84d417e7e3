//! The baseline `random`: shards in their order, nodes shuffled for each.

use placewright_solver::context::{Context, Method};
use placewright_solver::error::EngineError;
use rand::seq::SliceRandom;

use super::fill::{Until, fill};
use crate::replication_placement::instance::NodeId;
use crate::replication_placement::problem::ReplicationPlacement;

/// The baseline `random`.
#[derive(Clone, Copy, Debug, Default)]
pub struct Random;

impl Method<ReplicationPlacement> for Random {
    fn name(&self) -> &'static str {
        "random"
    }

    fn symbol(&self) -> char {
        'B'
    }

    fn run(&self, context: &Context<'_, ReplicationPlacement>) -> Result<(), EngineError> {
        let shards = context.instance.shards.len();
        let nodes = context.instance.nodes.len() as u32;
        let mut random = context.seed.generator();
        let order = |_| {
            let mut order: Vec<NodeId> = (0..nodes).map(NodeId).collect();
            order.shuffle(&mut random);
            order.into_iter()
        };
        fill(context, 0..shards, order, Until::Stopped, "nodes at random");
        Ok(())
    }
}
