//! From a proposal to a ladder that can be used.

use super::settings::Settings;

/// Rungs of a finished ladder, in bytes: strictly rising multiples of the granularity, doubled
/// beyond the proposal until the limit is reached, so that the last rung admits whatever the node
/// can hold at all.
#[must_use]
pub fn finished(settings: &Settings, proposal: &[f64]) -> Vec<u64> {
    let mut rungs: Vec<u64> = Vec::with_capacity(proposal.len() + 8);
    let push = |rungs: &mut Vec<u64>, bytes: f64| {
        let rounded = rounded_up(settings, bytes);
        if rungs.last().is_none_or(|&last| rounded > last) {
            rungs.push(rounded);
        }
    };
    for &bytes in proposal.iter().filter(|bytes| bytes.is_finite()) {
        push(&mut rungs, bytes);
    }
    loop {
        let last = rungs.last().copied().unwrap_or(settings.limit_bytes / 2);
        if last >= settings.limit_bytes {
            return rungs;
        }
        push(&mut rungs, 2.0 * last as f64);
    }
}

/// The next multiple of the granularity, between one of it and the limit.
fn rounded_up(settings: &Settings, bytes: f64) -> u64 {
    let granularity = settings.granularity_bytes.max(1);
    let limit = settings.limit_bytes.max(granularity);
    // Float to integer conversions saturate, and NaN was filtered out.
    let bytes = (bytes.ceil().max(1.0) as u64).min(limit);
    bytes.div_ceil(granularity).saturating_mul(granularity).min(limit)
}
