//! One run in virtual time.

use placewright_solver::events::Clock;
use placewright_solver::seed::Seed;
use rand::RngExt;
use rand_xoshiro::Xoshiro256PlusPlus;

use super::data::{Data, Points};
use super::network::Weights;
use super::server::Server;
use super::setting::{ExperimentMode, Setting, Tolerance, Updates};

/// An evaluation.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Sample {
    /// When, in ms.
    pub at_ms: u64,
    /// Share of test points that are told right.
    pub accuracy: f64,
    /// Cross-entropy on them.
    pub loss: f64,
}

/// A time between the kill of a server and its successor's first update.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Outage {
    /// When the server was killed, in ms.
    pub start_ms: u64,
    /// How long nobody served, in ms.
    pub length_ms: u64,
    /// Accuracy of the last evaluation before and the first after.
    pub before: f64,
    /// See `before`.
    pub after: f64,
    /// Updates that were undone.
    pub lost_updates: u64,
    /// Gradients that waited and were applied at once.
    pub pending: usize,
}

/// What came of a run.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Run {
    /// Evaluations in order.
    pub samples: Vec<Sample>,
    /// Outages in order.
    pub outages: Vec<Outage>,
    /// Gradients that workers computed.
    pub computed: u64,
    /// Gradients that were applied and not undone.
    pub kept: u64,
    /// Age of a gradient's weights when it was applied, in ms, summed over applied gradients.
    pub age_ms: u64,
    /// Gradients applied, undone later or not.
    pub applied: u64,
    /// The oldest, in ms.
    pub oldest_ms: u64,
}

/// What happens in a run.
#[derive(Clone, Copy, Debug)]
enum Event {
    /// A worker is done with a gradient; gradients of an earlier life of the server are dropped.
    Computed {
        worker: usize,
        life: u64,
    },
    Evaluate,
    Kill,
    Serve,
    Rejoin,
}

/// A gradient, and when the weights that it is of were read.
struct Gradient {
    of: Weights,
    read_ms: u64,
}

struct Training<'a> {
    setting: &'a Setting,
    mode: ExperimentMode,
    data: &'a Data,
    server: Server,
    clock: Clock<Event>,
    stream: Xoshiro256PlusPlus,
    /// Weights that each worker computes on, and since when.
    reading: Vec<(Weights, u64)>,
    waiting: Vec<Gradient>,
    is_up: bool,
    life: u64,
    kills: usize,
    killed_ms: u64,
    run: Run,
}

/// Trains with a mode while the server is killed so many times. Gradients take most of the time:
/// O(updates · batch · weights).
#[must_use]
pub fn train(
    setting: &Setting,
    mode: ExperimentMode,
    kills: usize,
    data: &Data,
    seed: Seed,
) -> Run {
    let shape = &setting.data;
    let weights = Weights::random(shape.features, setting.hidden, shape.classes, seed);
    let mut training = Training {
        setting,
        mode,
        data,
        reading: vec![(weights.clone(), 0); setting.workers],
        server: Server::new(mode, setting, weights),
        clock: Clock::new(),
        // The same batches whatever the mode.
        stream: seed.named("batches").generator(),
        waiting: Vec::new(),
        is_up: true,
        life: 0,
        kills,
        killed_ms: 0,
        run: Run::default(),
    };
    training.clock.schedule_at(0, Event::Evaluate);
    training.schedule_kill();
    (0..setting.workers).for_each(|worker| training.start(worker));
    while training.clock.next_ms().is_some_and(|at_ms| at_ms <= setting.run_ms) {
        if let Some(event) = training.clock.advance() {
            training.happen(event);
        }
    }
    training.run.kept = training.server.state.updates * training.per_update();
    training.run
}

impl Training<'_> {
    fn happen(&mut self, event: Event) {
        match event {
            Event::Computed { worker, life } if life == self.life => self.computed(worker),
            Event::Computed { .. } => {}
            Event::Evaluate => {
                if self.is_up {
                    self.evaluate();
                }
                self.clock.schedule_after(self.setting.evaluate_ms, Event::Evaluate);
            }
            Event::Kill => self.kill(),
            Event::Serve => self.serve(),
            Event::Rejoin => self.server.rejoin(),
        }
    }

    /// Gradients that make an update.
    fn per_update(&self) -> u64 {
        match self.mode.updates {
            Updates::Synchronous => self.setting.workers as u64,
            Updates::Asynchronous => 1,
        }
    }

    /// A worker reads weights and starts on a gradient; times vary by a tenth.
    fn start(&mut self, worker: usize) {
        let per_s = match self.mode.tolerance {
            Tolerance::Stateless => self.setting.stateless_gradients_per_s,
            _ => self.setting.gradients_per_s,
        };
        let hops = match self.mode.tolerance {
            Tolerance::StrictChain => self.setting.chain as u64 - 1,
            _ => 0,
        };
        self.reading[worker] = (self.server.state.weights.clone(), self.clock.now_ms());
        let mean_ms = 1000.0 * self.setting.workers as f64 / per_s;
        let takes_ms = mean_ms * self.stream.random_range(0.9..1.1);
        let passed_ms = hops * self.setting.hop_ms;
        let event = Event::Computed { worker, life: self.life };
        self.clock.schedule_after(takes_ms as u64 + passed_ms, event);
    }

    fn computed(&mut self, worker: usize) {
        let (weights, read_ms) = &self.reading[worker];
        let training = &self.data.training;
        let count = training.classes.len();
        let picked: Vec<usize> =
            (0..self.setting.batch).map(|_| self.stream.random_range(0..count)).collect();
        let batch = Points {
            features: training.features.select_columns(&picked),
            classes: picked.iter().map(|&point| training.classes[point]).collect(),
        };
        let of = weights.gradient(&batch.features, &batch.classes);
        self.waiting.push(Gradient { of, read_ms: *read_ms });
        self.run.computed += 1;
        let enough = self.waiting.len() as u64 >= self.per_update();
        if self.is_up && enough {
            self.apply();
        }
        match self.mode.updates {
            Updates::Asynchronous => self.start(worker),
            Updates::Synchronous if enough => {
                (0..self.setting.workers).for_each(|each| self.start(each));
            }
            // It waits for the others.
            Updates::Synchronous => {}
        }
    }

    /// Applies what waits in one step: the mean of a synchronous step, the sum of a backlog.
    fn apply(&mut self) {
        let waiting = std::mem::take(&mut self.waiting);
        let Some((first, rest)) = waiting.split_first() else { return };
        let mut sum = first.of.clone();
        rest.iter().for_each(|gradient| sum.add(1.0, &gradient.of));
        let setting = self.setting;
        let many = waiting.len() > setting.many_pending;
        let rate = if many { setting.cut_rate } else { setting.learning_rate };
        let rate = match self.mode.updates {
            Updates::Synchronous => rate / waiting.len() as f64,
            Updates::Asynchronous => rate,
        };
        self.server.update(rate, &sum);
        if self.mode.updates == Updates::Asynchronous {
            self.server.state.updates += waiting.len() as u64 - 1;
        }
        for gradient in &waiting {
            let age_ms = self.clock.now_ms() - gradient.read_ms;
            self.run.age_ms += age_ms;
            self.run.oldest_ms = self.run.oldest_ms.max(age_ms);
        }
        self.run.applied += waiting.len() as u64;
    }

    fn evaluate(&mut self) -> f64 {
        let score = self.server.state.weights.score(&self.data.test);
        let at_ms = self.clock.now_ms();
        self.run.samples.push(Sample { at_ms, accuracy: score.accuracy, loss: score.loss });
        score.accuracy
    }

    fn schedule_kill(&mut self) {
        if self.run.outages.len() < self.kills {
            self.clock.schedule_after(self.setting.kill_after_ms, Event::Kill);
        }
    }

    fn kill(&mut self) {
        let setting = self.setting;
        self.is_up = false;
        self.killed_ms = self.clock.now_ms();
        let back_ms = setting.recovery_delay_ms + setting.restart_ms;
        let (takeover, rejoins) = match self.mode.tolerance {
            Tolerance::RelaxedChain | Tolerance::StrictChain => {
                let (low, high) = setting.takeover_ms;
                (self.stream.random_range(low..=high), true)
            }
            Tolerance::Checkpoint | Tolerance::Stateless => (back_ms, false),
        };
        if rejoins {
            self.clock.schedule_after(back_ms.max(takeover + 1), Event::Rejoin);
        }
        self.clock.schedule_after(takeover, Event::Serve);
        if self.mode.tolerance != Tolerance::Stateless {
            // Nobody takes what workers compute now.
            self.life += 1;
            self.waiting.clear();
        }
    }

    fn serve(&mut self) {
        let before = self.run.samples.last().map_or(0.0, |sample| sample.accuracy);
        let Some(lost_updates) = self.server.recover() else {
            // All of the chain is dead: it goes on when the first of its servers is back, with the
            // weights that it had.
            self.clock.schedule_after(self.setting.evaluate_ms, Event::Serve);
            return;
        };
        self.is_up = true;
        let pending = self.waiting.len();
        self.apply();
        let after = self.evaluate();
        let length_ms = self.clock.now_ms() - self.killed_ms;
        self.run.outages.push(Outage {
            start_ms: self.killed_ms,
            length_ms,
            before,
            after,
            lost_updates: lost_updates * self.per_update(),
            pending,
        });
        if self.mode.tolerance != Tolerance::Stateless {
            (0..self.setting.workers).for_each(|worker| self.start(worker));
        }
        self.schedule_kill();
    }
}
