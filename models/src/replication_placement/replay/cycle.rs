//! Work that stands still for a moment in every period.

/// Periods, each with a standstill at its start.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Cycle {
    /// Length of a period, in ms.
    pub(super) period_ms: u64,
    /// How long work stands still in it, in ms.
    pub(super) blocked_ms: f64,
    /// The first period with a standstill.
    pub(super) first: u64,
}

impl Cycle {
    pub(super) fn new(period_ms: u64, blocked_ms: f64, first: u64) -> Self {
        let period_ms = period_ms.max(1);
        Self { period_ms, blocked_ms: blocked_ms.min(period_ms as f64), first }
    }

    /// Periods that have begun and passed before the current one.
    pub(super) fn number(&self, elapsed_ms: u64) -> u64 {
        elapsed_ms / self.period_ms
    }

    /// Useful work within a time from the start of the first period, in ms.
    pub(super) fn useful_ms(&self, elapsed_ms: u64) -> f64 {
        let number = self.number(elapsed_ms);
        let Some(full) = number.checked_sub(self.first) else { return elapsed_ms as f64 };
        let current = (elapsed_ms - number * self.period_ms) as f64;
        elapsed_ms as f64 - full as f64 * self.blocked_ms - current.min(self.blocked_ms)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn standstills_are_at_the_start() {
        let cycle = Cycle::new(100, 10.0, 1);
        let found = [0, 100, 105, 110, 200, 250].map(|at| cycle.useful_ms(at));
        assert_eq!(found, [0.0, 100.0, 100.0, 100.0, 190.0, 230.0]);
        assert_eq!(Cycle::new(100, 10.0, 0).useful_ms(105), 90.0);
        assert_eq!(Cycle::new(100, 300.0, 0).useful_ms(350), 0.0);
    }
}
