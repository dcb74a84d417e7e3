//! Sizes and times as people and workflow systems write them, in exact arithmetic.

use crate::table::FieldError;

/// A plain non-negative integer.
pub(crate) fn integer(text: &str) -> Result<u64, FieldError> {
    let digits = text.bytes().all(|byte| byte.is_ascii_digit());
    if text.is_empty() || !digits {
        return Err(FieldError::Not("an integer"));
    }
    text.parse().map_err(|_| FieldError::Above("2^64"))
}

/// A size in bytes, rounded up: `2813952`, `1.2 GB`, `512 KB`, `0`.
///
/// Units are binary whatever their spelling (KB = KiB = K = 1024 B), as Nextflow's are; a number
/// without a unit is in bytes.
pub(crate) fn bytes(text: &str) -> Result<u64, FieldError> {
    let (number, unit) = split(text, "a size")?;
    let shift = match unit.to_ascii_lowercase().as_str() {
        "" | "b" => 0,
        "k" | "kb" | "kib" => 10,
        "m" | "mb" | "mib" => 20,
        "g" | "gb" | "gib" => 30,
        "t" | "tb" | "tib" => 40,
        "p" | "pb" | "pib" => 50,
        _ => return Err(FieldError::Unit(unit.to_owned())),
    };
    number.scaled(1 << shift, Rounding::Up)
}

/// A time in ms, rounded to the nearest: `6094`, `3m 5s`, `1d 2h`, `12.5s`, `101ms`.
/// A number without a unit is in ms.
pub(crate) fn milliseconds(text: &str) -> Result<u64, FieldError> {
    if let (number, "") = split(text, "a time")? {
        return number.scaled(1, Rounding::Nearest);
    }
    let mut rest = text.trim();
    let mut total = 0_u64;
    while !rest.is_empty() {
        let letters = rest.find(|c: char| c.is_alphabetic()).unwrap_or(rest.len());
        let unit =
            rest[letters..].find(|c: char| !c.is_alphabetic()).unwrap_or(rest.len() - letters);
        let (part, after) = rest.split_at(letters + unit);
        let (number, unit) = split(part, "a time")?;
        let value = number.scaled(unit_ms(unit)?, Rounding::Nearest)?;
        total = total.checked_add(value).ok_or(FieldError::Above("2^64 ms"))?;
        rest = after.trim_start();
    }
    Ok(total)
}

fn unit_ms(unit: &str) -> Result<u64, FieldError> {
    match unit.to_ascii_lowercase().as_str() {
        "ms" | "milli" | "millis" => Ok(1),
        "s" | "sec" | "secs" | "second" | "seconds" => Ok(1000),
        "m" | "min" | "mins" | "minute" | "minutes" => Ok(60_000),
        "h" | "hour" | "hours" => Ok(3_600_000),
        "d" | "day" | "days" => Ok(86_400_000),
        _ => Err(FieldError::Unit(unit.to_owned())),
    }
}

/// A time in ms as on a clock, rounded to the nearest: `05:00`, `02:25:15`, `1-02:03:04.500`.
pub(crate) fn clock(text: &str) -> Result<u64, FieldError> {
    let (days, rest) = text.split_once('-').unwrap_or(("0", text));
    let parts: Vec<&str> = rest.split(':').collect();
    let (hours, minutes, seconds) = match parts[..] {
        [hours, minutes, seconds] => (hours, minutes, seconds),
        [minutes, seconds] => ("0", minutes, seconds),
        _ => return Err(FieldError::Not("a time such as 1-02:03:04")),
    };
    let mut total = self::seconds(seconds)?;
    for (count, unit) in [(minutes, "m"), (hours, "h"), (days, "d")] {
        let part = integer(count)?.checked_mul(unit_ms(unit)?);
        let sum = part.and_then(|part| total.checked_add(part));
        total = sum.ok_or(FieldError::Above("2^64 ms"))?;
    }
    Ok(total)
}

/// A plain number of MiB in MiB, rounded up.
pub(crate) fn mib(text: &str) -> Result<u64, FieldError> {
    plain(text)?.scaled(1, Rounding::Up)
}

/// A plain number of seconds in ms, rounded to the nearest.
pub(crate) fn seconds(text: &str) -> Result<u64, FieldError> {
    plain(text)?.scaled(1000, Rounding::Nearest)
}

fn plain(text: &str) -> Result<Decimal, FieldError> {
    match split(text, "a number")? {
        (number, "") => Ok(number),
        _ => Err(FieldError::Not("a plain number")),
    }
}

/// The number and the unit of a text such as `1.2 GB`.
fn split<'a>(text: &'a str, kind: &'static str) -> Result<(Decimal, &'a str), FieldError> {
    let text = text.trim();
    let end = text.find(|c: char| !c.is_ascii_digit() && c != '.').unwrap_or(text.len());
    let number = Decimal::parse(&text[..end]).ok_or(FieldError::Not(kind))?;
    Ok((number, text[end..].trim_start()))
}

/// `digits / 10^places`.
struct Decimal {
    digits: u128,
    places: u32,
}

#[derive(Clone, Copy)]
enum Rounding {
    Up,
    Nearest,
}

impl Decimal {
    fn parse(text: &str) -> Option<Self> {
        let (whole, fraction) = text.split_once('.').unwrap_or((text, ""));
        if whole.is_empty() && fraction.is_empty() || fraction.contains('.') {
            return None;
        }
        // Digits beyond the fifteenth place are far below a byte or a millisecond.
        let fraction = &fraction[..fraction.len().min(15)];
        let digits = format!("{whole}{fraction}");
        // Too many digits are a number out of range, not a missing one.
        let digits = digits.parse().unwrap_or(u128::MAX);
        Some(Self { digits, places: fraction.len() as u32 })
    }

    fn scaled(&self, factor: u64, rounding: Rounding) -> Result<u64, FieldError> {
        let divisor = 10_u128.pow(self.places);
        let added = match rounding {
            Rounding::Up => divisor - 1,
            Rounding::Nearest => divisor / 2,
        };
        let product = self.digits.checked_mul(factor.into()).and_then(|p| p.checked_add(added));
        let value = product.and_then(|product| u64::try_from(product / divisor).ok());
        value.ok_or(FieldError::Above("2^64"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sizes_are_binary() {
        let cases = [
            ("0", 0),
            ("2813952", 2_813_952),
            ("512 KB", 512 << 10),
            ("1.5GB", 3 << 29),
            ("1.2 GB", 1_288_490_189),
            ("3 TiB", 3 << 40),
            ("4 b", 4),
            ("0.1 KB", 103),
        ];
        for (text, expected) in cases {
            assert_eq!(bytes(text), Ok(expected), "{text}");
        }
    }

    #[test]
    fn times_have_many_parts() {
        let cases = [
            ("6094", 6094),
            ("3m 5s", 185_000),
            ("1d 2h", 93_600_000),
            ("12.5s", 12_500),
            ("101ms", 101),
            ("1h3m", 3_780_000),
            ("2 hours 1 min", 7_260_000),
        ];
        for (text, expected) in cases {
            assert_eq!(milliseconds(text), Ok(expected), "{text}");
        }
    }

    #[test]
    fn clocks_have_days() {
        let cases = [
            ("00:00:00", 0),
            ("05:01", 301_000),
            ("02:25:15", 8_715_000),
            ("1-02:03:04.500", 93_784_500),
        ];
        for (text, expected) in cases {
            assert_eq!(clock(text), Ok(expected), "{text}");
        }
        for text in ["", "5", "1-", "1:2:3:4", "a:b:c", "1-2-3:4:5", "-1:00:00"] {
            assert!(matches!(clock(text), Err(FieldError::Not(_))), "{text}");
        }
        assert!(matches!(clock("9999999999999999999-00:00:00"), Err(FieldError::Above(_))));
    }

    #[test]
    fn nonsense_is_told_apart() {
        assert_eq!(bytes("12 parsecs"), Err(FieldError::Unit("parsecs".into())));
        assert_eq!(milliseconds("3 parsecs"), Err(FieldError::Unit("parsecs".into())));
        assert_eq!(milliseconds("3m 5"), Err(FieldError::Unit(String::new())));
        for text in ["x", "-5", ".", "1.2.3", "GB", "NaN", "١"] {
            assert!(matches!(bytes(text), Err(FieldError::Not(_))), "{text}");
            assert!(matches!(milliseconds(text), Err(FieldError::Not(_))), "{text}");
        }
        let many = "9".repeat(60);
        for text in ["99999999999 PB", &many, "18446744073709551616"] {
            assert!(matches!(bytes(text), Err(FieldError::Above(_))), "{text}");
        }
        assert!(matches!(milliseconds("99999999999999999999d"), Err(FieldError::Above(_))));
        assert!(matches!(integer("1.0"), Err(FieldError::Not(_))));
    }

    #[test]
    fn plain_numbers_have_no_units() {
        assert_eq!(mib("10.2"), Ok(11));
        assert_eq!(seconds("1.5"), Ok(1500));
        assert!(mib("10 GB").is_err());
    }
}
