//! A plan as a vector of the model that places jobs.

use std::collections::BTreeMap;

use placewright_solver::mip::Column;

use super::super::instance::{Instance, Job, server_shares};
use super::super::plan::{Placement, Plan};
use super::columns::{JobColumns, Layout, Network, Spread};

/// The vector of a plan that the referee accepts.
pub(super) fn encode(instance: &Instance, layout: &Layout, plan: &Plan) -> Vec<f64> {
    let mut values = Values(vec![0.0; layout.count]);
    for ((job, columns), placement) in
        instance.question.jobs().iter().zip(&layout.jobs).zip(&plan.placed)
    {
        match (placement, columns.left_out) {
            (Some(placement), _) => values.job(instance, job, columns, placement),
            (None, Some(left_out)) => values.set(left_out, 1.0),
            (None, None) => {}
        }
    }
    values.servers(instance, layout, plan);
    values.switched(instance, layout, plan);
    values.0
}

struct Values(Vec<f64>);

impl Values {
    fn set(&mut self, column: Column, value: f64) {
        self.0[column.index()] = value;
    }

    fn job(&mut self, instance: &Instance, job: &Job, columns: &JobColumns, placed: &Placement) {
        self.set(columns.accepted, 1.0);
        let size = instance.cluster.gpus_per_server;
        let shares = server_shares(&placed.servers);
        let servers: BTreeMap<u32, u32> =
            shares.iter().map(|&(leaf, gpus)| (leaf, gpus / size)).collect();
        match &columns.spread {
            Spread::Server(columns) => {
                let chosen = placed.servers.first();
                let at = chosen.map(|each| instance.cluster.server_index(each.leaf, each.server));
                for &(_, column) in columns.iter().filter(|each| Some(each.0) == at) {
                    self.set(column, 1.0);
                }
            }
            Spread::Shapes(shapes) => {
                let own = shapes.iter().filter(|shape| shape.leaves as usize == servers.len());
                for shape in own {
                    self.set(shape.chosen, 1.0);
                    for (leaf, column) in &shape.used {
                        self.set(*column, f64::from(u8::from(servers.contains_key(leaf))));
                    }
                    self.network(&shape.network, placed, &servers, Some(shape.flows));
                }
            }
            Spread::Shares(columns) => {
                for each in &columns.used {
                    let own = servers.get(&each.leaf).copied().unwrap_or(0);
                    self.set(each.used, f64::from(u8::from(own > 0)));
                    self.set(each.servers, own.into());
                    if let Some(dominates) = each.dominates {
                        let more = 2 * u64::from(own * size) > u64::from(job.gpus);
                        self.set(dominates, f64::from(u8::from(more)));
                    }
                }
                if let Some(alone) = columns.alone {
                    self.set(alone, f64::from(u8::from(servers.len() == 1)));
                }
                if servers.len() > 1 {
                    self.network(&columns.network, placed, &servers, None);
                }
            }
        }
    }

    /// Colours are what all leaves have in common, up to as many as are asked for.
    fn network(
        &mut self,
        network: &Network,
        placed: &Placement,
        leaves: &BTreeMap<u32, u32>,
        wanted: Option<u32>,
    ) {
        let mut per_pair: BTreeMap<(u32, u32), u32> = BTreeMap::new();
        for each in &placed.circuits {
            *per_pair.entry((each.leaf, each.spine)).or_default() += each.count;
        }
        let mut missing = wanted.unwrap_or(u32::MAX);
        let mut taken = BTreeMap::new();
        for &(spine, column) in &network.colours {
            let own = |&leaf: &u32| per_pair.get(&(leaf, spine)).copied().unwrap_or(0);
            let common = leaves.keys().map(own).min().unwrap_or(0).min(missing).min(network.most);
            missing -= common;
            self.set(column, common.into());
            taken.insert(spine, common);
        }
        for &(leaf, spine, column) in &network.circuits {
            if leaves.contains_key(&leaf) {
                self.set(column, taken[&spine].into());
            }
        }
    }

    fn servers(&mut self, instance: &Instance, layout: &Layout, plan: &Plan) {
        let cluster = &instance.cluster;
        let mut left = layout.free.gpus.clone();
        for share in plan.placed.iter().flatten().flat_map(|placed| &placed.servers) {
            let at = cluster.server_index(share.leaf, share.server);
            left[at] -= share.gpus;
        }
        let mut shared = vec![false; left.len()];
        let jobs = instance.question.jobs().iter().zip(&plan.placed);
        for (_, placed) in jobs.filter(|(job, _)| job.gpus <= cluster.gpus_per_server) {
            for share in placed.iter().flat_map(|placed| &placed.servers) {
                shared[cluster.server_index(share.leaf, share.server)] = true;
            }
        }
        for &(server, column) in &layout.shared {
            self.set(column, f64::from(u8::from(shared[server])));
        }
        let mut whole = vec![cluster.gpus_per_leaf(); cluster.leaves as usize];
        for share in &instance.failures.gpus {
            whole[share.leaf as usize] -= share.gpus;
        }
        let servers = cluster.servers_per_leaf as usize;
        for columns in &layout.leaves {
            let leaf = columns.leaf as usize;
            let left: u32 = left[leaf * servers..(leaf + 1) * servers].iter().sum();
            let partly = left > 0 && left < whole[leaf];
            self.set(columns.partly, f64::from(u8::from(partly)));
            self.set(columns.full, f64::from(u8::from(left == 0)));
        }
    }

    fn switched(&mut self, instance: &Instance, layout: &Layout, plan: &Plan) {
        if layout.switched.is_empty() {
            return;
        }
        let mut wiring = BTreeMap::new();
        let live = instance.live.iter().flat_map(|job| &job.circuits);
        let stay = live.filter(|_| plan.wiring.is_none());
        for each in stay.chain(plan.wiring.iter().flatten()) {
            *wiring.entry((each.leaf, each.spine, each.switch)).or_insert(0) += each.count;
        }
        let mut jobs = BTreeMap::new();
        for each in plan.placed.iter().flatten().flat_map(|placed| &placed.circuits) {
            *jobs.entry((each.leaf, each.spine, each.switch)).or_insert(0) += each.count;
        }
        for each in &layout.switched {
            let at = (each.leaf, each.spine, Some(each.switch));
            let own = jobs.get(&at).copied().unwrap_or(0);
            let live = wiring.get(&at).copied().unwrap_or(0);
            match each.moved {
                // A job's circuit in the place of a live one is as good as the live one there.
                Some((moved, there)) => {
                    self.set(moved, there.saturating_sub(own + live).into());
                    self.set(each.count, (own + live).into());
                }
                // Where nothing may move, live circuits have no columns.
                None if plan.wiring.is_none() => self.set(each.count, own.into()),
                None => self.set(each.count, (own + live).into()),
            }
        }
    }
}
