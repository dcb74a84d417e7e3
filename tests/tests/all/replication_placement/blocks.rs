//! Blocks of nodes: better than the plan they begin with, the same on any number of threads, and a
//! bound that the referee finds again.

use placewright_instances::replication_placement::generate::GENERATORS;
use placewright_models::replication_placement::ReplicationPlacement;
use placewright_models::replication_placement::certificate::verify;
use placewright_models::replication_placement::instance::Instance;
use placewright_models::replication_placement::plan_master::Blocks;
use placewright_models::replication_placement::regret_insertion::RegretInsertion;
use placewright_solver::context::Method;
use placewright_solver::driver::Methods;

use super::support::{bound, cost, run, value};

/// Large enough for a few blocks.
fn cluster(seed: u64) -> Instance {
    let generator = GENERATORS.iter().find(|each| each.name == "fresh").unwrap();
    let options = [("nodes", "48"), ("shards", "480")];
    let options = options.map(|(name, value)| (name.to_owned(), value.to_owned()));
    (generator.run)(seed, &options.into_iter().collect()).unwrap()
}

fn opened_by(opening: Vec<Box<dyn Method<ReplicationPlacement>>>) -> Methods<ReplicationPlacement> {
    Methods { opening, improving: Vec::new(), exact: Vec::new() }
}

fn blocks() -> Methods<ReplicationPlacement> {
    opened_by(vec![Box::new(RegretInsertion), Box::new(Blocks)])
}

#[test]
fn blocks_improve_the_first_plan_and_prove_a_bound() {
    let instance = cluster(1);
    let first =
        value(&run(&instance, &opened_by(vec![Box::new(RegretInsertion)]), None, 1)).unwrap();
    let outcome = run(&instance, &blocks(), None, 2);
    let best = value(&outcome).unwrap();
    assert_eq!(cost(&instance, outcome.plan.as_ref().unwrap()), Some(best));
    assert!(10 * best < 9 * first, "{best} after {first}");
    let proved = bound(&outcome).unwrap();
    assert!(proved <= best && 10 * proved > 7 * best, "{proved} for {best}");
    verify(&instance, outcome.certificate.as_ref().unwrap()).unwrap();
}

#[test]
fn a_work_limit_stops_the_same_blocks_on_any_number_of_threads() {
    let instance = cluster(2);
    let mut ends = Vec::new();
    for work in [60_000, 120_000, 240_000, 480_000, 960_000] {
        let answer = |threads| {
            let outcome = run(&instance, &blocks(), Some(work), threads);
            (outcome.plan, outcome.certificate, outcome.statistics.work)
        };
        let alone = answer(1);
        // Whole plans would be a long message.
        assert!(alone == answer(4), "other answers on four threads within {work} units");
        ends.push(alone.0);
    }
    assert!(ends.first() != ends.last(), "no limit stopped anything");
}
