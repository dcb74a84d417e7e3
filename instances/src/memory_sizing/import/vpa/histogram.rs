//! The recommender's buckets of memory.

/// Size of the first bucket.
const FIRST_BYTES: f64 = 1e7;

/// How much wider a bucket is than the one before it.
const GROWTH: f64 = 1.05;

/// Number of buckets; the last one starts above 1 TB and has no end.
pub(super) const BUCKETS: u32 = 176;

/// The upper end of a bucket in MiB, rounded up.
///
/// Bucket `n` ends at `FIRST_BYTES * (1 + GROWTH + … + GROWTH^n)`. The sum is taken step by step:
/// powers may differ in their last digits from one machine to another. Time O(n).
pub(super) fn upper_end_mib(bucket: u32) -> u64 {
    let (mut end_bytes, mut width_bytes) = (0.0, FIRST_BYTES);
    for _ in 0..=bucket {
        end_bytes += width_bytes;
        width_bytes *= GROWTH;
    }
    // Below 2^41, which an integer of 64 bits holds.
    (end_bytes / f64::from(1 << 20)).ceil() as u64
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn buckets_grow_by_a_twentieth() {
        let ends = [0, 1, 2, 38].map(upper_end_mib);
        // 10, 20.5, 31.525 MB; 200 MB * (1.05^39 - 1).
        assert_eq!(ends, [10, 20, 31, 1089]);
    }

    #[test]
    fn the_last_bucket_starts_at_a_terabyte() {
        let terabyte_mib = 953_674;
        assert!(upper_end_mib(BUCKETS - 3) < terabyte_mib);
        assert!(upper_end_mib(BUCKETS - 2) >= terabyte_mib);
    }
}
