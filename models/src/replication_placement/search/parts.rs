//! Parts of a large cluster on which shards are placed side by side.
//!
//! Parts are ranges of the list of nodes, in which neighbours are near each other. They have no node in
//! common, so that what happens on one is felt on another only through stores, trunks and limits of
//! moves; whoever puts their results together looks at these again. How many parts there are hangs on
//! the instance alone, so that results do not hang on the number of threads.

use std::ops::Range;

use super::board::{Board, Trial};
use crate::replication_placement::certificate::slowest_level;
use crate::replication_placement::instance::{Index, NodeId};
use crate::replication_placement::plan::ShardPlan;

/// Most parts, and the fewest nodes of one.
const PARTS: u32 = 8;
const NODES: u32 = 150;

/// Every alike part gets at least so many pieces of the cluster.
const PIECES: usize = 4;

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

/// Sets of about so many nodes that are like each other: domains of the level that takes longest to
/// cross, or pieces of them where they are few, dealt out by how often their nodes go down.
#[must_use]
pub fn alike(index: &Index, nodes_of_each: usize) -> Vec<Vec<NodeId>> {
    let count = (index.nodes().len() / nodes_of_each.max(1)).max(1);
    let most = index.nodes().len().div_ceil(PIECES * count);
    let mut nodes: Vec<NodeId> = index.nodes().collect();
    let home = slowest_level(index);
    let domain = |node: NodeId| home.map(|level| index.domain_of_node(level, node));
    nodes.sort_by_key(|&node| (domain(node), node));
    let domains = nodes.chunk_by(|&one, &other| domain(one) == domain(other));
    let rate = |own: &[NodeId]| {
        let sum: u64 = own.iter().map(|&node| index.rate_micro_per_day(node)).sum();
        sum / own.len() as u64
    };
    let mut pieces: Vec<&[NodeId]> = domains.flat_map(|own| own.chunks(most)).collect();
    pieces.sort_by_key(|own| (rate(own), own[0]));
    let mut parts = vec![Vec::new(); count];
    for (turn, piece) in pieces.into_iter().enumerate() {
        // There and back again, so that none always comes first.
        let (lap, place) = (turn / count, turn % count);
        let number = if lap.is_multiple_of(2) { place } else { count - 1 - place };
        parts[number].extend_from_slice(piece);
    }
    parts
}

/// Deals shards out to sets of nodes in turn. Whoever has copies or a pinned primary goes where these
/// are; who has copies on several sets comes last, by itself.
#[must_use]
pub fn deal_to_sets(
    index: &Index,
    sets: &[Vec<NodeId>],
    list: &[usize],
) -> (Vec<Vec<usize>>, Vec<usize>) {
    let mut set_of = vec![0; index.nodes().len()];
    for (number, nodes) in sets.iter().enumerate() {
        nodes.iter().for_each(|node| set_of[node.index()] = number);
    }
    let (mut dealt, mut across) = (vec![Vec::new(); sets.len()], Vec::new());
    let mut next = (0..sets.len()).cycle();
    for &shard in list {
        let current = index.current(shard).map_or(&[][..], |current| &current.nodes);
        let mut known = index.pinned(shard).into_iter().chain(current.iter().copied());
        let Some(first) = known.next() else {
            dealt[next.next().unwrap_or(0)].push(shard);
            continue;
        };
        let own = set_of[first.index()];
        if known.all(|node| set_of[node.index()] == own) {
            dealt[own].push(shard);
        } else {
            across.push(shard);
        }
    }
    (dealt, across)
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
