//! Parts of a large cluster on which shards are placed side by side.
//!
//! Parts are ranges of the list of nodes, in which neighbours are near each other. They have no node in
//! common, so that what happens on one is felt on another only through stores, trunks and limits of
//! moves; whoever puts their results together looks at these again. How many parts there are hangs on
//! the instance alone, so that results do not hang on the number of threads.

use std::ops::Range;

use super::board::{Board, Trial};
use crate::replication_placement::instance::{Index, NodeId};
use crate::replication_placement::plan::ShardPlan;

/// Most parts, and the fewest nodes of one.
const PARTS: u32 = 8;
const NODES: u32 = 150;

/// A range of the list of nodes, with some shards.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Part {
    /// The nodes.
    pub nodes: Range<u32>,
    /// The shards, in the order in which they are to be placed.
    pub shards: Vec<usize>,
}

/// Ranges of the list of nodes. With `half_way`, all but the first begin in the midst of those without.
#[must_use]
pub fn ranges(index: &Index, half_way: bool) -> Vec<Range<u32>> {
    let nodes = index.nodes().len() as u32;
    let parts = (nodes / NODES).clamp(1, PARTS);
    let border = |number: u32| (u64::from(nodes) * u64::from(number) / u64::from(parts)) as u32;
    let shift = if half_way && parts > 1 { border(1) / 2 } else { 0 };
    let mut borders: Vec<u32> = (0..parts).map(|number| border(number) + shift).collect();
    borders.push(nodes);
    if shift > 0 {
        borders.insert(0, 0);
    }
    borders.windows(2).map(|ends| ends[0]..ends[1]).collect()
}

/// Deals shards out to parts in turn; whoever has copies, or a pinned primary, goes to their part.
#[must_use]
pub fn deal(index: &Index, list: &[usize]) -> Vec<Part> {
    let ranges = ranges(index, false);
    let mut parts: Vec<Part> =
        ranges.into_iter().map(|nodes| Part { nodes, shards: Vec::new() }).collect();
    let mut turn = 0;
    for &shard in list {
        let known = index.pinned(shard).or_else(|| index.holders(shard).first().copied());
        let own = known.and_then(|node| part_of(&parts, node));
        let number = own.unwrap_or_else(|| {
            turn += 1;
            turn % parts.len()
        });
        parts[number].shards.push(shard);
    }
    parts
}

/// The shards of a full board that are wholly on a part, in the order of a list.
#[must_use]
pub fn cut(board: &Board, list: &[usize], half_way: bool) -> Vec<Part> {
    let ranges = ranges(board.index, half_way);
    let mut parts: Vec<Part> =
        ranges.into_iter().map(|nodes| Part { nodes, shards: Vec::new() }).collect();
    for &shard in list {
        let Some(decision) = board.decision(shard) else { continue };
        if let Some(number) = part_of(&parts, decision.nodes[0])
            && decision.nodes.iter().all(|node| parts[number].nodes.contains(&node.0))
        {
            parts[number].shards.push(shard);
        }
    }
    parts
}

fn part_of(parts: &[Part], node: NodeId) -> Option<usize> {
    parts.iter().position(|part| part.nodes.contains(&node.0))
}

/// Puts a decision on a board if no rule stands against it; otherwise gives the shard back.
pub fn put_if_allowed(
    board: &mut Board,
    (shard, decision): (usize, ShardPlan),
    trial: &mut Trial,
) -> Result<(), usize> {
    if board.effect(&[(shard, &decision)], trial).violation > 0 {
        return Err(shard);
    }
    board.put(shard, decision);
    Ok(())
}
