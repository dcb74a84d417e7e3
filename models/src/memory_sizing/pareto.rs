//! The ladders of one type that no other beats in everything the types share.
//!
//! Prices find ladders on the convex hull of cost, failures and first attempt only. Between them
//! lie ladders that no price prefers and that a budget of a few failures, or the last corner of a
//! node, may still need. They are the undominated paths of a small graph: a label per way to go
//! on from a rung, dropped when another is at most as dear and fails at most as often
//! (label correcting for two criteria; Martins, "On a multicriteria shortest path problem", 1984).
//!
//! Complexity: O(K·m²·L) for `m` candidates, `K` attempts and at most `L` = 64 labels per rung;
//! candidates beyond 32 and labels beyond 64 are thinned out evenly, so the list is complete only
//! below that. Guarantee: every ladder returned serves the type; none is dominated by another.

use super::instance::Instance;
use super::ladder::Rung;
use super::plan::Ladder;
use super::priced::Choice;
use super::profile::Profile;

/// Candidates looked at per type.
const CANDIDATES: usize = 32;
/// Ways to go on that are kept per rung.
const LABELS: usize = 64;
/// Retries looked ahead.
const RETRIES: usize = 8;

/// Which dimensions the shared constraints look at, beside the cost.
#[derive(Clone, Copy, Debug)]
pub struct Criteria {
    /// A failure budget couples the types.
    pub failures: bool,
    /// Nodes couple the types.
    pub first_attempt: bool,
}

/// A way to go on from a rung: what it adds, and where it goes.
#[derive(Clone, Copy)]
struct Label {
    cost: i128,
    failures: i64,
    /// Next rung, and its label; [`END`] when every sample is served.
    next: u32,
    rest: u32,
}

const END: u32 = u32::MAX;

/// The undominated ladders over `rungs`, which ascend strictly in size. `preferred` rungs stay
/// when there are more candidates than the search looks at.
#[must_use]
pub fn undominated(
    instance: &Instance,
    profile: &Profile,
    rungs: &[Rung],
    preferred: impl Fn(u64) -> bool,
    criteria: Criteria,
) -> Vec<Choice> {
    let rungs = thinned(rungs, profile.levels(), preferred);
    let price = i128::from(instance.failure_price_mib_ms);
    let step = |before: usize, rung: &Rung| {
        let level = rung.level as usize;
        let time = profile.time_above_ms[before] - profile.time_above_ms[level]
            + profile.failed_above_ms[level];
        let failures = profile.count_above[level];
        (i128::from(rung.size_mib) * i128::from(time) + price * i128::from(failures), failures)
    };
    let layers = continuations(&rungs, profile, criteria, step);
    let Some(last) = layers.last() else { return Vec::new() };
    let mut choices = Vec::new();
    for first in 0..rungs.len() {
        let (own_cost, own_failures) = step(0, &rungs[first]);
        for (index, label) in last[first].iter().enumerate() {
            let cost = own_cost + label.cost - profile.usage_mib_ms;
            let ladder = trace(&rungs, &layers, first, index);
            choices.push(Choice { ladder, cost, failures: own_failures + label.failures });
        }
    }
    undominated_choices(choices, criteria)
}

/// By rising cost, without the choices that an earlier one beats.
fn undominated_choices(mut choices: Vec<Choice>, criteria: Criteria) -> Vec<Choice> {
    let key = |choice: &Choice| {
        let failures = if criteria.failures { choice.failures } else { 0 };
        let first_mib = if criteria.first_attempt { choice.first_mib() } else { 0 };
        (choice.cost, failures, first_mib)
    };
    choices.sort_unstable_by_key(key);
    let mut kept: Vec<(i64, u64)> = Vec::new();
    choices.retain(|choice| {
        let (_, failures, first_mib) = key(choice);
        let beaten = kept.iter().any(|&(f, m)| f <= failures && m <= first_mib);
        if !beaten {
            kept.push((failures, first_mib));
        }
        !beaten
    });
    choices
}

/// At most [`CANDIDATES`] rungs: the preferred ones and the last, filled up evenly.
fn thinned(rungs: &[Rung], levels: usize, preferred: impl Fn(u64) -> bool) -> Vec<Rung> {
    if rungs.len() <= CANDIDATES {
        return rungs.to_vec();
    }
    let spread = rungs.len().div_ceil(CANDIDATES / 2);
    let kept = |(index, rung): (usize, &Rung)| {
        let last = rung.level as usize == levels;
        (last || index % spread == 0 || preferred(rung.size_mib)).then_some(*rung)
    };
    let mut kept: Vec<Rung> = rungs.iter().enumerate().filter_map(kept).collect();
    let excess = kept.len().saturating_sub(2 * CANDIDATES);
    kept.drain(..excess);
    kept
}

/// Per number of retries left and per rung, the undominated ways to go on.
fn continuations(
    rungs: &[Rung],
    profile: &Profile,
    criteria: Criteria,
    step: impl Fn(usize, &Rung) -> (i128, i64),
) -> Vec<Vec<Vec<Label>>> {
    let served = |rung: &Rung| rung.level as usize == profile.levels();
    let end = Label { cost: 0, failures: 0, next: END, rest: END };
    let without_retry: Vec<Vec<Label>> =
        rungs.iter().map(|rung| if served(rung) { vec![end] } else { vec![] }).collect();
    let retries = (profile.max_attempts.max(1) - 1).min(rungs.len()).min(RETRIES);
    let mut layers = vec![without_retry];
    for retry in 0..retries {
        let before = &layers[retry];
        let layer = (0..rungs.len()).map(|from| {
            if served(&rungs[from]) {
                return vec![end];
            }
            let mut labels = Vec::new();
            for next in from + 1..rungs.len() {
                if rungs[next].level == rungs[from].level {
                    continue;
                }
                let (cost, failures) = step(rungs[from].level as usize, &rungs[next]);
                labels.extend(before[next].iter().enumerate().map(|(rest, label)| Label {
                    cost: cost + label.cost,
                    failures: failures + label.failures,
                    next: next as u32,
                    rest: rest as u32,
                }));
            }
            undominated_labels(labels, criteria)
        });
        let layer = layer.collect();
        layers.push(layer);
    }
    layers
}

fn undominated_labels(mut labels: Vec<Label>, criteria: Criteria) -> Vec<Label> {
    labels.sort_unstable_by_key(|label| (label.cost, label.failures));
    let mut fewest = i64::MAX;
    labels.retain(|label| {
        let counted = if criteria.failures { label.failures } else { 0 };
        let better = counted < fewest;
        fewest = fewest.min(counted);
        better
    });
    if labels.len() > LABELS {
        let count = labels.len();
        labels = (0..LABELS).map(|i| labels[i * (count - 1) / (LABELS - 1)]).collect();
    }
    labels
}

fn trace(rungs: &[Rung], layers: &[Vec<Vec<Label>>], first: usize, label: usize) -> Ladder {
    let mut sizes_mib = vec![rungs[first].size_mib];
    let (mut rung, mut label) = (first, label);
    for layer in layers.iter().rev() {
        let Label { next, rest, .. } = layer[rung][label];
        if next == END {
            break;
        }
        (rung, label) = (next as usize, rest as usize);
        sizes_mib.push(rungs[rung].size_mib);
    }
    Ladder(sizes_mib)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::super::instance::{Instance, Samples, TaskType, TimeToFailure};
    use super::super::ladder::own_rungs;
    use super::*;

    fn instance(peaks: &[(u64, u64)], max_attempts: u32) -> Instance {
        let samples = Samples {
            peak_mib: peaks.iter().map(|peak| peak.0).collect(),
            run_time_ms: peaks.iter().map(|peak| peak.1).collect(),
            ..Samples::default()
        };
        let task_type =
            TaskType { name: "T".into(), cores: 1, slots: 1, max_attempts: None, samples };
        Instance {
            node_limit_mib: 100,
            granularity_mib: 1,
            time_to_failure: TimeToFailure { numerator: 1, denominator: 1 },
            failure_price_mib_ms: 3,
            max_attempts,
            max_distinct_sizes: None,
            max_failures: None,
            nodes: Vec::new(),
            types: vec![task_type],
        }
    }

    /// Every ladder over the distinct sizes that serves the type.
    fn all_ladders(profile: &Profile) -> Vec<Ladder> {
        let sizes = &profile.sizes_mib;
        let subset = |bits: u32| -> Vec<u64> {
            (0..sizes.len()).filter(|&i| bits >> i & 1 == 1).map(|i| sizes[i]).collect()
        };
        (0..1_u32 << sizes.len())
            .map(subset)
            .filter(|ladder| ladder.len() <= profile.max_attempts)
            .filter(|ladder| ladder.last() == sizes.last())
            .map(Ladder)
            .collect()
    }

    proptest! {
        #[test]
        fn no_ladder_beats_them_and_none_is_missing(
            peaks in prop::collection::vec((1_u64..60, 1_u64..30), 1..8),
            max_attempts in 1_u32..5,
            failures in any::<bool>(),
            first_attempt in any::<bool>(),
        ) {
            let instance = instance(&peaks, max_attempts);
            let profile = Profile::new(&instance, &instance.types[0]);
            let criteria = Criteria { failures, first_attempt };
            let key = |choice: &Choice| (
                choice.cost,
                if failures { choice.failures } else { 0 },
                if first_attempt { choice.first_mib() } else { 0 },
            );
            let all: Vec<Choice> = all_ladders(&profile)
                .into_iter()
                .map(|ladder| Choice::new(&instance, &profile, ladder))
                .collect();
            let beats = |a: (i128, i64, u64), b: (i128, i64, u64)| {
                a != b && a.0 <= b.0 && a.1 <= b.1 && a.2 <= b.2
            };
            let best: std::collections::BTreeSet<_> = all
                .iter()
                .map(key)
                .filter(|&own| !all.iter().any(|other| beats(key(other), own)))
                .collect();
            let found = undominated(&instance, &profile, &own_rungs(&profile), |_| false, criteria);
            for choice in &found {
                let anew = Choice::new(&instance, &profile, choice.ladder.clone());
                prop_assert_eq!(&anew, choice);
            }
            let found: std::collections::BTreeSet<_> = found.iter().map(key).collect();
            prop_assert_eq!(found, best);
        }
    }
}
