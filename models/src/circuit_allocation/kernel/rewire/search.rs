//! Replacement chains through any switches, by tabu search.

use rand::{Rng, SeedableRng};
use rand_xoshiro::Xoshiro256PlusPlus;

use super::board::{Board, NONE};

/// What a circuit without ports is worth, in live circuits, as a share of 256.
const WAITING: i32 = 160;
/// A circuit that was pushed out does not come back for about so many steps.
const TENURE: u64 = 7;

/// A board on which some circuits wait for ports.
pub(super) struct Search<'a> {
    board: &'a mut Board,
    waiting: Vec<u32>,
    /// Per circuit the switch it was pushed out of last, and until which step it stays away.
    tabu: Vec<(u32, u64)>,
    random: Xoshiro256PlusPlus,
    best: i64,
    best_switches: Vec<u32>,
}

/// Looks for complete boards that keep more, up to `goal`, and leaves the best one; false, with all
/// circuits where they were, when none was found and the board was not complete.
pub(super) fn improve(board: &mut Board, goal: i64, seed: u64, steps: u64) -> bool {
    let circuits = board.switch.len();
    let start = board.switch.clone();
    let waiting: Vec<u32> = (0..circuits as u32).filter(|&c| start[c as usize] == NONE).collect();
    let complete = waiting.is_empty();
    let mut search = Search {
        best: if complete { board.kept } else { -1 },
        board,
        waiting,
        tabu: vec![(NONE, 0); circuits],
        random: Xoshiro256PlusPlus::seed_from_u64(seed),
        best_switches: start,
    };
    if search.board.switches > 1 {
        search.run(goal, steps);
    }
    let (best, switches) = (search.best, search.best_switches);
    board.restore(&switches);
    best >= 0
}

impl Search<'_> {
    fn run(&mut self, goal: i64, steps: u64) {
        let mut since = 0;
        for step in 1..=steps {
            if self.waiting.is_empty() {
                if self.board.kept > self.best {
                    self.best = self.board.kept;
                    self.best_switches.copy_from_slice(&self.board.switch);
                    since = 0;
                }
                if self.best >= goal {
                    return;
                }
                if since > 400 {
                    since = 0;
                    self.board.restore(&self.best_switches);
                }
                self.send_home(step);
            }
            since += 1;
            if self.waiting.is_empty() {
                continue;
            }
            let at = self.below(self.waiting.len() as u32) as usize;
            let circuit = self.waiting.swap_remove(at);
            let switch = self.choose(circuit, step);
            self.place(circuit, switch, step);
        }
        if self.waiting.is_empty() && self.board.kept > self.best {
            self.best = self.board.kept;
            self.best_switches.copy_from_slice(&self.board.switch);
        }
    }

    /// Puts a live circuit that has moved back, whatever is in its way.
    fn send_home(&mut self, step: u64) {
        let circuits = self.board.switch.len() as u32;
        let first = self.below(circuits);
        let moved = (first..circuits).chain(0..first).find(|&circuit| {
            let home = self.board.home[circuit as usize];
            home != NONE && home != self.board.switch[circuit as usize]
        });
        if let Some(circuit) = moved {
            self.board.remove(circuit);
            self.place(circuit, self.board.home[circuit as usize], step);
        }
    }

    /// The switch where a circuit does least harm, with some noise.
    fn choose(&mut self, circuit: u32, step: u64) -> u32 {
        let (leaf, spine) =
            (self.board.leaves[circuit as usize], self.board.spines[circuit as usize]);
        let home = self.board.home[circuit as usize];
        let (tabu, until) = self.tabu[circuit as usize];
        let mut best = (i32::MAX, 0);
        let mut noise = 0;
        for switch in 0..self.board.switches {
            if switch % 8 == 0 {
                noise = self.random.next_u64();
            }
            let mut harm = (noise & 127) as i32;
            noise >>= 8;
            if switch == home {
                harm -= 256;
            }
            if switch == tabu && step < until {
                harm += 600;
            }
            harm += self.board.harm(&self.board.leaf_side, switch, leaf);
            harm += self.board.harm(&self.board.spine_side, switch, spine);
            if harm < best.0 {
                best = (harm, switch);
            }
        }
        best.1
    }

    /// Gives a circuit ports of a switch; those in its way wait.
    fn place(&mut self, circuit: u32, switch: u32, step: u64) {
        let leaf = self.board.leaves[circuit as usize];
        let spine = self.board.spines[circuit as usize];
        if self.board.leaf_side.is_full(switch, leaf) {
            let victim = self.board.victim_of(self.board.leaf_side.circuits(switch, leaf));
            self.push_out(victim, switch, step);
        }
        if self.board.spine_side.is_full(switch, spine) {
            let victim = self.board.victim_of(self.board.spine_side.circuits(switch, spine));
            self.push_out(victim, switch, step);
        }
        if self.board.leaf_side.is_full(switch, leaf) || self.board.spine_side.is_full(switch, spine)
        {
            // No port at all.
            self.waiting.push(circuit);
            return;
        }
        self.board.add(circuit, switch);
    }

    fn push_out(&mut self, victim: Option<u32>, switch: u32, step: u64) {
        let Some(victim) = victim else { return };
        self.board.remove(victim);
        self.tabu[victim as usize] = (switch, step + TENURE + u64::from(self.below(8)));
        self.waiting.push(victim);
    }

    fn below(&mut self, limit: u32) -> u32 {
        ((self.random.next_u64() >> 32) * u64::from(limit) >> 32) as u32
    }
}

impl Board {
    /// What making room in a switch at a node costs.
    fn harm(&self, side: &super::board::Side, switch: u32, node: u32) -> i32 {
        if !side.is_full(switch, node) {
            return 0;
        }
        match self.victim_of(side.circuits(switch, node)) {
            Some(victim) if self.home[victim as usize] == switch => WAITING + 256,
            Some(_) => WAITING,
            // No port at all.
            None => 1 << 20,
        }
    }

    /// The circuit whose loss costs least: one that is not at home, if there is one.
    fn victim_of(&self, circuits: &[u32]) -> Option<u32> {
        let at_home = |&c: &u32| self.home[c as usize] == self.switch[c as usize];
        circuits.iter().copied().find(|c| !at_home(c)).or(circuits.first().copied())
    }

    /// Puts every circuit where a list says.
    pub(super) fn restore(&mut self, switches: &[u32]) {
        for circuit in 0..switches.len() as u32 {
            let now = self.switch[circuit as usize];
            if now != NONE && now != switches[circuit as usize] {
                self.remove(circuit);
            }
        }
        for circuit in 0..switches.len() as u32 {
            if self.switch[circuit as usize] == NONE && switches[circuit as usize] != NONE {
                self.add(circuit, switches[circuit as usize]);
            }
        }
    }
}
