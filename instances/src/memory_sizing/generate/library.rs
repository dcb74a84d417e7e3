//! Which generated instances are shipped: every coupling in three sizes, some shapes on their own,
//! and the workflow of the README.

use placewright_models::memory_sizing::MemorySizing;
use placewright_solver::problem::Problem;

use crate::library::{Entry, Storage};

/// Kinds with a name for files.
const KINDS: [(&str, &str); 8] = [
    ("plain", "plain"),
    ("menu", "menu"),
    ("failures", "failures"),
    ("nodes", "nodes"),
    ("menu+failures", "menu-failures"),
    ("menu+nodes", "menu-nodes"),
    ("failures+nodes", "failures-nodes"),
    ("all", "all"),
];

/// Sets, how many instances of each kind they hold, and how those are stored.
const SETS: [(&str, u64, Storage); 3] = [
    ("small", 4, Storage::Plain),
    ("medium", 3, Storage::Plain),
    ("large", 1, Storage::Compressed),
];

/// Instances whose types all behave alike: kind, shape.
const SHAPED: [(&str, &str); 6] = [
    ("menu", "heavy-tail"),
    ("menu", "staircase"),
    ("failures", "bimodal"),
    ("failures", "linear"),
    ("nodes", "near-limit"),
    ("all", "multimodal"),
];

/// The family's library.
#[must_use]
pub fn library() -> Vec<Entry> {
    let workflow = [("size", "medium"), ("types", "30")];
    let mut entries = vec![entry("quickstart", "workflow".into(), "workflow", 1, &workflow)];
    for (set_index, (set, count, storage)) in (1..).zip(SETS) {
        for (kind_index, (generator, name)) in (1..).zip(KINDS) {
            for number in 1..=count {
                let seed = 1000 * set_index + 10 * kind_index + number;
                let name = format!("{name}-{number}");
                entries
                    .push(Entry { storage, ..entry(set, name, generator, seed, &[("size", set)]) });
            }
        }
    }
    for (index, (generator, shape)) in (1..).zip(SHAPED) {
        let name = format!("{generator}-{shape}");
        let options = [("size", "medium"), ("shape", shape)];
        entries.push(entry("medium", name, generator, 2500 + index, &options));
    }
    entries
}

fn entry(
    set: &'static str,
    name: String,
    generator: &'static str,
    seed: u64,
    options: &[(&'static str, &str)],
) -> Entry {
    let options = options.iter().map(|&(name, value)| (name, value.to_owned())).collect();
    let storage = Storage::Plain;
    Entry { family: MemorySizing::NAME, set, name, generator, seed, options, storage }
}
