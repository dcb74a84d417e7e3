//! What modes cost and use. Every real quantity is rounded here, once, to the next integer above;
//! the referee and the models only add.
//!
//! A loss is `value × microseconds lost per day`. With `L` the rate at which a node goes down (its
//! own failures and the shocks of all its domains), `m` the state, `φ` the blocking share, `D`, `T`,
//! `R` the times of detection, take-over and restart:
//!
//! | mode | overhead | at a failure of the primary |
//! |---|---|---|
//! | checkpoint, interval `τ` | `φ · save / τ` | `L (τ/2 + D + R + restore)` |
//! | relaxed chain, period `P` | `φ · (send₁ + receive₂) / P`, latency of the first hop per push | `L (P/2 + send₁ + D + T)` |
//! | strict chain | `φ · written · Σ (1/out + 1/in)` over hops, latency of all hops per update | `L (D + T)` |
//! | stateless, batch `B` | `φ · (write + read) / B` | `(1 − ρ) · L (D + R + restore)` |
//!
//! A replica that fails is filled anew: `φ · L · receive`. A shock that takes a state's every copy
//! costs a cold restart; so does a store that loses what it keeps. The checkpoint row is Young's
//! model (*A first order approximation to the optimum checkpoint interval*, CACM 17, 1974); the
//! modes are those of Cao et al. (arXiv 2406.05546).

use super::index::{Index, LevelId};
use super::{NodeId, StoreId, limits};
use crate::replication_placement::plan::Mode;

/// Milliseconds in a day.
pub(super) const DAY_MS: u64 = 86_400_000;
/// Microseconds in a day: what a shard can lose at most by an overhead.
pub const DAY_US: u128 = 86_400_000_000;
const PPM: u128 = limits::PPM as u128;
const KIB: u64 = 1024;

/// How long so many MiB take at a speed, in ms, rounded up.
#[must_use]
pub fn transfer_ms(size_mib: u64, kib_per_s: u64) -> u64 {
    (size_mib * KIB * 1000).div_ceil(kib_per_s.max(1))
}

/// Microseconds a day that an event at a rate costs if each takes a time: `rate · time`.
fn per_day_us(rate_micro_per_day: u64, twice_time_ms: u128) -> u128 {
    // Micro-events times milliseconds are nanoseconds.
    (u128::from(rate_micro_per_day) * twice_time_ms).div_ceil(2000)
}

impl Index<'_> {
    fn worth(&self, shard: usize, lost_us: u128) -> i128 {
        (u128::from(self.instance.shards[shard].value) * lost_us) as i128
    }

    /// What a transfer of a time in every period blocks, in µs per day.
    fn blocked_us(&self, shard: usize, transfer_ms: u64, period_ms: u64) -> u128 {
        let share = u128::from(self.instance.shards[shard].blocking_ppm);
        (DAY_US * u128::from(transfer_ms) * share).div_ceil(PPM * u128::from(period_ms.max(1)))
    }

    /// How long a save of the shard's state takes, in ms.
    #[must_use]
    pub fn save_ms(&self, shard: usize, store: StoreId, node: NodeId) -> u64 {
        let ingest = self.instance.stores[store.index()].ingest_kib_per_s;
        let speed = self.instance.nodes[node.index()].nic_out_kib_per_s.min(ingest);
        transfer_ms(self.instance.shards[shard].state_mib, speed)
    }

    /// How long a store takes to give the shard's state back, in ms.
    #[must_use]
    pub fn restore_ms(&self, shard: usize, store: StoreId) -> u64 {
        let speed = self.instance.stores[store.index()].restore_kib_per_s;
        transfer_ms(self.instance.shards[shard].state_mib, speed)
    }

    /// How long a node takes to read the shard's state from a store while all is well, in ms.
    fn read_ms(&self, shard: usize, store: StoreId, node: NodeId) -> u64 {
        let restore = self.instance.stores[store.index()].restore_kib_per_s;
        let speed = self.instance.nodes[node.index()].nic_in_kib_per_s.min(restore);
        transfer_ms(self.instance.shards[shard].state_mib, speed)
    }

    /// How long a node takes to send the shard's state, in ms.
    #[must_use]
    pub fn send_ms(&self, shard: usize, node: NodeId) -> u64 {
        let speed = self.instance.nodes[node.index()].nic_out_kib_per_s;
        transfer_ms(self.instance.shards[shard].state_mib, speed)
    }

    /// How long a node takes to receive the shard's state, in ms.
    #[must_use]
    pub fn receive_ms(&self, shard: usize, node: NodeId) -> u64 {
        let speed = self.instance.nodes[node.index()].nic_in_kib_per_s;
        transfer_ms(self.instance.shards[shard].state_mib, speed)
    }

    /// Whether a node is fast enough for the mode at a position: no transfer may take longer than
    /// the time until the next one.
    #[must_use]
    pub fn keeps_pace(&self, shard: usize, mode: Mode, position: usize, node: NodeId) -> bool {
        match mode {
            Mode::Checkpoint { store, interval_ms } => {
                self.save_ms(shard, store, node) <= interval_ms
            }
            Mode::RelaxedChain { period_ms } if position == 0 => {
                self.send_ms(shard, node) <= period_ms
            }
            Mode::RelaxedChain { period_ms } => self.receive_ms(shard, node) <= period_ms,
            Mode::StrictChain => true,
            Mode::Stateless { store, .. } => {
                let both = self.save_ms(shard, store, node) + self.read_ms(shard, store, node);
                both <= self.instance.shards[shard].batch_ms
            }
        }
    }

    /// Everything that hangs on one node at one position (0 is the primary) of a chain of so many
    /// copies: losses, the price of memory, and the cost of the move.
    #[must_use]
    pub fn node_cost(
        &self,
        shard: usize,
        mode: Mode,
        copies: usize,
        position: usize,
        node: NodeId,
    ) -> i128 {
        let lost_us = if position == 0 {
            self.primary_us(shard, mode, node)
        } else {
            self.replica_us(shard, mode, position, node)
        };
        let forwarded_us = if mode == Mode::StrictChain && position + 1 < copies {
            self.written_us(shard, self.instance.nodes[node.index()].nic_out_kib_per_s)
        } else {
            0
        };
        let data = &self.instance.shards[shard];
        let price = data.state_mib * self.instance.nodes[node.index()].price_per_gib;
        let moved = if self.is_move(shard, node) { data.move_cost } else { 0 };
        self.worth(shard, lost_us + forwarded_us)
            + i128::from(price.div_ceil(KIB))
            + i128::from(moved)
    }

    /// Twice the time in ms that a failure of a node at a position costs, and the share of it, in
    /// parts per million, during which work stands still.
    #[must_use]
    pub fn at_failure(&self, shard: usize, mode: Mode, position: usize, node: NodeId) -> [u128; 2] {
        let (data, timing) = (&self.instance.shards[shard], &self.instance.timing);
        if position > 0 {
            let receive_ms = u128::from(self.receive_ms(shard, node));
            return [2 * receive_ms, u128::from(data.blocking_ppm)];
        }
        let restart_ms = u128::from(timing.detection_ms + timing.restart_ms);
        let takeover_ms = u128::from(timing.detection_ms + timing.takeover_ms);
        match mode {
            Mode::Checkpoint { store, interval_ms } => {
                let down_ms = restart_ms + u128::from(self.restore_ms(shard, store));
                [u128::from(interval_ms) + 2 * down_ms, PPM]
            }
            Mode::RelaxedChain { period_ms } => {
                let down_ms = takeover_ms + u128::from(self.send_ms(shard, node));
                [u128::from(period_ms) + 2 * down_ms, PPM]
            }
            Mode::StrictChain => [2 * takeover_ms, PPM],
            Mode::Stateless { store, .. } => {
                let down_ms = restart_ms + u128::from(self.restore_ms(shard, store));
                [2 * down_ms, u128::from(limits::PPM - data.stale_progress_ppm)]
            }
        }
    }

    fn failures_us(&self, shard: usize, mode: Mode, position: usize, node: NodeId) -> u128 {
        let [twice_ms, share] = self.at_failure(shard, mode, position, node);
        (per_day_us(self.rate_micro_per_day(node), twice_ms) * share).div_ceil(PPM)
    }

    fn primary_us(&self, shard: usize, mode: Mode, node: NodeId) -> u128 {
        let overhead_us = match mode {
            Mode::Checkpoint { store, interval_ms } => {
                self.blocked_us(shard, self.save_ms(shard, store, node), interval_ms)
                    + self.shared_with_store_us(store, node)
            }
            Mode::RelaxedChain { period_ms } => {
                self.blocked_us(shard, self.send_ms(shard, node), period_ms)
            }
            Mode::StrictChain => 0,
            Mode::Stateless { store, .. } => {
                let moved_ms = self.save_ms(shard, store, node) + self.read_ms(shard, store, node);
                self.blocked_us(shard, moved_ms, self.instance.shards[shard].batch_ms)
                    + self.shared_with_store_us(store, node)
            }
        };
        overhead_us + self.failures_us(shard, mode, 0, node)
    }

    fn replica_us(&self, shard: usize, mode: Mode, position: usize, node: NodeId) -> u128 {
        let received_us = match mode {
            Mode::RelaxedChain { period_ms } if position == 1 => {
                self.blocked_us(shard, self.receive_ms(shard, node), period_ms)
            }
            Mode::StrictChain => {
                self.written_us(shard, self.instance.nodes[node.index()].nic_in_kib_per_s)
            }
            _ => 0,
        };
        received_us + self.failures_us(shard, mode, position, node)
    }

    /// What passing on everything that is written blocks, in µs per day.
    fn written_us(&self, shard: usize, kib_per_s: u64) -> u128 {
        let data = &self.instance.shards[shard];
        let written = u128::from(data.write_kib_per_s) * u128::from(data.blocking_ppm);
        (DAY_US * written).div_ceil(PPM * u128::from(kib_per_s.max(1)))
    }

    /// Cold restarts by shocks that take the node and the store at once, in µs per day.
    fn shared_with_store_us(&self, store: StoreId, node: NodeId) -> u128 {
        let shared = self.levels().filter_map(|level| {
            let domain = self.domain_of_node(level, node);
            (self.domain_of_store(level, store) == Some(domain))
                .then(|| self.domain(domain).shocks_micro_per_day)
        });
        self.cold_us(shared.sum())
    }

    fn cold_us(&self, rate_micro_per_day: u64) -> u128 {
        per_day_us(rate_micro_per_day, 2 * u128::from(self.instance.timing.cold_restart_ms))
    }

    /// What does not hang on nodes: room in a store, and what the store loses for good.
    #[must_use]
    pub fn store_cost(&self, shard: usize, mode: Mode) -> i128 {
        let Some(store) = mode.store() else { return 0 };
        let data = &self.instance.stores[store.index()];
        let price = u128::from(self.store_mib(shard, mode)) * u128::from(data.price_per_gib);
        let lost = match mode {
            Mode::Stateless { copies, .. } => {
                let losses = &data.losses_micro_per_day;
                // More copies than losses are given for are lost as seldom as the most of them.
                let rate = losses.get(usize::from(copies).wrapping_sub(1)).or(losses.last());
                self.cold_us(rate.copied().unwrap_or(0))
            }
            _ => 0,
        };
        price.div_ceil(u128::from(KIB)) as i128 + self.worth(shard, lost)
    }

    /// The part of a decision's cost that is paid and moved, not lost.
    #[must_use]
    pub fn paid_cost(&self, shard: usize, mode: Mode, nodes: &[NodeId]) -> i128 {
        let data = &self.instance.shards[shard];
        let on_node = |&node: &NodeId| {
            let price = data.state_mib * self.instance.nodes[node.index()].price_per_gib;
            let moved = if self.is_move(shard, node) { data.move_cost } else { 0 };
            i128::from(price.div_ceil(KIB)) + i128::from(moved)
        };
        let in_store = mode.store().map_or(0, |store| {
            let price = self.instance.stores[store.index()].price_per_gib;
            let paid = u128::from(self.store_mib(shard, mode)) * u128::from(price);
            paid.div_ceil(u128::from(KIB)) as i128
        });
        nodes.iter().map(on_node).sum::<i128>() + in_store
    }

    /// What crossing the border of a level's domains costs on the way from position `hop` of a chain
    /// to the next one.
    #[must_use]
    pub fn crossing_cost(&self, shard: usize, mode: Mode, hop: usize, level: LevelId) -> i128 {
        let latency_us = u128::from(self.instance.levels[level.index()].latency_us);
        let lost_us = match mode {
            Mode::RelaxedChain { period_ms } if hop == 0 => {
                (u128::from(DAY_MS) * latency_us).div_ceil(u128::from(period_ms.max(1)))
            }
            Mode::StrictChain => {
                let updates = u128::from(self.instance.shards[shard].updates_milli_per_s);
                // A day has 86.4 times 10⁹ thousandths of milliseconds.
                (u128::from(DAY_MS) * updates * latency_us).div_ceil(1_000_000)
            }
            _ => 0,
        };
        self.worth(shard, lost_us)
    }

    /// What a shock costs that takes every copy of a chain, given its rate.
    #[must_use]
    pub fn cold_cost(&self, shard: usize, rate_micro_per_day: u64) -> i128 {
        self.worth(shard, self.cold_us(rate_micro_per_day))
    }

    /// What a copy sends or receives in its mode, in KiB per second.
    #[must_use]
    pub fn traffic_kib_per_s(&self, shard: usize, mode: Mode) -> u64 {
        let data = &self.instance.shards[shard];
        let every = |time_ms: u64| (data.state_mib * KIB * 1000).div_ceil(time_ms.max(1));
        match mode {
            Mode::Checkpoint { interval_ms, .. } => every(interval_ms),
            Mode::RelaxedChain { period_ms } => every(period_ms),
            Mode::StrictChain => data.write_kib_per_s,
            Mode::Stateless { .. } => every(data.batch_ms),
        }
    }

    /// What a store keeps for the shard, in MiB: one state, or the copies of a stateless server with
    /// the gradients that pile up until it is back.
    #[must_use]
    pub fn store_mib(&self, shard: usize, mode: Mode) -> u64 {
        let data = &self.instance.shards[shard];
        match mode {
            Mode::Checkpoint { .. } => data.state_mib,
            Mode::Stateless { store, copies } => {
                let timing = &self.instance.timing;
                let away_ms =
                    timing.detection_ms + timing.restart_ms + self.restore_ms(shard, store);
                let piled_kib = u128::from(data.backlog_kib_per_s) * u128::from(away_ms);
                let piled = piled_kib.div_ceil(1000 * u128::from(KIB));
                // Above every store: more is as impossible.
                let piled = piled.min(u128::from(2 * limits::STORE_MIB)) as u64;
                u64::from(copies) * data.state_mib + piled
            }
            _ => 0,
        }
    }

    /// What a store takes in for the shard, in KiB per second.
    #[must_use]
    pub fn store_ingest_kib_per_s(&self, shard: usize, mode: Mode) -> u64 {
        match mode {
            Mode::Checkpoint { .. } => self.traffic_kib_per_s(shard, mode),
            Mode::Stateless { copies, .. } => {
                u64::from(copies) * self.traffic_kib_per_s(shard, mode)
            }
            _ => 0,
        }
    }
}
