//! The interface of all policies.

use serde::{Deserialize, Serialize};

use super::task::{Sample, Task};

/// What a policy proposes for a task: the first attempt, then one allocation per retry. Values
/// may be fractional, fall, exceed the limit or be no numbers at all; `finish` makes a ladder of
/// them. Beyond the last rung the engine goes on by itself.
pub type Proposal = Vec<f64>;

/// A rule that proposes ladders and learns from completed tasks, for all types of a workflow.
///
/// Types are numbered in the order in which they appear. Most rules keep every type to itself and
/// implement [`TypePolicy`] instead.
pub trait Policy: Send {
    /// The task that is about to be proposed for, with the peak that nobody can know by then. A
    /// replay tells it; a workflow system cannot. It is there for two purposes: the published
    /// simulator of [`sizey`](super::policies::sizey) uses the peak before it allocates, and its
    /// numbers cannot be had otherwise; and a replay compares with what a clairvoyant would do.
    fn peek(&mut self, _task_type: usize, _sample: &Sample) {}
    /// The rungs for a task, in bytes.
    fn propose(&mut self, task_type: usize, task: &Task) -> Proposal;
    /// What a completed task taught.
    fn learn(&mut self, task_type: usize, sample: &Sample);
    /// What an earlier run taught, all at once. No task of it was predicted.
    fn recall(&mut self, task_type: usize, history: &[Sample]) {
        for sample in history {
            self.learn(task_type, sample);
        }
    }
    /// A task of this type needed more than `allocation_bytes`; how much more will be known when
    /// it completes, if it ever does.
    fn exceeded(&mut self, _task_type: usize, _task: &Task, _allocation_bytes: f64) {}
}

/// A rule for a single type.
pub trait TypePolicy: Send {
    /// The rungs for a task, in bytes.
    fn propose(&mut self, task: &Task) -> Proposal;
    /// What a completed task taught.
    fn learn(&mut self, sample: &Sample);
    /// See [`Policy::recall`].
    fn recall(&mut self, history: &[Sample]) {
        for sample in history {
            self.learn(sample);
        }
    }
    /// See [`Policy::exceeded`].
    fn exceeded(&mut self, _task: &Task, _allocation_bytes: f64) {}
}

/// A rule applied to every type on its own.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct PerType<P> {
    /// What a type starts from.
    fresh: P,
    types: Vec<P>,
}

impl<P: TypePolicy + Clone> PerType<P> {
    /// Every type starts from a copy of `fresh`.
    pub fn new(fresh: P) -> Self {
        Self { fresh, types: Vec::new() }
    }

    fn of(&mut self, task_type: usize) -> &mut P {
        if self.types.len() <= task_type {
            self.types.resize(task_type + 1, self.fresh.clone());
        }
        &mut self.types[task_type]
    }
}

impl<P: TypePolicy + Clone> Policy for PerType<P> {
    fn propose(&mut self, task_type: usize, task: &Task) -> Proposal {
        self.of(task_type).propose(task)
    }

    fn learn(&mut self, task_type: usize, sample: &Sample) {
        self.of(task_type).learn(sample);
    }

    fn recall(&mut self, task_type: usize, history: &[Sample]) {
        self.of(task_type).recall(history);
    }

    fn exceeded(&mut self, task_type: usize, task: &Task, allocation_bytes: f64) {
        self.of(task_type).exceeded(task, allocation_bytes);
    }
}
