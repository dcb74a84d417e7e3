//! The same seed and work limit give the same outcome, whatever the number of threads.

use placewright_instances::memory_sizing::strategies::coupled_instances;
use placewright_models::memory_sizing::methods::methods;
use placewright_models::memory_sizing::plan::Plan;
use placewright_solver::outcome::Outcome;
use proptest::prelude::*;

use crate::support::{cases, heuristics, run};

/// Everything of an outcome that is not a measured time.
fn timeless(outcome: Outcome<Plan>) -> String {
    let Outcome { plan, objective, certificate, status, stop, seed, statistics } = outcome;
    let methods: Vec<_> = statistics
        .methods
        .iter()
        .map(|method| (method.name, method.work, method.incumbents, method.bounds))
        .collect();
    let counts = (statistics.work, statistics.offered, statistics.refused, methods);
    format!("{:#?}", (plan, objective, certificate, status, stop, seed, counts))
}

proptest! {
    #![proptest_config(cases(120))]

    #[test]
    fn threads_change_nothing(
        instance in coupled_instances(),
        work in prop::sample::select(vec![0_u64, 50, 2_000, 100_000]),
    ) {
        for set in [methods, heuristics] {
            let one = timeless(run(&instance, &set(), Some(work), 1));
            for threads in [1, 2, 4] {
                let again = timeless(run(&instance, &set(), Some(work), threads));
                prop_assert_eq!(&again, &one, "{} threads", threads);
            }
        }
    }
}
