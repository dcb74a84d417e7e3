//! The most valuable jobs of a batch on a static network, all jobs with equal splits.
//!
//! Strongly NP-hard even without a network (3-partition with leaves as bins). Two linear programs
//! bound the value: the relaxation of the [`compact`](compact::compact_ilp) model, and the one with a
//! column for every placement of every job ([`column_bound`]), which is at least as tight because a
//! column respects the shape of its job exactly.

mod columns;
mod compact;
mod pricing;

pub use columns::{BatchError, ColumnBound, column_bound};
pub use compact::compact_ilp;

use super::super::kernel::links::FreeLinks;
use super::super::kernel::shapes::Shape;

/// A job of the batch.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BatchJob {
    /// The shapes it may take.
    pub shapes: Vec<Shape>,
    /// What accepting it is worth.
    pub weight: u64,
}

/// Jobs that compete for GPUs and links.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Batch {
    /// Free GPUs by leaf.
    pub free_gpus: Vec<u32>,
    /// Free links.
    pub links: FreeLinks,
    /// The jobs.
    pub jobs: Vec<BatchJob>,
}

/// Where a job goes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Placement {
    /// Position of the job.
    pub job: usize,
    /// GPUs on each leaf.
    pub share: u32,
    /// Its leaves.
    pub leaves: Vec<u32>,
    /// Its spines, joined to all its leaves; none on one leaf.
    pub spines: Vec<u32>,
}

impl Batch {
    /// The value of placements if all of them fit together: shapes kept, GPUs and links used once.
    #[must_use]
    pub fn value(&self, placements: &[Placement]) -> Option<u64> {
        let (mut free, mut links) = (self.free_gpus.clone(), self.links.clone());
        let mut placed = vec![false; self.jobs.len()];
        let mut value = 0;
        for placement in placements {
            let job = self.jobs.get(placement.job)?;
            let shape = Shape { leaves: placement.leaves.len() as u32, share: placement.share };
            let spines = if shape.leaves > 1 { shape.share as usize } else { 0 };
            if std::mem::replace(&mut placed[placement.job], true)
                || !job.shapes.contains(&shape)
                || placement.spines.len() != spines
            {
                return None;
            }
            for &leaf in &placement.leaves {
                free[leaf as usize] = free[leaf as usize].checked_sub(shape.share)?;
                for &spine in &placement.spines {
                    if !links.is_free(leaf, spine) {
                        return None;
                    }
                    links.clear(leaf, spine);
                }
            }
            value += job.weight;
        }
        Some(value)
    }
}
