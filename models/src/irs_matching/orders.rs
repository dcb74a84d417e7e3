//! Orders in which jobs may be served.

use std::cmp::Reverse;

use super::instance::{Instance, JobId, Supply};

/// A rule that puts jobs in an order.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Order {
    /// By release.
    Fifo,
    /// By demand per weight; with equal weights the smallest demand first (SRSF).
    SmallestDemand,
    /// By what their classes supply, the scarcest first, then by demand per weight.
    ScarcestFirst,
    /// By demand over own supply and weight: who would be done first if alone.
    ShortestAlone,
    /// By deadline, those without last, then by demand per weight.
    EarliestDeadline,
}

impl Order {
    /// All orders with their names.
    pub const ALL: [(Order, &'static str); 5] = [
        (Order::Fifo, "first come, first served"),
        (Order::SmallestDemand, "smallest demand first"),
        (Order::ScarcestFirst, "scarcest supply first"),
        (Order::ShortestAlone, "shortest alone first"),
        (Order::EarliestDeadline, "earliest deadline first"),
    ];

    /// The jobs in this order; of equal ones the earlier in the instance first.
    #[must_use]
    pub fn of(self, instance: &Instance) -> Vec<JobId> {
        let mut ids: Vec<JobId> = (0..instance.jobs.len() as u32).map(JobId).collect();
        let job = |id: &JobId| &instance.jobs[id.index()];
        let effort = |id: &JobId| {
            // Demands stay below 2^32, weights below 2^20: exact to one part in 2^20.
            let total = u128::from(job(id).total_devices()) << 40;
            total / u128::from(job(id).weight)
        };
        let supplied = own_supply(instance);
        match self {
            Order::Fifo => ids.sort_by_key(|id| job(id).release_ms),
            Order::SmallestDemand => ids.sort_by_key(effort),
            Order::ScarcestFirst => ids.sort_by_key(|id| (supplied[id.index()], effort(id))),
            Order::ShortestAlone => {
                ids.sort_by(|a, b| {
                    let (a, b) = ((effort(a), a), (effort(b), b));
                    let cross = |x: (u128, &JobId), y: (u128, &JobId)| x.0 * supplied[y.1.index()];
                    cross(a, b).cmp(&cross(b, a))
                });
            }
            Order::EarliestDeadline => ids.sort_by_key(|id| {
                let deadline_ms = job(id).deadline_ms;
                (Reverse(deadline_ms.is_some()), deadline_ms, effort(id))
            }),
        }
        ids
    }
}

/// Per job how much its classes supply: devices in all, or the sum of their highest rates.
fn own_supply(instance: &Instance) -> Vec<u128> {
    let of_class: Vec<u128> = match &instance.supply {
        Supply::Devices(arrivals) => {
            let mut counts = vec![0; instance.classes.len()];
            arrivals.class.iter().for_each(|&class| counts[class as usize] += 1);
            counts
        }
        Supply::Rates(rates) => {
            let highest = |own: &Vec<u64>| own.iter().copied().max().map_or(0, u128::from);
            rates.rate_micro_per_s.iter().map(highest).collect()
        }
    };
    let own = |eligible: &Vec<bool>| {
        of_class.iter().zip(eligible).filter(|&(_, &own)| own).map(|(&supply, _)| supply).sum()
    };
    instance.eligibility().iter().map(own).collect()
}
