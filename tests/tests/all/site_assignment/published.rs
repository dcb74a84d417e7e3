//! Public benchmark files: read, their published solutions accepted at their stated cost, no bound
//! above a published value, and small optima found.

use std::fs;
use std::path::{Path, PathBuf};

use placewright_instances::data_folder::data_folder;
use placewright_instances::family::{Family, Options, find};
use placewright_instances::files::Source;
use placewright_models::site_assignment::SiteAssignment;
use placewright_models::site_assignment::cost_text::decimal_text;
use placewright_models::site_assignment::instance::{Instance, SiteId};
use placewright_models::site_assignment::plan::{Part, Plan};
use placewright_solver::outcome::Status;

use super::support::{bound, bounded, cost, guessed, run, solved, value};

/// Folder and importer of a benchmark; `None`, said aloud, where the data are missing.
fn folder(name: &str) -> Option<PathBuf> {
    let found = data_folder().map(|data| data.join("placement").join(name));
    let found = found.filter(|folder| folder.is_dir());
    if found.is_none() {
        eprintln!("skipped: no folder placement/{name} of public data");
    }
    found
}

fn import(importer: &str, path: &Path) -> Instance {
    let source = Source::open(path).unwrap_or_else(|error| panic!("{error}"));
    let importer = find(SiteAssignment::importers(), importer).unwrap();
    let imported = (importer.run)(&[source], &Options::new());
    imported.unwrap_or_else(|error| panic!("{error}")).instance
}

/// Name and a column of `best_known.csv`.
fn best_known(folder: &Path, column: &str) -> Vec<(String, String)> {
    let text = fs::read_to_string(folder.join("best_known.csv")).unwrap();
    let mut lines = text.lines().map(|line| line.split(',').collect::<Vec<_>>());
    let header = lines.next().unwrap();
    let at = header.iter().position(|name| *name == column).unwrap();
    lines.map(|row| (row[0].to_owned(), row[at].to_owned())).collect()
}

/// Whole costs of an instance, from text with decimals.
fn scaled(text: &str, decimals: u32) -> f64 {
    text.parse::<f64>().unwrap() * 10_f64.powi(decimals as i32)
}

#[test]
fn published_solutions_of_the_competition_cost_what_they_say() {
    let Some(folder) = folder("mscflp_ci") else { return };
    for (name, total) in best_known(&folder, "best_total_cost") {
        let instance = import("mess", &folder.join(format!("{name}.dzn")));
        let text = fs::read_to_string(folder.join(format!("sol-{name}.txt"))).unwrap();
        let triples = text.split('}').next().unwrap();
        let numbers: Vec<u64> = triples
            .split(|c: char| !c.is_ascii_digit())
            .filter_map(|word| word.parse().ok())
            .collect();
        let mut services = vec![Vec::new(); instance.customers.len()];
        for triple in numbers.chunks_exact(3) {
            let site = SiteId(triple[1] as u32 - 1);
            services[triple[0] as usize - 1].push(Part { site, quantity: triple[2] });
        }
        let mut open_sites: Vec<SiteId> = services.iter().flatten().map(|part| part.site).collect();
        open_sites.sort_unstable();
        open_sites.dedup();
        let plan = Plan { open_sites, services };
        assert_eq!(cost(&instance, &plan), Some(total.parse().unwrap()), "{name}");
    }
}

#[test]
fn the_toy_of_the_competition_is_solved() {
    let Some(folder) = folder("mscflp_ci") else { return };
    let outcome = solved(&import("mess", &folder.join("toy.dzn")));
    assert_eq!((value(&outcome), outcome.status), (Some(6757), Status::Optimal));
}

#[test]
fn no_bound_is_above_a_published_value() {
    let benchmarks = [
        ("gap", "gap", "best_value", "txt"),
        ("pmedcap", "pmedcap", "best_value", "txt"),
        ("cflp", "cflp", "optimum", "txt"),
        ("mscflp_ci", "mess", "best_total_cost", "dzn"),
    ];
    for (name, importer, column, extension) in benchmarks {
        let Some(folder) = folder(name) else { continue };
        for (file, best) in best_known(&folder, column) {
            let instance = import(importer, &folder.join(format!("{file}.{extension}")));
            let outcome = bounded(&instance);
            let best = scaled(&best, instance.cost_decimals);
            let bound = bound(&outcome).unwrap_or_else(|| panic!("{file}: no bound"));
            // Published values have three decimals.
            assert!(bound as f64 <= best + 0.01 * scaled("1", instance.cost_decimals), "{file}");
            assert!(value(&outcome).is_some(), "{file}: no plan");
        }
    }
}

#[test]
fn warehouses_are_located_at_the_published_cost() {
    let Some(folder) = folder("cflp") else { return };
    for (file, optimum) in best_known(&folder, "optimum").into_iter().take(4) {
        let instance = import("cflp", &folder.join(format!("{file}.txt")));
        let outcome = solved(&instance);
        let cost = decimal_text(value(&outcome).unwrap(), instance.cost_decimals);
        let (cost, optimum): (f64, f64) = (cost.parse().unwrap(), optimum.parse().unwrap());
        assert!((cost - optimum).abs() <= 0.01, "{file}: {cost} for {optimum}");
        assert_eq!(outcome.status, Status::Optimal, "{file}");
    }
}

#[test]
fn easy_assignments_are_solved_and_hard_ones_come_close() {
    let Some(folder) = folder("gap") else { return };
    let read = |name: &str| import("gap", &folder.join(format!("{name}.txt")));
    for (name, optimum) in [("a05100", 1698), ("b05100", 1843)] {
        let methods = placewright_models::site_assignment::methods::methods();
        let outcome = run(&read(name), &methods, Some(30_000_000), 2);
        assert_eq!(value(&outcome), Some(optimum), "{name}");
    }
    for (name, best) in [("c05100", 1931), ("d10100", 6347), ("e05100", 12_681)] {
        let outcome = guessed(&read(name), 400_000);
        let (value, bound) = (value(&outcome).unwrap(), bound(&outcome).unwrap());
        assert!(value <= best * 102 / 100, "{name}: {value} for {best}");
        assert!(bound <= best && bound * 1000 >= best * 998, "{name}: {bound} for {best}");
    }
}

#[test]
fn medians_come_close() {
    let Some(folder) = folder("pmedcap") else { return };
    for (file, best) in best_known(&folder, "best_value").into_iter().take(2) {
        let instance = import("pmedcap", &folder.join(format!("{file}.txt")));
        let outcome = guessed(&instance, 400_000);
        let best: i128 = best.parse().unwrap();
        let value = value(&outcome).unwrap();
        assert!(value >= best && value * 100 <= best * 102, "{file}: {value} for {best}");
    }
}
