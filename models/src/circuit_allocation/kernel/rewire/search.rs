//! Replacement chains through any switches, by tabu search.

use rand::{Rng, SeedableRng};
use rand_xoshiro::Xoshiro256PlusPlus;

use super::board::{AT_HOME, Board, NONE};

/// What a live circuit at home is worth.
const LIVE: i32 = 256;
/// What a circuit without ports costs at first, at least and at most; the longer no complete board
/// comes up, the more.
const WAITING: [i32; 3] = [220, 96, 768];
/// What a switch costs from which a circuit was pushed out lately, and how many steps that is: the
/// first and up to so many more.
const TABU: i32 = 1000;
const TENURE: [u32; 2] = [1, 8];
/// Noise of choices stays below this.
const NOISE: u64 = 128;
/// After so many steps without a better board the search returns to the best one.
const PATIENCE: u64 = 100;
/// Of so many moved circuits the one goes home that does least harm there.
const SAMPLES: u32 = 6;

/// A board on which some circuits wait for ports.
struct Search<'a> {
    board: &'a mut Board,
    waiting: Vec<u32>,
    /// Per circuit the switch it was pushed out of last, and until which step it stays away.
    tabu: Vec<(u32, u64)>,
    random: Xoshiro256PlusPlus,
    /// What a circuit without ports costs now.
    weight: i32,
    /// What the best complete board keeps; negative for none.
    best: i64,
    best_switches: Vec<u32>,
}

/// Looks for complete boards that keep more, up to `goal`, and leaves the best one; false, with all
/// circuits where they were, when none was found and the board was not complete.
///
/// A circuit that waits takes the ports of the switch where that harms least, and those in its way
/// wait in turn. Once nobody waits, a live circuit that has moved is sent home, whatever is in its
/// way. A step costs O(switches), a return to the best board O(circuits).
pub(super) fn improve(board: &mut Board, goal: i64, seed: u64, steps: u64) -> bool {
    let circuits = board.switch.len();
    let start = board.switch.clone();
    let waiting: Vec<u32> = (0..circuits as u32).filter(|&c| start[c as usize] == NONE).collect();
    let mut search = Search {
        best: if waiting.is_empty() { board.kept } else { -1 },
        board,
        waiting,
        tabu: vec![(NONE, 0); circuits],
        random: Xoshiro256PlusPlus::seed_from_u64(seed),
        weight: WAITING[0],
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
        // Steps since the last complete board, and since the last one that was better.
        let (mut incomplete, mut failing) = (0, 0);
        for step in 1..=steps {
            if self.waiting.is_empty() {
                if self.keep_better() {
                    failing = 0;
                }
                if self.best >= goal {
                    return;
                }
                if failing > PATIENCE {
                    failing = 0;
                    self.board.restore(&self.best_switches);
                }
                if incomplete < 50 {
                    self.weight = (self.weight - self.weight / 16).max(WAITING[1]);
                }
                incomplete = 0;
                self.send_home(step);
                if self.waiting.is_empty() {
                    continue;
                }
            }
            incomplete += 1;
            failing += 1;
            if incomplete % 100 == 0 {
                self.weight = (self.weight + self.weight / 8).min(WAITING[2]);
            }
            let at = self.below(self.waiting.len() as u32) as usize;
            let circuit = self.waiting.swap_remove(at);
            let switch = self.choose(circuit, step);
            self.place(circuit, switch, step);
        }
        if self.waiting.is_empty() {
            self.keep_better();
        }
    }

    fn keep_better(&mut self) -> bool {
        let better = self.board.kept > self.best;
        if better {
            self.best = self.board.kept;
            self.best_switches.copy_from_slice(&self.board.switch);
        }
        better
    }

    /// Sends a live circuit that has moved back.
    fn send_home(&mut self, step: u64) {
        let circuits = self.board.switch.len() as u32;
        let mut from = self.below(circuits);
        let mut best: Option<(i32, u32)> = None;
        for _ in 0..SAMPLES {
            let mut round = (from..circuits).chain(0..from);
            let Some(circuit) = round.find(|&circuit| self.board.is_astray(circuit)) else { break };
            let noise = self.below(LIVE as u32) as i32;
            let harm = self.harm(circuit, self.board.home[circuit as usize]) + noise;
            if best.is_none_or(|(least, _)| harm < least) {
                best = Some((harm, circuit));
            }
            from = (circuit + 1) % circuits;
        }
        if let Some((_, circuit)) = best {
            self.board.remove(circuit);
            self.place(circuit, self.board.home[circuit as usize], step);
        }
    }

    fn harm(&self, circuit: u32, switch: u32) -> i32 {
        let leaf = self.board.leaves[circuit as usize];
        let spine = self.board.spines[circuit as usize];
        let at_leaf = self.board.leaf_side.harm_at(leaf)[switch as usize];
        self.price(at_leaf + self.board.spine_side.harm_at(spine)[switch as usize])
    }

    /// The price of pushing out what a sum of [`Board`] harms counts.
    fn price(&self, harm: u32) -> i32 {
        (harm % AT_HOME) as i32 * self.weight + (harm / AT_HOME) as i32 * LIVE
    }

    /// The switch where a circuit does least harm, with some noise.
    fn choose(&mut self, circuit: u32, step: u64) -> u32 {
        let leaf = self.board.leaves[circuit as usize];
        let spine = self.board.spines[circuit as usize];
        let home = self.board.home[circuit as usize];
        let (tabu, until) = self.tabu[circuit as usize];
        let at_leaf = self.board.leaf_side.harm_at(leaf);
        let at_spine = self.board.spine_side.harm_at(spine);
        let mut best = (i32::MAX, 0);
        let mut noise = 0;
        for (switch, (a, b)) in (0_u32..).zip(at_leaf.iter().zip(at_spine)) {
            // Eight draws from every random number.
            noise = if switch % 8 == 0 { self.random.next_u64() } else { noise >> 8 };
            let mut harm = self.price(a + b) + (noise % NOISE) as i32;
            if switch == home {
                harm -= LIVE;
            }
            if switch == tabu && step < until {
                harm += TABU;
            }
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
        let open = !self.board.leaf_side.is_full(switch, leaf)
            && !self.board.spine_side.is_full(switch, spine);
        if open {
            self.board.add(circuit, switch);
        } else {
            // The switch has no port there at all.
            self.waiting.push(circuit);
        }
    }

    fn push_out(&mut self, victim: Option<u32>, switch: u32, step: u64) {
        let Some(victim) = victim else { return };
        self.board.remove(victim);
        self.tabu[victim as usize] = (switch, step + u64::from(TENURE[0] + self.below(TENURE[1])));
        self.waiting.push(victim);
    }

    /// A number below a limit.
    fn below(&mut self, limit: u32) -> u32 {
        (((self.random.next_u64() >> 32) * u64::from(limit)) >> 32) as u32
    }
}

impl Board {
    fn is_astray(&self, circuit: u32) -> bool {
        let home = self.home[circuit as usize];
        home != NONE && home != self.switch[circuit as usize]
    }

    /// The circuit whose loss costs least: one that is not at home, if there is one.
    fn victim_of(&self, circuits: &[u32]) -> Option<u32> {
        let abroad = |&c: &u32| self.home[c as usize] != self.switch[c as usize];
        circuits.iter().copied().find(abroad).or(circuits.first().copied())
    }

    /// Puts every circuit where a list says.
    fn restore(&mut self, switches: &[u32]) {
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
