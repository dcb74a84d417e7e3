//! Clusters full of holes: jobs come to random places and some of them go again.

use placewright_models::circuit_allocation::instance::{
    Circuits, Cluster, Fabric, Failures, Free, Instance, LiveJob, Place, Question, ServerShare,
};

use super::mix::Mix;
use crate::draw::Draw;

/// Everything that shapes a cluster with live jobs besides the seed.
#[derive(Clone, Debug)]
pub(super) struct Recipe {
    pub(super) cluster: Cluster,
    pub(super) fabric: Fabric,
    pub(super) mix: Mix,
    /// Percentage of GPUs held.
    pub(super) fill_percent: u64,
    /// Percentage of GPUs, and of circuits or ports, that are broken.
    pub(super) broken_percent: u64,
    /// Largest live job, as a percentage of the cluster.
    pub(super) largest_percent: u64,
}

/// The cluster with its live jobs; the question is still to be put.
pub(super) fn state(recipe: &Recipe, question: Place, draw: &mut Draw) -> Instance {
    let mut instance = Instance {
        cluster: recipe.cluster,
        fabric: recipe.fabric.clone(),
        failures: Failures::default(),
        live: Vec::new(),
        question: Question::Place(question),
    };
    let mut filling = Filling {
        free: Free::whole(&instance.cluster, &instance.fabric),
        switches: instance.fabric.switches() as u32,
        recipe,
        draw,
    };
    instance.failures = filling.failures();
    instance.live = filling.jobs();
    instance
}

struct Filling<'a> {
    recipe: &'a Recipe,
    free: Free,
    switches: u32,
    draw: &'a mut Draw,
}

impl Filling<'_> {
    fn failures(&mut self) -> Failures {
        let mut failures = Failures::default();
        let share = self.recipe.broken_percent;
        if share == 0 {
            return failures;
        }
        let cluster = self.recipe.cluster;
        for leaf in 0..cluster.leaves {
            for server in 0..cluster.servers_per_leaf {
                if self.draw.percent(share) {
                    self.free.gpus[cluster.server_index(leaf, server)] -= 1;
                    failures.gpus.push(ServerShare { leaf, server, gpus: 1 });
                }
            }
        }
        for at in 0..self.free.circuits.len() as u32 {
            if self.draw.percent(share) {
                let (leaf, spine) = (at / cluster.spines, at % cluster.spines);
                self.free.circuits[at as usize] -= 1;
                failures.circuits.push(Circuits { leaf, spine, switch: None, count: 1 });
            }
        }
        failures
    }

    /// Jobs until enough GPUs are held. Twice as many come; of two that come one goes.
    fn jobs(&mut self) -> Vec<LiveJob> {
        let cluster = self.recipe.cluster;
        let target = cluster.gpus() * self.recipe.fill_percent / 100;
        let largest = (cluster.gpus() * self.recipe.largest_percent / 100).max(1) as u32;
        let mut jobs: Vec<LiveJob> = Vec::new();
        let (mut held, mut misses) = (0, 0);
        let (mut peak, mut ebbing) = (target + (cluster.gpus() - target) / 2, false);
        while misses < 400 {
            if ebbing && held <= target {
                break;
            }
            if ebbing || (!jobs.is_empty() && self.draw.percent(25)) {
                let at = self.draw.between(0, jobs.len() as u64 - 1) as usize;
                held -= self.leave(&jobs.swap_remove(at));
                continue;
            }
            let gpus = self.recipe.mix.draw(cluster.gpus_per_server, largest, self.draw);
            match self.enter(gpus) {
                Some(job) => {
                    held += u64::from(gpus);
                    jobs.push(job);
                    misses = 0;
                }
                None => misses += 1,
            }
            if misses == 200 {
                // It does not get fuller.
                peak = held;
            }
            ebbing = held >= peak;
        }
        let width = jobs.len().to_string().len();
        for (index, job) in jobs.iter_mut().enumerate() {
            job.name = format!("L{:0width$}", index + 1);
        }
        jobs
    }

    fn leave(&mut self, job: &LiveJob) -> u64 {
        for share in &job.servers {
            let at = self.recipe.cluster.server_index(share.leaf, share.server);
            self.free.gpus[at] += share.gpus;
        }
        job.circuits.iter().for_each(|each| self.count(each, |free, count| *free += count));
        job.servers.iter().map(|share| u64::from(share.gpus)).sum()
    }

    fn count(&mut self, each: &Circuits, change: impl Fn(&mut u32, u32)) {
        let pair = self.recipe.cluster.pair_index(each.leaf, each.spine);
        match each.switch {
            None => change(&mut self.free.circuits[pair], each.count),
            Some(switch) => {
                let port = |node: u32| (node * self.switches + switch) as usize;
                change(&mut self.free.leaf_ports[port(each.leaf)], each.count);
                change(&mut self.free.spine_ports[port(each.spine)], each.count);
            }
        }
    }

    /// A random place: a server, a leaf, or equal shares on random leaves.
    fn enter(&mut self, gpus: u32) -> Option<LiveJob> {
        let cluster = self.recipe.cluster;
        let mut leaves: Vec<u32> = (0..cluster.leaves).collect();
        self.shuffle(&mut leaves);
        let job = |servers, circuits| LiveJob { name: String::new(), servers, circuits };
        if gpus <= cluster.gpus_per_server {
            let free = |&(leaf, server): &(u32, u32)| {
                self.free.gpus[cluster.server_index(leaf, server)] >= gpus
            };
            let mut servers = leaves
                .iter()
                .flat_map(|&leaf| (0..cluster.servers_per_leaf).map(move |s| (leaf, s)));
            let (leaf, server) = servers.find(free)?;
            self.free.gpus[cluster.server_index(leaf, server)] -= gpus;
            return Some(job(vec![ServerShare { leaf, server, gpus }], Vec::new()));
        }
        let wanted = gpus / cluster.gpus_per_server;
        for count in (1..=wanted.min(cluster.leaves)).filter(|count| wanted.is_multiple_of(*count))
        {
            let share = wanted / count;
            let fits = |leaf: &u32| self.whole(*leaf).len() >= share as usize;
            let chosen: Vec<u32> =
                leaves.iter().copied().filter(fits).take(count as usize).collect();
            if chosen.len() < count as usize {
                continue;
            }
            let circuits = if count == 1 {
                Vec::new()
            } else {
                match self.circuits(&chosen, share * cluster.gpus_per_server) {
                    Some(circuits) => circuits,
                    None => continue,
                }
            };
            let mut servers = Vec::new();
            for leaf in chosen {
                for server in self.whole(leaf).into_iter().take(share as usize) {
                    self.free.gpus[cluster.server_index(leaf, server)] = 0;
                    servers.push(ServerShare { leaf, server, gpus: cluster.gpus_per_server });
                }
            }
            return Some(job(servers, circuits));
        }
        None
    }

    fn shuffle(&mut self, list: &mut [u32]) {
        for end in (1..list.len()).rev() {
            list.swap(end, self.draw.between(0, end as u64) as usize);
        }
    }

    fn whole(&self, leaf: u32) -> Vec<u32> {
        let cluster = self.recipe.cluster;
        let is_free = |&server: &u32| {
            self.free.gpus[cluster.server_index(leaf, server)] == cluster.gpus_per_server
        };
        (0..cluster.servers_per_leaf).filter(is_free).collect()
    }

    /// As many spines as GPUs on a leaf, each with a circuit to every leaf; taken at once.
    fn circuits(&mut self, leaves: &[u32], share: u32) -> Option<Vec<Circuits>> {
        let mut spines: Vec<u32> = (0..self.recipe.cluster.spines).collect();
        self.shuffle(&mut spines);
        let mut circuits: Vec<Circuits> = Vec::new();
        let mut found = 0;
        let mut turn = 0;
        // A spine may serve several GPUs of every leaf where it has ports.
        while found < share && turn < 4 {
            for &spine in &spines {
                if found < share
                    && let Some(own) = self.joined(leaves, spine)
                {
                    circuits.extend(own);
                    found += 1;
                }
            }
            turn += 1;
        }
        if found < share {
            for each in &circuits {
                self.count(each, |free, count| *free += count);
            }
            return None;
        }
        Some(merged(circuits))
    }

    /// One circuit from every leaf to a spine.
    fn joined(&mut self, leaves: &[u32], spine: u32) -> Option<Vec<Circuits>> {
        let mut own: Vec<Circuits> = Vec::new();
        for &leaf in leaves {
            match self.one(leaf, spine) {
                Some(each) => {
                    self.count(&each, |free, count| *free -= count);
                    own.push(each);
                }
                None => {
                    own.iter().for_each(|each| self.count(each, |free, count| *free += count));
                    return None;
                }
            }
        }
        Some(own)
    }

    fn one(&mut self, leaf: u32, spine: u32) -> Option<Circuits> {
        if self.switches == 0 {
            let free = self.free.circuits[self.recipe.cluster.pair_index(leaf, spine)] > 0;
            return free.then_some(Circuits { leaf, spine, switch: None, count: 1 });
        }
        let first = self.draw.between(0, u64::from(self.switches) - 1) as u32;
        let port = |node: u32, switch: u32| (node * self.switches + switch) as usize;
        let free = |&switch: &u32| {
            self.free.leaf_ports[port(leaf, switch)] > 0
                && self.free.spine_ports[port(spine, switch)] > 0
        };
        let switch = (0..self.switches).map(|i| (first + i) % self.switches).find(free)?;
        Some(Circuits { leaf, spine, switch: Some(switch), count: 1 })
    }
}

/// Equal entries as one.
fn merged(mut circuits: Vec<Circuits>) -> Vec<Circuits> {
    circuits.sort_unstable();
    let mut merged: Vec<Circuits> = Vec::new();
    for each in circuits {
        match merged.last_mut() {
            Some(last)
                if (last.leaf, last.spine, last.switch) == (each.leaf, each.spine, each.switch) =>
            {
                last.count += each.count;
            }
            _ => merged.push(each),
        }
    }
    merged
}
