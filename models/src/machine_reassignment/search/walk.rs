//! The walk: shifts and swaps, accepted by annealing.
//!
//! **Idea.** A random process goes to a random machine, or two random processes change places; now
//! and then one that was moved goes home again, alone or in exchange for one that is there. What is
//! out of the question for want of room is seen first, then the change of cost, last the rules of
//! services, which need look-ups far apart in memory.
//!
//! **Bias.** A process has one home and as many other places as there are machines, so at a
//! temperature `T` most processes are away unless a move costs at least `T` times the logarithm of
//! that number; and those that are away take up transient resources at home, which soon keeps all
//! others from moving. Every process away is therefore charged `bias · T` while changes are judged:
//! a chemical potential, in terms of physics. It vanishes with the temperature, and the best plan is
//! told by its true cost.
//!
//! **Toll.** Where large processes sit among small ones, no shift and no swap fits although much is
//! free in total. A walk with a toll may break capacities, not the rules of services, and pays for
//! the room that is missing; only plans that break none count as best.
//!
//! **Field.** A walk may be confined to a few machines and what is on them; everything else stays.
//!
//! Reference for shifts and swaps under annealing: G. M. Portal, M. Ritt, L. M. Borba, L. S. Buriol,
//! *Simulated annealing for the machine reassignment problem*, Annals of Operations Research 242
//! (2016). Guarantee: none beyond that rules are kept. O(resources + balance costs) per proposal;
//! rules of services that depend on others cost their number more, if it comes to that.

use placewright_solver::search::annealing::Limits;
use placewright_solver::seed::Seed;
use rand::Rng;
use rand_xoshiro::Xoshiro256PlusPlus;

use super::board::Board;
use super::toll::Toll;
use crate::machine_reassignment::instance::MachineId;
use crate::machine_reassignment::plan::Plan;

/// Of 256 proposals, so many let a process go home.
const HOMEWARD: u32 = 20;
/// Of 256 proposals, so many exchange two processes.
const SWAPS: u32 = 100;

/// A walk over plans that keep all rules, or all but capacities.
pub struct Walk {
    board: Board,
    limits: Limits,
    random: Xoshiro256PlusPlus,
    best: i64,
    best_plan: Plan,
    /// Processes that may differ from the best plan, each once.
    touched: Vec<u32>,
    is_touched: Vec<bool>,
    /// What a process away from home is charged, as a multiple of the temperature.
    bias: f64,
    /// What it is charged now.
    charge: i64,
    toll: Option<Toll>,
    field: Field,
}

/// What a walk may change: these processes, among these machines.
struct Field {
    processes: Vec<u32>,
    machines: Vec<u32>,
}

impl Field {
    fn all(board: &Board) -> Self {
        Self {
            processes: (0..board.tables.processes as u32).collect(),
            machines: (0..board.tables.machines as u32).collect(),
        }
    }
}

impl Walk {
    /// A walk from a board, with a bias of so many temperatures.
    #[must_use]
    pub fn new(board: Board, bias: f64, seed: Seed) -> Self {
        Self {
            best: board.cost(),
            best_plan: board.plan(),
            limits: Limits::default(),
            random: seed.generator(),
            touched: Vec::new(),
            is_touched: vec![false; board.tables.processes],
            bias,
            charge: 0,
            toll: None,
            field: Field::all(&board),
            board,
        }
    }

    /// Returns to the best plan; from there on only the processes on some machines move, among
    /// these. Returns how many they are.
    pub fn confine(&mut self, machines: &[u32]) -> usize {
        self.return_to_best();
        let there = machines.iter().flat_map(|&machine| self.board.on_machine(machine));
        self.field = Field { processes: there.copied().collect(), machines: machines.to_vec() };
        self.field.processes.len()
    }

    fn return_to_best(&mut self) {
        for process in std::mem::take(&mut self.touched) {
            self.is_touched[process as usize] = false;
            let to = self.best_plan.machines[process as usize].0;
            if self.board.at(process) != to {
                let effect = self.board.effect_of_shift(process, to);
                self.board.shift(process, to, effect);
            }
        }
    }

    /// From now on capacities may be broken for a toll; repeated, adapts its prices to where the
    /// walk is, at a temperature and with a part of the run done.
    pub fn pay_toll(&mut self, temperature: f64, done: f64) {
        let toll = self.toll.get_or_insert_with(|| Toll::new(&self.board, done));
        toll.reprice(&self.board, temperature, done);
    }

    /// The best plan so far and its cost.
    #[must_use]
    pub fn best(&self) -> (&Plan, i64) {
        (&self.best_plan, self.best)
    }

    /// Where the walk is.
    #[must_use]
    pub fn board(&self) -> &Board {
        &self.board
    }

    /// Proposes some changes at a temperature. Where the walk is confined, home is one of a few
    /// machines, or out of reach: no process is sent there on purpose.
    pub fn step(&mut self, temperature: f64, proposals: u32) {
        self.charge = (self.bias * temperature) as i64;
        if self.field.processes.is_empty() {
            return;
        }
        let is_confined = self.field.machines.len() < self.board.tables.machines;
        for _ in 0..proposals {
            let kind = (self.random.next_u64() >> 56) as u32;
            let limit = self.limits.draw(temperature, &mut self.random);
            if kind < HOMEWARD && !is_confined {
                self.go_home(limit);
            } else if kind < HOMEWARD + SWAPS {
                let (one, other) = (self.any_process(), self.any_process());
                self.try_swap(one, other, limit);
            } else {
                let process = self.any_process();
                let to = self.below(self.field.machines.len());
                let to = self.field.machines[to as usize];
                self.try_shift(process, to, limit);
            }
        }
    }

    /// A uniform number below `count`, which is not zero (multiply-shift).
    fn below(&mut self, count: usize) -> u32 {
        let word = self.random.next_u64() >> 32;
        ((word * count as u64) >> 32) as u32
    }

    fn any_process(&mut self) -> u32 {
        let place = self.below(self.field.processes.len());
        self.field.processes[place as usize]
    }

    fn go_home(&mut self, limit: i64) {
        if self.board.displaced().is_empty() {
            return;
        }
        let place = self.below(self.board.displaced().len()) as usize;
        let process = self.board.displaced()[place];
        let home = self.board.tables.home[process as usize];
        let there = self.board.on_machine(home).len();
        if there == 0 || self.random.next_u64() >> 63 == 0 {
            self.try_shift(process, home, limit);
        } else {
            let place = self.below(there) as usize;
            let other = self.board.on_machine(home)[place];
            self.try_swap(process, other, limit);
        }
    }

    fn try_shift(&mut self, process: u32, to: u32, limit: i64) {
        if self.board.at(process) == to || self.toll.is_none() && !self.board.fits(process, to) {
            return;
        }
        let limit = limit - i64::from(self.board.away(process, to)) * self.charge;
        let tolled = |toll: &Toll| toll.limit_of_shift(&self.board, process, to, limit);
        let Some(limit) = self.toll.as_ref().map_or(Some(limit), tolled) else { return };
        let effect = self.board.effect_of_shift(process, to);
        if effect <= limit && self.board.may_go(process, to) {
            self.board.shift(process, to, effect);
            self.touch(process);
            self.note_best();
        }
    }

    fn try_swap(&mut self, one: u32, other: u32, limit: i64) {
        let (a, b) = (self.board.at(one), self.board.at(other));
        if a == b || self.toll.is_none() && !self.board.fit_crosswise(one, other) {
            return;
        }
        let away = i64::from(self.board.away(one, b) + self.board.away(other, a));
        let limit = limit - away * self.charge;
        let tolled = |toll: &Toll| toll.limit_of_swap(&self.board, one, other, limit);
        let Some(limit) = self.toll.as_ref().map_or(Some(limit), tolled) else { return };
        let effect = self.board.effect_of_swap(one, other);
        if effect <= limit && self.board.may_swap(one, other) {
            self.board.swap(one, other, effect);
            self.touch(one);
            self.touch(other);
            self.note_best();
        }
    }

    fn touch(&mut self, process: u32) {
        let known = &mut self.is_touched[process as usize];
        if !std::mem::replace(known, true) {
            self.touched.push(process);
        }
    }

    fn note_best(&mut self) {
        if self.board.cost() < self.best && self.board.has_room() {
            self.best = self.board.cost();
            for process in self.touched.drain(..) {
                self.is_touched[process as usize] = false;
                self.best_plan.machines[process as usize] = MachineId(self.board.at(process));
            }
        }
    }
}
