//! The challenge's own numbers: its worked example, the costs of all original assignments, the simple
//! bounds, and the known optimum.

use std::path::Path;

use placewright_instances::data_folder::data_folder;
use placewright_instances::family::{Family, emitter, find};
use placewright_instances::files::Source;
use placewright_models::machine_reassignment::MachineReassignment;
use placewright_models::machine_reassignment::certificate::aggregate_bound;
use placewright_models::machine_reassignment::instance::Instance;
use placewright_solver::outcome::Status;

use super::support::{cost, guessed, modelled, plan, value};

/// The folder of the challenge's files; `None`, with a word about it, where there is none.
fn folder() -> Option<std::path::PathBuf> {
    let folder = data_folder().map(|data| data.join("placement/roadef2012"));
    let folder = folder.filter(|folder| folder.is_dir());
    if folder.is_none() {
        eprintln!("skipped: the ROADEF 2012 files are not here");
    }
    folder
}

fn import(folder: &Path, name: &str, assignment: &str) -> Instance {
    let open = |file: String| Source::open(&folder.join(file)).unwrap();
    let sources = [open(format!("model_{name}.txt")), open(format!("{assignment}.txt"))];
    let importer = find(MachineReassignment::importers(), "roadef").unwrap();
    (importer.run)(&sources, &Default::default()).unwrap_or_else(|error| panic!("{error}")).instance
}

/// The example of the problem's subject, section 3.
#[test]
fn the_worked_example_costs_what_it_says() {
    let Some(folder) = folder() else { return };
    let instance = import(&folder, "example", "initial_solution_example");
    let costs = [[0, 3, 0], [0, 2, 0], [0, 2, 1]].map(|m| cost(&instance, &plan(&m)));
    assert_eq!(costs, [Some(4200), Some(3510), Some(2411)]);
    let outcome = modelled(&instance);
    assert_eq!((value(&outcome), outcome.status), (Some(2411), Status::Optimal));
    assert_eq!(value(&guessed(&instance, 20_000, 1)), Some(2411));
    let emitter = emitter::<MachineReassignment>("roadef").unwrap();
    assert_eq!((emitter.emit)(&instance.original()), "0 3 0\n");
}

#[test]
fn original_costs_and_bounds_are_the_published_ones() {
    let Some(folder) = folder() else { return };
    let table = std::fs::read_to_string(folder.join("best_known.csv")).unwrap();
    let mut lines = table.lines();
    let header: Vec<&str> = lines.next().unwrap().split(',').collect();
    let column = |name: &str| header.iter().position(|each| *each == name).unwrap();
    let (initial, bound) = (column("initial_cost"), column("simple_lower_bound"));
    for line in lines {
        let fields: Vec<&str> = line.split(',').collect();
        let instance = import(&folder, fields[0], &format!("assignment_{}", fields[0]));
        let found = (cost(&instance, &instance.original()), aggregate_bound(&instance));
        let number = |at: usize| fields[at].parse::<i128>().unwrap();
        assert_eq!(found, (Some(number(initial)), number(bound)), "{}", fields[0]);
    }
}

#[test]
fn the_known_optimum_is_found() {
    let Some(folder) = folder() else { return };
    let instance = import(&folder, "a1_1", "assignment_a1_1");
    let found = value(&guessed(&instance, 4_000_000, 2)).unwrap();
    // Proved to be optimal by others.
    assert!(found >= 44_306_501);
    assert!(found <= 44_307_000, "{found}");
}
