//! Replacement chains through any switches, by tabu search.

use rand::{Rng, SeedableRng};
use rand_xoshiro::Xoshiro256PlusPlus;

use super::board::{Board, NONE};
use super::side::NO_PORT;

/// What keeping a live circuit at home is worth.
pub(super) const AT_HOME: i32 = 128;
/// More than any choice costs.
const POINTLESS: i32 = 1 << 20;
/// What a circuit without ports costs at first, at least and at most; the longer no complete board
/// comes up, the more.
const WAITING: [i32; 3] = [110, 48, 384];
/// A circuit does not return to a switch from which it was pushed out for so many steps: the first and
/// up to so many more.
const TENURE: [u32; 2] = [1, 4];
/// Noise of choices stays below this.
const NOISE: u64 = 64;
/// So many noise values are drawn, and read from a random one on.
const NOISES: usize = 1024;
/// Ports from which a circuit is pushed out become dearer for others by so much, up to so much; every
/// so many steps what was added shrinks by an eighth or so.
const RISE: i32 = 16;
const HIGHEST: i32 = 128;
const SHRINK_EVERY: u64 = 128;
/// The search gives up once it cannot keep as much as the best board less so many.
const SLACK: i64 = 2;
/// Of so many moved circuits the one goes home that does least harm there.
const SAMPLES: u32 = 6;

/// A board on which some circuits wait for ports.
struct Search<'a> {
    board: &'a mut Board,
    waiting: Vec<u32>,
    /// Circuits with ports, but not at one of the switches that live ones of their kind have.
    astray: Vec<u32>,
    /// Where each circuit is in `astray`; [`NONE`] for nowhere.
    astray_at: Vec<u32>,
    /// Per circuit the switch it was pushed out of last, and until which step it stays away.
    tabu: Vec<(u32, u64)>,
    random: Xoshiro256PlusPlus,
    noise: Vec<i32>,
    /// What a circuit without ports costs now.
    weight: i32,
    /// What the best complete board keeps; negative for none.
    best: i64,
    best_switches: Vec<u32>,
    /// Circuits that may pass other switches than on the best board, and whether each does.
    touched: Vec<u32>,
    is_touched: Vec<bool>,
}

/// Looks for complete boards that keep more, up to `goal`, and leaves the best one; false, with all
/// circuits where they were, when none was found and the board was not complete.
///
/// A circuit that waits takes the ports of the switch where that harms least, and those in its way
/// wait in turn; their ports become dearer for others. Once nobody waits, the board is the new best one
/// or is dropped, and a live circuit that has moved is sent home, whatever is in its way. A step costs
/// O(switches), a return to the best board the changes since.
pub(super) fn improve(board: &mut Board, goal: i64, seed: u64, steps: u64) -> bool {
    let circuits = board.switch.len();
    let waiting = (0..circuits as u32).filter(|&c| board.switch[c as usize] == NONE);
    let waiting: Vec<u32> = waiting.collect();
    let mut random = Xoshiro256PlusPlus::seed_from_u64(seed);
    let noise = (0..NOISES).map(|_| (random.next_u64() % NOISE) as i32).collect();
    let mut search = Search {
        best: if waiting.is_empty() { board.kept } else { -1 },
        best_switches: board.switch.clone(),
        board,
        waiting,
        astray: Vec::with_capacity(circuits),
        astray_at: vec![NONE; circuits],
        tabu: vec![(NONE, 0); circuits],
        random,
        noise,
        weight: WAITING[0],
        touched: Vec::with_capacity(circuits),
        is_touched: vec![false; circuits],
    };
    (0..circuits as u32).for_each(|circuit| search.note_astray(circuit));
    if search.board.switches > 1 {
        search.run(goal, steps);
    }
    search.restore();
    search.best >= 0
}

impl Search<'_> {
    fn run(&mut self, goal: i64, steps: u64) {
        // Steps since the last complete board.
        let mut incomplete = 0;
        for step in 1..=steps {
            if self.waiting.is_empty() {
                if self.board.kept >= self.best {
                    self.keep();
                    if self.best >= goal {
                        return;
                    }
                } else {
                    self.restore();
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
            if self.board.kept + (self.waiting.len() as i64) < self.best - SLACK {
                self.restore();
                incomplete = 0;
                continue;
            }
            if step % SHRINK_EVERY == 0 {
                self.board.leaf_side.shrink_prices();
                self.board.spine_side.shrink_prices();
            }
            incomplete += 1;
            if incomplete % 100 == 0 {
                self.weight = (self.weight + self.weight / 8).min(WAITING[2]);
            }
            let random = self.random.next_u64();
            let at = below(random, self.waiting.len() as u32) as usize;
            let circuit = self.waiting.swap_remove(at);
            let switch = self.choose(circuit, step, random as usize % NOISES);
            self.place(circuit, switch, step);
        }
        if self.waiting.is_empty() && self.board.kept >= self.best {
            self.keep();
        }
    }

    /// Makes the board, complete and as good, the best one.
    fn keep(&mut self) {
        self.best = self.board.kept;
        for circuit in self.touched.drain(..) {
            self.is_touched[circuit as usize] = false;
            self.best_switches[circuit as usize] = self.board.switch[circuit as usize];
        }
    }

    /// Returns to the best board.
    fn restore(&mut self) {
        let touched = std::mem::take(&mut self.touched);
        for &circuit in &touched {
            if self.board.switch[circuit as usize] != NONE {
                self.remove(circuit);
            }
        }
        for &circuit in &touched {
            self.is_touched[circuit as usize] = false;
            let switch = self.best_switches[circuit as usize];
            if switch != NONE {
                self.board.add(circuit, switch);
                self.note_astray(circuit);
            }
        }
        self.touched = touched;
        self.touched.clear();
        self.waiting.clear();
    }

    /// Sends a live circuit that has moved back.
    fn send_home(&mut self, step: u64) {
        let mut best: Option<(i32, u32, u32)> = None;
        for _ in 0..SAMPLES.min(self.astray.len() as u32) {
            let random = self.random.next_u64();
            let circuit = self.astray[below(random, self.astray.len() as u32) as usize];
            let homes = self.board.homes(circuit);
            let home = homes[(random % 4096) as usize % homes.len()];
            let harm = self.harm(circuit, home) + ((random >> 12) % AT_HOME as u64) as i32;
            if best.is_none_or(|(least, ..)| harm < least) {
                best = Some((harm, circuit, home));
            }
        }
        if let Some((_, circuit, home)) = best {
            self.remove(circuit);
            self.place(circuit, home, step);
        }
    }

    /// What it costs to give a circuit ports of a switch; [`POINTLESS`] and more where
    /// that is impossible too.
    #[inline]
    fn harm(&self, circuit: u32, switch: u32) -> i32 {
        let (leaf, spine) = self.board.pairs[circuit as usize];
        let rows = [self.board.leaf_side.row(leaf), self.board.spine_side.row(spine)];
        self.harm_in(rows, switch)
    }

    #[inline]
    fn harm_in(&self, [leaf, spine]: [(&[i32], &[u32]); 2], switch: u32) -> i32 {
        let at = switch as usize;
        let (at_leaf, at_spine) = (leaf.1[at], spine.1[at]);
        let mut harm = leaf.0[at] + spine.0[at];
        for victim in [at_leaf, at_spine] {
            if victim < NO_PORT {
                harm += self.harm_to(victim);
            }
        }
        // To take the place of another circuit of the same leaf and spine changes nothing.
        let same = at_leaf == at_spine && at_leaf != NONE;
        if same || at_leaf == NO_PORT || at_spine == NO_PORT { POINTLESS } else { harm }
    }

    /// What it costs to push a circuit out: little, if there are free ports elsewhere.
    #[inline]
    fn harm_to(&self, victim: u32) -> i32 {
        let board = &*self.board;
        let at = victim as usize;
        let (leaf, spine) = board.pairs[at];
        let waits = if board.has_room(leaf, spine) { 0 } else { self.weight };
        waits + i32::from(board.at_home[at]) * AT_HOME
    }

    /// The switch where a circuit does least harm, with some noise, among those where it pushes out at
    /// most one circuit that is at home.
    fn choose(&self, circuit: u32, step: u64, noise: usize) -> u32 {
        let board = &*self.board;
        let (leaf, spine) = board.pairs[circuit as usize];
        let (tabu, until) = self.tabu[circuit as usize];
        let tabu = if step < until { tabu } else { NONE };
        let rows = [board.leaf_side.row(leaf), board.spine_side.row(spine)];
        let mut best = (POINTLESS, NONE);
        for &home in board.homes(circuit) {
            let harm = self.harm_in(rows, home);
            if home != tabu && harm < POINTLESS {
                best = best.min((harm - AT_HOME + self.noise[noise], home));
            }
        }
        let look_at = |best: &mut (i32, u32), switch: u32| {
            let harm = self.harm_in(rows, switch);
            if harm < best.0 && switch != tabu {
                let noise = self.noise[(noise + switch as usize) % NOISES];
                *best = (*best).min((harm + noise, switch));
            }
        };
        let sets = board.leaf_side.cheap(leaf).iter().zip(board.spine_side.cheap(spine));
        for (word, (leaf, spine)) in sets.enumerate() {
            let mut set = leaf | spine;
            while set != 0 {
                look_at(&mut best, 64 * word as u32 + set.trailing_zeros());
                set &= set - 1;
            }
        }
        if best.1 == NONE {
            (0..board.switches).for_each(|switch| look_at(&mut best, switch));
        }
        if best.1 == NONE { noise as u32 % board.switches } else { best.1 }
    }

    /// Gives a circuit ports of a switch; those in its way wait.
    fn place(&mut self, circuit: u32, switch: u32, step: u64) {
        let (leaf, spine) = self.board.pairs[circuit as usize];
        let victim = self.board.leaf_side.victim(switch, leaf);
        if victim < NO_PORT {
            self.push_out(victim, switch, step);
            self.board.leaf_side.raise_price(switch, leaf, RISE, HIGHEST);
        }
        let victim = self.board.spine_side.victim(switch, spine);
        if victim < NO_PORT {
            self.push_out(victim, switch, step);
            self.board.spine_side.raise_price(switch, spine, RISE, HIGHEST);
        }
        let open = !self.board.leaf_side.is_full(switch, leaf)
            && !self.board.spine_side.is_full(switch, spine);
        self.touch(circuit);
        if open {
            self.board.add(circuit, switch);
            self.note_astray(circuit);
        } else {
            // The switch has no port there at all.
            self.waiting.push(circuit);
        }
    }

    fn push_out(&mut self, victim: u32, switch: u32, step: u64) {
        self.remove(victim);
        let random = self.random.next_u64();
        let stay_away = u64::from(TENURE[0] + below(random, TENURE[1]));
        self.tabu[victim as usize] = (switch, step + stay_away);
        self.waiting.push(victim);
    }

    fn remove(&mut self, circuit: u32) {
        self.board.remove(circuit);
        self.touch(circuit);
        let at = std::mem::replace(&mut self.astray_at[circuit as usize], NONE);
        if at != NONE {
            self.astray.swap_remove(at as usize);
            if let Some(&other) = self.astray.get(at as usize) {
                self.astray_at[other as usize] = at;
            }
        }
    }

    fn touch(&mut self, circuit: u32) {
        if !std::mem::replace(&mut self.is_touched[circuit as usize], true) {
            self.touched.push(circuit);
        }
    }

    fn note_astray(&mut self, circuit: u32) {
        let at = circuit as usize;
        if !self.board.at_home[at]
            && self.board.switch[at] != NONE
            && !self.board.homes(circuit).is_empty()
        {
            self.astray_at[at] = self.astray.len() as u32;
            self.astray.push(circuit);
        }
    }
}

/// A number below a limit.
fn below(random: u64, limit: u32) -> u32 {
    (((random >> 32) * u64::from(limit)) >> 32) as u32
}
