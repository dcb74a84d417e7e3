//! The log for programs: one JSON object per line.

use std::io::Write;
use std::sync::{Mutex, PoisonError};

use serde::Serialize;

use crate::event::{Event, Observer};

/// Writes every event as one line of JSON. Events of methods that run side by side carry what
/// that method knows, and come in the order in which they happen.
pub struct JsonLog<W> {
    out: Mutex<W>,
}

impl<W: Write + Send> JsonLog<W> {
    /// A log that writes to `out`.
    pub fn new(out: W) -> Self {
        Self { out: Mutex::new(out) }
    }

    /// Writes any record as a line; what cannot be written is dropped, as in any log.
    pub fn record(&self, record: &impl Serialize) {
        let Ok(mut line) = serde_json::to_vec(record) else { return };
        line.push(b'\n');
        drop(self.out.lock().unwrap_or_else(PoisonError::into_inner).write_all(&line));
    }
}

impl<W: Write + Send> Observer for JsonLog<W> {
    fn event(&self, event: &Event) {
        self.record(event);
    }
}
