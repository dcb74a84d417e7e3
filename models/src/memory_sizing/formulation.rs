//! The exact model: one shortest path per type, tied together by menu, failures and nodes.
//!
//! Levels are the nodes of a type's path, rungs its arcs: `z[p,u,s] = 1` when type `p`, having
//! reached level `u`, next tries size `s`. With sums `S`, `F`, `N` above a level (see `profile`)
//! and `v` the level that `s` reaches,
//!
//! ```text
//! min Σ z[p,u,s] · ( s (S_u − S_v) + s F_v + φ N_v )  −  U
//!     Σ_{s} z[p,0,s] = 1                              every type starts
//!     Σ into u z = Σ out of u z                       levels 0 < u < last
//!     Σ z[p,·,·] ≤ K_p                                attempts
//!     Σ_u z[p,u,s] ≤ y_s,   Σ_s y_s ≤ C               menu
//!     Σ N_v z[p,u,s] ≤ B                              failures
//!     Σ_n w[p,s,n] = slots_p · z[p,0,s]               first attempts are placed
//!     Σ s w[p,s,n] ≤ memory_n,  Σ cores_p w[p,s,n] ≤ cores_n
//! ```
//!
//! Without the last three groups the matrix is a network matrix (plus the attempts), which is why
//! the uncoupled problem is a dynamic program. Sizes are those in use: the type's own without a
//! menu, all types' with one.

use std::collections::{HashMap, HashSet};

use placewright_solver::exact::Formulation;
use placewright_solver::mip::{Bounds, Column, ColumnKind, MipModel};

use super::instance::{Instance, NodeId, TypeId};
use super::ladder::{Rung, own_rungs};
use super::plan::{Ladder, Placement, Plan};
use super::prepared::{Prepared, Shared};
use super::priced::menu_rungs;
use super::problem::MemorySizing;
use super::profile::Profile;

/// The formulation of the module's head.
#[derive(Clone, Debug, Default)]
pub struct ArcFlow {
    /// Prepared data, shared with the heuristics.
    pub shared: Shared,
}

/// What a column stands for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
enum Meaning {
    /// Type, level left, size tried.
    Arc { type_index: usize, from: usize, size_mib: u64 },
    /// A size on the menu.
    OnMenu { size_mib: u64 },
    /// Slots of a type that starts with a size, on a node.
    Slots { type_index: usize, size_mib: u64, node: usize },
}

/// The columns in order; the model and both translations are made from this one list.
struct Layout {
    columns: Vec<Meaning>,
    rungs: Vec<Vec<Rung>>,
}

impl Layout {
    fn new(instance: &Instance, prepared: &Prepared) -> Self {
        let rungs: Vec<Vec<Rung>> =
            prepared.profiles.iter().map(|profile| rungs(instance, prepared, profile)).collect();
        let mut columns = Vec::new();
        if instance.max_distinct_sizes.is_some() {
            let sizes = prepared.sizes_mib.iter();
            columns.extend(sizes.map(|&size_mib| Meaning::OnMenu { size_mib }));
        }
        for (type_index, rungs) in rungs.iter().enumerate() {
            let profile = &prepared.profiles[type_index];
            columns.extend(arcs(profile, rungs).map(|(from, rung)| Meaning::Arc {
                type_index,
                from,
                size_mib: rung.size_mib,
            }));
            for rung in rungs {
                let task_type = &instance.types[type_index];
                let size_mib = rung.size_mib;
                let nodes = instance.nodes.iter().enumerate();
                let fitting =
                    nodes.filter(|(_, n)| n.cores >= task_type.cores && n.memory_mib >= size_mib);
                columns.extend(fitting.map(|(node, _)| Meaning::Slots {
                    type_index,
                    size_mib,
                    node,
                }));
            }
        }
        Self { columns, rungs }
    }
}

fn rungs(instance: &Instance, prepared: &Prepared, profile: &Profile) -> Vec<Rung> {
    match instance.max_distinct_sizes {
        Some(_) => menu_rungs(profile, &prepared.sizes_mib),
        None => own_rungs(profile),
    }
}

/// How many rungs a type has, and how many arcs lead to them, without listing either: a rung of
/// level `u` has an arc from each of the `u` levels below it. Time O(levels · log sizes).
fn counted(instance: &Instance, prepared: &Prepared, profile: &Profile) -> (usize, usize) {
    let sizes_mib = match instance.max_distinct_sizes {
        Some(_) => &prepared.sizes_mib,
        None => &profile.sizes_mib,
    };
    let end = sizes_mib.partition_point(|&size| size <= profile.limit_mib);
    let reaching = |own: &u64| end.saturating_sub(sizes_mib.partition_point(|size| size < own));
    let rungs = profile.sizes_mib.first().map_or(0, reaching);
    (rungs, profile.sizes_mib.iter().map(reaching).sum())
}

/// All arcs of a type: `(level left, rung tried)`. With few attempts, only those that leave
/// enough of them to finish.
fn arcs<'a>(profile: &'a Profile, rungs: &'a [Rung]) -> impl Iterator<Item = (usize, Rung)> + 'a {
    let (levels, attempts) = (profile.levels(), profile.max_attempts);
    rungs.iter().flat_map(move |&rung| {
        let to = rung.level as usize;
        let useful = move |&from: &usize| {
            let (starts, ends) = (from == 0, to == levels);
            match attempts {
                1 => starts && ends,
                2 => starts || ends,
                _ => true,
            }
        };
        (0..to).filter(useful).map(move |from| (from, rung))
    })
}

impl Formulation<MemorySizing> for ArcFlow {
    fn nonzeros(&self, instance: &Instance) -> usize {
        let prepared = self.shared.get(instance);
        let per_arc = 4 + usize::from(instance.max_failures.is_some());
        let of_type = |profile: &Profile| {
            let (rungs, arcs) = counted(instance, prepared, profile);
            // Beyond its arcs a rung has its place in a menu link and in a row of slots.
            arcs * per_arc + rungs * (2 + instance.nodes.len() * 3)
        };
        let menu = prepared.sizes_mib.len();
        menu + prepared.profiles.iter().map(of_type).sum::<usize>()
    }

    fn build(&self, instance: &Instance) -> MipModel {
        let prepared = self.shared.get(instance);
        Build::new(instance, prepared).run()
    }

    fn encode(&self, instance: &Instance, plan: &Plan) -> Vec<f64> {
        let prepared = self.shared.get(instance);
        let layout = Layout::new(instance, prepared);
        let mut ones = HashSet::new();
        let mut slots = HashMap::new();
        let types = plan.ladders.iter().zip(&prepared.profiles);
        let sizes: Vec<Vec<u64>> =
            types.map(|(ladder, profile)| in_use(instance, prepared, profile, ladder)).collect();
        for (type_index, (sizes, profile)) in sizes.iter().zip(&prepared.profiles).enumerate() {
            let mut from = 0;
            for &size_mib in sizes {
                ones.insert(Meaning::OnMenu { size_mib });
                ones.insert(Meaning::Arc { type_index, from, size_mib });
                from = profile.level(size_mib);
            }
        }
        for placement in &plan.placements {
            let (type_index, node) = (placement.task_type.index(), placement.node.index());
            let Some(&size_mib) = sizes[type_index].first() else { continue };
            slots.insert(Meaning::Slots { type_index, size_mib, node }, f64::from(placement.slots));
        }
        let value = |meaning: &Meaning| match slots.get(meaning) {
            Some(&slots) => slots,
            None => f64::from(u8::from(ones.contains(meaning))),
        };
        layout.columns.iter().map(value).collect()
    }

    fn decode(&self, instance: &Instance, values: &[f64]) -> Plan {
        let prepared = self.shared.get(instance);
        let layout = Layout::new(instance, prepared);
        let mut plan =
            Plan { ladders: vec![Ladder::default(); instance.types.len()], placements: Vec::new() };
        for (meaning, &value) in layout.columns.iter().zip(values) {
            match *meaning {
                Meaning::Arc { type_index, size_mib, .. } if value > 0.5 => {
                    plan.ladders[type_index].0.push(size_mib);
                }
                Meaning::Slots { type_index, node, .. } if value > 0.5 => {
                    plan.placements.push(Placement {
                        task_type: TypeId(type_index as u32),
                        node: NodeId(node as u32),
                        slots: value.round() as u32,
                    });
                }
                _ => {}
            }
        }
        plan.ladders.iter_mut().for_each(|ladder| ladder.0.sort_unstable());
        plan.placements.sort_unstable();
        plan
    }
}

/// A ladder in the model's sizes: every rung lowered to the next size in use (the type's own, or
/// with a menu anybody's), which admits the same samples for less.
fn in_use(
    instance: &Instance,
    prepared: &Prepared,
    profile: &Profile,
    ladder: &Ladder,
) -> Vec<u64> {
    let sizes = match instance.max_distinct_sizes {
        Some(_) => &prepared.sizes_mib,
        None => &profile.sizes_mib,
    };
    let lower = |&rung: &u64| sizes[..sizes.partition_point(|&size| size <= rung)].last().copied();
    ladder.0.iter().filter_map(lower).collect()
}

struct Build<'a> {
    instance: &'a Instance,
    prepared: &'a Prepared,
    layout: Layout,
    model: MipModel,
    column_of: HashMap<Meaning, Column>,
}

impl<'a> Build<'a> {
    fn new(instance: &'a Instance, prepared: &'a Prepared) -> Self {
        let layout = Layout::new(instance, prepared);
        let model = MipModel::new("memory_sizing");
        Self { instance, prepared, layout, model, column_of: HashMap::new() }
    }

    fn run(mut self) -> MipModel {
        self.add_columns();
        for type_index in 0..self.instance.types.len() {
            self.add_path(type_index);
            self.add_menu_links(type_index);
            self.add_slots(type_index);
        }
        self.add_menu();
        self.add_failures();
        self.add_nodes();
        let usage: i128 = self.prepared.profiles.iter().map(|profile| profile.usage_mib_ms).sum();
        self.model.set_constant(-(usage as f64));
        self.model
    }

    fn add_columns(&mut self) {
        for meaning in &self.layout.columns {
            let column = match *meaning {
                Meaning::OnMenu { size_mib } => {
                    self.model.add_binary(format!("y_s{size_mib}"), 0.0)
                }
                Meaning::Arc { type_index, from, size_mib } => {
                    let cost = arc_cost(
                        self.instance,
                        &self.prepared.profiles[type_index],
                        from,
                        size_mib,
                    );
                    let name = format!("z_t{type_index}_u{from}_s{size_mib}");
                    self.model.add_binary(name, cost as f64)
                }
                Meaning::Slots { type_index, size_mib, node } => {
                    let slots = f64::from(self.instance.types[type_index].slots);
                    let name = format!("w_t{type_index}_s{size_mib}_n{node}");
                    let bounds = Bounds::between(0.0, slots);
                    self.model.add_column(name, bounds, 0.0, ColumnKind::Integer)
                }
            };
            self.column_of.insert(*meaning, column);
        }
    }

    fn arcs(&self, type_index: usize) -> Vec<(usize, Rung, Column)> {
        arcs(&self.prepared.profiles[type_index], &self.layout.rungs[type_index])
            .map(|(from, rung)| {
                let meaning = Meaning::Arc { type_index, from, size_mib: rung.size_mib };
                (from, rung, self.column_of[&meaning])
            })
            .collect()
    }

    /// One unit from level 0 to the last, over at most `K` arcs.
    fn add_path(&mut self, type_index: usize) {
        let profile = &self.prepared.profiles[type_index];
        let mut conservation: Vec<Vec<(Column, f64)>> = vec![Vec::new(); profile.levels()];
        let arcs = self.arcs(type_index);
        for &(from, rung, column) in &arcs {
            conservation[from].push((column, 1.0));
            if let Some(entries) = conservation.get_mut(rung.level as usize) {
                entries.push((column, -1.0));
            }
        }
        for (level, entries) in conservation.into_iter().enumerate() {
            let through = if level == 0 { 1.0 } else { 0.0 };
            let name = format!("path_t{type_index}_u{level}");
            self.model.add_row(name, Bounds::exactly(through), entries);
        }
        if profile.max_attempts < profile.levels() && profile.max_attempts > 2 {
            let entries: Vec<_> = arcs.iter().map(|&(_, _, column)| (column, 1.0)).collect();
            let bounds = Bounds::at_most(profile.max_attempts as f64);
            self.model.add_row(format!("attempts_t{type_index}"), bounds, entries);
        }
    }

    fn add_menu_links(&mut self, type_index: usize) {
        if self.instance.max_distinct_sizes.is_none() {
            return;
        }
        let mut links: HashMap<u64, Vec<(Column, f64)>> = HashMap::new();
        for (_, rung, column) in self.arcs(type_index) {
            links.entry(rung.size_mib).or_default().push((column, 1.0));
        }
        for rung in self.layout.rungs[type_index].clone() {
            let size_mib = rung.size_mib;
            let Some(mut entries) = links.remove(&size_mib) else { continue };
            entries.push((self.column_of[&Meaning::OnMenu { size_mib }], -1.0));
            let name = format!("menu_t{type_index}_s{size_mib}");
            self.model.add_row(name, Bounds::at_most(0.0), entries);
        }
    }

    /// Every slot of the size the type starts with is placed.
    fn add_slots(&mut self, type_index: usize) {
        if self.instance.nodes.is_empty() {
            return;
        }
        let slots = f64::from(self.instance.types[type_index].slots);
        for rung in self.layout.rungs[type_index].clone() {
            let size_mib = rung.size_mib;
            let placed = |node| Meaning::Slots { type_index, size_mib, node };
            let mut entries: Vec<(Column, f64)> = (0..self.instance.nodes.len())
                .filter_map(|node| self.column_of.get(&placed(node)))
                .map(|&column| (column, 1.0))
                .collect();
            let first = Meaning::Arc { type_index, from: 0, size_mib };
            entries.extend(self.column_of.get(&first).map(|&column| (column, -slots)));
            let name = format!("slots_t{type_index}_s{size_mib}");
            self.model.add_row(name, Bounds::exactly(0.0), entries);
        }
    }

    fn add_menu(&mut self) {
        if let Some(menu) = self.instance.max_distinct_sizes {
            let on_menu = |&size_mib: &u64| self.column_of[&Meaning::OnMenu { size_mib }];
            let entries: Vec<_> =
                self.prepared.sizes_mib.iter().map(|size| (on_menu(size), 1.0)).collect();
            self.model.add_row("menu", Bounds::at_most(menu.into()), entries);
        }
    }

    fn add_failures(&mut self) {
        let Some(budget) = self.instance.max_failures else { return };
        let mut entries = Vec::new();
        for (type_index, profile) in self.prepared.profiles.iter().enumerate() {
            for (_, rung, column) in self.arcs(type_index) {
                let failures = profile.count_above[rung.level as usize];
                if failures > 0 {
                    entries.push((column, failures as f64));
                }
            }
        }
        self.model.add_row("failures", Bounds::at_most(budget as f64), entries);
    }

    fn add_nodes(&mut self) {
        let count = self.instance.nodes.len();
        let (mut memory, mut cores) = (vec![Vec::new(); count], vec![Vec::new(); count]);
        for meaning in &self.layout.columns {
            if let Meaning::Slots { type_index, size_mib, node } = *meaning {
                let column = self.column_of[meaning];
                memory[node].push((column, size_mib as f64));
                cores[node].push((column, f64::from(self.instance.types[type_index].cores)));
            }
        }
        for (index, (memory, cores)) in memory.into_iter().zip(cores).enumerate() {
            let node = &self.instance.nodes[index];
            let limit = Bounds::at_most(node.memory_mib as f64);
            self.model.add_row(format!("memory_n{index}"), limit, memory);
            let limit = Bounds::at_most(node.cores.into());
            self.model.add_row(format!("cores_n{index}"), limit, cores);
        }
    }
}

/// `s (S_u − S_v) + s F_v + φ N_v` in MiB·ms.
fn arc_cost(instance: &Instance, profile: &Profile, from: usize, size_mib: u64) -> i128 {
    let to = profile.level(size_mib);
    let time =
        profile.time_above_ms[from] - profile.time_above_ms[to] + profile.failed_above_ms[to];
    i128::from(size_mib) * i128::from(time)
        + i128::from(instance.failure_price_mib_ms) * i128::from(profile.count_above[to])
}
