//! The shapes a job may take when its GPUs are split equally over leaves.

/// A number of leaves with the same number of GPUs on each.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Shape {
    /// How many leaves.
    pub leaves: u32,
    /// GPUs on each leaf: the share `q`, also the number of spines a shape of several leaves needs.
    pub share: u32,
}

/// All shapes `m · q = gpus` with at most `leaves` leaves and `gpus_per_leaf` GPUs on each, fewest
/// leaves first. On several leaves shares are whole servers (a job that spans leaves rings through
/// whole servers); on one leaf any number will do.
///
/// **Source.** Han et al., *Isolated Scheduling for Distributed Training Tasks in GPU Clusters*,
/// arXiv 2308.05692, the virtual Clos. **Complexity.** O(leaves).
///
/// ```
/// use placewright_models::circuit_allocation::kernel::shapes::{Shape, shapes};
///
/// let of = |gpus| shapes(gpus, 4, 32, 16);
/// assert_eq!(of(24)[0], Shape { leaves: 1, share: 24 });
/// assert_eq!(of(64), [(2, 32), (4, 16), (8, 8), (16, 4)].map(|(leaves, share)| Shape { leaves, share }));
/// assert_eq!(of(6), [Shape { leaves: 1, share: 6 }]);
/// assert!(of(34).is_empty());
/// ```
#[must_use]
pub fn shapes(gpus: u32, gpus_per_server: u32, gpus_per_leaf: u32, leaves: u32) -> Vec<Shape> {
    if gpus == 0 || gpus_per_server == 0 {
        return Vec::new();
    }
    (1..=leaves.min(gpus))
        .filter(|&m| gpus.is_multiple_of(m))
        .map(|m| Shape { leaves: m, share: gpus / m })
        .filter(|shape| shape.share <= gpus_per_leaf)
        .filter(|shape| shape.leaves == 1 || shape.share.is_multiple_of(gpus_per_server))
        .collect()
}
