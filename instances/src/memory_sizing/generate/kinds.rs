//! The generators by name, with the options they take.

use placewright_models::memory_sizing::MemorySizing;
use placewright_models::memory_sizing::instance::{Instance, TimeToFailure};
use placewright_solver::issue::Issue;

use super::coupling::{Coupling, couple};
use super::recipe::{Columns, Recipe, uncoupled};
use super::shape::Shape;
use super::workflow::workflow;
use crate::draw::Draw;
use crate::family::{Generator, Offer, OptionHelp, Options};
use crate::options::Reader;

/// All generators of the family.
pub const GENERATORS: &[Generator<MemorySizing>] = &[
    generator("plain", "types that share nothing: every one a shortest path", |seed, options| {
        generate(seed, options, Base::Synthetic, Shares::default())
    }),
    generator("menu", "a menu of a third of the sizes the types would use", |seed, options| {
        generate(seed, options, Base::Synthetic, Shares { menu: true, ..Shares::default() })
    }),
    generator("failures", "half of the failures the types would have", |seed, options| {
        generate(seed, options, Base::Synthetic, Shares { failures: true, ..Shares::default() })
    }),
    generator("nodes", "nodes with less memory than the types would ask for", |seed, options| {
        generate(seed, options, Base::Synthetic, Shares { nodes: true, ..Shares::default() })
    }),
    generator("menu+failures", "a menu and a failure budget", |seed, options| {
        generate(seed, options, Base::Synthetic, Shares { nodes: false, ..Shares::ALL })
    }),
    generator("menu+nodes", "a menu, and nodes to pack", |seed, options| {
        generate(seed, options, Base::Synthetic, Shares { failures: false, ..Shares::ALL })
    }),
    generator("failures+nodes", "a failure budget, and nodes to pack", |seed, options| {
        generate(seed, options, Base::Synthetic, Shares { menu: false, ..Shares::ALL })
    }),
    generator("all", "a menu, a failure budget, and nodes to pack", |seed, options| {
        generate(seed, options, Base::Synthetic, Shares::ALL)
    }),
    generator(
        "workflow",
        "a traced sequencing workflow with a menu and a failure budget",
        |seed, options| {
            generate(seed, options, Base::Workflow, Shares { nodes: false, ..Shares::ALL })
        },
    ),
];

const OPTIONS: &[OptionHelp] = &[
    help(
        "size",
        "small (2-6 types), medium (10-40), large (100-400) or huge (10000 types of 1000 samples); default small",
    ),
    help("types", "number of task types, instead of the size's"),
    help("samples", "samples per type, instead of the size's"),
    help(
        "shape",
        "constant, linear, power, bimodal, multimodal, heavy-tail, staircase or near-limit; default: one of them per type",
    ),
    help("node-limit", "largest allocation in MiB; default 262144"),
    help(
        "granularity",
        "allocations are multiples of this many MiB; default: one of 1, 64, 256, 1024",
    ),
    help("attempts", "attempts per task; default: one of 2, 3, 4"),
    help(
        "time-to-failure",
        "share of the run time after which an attempt fails, in percent; default: one of 100, 50, 25",
    ),
    help("failure-price", "price of a failed attempt in MiB·ms; default: 0 or 10000000"),
    help("censored", "percentage of samples whose peak was never seen; default: 0 or 5"),
    help("menu", "allowed sizes in percent of those used without a menu; default 33"),
    help("failures", "allowed failures in percent of those without a budget; default: 30 to 60"),
    help("nodes", "number of nodes; default: by size, 2 to 20"),
];

const fn help(name: &'static str, help: &'static str) -> OptionHelp {
    OptionHelp { name, help }
}

const fn generator(
    name: &'static str,
    title: &'static str,
    run: crate::family::Generate<Instance>,
) -> Generator<MemorySizing> {
    Offer { name, title, options: OPTIONS, run }
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Base {
    Synthetic,
    Workflow,
}

/// Which shared constraints a kind has.
#[derive(Clone, Copy, Default)]
struct Shares {
    menu: bool,
    failures: bool,
    nodes: bool,
}

impl Shares {
    const ALL: Shares = Shares { menu: true, failures: true, nodes: true };
}

/// Ranges that a size stands for.
#[derive(Clone, Copy)]
struct Size {
    types: (u64, u64),
    samples: (u64, u64),
    nodes: (u64, u64),
    columns: Columns,
}

const SIZES: [(&str, Size); 4] = [
    ("small", Size { types: (2, 6), samples: (5, 15), nodes: (2, 4), columns: Columns::Full }),
    ("medium", Size { types: (10, 40), samples: (30, 120), nodes: (3, 8), columns: Columns::Full }),
    (
        "large",
        Size { types: (100, 400), samples: (200, 200), nodes: (8, 20), columns: Columns::Lean },
    ),
    (
        "huge",
        Size {
            types: (10_000, 10_000),
            samples: (1_000, 1_000),
            nodes: (50, 50),
            columns: Columns::Lean,
        },
    ),
];

fn generate(
    seed: u64,
    options: &Options,
    base: Base,
    shares: Shares,
) -> Result<Instance, Vec<Issue>> {
    let mut reader = Reader::new(options, OPTIONS);
    // The scalars have a stream of their own, so that options change nothing else.
    let mut draw = Draw::new(seed, u64::MAX - 1);
    let draw = &mut draw;
    let size = size(&mut reader);
    let recipe = recipe(&mut reader, base, size, draw);
    let coupling = coupling(&mut reader, shares, size, draw);
    if !reader.issues.is_empty() {
        return Err(reader.issues);
    }
    let mut instance = match base {
        Base::Synthetic => uncoupled(&recipe, seed),
        Base::Workflow => workflow(&recipe, seed),
    };
    couple(&mut instance, &coupling, seed);
    Ok(instance)
}

fn size(reader: &mut Reader) -> Size {
    let named = |name: &str| SIZES.iter().find(|(known, _)| *known == name).map(|(_, size)| *size);
    reader.value("size", "small, medium, large or huge", named).unwrap_or(SIZES[0].1)
}

fn recipe(reader: &mut Reader, base: Base, size: Size, draw: &mut Draw) -> Recipe {
    let types = draw.between(size.types.0, size.types.1);
    let granularity = match base {
        Base::Synthetic => draw.pick(&[1, 64, 256, 1024]),
        Base::Workflow => 1024,
    };
    let attempts = draw.pick(&[2, 3, 3, 4]);
    let failed_percent = draw.pick(&[100, 50, 50, 25]);
    let price = draw.pick(&[0, 0, 0, 10_000_000]);
    let censored = draw.pick(&[0, 0, 5]);
    let samples = reader.integer("samples", 1, 1_000_000);
    let shape = reader.value("shape", "a shape of memory behaviour", Shape::named);
    let percent = reader.integer("time-to-failure", 0, 100).unwrap_or(failed_percent);
    Recipe {
        types: reader.integer("types", 1, 1_000_000).unwrap_or(types),
        samples: samples.map_or(size.samples, |samples| (samples, samples)),
        shape,
        node_limit_mib: reader.integer("node-limit", 4096, 1 << 32).unwrap_or(1 << 18),
        granularity_mib: reader.integer("granularity", 1, 4096).unwrap_or(granularity),
        max_attempts: reader.integer("attempts", 1, 64).unwrap_or(attempts) as u32,
        time_to_failure: share(percent as u32),
        failure_price_mib_ms: reader.integer("failure-price", 0, 1 << 60).unwrap_or(price),
        censored_percent: reader.integer("censored", 0, 100).unwrap_or(censored),
        columns: size.columns,
    }
}

fn share(percent: u32) -> TimeToFailure {
    match percent {
        0 | 100 => TimeToFailure { numerator: percent / 100, denominator: 1 },
        50 => TimeToFailure { numerator: 1, denominator: 2 },
        _ => TimeToFailure { numerator: percent, denominator: 100 },
    }
}

fn coupling(reader: &mut Reader, shares: Shares, size: Size, draw: &mut Draw) -> Coupling {
    let failures = draw.between(30, 60);
    let nodes = draw.between(size.nodes.0, size.nodes.1);
    let menu = reader.integer("menu", 1, 100).unwrap_or(33);
    let failures = reader.integer("failures", 0, 100).unwrap_or(failures);
    let nodes = reader.integer("nodes", 1, 10_000).unwrap_or(nodes);
    Coupling {
        menu_percent: shares.menu.then_some(menu),
        failures_percent: shares.failures.then_some(failures),
        nodes: shares.nodes.then_some(nodes),
    }
}
