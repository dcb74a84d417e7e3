//! Prices of contested ports, and a bound on the moves, by Lagrangian relaxation.

#[cfg(test)]
mod tests;

use rand::{Rng, SeedableRng};
use rand_xoshiro::Xoshiro256PlusPlus;

use super::board::{Board, NONE};
use super::side::Side;

/// What moving a live circuit costs here.
const ONE: i16 = 1024;
/// The first step; steps then shrink to nothing with the square of the iterations left.
/// The first is half of [`ONE`]: 32767 / 65536 of the direction, in [`PARTS`] of a circuit each.
const FIRST_STEP: u64 = 32767;
/// No port costs more than so much, so that sums of two do not overflow.
const HIGHEST: i16 = 8 * ONE;
/// Directions are kept as multiples of 1 / `PARTS`, and follow the last excess by an eighth.
const PARTS: i16 = 1024;
/// No more circuits than so many count as excess, so that directions do not overflow.
const MOST: i16 = 15;
/// In the search, prices count for so many fifths: the end of the search, with few circuits on their
/// way, obeys them more than it would otherwise. Measured.
const EMPHASIS: i32 = 8;
/// Iterations between two bounds.
const BOUND_EVERY: u64 = 4;

/// Prices of the ports of one side, by node and switch.
struct Prices {
    switches: usize,
    limits: Vec<i16>,
    prices: Vec<i16>,
    /// Circuits less ports.
    excess: Vec<i16>,
    directions: Vec<i16>,
}

impl Prices {
    fn new(side: &Side, switches: u32) -> Self {
        let limits: Vec<i16> =
            side.limits().iter().map(|&limit| limit.min(i16::MAX as u32) as i16).collect();
        Self {
            switches: switches as usize,
            prices: vec![0; limits.len()],
            excess: limits.iter().map(|limit| -limit).collect(),
            directions: vec![0; limits.len()],
            limits,
        }
    }

    /// The prices of a node, whose first port is this one.
    fn row_from(&self, port: u32) -> &[i16] {
        &self.prices[port as usize..][..self.switches]
    }

    fn take(&mut self, port: usize) {
        self.excess[port] = self.excess[port].saturating_add(1);
    }

    /// What all ports cost together.
    fn sum(&self) -> i64 {
        let pairs = self.prices.iter().zip(&self.limits);
        pairs.map(|(&price, &limit)| i64::from(i32::from(price) * i32::from(limit))).sum()
    }

    /// Changes prices towards the excess, and forgets it. Written so that compilers use vector
    /// instructions.
    fn update(&mut self, step: i16) {
        let cells = self.prices.iter_mut().zip(&mut self.directions);
        for ((price, direction), (excess, limit)) in
            cells.zip(self.excess.iter_mut().zip(&self.limits))
        {
            let toward = (*excess).max(if *price == 0 { 0 } else { -MOST }).min(MOST);
            *direction += (toward * PARTS - *direction) >> 3;
            let by = ((i32::from(*direction) * i32::from(step)) >> 16) as i16;
            *price = (*price + by).clamp(0, HIGHEST);
            *excess = -limit;
        }
    }
}

/// Prices ports, in units of `one` per live circuit moved, and returns how many of the `stay` live
/// circuits that are still wanted move in any complete wiring, at least.
///
/// Without the limits of the ports, which are charged for instead, the circuits of every leaf and spine
/// take the switches that are cheapest for them together: `Σ_i min_t Σ_k t_k (c_ik + a_lk + b_pk) −
/// Σ_lk u_lk a_lk − Σ_pk d_pk b_pk` for prices `a, b ≥ 0`, where no `t_k` is larger than any switch could
/// carry of one pair, and `c_ik` is 1 for circuits of a live pair beyond the live ones at a switch. That bounds the moves from below, after the circuits beyond the live ones of such pairs are
/// deducted. Prices follow the excess of circuits over ports, as in the volume algorithm.
///
/// # References
/// * M. Held, P. Wolfe, H. P. Crowder: Validation of subgradient optimization. Mathematical
///   Programming 6 (1974) 62-88.
/// * F. Barahona, R. Anbil: The volume algorithm. Mathematical Programming 87 (2000) 385-399.
///
/// # Complexity
/// O(iterations · (circuits + leaves + spines) · switches); mostly O(1) per circuit, since one that is at home and
/// pays no more than a move costs stays there.
pub(super) fn set_prices(
    board: &mut Board,
    stay: usize,
    seed: u64,
    iterations: u64,
    one: i32,
    stop: &dyn Fn() -> bool,
) -> u64 {
    let mut leaf_side = Prices::new(&board.leaf_side, board.switches);
    let mut spine_side = Prices::new(&board.spine_side, board.switches);
    let circuits = board.switch.len() as u32;
    let live = (0..circuits).filter(|&circuit| !board.homes(circuit).is_empty()).count();
    let mut best = 0;
    let askers = askers(board);
    let mut choice = Choice::new(board.switches, seed);
    for iteration in 0..iterations {
        if stop() {
            break;
        }
        let mut bound = 0;
        for asker in &askers {
            let (leaf, spine) = (asker.leaf_row, asker.spine_row);
            if asker.home != NONE {
                // Mostly it is at home and pays no more than a move costs.
                let (at, and) = ((leaf + asker.home) as usize, (spine + asker.home) as usize);
                let cost = leaf_side.prices[at] + spine_side.prices[and];
                if cost <= ONE {
                    bound += i64::from(cost);
                    leaf_side.take(at);
                    spine_side.take(and);
                    continue;
                }
            }
            let rows = (leaf_side.row_from(leaf), spine_side.row_from(spine));
            choice.choose(asker, rows, board.homes(asker.first));
            for &(switch, cost) in &choice.chosen {
                bound += i64::from(cost);
                leaf_side.take(leaf as usize + switch);
                spine_side.take(spine as usize + switch);
            }
        }
        if (iterations - iteration) % BOUND_EVERY == 1 {
            best = best.max(bound - leaf_side.sum() - spine_side.sum());
        }
        let step = FIRST_STEP * (iterations - iteration).pow(2) / iterations.pow(2);
        leaf_side.update(step as i16);
        spine_side.update(step as i16);
    }
    let scaled = |price: &i16| i32::from(*price) * one * EMPHASIS / (5 * i32::from(ONE));
    board.leaf_side.set_prices(leaf_side.prices.iter().map(scaled));
    board.spine_side.set_prices(spine_side.prices.iter().map(scaled));
    let beyond = (live - stay) as u64;
    (best as u64).div_ceil(ONE as u64).saturating_sub(beyond)
}

/// The circuits of one leaf and spine.
struct Asker {
    /// The first ports of leaf and spine.
    leaf_row: u32,
    spine_row: u32,
    /// The switch of the only live circuit of a single one; [`NONE`] otherwise.
    home: u32,
    /// The first circuit, and how many there are.
    first: u32,
    count: u32,
    /// The most of them that any switch can carry.
    most: usize,
}

fn askers(board: &Board) -> Vec<Asker> {
    let most = board.leaf_side.most_ports().min(board.spine_side.most_ports());
    let mut askers: Vec<Asker> = Vec::new();
    for circuit in 0..board.switch.len() as u32 {
        let (leaf, spine) = board.pair(circuit);
        let (leaf_row, spine_row) = (leaf * board.switches, spine * board.switches);
        match askers.last_mut() {
            Some(last) if (last.leaf_row, last.spine_row) == (leaf_row, spine_row) => {
                last.count += 1;
                last.home = NONE;
            }
            _ => {
                let home = if let [home] = board.homes(circuit) { *home } else { NONE };
                askers.push(Asker { leaf_row, spine_row, home, first: circuit, count: 1, most });
            }
        }
    }
    askers
}

/// In an order of switches: what comes so late is not told apart.
const LATEST: u16 = u16::MAX;

/// The choice of switches for the circuits of one leaf and spine.
struct Choice {
    random: Xoshiro256PlusPlus,
    /// All switches, twice; [`LATEST`] for those from there on.
    order: Vec<u16>,
    /// By switch what it costs, then how late it comes in the order of now.
    keys: Vec<i32>,
    /// The switches that were chosen, and what each costs.
    chosen: Vec<(usize, i16)>,
}

impl Choice {
    fn new(switches: u32, seed: u64) -> Self {
        let all = || (0..switches).map(|switch| switch.min(u32::from(LATEST)) as u16);
        Self {
            random: Xoshiro256PlusPlus::seed_from_u64(seed),
            order: all().chain(all()).collect(),
            keys: Vec::with_capacity(switches as usize),
            chosen: Vec::new(),
        }
    }

    /// The cheapest switches for all circuits, any of equally cheap ones. Together they are at home no
    /// oftener than there are live ones, and no switch takes more of them than it has ports for: if each
    /// chose on its own, prices would chase the whole bundle from switch to switch, and bound less.
    #[inline]
    fn choose(&mut self, asker: &Asker, (leaf, spine): (&[i16], &[i16]), homes: &[u32]) {
        let Self { random, order, keys, chosen } = self;
        let price = |switch: usize| leaf[switch] + spine[switch];
        let away = if homes.is_empty() { 0 } else { ONE };
        chosen.clear();
        if asker.most == 1 && homes.len() <= asker.count as usize {
            // Nothing is cheaper than a home that costs no more than a move.
            let at_home = homes.iter().map(|&home| (home as usize, price(home as usize)));
            chosen.extend(at_home.filter(|&(_, cost)| cost <= ONE));
            if chosen.len() == asker.count as usize {
                return;
            }
        }
        let first = (random.next_u64() >> 32) as usize % leaf.len();
        let late = &order[leaf.len() - first..];
        let key = |cost: i16, late: u16| i32::from(cost) << 16 | i32::from(late);
        keys.clear();
        let costs = leaf.iter().zip(spine).map(|(leaf, spine)| leaf + spine + away);
        keys.extend(costs.zip(late).map(|(cost, &late)| key(cost, late)));
        for &home in homes {
            keys[home as usize] = key(price(home as usize), late[home as usize]);
        }
        for &(switch, _) in &*chosen {
            keys[switch] = i32::MAX;
        }
        while chosen.len() < asker.count as usize {
            let least = keys.iter().copied().fold(i32::MAX, i32::min);
            let switch = match least as u16 {
                LATEST => keys.iter().position(|&key| key == least).unwrap_or(first),
                late => (first + usize::from(late)) % leaf.len(),
            };
            chosen.push((switch, (least >> 16) as i16));
            if asker.most == 1 {
                keys[switch] = i32::MAX;
                continue;
            }
            let taken = chosen.iter().filter(|slot| slot.0 == switch).count();
            let live = homes.iter().filter(|&&home| home as usize == switch).count();
            keys[switch] = match taken {
                _ if taken >= asker.most => i32::MAX,
                _ if taken < live => key(price(switch), late[switch]),
                _ => key(price(switch) + away, late[switch]),
            };
        }
    }
}
