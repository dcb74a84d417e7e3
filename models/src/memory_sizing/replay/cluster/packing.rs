//! Which node a task goes to.

use super::nodes::{Cluster, Node};

/// A packing rule. Where several nodes are equally good, the first one is taken.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Packing {
    /// The first node with room.
    #[default]
    FirstFit,
    /// The node with the least memory left, which keeps room for large tasks.
    BestFit,
    /// The node with the most memory left, which spreads tasks.
    WorstFit,
}

/// What the nodes have left.
#[derive(Clone, Debug)]
pub(super) struct Room {
    packing: Packing,
    left: Vec<Node>,
    /// Most cores left on a node.
    most_cores: u32,
}

impl Room {
    /// An idle cluster.
    pub(super) fn new(cluster: &Cluster, packing: Packing) -> Self {
        let mut room = Self { packing, left: cluster.nodes.clone(), most_cores: 0 };
        room.count_cores();
        room
    }

    /// Whether any node has this many cores left. Time O(1).
    pub(super) fn has_cores(&self, cores: u32) -> bool {
        self.most_cores >= cores
    }

    /// Takes room for a task and says on which node; `None` where there is none. Time O(nodes).
    pub(super) fn take(&mut self, cores: u32, memory_bytes: u64) -> Option<usize> {
        if !self.has_cores(cores) {
            return None;
        }
        let fits = |node: &Node| node.cores >= cores && node.memory_bytes >= memory_bytes;
        let mut fitting = (0..self.left.len()).filter(|&node| fits(&self.left[node]));
        let memory_left = |node: &usize| self.left[*node].memory_bytes;
        let node = match self.packing {
            Packing::FirstFit => fitting.next(),
            Packing::BestFit => fitting.min_by_key(memory_left),
            // The last of equal maxima is the first of them in reverse.
            Packing::WorstFit => fitting.rev().max_by_key(memory_left),
        }?;
        self.left[node].cores -= cores;
        self.left[node].memory_bytes -= memory_bytes;
        self.count_cores();
        Some(node)
    }

    /// Gives room back.
    pub(super) fn give_back(&mut self, node: usize, cores: u32, memory_bytes: u64) {
        self.left[node].cores += cores;
        self.left[node].memory_bytes += memory_bytes;
        self.most_cores = self.most_cores.max(self.left[node].cores);
    }

    fn count_cores(&mut self) {
        self.most_cores = self.left.iter().map(|node| node.cores).max().unwrap_or(0);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_rule_takes_its_node() {
        let node = |cores, memory_bytes| Node { cores, memory_bytes };
        let cluster = Cluster { nodes: vec![node(4, 50), node(4, 30), node(4, 90), node(1, 10)] };
        let take = |packing, cores, memory| Room::new(&cluster, packing).take(cores, memory);
        assert_eq!(take(Packing::FirstFit, 2, 20), Some(0));
        assert_eq!(take(Packing::BestFit, 2, 20), Some(1));
        assert_eq!(take(Packing::WorstFit, 2, 20), Some(2));
        assert_eq!(take(Packing::BestFit, 1, 10), Some(3));
        assert_eq!(take(Packing::FirstFit, 5, 1), None);
        assert_eq!(take(Packing::FirstFit, 1, 91), None);
        let twins = Cluster { nodes: vec![node(1, 7); 3] };
        for packing in [Packing::FirstFit, Packing::BestFit, Packing::WorstFit] {
            let mut room = Room::new(&twins, packing);
            assert_eq!((room.take(1, 7), room.take(1, 7)), (Some(0), Some(1)));
            room.give_back(0, 1, 7);
            assert_eq!((room.take(1, 7), room.take(1, 7)), (Some(0), Some(2)));
            assert!(!room.has_cores(1));
        }
    }
}
