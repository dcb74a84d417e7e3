//! The generators by name, with the options they take.

use placewright_models::replication_placement::ReplicationPlacement;
use placewright_models::replication_placement::instance::Instance;
use placewright_solver::issue::Issue;

use super::recipe::{Kind, Recipe, generate};
use crate::draw::Draw;
use crate::family::{Generate, Generator, Offer, OptionHelp, Options};
use crate::options::Reader;

/// All generators of the family.
pub const GENERATORS: &[Generator<ReplicationPlacement>] = &[
    generator("fresh", "shards that are nowhere yet", |seed, options| {
        of_kind(Kind::Fresh, seed, options)
    }),
    generator("moves", "shards that are somewhere; moves cost and are limited", |seed, options| {
        of_kind(Kind::Moves, seed, options)
    }),
    generator("broken", "nodes that are too full already", |seed, options| {
        of_kind(Kind::Broken, seed, options)
    }),
];

const OPTIONS: &[OptionHelp] = &[
    help("size", "small (5-7 shards), medium (30-40) or large (300-400); default small"),
    help("shards", "number of shards, instead of the size's, 1 to 131072"),
    help("nodes", "number of nodes, instead of the size's, 2 to 16384"),
    help("fill", "percentage of memory that one copy of every shard takes, 5 to 90; default 45"),
    help("targets", "percentage of shards with an availability target; default 30"),
    help("skew", "percentage of nodes that fail ten times as often; default 10"),
    help("trunks", "percentage of racks with a limited trunk; default 0"),
];

const fn help(name: &'static str, help: &'static str) -> OptionHelp {
    OptionHelp { name, help }
}

const fn generator(
    name: &'static str,
    title: &'static str,
    run: Generate<Instance>,
) -> Generator<ReplicationPlacement> {
    Offer { name, title, options: OPTIONS, run }
}

/// Shards, fewest and most, and nodes.
const SIZES: [(&str, (u64, u64), u64); 3] =
    [("small", (5, 7), 9), ("medium", (30, 40), 36), ("large", (300, 400), 120)];

fn of_kind(kind: Kind, seed: u64, options: &Options) -> Result<Instance, Vec<Issue>> {
    let mut reader = Reader::new(options, OPTIONS);
    let reader = &mut reader;
    // The scalars have a stream of their own, so that options change nothing else.
    let mut draw = Draw::new(seed, u64::MAX - 1);
    let named = |name: &str| SIZES.iter().find(|(known, ..)| *known == name).copied();
    let size = reader.value("size", "small, medium or large", named).unwrap_or(SIZES[0]);
    let shards = draw.between(size.1.0, size.1.1);
    let recipe = Recipe {
        kind,
        shards: reader.integer("shards", 1, 131_072).unwrap_or(shards),
        nodes: reader.integer("nodes", 2, 16_384).unwrap_or(size.2),
        fill_percent: reader.integer("fill", 5, 90).unwrap_or(45),
        targets_percent: reader.integer("targets", 0, 100).unwrap_or(30),
        skew_percent: reader.integer("skew", 0, 100).unwrap_or(10),
        trunks_percent: reader.integer("trunks", 0, 100).unwrap_or(0),
    };
    if reader.issues.is_empty() {
        Ok(generate(&recipe, seed))
    } else {
        Err(std::mem::take(&mut reader.issues))
    }
}
