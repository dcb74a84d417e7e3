//! A plan under small changes: every change is priced before it is made, in O(resources + balance
//! costs), whatever the numbers of processes and machines.

use placewright_solver::search::block_rows::{LimitedRows, PricedRows};
use placewright_solver::search::room_prices::RoomPrices;

use super::moved::Moved;
use super::services::Services;
use super::tables::Tables;
use crate::machine_reassignment::instance::{Instance, MachineId};
use crate::machine_reassignment::plan::Plan;

/// Where processes are, with all that follows from it.
pub struct Board {
    /// The instance.
    pub tables: Tables,
    at: Vec<u32>,
    priced: PricedRows,
    limited: LimitedRows,
    services: Services,
    moved: Moved,
    cost: i64,
    on_machine: Vec<Vec<u32>>,
    /// Place of a process in the list of its machine.
    place: Vec<u32>,
    displaced: Vec<u32>,
    /// Place of a process in the list of displaced ones.
    displaced_place: Vec<u32>,
}

impl Board {
    /// A board with a plan that the referee accepts, of an instance without issues.
    #[must_use]
    pub fn new(instance: &Instance, plan: &Plan) -> Self {
        let tables = Tables::new(instance);
        let services = instance.services.len() as u32;
        let largest = (0..services).map(|s| tables.members.of_one(s).len()).max().unwrap_or(0);
        let mut board = Self {
            at: tables.home.clone(),
            priced: PricedRows::new(tables.priced, Tables::empty_priced_rows(instance)),
            limited: LimitedRows::new(tables.limited, Tables::empty_limited_rows(instance)),
            services: Services::new(&tables),
            moved: Moved::new(services as usize, largest),
            cost: 0,
            on_machine: vec![Vec::new(); tables.machines],
            place: vec![0; tables.processes],
            displaced: Vec::new(),
            displaced_place: vec![0; tables.processes],
            tables,
        };
        for process in 0..board.tables.processes as u32 {
            let home = board.tables.home[process as usize];
            board.priced.add(home, board.tables.amounts(process));
            // At home it needs the transient resources too, and they stay its own when it leaves.
            board.limited.add(home, board.tables.needs(process, u32::MAX));
            board.services.add(&board.tables, board.tables.service[process as usize], home);
            board.list(process, home);
        }
        board.cost = (0..board.tables.machines as u32).map(|m| board.priced.cost(m)).sum();
        for (process, machine) in (0..).zip(&plan.machines) {
            if machine.0 != board.at(process) {
                board.cost += board.effect_of_shift(process, machine.0);
                board.put(process, machine.0);
            }
        }
        board
    }

    /// Where a process is.
    #[must_use]
    pub fn at(&self, process: u32) -> u32 {
        self.at[process as usize]
    }

    /// What the plan costs.
    #[must_use]
    pub fn cost(&self) -> i64 {
        self.cost
    }

    /// The processes on a machine.
    #[must_use]
    pub fn on_machine(&self, machine: u32) -> &[u32] {
        &self.on_machine[machine as usize]
    }

    /// The processes that are not where they were at first.
    #[must_use]
    pub fn displaced(&self) -> &[u32] {
        &self.displaced
    }

    /// What a machine's rows cost.
    #[must_use]
    pub fn machine_cost(&self, machine: u32) -> i64 {
        self.priced.cost(machine)
    }

    /// The plan.
    #[must_use]
    pub fn plan(&self) -> Plan {
        Plan { machines: self.at.iter().map(|&machine| MachineId(machine)).collect() }
    }

    /// Whether a machine has room for a process that is elsewhere.
    #[must_use]
    pub fn fits(&self, process: u32, to: u32) -> bool {
        self.limited.fits(to, self.tables.needs(process, to))
    }

    /// Whether two processes on different machines have room in each other's place.
    #[must_use]
    pub fn fit_crosswise(&self, one: u32, other: u32) -> bool {
        let (a, b, tables) = (self.at(one), self.at(other), &self.tables);
        self.limited.fits_instead(b, tables.needs(other, b), tables.needs(one, b))
            && self.limited.fits_instead(a, tables.needs(one, a), tables.needs(other, a))
    }

    /// The room that machines have left, row by row; negative where it is missing.
    #[must_use]
    pub fn room(&self) -> &[i64] {
        self.limited.room()
    }

    /// Whether no room is missing anywhere.
    #[must_use]
    pub fn has_room(&self) -> bool {
        self.limited.short() == 0
    }

    /// By how much the toll for missing room would change if a process went to another machine.
    #[must_use]
    pub fn toll_of_shift(&self, prices: &RoomPrices, process: u32, to: u32) -> f64 {
        let (from, tables) = (self.at(process), &self.tables);
        prices.charge(to, self.limited.block(to), &[], tables.needs(process, to))
            + prices.charge(from, self.limited.block(from), tables.needs(process, from), &[])
    }

    /// By how much the toll would change if two processes on different machines changed places.
    #[must_use]
    pub fn toll_of_swap(&self, prices: &RoomPrices, one: u32, other: u32) -> f64 {
        let tables = &self.tables;
        let half = |machine, out, into| {
            let (out, into) = (tables.needs(out, machine), tables.needs(into, machine));
            prices.charge(machine, self.limited.block(machine), out, into)
        };
        half(self.at(one), one, other) + half(self.at(other), other, one)
    }

    /// Whether the rules of services let a process go to another machine.
    #[must_use]
    pub fn may_go(&self, process: u32, to: u32) -> bool {
        let service = self.tables.service[process as usize];
        self.services.may_go(&self.tables, service, self.at(process), to)
    }

    /// Whether the rules of services let two processes change places; may say no to services that
    /// depend on each other although they could.
    #[must_use]
    pub fn may_swap(&self, one: u32, other: u32) -> bool {
        let tables = &self.tables;
        let (s, t) = (tables.service[one as usize], tables.service[other as usize]);
        if s == t {
            return true;
        }
        let (a, b) = (self.at(one), self.at(other));
        let zone = &tables.neighbourhood;
        if zone[a as usize] != zone[b as usize] && self.services.related(tables, s, t) {
            return false;
        }
        self.may_go(one, b) && self.may_go(other, a)
    }

    /// What it would cost that a process went to another machine.
    #[must_use]
    pub fn effect_of_shift(&self, process: u32, to: u32) -> i64 {
        let (tables, from) = (&self.tables, self.at(process));
        let amounts = tables.amounts(process);
        tables.place_cost(process, to) - tables.place_cost(process, from)
            + self.priced.effect_of_adding(to, amounts)
            + self.priced.effect_of_removing(from, amounts)
            + self.moves_effect(&[self.leaves_home(process, to)])
    }

    /// What it would cost that two processes on different machines changed places.
    #[must_use]
    pub fn effect_of_swap(&self, one: u32, other: u32) -> i64 {
        let (tables, a, b) = (&self.tables, self.at(one), self.at(other));
        let (mine, yours) = (tables.amounts(one), tables.amounts(other));
        let changes = [self.leaves_home(one, b), self.leaves_home(other, a)];
        let moves = if changes[0].0 == changes[1].0 {
            let sum = (changes[0].0, changes[0].1 + changes[1].1);
            // Two of a service that both leave or both come home change its count by two.
            if sum.1.abs() == 2 { self.two_moves_effect(sum) } else { self.moves_effect(&[sum]) }
        } else {
            self.moves_effect(&changes)
        };
        tables.place_cost(one, b) - tables.place_cost(one, a) + tables.place_cost(other, a)
            - tables.place_cost(other, b)
            + self.priced.effect_of_exchange(a, mine, yours)
            + self.priced.effect_of_exchange(b, yours, mine)
            + moves
    }

    /// By how much the number of displaced processes would change if one went to another machine.
    #[must_use]
    pub fn away(&self, process: u32, to: u32) -> i32 {
        self.leaves_home(process, to).1
    }

    /// The service of a process, and by how much its number of moved processes would change.
    fn leaves_home(&self, process: u32, to: u32) -> (u32, i32) {
        let (home, from) = (self.tables.home[process as usize], self.at(process));
        (self.tables.service[process as usize], i32::from(from == home) - i32::from(to == home))
    }

    fn moves_effect(&self, changes: &[(u32, i32)]) -> i64 {
        if changes.iter().all(|&(_, change)| change == 0) {
            return 0;
        }
        self.tables.service_move_weight * i64::from(self.moved.effect(changes))
    }

    fn two_moves_effect(&self, (service, change): (u32, i32)) -> i64 {
        self.tables.service_move_weight * i64::from(self.moved.effect_of_two(service, change))
    }

    /// Moves a process to another machine. The caller knows the effect.
    pub fn shift(&mut self, process: u32, to: u32, effect: i64) {
        self.cost += effect;
        self.put(process, to);
    }

    /// Two processes on different machines change places. The caller knows the effect.
    pub fn swap(&mut self, one: u32, other: u32, effect: i64) {
        self.cost += effect;
        let (a, b) = (self.at(one), self.at(other));
        self.put(one, b);
        self.put(other, a);
    }

    fn put(&mut self, process: u32, to: u32) {
        let p = process as usize;
        let (tables, from) = (&self.tables, self.at[p]);
        let (service, home) = (tables.service[p], tables.home[p]);
        self.priced.remove(from, tables.amounts(process));
        self.priced.add(to, tables.amounts(process));
        self.limited.remove(from, tables.needs(process, from));
        self.limited.add(to, tables.needs(process, to));
        self.services.remove(tables, service, from);
        self.services.add(tables, service, to);
        let change = i32::from(from == home) - i32::from(to == home);
        if change != 0 {
            self.moved.add(service, change);
            self.note_displaced(process, change);
        }
        let list = &mut self.on_machine[from as usize];
        let place = self.place[p] as usize;
        list.swap_remove(place);
        if let Some(&last) = list.get(place) {
            self.place[last as usize] = place as u32;
        }
        self.at[p] = to;
        self.list(process, to);
    }

    fn list(&mut self, process: u32, machine: u32) {
        let list = &mut self.on_machine[machine as usize];
        self.place[process as usize] = list.len() as u32;
        list.push(process);
    }

    fn note_displaced(&mut self, process: u32, change: i32) {
        if change > 0 {
            self.displaced_place[process as usize] = self.displaced.len() as u32;
            self.displaced.push(process);
        } else {
            let place = self.displaced_place[process as usize] as usize;
            self.displaced.swap_remove(place);
            if let Some(&last) = self.displaced.get(place) {
                self.displaced_place[last as usize] = place as u32;
            }
        }
    }
}
