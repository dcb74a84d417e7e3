//! Shortest augmenting paths in a full matrix.

use super::costs::{CostRows, DenseCosts};
use super::reduction::{Matching, NONE};

impl Matching {
    /// Assigns the rows left over, each along a shortest augmenting path.
    pub(super) fn augment_dense(&mut self, costs: &DenseCosts) {
        let columns = costs.column_count();
        let mut distances = vec![0_i64; columns];
        let mut reached_from = vec![NONE; columns];
        let mut queue: Vec<u32> = (0..columns as u32).collect();
        for start in 0..costs.row_count() {
            if self.columns_of_rows[start] == NONE {
                self.augment_from(costs, start, &mut distances, &mut reached_from, &mut queue);
            }
        }
    }

    /// Dijkstra over the columns without a heap: `queue[..scanned]` are settled and scanned,
    /// `queue[scanned..nearest]` all lie at the least distance, the rest lies further away.
    fn augment_from(
        &mut self,
        costs: &DenseCosts,
        start: usize,
        distances: &mut [i64],
        reached_from: &mut [u32],
        queue: &mut [u32],
    ) {
        for (column, &cost) in costs.slice(start).iter().enumerate() {
            distances[column] = cost - self.column_prices[column];
        }
        reached_from.fill(start as u32);
        let (mut scanned, mut nearest) = (0, 0);
        let mut settled = 0;
        let mut least = 0;
        let end = loop {
            if scanned == nearest {
                settled = scanned;
                (least, nearest) = gather_nearest(distances, queue, scanned);
                if let Some(&free) = queue[scanned..nearest]
                    .iter()
                    .find(|&&column| self.rows_of_columns[column as usize] == NONE)
                {
                    break free;
                }
            }
            let column = queue[scanned] as usize;
            scanned += 1;
            let row = self.rows_of_columns[column];
            let entries = costs.slice(row as usize);
            let offset = least - (entries[column] - self.column_prices[column]);
            let mut found = NONE;
            let further = nearest;
            for position in further..queue.len() {
                let other = queue[position];
                let distance =
                    entries[other as usize] - self.column_prices[other as usize] + offset;
                if distance < distances[other as usize] {
                    distances[other as usize] = distance;
                    reached_from[other as usize] = row;
                    if distance == least {
                        if self.rows_of_columns[other as usize] == NONE {
                            found = other;
                            break;
                        }
                        queue.swap(position, nearest);
                        nearest += 1;
                    }
                }
            }
            if found != NONE {
                break found;
            }
        };
        // Columns settled before the last distance get cheaper by their lead.
        for &column in &queue[..settled] {
            self.column_prices[column as usize] += distances[column as usize] - least;
        }
        self.shift_along(start as u32, end, reached_from);
    }
}

/// Moves all columns at the least distance to the front of `queue[from..]`; returns that
/// distance and where they end.
fn gather_nearest(distances: &[i64], queue: &mut [u32], from: usize) -> (i64, usize) {
    let mut end = from;
    let mut least = i64::MAX;
    for position in from..queue.len() {
        let distance = distances[queue[position] as usize];
        if distance <= least {
            if distance < least {
                (least, end) = (distance, from);
            }
            queue.swap(position, end);
            end += 1;
        }
    }
    (least, end)
}
