//! Optical switches for new circuits, without touching live ones.

use super::circuits::Ports;
use super::placement::Circuit;

/// Gives every circuit wanted a switch with free ports at both ends, or none if that fails.
///
/// Spine by spine: circuits to one spine and switches with free ports are a bipartite transportation
/// problem, solved by augmenting paths that move only circuits that are new. Exact for one spine;
/// for several a heuristic, since fixed circuits make the general question NP-complete (completion of
/// Latin squares, Colbourn 1984). O(circuits · switches) if no path is needed, at most O(circuits² ·
/// switches).
#[must_use]
pub fn wire(wanted: &[Circuit], ports: &Ports, switches: u32) -> Option<Vec<Circuit>> {
    let mut leaves: Vec<u32> = wanted.iter().map(|of| of.leaf).collect();
    leaves.sort_unstable();
    leaves.dedup();
    let position = |leaf: u32| leaves.binary_search(&leaf).unwrap_or_default();
    let free = |&leaf: &u32| (0..switches).map(move |switch| ports.leaves.free(leaf, switch));
    let mut leaf_free: Vec<u32> = leaves.iter().flat_map(free).collect();
    let mut out: Vec<Circuit> = Vec::with_capacity(wanted.len());
    let mut spines: Vec<u32> = wanted.iter().map(|of| of.spine).collect();
    spines.sort_unstable();
    spines.dedup();
    for spine in spines {
        let spine_free: Vec<u32> =
            (0..switches).map(|switch| ports.spines.free(spine, switch)).collect();
        let mut star = Star {
            switches: switches as usize,
            leaf_free: &mut leaf_free,
            spine_free,
            users: vec![Vec::new(); switches as usize],
            visited: vec![0; switches as usize],
            round: 0,
        };
        for of in wanted.iter().filter(|of| of.spine == spine) {
            for _ in 0..of.count {
                star.round += 1;
                if !star.add(position(of.leaf) as u32) {
                    return None;
                }
            }
        }
        for (switch, users) in star.users.iter().enumerate() {
            for &user in users {
                let (leaf, switch) = (leaves[user as usize], Some(switch as u32));
                out.push(Circuit { leaf, spine, switch, count: 1 });
            }
        }
    }
    Some(merged(out))
}

/// Circuits to one spine.
struct Star<'a> {
    switches: usize,
    /// By leaf and switch.
    leaf_free: &'a mut [u32],
    spine_free: Vec<u32>,
    /// By switch: the leaves of its new circuits.
    users: Vec<Vec<u32>>,
    visited: Vec<u32>,
    round: u32,
}

impl Star<'_> {
    /// One more circuit of a leaf, by an augmenting path over switches.
    fn add(&mut self, leaf: u32) -> bool {
        let row = leaf as usize * self.switches;
        let open = |star: &Self, switch: usize| {
            star.leaf_free[row + switch] > 0 && star.visited[switch] != star.round
        };
        for switch in 0..self.switches {
            if self.spine_free[switch] > 0 && self.leaf_free[row + switch] > 0 {
                self.spine_free[switch] -= 1;
                self.leaf_free[row + switch] -= 1;
                self.users[switch].push(leaf);
                return true;
            }
        }
        for switch in 0..self.switches {
            if !open(self, switch) {
                continue;
            }
            self.visited[switch] = self.round;
            for place in 0..self.users[switch].len() {
                let user = self.users[switch][place];
                if user != leaf && self.add(user) {
                    self.leaf_free[user as usize * self.switches + switch] += 1;
                    self.leaf_free[row + switch] -= 1;
                    self.users[switch][place] = leaf;
                    return true;
                }
            }
        }
        false
    }
}

/// Equal circuits as one entry, in order.
#[must_use]
pub fn merged(mut circuits: Vec<Circuit>) -> Vec<Circuit> {
    circuits.sort_unstable();
    circuits.dedup_by(|next, kept| {
        let same = (next.leaf, next.spine, next.switch) == (kept.leaf, kept.spine, kept.switch);
        if same {
            kept.count += next.count;
        }
        same
    });
    circuits
}
