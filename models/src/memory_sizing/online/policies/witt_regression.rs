//! A line through the peaks, raised by a share that its own errors suggest, then doubling.
//!
//! Witt, Wagner, Leser, "Feedback-Based Resource Allocation for Batch Scheduling of Scientific
//! Workflows" (HPCS 2019), in the two variants of Sizey's evaluation: the share is the standard
//! deviation of all relative errors `(y − p)/y`, or of those where the line was too low.
//!
//! The published evaluation keeps one list of errors for all task types of a workflow and for
//! both variants together; [`ErrorLists::Pooled`] does the same, for comparison.

use std::sync::{Arc, Mutex, PoisonError};

use serde::{Deserialize, Serialize};

use crate::memory_sizing::online::policy::{Policy, Proposal};
use crate::memory_sizing::online::settings::Settings;
use crate::memory_sizing::online::task::{Sample, Task};

/// Which errors raise the line.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Offset {
    /// All of them.
    Deviation,
    /// Those where the line was too low.
    UnderDeviation,
}

/// Whose errors a type sees.
#[derive(Clone, Debug, Default)]
pub enum ErrorLists {
    /// Its own.
    #[default]
    PerType,
    /// Those of all types, and of every policy that holds the same list.
    Pooled(Arc<Mutex<Errors>>),
}

/// Relative errors in the order in which they were made, as sums for their deviation.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Errors {
    all: Moments,
    under: Moments,
}

impl Errors {
    fn add(&mut self, error: f64) {
        self.all.add(error);
        if error > 0.0 {
            self.under.add(error);
        }
    }

    fn deviation(&self, offset: Offset) -> f64 {
        match offset {
            Offset::Deviation => self.all.deviation(),
            Offset::UnderDeviation => self.under.deviation(),
        }
    }
}

/// Running mean and squared deviations (Welford 1962).
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize)]
struct Moments {
    count: f64,
    mean: f64,
    squares: f64,
}

impl Moments {
    fn add(&mut self, value: f64) {
        self.count += 1.0;
        let before = value - self.mean;
        self.mean += before / self.count;
        self.squares += before * (value - self.mean);
    }

    fn deviation(&self) -> f64 {
        if self.count == 0.0 { 0.0 } else { (self.squares / self.count).sqrt() }
    }
}

/// A least-squares line by running sums, numerically centred on the first point.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Line {
    count: f64,
    mean_x: f64,
    mean_y: f64,
    xx: f64,
    xy: f64,
}

impl Line {
    /// Adds a point.
    pub fn add(&mut self, x: f64, y: f64) {
        self.add_weighted(x, y, 1.0);
    }

    /// Adds a point that counts `weight` times.
    pub fn add_weighted(&mut self, x: f64, y: f64, weight: f64) {
        self.count += weight;
        let before = x - self.mean_x;
        self.mean_x += before * weight / self.count;
        self.mean_y += (y - self.mean_y) * weight / self.count;
        self.xx += weight * before * (x - self.mean_x);
        self.xy += weight * before * (y - self.mean_y);
    }

    /// The line at `x`; the mean where all `x` are the same, `None` without points.
    #[must_use]
    pub fn at(&self, x: f64) -> Option<f64> {
        if self.count == 0.0 {
            return None;
        }
        let slope = if self.xx > 0.0 { self.xy / self.xx } else { 0.0 };
        Some(self.mean_y + slope * (x - self.mean_x))
    }
}

#[derive(Clone, Copy, Debug, Default, Serialize, Deserialize)]
struct State {
    line: Line,
    largest_bytes: f64,
    errors: Errors,
}

/// The policies `witt-lr-std` and `witt-lr-std-under`.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct WittRegression {
    offset: Offset,
    /// Pooled lists belong to a replay; an engine keeps types apart.
    #[serde(skip)]
    errors: ErrorLists,
    granularity_bytes: f64,
    types: Vec<State>,
}

impl WittRegression {
    /// Nothing seen yet.
    #[must_use]
    pub fn new(settings: &Settings, offset: Offset, errors: ErrorLists) -> Self {
        let granularity_bytes = settings.granularity_bytes as f64;
        Self { offset, errors, granularity_bytes, types: Vec::new() }
    }

    fn state(&mut self, task_type: usize) -> &mut State {
        if self.types.len() <= task_type {
            self.types.resize(task_type + 1, State::default());
        }
        &mut self.types[task_type]
    }
}

fn input(task: &Task) -> f64 {
    task.input_size_bytes.unwrap_or(0.0)
}

impl Policy for WittRegression {
    fn propose(&mut self, task_type: usize, task: &Task) -> Proposal {
        let offset = self.offset;
        let pooled = match &self.errors {
            ErrorLists::PerType => None,
            ErrorLists::Pooled(errors) => {
                Some(errors.lock().unwrap_or_else(PoisonError::into_inner).deviation(offset))
            }
        };
        let granularity = self.granularity_bytes;
        let state = self.state(task_type);
        let Some(line) = state.line.at(input(task)) else { return Vec::new() };
        let first = line * (1.0 + pooled.unwrap_or_else(|| state.errors.deviation(offset)));
        // A line below zero asks for nothing, and then for the largest peak so far.
        if first < 0.0 { vec![granularity, state.largest_bytes] } else { vec![first] }
    }

    fn learn(&mut self, task_type: usize, sample: &Sample) {
        let state = self.state(task_type);
        let Some(line) = state.line.at(input(&sample.task)) else {
            return self.recall(task_type, std::slice::from_ref(sample));
        };
        let error = (sample.peak_bytes - line) / sample.peak_bytes;
        state.errors.add(error);
        if let ErrorLists::Pooled(errors) = &self.errors {
            errors.lock().unwrap_or_else(PoisonError::into_inner).add(error);
        }
        self.recall(task_type, std::slice::from_ref(sample));
    }

    fn recall(&mut self, task_type: usize, history: &[Sample]) {
        let state = self.state(task_type);
        for sample in history {
            state.line.add(input(&sample.task), sample.peak_bytes);
            state.largest_bytes = state.largest_bytes.max(sample.peak_bytes);
        }
    }
}
