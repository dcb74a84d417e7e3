//! What a job asks for and what it gets.

use serde::{Deserialize, Serialize};

use crate::circuit_allocation::instance::{Moves, Traffic};

/// Number of a job, given by the engine.
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, Default,
)]
#[serde(transparent)]
pub struct JobId(pub u64);

/// A job to be placed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Ask {
    /// The job.
    pub job: JobId,
    /// GPUs it holds: at most a server's, or whole servers.
    pub gpus: u32,
    /// What its circuits must carry.
    pub traffic: Traffic,
    /// Whether live circuits may move for it, to other switches or other spines.
    pub moves: Moves,
}

/// GPUs of one server.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ServerShare {
    /// The server, counted over all leaves.
    pub server: u32,
    /// Its GPUs, one bit each.
    pub gpus: u64,
}

/// Circuits between a leaf and a spine.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct Circuit {
    /// The leaf.
    pub leaf: u32,
    /// The spine.
    pub spine: u32,
    /// The optical switch; none in a static network.
    pub switch: Option<u32>,
    /// How many.
    pub count: u32,
}

/// Where a job goes.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Placement {
    /// Its GPUs, in the order of its ranks.
    pub servers: Vec<ServerShare>,
    /// Its circuits, of nobody else.
    pub circuits: Vec<Circuit>,
    /// Live jobs that get other circuits to make room, with all they have afterwards.
    pub moved: Vec<(JobId, Vec<Circuit>)>,
}

/// Why a job was not placed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Cause {
    /// Too few GPUs are free.
    Gpus,
    /// Enough GPUs are free, but too few whole servers, or no server has room.
    WholeServers,
    /// Enough whole servers are free, but not equally many on few enough leaves.
    EqualSplit,
    /// Leaves would do, but no spines have free circuits to all of them.
    Links,
    /// Leaves would do, but the ports of optical switches or spines are taken.
    Ports,
}

impl Cause {
    /// All causes.
    pub const ALL: [Self; 5] =
        [Self::Gpus, Self::WholeServers, Self::EqualSplit, Self::Links, Self::Ports];

    /// Its name.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Gpus => "gpus",
            Self::WholeServers => "whole_servers",
            Self::EqualSplit => "equal_split",
            Self::Links => "links",
            Self::Ports => "ports",
        }
    }
}
