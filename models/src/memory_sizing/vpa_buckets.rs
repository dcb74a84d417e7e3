//! The buckets in which the Kubernetes Vertical Pod Autoscaler counts memory.
//!
//! Bucket `n` ends at `FIRST_BYTES · (1 + GROWTH + … + GROWTH^n)`, which is at most 10 MB and 5 %
//! above its start. Ends are summed step by step: powers may differ in their last digits from one
//! machine to another.
//!
//! Reference: kubernetes/autoscaler, `vertical-pod-autoscaler/pkg/recommender`,
//! `util/histogram_options.go` and `model/aggregations_config.go`.

/// Size of the first bucket.
const FIRST_BYTES: f64 = 1e7;

/// How much wider a bucket is than the one before it.
const GROWTH: f64 = 1.05;

/// Number of buckets; the last one starts above 1 TB and has no end.
pub const BUCKETS: u32 = 176;

/// The upper ends of all buckets in bytes, as if the last one had one.
fn ends_bytes() -> impl Iterator<Item = f64> {
    let next = |&(end, width): &(f64, f64)| {
        let width = width * GROWTH;
        Some((end + width, width))
    };
    let ends = std::iter::successors(Some((FIRST_BYTES, FIRST_BYTES)), next);
    ends.take(BUCKETS as usize).map(|(end, _)| end)
}

/// The upper end of a bucket in bytes; that of the last one for buckets beyond it. Time O(bucket).
#[must_use]
pub fn upper_end_bytes(bucket: u32) -> f64 {
    // There is at least one bucket.
    ends_bytes().take(bucket as usize + 1).last().unwrap_or(FIRST_BYTES)
}

/// The upper end of a bucket in MiB, rounded up. Time O(bucket).
#[must_use]
pub fn upper_end_mib(bucket: u32) -> u64 {
    // Below 2^41, which an integer of 64 bits holds.
    (upper_end_bytes(bucket) / f64::from(1 << 20)).ceil() as u64
}

/// The bucket of a size; a bucket holds its lower end, not its upper one. Time O(bucket).
#[must_use]
pub fn bucket_of(bytes: f64) -> u32 {
    // At most BUCKETS.
    (ends_bytes().take_while(|&end| end <= bytes).count() as u32).min(BUCKETS - 1)
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

    #[test]
    fn a_size_is_in_the_bucket_around_it() {
        for bucket in 0..BUCKETS - 1 {
            let end = upper_end_bytes(bucket);
            assert_eq!([0.999 * end, end].map(bucket_of), [bucket, bucket + 1]);
        }
        assert_eq!([0.0, 1e18, f64::INFINITY].map(bucket_of), [0, BUCKETS - 1, BUCKETS - 1]);
    }
}
