//! The steps of collective communication, and who sends to whom in each.

use crate::circuit_allocation::instance::Traffic;

/// Links inside a server are so many times as fast as those between servers.
const SERVER_SPEED: f64 = 10.0;

/// The communication phase of a job.
#[derive(Clone, Debug, PartialEq)]
pub struct Steps {
    traffic: Traffic,
    gpus: u32,
    per_server: u32,
    /// By step: the part of the phase that is over when it ends, without contention.
    ends: Vec<f64>,
}

impl Steps {
    /// The steps of a job of `gpus` GPUs, ranks contiguous in servers of `per_server`:
    ///
    /// * all-to-all: in round `r` of `n - 1` every GPU sends an equal part to the one `r` ranks on;
    /// * halving-doubling: partners at distance 1, 2, 4 … exchange a half, a quarter, an eighth …,
    ///   and back in reverse order;
    /// * hierarchical ring: a reduce-scatter in every server, `2 (s - 1)` steps of a ring over the `s`
    ///   servers for every local rank, and an all-gather in every server.
    ///
    /// Steps inside servers take a tenth of the time.
    #[must_use]
    pub fn new(traffic: Traffic, gpus: u32, per_server: u32) -> Self {
        let traffic = match traffic {
            Traffic::AllToAll => Traffic::AllToAll,
            Traffic::HalvingDoubling if gpus.is_power_of_two() => Traffic::HalvingDoubling,
            _ => Traffic::Ring,
        };
        let weights = match traffic {
            Traffic::AllToAll => vec![1.0; gpus.saturating_sub(1) as usize],
            Traffic::HalvingDoubling => {
                let weight = |round: u32| {
                    let inside = 1 << round < per_server;
                    0.5_f64.powi(round as i32 + 1) / if inside { SERVER_SPEED } else { 1.0 }
                };
                let rounds = gpus.trailing_zeros();
                (0..rounds).chain((0..rounds).rev()).map(weight).collect()
            }
            _ => {
                let (servers, local) = (gpus / per_server, f64::from(per_server.min(gpus)));
                let inside = (local - 1.0) / local / SERVER_SPEED;
                let across = 1.0 / local / f64::from(servers.max(1));
                let mut weights = vec![inside];
                weights.extend((0..2 * servers.saturating_sub(1)).map(|_| across));
                weights.push(inside);
                weights
            }
        };
        let sum: f64 = weights.iter().sum();
        let mut so_far = 0.0;
        let end = |weight: f64| {
            so_far += weight;
            if sum > 0.0 { so_far / sum } else { 1.0 }
        };
        Self { traffic, gpus, per_server, ends: weights.into_iter().map(end).collect() }
    }

    /// Number of steps.
    #[must_use]
    pub fn len(&self) -> usize {
        self.ends.len()
    }

    /// Whether there is none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.ends.is_empty()
    }

    /// How long a step of a phase of `phase_ms` takes without contention; all steps together take
    /// exactly the phase.
    #[must_use]
    pub fn step_ms(&self, step: usize, phase_ms: u64) -> u64 {
        let end = |step: usize| match step + 1 == self.ends.len() {
            true => phase_ms,
            false => (self.ends[step] * phase_ms as f64) as u64,
        };
        let start = if step == 0 { 0 } else { end(step - 1) };
        end(step).saturating_sub(start)
    }

    /// To whom a rank sends in a step; none in a step inside servers.
    #[must_use]
    pub fn partner(&self, step: usize, rank: u32) -> Option<u32> {
        match self.traffic {
            Traffic::AllToAll => Some((rank + step as u32 + 1) % self.gpus),
            Traffic::HalvingDoubling => {
                let rounds = self.gpus.trailing_zeros() as usize;
                let round = if step < rounds { step } else { 2 * rounds - 1 - step };
                Some(rank ^ (1 << round))
            }
            _ if step == 0 || step + 1 == self.len() => None,
            _ => Some((rank + self.per_server) % self.gpus),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn steps_make_up_the_phase_and_are_permutations() {
        for traffic in [Traffic::AllToAll, Traffic::HalvingDoubling, Traffic::Ring] {
            for gpus in [8, 16, 24, 128] {
                let steps = Steps::new(traffic, gpus, 4);
                let sum: u64 = (0..steps.len()).map(|step| steps.step_ms(step, 10_007)).sum();
                assert_eq!(sum, 10_007, "{traffic:?} {gpus}");
                for step in 0..steps.len() {
                    let mut to: Vec<u32> =
                        (0..gpus).filter_map(|rank| steps.partner(step, rank)).collect();
                    to.sort_unstable();
                    assert!(to.is_empty() || to == (0..gpus).collect::<Vec<_>>());
                }
            }
        }
    }

    #[test]
    fn large_exchanges_stay_in_servers() {
        // 8 GPUs: halves and quarters in the server, eighths between; 0.075 + 0.125 each way.
        let steps = Steps::new(Traffic::HalvingDoubling, 8, 4);
        let part = |step: usize| steps.step_ms(step, 400_000);
        assert_eq!(
            (0..6).map(part).collect::<Vec<_>>(),
            [50_000, 25_000, 125_000, 125_000, 25_000, 50_000]
        );
    }
}
