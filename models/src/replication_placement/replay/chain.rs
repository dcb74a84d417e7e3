//! A chain: the head serves, the others keep what it passes on.
//!
//! Positions are those of the plan. The head is the first one that is there; with every change of
//! the members, pushes start anew. A push that starts at `k P` carries what each server holds then
//! to the next, so the `j`-th server is `j − 1` periods behind the second.

use placewright_solver::events::Clock;

use super::cycle::Cycle;
use super::ledger::{Kind, Ledger};
use super::timeline::{Cause, Timeline};
use super::trial::ReplicaStalls;
use crate::replication_placement::instance::{Index, NodeId, limits};
use crate::replication_placement::plan::Mode;

/// What happens to a position.
#[derive(Clone, Copy, Debug)]
enum Event {
    /// Its node fails, and is back at a time.
    Failed { position: usize, back_ms: u64, cause: Cause },
    /// Its node has the state again, if it did not fail since; failures so far.
    Refilled { position: usize, failures: u64 },
}

/// A chain of one shard.
pub(super) struct Chain<'a> {
    index: &'a Index<'a>,
    shard: usize,
    mode: Mode,
    nodes: &'a [NodeId],
    stalls: ReplicaStalls,
    horizon_ms: u64,
    /// By position: whether it has a copy.
    alive: Vec<bool>,
    /// By position: useful work that its copy contains as of `since_ms`, in ms.
    held_ms: Vec<f64>,
    failures: Vec<u64>,
    /// Since when the current members work; ahead of the clock during an outage.
    since_ms: u64,
}

impl<'a> Chain<'a> {
    pub(super) fn new(
        index: &'a Index<'a>,
        shard: usize,
        mode: Mode,
        nodes: &'a [NodeId],
        stalls: ReplicaStalls,
        horizon_ms: u64,
    ) -> Self {
        Self {
            index,
            shard,
            mode,
            nodes,
            stalls,
            horizon_ms,
            alive: vec![true; nodes.len()],
            held_ms: vec![0.0; nodes.len()],
            failures: vec![0; nodes.len()],
            since_ms: 0,
        }
    }

    /// Lives through a timeline. Time O(outages · (log outages + copies)).
    pub(super) fn replay(mut self, timeline: &Timeline, ledger: &mut Ledger) {
        let mut clock = Clock::new();
        for (position, node) in self.nodes.iter().enumerate() {
            for away in &timeline.nodes[node.index()] {
                let (back_ms, cause) = (away.span.end_ms, away.cause);
                clock.schedule_at(away.span.start_ms, Event::Failed { position, back_ms, cause });
            }
        }
        while let Some(first) = clock.advance() {
            let now_ms = clock.now_ms();
            if now_ms >= self.horizon_ms {
                break;
            }
            let mut events = vec![first];
            events.extend(std::iter::from_fn(|| clock.advance_now()));
            self.settle(now_ms, ledger);
            // There is a head after every event: a chain without one restarts at once.
            let Some(head) = self.head() else { break };
            let (mut failed, mut of_head) = (false, None);
            for event in events {
                match event {
                    Event::Failed { position, back_ms, cause } => {
                        failed = true;
                        of_head = of_head.or((position == head).then_some(cause));
                        self.fail(position, ledger);
                        let filled_ms = back_ms + self.receive_ms(position);
                        let failures = self.failures[position];
                        clock.schedule_at(filled_ms, Event::Refilled { position, failures });
                    }
                    Event::Refilled { position, failures } => {
                        if self.failures[position] == failures && !self.alive[position] {
                            self.refill(position, now_ms, ledger);
                        }
                    }
                }
            }
            if failed {
                self.recover(head, of_head, now_ms, ledger);
            }
        }
        self.settle(self.horizon_ms, ledger);
        // Of what the last head did, nothing is undone.
        ledger.useful_ms = self.head().map_or(0.0, |head| self.held_ms[head]);
    }

    fn head(&self) -> Option<usize> {
        self.alive.iter().position(|&alive| alive)
    }

    fn members(&self) -> Vec<usize> {
        (0..self.nodes.len()).filter(|&position| self.alive[position]).collect()
    }

    fn receive_ms(&self, position: usize) -> u64 {
        self.index.receive_ms(self.shard, self.nodes[position])
    }

    fn share(&self) -> f64 {
        self.index.instance.shards[self.shard].blocking_ppm as f64 / limits::PPM as f64
    }

    /// What everybody holds now, and what work went into since the members changed.
    fn settle(&mut self, now_ms: u64, ledger: &mut Ledger) {
        let Some(elapsed_ms) = now_ms.checked_sub(self.since_ms).filter(|&time| time > 0) else {
            return;
        };
        let members = self.members();
        let Some((&head, rest)) = members.split_first() else { return };
        let start_ms = self.held_ms[head];
        let done_ms = match self.mode {
            Mode::RelaxedChain { period_ms } => self.push(period_ms, elapsed_ms, &members),
            _ => {
                let useful_ms = elapsed_ms as f64 * (1.0 - self.passing_share());
                rest.iter().for_each(|&each| self.held_ms[each] = start_ms + useful_ms);
                useful_ms
            }
        };
        self.held_ms[head] = start_ms + done_ms;
        ledger.lose(Kind::Overhead, self.since_ms, elapsed_ms as f64 - done_ms);
        self.since_ms = now_ms;
    }

    /// Fills in what the others hold after so many pushes; the head's useful work.
    fn push(&mut self, period_ms: u64, elapsed_ms: u64, members: &[usize]) -> f64 {
        let blocked_ms = match members {
            [head, next, ..] => self.push_ms(*head, *next),
            _ => 0.0,
        };
        let cycle = Cycle::new(period_ms, blocked_ms, 0);
        let held_ms: Vec<f64> = members.iter().map(|&each| self.held_ms[each]).collect();
        let number = cycle.number(elapsed_ms) as i64;
        let current_ms = elapsed_ms - number as u64 * cycle.period_ms;
        for (place, &position) in members.iter().enumerate().skip(1) {
            let before = members[place - 1];
            let sent_ms = self.index.send_ms(self.shard, self.nodes[before]);
            let takes_ms = sent_ms.max(self.receive_ms(position));
            // The last push that reached it; −1 is none.
            let last = if current_ms < takes_ms { number - 1 } else { number };
            let of_head = last - (place as i64 - 1);
            if of_head >= 0 {
                let useful_ms = cycle.useful_ms(of_head as u64 * cycle.period_ms);
                self.held_ms[position] = held_ms[0] + useful_ms;
            } else {
                self.held_ms[position] = held_ms[(place as i64 - (last + 1)) as usize];
            }
        }
        cycle.useful_ms(elapsed_ms)
    }

    /// How long work stands still for a push: the blocking share of sending and receiving, and the
    /// latency of the hop.
    fn push_ms(&self, head: usize, next: usize) -> f64 {
        let sent_ms = self.index.send_ms(self.shard, self.nodes[head]);
        let moved_ms = (sent_ms + self.receive_ms(next)) as f64;
        self.share() * moved_ms + self.latency_us(head, next) / 1e3
    }

    fn latency_us(&self, from: usize, to: usize) -> f64 {
        let (from, to) = (self.nodes[from], self.nodes[to]);
        let crosses =
            |level| self.index.domain_of_node(level, from) != self.index.domain_of_node(level, to);
        let levels = self.index.levels().filter(|&level| crosses(level));
        levels.map(|l| self.index.instance.levels[l.index()].latency_us as f64).sum()
    }

    /// Share of the time in which a strict chain waits for the network: every hop of the plan, as
    /// long as it is whole.
    fn passing_share(&self) -> f64 {
        let data = &self.index.instance.shards[self.shard];
        let hop = |at: usize| {
            let out = self.index.instance.nodes[self.nodes[at - 1].index()].nic_out_kib_per_s;
            let into = self.index.instance.nodes[self.nodes[at].index()].nic_in_kib_per_s;
            let written = data.write_kib_per_s as f64 * self.share();
            let updates = data.updates_milli_per_s as f64 / 1e3;
            written / out as f64
                + written / into as f64
                + updates * self.latency_us(at - 1, at) / 1e6
        };
        (1..self.nodes.len()).map(hop).sum::<f64>().min(1.0)
    }

    fn fail(&mut self, position: usize, ledger: &mut Ledger) {
        match position {
            0 => ledger.events.primary_failures += 1,
            _ => ledger.events.replica_failures += 1,
        }
        self.alive[position] = false;
        self.failures[position] += 1;
    }

    fn refill(&mut self, position: usize, now_ms: u64, ledger: &mut Ledger) {
        let Some(head) = self.head() else { return };
        self.held_ms[position] = self.held_ms[head];
        self.alive[position] = true;
        let blocked_ms = (self.share() * self.receive_ms(position) as f64).round() as u64;
        let kind = if position == 0 { Kind::HeadRefill } else { Kind::Refill };
        let from_ms = self.since_ms.max(now_ms);
        self.pause(kind, from_ms, from_ms + blocked_ms, ledger);
    }

    /// Nothing is done from a moment, or from the end of what pauses already, to another one.
    fn pause(&mut self, kind: Kind, from_ms: u64, to_ms: u64, ledger: &mut Ledger) {
        let from_ms = self.since_ms.max(from_ms);
        ledger.spend(kind, from_ms, to_ms);
        self.since_ms = to_ms.max(from_ms);
    }

    /// What failures of this moment lead to, given who was the head before and why it failed.
    fn recover(&mut self, before: usize, cause: Option<Cause>, now_ms: u64, ledger: &mut Ledger) {
        let timing = self.index.instance.timing;
        let Some(cause) = cause else {
            if self.mode == Mode::StrictChain && self.stalls == ReplicaStalls::Yes {
                self.pause(Kind::ReplicaStall, now_ms, now_ms + timing.detection_ms, ledger);
            }
            return;
        };
        let served_ms = now_ms + timing.detection_ms + timing.takeover_ms;
        self.pause(Kind::Down, now_ms, served_ms, ledger);
        if let Some(head) = self.head() {
            let undone_ms = self.held_ms[before] - self.held_ms[head];
            ledger.lose(Kind::Undone, now_ms, undone_ms);
            ledger.events.takeovers += 1;
            ledger.events.stale(undone_ms / 1e3);
        } else {
            let takes_all = |domain| self.nodes.iter().all(|&n| self.index.has_node(domain, n));
            let kind = match cause {
                Cause::Shock(domain) if takes_all(domain) => Kind::ColdRestart,
                _ => Kind::Coincidence,
            };
            self.pause(kind, served_ms, served_ms + timing.cold_restart_ms, ledger);
            ledger.events.cold_restarts += 1;
            self.alive.fill(true);
            let held_ms = self.held_ms[before];
            self.held_ms.fill(held_ms);
        }
        ledger.outage(now_ms, self.since_ms);
    }
}
