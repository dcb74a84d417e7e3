//! Arrival rates that change over time, piece by piece.

/// Rates by mask, constant between changes. The first piece begins at zero, the last never ends.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Supply {
    /// Pieces in the order of time.
    pub pieces: Vec<SupplyPiece>,
}

/// Rates from one instant on.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SupplyPiece {
    /// When these rates begin.
    pub start_ms: u64,
    /// Arrival rate of every mask, in millionths of a device per second.
    pub rates_micro_per_s: Vec<u64>,
}

impl Supply {
    /// The same rates for ever.
    #[must_use]
    pub fn constant(rates_micro_per_s: &[u64]) -> Self {
        let rates_micro_per_s = rates_micro_per_s.to_vec();
        Self { pieces: vec![SupplyPiece { start_ms: 0, rates_micro_per_s }] }
    }

    /// Whether pieces begin at zero, ascend, and speak of `masks` masks each.
    #[must_use]
    pub fn is_sound(&self, masks: usize) -> bool {
        self.pieces.first().is_some_and(|piece| piece.start_ms == 0)
            && self.pieces.is_sorted_by(|a, b| a.start_ms < b.start_ms)
            && self.pieces.iter().all(|piece| piece.rates_micro_per_s.len() == masks)
    }

    /// The rates in force from `time_ms` on. The supply must be sound.
    #[must_use]
    pub fn rates_from(&self, time_ms: u64) -> &[u64] {
        let after = self.pieces.partition_point(|piece| piece.start_ms <= time_ms);
        &self.pieces[after.max(1) - 1].rates_micro_per_s
    }

    /// The largest rate that some masks ever reach together from `release_ms` on.
    #[must_use]
    pub fn peak_micro_per_s(&self, masks: &[usize], release_ms: u64) -> u64 {
        let joint = |rates: &[u64]| masks.iter().map(|&mask| rates[mask]).sum::<u64>();
        let later = self.pieces.iter().filter(|piece| piece.start_ms > release_ms);
        let later = later.map(|piece| joint(&piece.rates_micro_per_s)).max().unwrap_or(0);
        later.max(joint(self.rates_from(release_ms)))
    }
}
