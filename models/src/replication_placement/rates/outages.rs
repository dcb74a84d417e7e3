//! What a failure log says: when each node was away.

/// Milliseconds in a day, as a number of statistics.
pub const DAY_MS: f64 = 86_400_000.0;

/// A time away, from its start up to its end.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Span {
    /// When it starts, in ms.
    pub start_ms: u64,
    /// When it is over, in ms; not before the start.
    pub end_ms: u64,
}

/// Outages of nodes over a time of observation that starts at 0.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct OutageLog {
    /// Names of the nodes.
    pub nodes: Vec<String>,
    /// By node: outages in order, apart from each other.
    pub outages: Vec<Vec<Span>>,
    /// Length of the observation, in ms.
    pub length_ms: u64,
}

impl OutageLog {
    /// A log of outages in any order. Those of one node that overlap or touch are one outage; what
    /// lies beyond the observation is cut off. Time O(n log n).
    #[must_use]
    pub fn new(
        nodes: Vec<String>,
        length_ms: u64,
        outages: impl IntoIterator<Item = (usize, Span)>,
    ) -> Self {
        let mut by_node = vec![Vec::new(); nodes.len()];
        for (node, span) in outages {
            if span.start_ms < length_ms {
                by_node[node].push(Span { end_ms: span.end_ms.min(length_ms), ..span });
            }
        }
        by_node.iter_mut().for_each(|own| *own = united(std::mem::take(own)));
        Self { nodes, outages: by_node, length_ms }
    }

    /// What it says of a part of the observation, counted from the part's start. An outage belongs
    /// to the part in which it starts.
    #[must_use]
    pub fn part(&self, from_ms: u64, to_ms: u64) -> Self {
        let to_ms = to_ms.min(self.length_ms);
        let from_ms = from_ms.min(to_ms);
        let within = |span: &&Span| (from_ms..to_ms).contains(&span.start_ms);
        let moved = |span: &Span| Span {
            start_ms: span.start_ms - from_ms,
            end_ms: span.end_ms.min(to_ms) - from_ms,
        };
        let outages = self.outages.iter().map(|own| own.iter().filter(within).map(moved).collect());
        Self { nodes: self.nodes.clone(), outages: outages.collect(), length_ms: to_ms - from_ms }
    }

    /// How long a node was up, in days.
    #[must_use]
    pub fn exposure_days(&self, node: usize) -> f64 {
        let away: u64 = self.outages[node].iter().map(|span| span.end_ms - span.start_ms).sum();
        (self.length_ms - away) as f64 / DAY_MS
    }

    /// Outages of all nodes.
    #[must_use]
    pub fn failures(&self) -> usize {
        self.outages.iter().map(Vec::len).sum()
    }
}

/// Spans in order, where those that overlap or touch are one.
#[must_use]
pub fn united(mut spans: Vec<Span>) -> Vec<Span> {
    spans.sort_by_key(|span| (span.start_ms, span.end_ms));
    let mut apart: Vec<Span> = Vec::with_capacity(spans.len());
    for span in spans {
        match apart.last_mut() {
            Some(last) if span.start_ms <= last.end_ms => {
                last.end_ms = last.end_ms.max(span.end_ms);
            }
            _ => apart.push(span),
        }
    }
    apart
}

#[cfg(test)]
mod tests {
    use super::*;

    fn span(start_ms: u64, end_ms: u64) -> Span {
        Span { start_ms, end_ms }
    }

    #[test]
    fn outages_that_touch_are_one() {
        let raw = [(0, span(50, 60)), (0, span(10, 20)), (0, span(20, 30)), (1, span(95, 200))];
        let log = OutageLog::new(vec!["a".into(), "b".into()], 100, raw);
        assert_eq!(log.outages, [vec![span(10, 30), span(50, 60)], vec![span(95, 100)]]);
        assert!((log.exposure_days(0) * DAY_MS - 70.0).abs() < 1e-9);
        let late = log.part(30, 90);
        assert_eq!(late.outages, [vec![span(20, 30)], vec![]]);
        assert_eq!(late.length_ms, 60);
    }
}
