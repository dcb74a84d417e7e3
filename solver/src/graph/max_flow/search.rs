//! The breadth-first order behind global relabelling.

use std::ops::Range;

/// Nodes in the order in which a backward search from the target met them, cut into levels.
///
/// The order outlives the search: when only the levels above some height have changed, the next
/// search resumes from that height instead of from the target.
pub(super) struct LevelOrder {
    /// Met nodes first; the rest is room for one candidate more than there are nodes.
    pub(super) nodes: Vec<u32>,
    /// Where each level starts, and where the last one ends.
    starts: Vec<usize>,
}

impl LevelOrder {
    pub(super) fn new(node_count: usize) -> Self {
        Self { nodes: vec![0; node_count + 1], starts: Vec::new() }
    }

    /// Forgets everything; level zero holds `target` alone.
    pub(super) fn restart(&mut self, target: u32) {
        self.nodes[0] = target;
        self.starts.clear();
        self.starts.extend([0, 1]);
    }

    /// Places of the nodes on level `height`.
    pub(super) fn level(&self, height: u32) -> Range<usize> {
        self.starts[height as usize]..self.starts[height as usize + 1]
    }

    /// Height of the last level.
    pub(super) fn top(&self) -> u32 {
        self.starts.len() as u32 - 2
    }

    /// Nodes that were met above `height`.
    pub(super) fn above(&self, height: u32) -> &[u32] {
        &self.nodes[self.level(height).end..self.end()]
    }

    /// Keeps the levels up to `height`.
    pub(super) fn truncate(&mut self, height: u32) {
        self.starts.truncate(height as usize + 2);
    }

    /// Adds a level that ends before `end`.
    pub(super) fn close_level(&mut self, end: usize) {
        self.starts.push(end);
    }

    /// Where the last level ends.
    pub(super) fn end(&self) -> usize {
        self.starts[self.starts.len() - 1]
    }
}
