//! What people and programs read about a search: the log while it runs, the report after it.

mod closing;
mod json;
mod table;

pub use closing::{MethodSummary, Summary, Trust, closing_report};
pub use json::JsonLog;
pub use table::{TableLog, gap_text, value_text};

use std::sync::mpsc::{RecvTimeoutError, channel};
use std::time::Duration;

/// A long search shows that it is alive this often.
const TICK: Duration = Duration::from_secs(5);

/// Calls `tick` every five seconds, from a thread of its own, while `work` runs.
pub fn while_ticking<T>(tick: impl Fn() + Send, work: impl FnOnce() -> T) -> T {
    std::thread::scope(|scope| {
        let (done, finished) = channel::<()>();
        scope.spawn(move || {
            while finished.recv_timeout(TICK) == Err(RecvTimeoutError::Timeout) {
                tick();
            }
        });
        let result = work();
        drop(done);
        result
    })
}
