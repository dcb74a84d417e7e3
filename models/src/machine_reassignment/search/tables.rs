//! The instance as flat arrays, for inner loops.

use crate::machine_reassignment::instance::Instance;

/// The instance as flat arrays. Space O(processes · (resources + balance costs) + machines²), the
/// square being the move costs of the instance.
pub struct Tables {
    /// Number of processes.
    pub processes: usize,
    /// Number of machines.
    pub machines: usize,
    /// Rows of a machine that have a price: resources with a weight, then balance costs.
    pub priced: usize,
    /// Rows of a machine that are limited: resources, those that are not transient first.
    pub limited: usize,
    /// How many of the limited rows are not transient.
    pub lasting: usize,
    /// What every process adds to priced rows, times the price.
    priced_amounts: Vec<i64>,
    /// What every process needs of limited rows.
    needs: Vec<i64>,
    /// Where processes are at first.
    pub home: Vec<u32>,
    /// Their services.
    pub service: Vec<u32>,
    /// What it costs to move them, by process.
    pub move_cost: Vec<i64>,
    machine_move_costs: Vec<u32>,
    machine_move_weight: i64,
    /// Weight of the most moves of a service.
    pub service_move_weight: i64,
    /// Locations of machines.
    pub location: Vec<u32>,
    /// Neighbourhoods of machines.
    pub neighbourhood: Vec<u32>,
    /// On how many locations services must be.
    pub min_locations: Vec<u32>,
    /// Processes of services.
    pub members: Lists,
    /// Services that services depend on.
    pub needed: Lists,
    /// Services that depend on services.
    pub dependents: Lists,
}

/// Temperatures that suit an instance.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Scale {
    /// Where typical processes may go anywhere.
    pub hot: f64,
    /// Where a plan keeps most of its shape.
    pub warm: f64,
    /// Where nothing that matters gets worse any more.
    pub cold: f64,
}

/// Lists of numbers, one after the other.
pub struct Lists {
    first: Vec<u32>,
    items: Vec<u32>,
}

impl Lists {
    /// `count` lists from pairs of list and item.
    #[must_use]
    pub fn of(count: usize, pairs: impl Iterator<Item = (u32, u32)> + Clone) -> Self {
        let mut first = vec![0; count + 1];
        pairs.clone().for_each(|(list, _)| first[list as usize + 1] += 1);
        for list in 0..count {
            first[list + 1] += first[list];
        }
        let (mut next, mut items) = (first.clone(), vec![0; first[count] as usize]);
        for (list, item) in pairs {
            let place = &mut next[list as usize];
            items[*place as usize] = item;
            *place += 1;
        }
        Self { first, items }
    }

    /// A list.
    #[must_use]
    pub fn of_one(&self, list: u32) -> &[u32] {
        let list = list as usize;
        &self.items[self.first[list] as usize..self.first[list + 1] as usize]
    }
}

impl Tables {
    /// Flattens an instance without issues: its costs fit into 64 bits.
    #[must_use]
    pub fn new(instance: &Instance) -> Self {
        let resources = &instance.resources;
        let transient_last = |transient| {
            let some = (0..resources.len()).filter(move |&r| resources[r].transient == transient);
            some.collect::<Vec<_>>()
        };
        let (lasting, transient) = (transient_last(false), transient_last(true));
        let order: Vec<usize> = lasting.iter().chain(&transient).copied().collect();
        let loads = resources.iter().filter(|resource| resource.load_weight > 0).count();
        let (mut priced_amounts, mut needs) = (Vec::new(), Vec::new());
        for process in &instance.processes {
            needs.extend(order.iter().map(|&r| process.requirements[r] as i64));
            let need = |r: usize| process.requirements[r] as i64;
            for (r, resource) in resources.iter().enumerate().filter(|(_, r)| r.load_weight > 0) {
                priced_amounts.push(resource.load_weight as i64 * need(r));
            }
            priced_amounts.extend(instance.balance_costs.iter().map(|each| {
                let wanted = each.target as i64 * need(each.resource.index());
                each.weight as i64 * (need(each.partner.index()) - wanted)
            }));
        }
        let services = instance.services.len();
        let (processes, weights) = (&instance.processes, &instance.move_weights);
        let members = (0..).zip(processes).map(|(p, process)| (process.service.0, p));
        let needed = (0..).zip(&instance.services).flat_map(|(s, service)| {
            service.depends_on.iter().filter(move |t| t.0 != s).map(move |t| (s, t.0))
        });
        Self {
            processes: processes.len(),
            machines: instance.machines.len(),
            priced: loads + instance.balance_costs.len(),
            limited: resources.len(),
            lasting: lasting.len(),
            priced_amounts,
            needs,
            home: processes.iter().map(|process| process.machine.0).collect(),
            service: processes.iter().map(|process| process.service.0).collect(),
            move_cost: processes
                .iter()
                .map(|process| weights.process as i64 * process.move_cost as i64)
                .collect(),
            machine_move_costs: instance
                .machines
                .iter()
                .flat_map(|machine| machine.move_costs.iter().copied())
                .collect(),
            machine_move_weight: weights.machine as i64,
            service_move_weight: weights.service as i64,
            location: instance.machines.iter().map(|machine| machine.location).collect(),
            neighbourhood: instance.machines.iter().map(|machine| machine.neighbourhood).collect(),
            min_locations: instance.services.iter().map(|each| each.min_locations).collect(),
            members: Lists::of(services, members),
            dependents: Lists::of(services, needed.clone().map(|(s, t)| (t, s))),
            needed: Lists::of(services, needed),
        }
    }

    /// Whether there are transient resources.
    #[must_use]
    pub fn has_transient(&self) -> bool {
        self.lasting < self.limited
    }

    /// What a process adds to a priced row on average, times the price.
    #[must_use]
    pub fn typical_amount(&self) -> f64 {
        let sum: f64 = self.priced_amounts.iter().map(|&amount| amount.abs() as f64).sum();
        sum / self.priced_amounts.len().max(1) as f64
    }

    /// What a process needs on average, by limited row.
    pub fn mean_needs(&self) -> impl Iterator<Item = f64> {
        let of_row = |row| self.needs.iter().skip(row).step_by(self.limited);
        let sum = move |row| of_row(row).map(|&need| need as f64).sum::<f64>();
        (0..self.limited).map(move |row| sum(row) / self.processes as f64)
    }

    /// What a change of a process's place saves at most.
    #[must_use]
    pub fn most_savings(&self, process: u32) -> i64 {
        let rows: i64 = self.amounts(process).iter().map(|amount| amount.abs()).sum();
        let home = self.home[process as usize] as usize * self.machines;
        let distances = &self.machine_move_costs[home..home + self.machines];
        let farthest = distances.iter().copied().max().unwrap_or(0);
        let moves = self.move_cost[process as usize] + self.service_move_weight;
        rows + moves + self.machine_move_weight * i64::from(farthest)
    }

    /// Temperatures from what processes add to rows on average, and from what a move costs.
    #[must_use]
    pub fn scale(&self) -> Scale {
        let typical = self.typical_amount();
        let moves: f64 = self.move_cost.iter().map(|&cost| cost as f64).sum();
        let distances: f64 = self.machine_move_costs.iter().map(|&cost| f64::from(cost)).sum();
        let move_cost = moves / self.processes as f64
            + self.machine_move_weight as f64 * distances / (self.machines as f64).powi(2);
        let hot = (8.0 * typical).max(move_cost).max(1.0);
        Scale { hot, warm: hot / 100.0, cold: (move_cost / 16.0).min(hot / 1_000.0).max(0.1) }
    }

    /// What a process adds to priced rows, times the price.
    #[must_use]
    pub fn amounts(&self, process: u32) -> &[i64] {
        &self.priced_amounts[process as usize * self.priced..][..self.priced]
    }

    /// What a process needs of limited rows of a machine: all, or the lasting ones where the others
    /// are kept for it anyway.
    #[must_use]
    pub fn needs(&self, process: u32, machine: u32) -> &[i64] {
        let rows = if self.home[process as usize] == machine { self.lasting } else { self.limited };
        &self.needs[process as usize * self.limited..][..rows]
    }

    /// What it costs that a process is on a machine, beside the machine's rows and the most moves of
    /// a service.
    #[must_use]
    pub fn place_cost(&self, process: u32, machine: u32) -> i64 {
        let home = self.home[process as usize];
        if home == machine {
            return 0;
        }
        let distance = self.machine_move_costs[home as usize * self.machines + machine as usize];
        self.move_cost[process as usize] + self.machine_move_weight * i64::from(distance)
    }

    /// What is on priced rows before any process is: nothing is used, all is free.
    #[must_use]
    pub fn empty_priced_rows(instance: &Instance) -> Vec<i64> {
        let mut beyond = Vec::new();
        for machine in &instance.machines {
            for (r, resource) in instance.resources.iter().enumerate() {
                if resource.load_weight > 0 {
                    let safe = machine.safety_capacities[r] as i64;
                    beyond.push(-(resource.load_weight as i64 * safe));
                }
            }
            let capacity = |r: usize| machine.capacities[r] as i64;
            beyond.extend(instance.balance_costs.iter().map(|each| {
                let wanted = each.target as i64 * capacity(each.resource.index());
                each.weight as i64 * (wanted - capacity(each.partner.index()))
            }));
        }
        beyond
    }

    /// The room of limited rows before any process is there.
    #[must_use]
    pub fn empty_limited_rows(instance: &Instance) -> Vec<i64> {
        let mut room = Vec::new();
        for machine in &instance.machines {
            for transient in [false, true] {
                let resources = instance.resources.iter().zip(&machine.capacities);
                let some = resources.filter(|(resource, _)| resource.transient == transient);
                room.extend(some.map(|(_, &capacity)| capacity as i64));
            }
        }
        room
    }
}
