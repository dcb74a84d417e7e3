//! How many circuits a job gets from each of its leaves to each spine, behind optical switches.
//!
//! A spine is a non-blocking switch, so what matters is how many of a leaf's flows can go there. By the
//! rule of colours in the [essay](crate::circuit_allocation) of the family, `K` colours of which spine
//! `p` carries `k_p`, with `k_p ⌈h_l / K⌉` circuits from every leaf `l` of `h_l` flows, carry every round.
//! Where `K` divides all `h_l` no circuit is spare: unequal shares of leaves cost nothing but ports.
//! `K = 1` is one spine for all; a larger `K` cuts the ports that a spine must have into smaller units,
//! `Σ_l ⌈h_l / K⌉`.

use super::placement::Circuit;

/// Flows that leave each leaf at once.
pub type Flows = [(u32, u32)];

/// Circuits from leaves to spines for these flows, from free ports by leaf and by spine; switches are
/// left open.
///
/// One spine where one has room, the fullest that has. Else the largest `K` without spare circuits,
/// then those with the fewest spare ones; of each the fewest spines, emptiest first, the last one the
/// fullest that will do. None when nothing fits. O(leaves · max h + spines · max h).
#[must_use]
pub fn spread(flows: &Flows, leaf_free: &[u32], spine_free: &[u32]) -> Option<Vec<Circuit>> {
    let flows: Vec<(u32, u32)> = flows.iter().copied().filter(|&(_, count)| count > 0).collect();
    let Some(most) = flows.iter().map(|&(_, count)| count).max() else { return Some(Vec::new()) };
    let total: u32 = flows.iter().map(|&(_, count)| count).sum();
    let fits = |colours: u32| {
        let leaf = |&(leaf, count): &(u32, u32)| {
            count.div_ceil(colours) * colours <= leaf_free[leaf as usize]
        };
        flows.iter().all(leaf)
    };
    let unit = |colours: u32| flows.iter().map(|of| of.1.div_ceil(colours)).sum::<u32>();
    let attempt = |colours: u32| {
        let chosen = if fits(colours) { spines(colours, unit(colours), spine_free) } else { None };
        chosen.map(|chosen| circuits(&flows, colours, &chosen))
    };
    if let Some(spine) = fullest(spine_free, total) {
        return fits(1).then(|| circuits(&flows, 1, &[(spine, 1)]));
    }
    let even = gcd(flows.iter().map(|&(_, count)| count));
    attempt(even).or_else(|| {
        let mut uneven: Vec<u32> =
            (1..=most).filter(|colours| !even.is_multiple_of(*colours)).collect();
        uneven.sort_by_key(|&colours| (colours * unit(colours), std::cmp::Reverse(colours)));
        uneven.into_iter().find_map(attempt)
    })
}

/// The fullest spine with so many free ports.
fn fullest(free: &[u32], ports: u32) -> Option<u32> {
    let fits = free.iter().enumerate().filter(|&(_, &of)| of >= ports);
    fits.min_by_key(|&(spine, &of)| (of, spine)).map(|(spine, _)| spine as u32)
}

/// Spines and how many of so many colours each carries; a colour takes `unit` ports.
fn spines(colours: u32, unit: u32, free: &[u32]) -> Option<Vec<(u32, u32)>> {
    let mut emptiest: Vec<u32> = (0..free.len() as u32).collect();
    emptiest.sort_by_key(|&spine| (std::cmp::Reverse(free[spine as usize]), spine));
    let (mut chosen, mut left) = (Vec::new(), colours);
    for (place, &spine) in emptiest.iter().enumerate() {
        let fits = free[spine as usize] / unit;
        if fits == 0 {
            return None;
        }
        if fits >= left {
            let rest = emptiest[place..].iter().rev();
            let last = rest.copied().find(|&of| free[of as usize] >= unit * left);
            chosen.push((last.unwrap_or(spine), left));
            return Some(chosen);
        }
        chosen.push((spine, fits));
        left -= fits;
    }
    None
}

fn circuits(flows: &Flows, colours: u32, spines: &[(u32, u32)]) -> Vec<Circuit> {
    let of_spine = |&(spine, carried): &(u32, u32)| {
        let of_leaf = move |&(leaf, flows): &(u32, u32)| {
            let count = flows.div_ceil(colours) * carried;
            Circuit { leaf, spine, switch: None, count }
        };
        flows.iter().map(of_leaf)
    };
    spines.iter().flat_map(of_spine).collect()
}

fn gcd(numbers: impl Iterator<Item = u32>) -> u32 {
    numbers.fold(0, |a, b| {
        let (mut a, mut b) = (a, b);
        while b != 0 {
            (a, b) = (b, a % b);
        }
        a
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ports(circuits: &[Circuit], spine: u32) -> u32 {
        circuits.iter().filter(|of| of.spine == spine).map(|of| of.count).sum()
    }

    #[test]
    fn one_spine_if_it_has_room_and_the_fullest_that_has() {
        let circuits = spread(&[(0, 12), (3, 4)], &[32; 4], &[64, 16, 20]).expect("it fits");
        assert_eq!((ports(&circuits, 1), circuits.len()), (16, 2));
    }

    #[test]
    fn equal_fractions_on_several_spines() {
        // A quarter of each leaf's flows is 4 ports.
        let circuits = spread(&[(0, 12), (3, 4)], &[32; 4], &[8, 7, 5]).expect("it fits");
        assert_eq!([0, 1, 2].map(|spine| ports(&circuits, spine)), [8, 4, 4]);
        assert_eq!(spread(&[(0, 12), (3, 4)], &[32; 4], &[8, 7, 3]), None);
    }

    #[test]
    fn spare_circuits_where_fractions_are_too_coarse() {
        // 23 leaves of 32 flows and one of 8: eighths would take 93 ports each, sixteenths 47, with
        // 8 circuits to spare on the small leaf.
        let flows: Vec<(u32, u32)> = (0..24).map(|of| (of, if of < 23 { 32 } else { 8 })).collect();
        let circuits = spread(&flows, &[32; 24], &[64; 16]).expect("it fits");
        assert_eq!(circuits.iter().map(|of| of.count).sum::<u32>(), 752);
        assert!((0..16).all(|spine| ports(&circuits, spine) <= 64));
        let mut leaf_free = [32; 24];
        leaf_free[23] = 15;
        assert_eq!(spread(&flows, &leaf_free, &[64; 16]), None);
    }
}
