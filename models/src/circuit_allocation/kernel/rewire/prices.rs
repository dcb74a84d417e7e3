//! Prices of contested ports, and a bound on the moves, by Lagrangian relaxation.

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

    fn row(&self, node: u32) -> &[i16] {
        &self.prices[node as usize * self.switches..][..self.switches]
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
/// Without the limits of the ports, which are charged for instead, every circuit takes the switch
/// that is cheapest for it: `Σ_i min_k (c_ik + a_lk + b_pk) − Σ_lk u_lk a_lk − Σ_pk d_pk b_pk` for prices
/// `a, b ≥ 0`, where `c_ik` is 1 for a circuit of a live pair at a switch that has none of the live
/// ones. That bounds the moves from below, after the circuits beyond the live ones of such pairs are
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
) -> u64 {
    let mut leaf_side = Prices::new(&board.leaf_side, board.switches);
    let mut spine_side = Prices::new(&board.spine_side, board.switches);
    let circuits = board.pairs.len() as u32;
    let live = (0..circuits).filter(|&circuit| !board.homes(circuit).is_empty()).count();
    let mut random = Xoshiro256PlusPlus::seed_from_u64(seed);
    let mut best = 0;
    let askers: Vec<[u32; 3]> = (0..circuits)
        .map(|circuit| {
            let (leaf, spine) = board.pairs[circuit as usize];
            let home = if let [home] = board.homes(circuit) { *home } else { NONE };
            [leaf * board.switches, spine * board.switches, home]
        })
        .collect();
    for iteration in 0..iterations {
        let mut bound = 0;
        for (circuit, &[leaf, spine, home]) in (0..).zip(&askers) {
            if home != NONE {
                // Mostly it is at home and pays no more than a move costs.
                let at = (leaf + home) as usize;
                let and = (spine + home) as usize;
                let cost = leaf_side.prices[at] + spine_side.prices[and];
                if cost <= ONE {
                    bound += i64::from(cost);
                    leaf_side.take(at);
                    spine_side.take(and);
                    continue;
                }
            }
            let (leaf, spine) = board.pairs[circuit as usize];
            let rows = (leaf_side.row(leaf), spine_side.row(spine));
            let homes = board.homes(circuit);
            let (switch, cost) = cheapest(rows, homes, &mut random);
            bound += i64::from(cost);
            leaf_side.take(switch + leaf as usize * leaf_side.switches);
            spine_side.take(switch + spine as usize * spine_side.switches);
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

/// The switch that is cheapest for a circuit, any of them, and what it costs.
#[inline]
fn cheapest(
    (leaf, spine): (&[i16], &[i16]),
    homes: &[u32],
    random: &mut Xoshiro256PlusPlus,
) -> (usize, i16) {
    let at_home = homes.iter().map(|&home| home as usize);
    let at_home = at_home.map(|home| (leaf[home] + spine[home], home)).min();
    let away = if at_home.is_some() { ONE } else { 0 };
    if let Some((cost, home)) = at_home
        && cost <= away
    {
        return (home, cost);
    }
    let costs = || leaf.iter().zip(spine).map(|(leaf, spine)| leaf + spine);
    let least = costs().fold(i16::MAX, i16::min);
    if let Some((cost, home)) = at_home
        && cost <= least + away
    {
        return (home, cost);
    }
    // Any of the cheapest.
    let skipped = (random.next_u64() >> 32) as usize % leaf.len();
    let find = |mut range: std::ops::Range<usize>| range.find(|&at| leaf[at] + spine[at] == least);
    let switch = find(skipped..leaf.len()).or_else(|| find(0..skipped)).unwrap_or(skipped);
    (switch, least + away)
}
