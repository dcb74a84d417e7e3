//! What a shard's time went into.

/// A kind of lost time.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Kind {
    /// Work stood still for transfers while all was well.
    Overhead,
    /// Work that was undone because the state that was left was older.
    Undone,
    /// Nobody served: detection, restart, restore, take-over.
    Down,
    /// Progress that stale gradients did not make while a stateless server was away.
    Stale,
    /// Work stood still while a replica was filled anew.
    Refill,
    /// No copy was left after a shock, or a store lost what it kept.
    ColdRestart,
    /// Undone on top because the latest transfer was not over. The model has this of pushes, not of
    /// checkpoints.
    UnfinishedSave,
    /// The store was away when it was needed.
    StoreAway,
    /// There was no spare, so the server waited for its node.
    Repair,
    /// A strict chain stood still until the loss of a replica was noticed.
    ReplicaStall,
    /// Work stood still while a chain's first server was filled anew.
    HeadRefill,
    /// No copy was left after failures that had nothing to do with each other.
    Coincidence,
}

impl Kind {
    /// All kinds, those of the cost model first.
    pub const ALL: [Kind; 12] = [
        Kind::Overhead,
        Kind::Undone,
        Kind::Down,
        Kind::Stale,
        Kind::Refill,
        Kind::ColdRestart,
        Kind::UnfinishedSave,
        Kind::StoreAway,
        Kind::Repair,
        Kind::ReplicaStall,
        Kind::HeadRefill,
        Kind::Coincidence,
    ];

    /// Whether the cost model has it.
    #[must_use]
    pub fn is_modelled(self) -> bool {
        self <= Kind::ColdRestart
    }

    /// The kind in words.
    #[must_use]
    pub fn label(self) -> &'static str {
        match self {
            Kind::Overhead => "overhead",
            Kind::Undone => "lost work",
            Kind::Down => "downtime",
            Kind::Stale => "stale work",
            Kind::Refill => "refill of replicas",
            Kind::ColdRestart => "cold restarts",
            Kind::UnfinishedSave => "unfinished saves",
            Kind::StoreAway => "store away",
            Kind::Repair => "waiting for repair",
            Kind::ReplicaStall => "replica stalls",
            Kind::HeadRefill => "refill of heads",
            Kind::Coincidence => "coincidences",
        }
    }
}

/// What happened how often.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Events {
    /// The server's node failed.
    pub primary_failures: u64,
    /// Another node of a chain failed.
    pub replica_failures: u64,
    /// Another server of a chain became its head.
    pub takeovers: u64,
    /// No copy was left.
    pub cold_restarts: u64,
    /// How far behind the state was that work went on from, or how long workers computed on it, in
    /// seconds, summed over failures.
    pub stale_s: f64,
    /// The longest of them.
    pub most_stale_s: f64,
    /// Failures that these are of.
    pub stale_failures: u64,
    /// Largest backlog of gradients, in MiB.
    pub backlog_mib: f64,
    /// Longest time without progress, in seconds.
    pub longest_outage_s: f64,
}

impl Events {
    /// Adds those of another shard or time.
    pub fn add(&mut self, other: &Self) {
        self.primary_failures += other.primary_failures;
        self.replica_failures += other.replica_failures;
        self.takeovers += other.takeovers;
        self.cold_restarts += other.cold_restarts;
        self.stale_s += other.stale_s;
        self.most_stale_s = self.most_stale_s.max(other.most_stale_s);
        self.stale_failures += other.stale_failures;
        self.backlog_mib = self.backlog_mib.max(other.backlog_mib);
        self.longest_outage_s = self.longest_outage_s.max(other.longest_outage_s);
    }

    /// Counts a state that work goes on from although it is behind.
    pub(super) fn stale(&mut self, seconds: f64) {
        self.stale_s += seconds;
        self.most_stale_s = self.most_stale_s.max(seconds);
        self.stale_failures += 1;
    }
}

/// The account of one shard over a horizon.
#[derive(Clone, Debug, PartialEq)]
pub struct Ledger {
    horizon_ms: u64,
    block_ms: u64,
    /// Lost time by [`Kind::ALL`], in ms.
    lost_ms: [f64; Kind::ALL.len()],
    /// Modelled losses but the overhead, by blocks of time, in ms.
    pub blocks_ms: Vec<f64>,
    /// Useful work, in ms.
    pub useful_ms: f64,
    /// What happened.
    pub events: Events,
}

impl Ledger {
    /// An empty account.
    #[must_use]
    pub fn new(horizon_ms: u64, block_ms: u64) -> Self {
        let blocks = horizon_ms.div_ceil(block_ms.max(1)) as usize;
        Self {
            horizon_ms,
            block_ms: block_ms.max(1),
            lost_ms: [0.0; Kind::ALL.len()],
            blocks_ms: vec![0.0; blocks],
            useful_ms: 0.0,
            events: Events::default(),
        }
    }

    /// Lost time of a kind, in seconds.
    #[must_use]
    pub fn lost_s(&self, kind: Kind) -> f64 {
        self.lost_ms[kind as usize] / 1e3
    }

    /// Books a loss that was decided at a time.
    pub(super) fn lose(&mut self, kind: Kind, at_ms: u64, lost_ms: f64) {
        self.lost_ms[kind as usize] += lost_ms;
        if kind.is_modelled() && kind != Kind::Overhead {
            let block = (at_ms.min(self.horizon_ms.saturating_sub(1)) / self.block_ms) as usize;
            self.blocks_ms[block] += lost_ms;
        }
    }

    /// Books a time that begins at one moment and lasts until another; what lies beyond the horizon
    /// is not booked.
    pub(super) fn spend(&mut self, kind: Kind, from_ms: u64, to_ms: u64) {
        let clipped = |time_ms: u64| time_ms.min(self.horizon_ms);
        let lost_ms = clipped(to_ms).saturating_sub(clipped(from_ms)) as f64;
        self.lose(kind, from_ms, lost_ms);
    }

    /// Remembers a time without progress.
    pub(super) fn outage(&mut self, from_ms: u64, to_ms: u64) {
        let seconds = to_ms.saturating_sub(from_ms) as f64 / 1e3;
        self.events.longest_outage_s = self.events.longest_outage_s.max(seconds);
    }
}
