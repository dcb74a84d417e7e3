//! The log as a table that anyone in operations research reads at a glance.

use std::collections::HashSet;
use std::io::Write;
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

use crate::event::{Event, EventKind, Observer};
use crate::objective::{Objective, gap};

const HEADER: &str = " src     time      iters         bound          best     gap   note";

/// The part of a gap that a better bound may leave open and still be worth a line.
const NOTICEABLE: f64 = 0.95;

/// Values of more digits than this are shown with an exponent, so that columns stay aligned.
const DIGITS: usize = 13;

/// One line per improvement, and one whenever nothing has improved for a while.
///
/// Ascents raise bounds thousands of times by next to nothing, so a bound is worth a line once it
/// closes a twentieth of the gap that was shown last.
///
/// Methods that run side by side do not see each other's results; the table merges them, and a
/// line appears only if the whole search became better by it. The end of a broken pipe is not the
/// end of a search: lines that cannot be written are dropped.
pub struct TableLog<W> {
    state: Mutex<State<W>>,
}

struct State<W> {
    out: W,
    started: Instant,
    last_line: Instant,
    work: u64,
    best: Option<Objective>,
    bound: Option<Objective>,
    infeasible: bool,
    shown_gap: Option<f64>,
    notes: HashSet<(char, String)>,
    lines: u64,
}

impl<W: Write + Send> TableLog<W> {
    /// A log that writes to `out`, which should be unbuffered or buffered by lines.
    pub fn new(out: W) -> Self {
        let now = Instant::now();
        let state = State {
            out,
            started: now,
            last_line: now,
            work: 0,
            best: None,
            bound: None,
            infeasible: false,
            shown_gap: None,
            notes: HashSet::new(),
            lines: 0,
        };
        Self { state: Mutex::new(state) }
    }

    /// A line on where the search stands, unless there was one within `quiet_for`.
    pub fn tick(&self, quiet_for: Duration) {
        let mut state = self.lock();
        if state.last_line.elapsed() >= quiet_for {
            let (seconds, work) = (state.started.elapsed().as_secs_f64(), state.work);
            state.line(' ', seconds, work, "");
        }
    }

    /// The last line: what became of the search, with its final numbers.
    pub fn finish(
        &self,
        best: Option<&Objective>,
        bound: Option<&Objective>,
        elapsed: Duration,
        work: u64,
        note: &str,
    ) {
        let mut state = self.lock();
        (state.best, state.bound) = (best.cloned(), bound.cloned());
        state.line('*', elapsed.as_secs_f64(), work, note);
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, State<W>> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl<W: Write + Send> Observer for TableLog<W> {
    fn event(&self, event: &Event) {
        let mut state = self.lock();
        if state.takes(event) {
            state.line(event.source, event.seconds, event.work, &event.note);
        }
    }
}

impl<W: Write> State<W> {
    /// Merges an event; whether it says anything new.
    fn takes(&mut self, event: &Event) -> bool {
        let better = event.best.is_some()
            && (self.best.is_none() || event.best.as_ref() < self.best.as_ref());
        if better {
            self.best.clone_from(&event.best);
        }
        let higher = event.bound > self.bound;
        if higher {
            self.bound.clone_from(&event.bound);
        }
        match event.kind {
            EventKind::Incumbent | EventKind::Bound => {
                better || (higher && self.gap_closes_noticeably())
            }
            EventKind::Infeasible => !std::mem::replace(&mut self.infeasible, true),
            EventKind::Note => self.notes.insert((event.source, event.note.clone())),
            EventKind::Refused => false,
        }
    }

    fn gap(&self) -> Option<f64> {
        Some(gap(self.best.as_ref()?, self.bound.as_ref()?))
    }

    fn gap_closes_noticeably(&self) -> bool {
        let closes = |shown, now| now < shown && now <= NOTICEABLE * shown;
        self.shown_gap.is_none_or(|shown| self.gap().is_none_or(|now| closes(shown, now)))
    }

    fn line(&mut self, source: char, seconds: f64, work: u64, note: &str) {
        if self.lines == 0 {
            drop(writeln!(self.out, "{HEADER}"));
        }
        self.lines += 1;
        self.last_line = Instant::now();
        self.work = self.work.max(work);
        let value = |value: &Option<Objective>| value.as_ref().map_or("-".to_owned(), value_text);
        let (bound, best) = (value(&self.bound), value(&self.best));
        self.shown_gap = self.gap();
        let gap = self.shown_gap.map_or("-".to_owned(), gap_text);
        let row = format!(
            "  {source}{seconds:>10.2}s{work:>11}{bound:>14}{best:>14}{gap:>8}   {note}",
            work = self.work
        );
        drop(writeln!(self.out, "{}", row.trim_end()));
    }
}

/// An objective in at most thirteen characters: all levels where they fit, otherwise the first.
#[must_use]
pub fn value_text(objective: &Objective) -> String {
    let levels: Vec<String> = objective.0.iter().map(ToString::to_string).collect();
    let all = levels.join("/");
    if levels.len() > 1 && all.len() <= DIGITS {
        return all;
    }
    let value = objective.first();
    let exact = value.to_string();
    if exact.len() <= DIGITS { exact } else { format!("{:.6e}", value as f64) }
}

/// A gap in percent. Only a closed gap reads as zero.
#[must_use]
pub fn gap_text(gap: f64) -> String {
    match gap * 100.0 {
        0.0 => "0.0%".to_owned(),
        percent if percent >= 0.1 => format!("{percent:.1}%"),
        percent if percent >= 0.005 => format!("{percent:.2}%"),
        _ => "<0.01%".to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn event(kind: EventKind, best: Option<i128>, bound: Option<i128>, note: &str) -> Event {
        let source = note.chars().next().unwrap_or(' ').to_ascii_uppercase();
        let (best, bound) = (best.map(Objective::single), bound.map(Objective::single));
        Event::new(kind, source, Duration::ZERO, 1).with_state(best.as_ref(), bound.as_ref(), note)
    }

    fn log(events: &[Event]) -> String {
        let log = TableLog::new(Vec::new());
        events.iter().for_each(|each| log.event(each));
        let state = log.state.into_inner().unwrap();
        String::from_utf8(state.out).unwrap()
    }

    #[test]
    fn looks_like_the_design() {
        let text = log(&[event(EventKind::Incumbent, Some(2310), Some(1843), "greedy first-fit")]);
        assert_eq!(
            text,
            " src     time      iters         bound          best     gap   note\n  \
               G      0.00s          1          1843          2310   20.2%   greedy first-fit\n"
        );
    }

    #[test]
    fn a_line_that_improves_nothing_does_not_appear() {
        let text = log(&[
            event(EventKind::Incumbent, Some(10), None, "a"),
            event(EventKind::Incumbent, Some(11), None, "b: a worker that does not know"),
            event(EventKind::Incumbent, Some(10), None, "c: the same again"),
            event(EventKind::Bound, Some(10), Some(5), "d"),
            event(EventKind::Bound, Some(12), Some(5), "e"),
            event(EventKind::Note, None, None, "f"),
            event(EventKind::Note, None, None, "f"),
            event(EventKind::Refused, None, None, "g"),
        ]);
        let sources: Vec<char> = text.lines().skip(1).filter_map(|l| l.chars().nth(2)).collect();
        assert_eq!(sources, ['A', 'D', 'F'], "{text}");
        assert!(text.lines().last().unwrap().contains("50.0%"), "{text}");
    }

    #[test]
    fn small_steps_of_a_bound_share_a_line() {
        let steps: Vec<Event> =
            (0..=1000).map(|b| event(EventKind::Bound, Some(1000), Some(b), "ascent")).collect();
        let text = log(&steps);
        assert!(text.lines().count() < 100, "{text}");
        assert!(text.ends_with("0.0%   ascent\n"), "{text}");
    }

    #[test]
    fn only_a_closed_gap_reads_as_zero() {
        let texts = [0.0, 1e-9, 0.0004, 0.0213, 1.0].map(gap_text);
        assert_eq!(texts, ["0.0%", "<0.01%", "0.04%", "2.1%", "100.0%"]);
    }

    #[test]
    fn long_values_keep_the_columns() {
        assert_eq!(value_text(&Objective::single(1234567890123)), "1234567890123");
        assert_eq!(value_text(&Objective::single(12345678901234)), "1.234568e13");
    }
}
