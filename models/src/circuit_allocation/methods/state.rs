//! What is free while a plan is being made.

use super::super::instance::{Circuits, Fabric, Free, Instance, Live, Moves, ServerShare};
use super::super::plan::Placement;

/// What is free, updated as jobs come and go.
#[derive(Clone, Debug)]
pub struct State<'a> {
    /// The instance.
    pub instance: &'a Instance,
    /// What nobody holds. Where live circuits may move, their ports count as free here; see
    /// `live_at`.
    pub free: Free,
    /// Free GPUs per leaf.
    pub gpus: Vec<u32>,
    /// Wholly free servers per leaf.
    pub servers: Vec<u32>,
    /// Optical switches.
    pub switches: usize,
    /// Free ports to each leaf, over all switches.
    pub uplinks: Vec<u32>,
    /// Free ports to each spine, over all switches.
    pub downlinks: Vec<u32>,
    /// Whether live circuits may move.
    moves: Moves,
}

impl<'a> State<'a> {
    /// The state before anything is placed. Where live circuits may move, `uplinks` and `downlinks`
    /// still leave them their ports, whichever these are.
    #[must_use]
    pub fn new(instance: &'a Instance) -> Self {
        let free = Free::of(instance, Live::Keep);
        let switches = instance.fabric.switches() as usize;
        let sums = |ports: &[u32]| {
            ports.chunks(switches.max(1)).map(|own| own.iter().sum()).collect::<Vec<u32>>()
        };
        Self {
            gpus: free.gpus_per_leaf(&instance.cluster),
            servers: free.servers_per_leaf(&instance.cluster),
            uplinks: sums(&free.leaf_ports),
            downlinks: sums(&free.spine_ports),
            free,
            instance,
            switches,
            moves: instance.question.moves(),
        }
    }

    /// The state before anything is placed, where no live circuit is to move.
    #[must_use]
    pub fn keeping_live(instance: &'a Instance) -> Self {
        Self { moves: Moves::Forbidden, ..Self::new(instance) }
    }

    /// Whether only the numbers of ports matter, as every circuit may pass any switch in the end.
    #[must_use]
    pub fn is_rearrangeable(&self) -> bool {
        self.is_switched() && self.moves == Moves::Allowed
    }

    /// Whether circuits pass optical switches.
    #[must_use]
    pub fn is_switched(&self) -> bool {
        matches!(self.instance.fabric, Fabric::Switched(_))
    }

    /// Takes what a job gets.
    pub fn take(&mut self, placement: &Placement) {
        self.change(placement, |free, count| free - count);
    }

    /// Gives back what a job got.
    pub fn give_back(&mut self, placement: &Placement) {
        self.change(placement, |free, count| free + count);
    }

    fn change(&mut self, placement: &Placement, change: impl Fn(u32, u32) -> u32) {
        let whole = self.instance.cluster.gpus_per_server;
        for &ServerShare { leaf, server, gpus } in &placement.servers {
            let own = &mut self.free.gpus[self.instance.cluster.server_index(leaf, server)];
            let was_whole = *own == whole;
            *own = change(*own, gpus);
            let is_whole = *own == whole;
            let leaf = leaf as usize;
            self.gpus[leaf] = change(self.gpus[leaf], gpus);
            self.servers[leaf] = self.servers[leaf] + u32::from(is_whole) - u32::from(was_whole);
        }
        for &Circuits { leaf, spine, switch, count } in &placement.circuits {
            if !self.is_switched() {
                let at = self.instance.cluster.pair_index(leaf, spine);
                self.free.circuits[at] = change(self.free.circuits[at], count);
                continue;
            }
            let (leaf, spine) = (leaf as usize, spine as usize);
            self.uplinks[leaf] = change(self.uplinks[leaf], count);
            self.downlinks[spine] = change(self.downlinks[spine], count);
            // Without a switch yet, only sums count.
            let Some(switch) = switch else { continue };
            let at = leaf * self.switches + switch as usize;
            self.free.leaf_ports[at] = change(self.free.leaf_ports[at], count);
            let at = spine * self.switches + switch as usize;
            self.free.spine_ports[at] = change(self.free.spine_ports[at], count);
        }
    }

    /// The free circuits of a leaf, per spine, in a static fabric.
    #[must_use]
    pub fn circuits_of(&self, leaf: u32) -> &[u32] {
        let spines = self.instance.cluster.spines as usize;
        &self.free.circuits[leaf as usize * spines..(leaf as usize + 1) * spines]
    }

    /// The first wholly free servers of a leaf.
    #[must_use]
    pub fn first_servers(&self, leaf: u32, count: u32) -> Vec<ServerShare> {
        let cluster = &self.instance.cluster;
        let whole = cluster.gpus_per_server;
        let is_free = |&server: &u32| self.free.gpus[cluster.server_index(leaf, server)] == whole;
        let servers = (0..cluster.servers_per_leaf).filter(is_free).take(count as usize);
        servers.map(|server| ServerShare { leaf, server, gpus: whole }).collect()
    }

    /// The server of a leaf with the fewest free GPUs that still fit.
    #[must_use]
    pub fn tightest_server(&self, leaf: u32, gpus: u32) -> Option<ServerShare> {
        let cluster = &self.instance.cluster;
        let free = |server: u32| self.free.gpus[cluster.server_index(leaf, server)];
        let fitting = (0..cluster.servers_per_leaf).filter(|&server| free(server) >= gpus);
        let server = fitting.min_by_key(|&server| free(server))?;
        Some(ServerShare { leaf, server, gpus })
    }
}
