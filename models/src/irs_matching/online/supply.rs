//! How many devices of which class check in.

use std::collections::VecDeque;

use serde::{Deserialize, Serialize};

/// Check-ins of the last while, by class, and rates over the last day.
///
/// The window holds a fixed number of check-ins, 1,000 in the simulator of Venn; a check-in costs
/// O(1). Hourly counts of the last 24 hours smooth the tides of the day.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Supply {
    window: VecDeque<(u64, u32)>,
    capacity: usize,
    recent: Vec<u32>,
    /// Check-ins by class in every hour of the last day, by hour modulo 24.
    hours: Vec<Vec<u32>>,
    first_ms: Option<u64>,
    hour: u64,
}

const HOUR_MS: u64 = 3_600_000;

impl Supply {
    /// Nothing seen; a window of so many check-ins.
    #[must_use]
    pub fn new(capacity: usize) -> Self {
        Self {
            window: VecDeque::with_capacity(capacity + 1),
            capacity,
            recent: Vec::new(),
            hours: vec![Vec::new(); 24],
            first_ms: None,
            hour: 0,
        }
    }

    /// Makes room for so many classes.
    pub fn resize(&mut self, classes: usize) {
        self.recent.resize(classes, 0);
        self.hours.iter_mut().for_each(|hour| hour.resize(classes, 0));
    }

    /// Counts a check-in of a class that there is room for.
    pub fn count(&mut self, class: usize, now_ms: u64) {
        if self.window.len() == self.capacity
            && let Some((_, oldest)) = self.window.pop_front()
        {
            self.recent[oldest as usize] -= 1;
        }
        self.window.push_back((now_ms, class as u32));
        self.recent[class] += 1;
        self.first_ms.get_or_insert(now_ms);
        let hour = now_ms / HOUR_MS;
        if hour > self.hour {
            self.turn(hour);
        }
        self.hours[(hour % 24) as usize][class] += 1;
    }

    fn turn(&mut self, hour: u64) {
        for passed in self.hour.max(hour.saturating_sub(24)) + 1..=hour {
            self.hours[(passed % 24) as usize].fill(0);
        }
        self.hour = hour;
    }

    /// Check-ins of a class in the window.
    #[must_use]
    pub fn recent(&self, class: usize) -> u32 {
        self.recent[class]
    }

    /// Check-ins per second over the window, all classes together; 0 before the second one.
    #[must_use]
    pub fn recent_per_s(&self, now_ms: u64) -> f64 {
        let Some(&(oldest_ms, _)) = self.window.front() else { return 0.0 };
        let span_ms = now_ms.saturating_sub(oldest_ms).max(1000);
        self.window.len() as f64 * 1000.0 / span_ms as f64
    }

    /// Check-ins per second of every class over the last day, or since the first check-in.
    pub fn daily_per_s(&self, now_ms: u64, into: &mut Vec<f64>) {
        let since_ms = (now_ms / HOUR_MS).saturating_sub(23) * HOUR_MS;
        let since_ms = since_ms.max(self.first_ms.unwrap_or(now_ms));
        let span_s = (now_ms.saturating_sub(since_ms).max(1000)) as f64 / 1000.0;
        into.clear();
        into.extend((0..self.recent.len()).map(|class| {
            let count: u64 = self.hours.iter().map(|hour| u64::from(hour[class])).sum();
            count as f64 / span_s
        }));
    }
}
