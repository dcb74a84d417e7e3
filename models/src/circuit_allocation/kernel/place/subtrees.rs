//! The subtrees near the root of a search, shared out among threads.
//!
//! Every thread goes through the same list of subtrees and searches those that no other has taken.
//! What is found in a subtree is told only to those that come [`LATE`] or more after it, whether
//! threads search at the same time or one searches all: so the answer and the number of nodes are the
//! same for any number of threads.

use std::num::NonZero;
use std::sync::{Condvar, Mutex, MutexGuard, OnceLock, PoisonError};
use std::thread::available_parallelism;

/// How many subtrees later a placement is made use of. Fewer keep threads waiting for each other, more
/// keep placements back. Measured on fragmented clusters.
const LATE: usize = 8;

/// More threads would wait for each other too often.
const MOST_THREADS: usize = 4;

/// How many threads to search with on this machine.
pub(super) fn threads() -> usize {
    static THREADS: OnceLock<usize> = OnceLock::new();
    *THREADS.get_or_init(|| available_parallelism().map_or(1, NonZero::get).min(MOST_THREADS))
}

/// Which subtrees have been taken, and what was found in them.
#[derive(Debug, Default)]
pub(super) struct Subtrees {
    state: Mutex<State>,
    finished: Condvar,
}

#[derive(Debug, Default)]
struct State {
    /// For each subtree taken, once it is finished: what the best placement known in it costs.
    costs: Vec<Option<u64>>,
    /// For the first subtrees, up to one that is not finished: the least of the costs so far.
    least: Vec<u64>,
    best: Option<Best>,
    waiting: u32,
    /// Whether a thread has ended in the midst of a subtree.
    abandoned: bool,
}

/// Ends the search in the other threads where the one that holds this panics.
pub(super) struct Alarm<'a>(pub(super) &'a Subtrees);

impl Drop for Alarm<'_> {
    fn drop(&mut self) {
        if std::thread::panicking() {
            self.0.state().abandoned = true;
            self.0.finished.notify_all();
        }
    }
}

/// The cheapest placement found in any subtree: in the first of them, if there are several.
#[derive(Debug)]
pub(super) struct Best {
    pub(super) cost: u64,
    pub(super) leaves: Vec<u32>,
    subtree: usize,
}

impl Subtrees {
    /// Takes a subtree, unless another thread has: the cost of the best placement to make use of in
    /// it, at most `known`. Waits until that is certain. Each thread is to ask for all in turn.
    pub(super) fn take(&self, subtree: usize, known: u64) -> Option<u64> {
        let mut state = self.state();
        if subtree < state.costs.len() || state.abandoned {
            return None;
        }
        state.costs.push(None);
        let told = (subtree + 1).saturating_sub(LATE);
        state.waiting += 1;
        let mut state = self
            .finished
            .wait_while(state, |state| state.least.len() < told && !state.abandoned)
            .unwrap_or_else(PoisonError::into_inner);
        state.waiting -= 1;
        if state.abandoned {
            return None;
        }
        Some(if told == 0 { known } else { known.min(state.least[told - 1]) })
    }

    /// Says that a subtree is finished, with the cost of the best placement known in it, and that
    /// placement if it was found there.
    pub(super) fn finish(&self, subtree: usize, cost: u64, found: Option<&[u32]>) {
        let mut state = self.state();
        state.costs[subtree] = Some(cost);
        while let Some(&Some(cost)) = state.costs.get(state.least.len()) {
            let least = state.least.last().map_or(cost, |&least| least.min(cost));
            state.least.push(least);
        }
        if let Some(leaves) = found
            && state.best.as_ref().is_none_or(|b| (cost, subtree) < (b.cost, b.subtree))
        {
            state.best = Some(Best { cost, leaves: leaves.to_vec(), subtree });
        }
        if state.waiting > 0 {
            self.finished.notify_all();
        }
    }

    /// The cheapest placement found, if any.
    pub(super) fn into_best(self) -> Option<Best> {
        self.state.into_inner().unwrap_or_else(PoisonError::into_inner).best
    }

    fn state(&self) -> MutexGuard<'_, State> {
        // Nothing panics while it holds the lock.
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use std::thread;

    use super::*;

    #[test]
    fn what_is_found_is_told_a_few_subtrees_later() {
        let subtrees = Subtrees::default();
        for subtree in 0..2 * LATE {
            let told = if subtree < LATE { 90 } else { 10 };
            assert_eq!(subtrees.take(subtree, 90), Some(told), "{subtree}");
            assert_eq!(subtrees.take(subtree, 90), None);
            subtrees.finish(subtree, 10, Some(&[subtree as u32]));
        }
        let best = subtrees.into_best().unwrap();
        assert_eq!((best.cost, best.leaves), (10, vec![0]));
    }

    #[test]
    fn nobody_waits_for_a_thread_that_has_panicked() {
        let subtrees = Subtrees::default();
        let part = &subtrees;
        let ended = thread::scope(|scope| {
            let taken = part.take(0, 1);
            let waiting = scope.spawn(move || {
                (1..=LATE).all(|at| {
                    part.take(at, 1).is_some_and(|_| {
                        part.finish(at, 1, None);
                        true
                    })
                })
            });
            let lost = scope.spawn(move || {
                let _alarm = Alarm(part);
                panic!("in the midst of subtree 0, taken: {taken:?}");
            });
            (lost.join().is_err(), waiting.join().ok())
        });
        assert_eq!(ended, (true, Some(false)));
    }
}
