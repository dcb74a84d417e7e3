//! The columns of the model that places jobs.
//!
//! Job `j` is accepted (`a_j`; a job to be placed always is) or left out (`o_j`). One that fits in a server chooses a
//! server (`b_js`), a larger one how many servers of which leaf:
//!
//! ```text
//! equal split   shape h of m_h leaves with s_h servers each: a_jh, x_jhl;  Σ_l x_jhl = m_h a_jh
//! any split     g_jl servers on leaf l if x_jl;                            Σ_l g_jl = w_j a_j
//! ```
//!
//! and how many colours every spine takes (`y_jhp`, `y_jp`), for shapes as many as the flows `h` out
//! of a leaf. Any split with permutations over single circuits needs `min(n_l, n - n_l)` colours,
//! where `d_jl` marks a leaf that has more than the others; a ring needs one per local rank unless it
//! is on one leaf (`s_j`). `z_jhlp ≥ y_jhp - U (1 - x_jhl)` counts circuits. In a switched fabric
//! they pass switches: `t_lpk`; where live circuits may move, `t` counts theirs too and `m_lpk` those
//! that move away. Costs are not negative, as the engine likes them. In a batch `p_l` says that a leaf is partly used and `f_l` that it is full; `u_s` that a
//! server is shared by small jobs.

use std::fmt::Arguments;

use placewright_solver::mip::{Bounds, Column, ColumnKind, MipModel};

use super::super::instance::{
    Fabric, Free, Instance, Job, Live, Moves, Question, Split, cross_flows,
};
use super::is_ring;
use super::prices::Prices;

/// All columns, in the order in which they are added.
pub(super) struct Layout {
    pub(super) jobs: Vec<JobColumns>,
    pub(super) shared: Vec<(usize, Column)>,
    pub(super) leaves: Vec<LeafColumns>,
    pub(super) switched: Vec<SwitchedColumn>,
    pub(super) free: Free,
    pub(super) count: usize,
}

/// A job's columns.
pub(super) struct JobColumns {
    pub(super) accepted: Column,
    /// Only in a batch.
    pub(super) left_out: Option<Column>,
    pub(super) spread: Spread,
}

/// Where a job may be.
pub(super) enum Spread {
    /// In one server: servers with their columns.
    Server(Vec<(usize, Column)>),
    /// In equal shares.
    Shapes(Vec<ShapeColumns>),
    /// In any shares.
    Shares(ShareColumns),
}

/// Equal shares of one size.
pub(super) struct ShapeColumns {
    pub(super) leaves: u32,
    pub(super) servers: u32,
    /// Flows out of a leaf: colours to be had.
    pub(super) flows: u32,
    pub(super) chosen: Column,
    pub(super) used: Vec<(u32, Column)>,
    pub(super) network: Network,
}

/// Any shares.
pub(super) struct ShareColumns {
    pub(super) used: Vec<LeafShare>,
    /// One leaf has it all; only for rings.
    pub(super) alone: Option<Column>,
    pub(super) network: Network,
}

/// A leaf that a job may use.
pub(super) struct LeafShare {
    pub(super) leaf: u32,
    pub(super) used: Column,
    pub(super) servers: Column,
    /// It has more than all others; only for permutations.
    pub(super) dominates: Option<Column>,
}

/// A job's colours and circuits.
#[derive(Default)]
pub(super) struct Network {
    pub(super) colours: Vec<(u32, Column)>,
    /// Most colours on a spine.
    pub(super) most: u32,
    /// Leaf, spine, circuits.
    pub(super) circuits: Vec<(u32, u32, Column)>,
}

/// Whether a leaf ends up partly or wholly used; only in a batch.
pub(super) struct LeafColumns {
    pub(super) leaf: u32,
    pub(super) partly: Column,
    pub(super) full: Column,
}

/// Circuits through a switch.
pub(super) struct SwitchedColumn {
    pub(super) leaf: u32,
    pub(super) spine: u32,
    pub(super) switch: u32,
    pub(super) count: Column,
    /// Live circuits that move away, and how many there are; only where they may move.
    pub(super) moved: Option<(Column, u32)>,
}

type Add<'a> = &'a mut dyn FnMut(Arguments<'_>, Bounds, f64, ColumnKind) -> Column;

impl Layout {
    /// The columns as they are numbered, without a model.
    pub(super) fn counted(instance: &Instance) -> Self {
        let mut count = 0;
        Self::with(instance, &mut |_, _, _, _| {
            count += 1;
            Column::new(count - 1)
        })
    }

    /// The columns, added to a model.
    pub(super) fn added(instance: &Instance, model: &mut MipModel) -> Self {
        Self::with(instance, &mut |name, bounds, cost, kind| {
            model.add_column(name, bounds, cost, kind)
        })
    }

    fn with(instance: &Instance, add: Add) -> Self {
        // Cables never move, whatever the question allows.
        let switched = matches!(instance.fabric, Fabric::Switched(_));
        let moves = switched && instance.question.moves() == Moves::Allowed;
        let live = if moves { Live::Loose } else { Live::Keep };
        let mut count = 0;
        let mut add = |name: Arguments<'_>, bounds: Bounds, cost: f64, kind: ColumnKind| {
            count += 1;
            add(name, bounds, cost, kind)
        };
        let mut builder = Builder {
            instance,
            free: Free::of(instance, live),
            prices: Prices::of(instance).0.iter().map(|&price| price as f64).collect(),
            add: &mut add,
        };
        let jobs = instance.question.jobs();
        let jobs = (0..).zip(jobs).map(|(index, job)| builder.job(index, job)).collect();
        let shared = builder.shared();
        let leaves = builder.leaves();
        let switched = builder.switched();
        let free = builder.free;
        Self { jobs, shared, leaves, switched, free, count }
    }
}

struct Builder<'a, 'b> {
    instance: &'a Instance,
    free: Free,
    prices: Vec<f64>,
    add: Add<'b>,
}

impl Builder<'_, '_> {
    fn binary(&mut self, name: Arguments<'_>, cost: f64) -> Column {
        (self.add)(name, Bounds::UNIT, cost, ColumnKind::Integer)
    }

    fn integer(&mut self, name: Arguments<'_>, most: u32) -> Column {
        (self.add)(name, Bounds::between(0.0, most.into()), 0.0, ColumnKind::Integer)
    }

    fn is_batch(&self) -> bool {
        matches!(self.instance.question, Question::Batch(_))
    }

    /// What using a leaf costs.
    fn leaf_cost(&self, gpus: u32) -> f64 {
        if self.is_batch() {
            self.prices[1]
        } else {
            self.prices[0] + self.prices[1] * f64::from(gpus)
        }
    }

    fn job(&mut self, index: usize, job: &Job) -> JobColumns {
        let batch = self.is_batch();
        let bounds = if batch { Bounds::UNIT } else { Bounds::exactly(1.0) };
        let accepted = (self.add)(format_args!("a_{index}"), bounds, 0.0, ColumnKind::Integer);
        let left_out = batch.then(|| {
            let cost = job.weight as f64 * self.prices[0];
            self.binary(format_args!("o_{index}"), cost)
        });
        let spread = if job.gpus <= self.instance.cluster.gpus_per_server {
            self.in_a_server(index, job)
        } else if job.split == Split::Equal {
            self.in_shapes(index, job)
        } else {
            self.in_shares(index, job)
        };
        JobColumns { accepted, left_out, spread }
    }

    fn in_a_server(&mut self, index: usize, job: &Job) -> Spread {
        let gpus = self.free.gpus_per_leaf(&self.instance.cluster);
        let per_leaf = self.instance.cluster.servers_per_leaf as usize;
        let fitting: Vec<usize> =
            (0..self.free.gpus.len()).filter(|&at| self.free.gpus[at] >= job.gpus).collect();
        let column = |server: usize| {
            let cost = self.leaf_cost(gpus[server / per_leaf]);
            (server, self.binary(format_args!("b_{index}_{server}"), cost))
        };
        Spread::Server(fitting.into_iter().map(column).collect())
    }

    fn in_shapes(&mut self, index: usize, job: &Job) -> Spread {
        let cluster = self.instance.cluster;
        let gpus = self.free.gpus_per_leaf(&cluster);
        let whole = self.free.servers_per_leaf(&cluster);
        let wanted = job.gpus / cluster.gpus_per_server;
        let mut shapes = Vec::new();
        for leaves in
            (1..=wanted.min(cluster.leaves)).filter(|leaves| wanted.is_multiple_of(*leaves))
        {
            let servers = wanted / leaves;
            let fitting: Vec<u32> =
                (0..cluster.leaves).filter(|&leaf| whole[leaf as usize] >= servers).collect();
            if fitting.len() < leaves as usize {
                continue;
            }
            let shares = vec![servers * cluster.gpus_per_server; leaves as usize];
            let flows = cross_flows(job.traffic, &shares, cluster.gpus_per_server)[0];
            let chosen = self.binary(format_args!("a_{index}_{leaves}"), 0.0);
            let used: Vec<(u32, Column)> = fitting
                .iter()
                .map(|&leaf| {
                    let cost = self.leaf_cost(gpus[leaf as usize]);
                    (leaf, self.binary(format_args!("x_{index}_{leaves}_{leaf}"), cost))
                })
                .collect();
            let network = if flows > 0 {
                self.network(format_args!("{index}_{leaves}"), &fitting, flows)
            } else {
                Network::default()
            };
            shapes.push(ShapeColumns { leaves, servers, flows, chosen, used, network });
        }
        Spread::Shapes(shapes)
    }

    fn in_shares(&mut self, index: usize, job: &Job) -> Spread {
        let cluster = self.instance.cluster;
        let gpus = self.free.gpus_per_leaf(&cluster);
        let whole = self.free.servers_per_leaf(&cluster);
        let wanted = job.gpus / cluster.gpus_per_server;
        let fitting: Vec<u32> =
            (0..cluster.leaves).filter(|&leaf| whole[leaf as usize] > 0).collect();
        let ring = is_ring(job);
        let used = fitting
            .iter()
            .map(|&leaf| {
                let cost = self.leaf_cost(gpus[leaf as usize]);
                let used = self.binary(format_args!("x_{index}_{leaf}"), cost);
                let most = whole[leaf as usize].min(wanted);
                let servers = self.integer(format_args!("g_{index}_{leaf}"), most);
                let dominates = (!ring).then(|| self.binary(format_args!("d_{index}_{leaf}"), 0.0));
                LeafShare { leaf, used, servers, dominates }
            })
            .collect();
        let alone = ring.then(|| self.binary(format_args!("s_{index}"), 0.0));
        let flows = if ring { cluster.gpus_per_server } else { job.gpus };
        let network = self.network(format_args!("{index}"), &fitting, flows);
        Spread::Shares(ShareColumns { used, alone, network })
    }

    fn network(&mut self, name: Arguments<'_>, leaves: &[u32], flows: u32) -> Network {
        let spines = self.instance.cluster.spines;
        let most = self.free.circuits.iter().copied().max().unwrap_or(flows).min(flows);
        let colours: Vec<(u32, Column)> = (0..spines)
            .map(|spine| (spine, self.integer(format_args!("y_{name}_{spine}"), most)))
            .collect();
        let single = !self.is_batch() && !self.free.circuits.is_empty();
        let mut circuits = Vec::new();
        // One job over cables has no need to count: what is missing forbids.
        if !single {
            for &leaf in leaves {
                for spine in 0..spines {
                    let name = format_args!("z_{name}_{leaf}_{spine}");
                    let bounds = Bounds::between(0.0, most.into());
                    let column = (self.add)(name, bounds, 0.0, ColumnKind::Continuous);
                    circuits.push((leaf, spine, column));
                }
            }
        }
        Network { colours, most, circuits }
    }

    fn shared(&mut self) -> Vec<(usize, Column)> {
        let whole = self.instance.cluster.gpus_per_server;
        let small = |job: &Job| job.gpus <= whole;
        let jobs = self.instance.question.jobs();
        if !(jobs.iter().any(small) && jobs.iter().any(|job| !small(job))) {
            return Vec::new();
        }
        let servers: Vec<usize> =
            (0..self.free.gpus.len()).filter(|&at| self.free.gpus[at] == whole).collect();
        let column = |server| (server, self.binary(format_args!("u_{server}"), 0.0));
        servers.into_iter().map(column).collect()
    }

    fn leaves(&mut self) -> Vec<LeafColumns> {
        if !self.is_batch() {
            return Vec::new();
        }
        let (cost, leaves) = (self.prices[2], self.instance.cluster.leaves);
        let column = |leaf| LeafColumns {
            leaf,
            partly: self.binary(format_args!("p_{leaf}"), cost),
            full: self.binary(format_args!("f_{leaf}"), 0.0),
        };
        (0..leaves).map(column).collect()
    }

    fn switched(&mut self) -> Vec<SwitchedColumn> {
        let switches = self.instance.fabric.switches() as u32;
        let cluster = self.instance.cluster;
        let moves = self.instance.question.moves() == Moves::Allowed;
        let mut live = std::collections::BTreeMap::new();
        for each in self.instance.live.iter().flat_map(|job| &job.circuits).filter(|_| moves) {
            *live.entry((each.leaf, each.spine, each.switch)).or_insert(0) += each.count;
        }
        let mut columns = Vec::new();
        for leaf in 0..cluster.leaves {
            for spine in 0..cluster.spines {
                for switch in 0..switches {
                    let ports = |list: &[u32], node: u32| {
                        list[node as usize * switches as usize + switch as usize]
                    };
                    let up = ports(&self.free.leaf_ports, leaf);
                    let most = up.min(ports(&self.free.spine_ports, spine));
                    if most == 0 {
                        continue;
                    }
                    let count = self.integer(format_args!("t_{leaf}_{spine}_{switch}"), most);
                    let own = live.get(&(leaf, spine, Some(switch))).copied();
                    let moved = own.map(|own| {
                        let cost = self.prices[self.prices.len() - 1];
                        let bounds = Bounds::between(0.0, own.into());
                        let name = format_args!("m_{leaf}_{spine}_{switch}");
                        ((self.add)(name, bounds, cost, ColumnKind::Integer), own)
                    });
                    columns.push(SwitchedColumn { leaf, spine, switch, count, moved });
                }
            }
        }
        columns
    }
}
