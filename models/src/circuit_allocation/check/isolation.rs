//! No two flows of a job share a circuit in one direction: decided by the rule of colours (see the
//! family's essay), then shown by routing round after round and counting.
//!
//! The rule is a proof for all rounds at once: every round has at most `h_l` flows out of and into
//! leaf `l`, and whatever they are, König's theorem colours them. So any number of rounds is enough;
//! as many are routed as have [`MOST_FLOWS`] flows over all jobs of a plan, at least one of every
//! job, to count what the rule promises. With equal shares and a colour per rank, rounds in which
//! whole leaves send to whole leaves are routed by rank, as Han et al. do, the others by colours.
//!
//! O(K · leaves · spines) for the rule, with at most `max h_l` values of `K`, and
//! O(flows · (K + leaves)) for the rounds.

use std::collections::BTreeMap;

use placewright_solver::problem::Violation;

use super::super::instance::{Cluster, Job, cross_flows, server_shares};
use super::super::plan::Placement;
use super::colouring::colour;
use super::rounds::{Round, rounds};

/// Flows that are routed for one plan, or a round of every job.
const MOST_FLOWS: usize = 1 << 14;

/// The circuits of a job, by spine and by the positions of its leaves.
struct Network {
    leaves: Vec<u32>,
    shares: Vec<u32>,
    /// The most flows out of each leaf, and into it.
    most: Vec<u32>,
    /// Circuits per leaf, by spine.
    circuits: BTreeMap<u32, Vec<u64>>,
}

/// A colour for every rank or flow: the spine of each.
struct Colours {
    spines: Vec<u32>,
}

/// Every round of a job's traffic has a circuit for every flow.
pub(super) fn flows_are_alone(
    cluster: &Cluster,
    job: &Job,
    placement: &Placement,
    jobs: usize,
    violations: &mut Vec<Violation>,
) {
    let network = Network::of(cluster, job, placement);
    if network.most.iter().all(|&most| most == 0) {
        return;
    }
    let budget = MOST_FLOWS / jobs.max(1);
    let own = rounds(job.traffic, &network.shares, cluster.gpus_per_server, budget);
    let Some(colours) = network.colours() else {
        let cause = format!("{}: {}", job.name, network.conflict(&own));
        violations.push(Violation::new("CA109", cause));
        return;
    };
    for round in &own {
        if let Some(cause) = network.route(round, &colours) {
            violations.push(Violation::new("CA109", format!("{}: {cause}", job.name)));
            return;
        }
    }
}

impl Network {
    fn of(cluster: &Cluster, job: &Job, placement: &Placement) -> Self {
        let (leaves, shares): (Vec<u32>, Vec<u32>) =
            server_shares(&placement.servers).into_iter().unzip();
        let most = cross_flows(job.traffic, &shares, cluster.gpus_per_server);
        let position: BTreeMap<u32, usize> = leaves.iter().copied().zip(0..).collect();
        let mut circuits: BTreeMap<u32, Vec<u64>> = BTreeMap::new();
        for each in &placement.circuits {
            let own = circuits.entry(each.spine).or_insert_with(|| vec![0; leaves.len()]);
            if let Some(&at) = position.get(&each.leaf) {
                own[at] += u64::from(each.count);
            }
        }
        Self { leaves, shares, most, circuits }
    }

    /// The colours that the circuits offer, for the first number of colours that they offer.
    fn colours(&self) -> Option<Colours> {
        let highest = self.most.iter().copied().max().unwrap_or(0);
        let all_alike = self.most.iter().all(|&most| most == highest);
        // With the same need everywhere, a colour per flow asks for the least.
        let lowest = if all_alike { highest } else { 1 };
        let mut before = Vec::new();
        // A colour per flow is what most plans have.
        for count in [highest].into_iter().chain(lowest..highest) {
            let per_colour: Vec<u64> =
                self.most.iter().map(|most| u64::from(most.div_ceil(count))).collect();
            // The same need with fewer colours was refused already.
            if per_colour == before {
                continue;
            }
            let offered = self.offered(&per_colour);
            if offered.iter().map(|&(_, colours)| colours).sum::<u64>() >= u64::from(count) {
                let each = |&(spine, colours): &(u32, u64)| {
                    std::iter::repeat_n(spine, colours.min(u64::from(count)) as usize)
                };
                let spines = offered.iter().flat_map(each).take(count as usize).collect();
                return Some(Colours { spines });
            }
            if count < highest {
                before = per_colour;
            }
        }
        None
    }

    /// Colours that every spine offers where each asks for so many circuits per leaf.
    fn offered(&self, per_colour: &[u64]) -> Vec<(u32, u64)> {
        let of = |(&spine, circuits): (&u32, &Vec<u64>)| {
            let own = circuits.iter().zip(per_colour).filter(|(_, per_colour)| **per_colour > 0);
            let colours = own.map(|(circuits, per_colour)| circuits / per_colour).min();
            (spine, colours.unwrap_or(0))
        };
        self.circuits.iter().map(of).collect()
    }

    /// Routes a round and counts; says where there are more flows than circuits.
    fn route(&self, round: &Round, colours: &Colours) -> Option<String> {
        let count = colours.spines.len() as u32;
        let by_rank = round
            .flows
            .iter()
            .all(|&(from, _, flows)| flows == count && self.shares[from as usize] == count);
        let flows: Vec<(u32, u32)> = round
            .flows
            .iter()
            .flat_map(|&(from, to, flows)| std::iter::repeat_n((from, to), flows as usize))
            .collect();
        let given = if by_rank {
            (0..flows.len() as u32).map(|rank| rank % count).collect()
        } else {
            colour(&flows, &self.most, count)
        };
        let spines = given.iter().map(|&colour| colours.spines[colour as usize]);
        self.overloaded(&round.name, flows.iter().copied().zip(spines))
    }

    /// The first circuits that carry more flows than they are.
    fn overloaded(
        &self,
        round: &str,
        flows: impl Iterator<Item = ((u32, u32), u32)>,
    ) -> Option<String> {
        let mut up: BTreeMap<(u32, u32), u64> = BTreeMap::new();
        let mut down = up.clone();
        for ((from, to), spine) in flows {
            *up.entry((from, spine)).or_default() += 1;
            *down.entry((to, spine)).or_default() += 1;
        }
        let circuits =
            |leaf: u32, spine| self.circuits.get(&spine).map_or(0, |own| own[leaf as usize]);
        for (loads, word) in [(up, "up from"), (down, "down to")] {
            for ((leaf, spine), load) in loads {
                let there = circuits(leaf, spine);
                if load > there {
                    let leaf = self.leaves[leaf as usize];
                    let other = if word == "up from" { "to" } else { "from" };
                    return Some(format!(
                        "{round}: {load} flows go {word} leaf {leaf} {other} spine {spine}, \
                         over {there} circuits"
                    ));
                }
            }
        }
        None
    }

    /// A round in which two flows share a circuit, where the circuits do not offer enough colours.
    fn conflict(&self, rounds: &[Round]) -> String {
        let each = vec![1; self.leaves.len()];
        let offered: Vec<u32> = self
            .offered(&each)
            .iter()
            .flat_map(|&(spine, colours)| std::iter::repeat_n(spine, colours.min(1 << 16) as usize))
            .collect();
        let wanted = self.most.iter().copied().max().unwrap_or(0);
        if offered.is_empty() {
            return "no spine has a circuit to every one of its leaves".into();
        }
        let shared = offered.len();
        let example = rounds.iter().find_map(|round| {
            let flows = round.flows.iter().flat_map(|&(from, to, flows)| {
                (0..flows as usize).map(move |rank| ((from, to), rank))
            });
            let over = flows.map(|(ends, rank)| (ends, offered[rank % shared]));
            self.overloaded(&round.name, over)
        });
        let example = example.map_or(String::new(), |example| format!("; {example}"));
        format!(
            "up to {wanted} flows leave a leaf, all its leaves share {shared} circuits{example}"
        )
    }
}
