//! The fewest leaves of a job, and the fewest GPUs left free on them, whatever the circuits.
//!
//! A job of `w` whole servers on `m` leaves needs leaves with `w` free servers together; with an
//! equal split, `m` leaves with `w / m` each. A job that fits in a server takes one leaf. Among sets of
//! that many leaves the cheapest is found by dynamic programming over leaves and servers,
//! O(leaves · m · w), or, where that is too much, bounded by the cheapest leaves alone.

use super::super::instance::{Cluster, Free, Instance, Job, Live, Split};

/// Free GPUs and servers of leaves.
pub(super) struct Room<'a> {
    cluster: &'a Cluster,
    gpus: Vec<u32>,
    servers: Vec<u32>,
    /// Most free GPUs in a server, per leaf.
    largest: Vec<u32>,
}

/// What a job takes at least.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Least {
    pub(super) leaves: i128,
    pub(super) left_free: i128,
}

/// Steps of dynamic programming that are worth it.
const MOST_STEPS: u64 = 1 << 24;

impl<'a> Room<'a> {
    pub(super) fn of(instance: &'a Instance) -> Self {
        let free = Free::of(instance, Live::Keep);
        let cluster = &instance.cluster;
        let of_leaf = |own: &[u32]| own.iter().copied().max().unwrap_or(0);
        Self {
            cluster,
            gpus: free.gpus_per_leaf(cluster),
            servers: free.servers_per_leaf(cluster),
            largest: free.gpus.chunks(cluster.servers_per_leaf as usize).map(of_leaf).collect(),
        }
    }

    /// Free GPUs in all.
    pub(super) fn gpus(&self) -> u64 {
        self.gpus.iter().map(|&gpus| u64::from(gpus)).sum()
    }

    /// Wholly free servers in all.
    pub(super) fn servers(&self) -> u64 {
        self.servers.iter().map(|&servers| u64::from(servers)).sum()
    }

    /// `None` where there is no room.
    pub(super) fn least(&self, job: &Job) -> Option<Least> {
        let leaves = self.fewest_leaves(job)?;
        let cheapest = self.cheapest(job, leaves)?;
        let left_free = i128::from(cheapest) - i128::from(job.gpus);
        // The dearer bound of more leaves does not matter: the number of leaves comes first.
        Some(Least { leaves: leaves.into(), left_free: left_free.max(0) })
    }

    pub(super) fn fewest_leaves(&self, job: &Job) -> Option<u32> {
        if job.gpus <= self.cluster.gpus_per_server {
            return self.largest.iter().any(|&largest| largest >= job.gpus).then_some(1);
        }
        let wanted = job.gpus / self.cluster.gpus_per_server;
        let mut most = self.servers.clone();
        most.sort_unstable_by(|a, b| b.cmp(a));
        let fits = |leaves: &u32| {
            let first = &most[..*leaves as usize];
            match job.split {
                Split::Any => first.iter().map(|&own| u64::from(own)).sum::<u64>() >= wanted.into(),
                Split::Equal => {
                    wanted.is_multiple_of(*leaves)
                        && first.iter().all(|&own| own >= wanted / leaves)
                }
            }
        };
        (1..=wanted.min(self.cluster.leaves)).find(fits)
    }

    /// The fewest free GPUs on so many leaves that have room for the job.
    fn cheapest(&self, job: &Job, leaves: u32) -> Option<u64> {
        let wanted = (job.gpus / self.cluster.gpus_per_server) as usize;
        let small = job.gpus <= self.cluster.gpus_per_server;
        let equal = job.split == Split::Equal || leaves == 1;
        let enough = |leaf: &usize| match (small, equal) {
            (true, _) => self.largest[*leaf] >= job.gpus,
            (false, true) => self.servers[*leaf] >= wanted as u32 / leaves,
            (false, false) => self.servers[*leaf] >= 1,
        };
        let usable: Vec<usize> = (0..self.gpus.len()).filter(enough).collect();
        let steps = usable.len() as u64 * u64::from(leaves) * wanted as u64;
        if small || equal || steps > MOST_STEPS {
            let mut gpus: Vec<u64> = usable.iter().map(|&leaf| self.gpus[leaf].into()).collect();
            gpus.sort_unstable();
            return Some(gpus.iter().take(leaves as usize).sum());
        }
        // Fewest free GPUs with so many leaves (rows) and at least so many servers (columns).
        let width = wanted + 1;
        let mut least: Vec<Option<u64>> = vec![None; (leaves as usize + 1) * width];
        least[0] = Some(0);
        for leaf in usable {
            let (own, gpus) = (self.servers[leaf] as usize, u64::from(self.gpus[leaf]));
            for used in (0..leaves as usize).rev() {
                for servers in (0..width).rev() {
                    let Some(before) = least[used * width + servers] else { continue };
                    let next = &mut least[(used + 1) * width + (servers + own).min(wanted)];
                    let cost = before + gpus;
                    *next = Some(next.map_or(cost, |known| known.min(cost)));
                }
            }
        }
        least[leaves as usize * width + wanted]
    }
}
