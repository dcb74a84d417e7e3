//! The ports of optical switches.

use super::RewireError;

/// Ports of every switch to every leaf and spine.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Ports {
    pub(super) leaves: u32,
    pub(super) spines: u32,
    pub(super) switches: u32,
    /// By switch, then leaf.
    pub(super) leaf_ports: Vec<u32>,
    /// By switch, then spine.
    pub(super) spine_ports: Vec<u32>,
}

impl Ports {
    /// Every switch has `leaf_ports` ports to every leaf and `spine_ports` ports to every spine.
    #[must_use]
    pub fn equal(
        leaves: u32,
        spines: u32,
        switches: u32,
        leaf_ports: u32,
        spine_ports: u32,
    ) -> Self {
        Self {
            leaves,
            spines,
            switches,
            leaf_ports: vec![leaf_ports; (leaves * switches) as usize],
            spine_ports: vec![spine_ports; (spines * switches) as usize],
        }
    }

    /// Changes the ports of a switch to a leaf. Panics without such a switch or leaf, as do the next
    /// ones.
    pub fn set_leaf_ports(&mut self, switch: u32, leaf: u32, ports: u32) {
        assert!(leaf < self.leaves);
        self.leaf_ports[(switch * self.leaves + leaf) as usize] = ports;
    }

    /// Changes the ports of a switch to a spine.
    pub fn set_spine_ports(&mut self, switch: u32, spine: u32, ports: u32) {
        assert!(spine < self.spines);
        self.spine_ports[(switch * self.spines + spine) as usize] = ports;
    }

    /// The ports of a switch to a leaf.
    #[must_use]
    pub fn leaf_ports(&self, switch: u32, leaf: u32) -> u32 {
        assert!(leaf < self.leaves);
        self.leaf_ports[(switch * self.leaves + leaf) as usize]
    }

    /// The ports of a switch to a spine.
    #[must_use]
    pub fn spine_ports(&self, switch: u32, spine: u32) -> u32 {
        assert!(spine < self.spines);
        self.spine_ports[(switch * self.spines + spine) as usize]
    }

    /// How many leaves there are.
    #[must_use]
    pub fn leaves(&self) -> u32 {
        self.leaves
    }

    /// How many spines there are.
    #[must_use]
    pub fn spines(&self) -> u32 {
        self.spines
    }

    /// How many switches there are.
    #[must_use]
    pub fn switches(&self) -> u32 {
        self.switches
    }

    /// Whether every switch has the same ports to every leaf, and the same to every spine.
    #[must_use]
    pub fn are_equal(&self) -> bool {
        let same = |ports: &[u32]| ports.windows(2).all(|pair| pair[0] == pair[1]);
        same(&self.leaf_ports) && same(&self.spine_ports)
    }

    /// Refuses circuits of unknown leaves or spines, and more circuits at a leaf or spine than it
    /// has ports on all switches.
    pub(super) fn check_demand(&self, demand: &[(u32, u32)]) -> Result<(), RewireError> {
        let mut leaves = vec![0_u64; self.leaves as usize];
        let mut spines = vec![0_u64; self.spines as usize];
        for &(leaf, spine) in demand {
            if leaf >= self.leaves || spine >= self.spines {
                return Err(RewireError::Unknown { leaf, spine });
            }
            leaves[leaf as usize] += 1;
            spines[spine as usize] += 1;
        }
        let (leaf_sums, spine_sums) =
            (sums(&self.leaf_ports, leaves.len()), sums(&self.spine_ports, spines.len()));
        if let Some(leaf) = (0..leaves.len()).find(|&leaf| leaves[leaf] > leaf_sums[leaf]) {
            let (ports, circuits) = (leaf_sums[leaf], leaves[leaf]);
            return Err(RewireError::LeafPorts { leaf: leaf as u32, ports, circuits });
        }
        if let Some(spine) = (0..spines.len()).find(|&spine| spines[spine] > spine_sums[spine]) {
            let (ports, circuits) = (spine_sums[spine], spines[spine]);
            return Err(RewireError::SpinePorts { spine: spine as u32, ports, circuits });
        }
        Ok(())
    }
}

/// Sums over switches.
fn sums(ports: &[u32], nodes: usize) -> Vec<u64> {
    let mut sums = vec![0; nodes];
    for (at, &number) in ports.iter().enumerate() {
        sums[at % nodes] += u64::from(number);
    }
    sums
}
