//! The rows of the model that places jobs; columns as in `columns`.

use std::collections::BTreeMap;
use std::fmt::Arguments;

use placewright_solver::mip::{Bounds, Column, MipModel};

use super::super::instance::{Fabric, Instance, Moves, Order, Question};
use super::columns::{Layout, Network, ShapeColumns, ShareColumns, Spread};
use super::prices::Prices;

/// Nonzeros of the model, at most.
pub(super) fn nonzeros(instance: &Instance) -> usize {
    let cluster = &instance.cluster;
    let (leaves, spines) = (cluster.leaves as usize, cluster.spines as usize);
    let servers = leaves * cluster.servers_per_leaf as usize;
    let per_shape = 6 * leaves * spines + 8 * leaves + 2 * spines;
    let of_job = |gpus: u32| {
        if gpus <= cluster.gpus_per_server {
            return 4 * servers;
        }
        let wanted = gpus / cluster.gpus_per_server;
        let shapes = (1..=wanted.min(cluster.leaves)).filter(|m| wanted.is_multiple_of(*m)).count();
        shapes.max(2) * per_shape + 2 * leaves * spines
    };
    let jobs: usize = instance.question.jobs().iter().map(|job| of_job(job.gpus)).sum();
    let switches = instance.fabric.switches() as usize;
    let queue = 4 * instance.question.jobs().len() + 4 * leaves;
    jobs + queue + 2 * servers + 5 * leaves * spines * switches
}

/// The whole model.
pub(super) fn build(instance: &Instance) -> MipModel {
    let mut model = MipModel::new("circuit_allocation");
    let layout = Layout::added(instance, &mut model);
    let prices = Prices::of(instance).0;
    if let Question::Place(place) = &instance.question {
        // What is left free on a leaf is what was free without the job's part.
        model.set_constant(-((i128::from(place.job.gpus) * prices[1]) as f64));
    }
    let mut rows = Rows { instance, layout: &layout, model: &mut model };
    rows.jobs();
    rows.servers();
    rows.leaves();
    match &instance.fabric {
        Fabric::Static(_) => rows.cables(),
        Fabric::Switched(_) => rows.switches(),
    }
    rows.queue();
    model
}

struct Rows<'a> {
    instance: &'a Instance,
    layout: &'a Layout,
    model: &'a mut MipModel,
}

impl Rows<'_> {
    fn row(
        &mut self,
        name: Arguments<'_>,
        bounds: Bounds,
        entries: impl IntoIterator<Item = (Column, f64)>,
    ) {
        self.model.add_row(name, bounds, entries);
    }

    fn jobs(&mut self) {
        let layout = self.layout;
        for (index, (job, columns)) in
            self.instance.question.jobs().iter().zip(&layout.jobs).enumerate()
        {
            let accepted = columns.accepted;
            if let Some(left_out) = columns.left_out {
                let entries = [(accepted, 1.0), (left_out, 1.0)];
                self.row(format_args!("either_{index}"), Bounds::exactly(1.0), entries);
            }
            match &columns.spread {
                Spread::Server(servers) => {
                    let entries = servers.iter().map(|&(_, column)| (column, 1.0));
                    let entries = entries.chain([(accepted, -1.0)]);
                    self.row(format_args!("server_{index}"), Bounds::exactly(0.0), entries);
                }
                Spread::Shapes(shapes) => {
                    let entries = shapes.iter().map(|shape| (shape.chosen, 1.0));
                    let entries = entries.chain([(accepted, -1.0)]);
                    self.row(format_args!("shape_{index}"), Bounds::exactly(0.0), entries);
                    shapes.iter().for_each(|shape| self.shape(index, shape));
                }
                Spread::Shares(shares) => {
                    let wanted = job.gpus / self.instance.cluster.gpus_per_server;
                    self.shares(index, wanted, accepted, shares);
                }
            }
        }
    }

    fn shape(&mut self, index: usize, shape: &ShapeColumns) {
        let leaves = shape.leaves;
        let used = shape.used.iter().map(|&(_, column)| (column, 1.0));
        let entries = used.chain([(shape.chosen, -f64::from(leaves))]);
        self.row(format_args!("leaves_{index}_{leaves}"), Bounds::exactly(0.0), entries);
        if shape.flows == 0 {
            return;
        }
        let colours = shape.network.colours.iter().map(|&(_, column)| (column, 1.0));
        let entries = colours.chain([(shape.chosen, -f64::from(shape.flows))]);
        self.row(format_args!("colours_{index}_{leaves}"), Bounds::exactly(0.0), entries);
        self.network(format_args!("{index}_{leaves}"), &shape.used, &shape.network);
    }

    fn shares(&mut self, index: usize, wanted: u32, accepted: Column, shares: &ShareColumns) {
        let size = f64::from(self.instance.cluster.gpus_per_server);
        let servers = shares.used.iter().map(|each| (each.servers, 1.0));
        let entries = servers.chain([(accepted, -f64::from(wanted))]);
        self.row(format_args!("servers_{index}"), Bounds::exactly(0.0), entries);
        let colours: Vec<(Column, f64)> =
            shares.network.colours.iter().map(|&(_, column)| (column, 1.0)).collect();
        let less = |colours: &[(Column, f64)]| -> Vec<(Column, f64)> {
            colours.iter().map(|&(column, one)| (column, -one)).collect()
        };
        let gpus = size * f64::from(wanted);
        for each in &shares.used {
            let leaf = each.leaf;
            let most = self.model.column_bounds(each.servers).upper;
            let entries = [(each.servers, 1.0), (each.used, -most)];
            self.row(format_args!("some_{index}_{leaf}"), Bounds::at_most(0.0), entries);
            let entries = [(each.servers, 1.0), (each.used, -1.0)];
            self.row(format_args!("none_{index}_{leaf}"), Bounds::at_least(0.0), entries);
            let Some(dominates) = each.dominates else { continue };
            let own = [(each.servers, size), (dominates, -gpus)];
            let entries = own.into_iter().chain(less(&colours));
            self.row(format_args!("own_{index}_{leaf}"), Bounds::at_most(0.0), entries);
            let others = [(accepted, gpus), (each.servers, -size), (dominates, gpus)];
            let entries = others.into_iter().chain(less(&colours));
            self.row(format_args!("others_{index}_{leaf}"), Bounds::at_most(gpus), entries);
        }
        if let Some(alone) = shares.alone {
            let entries = colours.iter().copied().chain([(accepted, -size), (alone, size)]);
            self.row(format_args!("ring_{index}"), Bounds::at_least(0.0), entries);
            let many = f64::from(wanted.min(self.instance.cluster.leaves));
            let used = shares.used.iter().map(|each| (each.used, 1.0));
            let entries = used.chain([(alone, many - 1.0), (accepted, -many)]);
            self.row(format_args!("alone_{index}"), Bounds::at_most(0.0), entries);
        } else {
            let entries = shares.used.iter().filter_map(|each| Some((each.dominates?, 1.0)));
            self.row(format_args!("one_{index}"), Bounds::at_most(1.0), entries);
        }
        let used: Vec<(u32, Column)> =
            shares.used.iter().map(|each| (each.leaf, each.used)).collect();
        self.network(format_args!("{index}"), &used, &shares.network);
    }

    /// `z ≥ y - U (1 - x)`; for one job over cables `y ≤ r + (U - r) (1 - x)`.
    fn network(&mut self, name: Arguments<'_>, used: &[(u32, Column)], network: &Network) {
        let most = f64::from(network.most);
        if network.circuits.is_empty() {
            for &(leaf, used) in used {
                for &(spine, colours) in &network.colours {
                    let at = self.instance.cluster.pair_index(leaf, spine);
                    let free = f64::from(self.layout.free.circuits[at]);
                    if free < most {
                        let entries = [(colours, 1.0), (used, most - free)];
                        let row = format_args!("free_{name}_{leaf}_{spine}");
                        self.row(row, Bounds::at_most(most), entries);
                    }
                }
            }
            return;
        }
        let spines = network.colours.len();
        for (at, &(leaf, spine, circuits)) in network.circuits.iter().enumerate() {
            let (_, used) = used[at / spines];
            let (_, colours) = network.colours[at % spines];
            let entries = [(circuits, 1.0), (colours, -1.0), (used, -most)];
            let row = format_args!("circuits_{name}_{leaf}_{spine}");
            self.row(row, Bounds::at_least(-most), entries);
        }
    }

    /// GPUs of servers, and whole servers of leaves.
    fn servers(&mut self) {
        let layout = self.layout;
        let cluster = &self.instance.cluster;
        let per_leaf = cluster.servers_per_leaf as usize;
        let mut in_server: BTreeMap<usize, Vec<(Column, f64)>> = BTreeMap::new();
        let mut on_leaf: BTreeMap<u32, Vec<(Column, f64)>> = BTreeMap::new();
        for (job, columns) in self.instance.question.jobs().iter().zip(&layout.jobs) {
            match &columns.spread {
                Spread::Server(servers) => {
                    for &(server, column) in servers {
                        in_server.entry(server).or_default().push((column, job.gpus.into()));
                    }
                }
                Spread::Shapes(shapes) => {
                    for shape in shapes {
                        for &(leaf, used) in &shape.used {
                            on_leaf.entry(leaf).or_default().push((used, shape.servers.into()));
                        }
                    }
                }
                Spread::Shares(shares) => {
                    for each in &shares.used {
                        on_leaf.entry(each.leaf).or_default().push((each.servers, 1.0));
                    }
                }
            }
        }
        let shared: BTreeMap<usize, Column> = layout.shared.iter().copied().collect();
        for (server, mut entries) in in_server {
            let free = f64::from(layout.free.gpus[server]);
            let mut bounds = Bounds::at_most(free);
            if let Some(&column) = shared.get(&server) {
                entries.push((column, -free));
                bounds = Bounds::at_most(0.0);
            }
            self.row(format_args!("gpus_{server}"), bounds, entries);
        }
        for (&server, &column) in &shared {
            let leaf = (server / per_leaf) as u32;
            on_leaf.entry(leaf).or_default().push((column, 1.0));
        }
        let whole = layout.free.servers_per_leaf(cluster);
        for (leaf, entries) in on_leaf {
            let bounds = Bounds::at_most(whole[leaf as usize].into());
            self.row(format_args!("whole_{leaf}"), bounds, entries);
        }
    }

    /// `c f ≤ used ≤ c (p + f)` for a leaf with `c` GPUs.
    fn leaves(&mut self) {
        let layout = self.layout;
        let cluster = &self.instance.cluster;
        let size = f64::from(cluster.gpus_per_server);
        let per_leaf = cluster.servers_per_leaf as usize;
        let mut taken: BTreeMap<u32, Vec<(Column, f64)>> = BTreeMap::new();
        for (job, columns) in self.instance.question.jobs().iter().zip(&layout.jobs) {
            let mut take = |leaf: u32, column, gpus| {
                taken.entry(leaf).or_default().push((column, gpus));
            };
            match &columns.spread {
                Spread::Server(servers) => servers.iter().for_each(|&(server, column)| {
                    take((server / per_leaf) as u32, column, job.gpus.into());
                }),
                Spread::Shapes(shapes) => {
                    for shape in shapes {
                        let gpus = f64::from(shape.servers) * size;
                        shape.used.iter().for_each(|&(leaf, column)| take(leaf, column, gpus));
                    }
                }
                Spread::Shares(shares) => {
                    shares.used.iter().for_each(|each| take(each.leaf, each.servers, size));
                }
            }
        }
        let mut whole = vec![cluster.gpus_per_leaf(); cluster.leaves as usize];
        for share in &self.instance.failures.gpus {
            whole[share.leaf as usize] -= share.gpus;
        }
        let free = layout.free.gpus_per_leaf(cluster);
        for columns in &layout.leaves {
            let leaf = columns.leaf;
            let all = f64::from(whole[leaf as usize]);
            let held = all - f64::from(free[leaf as usize]);
            let own = taken.remove(&leaf).unwrap_or_default();
            let entries = own.iter().copied();
            let upper = entries.clone().chain([(columns.partly, -all), (columns.full, -all)]);
            self.row(format_args!("some_{leaf}"), Bounds::at_most(-held), upper);
            let lower = entries.chain([(columns.full, -all)]);
            self.row(format_args!("all_{leaf}"), Bounds::at_least(-held), lower);
        }
    }

    /// Circuits of all jobs per pair.
    fn circuits(&self) -> BTreeMap<(u32, u32), Vec<(Column, f64)>> {
        let mut pairs: BTreeMap<(u32, u32), Vec<(Column, f64)>> = BTreeMap::new();
        let mut add = |network: &Network| {
            for &(leaf, spine, column) in &network.circuits {
                pairs.entry((leaf, spine)).or_default().push((column, 1.0));
            }
        };
        for columns in &self.layout.jobs {
            match &columns.spread {
                Spread::Server(_) => {}
                Spread::Shapes(shapes) => shapes.iter().for_each(|shape| add(&shape.network)),
                Spread::Shares(shares) => add(&shares.network),
            }
        }
        pairs
    }

    fn cables(&mut self) {
        for ((leaf, spine), entries) in self.circuits() {
            let free = self.layout.free.circuits[self.instance.cluster.pair_index(leaf, spine)];
            let row = format_args!("pair_{leaf}_{spine}");
            self.row(row, Bounds::at_most(free.into()), entries);
        }
    }

    fn switches(&mut self) {
        let layout = self.layout;
        let moves = self.instance.question.moves() == Moves::Allowed;
        let mut pairs = self.circuits();
        let mut live: BTreeMap<(u32, u32), f64> = BTreeMap::new();
        for each in self.instance.live.iter().flat_map(|job| &job.circuits).filter(|_| moves) {
            *live.entry((each.leaf, each.spine)).or_default() += f64::from(each.count);
            pairs.entry((each.leaf, each.spine)).or_default();
        }
        let mut up: BTreeMap<(u32, u32), Vec<(Column, f64)>> = BTreeMap::new();
        let mut down = up.clone();
        for each in &layout.switched {
            up.entry((each.leaf, each.switch)).or_default().push((each.count, 1.0));
            down.entry((each.spine, each.switch)).or_default().push((each.count, 1.0));
            if let Some(entries) = pairs.get_mut(&(each.leaf, each.spine)) {
                entries.push((each.count, -1.0));
            }
            if let Some((moved, live)) = each.moved {
                let (leaf, spine, switch) = (each.leaf, each.spine, each.switch);
                let row = format_args!("moved_{leaf}_{spine}_{switch}");
                let bounds = Bounds::at_least(live.into());
                self.row(row, bounds, [(moved, 1.0), (each.count, 1.0)]);
            }
        }
        for ((leaf, spine), entries) in pairs {
            let live = live.get(&(leaf, spine)).copied().unwrap_or(0.0);
            self.row(format_args!("pair_{leaf}_{spine}"), Bounds::at_most(-live), entries);
        }
        let switches = self.instance.fabric.switches() as usize;
        for ((leaf, switch), entries) in up {
            let free = layout.free.leaf_ports[leaf as usize * switches + switch as usize];
            self.row(format_args!("up_{leaf}_{switch}"), Bounds::at_most(free.into()), entries);
        }
        for ((spine, switch), entries) in down {
            let free = layout.free.spine_ports[spine as usize * switches + switch as usize];
            let row = format_args!("down_{spine}_{switch}");
            self.row(row, Bounds::at_most(free.into()), entries);
        }
    }

    /// Nobody overtakes.
    fn queue(&mut self) {
        let Question::Batch(batch) = &self.instance.question else { return };
        if batch.order == Order::Fifo {
            for (index, pair) in self.layout.jobs.windows(2).enumerate() {
                let entries = [(pair[0].accepted, 1.0), (pair[1].accepted, -1.0)];
                self.model.add_row(format_args!("fifo_{index}"), Bounds::at_least(0.0), entries);
            }
        }
    }
}
