//! Durations as people write them: `10ms`, `10s`, `2m`, `1.5h`.

use std::time::Duration;

/// Reads a duration with its unit.
///
/// # Errors
/// Says what is wrong; a bare number is refused, because nobody can know its unit.
pub(crate) fn parse(text: &str) -> Result<Duration, String> {
    let text = text.trim();
    let number_end = text.find(|c: char| !c.is_ascii_digit() && c != '.').unwrap_or(text.len());
    let (number, unit) = text.split_at(number_end);
    let value: f64 =
        number.parse().map_err(|_| "expected a number and a unit, such as 10s or 2m".to_owned())?;
    let seconds_per_unit = match unit.trim() {
        "ms" => 0.001,
        "s" => 1.0,
        "m" | "min" => 60.0,
        "h" => 3600.0,
        "" => return Err(format!("a unit is missing: {number}s is seconds, {number}ms less")),
        other => return Err(format!("the unit {other:?} is not known; there are ms, s, m and h")),
    };
    Duration::try_from_secs_f64(value * seconds_per_unit).map_err(|error| error.to_string())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn units_are_understood() {
        for (text, millis) in
            [("10ms", 10), ("10s", 10_000), ("2m", 120_000), ("1.5h", 5_400_000), ("0s", 0)]
        {
            assert_eq!(parse(text), Ok(Duration::from_millis(millis)), "{text}");
        }
    }

    #[test]
    fn mistakes_get_a_hint() {
        assert!(parse("10").unwrap_err().contains("10s is seconds"));
        assert!(parse("10 days").unwrap_err().contains("ms, s, m and h"));
        for text in ["", "s", "-1s", "1.2.3s", "1e9s"] {
            assert!(parse(text).is_err(), "{text}");
        }
    }
}
