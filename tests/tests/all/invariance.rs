//! What must not matter does not matter, and more of anything never hurts.

use placewright_instances::memory_sizing::strategies::coupled_instances;
use placewright_models::memory_sizing::instance::{Instance, Samples};
use placewright_solver::outcome::Status;
use proptest::prelude::*;

use crate::support::{cases, solved, value};

/// Optimum or `None` for infeasible.
fn optimum(instance: &Instance) -> Option<i128> {
    let outcome = solved(instance);
    assert!(matches!(outcome.status, Status::Optimal | Status::Infeasible), "{}", outcome.status);
    value(&outcome)
}

/// Memory in another unit. A censored sample needs one MiB more than it failed at, which is no
/// multiple, so it is written as the peak it stands for.
fn with_memory_times(instance: &Instance, factor: u64) -> Instance {
    let mut scaled = instance.clone();
    scaled.node_limit_mib *= factor;
    scaled.granularity_mib *= factor;
    scaled.failure_price_mib_ms *= factor;
    scaled.nodes.iter_mut().for_each(|node| node.memory_mib *= factor);
    for each in &mut scaled.types {
        let samples = &mut each.samples;
        samples.peak_mib = (0..samples.len()).map(|i| factor * samples.needed_mib(i)).collect();
        samples.censored.clear();
    }
    scaled
}

/// Times in another unit. The time to failure is rounded to whole ms, so only whole shares scale.
fn with_time_times(instance: &Instance, factor: u64) -> Instance {
    let mut scaled = instance.clone();
    scaled.failure_price_mib_ms *= factor;
    for each in &mut scaled.types {
        each.samples.run_time_ms.iter_mut().for_each(|time| *time *= factor);
    }
    scaled
}

fn reversed(instance: &Instance) -> Instance {
    let mut other = instance.clone();
    other.types.reverse();
    other.nodes.reverse();
    for each in &mut other.types {
        let Samples { peak_mib, run_time_ms, weight, censored, .. } = &mut each.samples;
        peak_mib.reverse();
        run_time_ms.reverse();
        weight.reverse();
        censored.reverse();
    }
    other
}

/// Weighted samples written out one by one.
fn unweighted(instance: &Instance) -> Instance {
    let mut other = instance.clone();
    for each in &mut other.types {
        let old = each.samples.clone();
        let rows = (0..old.len()).flat_map(|i| std::iter::repeat_n(i, old.weight(i) as usize));
        let rows: Vec<usize> = rows.collect();
        each.samples = Samples {
            peak_mib: rows.iter().map(|&i| old.needed_mib(i)).collect(),
            run_time_ms: rows.iter().map(|&i| old.run_time_ms[i]).collect(),
            ..Samples::default()
        };
    }
    other
}

/// Ways to be more generous. Each admits every plan that was admitted before, at the same cost.
fn relaxed(instance: &Instance) -> Vec<(&'static str, Instance)> {
    let with = |change: fn(&mut Instance)| {
        let mut other = instance.clone();
        change(&mut other);
        other
    };
    vec![
        ("menu", with(|i| i.max_distinct_sizes = i.max_distinct_sizes.map(|menu| menu + 1))),
        ("failures", with(|i| i.max_failures = i.max_failures.map(|budget| budget + 2))),
        ("memory", with(|i| i.nodes.iter_mut().for_each(|node| node.memory_mib += 7))),
        ("cores", with(|i| i.nodes.iter_mut().for_each(|node| node.cores += 1))),
        ("limit", with(|i| i.node_limit_mib += 5)),
        (
            "attempts",
            with(|i| {
                i.max_attempts += 1;
                for each in &mut i.types {
                    each.max_attempts = each.max_attempts.map(|attempts| attempts + 1);
                }
            }),
        ),
        ("no menu", with(|i| i.max_distinct_sizes = None)),
        ("no budget", with(|i| i.max_failures = None)),
        ("no nodes", with(|i| i.nodes.clear())),
    ]
}

proptest! {
    #![proptest_config(cases(300))]

    #[test]
    fn units_do_not_matter(instance in coupled_instances(), factor in 2_u64..1000) {
        let before = optimum(&instance);
        let times = |cost: i128| cost * i128::from(factor);
        let memory = with_memory_times(&instance, factor);
        prop_assert_eq!(optimum(&memory), before.map(times));
        if instance.time_to_failure.denominator == 1 {
            let time = with_time_times(&instance, factor);
            prop_assert_eq!(optimum(&time), before.map(times));
        }
    }

    #[test]
    fn order_does_not_matter(instance in coupled_instances()) {
        prop_assert_eq!(optimum(&reversed(&instance)), optimum(&instance));
    }

    #[test]
    fn a_weight_is_a_number_of_samples(instance in coupled_instances()) {
        prop_assert_eq!(optimum(&unweighted(&instance)), optimum(&instance));
    }

    #[test]
    fn more_never_hurts(instance in coupled_instances()) {
        let before = optimum(&instance);
        for (what, generous) in relaxed(&instance) {
            let after = optimum(&generous);
            if let Some(before) = before {
                prop_assert!(after.is_some_and(|after| after <= before), "{}: {:?}", what, after);
            }
        }
    }
}
