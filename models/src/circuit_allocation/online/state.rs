//! The state of a cluster: what is free and what every live job holds.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::circuits::Circuits;
use super::cluster::Cluster;
use super::free_gpus::FreeGpus;
use super::placement::{Circuit, JobId, Placement, ServerShare};
use crate::circuit_allocation::instance::Traffic;

/// A cluster in use. Every update takes time in the size of what changes, not of the cluster.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct State {
    cluster: Cluster,
    gpus: FreeGpus,
    circuits: Circuits,
    live: BTreeMap<JobId, Live>,
}

/// What a live job holds.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Live {
    /// Its GPUs.
    pub servers: Vec<ServerShare>,
    /// Its circuits.
    pub circuits: Vec<Circuit>,
    /// What they must carry.
    pub traffic: Traffic,
}

impl State {
    /// A cluster without jobs. The cluster must be [valid](Cluster::validate).
    #[must_use]
    pub fn new(cluster: Cluster) -> Self {
        let (gpus, circuits) = (FreeGpus::new(&cluster), Circuits::new(&cluster));
        Self { cluster, gpus, circuits, live: BTreeMap::new() }
    }

    /// The cluster.
    #[must_use]
    pub fn cluster(&self) -> &Cluster {
        &self.cluster
    }

    /// Its GPUs.
    #[must_use]
    pub fn gpus(&self) -> &FreeGpus {
        &self.gpus
    }

    /// Its GPUs, to let some fail.
    pub(super) fn gpus_mut(&mut self) -> &mut FreeGpus {
        &mut self.gpus
    }

    /// Its circuits.
    #[must_use]
    pub fn circuits(&self) -> &Circuits {
        &self.circuits
    }

    /// Its circuits, to let some fail.
    pub(super) fn circuits_mut(&mut self) -> &mut Circuits {
        &mut self.circuits
    }

    /// The live jobs.
    #[must_use]
    pub fn live(&self) -> &BTreeMap<JobId, Live> {
        &self.live
    }

    /// Whether all that a placement takes is free, once the circuits of the jobs it moves are given
    /// back.
    #[must_use]
    pub fn admits(&self, placement: &Placement) -> bool {
        let mut trial = self.circuits.clone();
        for (job, _) in &placement.moved {
            let Some(live) = self.live.get(job) else { return false };
            live.circuits.iter().for_each(|&circuit| trial.give(circuit));
        }
        let moved = placement.moved.iter().flat_map(|(_, circuits)| circuits);
        for &circuit in moved.chain(&placement.circuits) {
            if !trial.are_free(circuit) {
                return false;
            }
            trial.take(circuit);
        }
        placement.servers.iter().all(|&share| self.gpus.are_free(share))
    }

    /// Gives a job what a placement says, which must be [free](Self::admits).
    pub fn place(&mut self, job: JobId, traffic: Traffic, placement: &Placement) {
        for (moved, _) in &placement.moved {
            if let Some(live) = self.live.get(moved) {
                live.circuits.iter().for_each(|&circuit| self.circuits.give(circuit));
            }
        }
        for (moved, circuits) in &placement.moved {
            circuits.iter().for_each(|&circuit| self.circuits.take(circuit));
            if let Some(live) = self.live.get_mut(moved) {
                live.circuits.clone_from(circuits);
            }
        }
        placement.servers.iter().for_each(|&share| self.gpus.take(share));
        placement.circuits.iter().for_each(|&circuit| self.circuits.take(circuit));
        let (servers, circuits) = (placement.servers.clone(), placement.circuits.clone());
        self.live.insert(job, Live { servers, circuits, traffic });
    }

    /// Takes everything from a job and says what it was; none if it was not live.
    pub fn release(&mut self, job: JobId) -> Option<Live> {
        let live = self.live.remove(&job)?;
        live.servers.iter().for_each(|&share| self.gpus.give(share));
        live.circuits.iter().for_each(|&circuit| self.circuits.give(circuit));
        Some(live)
    }

    /// GPUs of a placement or live job by leaf, in the order of the shares.
    #[must_use]
    pub fn by_leaf(&self, servers: &[ServerShare]) -> Vec<(u32, u32)> {
        let mut shares: Vec<(u32, u32)> = Vec::new();
        for share in servers {
            let (leaf, count) = (self.gpus.leaf(share.server), share.gpus.count_ones());
            match shares.iter_mut().find(|(of, _)| *of == leaf) {
                Some((_, sum)) => *sum += count,
                None => shares.push((leaf, count)),
            }
        }
        shares
    }
}
