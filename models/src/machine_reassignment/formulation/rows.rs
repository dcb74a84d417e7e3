//! The rows of the compact model.

use std::collections::{BTreeMap, BTreeSet};

use placewright_solver::mip::{Bounds, Column, ColumnKind, MipModel, Row};

use super::place;
use crate::machine_reassignment::instance::{Instance, Machine};
use crate::machine_reassignment::plan::Plan;

/// Entries of a row.
type Entries = Vec<(Column, f64)>;

/// Columns that follow from where processes are.
#[derive(Default)]
pub(super) struct Definitions {
    /// Columns that take the least value their rows ask for.
    least: Vec<(Column, Row)>,
    /// Columns that say whether a service has a process in a location.
    present: Vec<(Column, usize, u32)>,
}

/// Builds the model.
pub(super) struct Builder<'a> {
    instance: &'a Instance,
    members: Vec<Vec<usize>>,
    model: MipModel,
    definitions: Definitions,
}

impl<'a> Builder<'a> {
    pub(super) fn new(instance: &'a Instance) -> Self {
        let mut members = vec![Vec::new(); instance.services.len()];
        for (p, process) in instance.processes.iter().enumerate() {
            members[process.service.index()].push(p);
        }
        let model = MipModel::new("machine_reassignment");
        Self { instance, members, model, definitions: Definitions::default() }
    }

    pub(super) fn build(mut self) -> (MipModel, Definitions) {
        self.places();
        self.machines();
        for service in 0..self.instance.services.len() {
            self.conflicts(service);
            self.spread(service);
            self.dependencies(service);
        }
        self.service_moves();
        (self.model, self.definitions)
    }

    fn column(&self, process: usize, machine: usize) -> Column {
        place(self.instance, process, machine)
    }

    /// The columns of places with the costs of moves, and one place per process.
    fn places(&mut self) {
        let weights = &self.instance.move_weights;
        for (p, process) in self.instance.processes.iter().enumerate() {
            let home = process.machine.index();
            let mut entries = Entries::new();
            for m in 0..self.instance.machines.len() {
                let distance = self.instance.machines[home].move_costs[m];
                let cost = i128::from(weights.process) * i128::from(process.move_cost)
                    + i128::from(weights.machine) * i128::from(distance);
                let cost = if m == home { 0.0 } else { cost as f64 };
                let column = self.model.add_binary(format!("x_p{p}_m{m}"), cost);
                debug_assert_eq!(column, self.column(p, m));
                entries.push((column, 1.0));
            }
            self.model.add_row(format!("one_p{p}"), Bounds::exactly(1.0), entries);
        }
    }

    /// What a machine's processes use of a resource, as entries.
    fn uses(&self, machine: usize, resource: usize, factor: f64) -> Entries {
        let processes = self.instance.processes.iter().enumerate();
        let needs = processes.map(|(p, process)| {
            (self.column(p, machine), factor * process.requirements[resource] as f64)
        });
        needs.filter(|entry| entry.1 != 0.0).collect()
    }

    /// Capacities, load and balance.
    fn machines(&mut self) {
        for (m, machine) in self.instance.machines.iter().enumerate() {
            for r in 0..self.instance.resources.len() {
                self.capacity(m, machine, r);
                self.load(m, machine, r);
            }
            for k in 0..self.instance.balance_costs.len() {
                self.balance(m, machine, k);
            }
        }
    }

    fn capacity(&mut self, m: usize, machine: &Machine, r: usize) {
        let mut room = machine.capacities[r] as f64;
        let mut entries = self.uses(m, r, 1.0);
        if self.instance.resources[r].transient {
            for (p, process) in self.instance.processes.iter().enumerate() {
                if process.machine.index() == m {
                    room -= process.requirements[r] as f64;
                    let own = self.column(p, m);
                    entries.retain(|entry| entry.0 != own);
                }
            }
        }
        self.model.add_row(format!("capacity_m{m}_r{r}"), Bounds::at_most(room), entries);
    }

    /// A column that pays for what exceeds a bound.
    fn excess(&mut self, name: String, weight: u64, mut entries: Entries, most: f64) {
        let bounds = Bounds::at_least(0.0);
        let column =
            self.model.add_column(name.clone(), bounds, weight as f64, ColumnKind::Continuous);
        entries.push((column, -1.0));
        let row = self.model.add_row(format!("def_{name}"), Bounds::at_most(most), entries);
        self.definitions.least.push((column, row));
    }

    fn load(&mut self, m: usize, machine: &Machine, r: usize) {
        let weight = self.instance.resources[r].load_weight;
        if weight > 0 {
            let entries = self.uses(m, r, 1.0);
            let safe = machine.safety_capacities[r] as f64;
            self.excess(format!("over_m{m}_r{r}"), weight, entries, safe);
        }
    }

    fn balance(&mut self, m: usize, machine: &Machine, k: usize) {
        let each = &self.instance.balance_costs[k];
        let (first, second) = (each.resource.index(), each.partner.index());
        let target = each.target as f64;
        // target · (C1 − U1) − (C2 − U2) − b ≤ 0
        let mut sums: BTreeMap<usize, f64> = BTreeMap::new();
        let both = self.uses(m, first, -target).into_iter().chain(self.uses(m, second, 1.0));
        both.for_each(|(column, value)| *sums.entry(column.index()).or_default() += value);
        let entries = sums.into_iter().filter(|entry| entry.1 != 0.0);
        let entries =
            entries.map(|(column, value)| (Column::new(column), value)).collect::<Entries>();
        let most = machine.capacities[second] as f64 - target * machine.capacities[first] as f64;
        self.excess(format!("unbalanced_m{m}_k{k}"), each.weight, entries, most);
    }

    fn conflicts(&mut self, service: usize) {
        if self.members[service].len() > 1 {
            for m in 0..self.instance.machines.len() {
                let entries = self.members[service].iter().map(|&p| (self.column(p, m), 1.0));
                let entries: Entries = entries.collect();
                let name = format!("conflict_s{service}_m{m}");
                self.model.add_row(name, Bounds::at_most(1.0), entries);
            }
        }
    }

    /// All places of a service's processes on machines that are wanted.
    fn places_of(&self, service: usize, wanted: impl Fn(&Machine) -> bool, value: f64) -> Entries {
        let machines = self.instance.machines.iter().enumerate();
        let machines: Vec<usize> =
            machines.filter(|(_, machine)| wanted(machine)).map(|(m, _)| m).collect();
        let of = |&p: &usize| machines.iter().map(move |&m| (self.column(p, m), value));
        self.members[service].iter().flat_map(of).collect()
    }

    fn spread(&mut self, service: usize) {
        let wanted = self.instance.services[service].min_locations;
        if wanted <= 1 {
            return;
        }
        let locations: BTreeSet<u32> =
            self.instance.machines.iter().map(|machine| machine.location).collect();
        let mut all = Entries::new();
        for location in locations {
            let column = self.model.add_binary(format!("y_s{service}_l{location}"), 0.0);
            let mut entries = self.places_of(service, |m| m.location == location, -1.0);
            entries.push((column, 1.0));
            let name = format!("at_s{service}_l{location}");
            self.model.add_row(name, Bounds::at_most(0.0), entries);
            self.definitions.present.push((column, service, location));
            all.push((column, 1.0));
        }
        let name = format!("spread_s{service}");
        self.model.add_row(name, Bounds::at_least(f64::from(wanted)), all);
    }

    fn dependencies(&mut self, service: usize) {
        let neighbourhoods: BTreeSet<u32> =
            self.instance.machines.iter().map(|machine| machine.neighbourhood).collect();
        let needed: BTreeSet<usize> =
            self.instance.services[service].depends_on.iter().map(|t| t.index()).collect();
        for other in needed.into_iter().filter(|&other| other != service) {
            for &zone in &neighbourhoods {
                let there = self.places_of(other, |m| m.neighbourhood == zone, -1.0);
                for p in self.members[service].clone() {
                    let machines = self.instance.machines.iter().enumerate();
                    let own = machines.filter(|(_, machine)| machine.neighbourhood == zone);
                    let own = own.map(|(m, _)| (self.column(p, m), 1.0));
                    let entries: Entries = own.chain(there.iter().copied()).collect();
                    let name = format!("needs_p{p}_s{other}_n{zone}");
                    self.model.add_row(name, Bounds::at_most(0.0), entries);
                }
            }
        }
    }

    fn service_moves(&mut self) {
        let weight = self.instance.move_weights.service;
        if weight == 0 {
            return;
        }
        let bounds = Bounds::at_least(0.0);
        let most =
            self.model.add_column("most_moves", bounds, weight as f64, ColumnKind::Continuous);
        for (service, members) in self.members.iter().enumerate() {
            if members.is_empty() {
                continue;
            }
            // size − Σ x[p, M0(p)] − z ≤ 0
            let home = |&p: &usize| {
                let home = self.instance.processes[p].machine.index();
                (place(self.instance, p, home), -1.0)
            };
            let mut entries: Entries = members.iter().map(home).collect();
            entries.push((most, -1.0));
            let bounds = Bounds::at_most(-(members.len() as f64));
            let row = self.model.add_row(format!("moves_s{service}"), bounds, entries);
            self.definitions.least.push((most, row));
        }
    }
}

impl Definitions {
    /// Sets what follows from where processes are.
    pub(super) fn complete(
        &self,
        instance: &Instance,
        model: &MipModel,
        plan: &Plan,
        values: &mut [f64],
    ) {
        let located = instance.processes.iter().zip(&plan.machines);
        let located: BTreeSet<(usize, u32)> = located
            .map(|(process, machine)| {
                (process.service.index(), instance.machines[machine.index()].location)
            })
            .collect();
        for &(column, service, location) in &self.present {
            values[column.index()] = f64::from(u8::from(located.contains(&(service, location))));
        }
        for &(column, row) in &self.least {
            let short = model.activity(row, values) - model.row_bounds(row).upper;
            values[column.index()] += short.max(0.0);
        }
    }
}
