//! Which generated instances are shipped: a small, a medium and a large one.

use placewright_models::machine_reassignment::MachineReassignment;
use placewright_solver::problem::Problem;

use crate::library::{Entry, Storage};

/// Names and values.
type Options = &'static [(&'static str, &'static str)];

/// Sets, how they are stored, and options beside the size.
const SETS: [(&str, Storage, Options); 3] = [
    ("small", Storage::Plain, &[]),
    ("medium", Storage::Plain, &[("resources", "4")]),
    ("large", Storage::Compressed, &[("resources", "6"), ("balance", "2")]),
];

/// The family's library.
#[must_use]
pub fn library() -> Vec<Entry> {
    let entry = |(seed, (set, storage, options)): (u64, (&'static str, Storage, &[_]))| {
        let size: [(&'static str, &'static str); 1] = [("size", set)];
        let given = size.iter().chain(options);
        Entry {
            family: MachineReassignment::NAME,
            set,
            name: "cluster".to_owned(),
            generator: "cluster",
            seed,
            options: given.map(|&(name, value)| (name, value.to_owned())).collect(),
            storage,
        }
    };
    (1..).zip(SETS).map(entry).collect()
}
