//! What to be careful about, per task type.

use placewright_models::memory_sizing::instance::Samples;
use placewright_models::memory_sizing::plan::Ladder;
use serde::Serialize;

use super::sizing::Figures;

/// Fewer samples than this say little about the next run.
pub(in crate::memory_sizing) const FEW: i128 = 10;

/// Something about a task type that its numbers don't tell.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Note {
    /// The last attempt rests on a failure: the true need may be higher.
    LastRungIsALowerBound,
    /// Some samples failed at their request, though larger needs were seen.
    Censored,
    /// The plan is the request that was made anyway.
    SameAsRequest,
    /// The requests wasted less than the plan does.
    RequestsWastedLess,
    /// Too few samples to rely on.
    FewSamples,
    /// All run times are zero, so that any ladder costs nothing.
    NoRunTime,
    /// Requests are not known, so there is nothing to compare with.
    NoRequests,
    /// A type of earlier recordings.
    NotRecorded,
    /// Tasks needed more than the last attempt.
    BeyondTheLimit,
    /// Requests were below what was used.
    RequestsExceeded,
    /// Left alone: peaks say what the command was told.
    VisibleToCommand,
    /// Left alone: hardly anything is known.
    TooFewSamples,
    /// Left alone: all tasks use their requests.
    PeaksAtRequest,
    /// Left alone: learning would waste more than the requests.
    LearningWastesMore,
    /// Left alone: nobody would notice.
    SmallSaving,
}

impl Note {
    /// The note in words.
    #[must_use]
    pub fn text(self) -> &'static str {
        match self {
            Note::LastRungIsALowerBound => {
                "the last attempt is only the least size consistent with a failure"
            }
            Note::Censored => "some samples failed at their request; what they need is not known",
            Note::SameAsRequest => "left alone: the plan is the request",
            Note::RequestsWastedLess => "the requests wasted less than the plan",
            Note::FewSamples => "fewer than 10 samples: the next run may need more",
            Note::NoRunTime => "run times are 0: wastage cannot be told",
            Note::NoRequests => "no requests known: nothing to compare with",
            Note::NotRecorded => "not in these recordings: the attempts are those of earlier ones",
            Note::BeyondTheLimit => "some tasks needed more than the last attempt gives",
            Note::RequestsExceeded => "more memory used than requested: requests were not enforced",
            Note::VisibleToCommand => {
                "left alone: the command is told its memory, and peaks say what it was told"
            }
            Note::TooFewSamples => "left alone: fewer samples than min_samples",
            Note::PeaksAtRequest => "left alone: all tasks use nine tenths of their requests",
            Note::LearningWastesMore => "left alone: learning would have wasted more",
            Note::SmallSaving => {
                "left alone: learning would have saved less than a thousandth of all waste"
            }
        }
    }
}

pub(super) fn notes(samples: &Samples, ladder: &Ladder, figures: &Figures) -> Vec<Note> {
    let mut notes = Vec::new();
    let mut note = |applies: bool, note: Note| notes.extend(applies.then_some(note));
    let bounded = rests_on_failure(samples);
    note(bounded, Note::LastRungIsALowerBound);
    note(figures.censored > 0 && !bounded, Note::Censored);
    let same = same_as_requests(samples, ladder);
    note(same, Note::SameAsRequest);
    note(
        !same && figures.saving_mib_ms().is_some_and(|saving| saving < 0),
        Note::RequestsWastedLess,
    );
    note(figures.samples < FEW, Note::FewSamples);
    note(samples.run_time_ms.iter().all(|&ms| ms == 0), Note::NoRunTime);
    note(figures.requests_mib_ms.is_none(), Note::NoRequests);
    notes
}

/// Whether the largest need is that of a failure.
fn rests_on_failure(samples: &Samples) -> bool {
    let largest = (0..samples.len()).max_by_key(|&i| samples.needed_mib(i));
    largest.is_some_and(|i| samples.is_censored(i))
}

fn same_as_requests(samples: &Samples, ladder: &Ladder) -> bool {
    match &ladder.0[..] {
        [only] => {
            !samples.request_mib.is_empty() && samples.request_mib.iter().all(|mib| mib == only)
        }
        _ => false,
    }
}
