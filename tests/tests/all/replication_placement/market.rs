//! Insertion by prices into large clusters: better than nodes in turn, the same on any number of
//! threads, and never more of a store than there is.

use placewright_instances::replication_placement::generate::GENERATORS;
use placewright_models::replication_placement::ReplicationPlacement;
use placewright_models::replication_placement::cheapest_plans::CheapestPlans;
use placewright_models::replication_placement::instance::{Index, Instance};
use placewright_models::replication_placement::market_insertion::MarketInsertion;
use placewright_models::replication_placement::regret_insertion::RegretInsertion;
use placewright_models::replication_placement::search::market::find_prices;
use placewright_models::replication_placement::search::parts::ranges;
use placewright_models::replication_placement::search::reservation::reserve;
use placewright_solver::budget::Budget;
use placewright_solver::context::Method;
use placewright_solver::driver::Methods;

use super::support::{cost, run, value};

/// Large enough for a few parts.
fn cluster(kind: &str, seed: u64) -> Instance {
    let generator = GENERATORS.iter().find(|each| each.name == kind).unwrap();
    let options = [("nodes", "840"), ("shards", "5000"), ("trunks", "20")];
    let options = options.map(|(name, value)| (name.to_owned(), value.to_owned()));
    (generator.run)(seed, &options.into_iter().collect()).unwrap()
}

fn opened_by(opening: Vec<Box<dyn Method<ReplicationPlacement>>>) -> Methods<ReplicationPlacement> {
    Methods { opening, improving: Vec::new(), exact: Vec::new() }
}

fn market() -> Methods<ReplicationPlacement> {
    let opening: Vec<Box<dyn Method<ReplicationPlacement>>> =
        vec![Box::new(RegretInsertion), Box::new(CheapestPlans), Box::new(MarketInsertion)];
    opened_by(opening)
}

#[test]
fn prices_place_shards_better_than_nodes_in_turn() {
    let instance = cluster("fresh", 1);
    let in_turn = run(&instance, &opened_by(vec![Box::new(RegretInsertion)]), None, 1);
    let outcome = run(&instance, &market(), None, 2);
    let (first, best) = (value(&in_turn).unwrap(), value(&outcome).unwrap());
    assert_eq!(cost(&instance, outcome.plan.as_ref().unwrap()), Some(best));
    assert!(100 * best <= 90 * first, "{best} after {first}");
}

/// All are in one store, which takes only a part of what they would write there: some have to move.
#[test]
fn shards_stay_where_moves_are_limited() {
    let instance = cluster("moves", 1);
    let outcome = run(&instance, &opened_by(vec![Box::new(RegretInsertion)]), None, 1);
    let plan = outcome.plan.unwrap();
    let index = Index::new(&instance);
    let moved =
        |shard: &usize| plan.shards[*shard].nodes.iter().any(|&node| index.is_move(*shard, node));
    let moves = (0..instance.shards.len()).filter(moved).count();
    assert!((1..=instance.shards.len() / 2).contains(&moves), "{moves}");
}

#[test]
fn a_work_limit_stops_the_same_passes_on_any_number_of_threads() {
    let instance = cluster("fresh", 2);
    for work in [2_000_000, 4_000_000, 8_000_000] {
        let answer = |threads| {
            let outcome = run(&instance, &market(), Some(work), threads);
            (outcome.plan, outcome.certificate, outcome.statistics.work)
        };
        // Whole plans would be a long message.
        assert!(answer(1) == answer(4), "other answers on four threads within {work} units");
    }
}

#[test]
fn parts_hold_every_node_once() {
    let instance = cluster("fresh", 3);
    let index = Index::new(&instance);
    for half_way in [false, true] {
        let nodes: Vec<u32> = ranges(&index, half_way).into_iter().flatten().collect();
        assert_eq!(nodes, index.nodes().map(|node| node.0).collect::<Vec<u32>>());
    }
}

#[test]
fn no_store_is_promised_more_than_it_has() {
    let instance = cluster("fresh", 4);
    let index = Index::new(&instance);
    let market = find_prices(&index, 400, 60, &Budget::unlimited());
    let promised = reserve(&index, &market).modes;
    assert!(promised.iter().flatten().count() > 0);
    for store in index.stores() {
        let there = || (0..).zip(&promised).filter_map(|(shard, mode)| Some((shard, (*mode)?)));
        let there = || there().filter(|(_, mode)| mode.store() == Some(store));
        let mib: u64 = there().map(|(shard, mode)| index.store_mib(shard, mode)).sum();
        let taken: u64 =
            there().map(|(shard, mode)| index.store_ingest_kib_per_s(shard, mode)).sum();
        let data = &instance.stores[store.index()];
        assert!(mib <= data.capacity_mib && taken <= data.ingest_kib_per_s);
    }
}
