//! What the recordings cost, and what they would have cost.

use placewright_models::memory_sizing::replay::charge::Charge;

/// Sums over the tasks of a type in the recordings.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub(super) struct Tally {
    /// Tasks that completed.
    pub(super) completed: u64,
    /// Those that there was anything to size by: a request, or earlier tasks. All that follows is
    /// about them.
    pub(super) judged: u64,
    /// Attempts killed for lack of memory.
    pub(super) out_of_memory: u64,
    /// Those of them whose task completed later.
    pub(super) completed_later: u64,
    /// Smallest and largest request, in bytes.
    pub(super) requests_bytes: Option<(u64, u64)>,
    /// Judged tasks without a request.
    pub(super) without_request: u64,
    /// Judged tasks that used more than their request.
    pub(super) above_request: u64,
    /// Judged tasks that used nine tenths of their request and more.
    pub(super) near_request: u64,
    pub(super) used_byte_ms: f64,
    /// What the requests wasted, killed attempts of tasks that completed later included.
    pub(super) requests_waste_byte_ms: f64,
    /// Under ladders that don't look at the input size.
    pub(super) constant: Cost,
    /// Under ladders by input size.
    pub(super) by_size: Cost,
}

/// What ladders cost tasks.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub(super) struct Cost {
    pub(super) waste_byte_ms: f64,
    /// Attempts that failed.
    pub(super) failures: u64,
    /// Tasks whose first attempt succeeded.
    pub(super) covered: u64,
    /// Tasks that exceeded the last attempt.
    pub(super) unserved: u64,
}

impl Cost {
    pub(super) fn add(&mut self, charge: &Charge) {
        self.waste_byte_ms += charge.waste_byte_ms;
        self.failures += u64::from(charge.failures);
        self.covered += u64::from(charge.completed && charge.failures == 0);
        self.unserved += u64::from(!charge.completed);
    }
}

impl Tally {
    /// What the requests wasted, where all are known.
    pub(super) fn known_waste_byte_ms(&self) -> Option<f64> {
        (self.judged > 0 && self.without_request == 0).then_some(self.requests_waste_byte_ms)
    }

    /// A completed task and its request.
    pub(super) fn judge(&mut self, peak_bytes: u64, request_bytes: Option<u64>, run_time_ms: u64) {
        self.judged += 1;
        self.used_byte_ms += peak_bytes as f64 * run_time_ms as f64;
        let Some(request_bytes) = request_bytes else {
            self.without_request += 1;
            return;
        };
        self.above_request += u64::from(peak_bytes > request_bytes);
        self.near_request += u64::from(peak_bytes >= request_bytes - request_bytes / 10);
        let surplus_bytes = request_bytes.saturating_sub(peak_bytes);
        self.requests_waste_byte_ms += surplus_bytes as f64 * run_time_ms as f64;
    }

    /// A request that was seen.
    pub(super) fn see_request(&mut self, request_bytes: u64) {
        let (least, most) = self.requests_bytes.unwrap_or((request_bytes, request_bytes));
        self.requests_bytes = Some((least.min(request_bytes), most.max(request_bytes)));
    }
}
