//! What the policy `experts` does when enough is new: shapes, pasts, widths and ladders.

use super::outlooks::{Outlook, Scope, outlooks};
use super::past::{CountsBy, Outcome, Past};
use super::policy::Experts;
use super::shapes::{self, SHAPES, Shape};

use crate::memory_sizing::online::ratio_ladder::{Density, Workspace, cheapest};

/// The peak of a task that exceeded an allocation, as a guess, over that allocation.
const BEYOND: f64 = 1.6;

impl Experts {
    /// Fits all shapes, and for each what its outlooks make of the past.
    pub(super) fn refit(&mut self) {
        let mut workspace = Workspace::default();
        self.fit.refit(&self.window, self.settings.time_to_failure);
        self.pasts.clear();
        self.hindsights.clear();
        self.widths.clear();
        self.ladders.clear();
        self.ladders_know = !self.exceeded.is_empty();
        self.ladders_know_all = true;
        self.stale = 0;
        for (index, shape) in SHAPES.into_iter().enumerate() {
            let in_hindsight = outlooks(shape).iter().any(|it| it.scope == Scope::Hindsight);
            self.pasts.push(self.past(shape, false));
            self.hindsights.push(in_hindsight.then(|| self.past(shape, true)));
            for Outlook { scope, width } in *outlooks(shape) {
                let (width, ladder) = match scope {
                    Scope::Near => (0.0, Vec::new()),
                    Scope::All | Scope::Hindsight => {
                        let ascending = self.all(index, scope);
                        let width = width.relative(ascending);
                        let density = Density { ascending, width, value: 1.0, share: 1.0 };
                        (width, cheapest(&self.settings, &[density], &mut workspace))
                    }
                };
                self.widths.push(width);
                self.ladders.push(ladder);
            }
        }
    }

    /// What tasks used over a shape that is told by all but them, or else by all, unfinished ones
    /// included.
    fn past(&self, shape: Shape, in_hindsight: bool) -> Past {
        let points = self.window.points();
        let run_times_ms: f64 = points.iter().map(|point| point.run_time_ms).sum();
        let mean_ms = run_times_ms / points.len() as f64;
        let completed = points.iter().enumerate().map(|(index, point)| {
            let left_out = (!in_hindsight).then_some(index);
            Outcome {
                ln_input: point.ln_input,
                value_bytes: self.fit.value(&self.window, shape, point.known(), left_out),
                peak_bytes: point.peak_bytes,
                run_time_ms: point.run_time_ms,
            }
        });
        let unfinished = self.exceeded.iter().map(|exceeded| {
            let words = shapes::words_of(&exceeded.task);
            let known = shapes::known(&exceeded.task, &words);
            Outcome {
                ln_input: known.ln_input,
                value_bytes: self.fit.value(&self.window, shape, known, None),
                peak_bytes: BEYOND * exceeded.allocation_bytes,
                run_time_ms: mean_ms,
            }
        });
        let counts_by = match shape {
            Shape::CheapestLine => CountsBy::RunTime,
            _ => CountsBy::RootOfRunTime,
        };
        Past::of(completed.chain(unfinished), counts_by)
    }
}
