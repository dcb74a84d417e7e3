//! The generators by name, with the options they take.

use placewright_models::circuit_allocation::CircuitAllocation;
use placewright_models::circuit_allocation::instance::{
    Batch, Cluster, Fabric, Instance, Job, Moves, Order, Place, Question, Split, StaticFabric,
    SwitchGroup, SwitchedFabric, Traffic,
};
use placewright_solver::issue::Issue;
use placewright_solver::problem::Problem;

use super::mix::Mix;
use super::rewiring::rewiring;
use super::state::{Recipe, state};
use crate::codes;
use crate::draw::Draw;
use crate::family::{Generate, Generator, Offer, OptionHelp, Options};
use crate::options::Reader;

/// All generators of the family.
pub const GENERATORS: &[Generator<CircuitAllocation>] = &[
    generator("place", "one job for a cluster in use", |seed, options| {
        generate(Kind::Place, seed, options)
    }),
    generator("batch", "several jobs for a cluster in use", |seed, options| {
        generate(Kind::Batch, seed, options)
    }),
    generator("rewire", "new circuits through optical switches", |seed, options| {
        generate(Kind::Rewire, seed, options)
    }),
];

const OPTIONS: &[OptionHelp] = &[
    help(
        "size",
        "small (16 leaves x 16 GPUs, 16 spines), medium (64 x 64, 64), large (256 x 64, 64) or huge (1024 x 64, 64; 65,536 GPUs); default small",
    ),
    help("leaves", "number of leaves, 1 to 4096, instead of the size's"),
    help("spines", "number of spines, 1 to 4096, instead of the size's"),
    help("servers", "servers per leaf, 1 to 1024, instead of the size's"),
    help("server-gpus", "GPUs per server, 1 to 64; default 4, huge 8"),
    help("fabric", "static or switched; default static, to rewire switched"),
    help("switches", "number of optical switches, 1 to 4096; default one per uplink of a leaf"),
    help("ports", "even (all switches alike) or uneven (some twice as large); default even"),
    help("mix", "sizes of jobs: multi, helios or tpu; default multi"),
    help("fill", "percentage of GPUs held, to rewire of ports; default 60, to rewire 85"),
    help("broken", "percentage of servers with a broken GPU and of broken cables; default 0"),
    help("gpus", "to place: GPUs of the job; default an eighth of the cluster"),
    help("jobs", "batch: number of jobs, 1 to 1000; default 8"),
    help("weight", "batch: weights are drawn from 1 to this, 1 to 1000; default 1"),
    help("order", "batch: any or fifo; default any"),
    help("traffic", "any, ring, halving-doubling, all-to-all or mixed; default any"),
    help("split", "any or equal; default equal"),
    help("moves", "forbidden or allowed: whether live circuits may move; default forbidden"),
    help("new", "to rewire: new circuits, 1 to 100000; default one per leaf"),
    help("dropped", "to rewire: percentage of live circuits no longer wanted; default 0"),
];

const fn help(name: &'static str, help: &'static str) -> OptionHelp {
    OptionHelp { name, help }
}

const fn generator(
    name: &'static str,
    title: &'static str,
    run: Generate<Instance>,
) -> Generator<CircuitAllocation> {
    Offer { name, title, options: OPTIONS, run }
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Kind {
    Place,
    Batch,
    Rewire,
}

fn cluster_of(size: &str) -> Option<Cluster> {
    let of = |leaves, servers_per_leaf, gpus_per_server, spines| {
        Some(Cluster { leaves, servers_per_leaf, gpus_per_server, spines })
    };
    match size {
        "small" => of(16, 4, 4, 16),
        "medium" => of(64, 16, 4, 64),
        "large" => of(256, 16, 4, 64),
        "huge" => of(1024, 8, 8, 64),
        _ => None,
    }
}

fn traffic_of(name: &str) -> Option<Option<Traffic>> {
    match name {
        "any" => Some(Some(Traffic::Any)),
        "ring" => Some(Some(Traffic::Ring)),
        "halving-doubling" => Some(Some(Traffic::HalvingDoubling)),
        "all-to-all" => Some(Some(Traffic::AllToAll)),
        "mixed" => Some(None),
        _ => None,
    }
}

fn one_of<T: Copy>(choices: &[(&str, T)], name: &str) -> Option<T> {
    choices.iter().find(|each| each.0 == name).map(|each| each.1)
}

/// What the jobs of a question are like.
struct Asked {
    traffic: Option<Traffic>,
    split: Split,
    moves: Moves,
    weight: u64,
}

fn generate(kind: Kind, seed: u64, options: &Options) -> Result<Instance, Vec<Issue>> {
    let mut reader = Reader::new(options, OPTIONS);
    let size = reader.value("size", "small, medium, large or huge", cluster_of);
    let mut cluster = size.or(cluster_of("small")).unwrap_or(Cluster {
        leaves: 16,
        servers_per_leaf: 4,
        gpus_per_server: 4,
        spines: 16,
    });
    let read = |reader: &mut Reader, name: &str, high: u64, own: &mut u32| {
        *own = reader.integer(name, 1, high).map_or(*own, |value| value as u32);
    };
    read(&mut reader, "leaves", 4096, &mut cluster.leaves);
    read(&mut reader, "spines", 4096, &mut cluster.spines);
    read(&mut reader, "servers", 1024, &mut cluster.servers_per_leaf);
    read(&mut reader, "server-gpus", 64, &mut cluster.gpus_per_server);
    let switched = reader
        .value("fabric", "static or switched", |name| {
            one_of(&[("static", false), ("switched", true)], name)
        })
        .unwrap_or(kind == Kind::Rewire);
    let switches = reader.integer("switches", 1, 4096);
    let uneven = reader
        .value("ports", "even or uneven", |name| one_of(&[("even", false), ("uneven", true)], name))
        .unwrap_or(false);
    let fabric = if switched {
        optical(
            &cluster,
            switches.unwrap_or(cluster.gpus_per_leaf().min(4096).into()) as u32,
            uneven,
        )
    } else {
        Fabric::Static(StaticFabric { circuits_per_pair: 1 })
    };
    let mix = reader.value("mix", "multi, helios or tpu", Mix::named);
    let fill = reader.integer("fill", 0, 100);
    let broken = reader.integer("broken", 0, 100).unwrap_or(0);
    let whole = cluster.gpus().min(1 << 20);
    let eighth = (whole / 8).max(1).next_multiple_of(cluster.gpus_per_server.into()).min(whole);
    let gpus = reader.integer("gpus", 1, 1 << 20).unwrap_or(eighth) as u32;
    let jobs = reader.integer("jobs", 1, 1000).unwrap_or(8);
    let order = reader
        .value("order", "any or fifo", |name| {
            one_of(&[("any", Order::Any), ("fifo", Order::Fifo)], name)
        })
        .unwrap_or_default();
    let traffic = reader.value("traffic", "a kind of traffic or mixed", traffic_of);
    let split = reader.value("split", "any or equal", |name| {
        one_of(&[("any", Split::Any), ("equal", Split::Equal)], name)
    });
    let moves = reader.value("moves", "forbidden or allowed", |name| {
        one_of(&[("forbidden", Moves::Forbidden), ("allowed", Moves::Allowed)], name)
    });
    let asked = Asked {
        traffic: traffic.unwrap_or(Some(Traffic::Any)),
        split: split.unwrap_or(Split::Equal),
        moves: moves.unwrap_or_default(),
        weight: reader.integer("weight", 1, 1000).unwrap_or(1),
    };
    let new = reader.integer("new", 1, 100_000).unwrap_or(cluster.leaves.into());
    let dropped = reader.integer("dropped", 0, 100).unwrap_or(0);
    if kind == Kind::Rewire && !switched {
        let cause = "cables cannot be rewired";
        reader.issues.push(codes::issue(codes::BAD_OPTION, "fabric", cause));
    }
    if !reader.issues.is_empty() {
        return Err(reader.issues);
    }
    let mut draw = Draw::new(seed, 1);
    let mix = mix.or(Mix::named("multi"));
    let Some(mix) = mix else { return Err(reader.issues) };
    let fill_percent = fill.unwrap_or(if kind == Kind::Rewire { 85 } else { 60 });
    let recipe = Recipe {
        cluster,
        fabric,
        mix,
        fill_percent: if kind == Kind::Rewire { 0 } else { fill_percent },
        broken_percent: broken,
        largest_percent: 12,
    };
    let first = job("J1".into(), gpus, &asked, &mut Draw::new(seed, 3));
    let place = Place { job: first, moves: asked.moves };
    let mut instance = state(&recipe, place, &mut draw);
    match kind {
        Kind::Place => {}
        Kind::Batch => {
            let mut draw = Draw::new(seed, 2);
            let width = jobs.to_string().len();
            let most = (whole / 4).max(1) as u32;
            let jobs = (1..=jobs)
                .map(|index| {
                    let gpus = mix.draw(cluster.gpus_per_server, most, &mut draw);
                    job(format!("J{index:0width$}"), gpus, &asked, &mut draw)
                })
                .collect();
            instance.question = Question::Batch(Batch { jobs, order, moves: asked.moves });
        }
        Kind::Rewire => {
            let mut draw = Draw::new(seed, 2);
            instance = rewiring(instance, fill_percent, new, dropped, &mut draw);
        }
    }
    // Options may ask for what cannot be.
    let issues = CircuitAllocation::validate(&instance);
    if issues.is_empty() { Ok(instance) } else { Err(issues) }
}

fn job(name: String, gpus: u32, asked: &Asked, draw: &mut Draw) -> Job {
    const ALL: [Traffic; 4] =
        [Traffic::Any, Traffic::Ring, Traffic::HalvingDoubling, Traffic::AllToAll];
    let drawn = draw.pick(&ALL);
    let weight = draw.between(1, asked.weight);
    Job { name, gpus, weight, traffic: asked.traffic.unwrap_or(drawn), split: asked.split }
}

/// Switches with one port to every leaf, and ports to every spine for all uplinks; uneven, a third
/// of the switches has twice the ports.
fn optical(cluster: &Cluster, switches: u32, uneven: bool) -> Fabric {
    let down = cluster.leaves.div_ceil(cluster.spines);
    let even =
        |count, times: u32| SwitchGroup { count, leaf_ports: times, spine_ports: times * down };
    let large = if uneven { switches / 3 } else { 0 };
    let mut groups = vec![even((switches - 2 * large).max(1), 1)];
    if large > 0 {
        groups.push(even(large, 2));
    }
    Fabric::Switched(SwitchedFabric { switches: groups })
}
