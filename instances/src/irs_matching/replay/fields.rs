//! Fields of the tables of a replay.

use crate::table::FieldError;

/// A number with at most three decimals, such as seconds, as thousandths.
pub(super) fn thousandths(text: &str) -> Result<u32, FieldError> {
    let value: f64 = text.parse().map_err(|_| FieldError::Not("a number"))?;
    if value.is_nan() || value < 0.0 {
        return Err(FieldError::Not("a number of at least 0"));
    }
    let value = (value * 1000.0).round();
    if value > f64::from(u32::MAX - 1) {
        return Err(FieldError::Above("4,294,967"));
    }
    Ok(value as u32)
}

/// Seconds as milliseconds.
pub(super) fn seconds(text: &str) -> Result<u64, FieldError> {
    let value: f64 = text.parse().map_err(|_| FieldError::Not("a number"))?;
    if value.is_nan() || value < 0.0 {
        return Err(FieldError::Not("a number of at least 0"));
    }
    if value > 1e12 {
        return Err(FieldError::Above("1e12 s"));
    }
    Ok((value * 1000.0).round() as u64)
}

/// Groups as bits.
pub(super) fn mask(text: &str) -> Result<u64, FieldError> {
    text.parse().map_err(|_| FieldError::Not("a mask of at most 64 bits"))
}

/// A number of at least one.
pub(super) fn count(text: &str) -> Result<u32, FieldError> {
    let value: u32 = text.parse().map_err(|_| FieldError::Not("a whole number"))?;
    match value {
        0 => Err(FieldError::Not("at least 1")),
        1..=100_000_000 => Ok(value),
        _ => Err(FieldError::Above("100,000,000")),
    }
}

/// A group from 1 to 64, counted from 0.
pub(super) fn group(text: &str) -> Result<u8, FieldError> {
    let group = text.parse().ok().filter(|group| (1..=64_u8).contains(group));
    group.map(|group| group - 1).ok_or(FieldError::Not("a group in 1..=64"))
}
