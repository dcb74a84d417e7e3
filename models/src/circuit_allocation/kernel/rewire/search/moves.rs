//! The moves of the search: where a circuit does least harm, and how it gets its ports.

use rand::Rng;

use super::super::board::NONE;
use super::super::side::{NO_PORT, Port, Side};
use super::{AT_HOME, HIGHEST, LOOK_EVERYWHERE, POINTLESS, RISE, Search, TENURE, below};

/// Where a circuit could go.
struct Spot<'a> {
    leaf: u32,
    spine: u32,
    leaf_side: &'a Side,
    spine_side: &'a Side,
    leaf_ports: &'a [Port],
    spine_ports: &'a [Port],
    leaf_open: &'a [u64],
    spine_open: &'a [u64],
    weight: i32,
}

impl Spot<'_> {
    /// See [`Search::harm`].
    #[inline(always)]
    fn harm(&self, switch: u32) -> i32 {
        let (at_leaf, at_spine) =
            (self.leaf_ports[switch as usize], self.spine_ports[switch as usize]);
        // To push out another circuit of the same leaf and spine changes nothing.
        let same = (at_leaf.other == self.spine) | (at_spine.other == self.leaf);
        let same = i32::from(same) * POINTLESS;
        // Those who make room wait, if they have no free ports elsewhere.
        let waits = i32::from(!self.spine_side.meets(at_leaf.other, self.leaf_open))
            + i32::from(!self.leaf_side.meets(at_spine.other, self.spine_open));
        at_leaf.cost + at_spine.cost + waits * self.weight + same
    }
}

impl Search<'_> {
    /// What it costs to give a circuit ports of a switch; [`POINTLESS`] and more where
    /// that is impossible too.
    #[inline]
    pub(super) fn harm(&self, circuit: u32, switch: u32) -> i32 {
        self.spot(circuit).harm(switch)
    }

    #[inline(always)]
    fn spot(&self, circuit: u32) -> Spot<'_> {
        let (leaf, spine) = self.board.pair(circuit);
        let (leaf_side, spine_side) = (&self.board.leaf_side, &self.board.spine_side);
        Spot {
            leaf,
            spine,
            leaf_side,
            spine_side,
            weight: self.weight,
            leaf_ports: leaf_side.row(leaf),
            spine_ports: spine_side.row(spine),
            leaf_open: leaf_side.open(leaf),
            spine_open: spine_side.open(spine),
        }
    }

    /// The switch where a circuit does least harm, with some noise; mostly among those where it pushes
    /// out at most one circuit that is at home.
    pub(super) fn choose(&self, circuit: u32, step: u64, noise: usize) -> u32 {
        let board = &*self.board;
        let (leaf, spine) = board.pair(circuit);
        let (tabu, until) = self.tabu[circuit as usize];
        let tabu = if step < until { tabu } else { NONE };
        let spot = self.spot(circuit);
        let noises = &self.noise[noise..][..board.switches as usize];
        // Harm and switch in one number.
        let key = |harm: i32, switch: u32| i64::from(harm) << 32 | i64::from(switch);
        let impossible = key(POINTLESS - AT_HOME, 0);
        let mut best = impossible;
        for &home in board.homes(circuit) {
            if home != tabu {
                let harm = spot.harm(home) - AT_HOME + noises[0];
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
                let harm = spot.harm(switch) + noises[switch as usize];
                best = best.min(key(harm, switch));
            }
        }
        if best == impossible || noise < LOOK_EVERYWHERE {
            for switch in (0..board.switches).filter(|&switch| switch != tabu) {
                let harm = spot.harm(switch) + noises[switch as usize];
                best = best.min(key(harm, switch));
            }
        }
        if best == impossible { noise as u32 % board.switches } else { best as u32 }
    }

    /// Gives a circuit ports of a switch; those in its way wait.
    pub(super) fn place(&mut self, circuit: u32, switch: u32, step: u64) {
        let (leaf, spine) = self.board.pair(circuit);
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
