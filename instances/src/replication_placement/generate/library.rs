//! Which generated instances are shipped: every kind, roomy and tight, small and medium; and a large
//! one.

use placewright_models::replication_placement::ReplicationPlacement;
use placewright_solver::problem::Problem;

use crate::library::{Entry, Storage};

/// Sets and how they are stored.
const SETS: [(&str, Storage); 3] =
    [("small", Storage::Plain), ("medium", Storage::Plain), ("large", Storage::Compressed)];

/// Names in files and the options behind them, for every kind and set.
const SHAPES: [(&str, &[(&str, &str)]); 2] = [
    ("roomy", &[("fill", "30"), ("trunks", "30")]),
    ("tight", &[("fill", "60"), ("targets", "50"), ("skew", "30")]),
];

/// The family's library.
#[must_use]
pub fn library() -> Vec<Entry> {
    let mut entries = Vec::new();
    for (set_index, (set, storage)) in (1..).zip(SETS) {
        for (kind_index, generator) in (1..).zip(["fresh", "moves", "broken"]) {
            for (shape_index, (shape, options)) in (1..).zip(SHAPES) {
                // Of the large ones, the one with a bound and a plan of some worth.
                if set == "large" && (generator, shape) != ("fresh", "tight") {
                    continue;
                }
                let given = [("size", set)].into_iter().chain(options.iter().copied());
                entries.push(Entry {
                    family: ReplicationPlacement::NAME,
                    set,
                    name: format!("{generator}-{shape}"),
                    generator,
                    seed: 1000 * set_index + 100 * kind_index + shape_index,
                    options: given.map(|(name, value)| (name, value.to_owned())).collect(),
                    storage,
                });
            }
        }
    }
    entries
}
