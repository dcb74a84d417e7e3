//! Circuits for a job whose leaves and shares are chosen: colours on spines (see the family's
//! essay), and in a switched fabric a switch for every circuit.
//!
//! For a number `K` of colours every leaf needs `b_l = ⌈h_l / K⌉` circuits per colour. In a static
//! fabric spines give what their leaves have in common, those with the fewest free circuits first.
//! In a switched fabric spines with the fewest free ports that still do come first; how many
//! colours one can take is a maximum flow from leaves through switches. Where live circuits may
//! move, sums of ports decide, and switches are chosen at the end.
//!
//! Guarantee: in a static fabric with one circuit per pair, exact. Otherwise none.
//! O(colour counts · spines · leaves · switches), and maximum flows where a first attempt fails.

use placewright_solver::graph::{FlowNetwork, NodeId, max_flow};

use super::super::instance::{Circuits, Job, cross_flows};
use super::state::State;

/// Circuits for the servers that a job gets on some leaves; `None` where none are found.
#[must_use]
pub fn lay(state: &State, job: &Job, leaves: &[(u32, u32)]) -> Option<Vec<Circuits>> {
    let size = state.instance.cluster.gpus_per_server;
    let shares: Vec<u32> = leaves.iter().map(|&(_, servers)| servers * size).collect();
    let flows = cross_flows(job.traffic, &shares, size);
    let own: Vec<(u32, u32)> =
        leaves.iter().zip(&flows).map(|(&(leaf, _), &flows)| (leaf, flows)).collect();
    let own: Vec<(u32, u32)> = own.into_iter().filter(|&(_, flows)| flows > 0).collect();
    if own.is_empty() {
        return Some(Vec::new());
    }
    colour_counts(state, &own).into_iter().find_map(|colours| {
        let per_colour: Vec<(u32, u32)> =
            own.iter().map(|&(leaf, flows)| (leaf, flows.div_ceil(colours))).collect();
        if state.is_switched() {
            Optical { state, leaves: &per_colour }.lay(colours)
        } else {
            cables(state, &per_colour, colours)
        }
    })
}

/// Numbers of colours to try. With cables as many as flows come first: they ask for one circuit per
/// pair. With switches few come first: they waste the least where shares differ.
fn colour_counts(state: &State, leaves: &[(u32, u32)]) -> Vec<u32> {
    let most = leaves.iter().map(|each| each.1).max().unwrap_or(1);
    let doubling = (0..).map(|power| 1_u32 << power).take_while(|&count| count < most);
    if !state.is_switched() {
        return [most].into_iter().chain(doubling).collect();
    }
    // Fewer colours than this do not fit on any spine.
    let total: u32 = leaves.iter().map(|each| each.1).sum();
    let widest = state.downlinks.iter().copied().max().unwrap_or(0).max(1);
    let fewest = total.div_ceil(widest);
    doubling.filter(|&count| count >= fewest).chain([most]).collect()
}

fn cables(state: &State, leaves: &[(u32, u32)], colours: u32) -> Option<Vec<Circuits>> {
    let spines = state.instance.cluster.spines;
    let offered = |spine: u32| {
        let own = leaves.iter().map(|&(leaf, each)| state.circuits_of(leaf)[spine as usize] / each);
        own.min().unwrap_or(0)
    };
    let mut offers: Vec<(u32, u32)> =
        (0..spines).map(|spine| (spine, offered(spine))).filter(|offer| offer.1 > 0).collect();
    if offers.iter().map(|offer| u64::from(offer.1)).sum::<u64>() < u64::from(colours) {
        return None;
    }
    // Spines that are in use anyway first.
    let left = |spine: u32| -> u64 {
        let pairs = state.free.circuits.iter().skip(spine as usize).step_by(spines as usize);
        pairs.map(|&free| u64::from(free)).sum()
    };
    offers.sort_by_cached_key(|&(spine, _)| (left(spine), spine));
    let mut circuits = Vec::new();
    let mut missing = colours;
    for (spine, offered) in offers {
        let taken = offered.min(missing);
        missing -= taken;
        if taken > 0 {
            let to = |&(leaf, each): &(u32, u32)| Circuits {
                leaf,
                spine,
                switch: None,
                count: taken * each,
            };
            circuits.extend(leaves.iter().map(to));
        }
    }
    Some(circuits)
}

/// Circuits through optical switches; leaves with their circuits per colour.
struct Optical<'a, 'b> {
    state: &'a State<'b>,
    leaves: &'a [(u32, u32)],
}

/// Free ports to the job's leaves, leaf by leaf.
type Ports = Vec<u32>;

impl Optical<'_, '_> {
    fn lay(&self, colours: u32) -> Option<Vec<Circuits>> {
        let state = self.state;
        let width: u32 = self.leaves.iter().map(|each| each.1).sum();
        let enough = |&(leaf, each): &(u32, u32)| state.uplinks[leaf as usize] >= each * colours;
        if !self.leaves.iter().all(enough) {
            return None;
        }
        let mut spines: Vec<u32> = (0..state.instance.cluster.spines)
            .filter(|&spine| state.downlinks[spine as usize] >= width)
            .collect();
        let whole = |spine: u32| state.downlinks[spine as usize] >= width * colours;
        // The tightest that takes all, otherwise the widest.
        spines.sort_by_key(|&spine| {
            let ports = state.downlinks[spine as usize];
            (!whole(spine), if whole(spine) { ports } else { u32::MAX - ports }, spine)
        });
        let mut ports: Ports = self.leaf_ports();
        let mut circuits = Vec::new();
        let mut missing = colours;
        for spine in spines {
            let most = missing.min(state.downlinks[spine as usize] / width);
            let (taken, laid) = self.most_colours(spine, most, &ports);
            for each in &laid {
                self.use_ports(&mut ports, each);
            }
            circuits.extend(laid);
            missing -= taken;
            if missing == 0 {
                return Some(circuits);
            }
        }
        None
    }

    fn leaf_ports(&self) -> Ports {
        let switches = self.state.switches;
        let of = |&(leaf, _): &(u32, u32)| {
            let first = leaf as usize * switches;
            self.state.free.leaf_ports[first..first + switches].iter().copied()
        };
        self.leaves.iter().flat_map(of).collect()
    }

    fn use_ports(&self, ports: &mut Ports, circuits: &Circuits) {
        let position = self.leaves.iter().position(|each| each.0 == circuits.leaf);
        if let (Some(at), Some(switch)) = (position, circuits.switch) {
            ports[at * self.state.switches + switch as usize] -= circuits.count;
        }
    }

    /// The most colours, up to `most`, that a spine takes, with their circuits.
    fn most_colours(&self, spine: u32, most: u32, ports: &Ports) -> (u32, Vec<Circuits>) {
        if self.state.is_rearrangeable() {
            let to = |&(leaf, each): &(u32, u32)| Circuits {
                leaf,
                spine,
                switch: None,
                count: most * each,
            };
            return (most, self.leaves.iter().map(to).filter(|each| each.count > 0).collect());
        }
        let (mut low, mut high) = (0, most);
        let mut best = Vec::new();
        while low < high {
            // The most is the usual answer.
            let middle = if high == most { high } else { low + (high - low).div_ceil(2) };
            match self.through(spine, middle, ports) {
                Some(laid) => (low, best) = (middle, laid),
                None => high = middle - 1,
            }
        }
        (low, best)
    }

    /// Circuits of so many colours to a spine: first greedily through the switch with the most
    /// ports left, then by a maximum flow.
    fn through(&self, spine: u32, colours: u32, ports: &Ports) -> Option<Vec<Circuits>> {
        let first = spine as usize * self.state.switches;
        let spine_ports = &self.state.free.spine_ports[first..first + self.state.switches];
        self.greedily(spine, colours, ports, spine_ports)
            .or_else(|| self.by_flow(spine, colours, ports, spine_ports))
    }

    fn greedily(
        &self,
        spine: u32,
        colours: u32,
        ports: &Ports,
        spine_ports: &[u32],
    ) -> Option<Vec<Circuits>> {
        let switches = self.state.switches;
        let mut left = spine_ports.to_vec();
        let mut circuits = Vec::new();
        for (at, &(leaf, each)) in self.leaves.iter().enumerate() {
            let own = &ports[at * switches..(at + 1) * switches];
            let mut missing = each * colours;
            for (switch, (own, left)) in (0..).zip(own.iter().zip(&mut left)) {
                let count = missing.min(*own).min(*left);
                if count > 0 {
                    circuits.push(Circuits { leaf, spine, switch: Some(switch), count });
                    *left -= count;
                    missing -= count;
                }
            }
            if missing > 0 {
                return None;
            }
        }
        Some(circuits)
    }

    fn by_flow(
        &self,
        spine: u32,
        colours: u32,
        ports: &Ports,
        spine_ports: &[u32],
    ) -> Option<Vec<Circuits>> {
        let switches = self.state.switches;
        let leaves = self.leaves.len();
        let (source, sink) = (leaves + switches, leaves + switches + 1);
        let node = |at: usize| NodeId(at as u32);
        // Sizes and capacities are far below the network's limits, so nothing here can fail.
        let mut network = FlowNetwork::new(sink + 1).ok()?;
        let mut arcs = Vec::new();
        let mut wanted = 0;
        for (at, &(leaf, each)) in self.leaves.iter().enumerate() {
            let need = i64::from(each * colours);
            wanted += i128::from(need);
            network.add_arc(node(source), node(at), need).ok()?;
            arcs.push(None);
            for switch in 0..switches {
                let ports = ports[at * switches + switch].min(spine_ports[switch]);
                if ports > 0 {
                    network.add_arc(node(at), node(leaves + switch), ports.into()).ok()?;
                    arcs.push(Some((leaf, switch as u32)));
                }
            }
        }
        for (switch, &ports) in spine_ports.iter().enumerate() {
            network.add_arc(node(leaves + switch), node(sink), ports.into()).ok()?;
        }
        let flow = max_flow(&network, node(source), node(sink)).ok()?;
        if flow.value < wanted {
            return None;
        }
        let circuit = |(arc, &flow): (&Option<(u32, u32)>, &i64)| {
            let (leaf, switch) = (*arc)?;
            (flow > 0).then_some(Circuits { leaf, spine, switch: Some(switch), count: flow as u32 })
        };
        Some(arcs.iter().zip(&flow.flows).filter_map(circuit).collect())
    }
}
