//! One server with a store: checkpoints and stateless servers.

use placewright_solver::seed::Seed;

use super::cycle::Cycle;
use super::ledger::{Kind, Ledger};
use super::sampled::arrivals;
use super::timeline::{Away, Cause, Timeline, met};
use super::trial::Spares;
use crate::replication_placement::instance::{Index, NodeId, StoreId, limits};
use crate::replication_placement::plan::Mode;

/// A server, its node and its store.
pub(super) struct Server<'a> {
    pub(super) index: &'a Index<'a>,
    pub(super) timeline: &'a Timeline,
    pub(super) spares: Spares,
    pub(super) shard: usize,
    pub(super) node: NodeId,
    pub(super) store: StoreId,
}

/// Books a time of an outage: in full, or only its stale part.
type Book<'a> = &'a mut dyn FnMut(&mut Ledger, Kind, u64, u64);

impl Server<'_> {
    /// Lives through the timeline with checkpoints at an interval. Time O(outages · log outages of
    /// the store).
    pub(super) fn checkpoint(&self, interval_ms: u64, ledger: &mut Ledger) {
        let save_ms = self.index.save_ms(self.shard, self.store, self.node);
        let cycle = Cycle::new(interval_ms, self.share() * save_ms as f64, 1);
        let mut book = |ledger: &mut Ledger, kind, from, to| ledger.spend(kind, from, to);
        let mut since_ms = 0;
        for away in &self.timeline.nodes[self.node.index()] {
            let at_ms = away.span.start_ms;
            ledger.events.primary_failures += 1;
            if at_ms < since_ms {
                since_ms = self.failed_again(away, since_ms, ledger);
                continue;
            }
            self.run(&cycle, since_ms, at_ms, ledger);
            // A cold restart comes on top of what every failure costs.
            self.undo(&cycle, save_ms, since_ms, at_ms, ledger);
            since_ms = if self.takes_store(away) {
                self.cold(away, ledger)
            } else {
                self.restarted(away, ledger, &mut book)
            };
            ledger.outage(at_ms, since_ms);
        }
        self.run(&cycle, since_ms, self.timeline.horizon_ms, ledger);
    }

    /// Goes back to the last checkpoint that reached the store.
    fn undo(&self, cycle: &Cycle, save_ms: u64, since_ms: u64, at_ms: u64, ledger: &mut Ledger) {
        let elapsed_ms = at_ms - since_ms;
        let begun = cycle.number(elapsed_ms);
        let state = |save: u64| cycle.useful_ms(save * cycle.period_ms);
        let now = cycle.useful_ms(elapsed_ms);
        ledger.lose(Kind::Undone, at_ms, now - state(begun));
        let mut last = begun;
        if begun > 0 && elapsed_ms - begun * cycle.period_ms < save_ms {
            last -= 1;
            ledger.lose(Kind::UnfinishedSave, at_ms, state(begun) - state(last));
        }
        let finished = last;
        let stores = &self.timeline.stores[self.store.index()];
        let failed = |save: u64| {
            let from_ms = since_ms + save * cycle.period_ms;
            met(stores, from_ms, from_ms + save_ms).is_some()
        };
        while last > 0 && failed(last) {
            last -= 1;
        }
        ledger.lose(Kind::StoreAway, at_ms, state(finished) - state(last));
        ledger.useful_ms -= now - state(last);
        ledger.events.stale((now - state(last)) / 1e3);
    }

    /// Lives through the timeline as a stateless server with so many copies in the store.
    pub(super) fn stateless(&self, copies: u8, seed: Seed, ledger: &mut Ledger) {
        let data = &self.index.instance.shards[self.shard];
        let cycle = Cycle::new(data.batch_ms, self.share() * self.batch_ms(), 1);
        let kept = data.stale_progress_ppm as f64 / limits::PPM as f64;
        // While only the server is away, work goes on at a part of its value.
        let mut book = |ledger: &mut Ledger, kind, from: u64, to: u64| {
            if kind != Kind::Down {
                return ledger.spend(kind, from, to);
            }
            let horizon_ms = self.timeline.horizon_ms;
            let lasted = to.min(horizon_ms).saturating_sub(from.min(horizon_ms)) as f64;
            ledger.lose(Kind::Stale, from, (1.0 - kept) * lasted);
            ledger.useful_ms += kept * lasted;
        };
        let mut since_ms = 0;
        for happening in self.happenings(copies, seed) {
            let at_ms = happening.at_ms();
            if let Happening::Failed(away) = &happening {
                ledger.events.primary_failures += 1;
                if at_ms < since_ms {
                    since_ms = self.failed_again(away, since_ms, ledger);
                }
            }
            if at_ms < since_ms {
                continue;
            }
            self.run(&cycle, since_ms, at_ms, ledger);
            since_ms = match &happening {
                Happening::Failed(away) if self.takes_store(away) => self.cold(away, ledger),
                Happening::Failed(away) => {
                    let back_ms = self.restarted(away, ledger, &mut book);
                    let seconds = (back_ms - at_ms) as f64 / 1e3;
                    ledger.events.stale(seconds);
                    let piled = data.backlog_kib_per_s as f64 * seconds / 1024.0;
                    ledger.events.backlog_mib = ledger.events.backlog_mib.max(piled);
                    back_ms
                }
                Happening::StoreAway(away) => {
                    ledger.spend(Kind::StoreAway, at_ms, away.span.end_ms);
                    away.span.end_ms
                }
                Happening::Lost(_) => {
                    ledger.events.cold_restarts += 1;
                    let back_ms = at_ms + self.index.instance.timing.cold_restart_ms;
                    ledger.spend(Kind::ColdRestart, at_ms, back_ms);
                    back_ms
                }
            };
            ledger.outage(at_ms, since_ms);
        }
        self.run(&cycle, since_ms, self.timeline.horizon_ms, ledger);
    }

    /// What touches a stateless server, in order; at one moment the server's own failure first.
    fn happenings(&self, copies: u8, seed: Seed) -> Vec<Happening> {
        let losses = &self.index.instance.stores[self.store.index()].losses_micro_per_day;
        let rate = losses.get(usize::from(copies).wrapping_sub(1)).or(losses.last());
        let mut stream = seed.named("losses").child(self.shard as u64).generator();
        let lost = arrivals(rate.copied().unwrap_or(0), self.timeline.horizon_ms, &mut stream);
        let failed = self.timeline.nodes[self.node.index()].iter().map(|&a| Happening::Failed(a));
        let away = self.timeline.stores[self.store.index()].iter();
        let away = away.map(|&away| Happening::StoreAway(away));
        let mut all: Vec<Happening> =
            failed.chain(away).chain(lost.into_iter().map(Happening::Lost)).collect();
        all.sort_by_key(Happening::at_ms);
        all
    }

    /// How long it takes to write and to read the state in a batch, in ms; a read runs at the slower
    /// of the store and the node.
    fn batch_ms(&self) -> f64 {
        let restore_ms = self.index.restore_ms(self.shard, self.store);
        let read_ms = restore_ms.max(self.index.receive_ms(self.shard, self.node));
        (self.index.save_ms(self.shard, self.store, self.node) + read_ms) as f64
    }

    /// Works from one moment to another; what is undone later is taken back later.
    fn run(&self, cycle: &Cycle, from_ms: u64, to_ms: u64, ledger: &mut Ledger) {
        let elapsed_ms = to_ms.saturating_sub(from_ms);
        let useful_ms = cycle.useful_ms(elapsed_ms);
        ledger.useful_ms += useful_ms;
        ledger.lose(Kind::Overhead, from_ms, elapsed_ms as f64 - useful_ms);
    }

    fn share(&self) -> f64 {
        self.index.instance.shards[self.shard].blocking_ppm as f64 / limits::PPM as f64
    }

    /// Whether the shock that took the node took the store, too.
    fn takes_store(&self, away: &Away) -> bool {
        matches!(away.cause, Cause::Shock(domain) if self.index.has_store(domain, self.store))
    }

    fn cold(&self, away: &Away, ledger: &mut Ledger) -> u64 {
        let timing = &self.index.instance.timing;
        let at_ms = away.span.start_ms;
        let down_ms = at_ms + timing.detection_ms + timing.restart_ms;
        ledger.spend(Kind::Down, at_ms, down_ms);
        ledger.spend(Kind::ColdRestart, down_ms, down_ms + timing.cold_restart_ms);
        ledger.events.cold_restarts += 1;
        down_ms + timing.cold_restart_ms
    }

    /// Detection, the wait for a node, restart, the wait for the store, restore. When it works
    /// again.
    fn restarted(&self, away: &Away, ledger: &mut Ledger, book: Book) -> u64 {
        let timing = &self.index.instance.timing;
        let noticed_ms = away.span.start_ms + timing.detection_ms;
        let node_ms = match self.spares {
            Spares::Yes => noticed_ms,
            Spares::No => noticed_ms.max(away.span.end_ms),
        };
        let runs_ms = node_ms + timing.restart_ms;
        let restore_ms = self.index.restore_ms(self.shard, self.store);
        let mut reads_ms = runs_ms;
        let stores = &self.timeline.stores[self.store.index()];
        while let Some(back_ms) = met(stores, reads_ms, reads_ms + restore_ms) {
            reads_ms = back_ms;
        }
        book(ledger, Kind::Down, away.span.start_ms, noticed_ms);
        book(ledger, Kind::Repair, noticed_ms, node_ms);
        book(ledger, Kind::Down, node_ms, runs_ms);
        book(ledger, Kind::StoreAway, runs_ms, reads_ms);
        book(ledger, Kind::Down, reads_ms, reads_ms + restore_ms);
        reads_ms + restore_ms
    }

    /// The node fails while its server restarts: a spare goes on; without one, all begins again.
    fn failed_again(&self, away: &Away, since_ms: u64, ledger: &mut Ledger) -> u64 {
        if self.spares == Spares::Yes {
            return since_ms;
        }
        let timing = &self.index.instance.timing;
        let again_ms = away.span.end_ms + timing.restart_ms;
        let back_ms = again_ms + self.index.restore_ms(self.shard, self.store);
        ledger.spend(Kind::Repair, since_ms, back_ms.max(since_ms));
        back_ms.max(since_ms)
    }
}

/// What touches a stateless server.
enum Happening {
    Failed(Away),
    StoreAway(Away),
    Lost(u64),
}

impl Happening {
    fn at_ms(&self) -> u64 {
        match self {
            Happening::Failed(away) | Happening::StoreAway(away) => away.span.start_ms,
            Happening::Lost(at_ms) => *at_ms,
        }
    }
}

/// The mode's simulation of a shard with a store.
pub(super) fn replay(server: &Server, mode: Mode, seed: Seed, ledger: &mut Ledger) {
    match mode {
        Mode::Checkpoint { interval_ms, .. } => server.checkpoint(interval_ms, ledger),
        Mode::Stateless { copies, .. } => server.stateless(copies, seed, ledger),
        // Chains have no store.
        Mode::RelaxedChain { .. } | Mode::StrictChain => {}
    }
}
