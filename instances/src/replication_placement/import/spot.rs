//! Traces of spot instances: how many are there at every tick (Z. Wu et al., NSDI 2024).

use placewright_solver::issue::Issue;
use serde::Deserialize;

use crate::codes;
use crate::files::foreign;

#[derive(Deserialize)]
struct Trace {
    metadata: Metadata,
    data: Vec<u64>,
}

#[derive(Deserialize)]
struct Metadata {
    gap_seconds: f64,
}

/// How often the last instance went away, per day.
///
/// # Errors
/// What is not such a trace.
pub(super) fn falls_per_day(text: &str) -> Result<f64, Vec<Issue>> {
    let trace: Trace = foreign::read(text)?;
    let days = trace.metadata.gap_seconds * trace.data.len() as f64 / 86_400.0;
    if days.is_nan() || days <= 0.0 {
        return Err(vec![codes::issue(codes::NO_SAMPLES, "/data", "the trace has no time")]);
    }
    let falls = trace.data.windows(2).filter(|pair| pair[0] > 0 && pair[1] == 0).count();
    Ok(falls as f64 / days)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn falls_are_counted() {
        let text = r#"{"metadata": {"gap_seconds": 21600}, "data": [0, 1, 2, 0, 0, 1, 0, 1]}"#;
        assert!((falls_per_day(text).unwrap() - 1.0).abs() < 1e-12);
        assert_eq!(falls_per_day(r#"{"data": []}"#).unwrap_err()[0].code, "PW016");
        let empty = r#"{"metadata": {"gap_seconds": 60}, "data": []}"#;
        assert_eq!(falls_per_day(empty).unwrap_err()[0].code, "PW047");
    }
}
