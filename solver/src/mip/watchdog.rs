//! A job in its own thread, and somebody who stops waiting when it stays silent too long.
//!
//! Engines promise to obey a time limit and do not always keep the promise (HiGHS looks at the
//! clock and at our interrupt only between phases). A thread cannot be killed, so a silent one is
//! left behind: the caller goes on with what it has heard so far, and whatever the thread says
//! later goes nowhere.

use std::any::Any;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::mpsc::{Receiver, RecvTimeoutError, Sender, channel};
use std::thread;
use std::time::Duration;

/// How long the caller sleeps between two looks at the clock.
const TICK: Duration = Duration::from_millis(10);
/// HiGHS recurses in presolve and sub-MIPs; the pages are only used when needed.
const STACK_BYTES: usize = 32 << 20;

/// How a job ended.
#[derive(Debug, PartialEq)]
pub(crate) enum Verdict<T> {
    /// It returned.
    Finished(T),
    /// It panicked with this message.
    Panicked(String),
    /// It was silent until patience ran out; its thread still runs.
    LeftBehind,
}

/// Whether to keep waiting.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Patience {
    Wait,
    GiveUp,
}

#[cfg_attr(not(feature = "highs"), allow(dead_code))] // microlp reports only at its end
enum Message<T, E> {
    Event(E),
    Finished(T),
    Panicked(String),
}

/// Where a job sends what happens to it.
pub(crate) struct Events<T, E>(Sender<Message<T, E>>);

impl<T, E> Events<T, E> {
    /// Sends one event; lost when nobody waits any more.
    #[cfg_attr(not(feature = "highs"), allow(dead_code))] // microlp reports only at its end
    pub(crate) fn send(&self, event: E) {
        let _ = self.0.send(Message::Event(event));
    }
}

/// Runs `job` in a thread of its own. `listen` gets every event in order, and `None` when nothing
/// happened for one tick (10 ms), all on the calling thread; it says whether to wait on.
pub(crate) fn supervise<T: Send + 'static, E: Send + 'static>(
    job: impl FnOnce(&Events<T, E>) -> T + Send + 'static,
    listen: impl FnMut(Option<E>) -> Patience,
) -> std::io::Result<Verdict<T>> {
    let (sender, receiver) = channel();
    let events = Events(sender);
    let work = move || {
        let result = catch_unwind(AssertUnwindSafe(|| job(&events)));
        let last = match result {
            Ok(value) => Message::Finished(value),
            Err(panic) => Message::Panicked(panic_text(panic.as_ref())),
        };
        let _ = events.0.send(last);
    };
    thread::Builder::new().name("mip engine".to_owned()).stack_size(STACK_BYTES).spawn(work)?;
    Ok(wait(&receiver, listen))
}

fn wait<T, E>(
    receiver: &Receiver<Message<T, E>>,
    mut listen: impl FnMut(Option<E>) -> Patience,
) -> Verdict<T> {
    loop {
        let event = match receiver.recv_timeout(TICK) {
            Ok(Message::Event(event)) => Some(event),
            Ok(Message::Finished(value)) => return Verdict::Finished(value),
            Ok(Message::Panicked(text)) => return Verdict::Panicked(text),
            Err(RecvTimeoutError::Timeout) => None,
            Err(RecvTimeoutError::Disconnected) => {
                return Verdict::Panicked("the thread ended without a word".to_owned());
            }
        };
        if listen(event) == Patience::GiveUp {
            return Verdict::LeftBehind;
        }
    }
}

/// The message of a panic, where it has one.
pub(crate) fn panic_text(panic: &(dyn Any + Send)) -> String {
    let text = panic.downcast_ref::<String>().map(String::as_str);
    text.or_else(|| panic.downcast_ref::<&str>().copied()).unwrap_or("no message").to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::time::Instant;

    #[test]
    fn a_job_that_never_returns_is_left_behind_with_its_events_heard() {
        let started = Instant::now();
        let patience = Duration::from_millis(80);
        let mut heard = Vec::new();
        let job = |events: &Events<(), i32>| {
            events.send(1);
            events.send(2);
            loop {
                thread::park();
            }
        };
        let listen = |event: Option<i32>| {
            heard.extend(event);
            if started.elapsed() > patience { Patience::GiveUp } else { Patience::Wait }
        };
        assert_eq!(supervise(job, listen).unwrap(), Verdict::LeftBehind);
        assert_eq!(heard, [1, 2]);
        assert!(started.elapsed() < patience + Duration::from_secs(2));
    }

    #[test]
    fn results_and_panics_come_back() {
        let done = supervise(|_: &Events<i32, ()>| 7, |_| Patience::Wait).unwrap();
        assert_eq!(done, Verdict::Finished(7));
        let job = |_: &Events<i32, ()>| panic!("no {}", "good");
        let failed = supervise(job, |_| Patience::Wait).unwrap();
        assert_eq!(failed, Verdict::Panicked("no good".to_owned()));
    }
}
