//! Replacement chains through any switches, by tabu search.

mod moves;

use rand::{Rng, SeedableRng};
use rand_xoshiro::Xoshiro256PlusPlus;

use super::board::{Board, NONE};

/// What keeping a live circuit at home is worth.
pub(super) const AT_HOME: i32 = 128;
/// More than any choice costs.
pub(super) const POINTLESS: i32 = 1 << 20;
/// What a circuit without ports costs, and at most: an eighth more after so many steps without a
/// complete board.
const WAITING: [i32; 2] = [100, 384];
const DEARER_EVERY: u64 = 200;
/// A circuit does not return to a switch from which it was pushed out for so many steps: the first and
/// up to so many more.
const TENURE: [u32; 2] = [1, 4];
/// Noise of choices stays below this.
const NOISE: u64 = 64;
/// So many noise values are drawn, and read from a random one on.
const NOISES: usize = 1024;
/// With noise from so early in the list, circuits that are at home at both ends may be pushed out too.
const LOOK_EVERYWHERE: usize = NOISES / 12;
/// Ports from which a circuit is pushed out become dearer for others by so much, up to so much; every
/// so many steps what was added shrinks by an eighth or so.
const RISE: i32 = 16;
const HIGHEST: i32 = 128;
const SHRINK_EVERY: u64 = 128;
/// What a circuit that waits counts for, in live ones kept, when incomplete boards are compared.
const MISSING: i64 = 2;
/// The search gives up once it cannot keep as much as the best board less so many.
const SLACK: i64 = 2;
/// Of so many moved circuits the one goes home that does least harm there.
const SAMPLES: u32 = 6;
/// Whether to stop is asked once in so many steps.
const ASK_EVERY: u64 = 64;

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
    /// As long as no board is complete: the best incomplete one, and what it is worth.
    partial: i64,
    partial_switches: Vec<u32>,
    /// Circuits that may pass other switches than on the best board, and whether each does.
    touched: Vec<u32>,
    is_touched: Vec<bool>,
}

/// Looks for complete boards that keep more, up to `goal`, and leaves the best one; false, with the best
/// incomplete board, when the board was not complete and no step up to `patience`, or before `stop`
/// was true, made it so.
///
/// A circuit that waits takes the ports of the switch where that harms least, and those in its way
/// wait in turn; their ports become dearer for others. Once nobody waits, the board is the new best one
/// or is dropped, and a live circuit that has moved is sent home, whatever is in its way. A step costs
/// O(switches), a return to the best board the changes since.
pub(super) fn improve(
    board: &mut Board,
    goal: i64,
    seed: u64,
    [patience, steps]: [u64; 2],
    stop: &dyn Fn() -> bool,
) -> bool {
    let circuits = board.switch.len();
    let waiting = (0..circuits as u32).filter(|&c| board.switch[c as usize] == NONE);
    let waiting: Vec<u32> = waiting.collect();
    let mut random = Xoshiro256PlusPlus::seed_from_u64(seed);
    let noise =
        (0..NOISES + board.switches as usize).map(|_| (random.next_u64() % NOISE) as i32).collect();
    let mut search = Search {
        best: if waiting.is_empty() { board.kept } else { -1 },
        best_switches: board.switch.clone(),
        partial: i64::MIN,
        partial_switches: board.switch.clone(),
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
        search.run(goal, [patience, steps], stop);
    }
    if search.best < 0 {
        search.best_switches = std::mem::take(&mut search.partial_switches);
        (0..circuits as u32).for_each(|circuit| search.touch(circuit));
    }
    search.restore();
    search.best >= 0
}

impl Search<'_> {
    fn run(&mut self, goal: i64, [patience, steps]: [u64; 2], stop: &dyn Fn() -> bool) {
        // Steps since the last complete board.
        let mut incomplete = 0;
        for step in 1..=steps {
            if step % ASK_EVERY == 1 && stop() {
                break;
            }
            if self.waiting.is_empty() {
                if self.board.kept >= self.best {
                    self.keep();
                    if self.best >= goal {
                        return;
                    }
                } else {
                    self.restore();
                }
                self.weight = WAITING[0];
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
            if self.best < 0 {
                self.note_partial();
                if step > patience {
                    return;
                }
            }
            incomplete += 1;
            if incomplete % DEARER_EVERY == 0 {
                self.weight = (self.weight + self.weight / 8).min(WAITING[1]);
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

    /// Remembers an incomplete board that is better than all before.
    fn note_partial(&mut self) {
        let value = self.board.kept - MISSING * self.waiting.len() as i64;
        if value > self.partial {
            self.partial = value;
            self.partial_switches.clone_from(&self.board.switch);
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
}

/// A number below a limit.
fn below(random: u64, limit: u32) -> u32 {
    (((random >> 32) * u64::from(limit)) >> 32) as u32
}
