//! The default policy: order jobs by what the flow of devices makes of the order, start only
//! rounds that can end in time, and give no round more than it needs while others lack devices.

use serde::{Deserialize, Serialize};

use super::flow_order::{FlowOrder, tail_s};
use super::flow_rounds::RoundSchedule;
use crate::irs_matching::online::fluid::left_over;
use crate::irs_matching::online::job::Job;
use crate::irs_matching::online::plan::{Plan, Quota, Slot};
use crate::irs_matching::online::policy::{Counts, Event, Policy, Scene};

/// What counts as the need of a round.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Target {
    /// The quorum and a margin; the rest of the demand comes last.
    Quorum,
    /// The whole demand.
    Demand,
}

/// Settings of [`Flow`]. The default is good on all workloads of the book.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct FlowSettings {
    /// What counts as the need of a round.
    pub target: Target,
    /// Devices beyond the quorum, as a share of it, for those that bring no result.
    pub margin: f64,
    /// A round must be filled so long before its end to be started, in seconds.
    pub slack_s: f64,
    /// The share of the flow that jobs which wait for results are expected to take again.
    pub reserve: f64,
    /// The tail of a round before one was seen, in seconds.
    pub first_tail_s: f64,
    /// Steps that may be spent on the order at a time.
    pub search_steps: u64,
    /// Time between two looks at rounds that can no longer end in time, in ms.
    pub tick_ms: u64,
    /// Time after which the order is looked at again, in ms.
    pub reorder_ms: u64,
}

impl Default for FlowSettings {
    fn default() -> Self {
        Self {
            target: Target::Quorum,
            margin: 0.04,
            slack_s: 45.0,
            reserve: 0.7,
            first_tail_s: 100.0,
            search_steps: 5_000_000,
            tick_ms: 30_000,
            reorder_ms: 86_400_000,
        }
    }
}

impl FlowSettings {
    /// Devices that a round needs.
    #[must_use]
    pub fn need(&self, job: &Job) -> u32 {
        match self.target {
            Target::Quorum => {
                let need = (f64::from(job.spec.quorum) * (1.0 + self.margin)).ceil();
                (need as u32).min(job.spec.demand)
            }
            Target::Demand => job.spec.demand,
        }
    }
}

/// The default policy.
///
/// It keeps an order of all live jobs: the one whose weighted completion times are least in a
/// [fluid picture](crate::irs_matching::online::fluid) with total remaining work, the rates of the
/// last day and the time every round waits for results; found by [local
/// search](crate::irs_matching::online::order_search) when jobs come and go. On top of it the open
/// rounds are scheduled with the rates of the last minutes: a round that cannot fill in time, given
/// what goes before it, is not started. Every round gets what it needs for its quorum first; only
/// when no round lacks anything are rounds topped up to their whole demand, which shortens the wait
/// for stragglers. Devices in flight use up demand, so that no round gets more than it asked for.
///
/// No guarantee; exact for one group of jobs without latency. O(jobs × classes) an event, plus the
/// bounded search.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Flow {
    settings: FlowSettings,
    order: FlowOrder,
    next_reorder_ms: u64,
}

impl Flow {
    /// A policy of these settings.
    #[must_use]
    pub fn new(settings: FlowSettings) -> Self {
        Self { settings, order: FlowOrder::default(), next_reorder_ms: 0 }
    }

    fn slots(&self, scene: &Scene<'_>) -> Vec<Slot> {
        let ranked = self.order.ranked();
        let mut slots = Vec::with_capacity(2 * ranked.len());
        let mut rounds = RoundSchedule::new(scene);
        for &id in ranked {
            let job = scene.job(id);
            let need = f64::from(self.settings.need(job));
            let lacks = need - f64::from(job.assigned) - f64::from(job.in_flight);
            if job.waits() && lacks > 0.0 {
                let filled_s = rounds.filled_s(scene, job.spec.group, lacks);
                let left_s = job.ends_ms.saturating_sub(scene.now_ms) as f64 / 1000.0;
                if filled_s <= left_s - self.settings.slack_s {
                    rounds.take_until(scene, job.spec.group, filled_s);
                    slots.push(Slot::new(id, Quota::Need));
                }
            }
            let flow_per_s = rounds.flow_per_s(scene, job.spec.group);
            let leaves = left_over(need, tail_s(job, &self.settings), flow_per_s.max(1e-9));
            rounds.reserve(scene, job.spec.group, self.settings.reserve * (1.0 - leaves));
        }
        let waiting = ranked.iter().filter(|&&id| scene.job(id).waits());
        slots.extend(waiting.map(|&id| Slot::new(id, Quota::Demand)));
        slots
    }
}

impl Policy for Flow {
    fn update(&mut self, event: Event, scene: &Scene<'_>, plan: &mut Plan) {
        // A job that was filled or closed has no room; others profit when it asks again, or soon.
        if matches!(event, Event::Started(_) | Event::Filled(_) | Event::Closed(_)) {
            return;
        }
        let changed = matches!(event, Event::Arrived(_) | Event::Ended(_));
        if changed || scene.now_ms >= self.next_reorder_ms {
            self.next_reorder_ms = scene.now_ms.saturating_add(self.settings.reorder_ms);
            self.order.update(scene, &self.settings);
        }
        plan.share_order(scene.classes, scene.jobs, &self.slots(scene));
    }

    fn need(&self, job: &Job) -> u32 {
        self.settings.need(job)
    }

    fn tick_ms(&self) -> Option<u64> {
        Some(self.settings.tick_ms)
    }

    fn counts(&self) -> Counts {
        Counts::Offered
    }
}
