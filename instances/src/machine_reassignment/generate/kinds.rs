//! The generators by name, with the options they take.

use placewright_models::machine_reassignment::MachineReassignment;
use placewright_models::machine_reassignment::instance::Instance;
use placewright_solver::issue::Issue;

use super::recipe::{Recipe, generate};
use crate::family::{Generator, Offer, OptionHelp, Options};
use crate::options::Reader;

/// All generators of the family.
pub const GENERATORS: &[Generator<MachineReassignment>] = &[Offer {
    name: "cluster",
    title: "machines of several sizes whose processes came in any order",
    options: OPTIONS,
    run: cluster,
}];

const OPTIONS: &[OptionHelp] = &[
    help(
        "size",
        "small (8 processes, 3 machines), medium (120, 12) or large (2000, 100); default small",
    ),
    help("processes", "number of processes, instead of the size's, 1 to 131072"),
    help("machines", "number of machines, instead of the size's, 1 to 4096"),
    help("resources", "number of resources, every third of them transient, 1 to 20; default 3"),
    help("fill", "percentage of capacities that is used, 5 to 90; default 70"),
    help("balance", "number of balance costs, 0 to 10; default 1"),
];

const fn help(name: &'static str, help: &'static str) -> OptionHelp {
    OptionHelp { name, help }
}

/// Processes and machines.
const SIZES: [(&str, u64, u64); 3] = [("small", 8, 3), ("medium", 120, 12), ("large", 2_000, 100)];

fn cluster(seed: u64, options: &Options) -> Result<Instance, Vec<Issue>> {
    let mut reader = Reader::new(options, OPTIONS);
    let reader = &mut reader;
    let named = |name: &str| SIZES.iter().find(|(known, ..)| *known == name).copied();
    let size = reader.value("size", "small, medium or large", named).unwrap_or(SIZES[0]);
    let recipe = Recipe {
        processes: reader.integer("processes", 1, 131_072).unwrap_or(size.1),
        machines: reader.integer("machines", 1, 4_096).unwrap_or(size.2),
        resources: reader.integer("resources", 1, 20).unwrap_or(3),
        fill_percent: reader.integer("fill", 5, 90).unwrap_or(70),
        balance_costs: reader.integer("balance", 0, 10).unwrap_or(1),
    };
    if reader.issues.is_empty() {
        Ok(generate(&recipe, seed))
    } else {
        Err(std::mem::take(&mut reader.issues))
    }
}
