//! What a shard may choose beside nodes.

use crate::replication_placement::instance::{Index, ModeKind};
use crate::replication_placement::plan::Mode;

/// A mode with its parameters, and on how many nodes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Choice {
    /// The mode.
    pub mode: Mode,
    /// Number of nodes.
    pub copies: usize,
}

/// All choices of a shard, in the order of its modes.
#[must_use]
pub fn choices(index: &Index, shard: usize) -> Vec<Choice> {
    let (instance, data) = (index.instance, &index.instance.shards[shard]);
    let mut found = Vec::new();
    let lengths = || data.chain_copies.iter().map(|&copies| usize::from(copies));
    let mut kinds = data.modes.clone();
    kinds.sort_unstable();
    kinds.dedup();
    for kind in kinds {
        match kind {
            ModeKind::Checkpoint => {
                for store in index.stores() {
                    let times = instance.checkpoint_intervals_ms.iter();
                    found.extend(times.map(|&interval_ms| Choice {
                        mode: Mode::Checkpoint { store, interval_ms },
                        copies: 1,
                    }));
                }
            }
            ModeKind::RelaxedChain => {
                for &period_ms in &instance.push_periods_ms {
                    let mode = Mode::RelaxedChain { period_ms };
                    found.extend(lengths().map(|copies| Choice { mode, copies }));
                }
            }
            ModeKind::StrictChain => {
                found.extend(lengths().map(|copies| Choice { mode: Mode::StrictChain, copies }));
            }
            ModeKind::Stateless => {
                for store in index.stores() {
                    let kept = data.stateless_copies.iter();
                    found.extend(kept.map(|&copies| Choice {
                        mode: Mode::Stateless { store, copies },
                        copies: 1,
                    }));
                }
            }
        }
    }
    found
}
