//! The moves of the search: where a circuit does least harm, and how it gets its ports.

use rand::Rng;

use super::super::board::NONE;
use super::super::side::NO_PORT;
use super::{AT_HOME, HIGHEST, LOOK_EVERYWHERE, POINTLESS, RISE, Search, TENURE, below};

impl Search<'_> {
    /// What it costs to give a circuit ports of a switch; [`POINTLESS`] and more where
    /// that is impossible too.
    #[inline]
    pub(super) fn harm(&self, circuit: u32, switch: u32) -> i32 {
        let (leaf, spine) = self.board.pairs[circuit as usize];
        let rows = [self.board.leaf_side.row(leaf), self.board.spine_side.row(spine)];
        self.harm_in(rows, switch)
    }

    #[inline]
    fn harm_in(&self, [leaf, spine]: [(&[i32], &[u32]); 2], switch: u32) -> i32 {
        let at = switch as usize;
        let victims = (leaf.1[at], spine.1[at]);
        // To take the place of another circuit of the same leaf and spine changes nothing.
        let same = i32::from(victims.0 == victims.1 && victims.0 != NONE) * POINTLESS;
        let waiting = self.waits(victims.0) + self.waits(victims.1);
        leaf.0[at] + spine.0[at] + waiting * self.weight + same
    }

    /// 1 for a circuit that has no free ports elsewhere.
    #[inline]
    fn waits(&self, victim: u32) -> i32 {
        // The last one stands for none, and always has room.
        let (leaf, spine) = self.spots[(victim as usize).min(self.spots.len() - 1)];
        i32::from(!self.board.has_room(leaf, spine))
    }

    /// The switch where a circuit does least harm, with some noise; mostly among those where it pushes
    /// out at most one circuit that is at home.
    pub(super) fn choose(&self, circuit: u32, step: u64, noise: usize) -> u32 {
        let board = &*self.board;
        let (leaf, spine) = board.pairs[circuit as usize];
        let (tabu, until) = self.tabu[circuit as usize];
        let tabu = if step < until { tabu } else { NONE };
        let rows = [board.leaf_side.row(leaf), board.spine_side.row(spine)];
        let noises = &self.noise[noise..][..board.switches as usize];
        // Harm and switch in one number.
        let key = |harm: i32, switch: u32| i64::from(harm) << 32 | i64::from(switch);
        let impossible = key(POINTLESS - AT_HOME, 0);
        let mut best = impossible;
        for &home in board.homes(circuit) {
            if home != tabu {
                let harm = self.harm_in(rows, home) - AT_HOME + noises[0];
                best = best.min(key(harm, home));
            }
        }
        let sets = board.leaf_side.cheap(leaf).iter().zip(board.spine_side.cheap(spine));
        for (word, (leaf, spine)) in sets.enumerate() {
            let mut set = leaf | spine;
            if tabu as usize / 64 == word {
                set &= !(1 << (tabu % 64));
            }
            while set != 0 {
                let switch = 64 * word as u32 + set.trailing_zeros();
                set &= set - 1;
                let harm = self.harm_in(rows, switch) + noises[switch as usize];
                best = best.min(key(harm, switch));
            }
        }
        if best == impossible || noise < LOOK_EVERYWHERE {
            for switch in (0..board.switches).filter(|&switch| switch != tabu) {
                let harm = self.harm_in(rows, switch) + noises[switch as usize];
                best = best.min(key(harm, switch));
            }
        }
        if best == impossible { noise as u32 % board.switches } else { best as u32 }
    }

    /// Gives a circuit ports of a switch; those in its way wait.
    pub(super) fn place(&mut self, circuit: u32, switch: u32, step: u64) {
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

    pub(super) fn remove(&mut self, circuit: u32) {
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

    pub(super) fn touch(&mut self, circuit: u32) {
        if !std::mem::replace(&mut self.is_touched[circuit as usize], true) {
            self.touched.push(circuit);
        }
    }

    pub(super) fn note_astray(&mut self, circuit: u32) {
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
