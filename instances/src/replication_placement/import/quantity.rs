//! Quantities of Kubernetes (`16303428Ki`, `32Gi`, `129e6`, `500m`), in bytes.

use crate::table::FieldError;

/// A quantity in bytes, rounded down.
pub(super) fn bytes(text: &str) -> Result<u64, FieldError> {
    const NOT: FieldError = FieldError::Not("a quantity such as 16Gi");
    let text = text.trim();
    let end = text.find(|c: char| !c.is_ascii_digit() && c != '.').unwrap_or(text.len());
    let (number, suffix) = text.split_at(end);
    let (whole, fraction) = number.split_once('.').unwrap_or((number, ""));
    if number.is_empty() || fraction.contains('.') || fraction.len() > 18 {
        return Err(NOT);
    }
    let digits: u128 = format!("{whole}{fraction}").parse().map_err(|_| NOT)?;
    let down = 10_u128.pow(fraction.len() as u32);
    let (up, less): (u128, u128) = match suffix {
        "" => (1, 1),
        "n" => (1, 1_000_000_000),
        "u" => (1, 1_000_000),
        "m" => (1, 1_000),
        "k" => (1_000, 1),
        "Ki" => (1 << 10, 1),
        "M" => (1_000_000, 1),
        "Mi" => (1 << 20, 1),
        "G" => (1_000_000_000, 1),
        "Gi" => (1 << 30, 1),
        "T" => (1_000_000_000_000, 1),
        "Ti" => (1 << 40, 1),
        "P" => (1_000_000_000_000_000, 1),
        "Pi" => (1 << 50, 1),
        "E" => (1_000_000_000_000_000_000, 1),
        "Ei" => (1 << 60, 1),
        _ => match suffix.strip_prefix(['e', 'E']).and_then(|power| power.parse::<u32>().ok()) {
            Some(power) if power <= 18 => (10_u128.pow(power), 1),
            Some(_) => return Err(FieldError::Above("2^64")),
            None => return Err(FieldError::Unit(suffix.to_owned())),
        },
    };
    let value = digits.checked_mul(up).ok_or(FieldError::Above("2^64"))? / (down * less);
    u64::try_from(value).map_err(|_| FieldError::Above("2^64"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn quantities_are_bytes() {
        for (text, expected) in [
            ("128974848", 128_974_848),
            ("129e6", 129_000_000),
            ("129M", 129_000_000),
            ("128974848000m", 128_974_848),
            ("123Mi", 128_974_848),
            ("16303428Ki", 16_303_428 << 10),
            ("1.5Gi", 3 << 29),
            ("2Ei", 2 << 60),
        ] {
            assert_eq!(bytes(text), Ok(expected), "{text}");
        }
        assert_eq!(bytes("5 parsecs"), Err(FieldError::Unit(" parsecs".into())));
        assert!(matches!(bytes("-5Gi"), Err(FieldError::Not(_))));
        assert!(matches!(bytes("99Ei"), Err(FieldError::Above(_))));
    }
}
