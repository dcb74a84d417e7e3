//! The generators by name, with the options they take.

use placewright_models::irs_matching::IrsMatching;
use placewright_models::irs_matching::instance::Instance;
use placewright_solver::issue::Issue;

use super::eligibility::Eligibility;
use super::recipe::{Demands, Kind, Recipe, Releases, generate};
use crate::draw::Draw;
use crate::family::{Generate, Generator, Offer, OptionHelp, Options};
use crate::options::Reader;

/// All generators of the family.
pub const GENERATORS: &[Generator<IrsMatching>] = &[
    generator("devices", "devices that arrive one by one, jobs of one round", |seed, options| {
        of_kind(Kind::Devices, seed, options)
    }),
    generator("fluid", "constant rates of device classes, jobs of one round", |seed, options| {
        of_kind(Kind::Fluid, seed, options)
    }),
    generator("rounds", "rates that change with the hour, jobs of many rounds", |seed, options| {
        of_kind(Kind::Rounds, seed, options)
    }),
];

const OPTIONS: &[OptionHelp] = &[
    help("size", "small (4-6 jobs), medium (10-15) or large (50-60); default small"),
    help("jobs", "number of jobs, instead of the size's"),
    help("classes", "number of device classes, 1 to 64; default 4 (small), 4-8, 8-16 (large)"),
    help("eligibility", "lattice, laminar or crossing; default: one of them"),
    help("demands", "log-uniform, near-equal or profiles; default: one of them"),
    help("releases", "at-once, concentrated or spread; default at-once, for rounds concentrated"),
    help("weight", "weights are drawn from 1 to this, 1 to 1000; default 1"),
    help("deadlines", "percentage of jobs with a deadline; default 0"),
    help("shares", "percentage of jobs with a minimum share; default 0"),
    help(
        "rate",
        "devices per second of all classes together, 1 to 1000; default 5, of single devices 1",
    ),
];

const fn help(name: &'static str, help: &'static str) -> OptionHelp {
    OptionHelp { name, help }
}

const fn generator(
    name: &'static str,
    title: &'static str,
    run: Generate<Instance>,
) -> Generator<IrsMatching> {
    Offer { name, title, options: OPTIONS, run }
}

/// Ranges that a size stands for.
#[derive(Clone, Copy)]
struct Size {
    jobs: (u64, u64),
    classes: (u64, u64),
    /// Smallest and largest demand of single devices.
    devices: (u64, u64),
}

const SIZES: [(&str, Size); 3] = [
    ("small", Size { jobs: (4, 6), classes: (4, 4), devices: (3, 12) }),
    ("medium", Size { jobs: (10, 15), classes: (4, 8), devices: (3, 30) }),
    ("large", Size { jobs: (50, 60), classes: (8, 16), devices: (5, 50) }),
];

fn of_kind(kind: Kind, seed: u64, options: &Options) -> Result<Instance, Vec<Issue>> {
    let mut reader = Reader::new(options, OPTIONS);
    let reader = &mut reader;
    // The scalars have a stream of their own, so that options change nothing else.
    let mut draw = Draw::new(seed, u64::MAX - 1);
    let named = |name: &str| SIZES.iter().find(|(known, _)| *known == name).map(|(_, size)| *size);
    let size = reader.value("size", "small, medium or large", named).unwrap_or(SIZES[0].1);
    let jobs = draw.between(size.jobs.0, size.jobs.1);
    let classes = draw.between(size.classes.0, size.classes.1);
    let eligibility = draw.pick(&Eligibility::ALL).1;
    let demands = draw.pick(&[Demands::LogUniform, Demands::NearEqual, Demands::Profiles]);
    let releases = if kind == Kind::Rounds { Releases::Concentrated } else { Releases::AtOnce };
    let rate = if kind == Kind::Devices { 1 } else { 5 };
    let recipe = Recipe {
        kind,
        jobs: reader.integer("jobs", 1, 10_000).unwrap_or(jobs),
        classes: reader.integer("classes", 1, 64).unwrap_or(classes),
        eligibility: reader
            .value("eligibility", "lattice, laminar or crossing", Eligibility::named)
            .unwrap_or(eligibility),
        demands: reader
            .value("demands", "log-uniform, near-equal or profiles", Demands::named)
            .unwrap_or(demands),
        releases: reader
            .value("releases", "at-once, concentrated or spread", Releases::named)
            .unwrap_or(releases),
        demand: if kind == Kind::Devices { size.devices } else { (20, 1500) },
        rounds: if kind == Kind::Rounds { (10, 400) } else { (1, 1) },
        weight: reader.integer("weight", 1, 1000).unwrap_or(1),
        deadlines_percent: reader.integer("deadlines", 0, 100).unwrap_or(0),
        shares_percent: reader.integer("shares", 0, 100).unwrap_or(0),
        rate_micro_per_s: 1_000_000 * reader.integer("rate", 1, 1000).unwrap_or(rate),
    };
    if reader.issues.is_empty() {
        Ok(generate(&recipe, seed))
    } else {
        Err(std::mem::take(&mut reader.issues))
    }
}
