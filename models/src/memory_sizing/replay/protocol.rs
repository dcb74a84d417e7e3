//! What a policy sees of a recorded run, and in which order.

use super::history::History;
use super::split::split;

/// A way to replay a run.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Protocol {
    /// As Sizey's simulator: types of at least 34 rows without zero run times, one after the
    /// other; 30 % of the rows as history, the others in random order.
    Published {
        /// Seed of the split.
        seed: u32,
    },
    /// Every task in the order of the trace, from nothing.
    TraceOrder,
    /// The first half of every type's tasks is the last run; the second half is sized from it
    /// without learning anything more.
    NextRun,
}

/// A part of a replay that all policies go through before the next one starts.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Episode {
    /// Records recalled first, per type.
    pub history: Vec<(usize, Vec<usize>)>,
    /// Records replayed.
    pub replayed: Vec<usize>,
    /// Whether policies learn from what is replayed.
    pub learning: bool,
}

/// Types with fewer rows are left out of the published protocol.
const FEWEST_ROWS: usize = 34;

impl Protocol {
    /// The episodes of a run.
    #[must_use]
    pub fn episodes(self, history: &History) -> Vec<Episode> {
        let by_type = history.by_type();
        match self {
            Self::Published { seed } => {
                let usable = |rows: &[usize]| {
                    rows.len() >= FEWEST_ROWS
                        && rows.iter().all(|&row| history.records[row].run_time_ms > 0)
                };
                let types = by_type.iter().enumerate().filter(|(_, rows)| usable(rows));
                types.map(|(task_type, rows)| published(task_type, rows, seed)).collect()
            }
            Self::TraceOrder => {
                let replayed = (0..history.records.len()).collect();
                vec![Episode { history: Vec::new(), replayed, learning: true }]
            }
            Self::NextRun => {
                let halves = by_type.iter().map(|rows| rows.split_at(rows.len() / 2));
                let (first, second): (Vec<&[usize]>, Vec<&[usize]>) = halves.unzip();
                let recalled = first.iter().map(|rows| rows.to_vec()).enumerate().collect();
                let mut replayed = second.concat();
                replayed.sort_unstable();
                vec![Episode { history: recalled, replayed, learning: false }]
            }
        }
    }
}

fn published(task_type: usize, rows: &[usize], seed: u32) -> Episode {
    let (recalled, replayed) = split(rows.len(), seed);
    let rows_of = |chosen: Vec<usize>| chosen.into_iter().map(|row| rows[row]).collect();
    Episode {
        history: vec![(task_type, rows_of(recalled))],
        replayed: rows_of(replayed),
        learning: true,
    }
}
