//! Points in time as logs write them, in ms since 1970, without a time zone.

use crate::table::FieldError;
use crate::units;

/// Seconds since the start of the observation, or a date with a time: `2024-01-31 10:00`,
/// `2024-01-31T10:00:30Z`, `1/31/2024 10:00`.
pub(super) fn time_ms(text: &str) -> Result<u64, FieldError> {
    if text.contains('/') {
        return clock_time_ms(text);
    }
    if !text.contains('-') {
        return units::seconds(text);
    }
    let kind = FieldError::Not("a number of seconds or a date with a time");
    let (date, time) = text.split_once(['T', ' ']).ok_or(kind.clone())?;
    let parts: Option<Vec<u64>> = date.split('-').map(|part| part.parse().ok()).collect();
    match parts.as_deref() {
        Some(&[year, month, day]) => at(year, month, day, time.trim_end_matches('Z')).ok_or(kind),
        _ => Err(kind),
    }
}

/// A date with a time as LANL writes them: `6/21/2005 10:54`.
pub(super) fn clock_time_ms(text: &str) -> Result<u64, FieldError> {
    let kind = FieldError::Not("a time such as 6/21/2005 10:54");
    let (date, time) = text.split_once(' ').ok_or(kind.clone())?;
    let parts: Option<Vec<u64>> = date.split('/').map(|part| part.parse().ok()).collect();
    match parts.as_deref() {
        Some(&[month, day, year]) => at(year, month, day, time).ok_or(kind),
        _ => Err(kind),
    }
}

fn at(year: u64, month: u64, day: u64, time: &str) -> Option<u64> {
    const LENGTHS: [u64; 12] = [31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31];
    let length = *LENGTHS.get(usize::try_from(month).ok()?.checked_sub(1)?)?;
    if !(1970..10_000).contains(&year) || day == 0 || day > length {
        return None;
    }
    let mut parts = time.trim().split(':');
    let hours: u64 = parts.next()?.parse().ok()?;
    let minutes: u64 = parts.next()?.parse().ok()?;
    let seconds_ms = parts.next().map_or(Some(0), |text| units::seconds(text).ok())?;
    if hours > 23 || minutes > 59 || seconds_ms > 60_999 || parts.next().is_some() {
        return None;
    }
    let days = days_since_1970(year, month, day);
    Some(((days * 24 + hours) * 60 + minutes) * 60_000 + seconds_ms)
}

/// Days from 1 January 1970 in the Gregorian calendar; years begin in March, so that a leap day is
/// their last.
fn days_since_1970(year: u64, month: u64, day: u64) -> u64 {
    let year = if month <= 2 { year - 1 } else { year };
    let since_march = (month + 9) % 12;
    let of_year = (153 * since_march + 2) / 5 + day - 1;
    year * 365 + year / 4 - year / 100 + year / 400 + of_year - 719_468
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_are_those_of_a_calendar() {
        for (text, expected_s) in [
            ("0", 0),
            ("86400.5", 86_400),
            ("1970-01-01 00:00", 0),
            ("2000-02-29T12:00:00Z", 951_825_600),
            ("2005-06-21 10:54", 1_119_351_240),
        ] {
            assert_eq!(time_ms(text).unwrap() / 1000, expected_s, "{text}");
        }
        assert_eq!(clock_time_ms("6/21/2005 10:54"), time_ms("2005-06-21 10:54:00"));
        for text in
            ["2005-13-01 10:00", "2005-02-30 1:00", "2005-06-21", "21/6/2005 10:54", "a-b c"]
        {
            assert!(time_ms(text).is_err(), "{text}");
        }
    }
}
