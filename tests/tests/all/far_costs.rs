//! Costs that floating point cannot tell apart: the exact model must not claim what it cannot see.

use placewright_instances::files::{InstanceFile, Source};
use placewright_models::memory_sizing::MemorySizing;
use placewright_models::memory_sizing::instance::Instance;
use placewright_solver::driver::Methods;
use placewright_solver::outcome::Status;
use placewright_solver::problem::Problem;

use crate::support::run;

/// A failure costs 2^60, everything else less than 2^22: what matters is beyond the last digit.
const DEAR_FAILURES: &str = r#"{
  "format": "placewright-instance", "family": "memory_sizing", "version": 1, "name": "dear",
  "instance": {
    "node_limit_mib": 1000000, "granularity_mib": 1000,
    "time_to_failure": {"numerator": 0, "denominator": 1},
    "max_attempts": 2, "failure_price_mib_ms": 1152921504606846976,
    "max_distinct_sizes": 3, "max_failures": 2,
    "types": [
      {"name": "a", "cores": 1, "slots": 3,
       "samples": {"peak_mib": [326709, 326710, 90209], "run_time_ms": [5, 4, 1]}},
      {"name": "b", "cores": 1, "slots": 2,
       "samples": {"peak_mib": [90209], "run_time_ms": [4]}}
    ],
    "nodes": [
      {"name": "n0", "cores": 5, "memory_mib": 1225669},
      {"name": "n1", "cores": 2, "memory_mib": 1274807},
      {"name": "n2", "cores": 1, "memory_mib": 1995022}
    ]
  }
}"#;

fn instance() -> Instance {
    let source = Source { name: "dear.json".to_owned(), text: DEAR_FAILURES.to_owned() };
    InstanceFile::<Instance>::read::<MemorySizing>(&source).unwrap().instance
}

#[test]
fn the_exact_model_alone_finds_the_optimum() {
    let all = placewright_models::memory_sizing::methods::methods();
    let alone = Methods { opening: Vec::new(), improving: Vec::new(), exact: all.exact };
    let outcome = run(&instance(), &alone, None, 1);
    // One attempt each, a at 327,000 and b at 91,000: 291·5 + 290·4 + 236,791·1 + 791·4.
    assert_eq!(outcome.objective.as_ref().map(|cost| cost.first()), Some(242_570));
    assert_eq!(outcome.status, Status::Optimal);
    let verdict = MemorySizing::judge(&instance(), outcome.plan.as_ref().unwrap());
    assert_eq!(verdict.objective(), outcome.objective.as_ref());
}
