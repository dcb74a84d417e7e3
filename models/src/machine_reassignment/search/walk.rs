//! The walk: shifts and swaps, accepted by annealing.

use placewright_solver::search::annealing::Limits;
use placewright_solver::seed::Seed;
use rand::Rng;
use rand_xoshiro::Xoshiro256PlusPlus;

use super::board::Board;
use crate::machine_reassignment::instance::MachineId;
use crate::machine_reassignment::plan::Plan;

/// A walk over plans that keep all rules.
pub struct Walk {
    board: Board,
    limits: Limits,
    random: Xoshiro256PlusPlus,
    best: i64,
    best_plan: Plan,
    /// Processes that may differ from the best plan, each once.
    touched: Vec<u32>,
    is_touched: Vec<bool>,
    /// Parts of 256 of proposals.
    pub mix: Mix,
    pub stats: [[u64; 3]; 4],
    pub kappa: f64,
    bias: i64,
}

/// How often what is proposed, in parts of 256.
#[derive(Clone, Copy, Debug)]
pub struct Mix {
    pub home: u32,
    pub swap: u32,
}

impl Walk {
    /// A walk from a board.
    #[must_use]
    pub fn new(board: Board, seed: Seed) -> Self {
        Self {
            best: board.cost(),
            best_plan: board.plan(),
            limits: Limits::default(),
            random: seed.generator(),
            touched: Vec::new(),
            is_touched: vec![false; board.tables.processes],
            mix: Mix { home: 20, swap: 80 },
            stats: [[0; 3]; 4],
            kappa: 0.0,
            bias: 0,
            board,
        }
    }

    /// The best plan so far and its cost.
    #[must_use]
    pub fn best(&self) -> (&Plan, i64) {
        (&self.best_plan, self.best)
    }

    pub fn board(&self) -> &Board {
        &self.board
    }

    fn below(&mut self, count: usize) -> u32 {
        let word = self.random.next_u64() >> 32;
        ((word * count as u64) >> 32) as u32
    }

    /// Proposes some changes at a temperature.
    pub fn step(&mut self, temperature: f64, proposals: u32) {
        self.bias = (self.kappa * temperature) as i64;
        for _ in 0..proposals {
            let kind = (self.random.next_u64() >> 56) as u32;
            let limit = self.limits.draw(temperature, &mut self.random);
            if kind < self.mix.home {
                self.go_home(limit);
            } else if kind < self.mix.home + self.mix.swap {
                let one = self.below(self.board.tables.processes);
                let other = self.below(self.board.tables.processes);
                self.try_swap(one, other, limit, 1);
            } else {
                let process = self.below(self.board.tables.processes);
                let to = self.below(self.board.tables.machines);
                self.try_shift(process, to, limit, 0);
            }
        }
    }

    fn go_home(&mut self, limit: i64) {
        if self.board.displaced().is_empty() {
            return;
        }
        let place = self.below(self.board.displaced().len()) as usize;
        let process = self.board.displaced()[place];
        let home = self.board.tables.home[process as usize];
        if self.random.next_u64() >> 63 == 0 || self.board.on_machine(home).is_empty() {
            self.try_shift(process, home, limit, 2);
        } else {
            let place = self.below(self.board.on_machine(home).len()) as usize;
            let other = self.board.on_machine(home)[place];
            self.try_swap(process, other, limit, 3);
        }
    }

    fn try_shift(&mut self, process: u32, to: u32, limit: i64, k: usize) {
        self.stats[k][0] += 1;
        if self.board.at(process) == to || !self.board.fits(process, to) {
            return;
        }
        self.stats[k][1] += 1;
        let effect = self.board.effect_of_shift(process, to);
        let away = i64::from(self.board.away(process, to));
        if effect + away * self.bias <= limit && self.board.may_go(process, to) {
            self.stats[k][2] += 1;
            self.board.shift(process, to, effect);
            self.touch(process);
            self.note_best();
        }
    }

    fn try_swap(&mut self, one: u32, other: u32, limit: i64, k: usize) {
        self.stats[k][0] += 1;
        if self.board.at(one) == self.board.at(other) || !self.board.fit_crosswise(one, other) {
            return;
        }
        self.stats[k][1] += 1;
        let effect = self.board.effect_of_swap(one, other);
        let away = i64::from(self.board.away(one, self.board.at(other)) + self.board.away(other, self.board.at(one)));
        if effect + away * self.bias <= limit && self.board.may_swap(one, other) {
            self.stats[k][2] += 1;
            self.board.swap(one, other, effect);
            self.touch(one);
            self.touch(other);
            self.note_best();
        }
    }

    fn touch(&mut self, process: u32) {
        if !self.is_touched[process as usize] {
            self.is_touched[process as usize] = true;
            self.touched.push(process);
        }
    }

    fn note_best(&mut self) {
        if self.board.cost() < self.best {
            self.best = self.board.cost();
            for process in self.touched.drain(..) {
                self.is_touched[process as usize] = false;
                self.best_plan.machines[process as usize] = MachineId(self.board.at(process));
            }
        }
    }
}
