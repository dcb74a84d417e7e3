//! A simulation clock with the events that lie ahead.

use std::cmp::Reverse;
use std::collections::BinaryHeap;

/// The time of a simulation, and its future events in the order in which they happen.
///
/// The textbook event list (Law, *Simulation Modeling and Analysis*, chapter 1): a binary heap
/// ordered by time. Events of the same millisecond happen in the order in which they were
/// scheduled, which makes a simulation deterministic. Scheduling and advancing take O(log n) for
/// n events ahead, space is O(n). Time never runs backwards.
///
/// ```
/// use placewright_solver::events::Clock;
///
/// let mut clock = Clock::new();
/// clock.schedule_at(50, "second");
/// clock.schedule_after(20, "first");
/// clock.schedule_at(50, "third");
/// assert_eq!(clock.advance(), Some("first"));
/// assert_eq!(clock.now_ms(), 20);
/// assert_eq!(clock.advance(), Some("second"));
/// assert_eq!(clock.advance(), Some("third"));
/// assert_eq!((clock.now_ms(), clock.advance()), (50, None));
/// ```
#[derive(Clone, Debug)]
pub struct Clock<E> {
    now_ms: u64,
    /// Events scheduled so far: the number of the next one.
    scheduled: u64,
    ahead: BinaryHeap<Reverse<Entry<E>>>,
}

#[derive(Clone, Copy, Debug)]
struct Entry<E> {
    at_ms: u64,
    number: u64,
    event: E,
}

impl<E> Entry<E> {
    fn key(&self) -> (u64, u64) {
        (self.at_ms, self.number)
    }
}

// By time and number alone: events themselves need no order.
impl<E> PartialEq for Entry<E> {
    fn eq(&self, other: &Self) -> bool {
        self.key() == other.key()
    }
}

impl<E> Eq for Entry<E> {}

impl<E> PartialOrd for Entry<E> {
    fn partial_cmp(&self, other: &Self) -> Option<std::cmp::Ordering> {
        Some(self.cmp(other))
    }
}

impl<E> Ord for Entry<E> {
    fn cmp(&self, other: &Self) -> std::cmp::Ordering {
        self.key().cmp(&other.key())
    }
}

impl<E> Default for Clock<E> {
    fn default() -> Self {
        Self { now_ms: 0, scheduled: 0, ahead: BinaryHeap::new() }
    }
}

impl<E> Clock<E> {
    /// Time zero, and nothing ahead.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Milliseconds since the start.
    #[must_use]
    pub fn now_ms(&self) -> u64 {
        self.now_ms
    }

    /// When the next event happens; `None` when nothing lies ahead.
    #[must_use]
    pub fn next_ms(&self) -> Option<u64> {
        self.ahead.peek().map(|Reverse(entry)| entry.at_ms)
    }

    /// Schedules an event. What should have happened already happens now, after everything that
    /// is due by then.
    pub fn schedule_at(&mut self, at_ms: u64, event: E) {
        let entry = Entry { at_ms: at_ms.max(self.now_ms), number: self.scheduled, event };
        self.scheduled += 1;
        self.ahead.push(Reverse(entry));
    }

    /// Schedules an event `delay_ms` from now; times beyond 2^64 ms are 2^64 − 1.
    pub fn schedule_after(&mut self, delay_ms: u64, event: E) {
        self.schedule_at(self.now_ms.saturating_add(delay_ms), event);
    }

    /// Goes to the next event and hands it out; `None` when nothing lies ahead.
    pub fn advance(&mut self) -> Option<E> {
        let Reverse(entry) = self.ahead.pop()?;
        self.now_ms = entry.at_ms;
        Some(entry.event)
    }

    /// The next event, if it happens at this very millisecond.
    pub fn advance_now(&mut self) -> Option<E> {
        if self.next_ms() == Some(self.now_ms) { self.advance() } else { None }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn the_past_is_now() {
        let mut clock = Clock::new();
        clock.schedule_at(10, 'a');
        assert_eq!(clock.advance(), Some('a'));
        clock.schedule_at(11, 'd');
        clock.schedule_at(10, 'b');
        clock.schedule_at(3, 'c');
        assert_eq!(clock.advance_now(), Some('b'));
        assert_eq!(clock.advance_now(), Some('c'));
        assert_eq!(clock.advance_now(), None);
        assert_eq!((clock.now_ms(), clock.next_ms()), (10, Some(11)));
        clock.schedule_after(u64::MAX, 'e');
        assert_eq!(clock.advance(), Some('d'));
        assert_eq!(clock.advance(), Some('e'));
        assert_eq!(clock.now_ms(), u64::MAX);
    }

    proptest! {
        #[test]
        fn events_happen_by_time_and_then_in_order(times in prop::collection::vec(0_u64..9, 0..60)) {
            let mut clock = Clock::new();
            for (number, &at_ms) in times.iter().enumerate() {
                clock.schedule_at(at_ms, number);
            }
            let mut expected: Vec<usize> = (0..times.len()).collect();
            expected.sort_by_key(|&number| times[number]);
            let mut happened = Vec::new();
            while let Some(number) = clock.advance() {
                prop_assert_eq!(clock.now_ms(), times[number]);
                happened.push(number);
            }
            prop_assert_eq!(happened, expected);
        }
    }
}
