//! Offers that wait for an answer.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::answer::OfferId;
use super::job::JobId;

/// The open offers, the oldest first. All of them run for the same time, so the oldest is the first
/// to run out.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Offers {
    open: BTreeMap<u64, Offer>,
    made: u64,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
struct Offer {
    job: JobId,
    expires_ms: u64,
}

impl Offers {
    /// Number of open offers.
    pub(super) fn len(&self) -> usize {
        self.open.len()
    }

    /// Opens an offer. O(log open).
    pub(super) fn open(&mut self, job: JobId, expires_ms: u64) -> OfferId {
        let id = OfferId(self.made);
        self.made += 1;
        self.open.insert(id.0, Offer { job, expires_ms });
        id
    }

    /// Closes an offer; its job, if it was open. O(log open).
    pub(super) fn close(&mut self, id: OfferId) -> Option<JobId> {
        self.open.remove(&id.0).map(|offer| offer.job)
    }

    /// Closes the oldest offer if it has run out; its job.
    pub(super) fn close_expired(&mut self, now_ms: u64) -> Option<JobId> {
        let first = self.open.first_entry()?;
        (first.get().expires_ms <= now_ms).then(|| first.remove().job)
    }
}
