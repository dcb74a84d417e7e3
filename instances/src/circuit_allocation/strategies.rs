//! Strategies for property tests over allocation: random instances that shrink.
//!
//! Clusters are tiny on purpose: exact fits, full leaves and spines without a circuit left are
//! frequent only among small numbers.

use placewright_models::circuit_allocation::instance::{
    Batch, Circuits, Cluster, Demand, Fabric, Failures, Free, Instance, Job, LiveJob, Moves, Order,
    Place, Question, Rewire, ServerShare, Split, StaticFabric, SwitchGroup, SwitchedFabric,
    Traffic,
};
use proptest::collection::vec;
use proptest::prelude::*;
use proptest::sample::Index;

/// Valid instances of any question, feasible or not.
pub fn instances() -> impl Strategy<Value = Instance> {
    prop_oneof![place_instances(), batch_instances(), rewire_instances()]
}

/// Valid instances that place one job.
pub fn place_instances() -> impl Strategy<Value = Instance> {
    (states(), job(), moves()).prop_map(|(state, job, moves)| {
        let job = fitted(&state.cluster, job, 0);
        Instance { question: Question::Place(Place { job, moves }), ..state }
    })
}

/// Valid instances that place several jobs.
pub fn batch_instances() -> impl Strategy<Value = Instance> {
    let order = prop_oneof![Just(Order::Any), Just(Order::Fifo)];
    (states(), vec(job(), 1..=3), order, moves()).prop_map(|(state, jobs, order, moves)| {
        let jobs = (0..).zip(jobs).map(|(index, job)| fitted(&state.cluster, job, index)).collect();
        Instance { question: Question::Batch(Batch { jobs, order, moves }), ..state }
    })
}

/// Valid instances that rewire.
pub fn rewire_instances() -> impl Strategy<Value = Instance> {
    (states_of(optical()), vec((any::<Index>(), any::<Index>(), 1..3_u32), 0..6)).prop_map(
        |(state, extra)| {
            let mut wanted = std::collections::BTreeMap::new();
            for each in state.live.iter().flat_map(|job| &job.circuits) {
                *wanted.entry((each.leaf, each.spine)).or_insert(0) += each.count;
            }
            for (leaf, spine, count) in extra {
                let leaf = leaf.index(state.cluster.leaves as usize) as u32;
                let spine = spine.index(state.cluster.spines as usize) as u32;
                *wanted.entry((leaf, spine)).or_insert(0) = count;
            }
            let demand = wanted.into_iter();
            let demand = demand.map(|((leaf, spine), circuits)| Demand { leaf, spine, circuits });
            let question = Question::Rewire(Rewire { demand: demand.collect() });
            Instance { question, ..state }
        },
    )
}

fn moves() -> impl Strategy<Value = Moves> {
    prop_oneof![2 => Just(Moves::Forbidden), 1 => Just(Moves::Allowed)]
}

fn job() -> impl Strategy<Value = Job> {
    let traffic = prop_oneof![
        3 => Just(Traffic::Any),
        1 => Just(Traffic::Ring),
        1 => Just(Traffic::HalvingDoubling),
        1 => Just(Traffic::AllToAll),
    ];
    let split = prop_oneof![Just(Split::Any), Just(Split::Equal)];
    (1..9_u32, 1..4_u64, traffic, split).prop_map(|(gpus, weight, traffic, split)| Job {
        name: String::new(),
        gpus,
        weight,
        traffic,
        split,
    })
}

/// Whole servers where a server is too small, and a name.
fn fitted(cluster: &Cluster, job: Job, index: u32) -> Job {
    let size = cluster.gpus_per_server;
    let gpus = if job.gpus > size { job.gpus.next_multiple_of(size) } else { job.gpus };
    Job { name: format!("J{index}"), gpus, ..job }
}

fn cables() -> BoxedStrategy<Fabric> {
    (1..=2_u32)
        .prop_map(|circuits_per_pair| Fabric::Static(StaticFabric { circuits_per_pair }))
        .boxed()
}

fn optical() -> BoxedStrategy<Fabric> {
    let group = (1..=2_u32, 1..=2_u32, 1..=3_u32);
    let group = group.prop_map(|(count, leaf_ports, spine_ports)| SwitchGroup {
        count,
        leaf_ports,
        spine_ports,
    });
    vec(group, 1..=2).prop_map(|switches| Fabric::Switched(SwitchedFabric { switches })).boxed()
}

fn states() -> impl Strategy<Value = Instance> {
    states_of(prop_oneof![cables(), optical()].boxed())
}

type Grab = (Index, Index, Index);

/// Clusters where some GPUs, circuits and ports are held or broken.
fn states_of(fabric: BoxedStrategy<Fabric>) -> impl Strategy<Value = Instance> {
    let cluster = (2..=4_u32, 1..=2_u32, 1..=2_u32, 1..=4_u32);
    let grabs = || vec((any::<Index>(), any::<Index>(), any::<Index>()), 0..8);
    (cluster, fabric, grabs(), grabs(), vec(any::<Index>(), 0..3)).prop_map(
        |((leaves, servers_per_leaf, gpus_per_server, spines), fabric, gpus, circuits, broken)| {
            let cluster = Cluster { leaves, servers_per_leaf, gpus_per_server, spines };
            let mut free = Free::whole(&cluster, &fabric);
            let failures =
                Failures { gpus: broken_gpus(&cluster, &mut free, &broken), ..<_>::default() };
            let live = LiveJob {
                name: "live".into(),
                servers: servers(&cluster, &mut free, &gpus),
                circuits: held(&cluster, &fabric, &mut free, &circuits),
            };
            let job = Job {
                name: "J0".into(),
                gpus: 1,
                weight: 1,
                traffic: Traffic::Any,
                split: Split::Any,
            };
            let question = Question::Place(Place { job, moves: Moves::Forbidden });
            Instance { cluster, fabric, failures, live: vec![live], question }
        },
    )
}

fn broken_gpus(cluster: &Cluster, free: &mut Free, broken: &[Index]) -> Vec<ServerShare> {
    let mut shares = Vec::new();
    for index in broken {
        let at = index.index(free.gpus.len());
        if free.gpus[at] > 0 {
            free.gpus[at] -= 1;
            let (leaf, server) =
                (at as u32 / cluster.servers_per_leaf, at as u32 % cluster.servers_per_leaf);
            shares.push(ServerShare { leaf, server, gpus: 1 });
        }
    }
    shares
}

fn servers(cluster: &Cluster, free: &mut Free, grabs: &[Grab]) -> Vec<ServerShare> {
    let mut shares = Vec::new();
    for (leaf, server, gpus) in grabs.iter().take(4) {
        let leaf = leaf.index(cluster.leaves as usize) as u32;
        let server = server.index(cluster.servers_per_leaf as usize) as u32;
        let own = &mut free.gpus[cluster.server_index(leaf, server)];
        if *own > 0 {
            let gpus = 1 + gpus.index(*own as usize) as u32;
            *own -= gpus;
            shares.push(ServerShare { leaf, server, gpus });
        }
    }
    shares
}

fn held(cluster: &Cluster, fabric: &Fabric, free: &mut Free, grabs: &[Grab]) -> Vec<Circuits> {
    let switches = fabric.switches() as usize;
    let mut circuits = Vec::new();
    for (leaf, spine, switch) in grabs {
        let leaf = leaf.index(cluster.leaves as usize) as u32;
        let spine = spine.index(cluster.spines as usize) as u32;
        if switches == 0 {
            let own = &mut free.circuits[cluster.pair_index(leaf, spine)];
            if *own > 0 {
                *own -= 1;
                circuits.push(Circuits { leaf, spine, switch: None, count: 1 });
            }
            continue;
        }
        let switch = switch.index(switches);
        let up = leaf as usize * switches + switch;
        let down = spine as usize * switches + switch;
        if free.leaf_ports[up] > 0 && free.spine_ports[down] > 0 {
            free.leaf_ports[up] -= 1;
            free.spine_ports[down] -= 1;
            circuits.push(Circuits { leaf, spine, switch: Some(switch as u32), count: 1 });
        }
    }
    circuits
}
