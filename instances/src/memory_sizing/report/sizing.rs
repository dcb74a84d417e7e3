//! The numbers of a report, in exact integers.

use placewright_models::memory_sizing::check::ladder_cost;
use placewright_models::memory_sizing::instance::{Instance, Samples, TaskType};
use placewright_models::memory_sizing::plan::{Ladder, Plan};

use super::notes::{Note, notes};

/// GB·h (GB = 10^9 bytes) per MiB·ms.
pub const GBH_PER_MIB_MS: f64 = 1_048_576.0 / 1e9 / 3.6e6;

/// What a plan does to a history.
#[derive(Clone, Debug, PartialEq)]
pub struct Sizing {
    /// Per task type, in the instance's order.
    pub types: Vec<TypeSizing>,
    /// Over all types.
    pub total: Figures,
    /// Over the types whose requests are known: what the plan wastes, to compare with
    /// `total.requests_mib_ms`.
    pub comparable_mib_ms: i128,
    /// What the plan's failures cost beyond the memory they held, in MiB·ms.
    pub failure_price_mib_ms: i128,
}

/// What a ladder does to a task type.
#[derive(Clone, Debug, PartialEq)]
pub struct TypeSizing {
    /// Name of the type.
    pub name: String,
    /// Allocations of the attempts, in MiB; none where the type is left alone.
    pub ladder_mib: Vec<u64>,
    /// Smallest and largest request in MiB, where the report is to show them.
    pub requests_mib: Option<(u64, u64)>,
    /// The numbers.
    pub figures: Figures,
    /// What to be careful about.
    pub notes: Vec<Note>,
}

/// Sums over samples, each counted with its weight.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Figures {
    /// Samples.
    pub samples: i128,
    /// Samples that failed at their request.
    pub censored: i128,
    /// Peak times run time of the samples that completed, in MiB·ms.
    pub usage_mib_ms: i128,
    /// What the history's requests wasted, in MiB·ms; `None` where no requests are known.
    pub requests_mib_ms: Option<i128>,
    /// What the plan wastes, in MiB·ms.
    pub plan_mib_ms: i128,
    /// Failed attempts under the plan.
    pub failures: i128,
    /// Samples that fit the first attempt.
    pub first_fit: i128,
}

impl Sizing {
    /// The numbers of a plan with one ladder per type.
    #[must_use]
    pub fn of(instance: &Instance, plan: &Plan) -> Self {
        let pairs = instance.types.iter().zip(&plan.ladders);
        let types = pairs.map(|(t, ladder)| type_sizing(instance, t, ladder)).collect();
        Self::with_total(types, instance.failure_price_mib_ms)
    }

    /// Types and their sums.
    pub(in crate::memory_sizing) fn with_total(
        types: Vec<TypeSizing>,
        failure_price_mib_ms: u64,
    ) -> Self {
        let mut total = Figures::default();
        let mut comparable_mib_ms = 0;
        for task_type in &types {
            total.add(&task_type.figures);
            if task_type.figures.requests_mib_ms.is_some() {
                comparable_mib_ms += task_type.figures.plan_mib_ms;
            }
        }
        let failure_price_mib_ms = i128::from(failure_price_mib_ms) * total.failures;
        Self { types, total, comparable_mib_ms, failure_price_mib_ms }
    }

    /// What the plan saves where requests are known, in MiB·ms.
    #[must_use]
    pub fn saving_mib_ms(&self) -> Option<i128> {
        self.total.requests_mib_ms.map(|requests| requests - self.comparable_mib_ms)
    }
}

impl Figures {
    /// What the plan saves, in MiB·ms; negative where the requests wasted less.
    #[must_use]
    pub fn saving_mib_ms(&self) -> Option<i128> {
        self.requests_mib_ms.map(|requests| requests - self.plan_mib_ms)
    }

    fn add(&mut self, other: &Self) {
        self.samples += other.samples;
        self.censored += other.censored;
        self.usage_mib_ms += other.usage_mib_ms;
        self.plan_mib_ms += other.plan_mib_ms;
        self.failures += other.failures;
        self.first_fit += other.first_fit;
        if let Some(requests) = other.requests_mib_ms {
            *self.requests_mib_ms.get_or_insert_default() += requests;
        }
    }
}

fn type_sizing(instance: &Instance, task_type: &TaskType, ladder: &Ladder) -> TypeSizing {
    let cost = ladder_cost(instance, task_type, ladder);
    let samples = &task_type.samples;
    let first_mib = ladder.0.first().copied().unwrap_or(0);
    let weigh = |counts: &dyn Fn(usize) -> bool| -> i128 {
        (0..samples.len()).filter(|&i| counts(i)).map(|i| i128::from(samples.weight(i))).sum()
    };
    let figures = Figures {
        samples: weigh(&|_| true),
        censored: weigh(&|i| samples.is_censored(i)),
        usage_mib_ms: usage(samples),
        requests_mib_ms: wasted_by_requests(samples),
        plan_mib_ms: cost.wastage_mib_ms,
        failures: cost.failures,
        first_fit: weigh(&|i| samples.needed_mib(i) <= first_mib),
    };
    let notes = notes(samples, ladder, &figures);
    let (name, ladder_mib) = (task_type.name.clone(), ladder.0.clone());
    TypeSizing { name, ladder_mib, requests_mib: None, figures, notes }
}

fn usage(samples: &Samples) -> i128 {
    let completed = (0..samples.len()).filter(|&i| !samples.is_censored(i));
    completed.map(|i| i128::from(samples.peak_mib[i]) * weighted_time(samples, i)).sum()
}

fn wasted_by_requests(samples: &Samples) -> Option<i128> {
    if samples.request_mib.is_empty() {
        return None;
    }
    let wasted = |i: usize| {
        let used_mib = if samples.is_censored(i) { 0 } else { samples.peak_mib[i] };
        let surplus_mib = samples.request_mib[i].saturating_sub(used_mib);
        i128::from(surplus_mib) * weighted_time(samples, i)
    };
    Some((0..samples.len()).map(wasted).sum())
}

fn weighted_time(samples: &Samples, i: usize) -> i128 {
    i128::from(samples.run_time_ms[i]) * i128::from(samples.weight(i))
}
