//! Which generated instances are shipped: every question over cables and over switches in three
//! sizes, and a cluster of 65,536 GPUs.

use placewright_models::circuit_allocation::CircuitAllocation;
use placewright_solver::problem::Problem;

use crate::library::{Entry, Storage};

/// Sets and how they are stored.
const SETS: [(&str, Storage); 3] =
    [("small", Storage::Plain), ("medium", Storage::Compressed), ("large", Storage::Compressed)];

/// Options by name.
type Given = &'static [(&'static str, &'static str)];
/// A name in files, a generator, and its options.
type Shape = (&'static str, &'static str, Given);

/// Names in files, generators and their options, in every size.
const SHAPES: [Shape; 7] = [
    ("place-static", "place", &[("fill", "65")]),
    ("place-any", "place", &[("fill", "70"), ("split", "any")]),
    ("place-ring", "place", &[("fill", "70"), ("split", "any"), ("traffic", "ring")]),
    ("batch-static", "batch", &[("fill", "60"), ("weight", "10")]),
    ("batch-fifo", "batch", &[("fill", "70"), ("order", "fifo"), ("split", "any"), ("mix", "tpu")]),
    ("place-switched", "place", &[("fill", "70"), ("fabric", "switched")]),
    ("batch-switched", "batch", &[("fill", "60"), ("fabric", "switched"), ("split", "any")]),
];

/// Small instances of rules on their own.
const RULES: [Shape; 3] = [
    ("place-broken", "place", &[("fill", "50"), ("broken", "5")]),
    ("place-moves", "place", &[("fill", "75"), ("fabric", "switched"), ("moves", "allowed")]),
    ("batch-moves", "batch", &[("fabric", "switched"), ("moves", "allowed"), ("jobs", "4")]),
];

/// Rewiring in the sizes of the literature: leaves as many as spines, and switches.
const REWIRE: [(&str, &str, Storage, Given); 5] = [
    (
        "small",
        "rewire-8",
        Storage::Plain,
        &[("leaves", "8"), ("spines", "8"), ("switches", "8"), ("fill", "80"), ("new", "6")],
    ),
    ("small", "rewire-16", Storage::Plain, &[("fill", "85"), ("new", "16")]),
    ("small", "rewire-16-uneven", Storage::Plain, &[("ports", "uneven"), ("new", "16")]),
    ("medium", "rewire-16-more", Storage::Plain, &[("size", "small"), ("new", "36")]),
    (
        "medium",
        "rewire-32",
        Storage::Compressed,
        &[("leaves", "32"), ("spines", "32"), ("switches", "32"), ("fill", "90"), ("new", "64")],
    ),
];

/// The family's library.
#[must_use]
pub fn library() -> Vec<Entry> {
    let mut entries = Vec::new();
    let mut entry =
        |set, name: &str, generator, seed, storage, options: &[(&'static str, &str)]| {
            entries.push(Entry {
                family: CircuitAllocation::NAME,
                set,
                name: name.to_owned(),
                generator,
                seed,
                options: options.iter().map(|(name, value)| (*name, (*value).to_owned())).collect(),
                storage,
            });
        };
    for (set_index, (set, storage)) in (1..).zip(SETS) {
        let rules = RULES.iter().filter(|_| set == "small");
        for (index, (name, generator, options)) in (1..).zip(SHAPES.iter().chain(rules)) {
            let switched = options.contains(&("fabric", "switched"));
            // The largest switched state has millions of port pairs.
            if set == "large" && switched {
                continue;
            }
            let mut given = vec![("size", set)];
            given.extend(options.iter());
            entry(set, name, *generator, 100 * set_index + index, storage, &given);
        }
    }
    for (index, (set, name, storage, options)) in (1..).zip(REWIRE) {
        entry(set, name, "rewire", 900 + index, storage, options);
    }
    for (index, (name, gpus)) in (1..).zip([("place-2048", "2048"), ("place-4096", "4096")]) {
        let options = [("size", "huge"), ("fill", "80"), ("gpus", gpus), ("mix", "tpu")];
        entry("huge", name, "place", 1000 + index, Storage::Compressed, &options);
    }
    entries
}
