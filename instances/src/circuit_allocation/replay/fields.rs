//! Fields of lists of jobs.

use placewright_solver::issue::Issue;

use crate::table::{Column, FieldError, Row};

/// Seconds as milliseconds.
pub(super) fn seconds(text: &str) -> Result<u64, FieldError> {
    let value = number(text)?;
    if value > 1e12 {
        return Err(FieldError::Above("1e12 s"));
    }
    Ok((value * 1000.0).round() as u64)
}

/// A number of at least 0.
pub(super) fn number(text: &str) -> Result<f64, FieldError> {
    let value: f64 = text.parse().map_err(|_| FieldError::Not("a number"))?;
    if value.is_nan() || value < 0.0 {
        return Err(FieldError::Not("a number of at least 0"));
    }
    Ok(value)
}

/// A number of GPUs.
pub(super) fn gpus(text: &str) -> Result<u32, FieldError> {
    let value: u32 = text.parse().map_err(|_| FieldError::Not("a whole number"))?;
    match value {
        0 => Err(FieldError::Not("at least 1")),
        1..=1_048_576 => Ok(value),
        _ => Err(FieldError::Above("1,048,576")),
    }
}

/// The value of a field that must be there.
pub(super) fn required<T>(
    row: &Row<'_>,
    column: Option<Column>,
    parse: fn(&str) -> Result<T, FieldError>,
    issues: &mut Vec<Issue>,
) -> Option<T> {
    if row.text(column).is_none() {
        issues.push(row.bad(column, "", FieldError::Not("a value: every job needs one")));
        return None;
    }
    row.value(column, parse, issues)
}
