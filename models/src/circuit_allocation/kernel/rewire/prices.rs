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
    let circuits = board.pairs.len() as u32;
    let live = (0..circuits).filter(|&circuit| !board.homes(circuit).is_empty()).count();
    let mut random = Xoshiro256PlusPlus::seed_from_u64(seed);
    let mut best = 0;
    let askers = askers(board);
    let (mut costs, mut slots) = (Vec::new(), Vec::new());
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
            let homes = board.homes(asker.first);
            slots.clear();
            if asker.count == 1 {
                slots.push(cheapest(rows, homes, &mut random));
            } else {
                bundle(asker, rows, homes, &mut random, &mut costs, &mut slots);
            }
            for &(switch, cost) in &slots {
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
    for (circuit, &(leaf, spine)) in (0..).zip(&board.pairs) {
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

/// The cheapest switches for all circuits of one leaf and spine, and what each costs. Together they are
/// at home no oftener than there are live ones, and no switch takes more of them than it has ports for:
/// if each chose on its own, prices would chase the whole bundle from switch to switch, and bound less.
fn bundle(
    asker: &Asker,
    (leaf, spine): (&[i16], &[i16]),
    homes: &[u32],
    random: &mut Xoshiro256PlusPlus,
    costs: &mut Vec<i16>,
    slots: &mut Vec<(usize, i16)>,
) {
    let price = |switch: usize| leaf[switch] + spine[switch];
    let at_home = homes.iter().map(|&home| (home as usize, price(home as usize)));
    if asker.most == 1 && homes.len() == asker.count as usize {
        slots.extend(at_home.clone());
        if slots.iter().all(|&(_, cost)| cost <= ONE) {
            return;
        }
        slots.clear();
    }
    let away = if homes.is_empty() { 0 } else { ONE };
    costs.clear();
    costs.extend(leaf.iter().zip(spine).map(|(leaf, spine)| leaf + spine + away));
    at_home.for_each(|(home, cost)| costs[home] = cost);
    for _ in 0..asker.count {
        let least = costs.iter().copied().fold(i16::MAX, i16::min);
        let switch = any(costs, least, random);
        slots.push((switch, least));
        let taken = slots.iter().filter(|slot| slot.0 == switch).count();
        let live = homes.iter().filter(|&&home| home as usize == switch).count();
        costs[switch] = match taken {
            _ if taken >= asker.most => i16::MAX,
            _ if taken < live => price(switch),
            _ => price(switch) + away,
        };
    }
}

/// Where a value is in a list; any such place.
#[inline]
fn any(values: &[i16], value: i16, random: &mut Xoshiro256PlusPlus) -> usize {
    let skipped = (random.next_u64() >> 32) as usize % values.len();
    let find = |mut range: std::ops::Range<usize>| range.find(|&at| values[at] == value);
    find(skipped..values.len()).or_else(|| find(0..skipped)).unwrap_or(skipped)
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
