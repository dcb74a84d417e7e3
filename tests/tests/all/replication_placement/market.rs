//! Shards that settle by prices in large clusters: better than nodes in turn, close to what the prices
//! prove, and the same on any number of threads.

use placewright_instances::replication_placement::generate::GENERATORS;
use placewright_models::replication_placement::ReplicationPlacement;
use placewright_models::replication_placement::augmented_lagrangian::AugmentedLagrangian;
use placewright_models::replication_placement::certificate::{
    Choice, Classes, Envelope, Pricing, choices, will_do,
};
use placewright_models::replication_placement::cheapest_plans::CheapestPlans;
use placewright_models::replication_placement::footprint::Footprint;
use placewright_models::replication_placement::instance::{
    Index, Instance, Layout, ModeByName, NodeId, Placement,
};
use placewright_models::replication_placement::plan::ShardPlan;
use placewright_models::replication_placement::questions::lost::{Lost, without};
use placewright_models::replication_placement::regret_insertion::RegretInsertion;
use placewright_models::replication_placement::search::menu::Menu;
use placewright_models::replication_placement::search::parts::{alike, deal_to_sets, ranges};
use placewright_models::replication_placement::search::response::{Ground, Supply, Terms};
use placewright_solver::context::Method;
use placewright_solver::driver::Methods;

use super::support::{bound, cost, run, value};

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
    on_parts(AugmentedLagrangian::default())
}

fn on_parts(settling: AugmentedLagrangian) -> Methods<ReplicationPlacement> {
    opened_by(vec![Box::new(RegretInsertion), Box::new(CheapestPlans), Box::new(settling)])
}

#[test]
fn prices_place_shards_better_than_nodes_in_turn() {
    let instance = cluster("fresh", 1);
    let in_turn = run(&instance, &opened_by(vec![Box::new(RegretInsertion)]), None, 1);
    let outcome = run(&instance, &market(), None, 2);
    let (first, best) = (value(&in_turn).unwrap(), value(&outcome).unwrap());
    assert_eq!(cost(&instance, outcome.plan.as_ref().unwrap()), Some(best));
    assert!(100 * best <= 60 * first, "{best} after {first}");
    let bound = bound(&outcome).unwrap();
    assert!(1_000 * (best - bound) <= 10 * best, "{best} where {bound} is proved");
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

/// What may move goes to those who gain most by it.
#[test]
fn shards_settle_within_limits_on_moves() {
    let instance = cluster("moves", 1);
    let staying = run(&instance, &opened_by(vec![Box::new(RegretInsertion)]), None, 1);
    let outcome = run(&instance, &market(), None, 2);
    let (first, best) = (value(&staying).unwrap(), value(&outcome).unwrap());
    assert_eq!(cost(&instance, outcome.plan.as_ref().unwrap()), Some(best));
    assert!(100 * best <= 17 * first, "{best} after {first}");
}

#[test]
fn a_work_limit_stops_the_same_passes_on_any_number_of_threads() {
    for (kind, work) in [("fresh", 2_000_000), ("fresh", 8_000_000), ("moves", 3_000_000)] {
        let instance = cluster(kind, 2);
        let answer = |threads| {
            let settling = AugmentedLagrangian { part_nodes: 300 };
            let outcome = run(&instance, &on_parts(settling), Some(work), threads);
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

/// Two copies at most, wherever they may be: all decisions with what they cost at given prices.
fn short_decisions(index: &Index, shard: usize, pricing: &Pricing) -> Vec<(Choice, i128)> {
    let layout = Layout::of(index);
    let mut footprint = Footprint::default();
    let mut found = Vec::new();
    for choice in choices(index, shard).into_iter().filter(|choice| choice.copies <= 2) {
        for first in index.nodes() {
            let seconds =
                index.nodes().filter(|_| choice.copies == 2).map(|node| vec![first, node]);
            let all = if choice.copies == 1 { vec![vec![first]] } else { seconds.collect() };
            for nodes in all {
                let able = |(at, &node)| will_do(index, shard, choice, at, node);
                if (choice.copies == 2 && nodes[0] == nodes[1])
                    || !nodes.iter().enumerate().all(able)
                {
                    continue;
                }
                let decision = ShardPlan { mode: choice.mode, nodes };
                layout.write(index, shard, &decision, &mut footprint);
                if footprint.violation == 0 {
                    let uses = footprint.uses.iter();
                    let paid = uses.map(|each| {
                        i128::from(pricing.rows[each.row as usize]) * i128::from(each.amount)
                    });
                    let cost = i128::from(footprint.cost) << pricing.shift;
                    found.push((choice, cost + paid.sum::<i128>()));
                }
            }
        }
    }
    found
}

/// Memory has a price that differs from node to node.
fn priced(index: &Index) -> Pricing {
    let layout = Layout::of(index);
    let mut pricing = Pricing::zero(index);
    for node in index.nodes() {
        pricing.rows[layout.memory(node) as usize] = i64::from(7 * node.0 % 13) << pricing.shift;
    }
    pricing
}

fn small(kind: &str, seed: u64) -> Instance {
    let generator = GENERATORS.iter().find(|each| each.name == kind).unwrap();
    let options = [("nodes", "30"), ("shards", "8")];
    let options = options.map(|(name, value)| (name.to_owned(), value.to_owned()));
    (generator.run)(seed, &options.into_iter().collect()).unwrap()
}

/// The bound without a look at all pairs is below every decision, and close to the cheapest.
#[test]
fn envelopes_are_just_below_the_cheapest_decisions() {
    for (kind, seed) in [("fresh", 1), ("fresh", 2), ("moves", 1), ("broken", 1)] {
        let instance = small(kind, seed);
        let index = Index::new(&instance);
        let pricing = priced(&index);
        let classes = Classes::of(&index);
        let ideal = Index::new(&classes.ideal);
        let envelope = Envelope::new(&index, &classes, &ideal, &pricing).unwrap();
        let (mut all, mut missing) = (0, 0);
        for shard in 0..instance.shards.len() {
            let decisions = short_decisions(&index, shard, &pricing);
            for choice in choices(&index, shard).into_iter().filter(|choice| choice.copies <= 2) {
                let own = decisions.iter().filter(|each| each.0 == choice);
                let Some(least) = own.map(|each| each.1).min() else { continue };
                let proved = envelope.least(shard, choice).unwrap();
                assert!(proved <= least, "{kind} {seed}: {proved} for {choice:?} at {least}");
                all += least;
                missing += least - proved;
            }
        }
        assert!(50 * missing <= all, "{kind} {seed}: {missing} of {all}");
    }
}

/// What a shard takes on an empty ground costs no less than its cheapest decision, and hardly more.
#[test]
fn responses_are_nearly_the_cheapest_decisions() {
    let terms = Terms { share: 1.0, steepness: 0.0, relative: 0.0, hard: false };
    for (kind, seed) in [("fresh", 1), ("fresh", 2), ("moves", 1), ("broken", 1)] {
        let instance = small(kind, seed);
        let index = Index::new(&instance);
        let (pricing, layout) = (priced(&index), Layout::of(&index));
        let free = Supply { capacity: [1e15; 2], load: [0.0; 2], price: [0.0; 2] };
        let price = |node: NodeId| pricing.price(layout.memory(node));
        let stores = vec![free.clone(); instance.stores.len()];
        let mut ground = Ground::new(&index, index.nodes().collect(), price, stores, free);
        let mut menu = Menu::new(&index);
        let mut footprint = Footprint::default();
        let (mut all, mut more) = (0, 0);
        for shard in 0..instance.shards.len() {
            let entries = menu.of(shard).to_vec();
            let response = ground.respond(shard, &entries, terms).unwrap();
            let decision = ground.decision(&entries, &response);
            layout.write(&index, shard, &decision, &mut footprint);
            assert_eq!(footprint.violation, 0, "{kind} {seed} {shard}");
            let uses = footprint.uses.iter();
            let paid = uses
                .map(|each| i128::from(pricing.rows[each.row as usize]) * i128::from(each.amount));
            let cost = (i128::from(footprint.cost) << pricing.shift) + paid.sum::<i128>();
            let decisions = short_decisions(&index, shard, &pricing);
            let least = decisions.iter().map(|each| each.1).min().unwrap();
            assert!(cost >= least || decision.nodes.len() > 2);
            all += least;
            more += cost - least;
        }
        assert!(100 * more <= all, "{kind} {seed}: {more} beside {all}");
    }
}

/// Whether all copies are on some nodes.
fn stays(index: &Index, shard: usize, nodes: &[NodeId]) -> bool {
    let current = index.current(shard).map_or(&[][..], |current| &current.nodes);
    current.iter().all(|node| nodes.contains(node))
}

#[test]
fn alike_parts_hold_every_node_and_every_shard_once() {
    for kind in ["fresh", "moves"] {
        let instance = cluster(kind, 4);
        let index = Index::new(&instance);
        let sets = alike(&index, 100);
        assert_eq!(sets.len(), 8);
        let mut nodes: Vec<NodeId> = sets.concat();
        nodes.sort_unstable();
        assert!(nodes.into_iter().eq(index.nodes()));
        let list: Vec<usize> = (0..instance.shards.len()).collect();
        let (dealt, across) = deal_to_sets(&index, &sets, &list);
        for (shards, nodes) in dealt.iter().zip(&sets) {
            assert!(shards.iter().all(|&shard| stays(&index, shard, nodes)));
        }
        let mut shards = [dealt.concat(), across].concat();
        shards.sort_unstable();
        assert_eq!(shards, list);
    }
}

/// Shards whose copies lie in several sets stay by themselves, and all others settle around them.
#[test]
fn shards_settle_beside_those_that_lie_across_sets() {
    let fresh = cluster("fresh", 5);
    let placed = run(&fresh, &opened_by(vec![Box::new(RegretInsertion)]), None, 1).plan.unwrap();
    let mut instance = without(&Index::new(&fresh), Some(&placed), &Lost::default()).unwrap();
    instance.move_limits.copies = Some(1_000);
    let index = Index::new(&instance);
    let sets = alike(&index, 100);
    let list: Vec<usize> = (0..instance.shards.len()).collect();
    let (dealt, across) = deal_to_sets(&index, &sets, &list);
    assert!(across.len() > 100, "{}", across.len());
    for (shards, nodes) in dealt.iter().zip(&sets) {
        assert!(shards.iter().all(|&shard| stays(&index, shard, nodes)));
    }
    assert!(across.iter().all(|&shard| sets.iter().all(|nodes| !stays(&index, shard, nodes))));
    let now = cost(&instance, &placed).unwrap();
    let settling = AugmentedLagrangian { part_nodes: 100 };
    let outcome = run(&instance, &on_parts(settling), None, 2);
    assert_eq!(outcome.statistics.refused, 0);
    let best = value(&outcome).unwrap();
    assert!(100 * best <= 90 * now, "{best} after {now}");
}

/// A pin elsewhere, an excluded node and a time that nobody may choose: these cannot stay, all others can.
#[test]
fn who_may_not_stay_goes_alone() {
    let mut instance = cluster("moves", 1);
    let now = instance.shards[0].current.clone().unwrap();
    instance.shards[0].pinned_primary =
        instance.nodes.iter().map(|node| node.name.clone()).find(|name| *name != now.primary);
    let now = instance.shards[1].current.clone().unwrap();
    instance.shards[1].excluded_nodes.push(now.primary);
    if let Some(Placement { mode: ModeByName::Checkpoint { interval_ms, .. }, .. }) =
        &mut instance.shards[2].current
    {
        *interval_ms += 1;
    }
    for methods in [opened_by(vec![Box::new(RegretInsertion)]), market()] {
        let outcome = run(&instance, &methods, None, 2);
        assert_eq!(outcome.statistics.refused, 0);
        let found = value(&outcome).unwrap();
        assert_eq!(cost(&instance, outcome.plan.as_ref().unwrap()), Some(found));
    }
}

/// Some nodes are too slow for what most are fast enough for.
#[test]
fn slow_nodes_spoil_no_settlement() {
    let mut instance = cluster("fresh", 6);
    for node in instance.nodes.iter_mut().step_by(10) {
        node.nic_out_kib_per_s /= 20;
        node.nic_in_kib_per_s /= 20;
    }
    let in_turn = run(&instance, &opened_by(vec![Box::new(RegretInsertion)]), None, 1);
    let outcome = run(&instance, &market(), None, 2);
    assert_eq!(outcome.statistics.refused, 0);
    let (first, best) = (value(&in_turn).unwrap(), value(&outcome).unwrap());
    assert!(100 * best <= 70 * first, "{best} after {first}");
}
