//! Fields within the limits of an instance.

use placewright_models::memory_sizing::instance::limits;

use crate::table::FieldError;
use crate::units;

/// Refuses more memory than an instance may speak of.
pub(super) fn at_most_4_pib(mib: u64) -> Result<u64, FieldError> {
    if mib <= limits::MEMORY_MIB { Ok(mib) } else { Err(FieldError::Above("4 PiB")) }
}

/// A size in bytes, with or without a unit.
pub(super) fn memory_bytes(text: &str) -> Result<u64, FieldError> {
    let bytes = units::bytes(text)?;
    at_most_4_pib(bytes.div_ceil(1 << 20)).map(|_| bytes)
}

/// Refuses longer run times than an instance may speak of.
pub(super) fn at_most_34_years(ms: u64) -> Result<u64, FieldError> {
    if ms <= limits::RUN_TIME_MS { Ok(ms) } else { Err(FieldError::Above("2^40 ms (34 years)")) }
}

/// A number of cores.
pub(super) fn cores(text: &str) -> Result<u32, FieldError> {
    let cores = u32::try_from(units::integer(text)?).ok().filter(|&cores| cores <= limits::COUNT);
    cores.ok_or(FieldError::Above("2^20"))
}
