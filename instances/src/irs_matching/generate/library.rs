//! Which generated instances are shipped: every supply with every family of eligibility sets in
//! three sizes, and the further rules on their own.

use placewright_models::irs_matching::IrsMatching;
use placewright_solver::problem::Problem;

use crate::library::{Entry, Storage};

/// Sets and how they are stored.
const SETS: [(&str, Storage); 3] =
    [("small", Storage::Plain), ("medium", Storage::Plain), ("large", Storage::Compressed)];

/// Names in files and the options behind them, for every kind and set.
const SHAPES: [(&str, &[(&str, &str)]); 4] = [
    ("lattice", &[("eligibility", "lattice"), ("demands", "log-uniform")]),
    ("laminar", &[("eligibility", "laminar"), ("demands", "profiles")]),
    ("crossing", &[("eligibility", "crossing"), ("demands", "near-equal")]),
    ("spread", &[("releases", "spread"), ("weight", "10")]),
];

/// Further rules, for small and medium instances.
const RULES: [(&str, &[(&str, &str)]); 2] = [
    ("deadlines", &[("deadlines", "60"), ("releases", "concentrated")]),
    ("shares", &[("shares", "60")]),
];

/// The family's library.
#[must_use]
pub fn library() -> Vec<Entry> {
    let mut entries = Vec::new();
    for (set_index, (set, storage)) in (1..).zip(SETS) {
        for (kind_index, generator) in (1..).zip(["devices", "fluid", "rounds"]) {
            let rules = RULES.iter().filter(|_| set != "large");
            for (shape_index, (shape, options)) in (1..).zip(SHAPES.iter().chain(rules)) {
                let given = [("size", set)].into_iter().chain(options.iter().copied());
                entries.push(Entry {
                    family: IrsMatching::NAME,
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
