//! What identifies an instance, however it is laid out in a file.

use std::io::{self, Write};

use serde::Serialize;
use sha2::{Digest, Sha256};

/// The SHA-256 of an instance in canonical form, in hexadecimal: its data (without the file's
/// header) as compact JSON in the order of the schema. Layout, compression and the order of keys
/// in the file do not matter. Time O(size); nothing of the size is kept in memory.
#[must_use]
pub fn sha256<I: Serialize>(instance: &I) -> String {
    let mut hasher = Hasher(Sha256::new());
    // Plain data serialises without errors, and hashing cannot fail.
    let written =
        serde_json::to_writer(io::BufWriter::with_capacity(1 << 16, &mut hasher), instance);
    debug_assert!(written.is_ok());
    hasher.0.finalize().iter().map(|byte| format!("{byte:02x}")).collect()
}

struct Hasher(Sha256);

impl Write for Hasher {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.update(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn is_the_hash_of_compact_json() {
        let expected = "a615eeaee21de5179de080de8c3052c8da901138406ba71c38c032845f7d54f4";
        assert_eq!(sha256(&[1, 2, 3]), expected);
    }
}
