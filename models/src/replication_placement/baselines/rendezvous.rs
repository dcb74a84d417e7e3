//! The baseline `rendezvous`: every shard ranks nodes by a hash of both, weighted by memory, and takes
//! the first ones: D. G. Thaler, C. V. Ravishankar, *Using name-based mappings to increase hit rates*,
//! IEEE/ACM Trans. Networking 6 (1998); the straw of CRUSH (S. A. Weil et al., SC 2006). Where nodes
//! come and go, few shards move.

use placewright_solver::context::{Context, Method};
use placewright_solver::error::EngineError;

use super::fill::{Until, fill};
use crate::replication_placement::instance::NodeId;
use crate::replication_placement::problem::ReplicationPlacement;

/// The baseline `rendezvous`.
#[derive(Clone, Copy, Debug, Default)]
pub struct Rendezvous;

impl Method<ReplicationPlacement> for Rendezvous {
    fn name(&self) -> &'static str {
        "rendezvous"
    }

    fn symbol(&self) -> char {
        'B'
    }

    fn run(&self, context: &Context<'_, ReplicationPlacement>) -> Result<(), EngineError> {
        let shards = context.instance.shards.len();
        let nodes = context.instance.nodes.len() as u32;
        let order = |shard: usize| {
            let straw = |node: NodeId| {
                let hash = context.seed.child(shard as u64).child(node.0.into()).0;
                // Uniform in (0, 1]; the longest straw of weight w wins with a chance like w.
                let uniform = (hash as f64 + 1.0) / (u64::MAX as f64 + 1.0);
                let weight = context.instance.nodes[node.index()].memory_mib.max(1);
                uniform.ln() / weight as f64
            };
            let mut order: Vec<(f64, NodeId)> =
                (0..nodes).map(NodeId).map(|node| (straw(node), node)).collect();
            order.sort_by(|a, b| b.0.total_cmp(&a.0).then(a.1.cmp(&b.1)));
            order.into_iter().map(|each| each.1)
        };
        fill(context, 0..shards, order, Until::Stopped, "nodes by hash");
        Ok(())
    }
}
