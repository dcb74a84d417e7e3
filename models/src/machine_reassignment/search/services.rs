//! Where the processes of services are, and what that permits.

use placewright_solver::search::group_counts::GroupCounts;

use super::tables::Tables;

/// Where the processes of services are, by machine, location and neighbourhood.
pub struct Services {
    on_machine: GroupCounts,
    in_location: GroupCounts,
    in_neighbourhood: GroupCounts,
    /// Services of a single process that neither depend on others nor others on them.
    free: Vec<bool>,
    linked: Vec<bool>,
}

impl Services {
    /// No process anywhere.
    #[must_use]
    pub fn new(tables: &Tables) -> Self {
        let services = tables.min_locations.len() as u32;
        let members = |s: u32| tables.members.of_one(s).len();
        let linked =
            |s: u32| !tables.needed.of_one(s).is_empty() || !tables.dependents.of_one(s).is_empty();
        let counts = |wanted: &dyn Fn(u32) -> bool| {
            GroupCounts::new((0..services).map(|s| if wanted(s) { members(s) } else { 0 }))
        };
        Self {
            on_machine: counts(&|s| members(s) > 1),
            in_location: counts(&|s| members(s) > 1),
            in_neighbourhood: counts(&linked),
            free: (0..services).map(|s| members(s) <= 1 && !linked(s)).collect(),
            linked: (0..services).map(linked).collect(),
        }
    }

    /// Puts a process of a service onto a machine.
    pub fn add(&mut self, tables: &Tables, service: u32, machine: u32) {
        if self.free[service as usize] {
            return;
        }
        if tables.members.of_one(service).len() > 1 {
            self.on_machine.add(service, machine);
            self.in_location.add(service, tables.location[machine as usize]);
        }
        if self.linked[service as usize] {
            self.in_neighbourhood.add(service, tables.neighbourhood[machine as usize]);
        }
    }

    /// Takes a process of a service off a machine.
    pub fn remove(&mut self, tables: &Tables, service: u32, machine: u32) {
        if self.free[service as usize] {
            return;
        }
        if tables.members.of_one(service).len() > 1 {
            self.on_machine.remove(service, machine);
            self.in_location.remove(service, tables.location[machine as usize]);
        }
        if self.linked[service as usize] {
            self.in_neighbourhood.remove(service, tables.neighbourhood[machine as usize]);
        }
    }

    /// Whether a process of a service may go from one machine to another: no other of the service is
    /// there, enough locations are left, and no neighbourhood misses what it depends on.
    #[must_use]
    pub fn may_go(&self, tables: &Tables, service: u32, from: u32, to: u32) -> bool {
        let s = service as usize;
        if self.free[s] {
            return true;
        }
        if tables.members.of_one(service).len() > 1 {
            if self.on_machine.count(service, to) > 0 {
                return false;
            }
            let (old, new) = (tables.location[from as usize], tables.location[to as usize]);
            if old != new && tables.min_locations[s] > 1 {
                let lost = u32::from(self.in_location.count(service, old) == 1);
                let won = u32::from(self.in_location.count(service, new) == 0);
                if self.in_location.places(service) + won < tables.min_locations[s] + lost {
                    return false;
                }
            }
        }
        let (old, new) = (tables.neighbourhood[from as usize], tables.neighbourhood[to as usize]);
        if old == new || !self.linked[s] {
            return true;
        }
        let mut needed = tables.needed.of_one(service).iter();
        let mut dependents = tables.dependents.of_one(service).iter();
        needed.all(|&other| self.in_neighbourhood.count(other, new) > 0)
            && (self.in_neighbourhood.count(service, old) > 1
                || dependents.all(|&other| self.in_neighbourhood.count(other, old) == 0))
    }

    /// Whether one of two services depends on the other.
    #[must_use]
    pub fn related(&self, tables: &Tables, one: u32, other: u32) -> bool {
        self.linked[one as usize]
            && (tables.needed.of_one(one).contains(&other)
                || tables.dependents.of_one(one).contains(&other))
    }
}
