//! Numbers in exchange files: short, and read back as the same 64 bits.

/// The shortest text that reads back as `value`, in scientific notation where plain digits would
/// be long. Infinities are `inf` and `-inf`.
pub(super) fn text(value: f64) -> String {
    let size = value.abs();
    if size == 0.0 {
        "0".to_owned()
    } else if (1e-5..1e15).contains(&size) || value.is_infinite() {
        format!("{value}")
    } else {
        format!("{value:e}")
    }
}

#[cfg(test)]
mod tests {
    #[test]
    fn numbers_survive() {
        for value in [0.1, 1e-7, -3.0, 1e20, 588.0, f64::MIN_POSITIVE, 123_456_789.125, 1e15] {
            assert_eq!(super::text(value).parse::<f64>().unwrap(), value);
        }
        assert_eq!((super::text(-0.0), super::text(1e20)), ("0".to_owned(), "1e20".to_owned()));
    }
}
