//! When what is away.

use crate::replication_placement::instance::DomainId;
use crate::replication_placement::rates::outages::Span;

/// Why something is away.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Cause {
    /// It failed by itself.
    Own,
    /// A shock of a domain took it with others.
    Shock(DomainId),
}

/// A time away.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Away {
    /// From when to when.
    pub span: Span,
    /// Why it began.
    pub cause: Cause,
}

/// Everything that happens to nodes and stores.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Timeline {
    /// How long it is, in ms.
    pub horizon_ms: u64,
    /// By node: times away in order, apart from each other.
    pub nodes: Vec<Vec<Away>>,
    /// The same by store.
    pub stores: Vec<Vec<Away>>,
}

/// Times away in order, where one that begins during another prolongs it.
#[must_use]
pub fn apart(mut all: Vec<Away>) -> Vec<Away> {
    all.sort_by_key(|away| away.span.start_ms);
    let mut apart: Vec<Away> = Vec::with_capacity(all.len());
    for away in all {
        match apart.last_mut() {
            Some(last) if away.span.start_ms <= last.span.end_ms => {
                last.span.end_ms = last.span.end_ms.max(away.span.end_ms);
            }
            _ => apart.push(away),
        }
    }
    apart
}

/// Whether and how long a time touches a list of times away: the end of the last one that it meets.
#[must_use]
pub fn met(list: &[Away], from_ms: u64, to_ms: u64) -> Option<u64> {
    let after = list.partition_point(|away| away.span.start_ms < to_ms.max(from_ms + 1));
    let last = list[..after].last()?.span.end_ms;
    (last > from_ms).then_some(last)
}
