//! The nodes of a cluster.

/// What a node has, or has left.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Node {
    /// Cores.
    pub cores: u32,
    /// Memory in bytes.
    pub memory_bytes: u64,
}

/// A cluster: at least the nodes a run is to be packed on, in the order in which first fit tries
/// them.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Cluster {
    /// All nodes.
    pub nodes: Vec<Node>,
}

impl Cluster {
    /// Cores of all nodes.
    #[must_use]
    pub fn cores(&self) -> u64 {
        self.nodes.iter().map(|node| u64::from(node.cores)).sum()
    }

    /// Memory of all nodes, in bytes.
    #[must_use]
    pub fn memory_bytes(&self) -> u128 {
        self.nodes.iter().map(|node| u128::from(node.memory_bytes)).sum()
    }

    /// The largest allocation for a task with this many cores, in bytes; `None` where no node has
    /// the cores, or none of those has memory.
    #[must_use]
    pub fn limit_bytes(&self, cores: u32) -> Option<u64> {
        let able = self.nodes.iter().filter(|node| node.cores >= cores && node.memory_bytes > 0);
        able.map(|node| node.memory_bytes).max()
    }
}
