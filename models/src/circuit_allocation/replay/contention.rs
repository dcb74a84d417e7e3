//! How jobs that share links slow each other down.

use rand::{RngExt, SeedableRng};
use rand_xoshiro::Xoshiro256PlusPlus;

use super::steps::Steps;
use crate::circuit_allocation::online::cluster::Cluster;
use crate::circuit_allocation::online::placement::ServerShare;
use crate::circuit_allocation::online::policy::Sharing;

/// Flows on the links of a static network, and the jobs that communicate.
///
/// Step by step: a step is over as soon as it has lasted `k` times as long as without contention, where
/// `k` is the largest number of flows on any link that it uses, over all jobs, at that moment. It is
/// the rule of the public simulator RapidNetSim, which looks at all steps again whenever one starts or
/// ends. Flows inside a leaf meet nobody.
#[derive(Clone, Debug)]
pub struct Contention {
    spines: u32,
    gpus: u32,
    per_leaf: u32,
    per_server: u32,
    sharing: Sharing,
    draw: Xoshiro256PlusPlus,
    /// By leaf and spine.
    up: Vec<u32>,
    down: Vec<u32>,
    /// Flows started, and those that met another on a link.
    flows: u64,
    met: u64,
}

/// The uplink that stands for ECMP in the public simulator: a hash of the numbers of sender, receiver,
/// leaf and a random port. Flows of one leaf have sums close together, so that the same uplinks come up
/// for them again and again, some never: more flows meet than on links drawn evenly. The hash is
/// MurmurHash3 (A. Appleby, x86, 32 bits) of the word "foo", with the sum for a seed.
fn hashed(sum: u32, spines: u32) -> u32 {
    let word = u32::from_le_bytes(*b"foo\0").wrapping_mul(0xcc9e_2d51).rotate_left(15);
    let mut hash = sum ^ word.wrapping_mul(0x1b87_3593) ^ 3;
    hash = (hash ^ hash >> 16).wrapping_mul(0x85eb_ca6b);
    hash = (hash ^ hash >> 13).wrapping_mul(0xc2b2_ae35);
    hash ^= hash >> 16;
    // The hash is signed there, and the rest is not.
    i64::from(hash as i32).rem_euclid(i64::from(spines)) as u32
}

/// A job that communicates.
#[derive(Clone, Debug)]
pub struct Talk {
    steps: Steps,
    phase_ms: u64,
    /// By rank: the GPU's number in the cluster.
    ranks: Vec<u32>,
    next: usize,
    /// When the step in progress started, and how long it takes without contention.
    started_ms: u64,
    alone_ms: u64,
    /// Links in use: places in `up` and in `down`.
    links: Vec<(u32, u32)>,
}

impl Talk {
    /// A phase that is about to start.
    #[must_use]
    pub fn new(steps: Steps, phase_ms: u64, servers: &[ServerShare], per_server: u32) -> Self {
        let gpus = |share: &ServerShare| {
            let (first, bits) = (share.server * per_server, share.gpus);
            (0..per_server).filter(move |gpu| bits >> gpu & 1 == 1).map(move |gpu| first + gpu)
        };
        let ranks = servers.iter().flat_map(gpus).collect();
        Self { steps, phase_ms, ranks, next: 0, started_ms: 0, alone_ms: 0, links: Vec::new() }
    }
}

impl Contention {
    /// No flows. The ports of random uplinks are drawn from the seed.
    #[must_use]
    pub fn new(cluster: &Cluster, sharing: Sharing, seed: u64) -> Self {
        let links = (cluster.leaves * cluster.spines) as usize;
        Self {
            spines: cluster.spines,
            gpus: cluster.gpus(),
            per_leaf: cluster.gpus_per_leaf(),
            per_server: cluster.gpus_per_server,
            sharing,
            draw: Xoshiro256PlusPlus::seed_from_u64(seed),
            up: vec![0; links],
            down: vec![0; links],
            flows: 0,
            met: 0,
        }
    }

    /// GPUs in a server.
    #[must_use]
    pub fn per_server(&self) -> u32 {
        self.per_server
    }

    /// Share of the flows between leaves that met another on a link when they started.
    #[must_use]
    pub fn conflicts(&self) -> f64 {
        if self.flows == 0 { 0.0 } else { self.met as f64 / self.flows as f64 }
    }

    /// Ends the step of a job, if there is one, and starts the next; false when the phase is over.
    /// O(GPUs).
    pub fn next(&mut self, talk: &mut Talk, now_ms: u64) -> bool {
        for &(up, down) in &talk.links {
            self.up[up as usize] -= 1;
            self.down[down as usize] -= 1;
        }
        talk.links.clear();
        if talk.next == talk.steps.len() {
            return false;
        }
        let step = talk.next;
        talk.next += 1;
        talk.started_ms = now_ms;
        talk.alone_ms = talk.steps.step_ms(step, talk.phase_ms);
        for (rank, &gpu) in talk.ranks.iter().enumerate() {
            let Some(to) = talk.steps.partner(step, rank as u32) else { break };
            let partner = talk.ranks[to as usize];
            let (from, to) = (gpu / self.per_leaf, partner / self.per_leaf);
            if from == to {
                continue;
            }
            let spine = match self.sharing {
                Sharing::Random => {
                    let port = self.draw.random_range(0..self.spines);
                    // Leaf switches are numbered after the GPUs.
                    hashed(gpu + partner + self.gpus + from + port, self.spines)
                }
                _ => gpu % self.per_leaf % self.spines,
            };
            let (up, down) = (from * self.spines + spine, to * self.spines + spine);
            self.up[up as usize] += 1;
            self.down[down as usize] += 1;
            talk.links.push((up, down));
        }
        let met = talk.links.iter().filter(|&&link| self.load(link) > 1).count();
        self.flows += talk.links.len() as u64;
        self.met += met as u64;
        true
    }

    /// When the step of a job is over if no flow starts or ends before that. It may be in the past
    /// where flows that were in its way have just ended. O(GPUs).
    #[must_use]
    pub fn end_ms(&self, talk: &Talk) -> u64 {
        let most = talk.links.iter().map(|&link| self.load(link)).max().unwrap_or(1);
        talk.started_ms + talk.alone_ms * u64::from(most)
    }

    /// Flows on the link up or on the link down, whichever has more.
    fn load(&self, (up, down): (u32, u32)) -> u32 {
        self.up[up as usize].max(self.down[down as usize])
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hashes_are_those_of_murmur() {
        // MurmurHash3_x86_32 of "foo": with seed 0, -156908512 as a signed number.
        assert_eq!(hashed(0, 32), 0);
        assert_eq!(hashed(0, 1000), 488);
    }

    #[test]
    fn a_window_of_sums_leaves_uplinks_out() {
        let mut reached: Vec<u32> = (600..632).map(|sum| hashed(sum, 32)).collect();
        reached.sort_unstable();
        reached.dedup();
        assert!((14..28).contains(&reached.len()), "{}", reached.len());
    }
}
