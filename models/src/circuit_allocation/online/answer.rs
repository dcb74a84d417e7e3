//! What the engine is told and what it answers.

use serde::{Deserialize, Serialize};
use thiserror::Error;

use super::placement::{Circuit, JobId, ServerShare};
use super::routes::Routing;
use crate::circuit_allocation::instance::Traffic;

/// A job to be submitted.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct NewJob {
    /// GPUs it asks for.
    pub gpus: u32,
    /// What its circuits must carry.
    #[serde(default)]
    pub traffic: Traffic,
    /// How long it will run, as far as anybody knows.
    pub estimate_ms: u64,
}

/// Something that can fail.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Part {
    /// A GPU.
    Gpu {
        /// Its server, counted over all leaves.
        server: u32,
        /// Its number there.
        gpu: u32,
    },
    /// One link of a static network.
    Link {
        /// The leaf.
        leaf: u32,
        /// The spine.
        spine: u32,
    },
    /// One port of an optical switch to a leaf.
    LeafPort {
        /// The switch.
        switch: u32,
        /// The leaf.
        leaf: u32,
    },
    /// One port of an optical switch to a spine.
    SpinePort {
        /// The switch.
        switch: u32,
        /// The spine.
        spine: u32,
    },
}

/// One thing to be done, in the order of the answer. A port's old circuit is torn down before a new
/// one is set up, and a job starts when all its circuits are there.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Delta {
    /// The job must stop: it was cancelled, or a part failed under it, and then it waits again in its
    /// old place of the queue.
    Stop {
        /// The job.
        job: JobId,
        /// The GPUs it had.
        servers: Vec<ServerShare>,
    },
    /// Circuits are nobody's any more. In a static network there is nothing to do.
    TearDown {
        /// The job that had them.
        job: JobId,
        /// The circuits.
        circuits: Vec<Circuit>,
    },
    /// Circuits for a job; a job that was live before gets others for those torn down.
    SetUp {
        /// The job.
        job: JobId,
        /// The circuits.
        circuits: Vec<Circuit>,
    },
    /// Where the flows of a live job go now that circuits moved.
    Reroute {
        /// The job.
        job: JobId,
        /// The routes.
        routing: Routing,
    },
    /// The job can start.
    Start {
        /// The job.
        job: JobId,
        /// Its GPUs, in the order of ranks.
        servers: Vec<ServerShare>,
        /// Its routes.
        routing: Routing,
    },
}

/// What is wrong with a call; nothing was changed by it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
pub enum EngineError {
    /// No such job waits or runs.
    #[error("job {} neither waits nor runs", .0.0)]
    UnknownJob(JobId),
    /// It has not started.
    #[error("job {} has not started", .0.0)]
    NotRunning(JobId),
    /// A job without GPUs, or one that has no place in the empty cluster.
    #[error("a job of {0} GPUs has no place even in the empty cluster")]
    NeverPlaceable(u32),
    /// A part that the cluster does not have.
    #[error("the cluster has no such part: {0:?}")]
    NoSuchPart(Part),
    /// All parts of the kind at this place have failed already.
    #[error("this part has failed already: {0:?}")]
    FailedAlready(Part),
    /// No part of the kind at this place has failed.
    #[error("this part has not failed: {0:?}")]
    NotFailed(Part),
    /// Time must not run backwards.
    #[error("the time {now_ms} ms is before {last_ms} ms, that of an earlier call")]
    TimeRunsBackwards {
        /// The time given.
        now_ms: u64,
        /// The latest before.
        last_ms: u64,
    },
    /// Beyond what the clock holds.
    #[error("a time of {0} ms is beyond 2^53: is the unit milliseconds?")]
    TimeTooLarge(u64),
    /// The cluster has counts out of range.
    #[error(transparent)]
    Cluster(#[from] super::cluster::ClusterError),
    /// The policy is made for another kind of network.
    #[error("the policy is made for another kind of network")]
    Unsuitable,
}
