//! Which types are left alone, and why.

use placewright_models::memory_sizing::online::engine::Engine;

use super::tally::Tally;
use crate::memory_sizing::report::notes::Note;

/// Why a type keeps its request, if it does. `least_byte_ms` is the least saving worth a change.
///
/// Savings count only where all requests are known and none was exceeded: a request that was too
/// low and never enforced wastes nothing, but is no size to rely on.
pub(super) fn left_alone(
    engine: &Engine,
    name: &str,
    tally: &Tally,
    min_samples: u64,
    (waste_byte_ms, least_byte_ms): (f64, f64),
) -> Option<Note> {
    if engine.options(name).memory_visible_to_command {
        return Some(Note::VisibleToCommand);
    }
    if engine.statistics(name).completed < min_samples {
        return Some(Note::TooFewSamples);
    }
    let requests_byte_ms = tally.known_waste_byte_ms().filter(|_| tally.above_request == 0)?;
    let saving_byte_ms = requests_byte_ms - waste_byte_ms;
    if saving_byte_ms >= least_byte_ms && saving_byte_ms > 0.0 {
        return None;
    }
    Some(if tally.near_request == tally.judged {
        Note::PeaksAtRequest
    } else if saving_byte_ms < 0.0 {
        Note::LearningWastesMore
    } else {
        Note::SmallSaving
    })
}
