//! Queue orders by name.

use serde::{Deserialize, Serialize};

use super::orders::{conservative, easy, head};
use super::scheduler::{Scheduler, Started};

/// Who comes next.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Order {
    /// Whoever came first; nobody overtakes.
    #[default]
    Fifo,
    /// Whoever asks for the fewest GPUs; nobody overtakes.
    FewestGpus,
    /// Whoever will be done soonest once started; nobody overtakes, nobody is stopped.
    Shortest,
    /// Whoever came first; others may start if that does not delay the head.
    Easy,
    /// Whoever came first; others may start if that delays nobody before them.
    Conservative,
}

/// Names of all orders, with a line on each.
pub const ORDERS: &[(&str, Order, &str)] = &[
    ("fifo", Order::Fifo, "first come, first served; the head of the queue blocks"),
    ("fewest", Order::FewestGpus, "fewest GPUs first; the head of the queue blocks"),
    (
        "shortest",
        Order::Shortest,
        "shortest estimated run time first; the head of the queue blocks",
    ),
    ("easy", Order::Easy, "first come, first served, with backfill that never delays the head"),
    ("conservative", Order::Conservative, "the same with backfill that delays nobody ahead"),
];

impl Order {
    /// The order of a name.
    #[must_use]
    pub fn named(name: &str) -> Option<Self> {
        ORDERS.iter().find(|(known, ..)| *known == name).map(|&(_, order, _)| order)
    }

    /// Starts whoever may start now.
    pub(super) fn pass(self, scheduler: &mut Scheduler, now_ms: u64) -> Vec<Started> {
        match self {
            Self::Fifo => head::pass(scheduler, now_ms, |job| (0, job.arrival_ms)),
            Self::FewestGpus => {
                head::pass(scheduler, now_ms, |job| (u64::from(job.ask.gpus), job.arrival_ms))
            }
            Self::Shortest => {
                head::pass(scheduler, now_ms, |job| (job.estimate_ms, job.arrival_ms))
            }
            Self::Easy => easy::pass(scheduler, now_ms),
            Self::Conservative => conservative::pass(scheduler, now_ms),
        }
    }
}
