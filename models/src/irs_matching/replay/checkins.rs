//! A trace of check-ins, repeated with its period.

use crate::irs_matching::online::classes::Classes;

/// Check-ins in the order of time, one array per property.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct CheckIns {
    /// When the trace starts again.
    pub period_ms: u64,
    /// The device classes.
    pub classes: Classes,
    /// Time since the start of the period.
    pub start_ms: Vec<u32>,
    /// How long the device stays.
    pub session_ms: Vec<u32>,
    /// Its class.
    pub class: Vec<u8>,
    /// Compute time relative to the nominal one, in thousandths.
    pub compute_milli: Vec<u32>,
    /// Time to get and return a model.
    pub transfer_ms: Vec<u32>,
}

impl CheckIns {
    /// Number of check-ins in a period.
    #[must_use]
    pub fn len(&self) -> usize {
        self.start_ms.len()
    }

    /// Whether there is none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.start_ms.is_empty()
    }

    /// The same with hardware tiers told apart: tier t are devices that take `bounds_ms[t]` or longer
    /// for 60 s of computing and half a transfer, as the simulator of Venn has it, and less than
    /// `bounds_ms[t - 1]`; the slowest is tier 0. None when that makes more than 256 classes.
    #[must_use]
    pub fn with_tiers(&self, bounds_ms: &[u32]) -> Option<Self> {
        let mut tiered = Self { classes: Classes::default(), ..self.clone() };
        for row in 0..self.len() {
            let response_ms = self.compute_milli[row] * 60 + self.transfer_ms[row] / 2;
            let tier = bounds_ms.iter().filter(|&&bound| response_ms < bound).count() as u8;
            let groups = self.classes.groups(usize::from(self.class[row]));
            let class = tiered.classes.intern(groups, tier);
            tiered.class[row] = u8::try_from(class).ok()?;
        }
        Some(tiered)
    }

    /// Every `step`-th check-in, beginning with the first.
    #[must_use]
    pub fn every(&self, step: usize) -> Self {
        fn thin<T: Copy>(values: &[T], step: usize) -> Vec<T> {
            values.iter().copied().step_by(step.max(1)).collect()
        }
        Self {
            period_ms: self.period_ms,
            classes: self.classes.clone(),
            start_ms: thin(&self.start_ms, step),
            session_ms: thin(&self.session_ms, step),
            class: thin(&self.class, step),
            compute_milli: thin(&self.compute_milli, step),
            transfer_ms: thin(&self.transfer_ms, step),
        }
    }
}
