//! What a search tells the outside while it runs.

use std::time::Duration;

use serde::Serialize;

use crate::objective::{Objective, gap};

/// Something worth a line of the log.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Event {
    /// What happened.
    pub kind: EventKind,
    /// Symbol of the method it came from, as in the log's first column.
    pub source: char,
    /// Wall-clock time since the search began, in seconds.
    pub seconds: f64,
    /// Deterministic work units spent so far.
    pub work: u64,
    /// The best known lower bound.
    pub bound: Option<Objective>,
    /// The cost of the incumbent.
    pub best: Option<Objective>,
    /// The gap between the two, where both are known.
    pub gap: Option<f64>,
    /// A few words for people.
    pub note: String,
}

/// The kinds of events.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum EventKind {
    /// The referee accepted a better plan.
    Incumbent,
    /// The lower bound rose.
    Bound,
    /// Infeasibility was proved.
    Infeasible,
    /// The referee refused a plan that a method offered.
    Refused,
    /// A method says something about itself.
    Note,
}

/// Whoever listens: a log, a progress bar, a test. Called from any thread of the search.
pub trait Observer: Sync {
    /// Called once per event.
    fn event(&self, event: &Event);
}

/// An observer that hears nothing.
#[derive(Clone, Copy, Debug, Default)]
pub struct Silent;

impl Observer for Silent {
    fn event(&self, _: &Event) {}
}

impl Event {
    pub(crate) fn new(kind: EventKind, source: char, elapsed: Duration, work: u64) -> Self {
        let seconds = elapsed.as_secs_f64();
        let note = String::new();
        Self { kind, source, seconds, work, bound: None, best: None, gap: None, note }
    }

    pub(crate) fn with_state(
        mut self,
        best: Option<&Objective>,
        bound: Option<&Objective>,
        note: impl Into<String>,
    ) -> Self {
        self.gap = best.zip(bound).map(|(best, bound)| gap(best, bound));
        self.best = best.cloned();
        self.bound = bound.cloned();
        self.note = note.into();
        self
    }
}
