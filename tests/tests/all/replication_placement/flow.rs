//! Equal sizes, `k` copies, at most one per domain, costs per node: a minimum-cost flow from shards
//! over domains to nodes with slots. Its optimum is that of the compact model and of its relaxation.

use placewright_models::replication_placement::instance::{
    Domain, Index, Instance, Level, ModeByName, ModeKind, MoveLimits, Node, Placement, Policies,
    Shard, SpreadRule, Timing,
};
use placewright_models::replication_placement::plan::Mode;
use placewright_solver::graph::{FlowNetwork, MinCostFlowMethod, NodeId as Vertex, min_cost_flow};
use proptest::prelude::*;

use super::support::{compact_relaxation, solved, value};
use crate::support::cases;

const RACKS: usize = 3;
const STATE_MIB: u64 = 1024;

/// Strict chains in different racks, every shard of the same size. Nobody's time has a value, so
/// only memory and moves cost anything, the same at every position.
pub(super) fn instance(nodes: &[(u64, u64)], shards: &[(usize, u64)], copies: u8) -> Instance {
    let node = |(n, &(slots, price_per_gib)): (usize, &(u64, u64))| Node {
        name: format!("n{n}"),
        memory_mib: slots * STATE_MIB,
        memory_during_mib: Some(1 << 30),
        nic_out_kib_per_s: 1 << 30,
        nic_in_kib_per_s: 1 << 30,
        failures_micro_per_day: 1_000,
        repair_ms: 1_000,
        price_per_gib,
        labels: [].into(),
        domains: [("rack".to_owned(), format!("r{}", n % RACKS))].into(),
    };
    let shard = |(s, &(now, move_cost)): (usize, &(usize, u64))| {
        let placement = Placement {
            mode: ModeByName::StrictChain {},
            primary: format!("n{}", now % nodes.len()),
            replicas: vec![],
        };
        Shard {
            modes: vec![ModeKind::StrictChain],
            chain_copies: vec![copies],
            spread: vec![SpreadRule { level: "rack".into(), max_copies: 1 }],
            current: Some(placement),
            move_cost,
            ..serde_json::from_value(serde_json::json!({
                "name": format!("s{s}"), "state_mib": STATE_MIB, "value": 0,
            }))
            .unwrap()
        }
    };
    let domain = |r: usize| Domain {
        name: format!("r{r}"),
        shocks_micro_per_day: 100,
        trunk_kib_per_s: None,
    };
    let domains = (0..RACKS).map(domain).collect();
    Instance {
        levels: vec![Level { name: "rack".into(), latency_us: 7, domains }],
        nodes: nodes.iter().enumerate().map(node).collect(),
        stores: vec![],
        shards: shards.iter().enumerate().map(shard).collect(),
        checkpoint_intervals_ms: vec![],
        push_periods_ms: vec![],
        timing: Timing { detection_ms: 1, restart_ms: 1, takeover_ms: 1, cold_restart_ms: 1 },
        policies: Policies::default(),
        move_limits: MoveLimits::default(),
    }
}

fn flow_optimum(instance: &Instance, copies: u8) -> Option<i128> {
    let index = Index::new(instance);
    let (shards, nodes) = (instance.shards.len(), instance.nodes.len());
    let (racks_at, nodes_at) = (shards, shards + shards * RACKS);
    let sink = nodes_at + nodes;
    let vertex = |at: usize| Vertex(at as u32);
    let mut network = FlowNetwork::new(sink + 1).unwrap();
    for shard in 0..shards {
        network.set_supply(vertex(shard), copies.into()).unwrap();
        for rack in 0..RACKS {
            let here = vertex(racks_at + shard * RACKS + rack);
            network.add_arc_with_cost(vertex(shard), here, 1, 0).unwrap();
            for node in index.nodes().filter(|node| node.index() % RACKS == rack) {
                let cost = index.node_cost(shard, Mode::StrictChain, copies.into(), 0, node);
                let there = vertex(nodes_at + node.index());
                network.add_arc_with_cost(here, there, 1, cost as i64).unwrap();
            }
        }
    }
    for (n, node) in instance.nodes.iter().enumerate() {
        let slots = (node.memory_mib / STATE_MIB) as i64;
        network.add_arc_with_cost(vertex(nodes_at + n), vertex(sink), slots, 0).unwrap();
    }
    network.set_supply(vertex(sink), -i64::from(copies) * shards as i64).unwrap();
    min_cost_flow(&network, MinCostFlowMethod::Auto).ok().map(|flow| flow.cost)
}

proptest! {
    #![proptest_config(cases(40))]

    #[test]
    fn equal_sizes_are_a_flow(
        nodes in prop::collection::vec((0_u64..4, 0_u64..1000), 3..10),
        shards in prop::collection::vec((0_usize..9, 0_u64..500), 1..7),
        copies in 2_u8..=3,
    ) {
        let instance = instance(&nodes, &shards, copies);
        let flow = flow_optimum(&instance, copies);
        prop_assert_eq!(value(&solved(&instance)), flow);
        if let Some(flow) = flow {
            let relaxed = compact_relaxation(&instance);
            let slack = 1e-6 * (1.0 + flow as f64);
            prop_assert!((relaxed - flow as f64).abs() <= slack, "{} {}", relaxed, flow);
        }
    }
}
