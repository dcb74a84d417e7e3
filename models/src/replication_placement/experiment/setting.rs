//! What an experiment is, with the times of the paper's runs.

use super::data::DataShape;

/// When gradients are applied.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Updates {
    /// All workers' gradients of a step, averaged, before the next step.
    Synchronous,
    /// Each as it arrives.
    Asynchronous,
}

/// How the server survives.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Tolerance {
    /// Weights are saved every so many updates.
    Checkpoint,
    /// The head pushes its weights to the next server every so many updates.
    RelaxedChain,
    /// Every update reaches every server before it counts.
    StrictChain,
    /// Weights and gradients live in a store; workers go on while the server is away.
    Stateless,
}

/// A mode of the experiment.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ExperimentMode {
    /// Its name.
    pub name: &'static str,
    /// When gradients are applied.
    pub updates: Updates,
    /// How the server survives.
    pub tolerance: Tolerance,
}

const fn mode(name: &'static str, updates: Updates, tolerance: Tolerance) -> ExperimentMode {
    ExperimentMode { name, updates, tolerance }
}

/// All modes.
pub const MODES: [ExperimentMode; 7] = [
    mode("sync_checkpoint", Updates::Synchronous, Tolerance::Checkpoint),
    mode("async_checkpoint", Updates::Asynchronous, Tolerance::Checkpoint),
    mode("sync_relaxed_chain", Updates::Synchronous, Tolerance::RelaxedChain),
    mode("async_relaxed_chain", Updates::Asynchronous, Tolerance::RelaxedChain),
    mode("sync_strict_chain", Updates::Synchronous, Tolerance::StrictChain),
    mode("async_strict_chain", Updates::Asynchronous, Tolerance::StrictChain),
    mode("stateless", Updates::Asynchronous, Tolerance::Stateless),
];

/// Everything else about a run.
#[derive(Clone, Debug, PartialEq)]
pub struct Setting {
    /// The data.
    pub data: DataShape,
    /// Units of the hidden layer.
    pub hidden: usize,
    /// Points of a gradient.
    pub batch: usize,
    /// Learning rate.
    pub learning_rate: f64,
    /// Learning rate while more than `many_pending` gradients wait.
    pub cut_rate: f64,
    /// See `cut_rate`.
    pub many_pending: usize,
    /// Workers.
    pub workers: usize,
    /// Gradients of all workers together, per second.
    pub gradients_per_s: f64,
    /// The same with a stateless server, whose workers are never started anew.
    pub stateless_gradients_per_s: f64,
    /// Updates between two checkpoints or pushes.
    pub period_updates: u64,
    /// Servers of a chain.
    pub chain: usize,
    /// What a strict chain adds to every update, per hop, in ms.
    pub hop_ms: u64,
    /// Length of a run, in ms.
    pub run_ms: u64,
    /// Time between two evaluations, in ms.
    pub evaluate_ms: u64,
    /// The server is killed so long after it starts, and after every recovery, in ms.
    pub kill_after_ms: u64,
    /// Until a dead server may start again, in ms.
    pub recovery_delay_ms: u64,
    /// What its start then takes, in ms.
    pub restart_ms: u64,
    /// Shortest and longest take-over of a chain, in ms.
    pub takeover_ms: (u64, u64),
}

impl Default for Setting {
    /// The runs of the paper, from the authors' logs: 5.7 updates a second, about 235 gradients in
    /// an outage of 26 s without a server, saves and pushes every 100 updates, a kill 27 s after
    /// start or recovery, 15 s of delay and 8.75 s of restart, take-over within 10 to 14 s, learning
    /// rate 0.01, and 0.001 while more than 50 gradients wait.
    fn default() -> Self {
        Self {
            data: DataShape::default(),
            hidden: 32,
            batch: 32,
            learning_rate: 0.01,
            cut_rate: 0.001,
            many_pending: 50,
            workers: 1,
            gradients_per_s: 5.7,
            stateless_gradients_per_s: 9.0,
            period_updates: 100,
            chain: 3,
            hop_ms: 2,
            run_ms: 215_000,
            evaluate_ms: 2_000,
            kill_after_ms: 27_000,
            recovery_delay_ms: 15_000,
            restart_ms: 8_750,
            takeover_ms: (10_000, 14_000),
        }
    }
}
