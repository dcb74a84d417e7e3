//! Which GPUs are free.

use serde::{Deserialize, Serialize};

use super::cluster::Cluster;
use super::placement::ServerShare;

/// Free GPUs by server, with the sums that policies ask for.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct FreeGpus {
    servers_per_leaf: u32,
    gpus_per_server: u32,
    /// By server: one bit per GPU that is free and sound.
    free: Vec<u64>,
    /// By server: one bit per GPU that failed.
    failed: Vec<u64>,
    leaf_free: Vec<u32>,
    /// By leaf: servers with all GPUs free.
    leaf_whole: Vec<u32>,
    total: u32,
    whole: u32,
}

impl FreeGpus {
    /// All GPUs are free.
    #[must_use]
    pub fn new(cluster: &Cluster) -> Self {
        let leaves = cluster.leaves as usize;
        Self {
            servers_per_leaf: cluster.servers_per_leaf,
            gpus_per_server: cluster.gpus_per_server,
            free: vec![full(cluster.gpus_per_server); cluster.servers() as usize],
            failed: vec![0; cluster.servers() as usize],
            leaf_free: vec![cluster.gpus_per_leaf(); leaves],
            leaf_whole: vec![cluster.servers_per_leaf; leaves],
            total: cluster.gpus(),
            whole: cluster.servers(),
        }
    }

    /// Free GPUs of a server, one bit each.
    #[must_use]
    pub fn server(&self, server: u32) -> u64 {
        self.free[server as usize]
    }

    /// Failed GPUs of a server, one bit each.
    #[must_use]
    pub fn failed(&self, server: u32) -> u64 {
        self.failed[server as usize]
    }

    /// Free GPUs by leaf.
    #[must_use]
    pub fn by_leaf(&self) -> &[u32] {
        &self.leaf_free
    }

    /// Servers with all GPUs free, by leaf.
    #[must_use]
    pub fn whole_by_leaf(&self) -> &[u32] {
        &self.leaf_whole
    }

    /// All free GPUs.
    #[must_use]
    pub fn total(&self) -> u32 {
        self.total
    }

    /// All servers with all GPUs free.
    #[must_use]
    pub fn whole(&self) -> u32 {
        self.whole
    }

    /// The leaf of a server.
    #[must_use]
    pub fn leaf(&self, server: u32) -> u32 {
        server / self.servers_per_leaf
    }

    /// The servers of a leaf.
    pub fn servers_of(&self, leaf: u32) -> impl Iterator<Item = u32> + use<> {
        leaf * self.servers_per_leaf..(leaf + 1) * self.servers_per_leaf
    }

    /// The first `count` whole servers of a leaf that has as many. O(servers per leaf).
    pub fn take_whole(&self, leaf: u32, count: u32, out: &mut Vec<ServerShare>) {
        let full = full(self.gpus_per_server);
        let whole = self.servers_of(leaf).filter(|&server| self.free[server as usize] == full);
        out.extend(whole.take(count as usize).map(|server| ServerShare { server, gpus: full }));
    }

    /// The server with the fewest free GPUs, at least `gpus`; of those, one on the leaf with the
    /// fewest free GPUs: best fit. O(leaves + servers of leaves that might do).
    #[must_use]
    pub fn best_server(&self, gpus: u32) -> Option<ServerShare> {
        let mut best: Option<(u32, u32, u32)> = None;
        for (leaf, &leaf_free) in self.leaf_free.iter().enumerate() {
            if leaf_free < gpus {
                continue;
            }
            for server in self.servers_of(leaf as u32) {
                let free = self.free[server as usize].count_ones();
                let key = (free, leaf_free, server);
                if free >= gpus && best.is_none_or(|best| key < best) {
                    best = Some(key);
                }
            }
        }
        best.map(|(_, _, server)| self.lowest(server, gpus))
    }

    /// The first server with room.
    #[must_use]
    pub fn first_server(&self, gpus: u32) -> Option<ServerShare> {
        let room = |server: &u32| self.free[*server as usize].count_ones() >= gpus;
        (0..self.free.len() as u32).find(room).map(|server| self.lowest(server, gpus))
    }

    /// The `gpus` free GPUs of a server with the lowest numbers.
    fn lowest(&self, server: u32, gpus: u32) -> ServerShare {
        let (mut rest, mut chosen) = (self.free[server as usize], 0);
        for _ in 0..gpus {
            chosen |= rest & rest.wrapping_neg();
            rest &= rest.wrapping_sub(1);
        }
        ServerShare { server, gpus: chosen }
    }

    /// Whether these GPUs are free and sound.
    #[must_use]
    pub fn are_free(&self, share: ServerShare) -> bool {
        self.free.get(share.server as usize).is_some_and(|free| free & share.gpus == share.gpus)
    }

    /// Takes GPUs that are free. O(1).
    pub fn take(&mut self, share: ServerShare) {
        debug_assert!(self.are_free(share), "GPUs taken twice");
        self.change(share.server, |free| free & !share.gpus);
    }

    /// Gives back GPUs; those that failed meanwhile stay out of use. O(1).
    pub fn give(&mut self, share: ServerShare) {
        let usable = share.gpus & !self.failed[share.server as usize];
        self.change(share.server, |free| free | usable);
    }

    /// GPUs fail; whoever holds them still does.
    pub fn fail(&mut self, share: ServerShare) {
        self.failed[share.server as usize] |= share.gpus;
        self.change(share.server, |free| free & !share.gpus);
    }

    /// Failed GPUs that nobody holds can be used again.
    pub fn repair(&mut self, share: ServerShare) {
        self.failed[share.server as usize] &= !share.gpus;
        self.change(share.server, |free| free | share.gpus);
    }

    fn change(&mut self, server: u32, to: impl Fn(u64) -> u64) {
        let (leaf, full) = (self.leaf(server) as usize, full(self.gpus_per_server));
        let old = self.free[server as usize];
        let new = to(old);
        self.free[server as usize] = new;
        let delta = |of: u32| of + new.count_ones() - old.count_ones();
        self.leaf_free[leaf] = delta(self.leaf_free[leaf]);
        self.total = delta(self.total);
        let whole = |of: u32| of + u32::from(new == full) - u32::from(old == full);
        self.leaf_whole[leaf] = whole(self.leaf_whole[leaf]);
        self.whole = whole(self.whole);
    }
}

/// All GPUs of a server.
pub(super) fn full(gpus_per_server: u32) -> u64 {
    u64::MAX >> (64 - gpus_per_server)
}
