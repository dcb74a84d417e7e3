//! The search for leaves: branch and bound over sets of so many leaves, the cheapest first.
//!
//! Leaves are sorted by cost. Beside the set goes, per spine, how many circuits all its leaves have
//! there in common; a set dies when these, or the servers still to be had, are too few, or when the
//! cheapest completion costs as much as the best set found. With equal shares and one circuit per
//! pair this is the search for a cheapest biclique, which the kernel for it does faster.
//!
//! Reference: Land and Doig 1960 for the scheme. Complexity: exponential in the number of leaves in
//! the worst case, O(spines) a node. Guarantee: optimal unless the node limit ends it, for networks
//! that [`Task::is_exact`] names.

mod biclique;
mod shares;

use self::biclique::biclique;
use self::shares::shares;
use super::super::instance::{Fabric, Instance, Job, Split, Traffic};
use super::super::plan::Placement;
use super::circuits::lay;
use super::state::State;

/// How often a search asks whether to stop: a node takes a microsecond or less.
const NODES_PER_QUESTION: u64 = 256;

/// In which order leaves are tried.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Rule {
    /// The first ones, and the first set that does.
    FirstFit,
    /// Those with the fewest free GPUs, and the set with the fewest.
    BestFit,
}

/// What came of a search.
#[derive(Clone, Debug)]
pub struct Found {
    /// The best placement.
    pub placement: Option<Placement>,
    /// Whether nothing was left out.
    pub exhausted: bool,
    /// Nodes visited.
    pub nodes: u64,
}

/// A job of whole servers for so many leaves.
#[derive(Clone, Copy, Debug)]
pub struct Task<'a> {
    /// The job.
    pub job: &'a Job,
    /// On how many leaves, at least two.
    pub leaves: u32,
}

impl Task<'_> {
    /// Whether leaves and spines are to be a biclique with as many spines as GPUs on a leaf: an
    /// equal split of permutations over single circuits.
    fn is_biclique(&self, instance: &Instance) -> bool {
        let Fabric::Static(fabric) = &instance.fabric else { return false };
        let whole = self.job.gpus.is_multiple_of(self.leaves * instance.cluster.gpus_per_server);
        let single = fabric.circuits_per_pair == 1;
        single && whole && self.job.split == Split::Equal && !is_ring(self.job)
    }

    /// Whether an exhausted search proves that there is no such placement: the network is static,
    /// and what a set of leaves needs of it depends on the set alone.
    #[must_use]
    pub fn is_exact(&self, instance: &Instance) -> bool {
        let Fabric::Static(fabric) = &instance.fabric else { return false };
        match self.job.split {
            Split::Equal => true,
            Split::Any => {
                let varies =
                    self.job.traffic == Traffic::HalvingDoubling && self.job.gpus.is_power_of_two();
                !varies && (fabric.circuits_per_pair == 1 || is_ring(self.job))
            }
        }
    }
}

/// Whether the job's traffic is a hierarchical ring.
fn is_ring(job: &Job) -> bool {
    match job.traffic {
        Traffic::Ring => true,
        Traffic::HalvingDoubling => !job.gpus.is_power_of_two(),
        Traffic::Any | Traffic::AllToAll => false,
    }
}

/// A leaf that could be used.
#[derive(Clone, Copy, Debug)]
struct Candidate {
    leaf: u32,
    cost: u64,
    /// Servers it can give.
    servers: u32,
}

struct Search<'a, 'b> {
    state: &'a State<'b>,
    job: &'a Job,
    rule: Rule,
    wanted: u32,
    leaves: usize,
    /// Servers of every leaf where the split is equal.
    share: Option<u32>,
    candidates: Vec<Candidate>,
    /// Cost of the first candidates.
    prefix: Vec<u64>,
    /// Most servers that a candidate from here on gives.
    most_from: Vec<u32>,
    chosen: Vec<usize>,
    /// Circuits in common per depth, spine by spine.
    common: Vec<Vec<u32>>,
    best: Option<(u64, Placement)>,
    nodes: u64,
    limit: u64,
    stop: &'a dyn Fn(u64) -> bool,
    stopped: bool,
}

/// Searches for the cheapest leaves of a job, visiting at most `limit` nodes. `stop` is asked every
/// so many nodes and before circuits are laid, with the nodes so far; only the search for equal
/// shares of single circuits, whose nodes take less than a microsecond, goes by the limit alone.
#[must_use]
pub fn search(
    state: &State,
    task: Task,
    rule: Rule,
    limit: u64,
    stop: &dyn Fn(u64) -> bool,
) -> Found {
    if rule == Rule::BestFit && task.is_biclique(state.instance) {
        return biclique(state, task, limit);
    }
    let Some(mut search) = Search::new(state, task, rule, limit, stop) else {
        return Found { placement: None, exhausted: true, nodes: 0 };
    };
    search.descend(0, 0);
    let exhausted = search.nodes < search.limit && !search.stopped;
    Found { placement: search.best.map(|best| best.1), exhausted, nodes: search.nodes }
}

impl<'a, 'b> Search<'a, 'b> {
    /// `None` where servers alone rule the task out.
    fn new(
        state: &'a State<'b>,
        task: Task<'a>,
        rule: Rule,
        limit: u64,
        stop: &'a dyn Fn(u64) -> bool,
    ) -> Option<Self> {
        let cluster = &state.instance.cluster;
        let wanted = task.job.gpus / cluster.gpus_per_server;
        let share = (task.job.split == Split::Equal).then_some(wanted / task.leaves);
        if wanted < task.leaves || share.is_some_and(|share| share * task.leaves != wanted) {
            return None;
        }
        let size = cluster.gpus_per_server;
        let candidate = |leaf: u32| {
            let free = state.servers[leaf as usize];
            let uplinks =
                if state.is_switched() { state.uplinks[leaf as usize] / size } else { free };
            let servers = if is_ring(task.job) && uplinks > 0 { free } else { free.min(uplinks) };
            // A leaf with more than half of the job needs uplinks for the others only.
            let servers = if share.is_none() && wanted - servers.min(wanted) <= uplinks {
                free
            } else {
                servers
            };
            let cost = match rule {
                Rule::FirstFit => u64::from(leaf),
                Rule::BestFit => u64::from(state.gpus[leaf as usize]),
            };
            Candidate { leaf, cost, servers: servers.min(wanted - (task.leaves - 1)) }
        };
        let mut candidates: Vec<Candidate> = (0..cluster.leaves)
            .map(candidate)
            .filter(|each| each.servers >= share.unwrap_or(1))
            .collect();
        candidates.sort_by_key(|each| (each.cost, u32::MAX - each.servers, each.leaf));
        let mut most: Vec<u32> = candidates.iter().map(|each| each.servers).collect();
        most.sort_unstable_by(|a, b| b.cmp(a));
        let leaves = task.leaves as usize;
        if candidates.len() < leaves || most[..leaves].iter().sum::<u32>() < wanted {
            return None;
        }
        let mut prefix = vec![0];
        candidates.iter().for_each(|each| prefix.push(prefix[prefix.len() - 1] + each.cost));
        let mut most_from = vec![0; candidates.len() + 1];
        for at in (0..candidates.len()).rev() {
            most_from[at] = most_from[at + 1].max(candidates[at].servers);
        }
        let spines = if state.is_switched() { 0 } else { cluster.spines as usize };
        Some(Self {
            state,
            job: task.job,
            rule,
            wanted,
            leaves,
            share,
            candidates,
            prefix,
            most_from,
            chosen: Vec::with_capacity(leaves),
            common: vec![vec![u32::MAX; spines]; leaves + 1],
            best: None,
            nodes: 0,
            limit,
            stop,
            stopped: false,
        })
    }

    fn descend(&mut self, from: usize, cost: u64) {
        let depth = self.chosen.len();
        if depth == self.leaves {
            if !self.is_stopped() {
                self.complete(cost);
            }
            return;
        }
        let missing = self.leaves - depth;
        for at in from..=self.candidates.len() - missing {
            let cheapest = cost + self.prefix[at + missing] - self.prefix[at];
            let beaten = self.best.as_ref().is_some_and(|best| cheapest >= best.0);
            if beaten || self.nodes >= self.limit || self.stopped {
                return;
            }
            self.nodes += 1;
            if self.nodes.is_multiple_of(NODES_PER_QUESTION) && self.is_stopped() {
                return;
            }
            self.chosen.push(at);
            if self.can_be_enough(depth + 1, at + 1) {
                self.descend(at + 1, cost + self.candidates[at].cost);
            }
            self.chosen.pop();
        }
    }

    fn is_stopped(&mut self) -> bool {
        self.stopped |= (self.stop)(self.nodes);
        self.stopped
    }

    /// Whether the leaves chosen, with the best of the rest, could hold the job.
    fn can_be_enough(&mut self, depth: usize, next: usize) -> bool {
        let Some(within) = self.common_servers(depth) else { return false };
        if let Some(share) = self.share {
            return share <= within;
        }
        let own = self.chosen.iter().map(|&at| self.candidates[at].servers);
        let sum: u32 = own.clone().map(|servers| servers.min(within)).sum();
        let missing = (self.leaves - depth) as u32;
        let more = missing * self.most_from[next].min(within);
        // One leaf may hold more than all others need circuits for.
        let largest =
            own.max().unwrap_or(0).max(if missing > 0 { self.most_from[next] } else { 0 });
        sum + more + largest.saturating_sub(within) >= self.wanted
    }

    /// How many servers a leaf may have as far as common circuits go; `None` where two leaves
    /// cannot even talk.
    fn common_servers(&mut self, depth: usize) -> Option<u32> {
        if self.state.is_switched() {
            return Some(u32::MAX / 2);
        }
        let leaf = self.candidates[self.chosen[depth - 1]].leaf;
        let (before, after) = self.common.split_at_mut(depth);
        let mut flows = 0_u32;
        let own = self.state.circuits_of(leaf).iter().zip(&before[depth - 1]);
        for (common, (own, before)) in after[0].iter_mut().zip(own) {
            *common = *own.min(before);
            flows += *common;
        }
        let servers = flows / self.state.instance.cluster.gpus_per_server;
        if servers == 0 {
            return None;
        }
        Some(if is_ring(self.job) { u32::MAX / 2 } else { servers })
    }

    /// A complete set: shares and circuits.
    fn complete(&mut self, cost: u64) {
        let Some(within) = self.common_servers(self.leaves) else { return };
        let chosen: Vec<Candidate> = self.chosen.iter().map(|&at| self.candidates[at]).collect();
        let caps: Vec<u32> = chosen.iter().map(|each| each.servers).collect();
        let shares = match self.share {
            Some(share) => Some(vec![share; caps.len()]),
            None => shares(&caps, self.wanted, within),
        };
        let Some(shares) = shares else { return };
        let leaves: Vec<(u32, u32)> = chosen.iter().map(|each| each.leaf).zip(shares).collect();
        let Some(circuits) = lay(self.state, self.job, &leaves) else { return };
        let servers =
            leaves.iter().flat_map(|&(leaf, count)| self.state.first_servers(leaf, count));
        let placement = Placement { servers: servers.collect(), circuits };
        let cost = if self.rule == Rule::FirstFit { 0 } else { cost };
        self.best = Some((cost, placement));
    }
}
