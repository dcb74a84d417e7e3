//! What is compared.

use placewright_models::circuit_allocation::instance::Moves;
use placewright_models::circuit_allocation::kernel::links::MOST_LEAVES;
use placewright_models::circuit_allocation::online::choice::{CHOICES, Choice};
use placewright_models::circuit_allocation::online::cluster::{Cluster, Fabric};
use placewright_models::circuit_allocation::online::order::{ORDERS, Order};
use placewright_models::circuit_allocation::replay::generate::{HELIOS, MULTI};
use placewright_models::circuit_allocation::replay::run::Knowledge;
use placewright_models::circuit_allocation::replay::workload::Estimates;
use placewright_solver::issue::Issue;

use crate::codes;
use crate::family::{OptionHelp, Options};
use crate::options::{Reader, joined};

pub(super) const OPTIONS: [OptionHelp; 11] = [
    OptionHelp {
        name: "cluster",
        help: "leaves x servers per leaf x GPUs per server [default: 16x8x4; crux: 32x8x4]",
    },
    OptionHelp {
        name: "circuits",
        help: "circuits between every leaf and every spine of the static network, which has as many spines as a leaf has GPUs [default: 1]",
    },
    OptionHelp {
        name: "spine_ports",
        help: "ports of every optical switch to every spine of the switched network, in which every leaf has one port on as many switches as it has GPUs [default: 2]",
    },
    OptionHelp { name: "policy", help: "names with commas, or all [default: all]" },
    OptionHelp {
        name: "order",
        help: "fifo, fewest, shortest, easy, conservative, several with commas, or all [default: fifo]",
    },
    OptionHelp {
        name: "seeds",
        help: "number of replays per policy: they differ in random uplinks and in what is drawn for jobs [default: 1]",
    },
    OptionHelp { name: "first_seed", help: "seed of the first replay [default: 1]" },
    OptionHelp {
        name: "estimates",
        help: "what the queue knows of run times: exact, half, double, or mixed (each job a factor from 1/3 to 3) [default: exact]",
    },
    OptionHelp {
        name: "traffic",
        help: "what circuits must carry: any permutation (any) or the job's algorithm (known) [default: any]",
    },
    OptionHelp {
        name: "moves",
        help: "whether live circuits may move: allowed or forbidden [default: allowed]",
    },
    OptionHelp {
        name: "snapshots",
        help: "also ask every isolating policy for places of jobs of these sizes, such as 32,64,128, in every state that our default goes through [default: none]",
    },
];

pub(super) const MIX_OPTIONS: [OptionHelp; 14] = joined(
    OPTIONS,
    [
        OptionHelp { name: "jobs", help: "jobs in a list [default: 500]" },
        OptionHelp {
            name: "sizes",
            help: "mix of sizes: multi (8 to 128 GPUs) or helios (1 to 256) [default: multi]",
        },
        OptionHelp {
            name: "load_percent",
            help: "mean GPU demand in percent of the GPUs [default: 90]",
        },
    ],
);

/// A comparison.
pub(super) struct Plan {
    pub(super) fixed: Cluster,
    pub(super) switched: Cluster,
    pub(super) choices: Vec<Choice>,
    pub(super) orders: Vec<Order>,
    pub(super) seeds: Vec<u64>,
    pub(super) estimates: Estimates,
    pub(super) knowledge: Knowledge,
    pub(super) moves: Moves,
    /// Sizes asked for in snapshots.
    pub(super) snapshots: Vec<u32>,
    pub(super) jobs: usize,
    pub(super) sizes: Vec<(u32, f64)>,
    pub(super) load: f64,
}

impl Plan {
    pub(super) fn read(
        options: &Options,
        known: &[OptionHelp],
        usual: [u32; 3],
    ) -> Result<Self, Vec<Issue>> {
        let mut reader = Reader::new(options, known);
        let expected = "leaves x servers x GPUs, such as 16x8x4, of at most 4,096 leaves, 64 GPUs per server, 4,096 GPUs per leaf and 1,048,576 in all";
        let cluster = reader.value("cluster", expected, cluster).unwrap_or(usual);
        let circuits = reader.integer("circuits", 1, 1024).unwrap_or(1) as u32;
        let spine_ports = reader.integer("spine_ports", 1, 1024).unwrap_or(2) as u32;
        let names: Vec<&str> = CHOICES.iter().map(|(name, ..)| *name).collect();
        let expected = format!("all, or some of {}", names.join(","));
        let choices = reader.value("policy", &expected, |text| {
            named(text, || CHOICES.iter().map(|of| of.1).collect(), Choice::named)
        });
        let names: Vec<&str> = ORDERS.iter().map(|(name, ..)| *name).collect();
        let expected = format!("all, or some of {}", names.join(","));
        let orders = reader.value("order", &expected, |text| {
            named(text, || ORDERS.iter().map(|of| of.1).collect(), Order::named)
        });
        let seeds = reader.integer("seeds", 1, 1000).unwrap_or(1);
        let first = reader.integer("first_seed", 0, u64::from(u32::MAX)).unwrap_or(1);
        let estimates =
            reader.value("estimates", "exact, half, double or mixed", |text| match text {
                "exact" => Some(Estimates::Exact),
                "half" => Some(Estimates::Half),
                "double" => Some(Estimates::Double),
                "mixed" => Some(Estimates::Mixed),
                _ => None,
            });
        let knowledge = reader.value("traffic", "any or known", |text| match text {
            "any" => Some(Knowledge::Nothing),
            "known" => Some(Knowledge::Algorithm),
            _ => None,
        });
        let moves = reader.value("moves", "allowed or forbidden", |text| match text {
            "allowed" => Some(Moves::Allowed),
            "forbidden" => Some(Moves::Forbidden),
            _ => None,
        });
        let snapshots = reader.value("snapshots", "sizes with commas, such as 32,64", |text| {
            let sizes: Option<Vec<u32>> =
                text.split(',').map(|size| size.trim().parse().ok()).collect();
            sizes.filter(|sizes| sizes.iter().all(|size| (1..=1 << 20).contains(size)))
        });
        let jobs = reader.integer("jobs", 1, 1_000_000).unwrap_or(500);
        let sizes = reader.value("sizes", "multi or helios", |text| match text {
            "multi" => Some(MULTI.to_vec()),
            "helios" => Some(HELIOS.to_vec()),
            _ => None,
        });
        let load = reader.integer("load_percent", 1, 1000).unwrap_or(90);
        let [leaves, servers, gpus] = cluster;
        let fabric = Fabric::Static { circuits_per_pair: circuits };
        let plan = Self {
            fixed: Cluster { fabric, ..Cluster::clos(leaves, servers, gpus) },
            switched: Cluster::switched(leaves, servers, gpus, spine_ports),
            choices: choices.unwrap_or_else(|| CHOICES.iter().map(|of| of.1).collect()),
            orders: orders.unwrap_or_else(|| vec![Order::Fifo]),
            seeds: (first..first + seeds).collect(),
            estimates: estimates.unwrap_or(Estimates::Exact),
            knowledge: knowledge.unwrap_or(Knowledge::Nothing),
            moves: moves.unwrap_or(Moves::Allowed),
            snapshots: snapshots.unwrap_or_default(),
            jobs: jobs as usize,
            sizes: sizes.unwrap_or_else(|| MULTI.to_vec()),
            load: load as f64 / 100.0,
        };
        for cluster in [&plan.fixed, &plan.switched] {
            if let Err(error) = cluster.validate() {
                let issue = codes::issue(codes::BAD_OPTION, "cluster", error.to_string());
                reader.issues.push(issue);
            }
        }
        if reader.issues.is_empty() { Ok(plan) } else { Err(reader.issues) }
    }

    /// The network that a policy is made for.
    pub(super) fn cluster(&self, choice: Choice) -> &Cluster {
        if choice.suits(&self.fixed) { &self.fixed } else { &self.switched }
    }
}

fn cluster(text: &str) -> Option<[u32; 3]> {
    let parts: Vec<u32> = text.split('x').map(str::parse).collect::<Result<_, _>>().ok()?;
    let [leaves, servers, gpus] = parts[..] else { return None };
    // The searches of policies hold rows of so many leaves.
    let in_range = (1..=MOST_LEAVES).contains(&leaves)
        && [servers, gpus].iter().all(|&count| (1..=65_536).contains(&count));
    let per_leaf = u64::from(servers) * u64::from(gpus);
    let sound = in_range && gpus <= 64 && per_leaf <= 4096;
    (sound && per_leaf * u64::from(leaves) <= 1 << 20).then_some([leaves, servers, gpus])
}

fn named<T>(
    text: &str,
    all: impl FnOnce() -> Vec<T>,
    one: impl Fn(&str) -> Option<T>,
) -> Option<Vec<T>> {
    match text {
        "all" => Some(all()),
        _ => text.split(',').map(|name| one(name.trim())).collect(),
    }
}
