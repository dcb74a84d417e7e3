//! What no history says: limits, prices, and how failures are counted.

use placewright_models::memory_sizing::instance::{TimeToFailure, limits};

use crate::family::OptionHelp;
use crate::options::Reader;

/// What every importer needs to know beyond the rows.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Settings {
    /// Allocations are multiples of this many MiB. Default 1.
    pub granularity_mib: u64,
    /// Largest allocation, in MiB. Default: the largest request or need in the history, rounded
    /// up to a whole GiB and to the granularity.
    pub node_limit_mib: Option<u64>,
    /// Share of the run time after which a failing attempt fails. Default 1/1.
    pub time_to_failure: TimeToFailure,
    /// Price of a failed attempt in MiB·ms. Default 0.
    pub failure_price_mib_ms: u64,
    /// Largest number of attempts. Default 3.
    pub max_attempts: u32,
    /// Types with fewer samples are left out. Default 1: none is.
    pub min_samples: u64,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            granularity_mib: 1,
            node_limit_mib: None,
            time_to_failure: TimeToFailure { numerator: 1, denominator: 1 },
            failure_price_mib_ms: 0,
            max_attempts: 3,
            min_samples: 1,
        }
    }
}

/// The options of [`Settings`].
pub const OPTIONS: [OptionHelp; 6] = [
    OptionHelp {
        name: "granularity_mib",
        help: "allocations are multiples of this many MiB [default: 1]",
    },
    OptionHelp {
        name: "node_limit_mib",
        help: "largest allocation in MiB [default: the largest request or peak, in whole GiB]",
    },
    OptionHelp {
        name: "time_to_failure",
        help: "share of the run time until a failure, as 1/2 or 0.5 [default: 1]",
    },
    OptionHelp {
        name: "failure_price_mib_ms",
        help: "price of a failed attempt beyond the memory it held, in MiB ms [default: 0]",
    },
    OptionHelp { name: "max_attempts", help: "largest number of attempts [default: 3]" },
    OptionHelp {
        name: "min_samples",
        help: "leave out task types with fewer samples than this [default: 1]",
    },
];

impl Settings {
    pub(super) fn read(reader: &mut Reader) -> Self {
        let default = Self::default();
        let granularity = reader.integer("granularity_mib", 1, limits::MEMORY_MIB);
        let price = reader.integer("failure_price_mib_ms", 0, limits::FAILURE_PRICE);
        let attempts = reader.integer("max_attempts", 1, limits::ATTEMPTS.into());
        Self {
            granularity_mib: granularity.unwrap_or(default.granularity_mib),
            node_limit_mib: reader.integer("node_limit_mib", 1, limits::MEMORY_MIB),
            time_to_failure: reader
                .value("time_to_failure", "a share between 0 and 1", share)
                .unwrap_or(default.time_to_failure),
            failure_price_mib_ms: price.unwrap_or(default.failure_price_mib_ms),
            // The range above is that of the type.
            max_attempts: attempts.map_or(default.max_attempts, |attempts| attempts as u32),
            min_samples: reader.integer("min_samples", 1, u64::MAX).unwrap_or(default.min_samples),
        }
    }
}

/// `1/2` or `0.5` as an exact share, at most six decimal places.
fn share(text: &str) -> Option<TimeToFailure> {
    let (numerator, denominator) = match text.split_once('/') {
        Some((numerator, denominator)) => (numerator.parse().ok()?, denominator.parse().ok()?),
        None => {
            let (whole, fraction) = text.split_once('.').unwrap_or((text, ""));
            let denominator = 10_u32.checked_pow(u32::try_from(fraction.len()).ok()?)?;
            (format!("{whole}{fraction}").parse().ok()?, denominator)
        }
    };
    let valid = denominator > 0 && denominator <= limits::RATIO && numerator <= denominator;
    valid.then_some(TimeToFailure { numerator, denominator })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn shares_are_exact() {
        let ratio = |text| share(text).map(|share| (share.numerator, share.denominator));
        assert_eq!(ratio("1"), Some((1, 1)));
        assert_eq!(ratio("0.5"), Some((5, 10)));
        assert_eq!(ratio("1/3"), Some((1, 3)));
        for text in ["2", "1.5", "-1", "1/0", "x", "0.0000001", "", "."] {
            assert_eq!(ratio(text), None, "{text}");
        }
    }
}
