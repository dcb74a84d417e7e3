//! What happened on the cluster.

/// How an attempt ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Ending {
    /// The allocation admitted the peak.
    Completed,
    /// It did not.
    OutOfMemory,
}

/// One attempt at a task.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Attempt {
    /// Index of the task's record.
    pub task: usize,
    /// Index of the node.
    pub node: usize,
    /// What it was given, in bytes.
    pub allocation_bytes: u64,
    /// When it joined the queue, in ms from the start.
    pub ready_ms: u64,
    /// When it started.
    pub start_ms: u64,
    /// When its cores and memory were free again.
    pub end_ms: u64,
    /// How it ended.
    pub ending: Ending,
}

/// All attempts at all tasks of a run.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Schedule {
    /// In the order in which they started.
    pub attempts: Vec<Attempt>,
    /// Tasks that no node admits, as indices of records.
    pub unserved: Vec<usize>,
}
