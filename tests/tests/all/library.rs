//! The shipped instances: made as they say, and their best known answers still true.

use std::collections::BTreeSet;
use std::fs;

use placewright_instances::family::Family;
use placewright_instances::files::{InstanceFile, SolutionFile, Source};
use placewright_instances::library::{
    BestKnown, BestKnownTable, Entry, best_known_text, parse_best_known, registry_path,
};
use placewright_instances::registry::{self, Visitor};
use placewright_models::memory_sizing::MemorySizing;
use placewright_models::memory_sizing::check::keeps_shared_limits;
use placewright_models::memory_sizing::instance::Instance;
use placewright_models::memory_sizing::packing::place;
use placewright_models::memory_sizing::plan::Plan;
use placewright_solver::certificate::Proof;
use placewright_solver::objective::gap;
use placewright_solver::outcome::Status;

use crate::support::{guessed, heuristics, run};

fn read<F: Family>(entry: &Entry) -> InstanceFile<F::Instance> {
    let source = Source::open(&entry.path()).unwrap_or_else(|error| panic!("{error}"));
    InstanceFile::read::<F>(&source).unwrap_or_else(|error| panic!("{error}"))
}

fn best_known() -> BestKnownTable {
    parse_best_known(&fs::read_to_string(registry_path()).unwrap()).unwrap()
}

/// Does something for every family.
fn for_all_families<V: Visitor<Output = ()> + Copy>(visitor: V) {
    for family in registry::names() {
        registry::dispatch(family, visitor).unwrap();
    }
}

#[test]
fn every_instance_is_made_anew_to_the_byte() {
    #[derive(Clone, Copy)]
    struct MakeAnew;
    impl Visitor for MakeAnew {
        type Output = ();
        fn visit<F: Family>(self) {
            for entry in F::library() {
                let text = entry.generate::<F>().unwrap().to_text().unwrap();
                let shipped = Source::open(&entry.path()).unwrap_or_else(|error| panic!("{error}"));
                assert!(
                    shipped.text == text,
                    "{} differs from what its generator makes",
                    entry.key()
                );
                read::<F>(&entry);
            }
        }
    }
    for_all_families(MakeAnew);
}

#[test]
fn the_registry_and_the_library_list_the_same() {
    struct Keys;
    impl Visitor for Keys {
        type Output = Vec<String>;
        fn visit<F: Family>(self) -> Vec<String> {
            F::library().iter().map(Entry::key).collect()
        }
    }
    let keys = |family| registry::dispatch(family, Keys).unwrap();
    let listed: BTreeSet<String> = registry::names().into_iter().flat_map(keys).collect();
    assert!(listed.len() >= 100);
    assert_eq!(best_known().into_keys().collect::<BTreeSet<_>>(), listed);
    let text = fs::read_to_string(registry_path()).unwrap();
    assert_eq!(best_known_text(&best_known()).unwrap(), text, "the registry was edited by hand");
}

#[test]
fn best_known_answers_are_true() {
    #[derive(Clone, Copy)]
    struct Check;
    impl Visitor for Check {
        type Output = ();
        fn visit<F: Family>(self) {
            let best_known = best_known();
            F::library().iter().for_each(|entry| is_true::<F>(entry, &best_known[&entry.key()]));
        }
    }
    for_all_families(Check);
}

fn is_true<F: Family>(entry: &Entry, best: &BestKnown) {
    let (key, file) = (entry.key(), read::<F>(entry));
    assert_eq!(best.instance_sha256, file.sha256(), "{key}");
    let source = Source::open(&entry.solution_path()).unwrap();
    let solution = SolutionFile::read::<F>(&source).unwrap();
    solution.must_belong_to(&source, &file).unwrap();
    let plan = solution.plan_for::<F>(&source, &file.instance).unwrap().unwrap();
    let verdict = F::judge(&file.instance, &plan);
    assert_eq!(verdict.objective(), Some(&best.value), "{key}");
    assert_eq!(solution.bound.as_ref(), Some(&best.bound), "{key}");
    assert!(best.value >= best.bound, "{key}");
    assert_eq!(best.status == Status::Optimal, best.value == best.bound, "{key}");
    let certificate = solution.certificate.unwrap();
    assert_eq!(certificate.proof.label(), best.proof, "{key}");
    if !matches!(certificate.proof, Proof::SolverClaim { .. }) {
        assert_eq!(F::verify(&file.instance, &certificate), Ok(()), "{key}");
    }
}

/// What the types want on their own: cheapest ladders, and where they would run.
fn breaks_what_is_shared(instance: &Instance) -> bool {
    let mut alone = instance.clone();
    alone.max_distinct_sizes = None;
    alone.max_failures = None;
    alone.nodes.clear();
    let Some(plan) = guessed(&alone).plan else { return true };
    let ladders = Plan { placements: Vec::new(), ..plan };
    !keeps_shared_limits(instance, &ladders) || place(instance, ladders).is_none()
}

#[test]
fn couplings_bind() {
    let coupled = |entry: &Entry| entry.generator != "plain";
    let entries: Vec<Entry> = MemorySizing::library().into_iter().filter(coupled).collect();
    let loose: Vec<String> = entries
        .iter()
        .filter(|entry| !breaks_what_is_shared(&read::<MemorySizing>(entry).instance))
        .map(Entry::key)
        .collect();
    assert!(loose.len() * 10 <= entries.len(), "{} of {}: {loose:?}", loose.len(), entries.len());
}

/// Work units for the sweep, about one second and, where that does not suffice, four.
const SWEEP_WORK: [u64; 2] = [2_000_000, 8_000_000];

#[test]
fn heuristics_come_close_to_the_best_known() {
    let best_known = best_known();
    let mut far = Vec::new();
    for entry in MemorySizing::library().iter().filter(|entry| entry.set != "large") {
        let instance = read::<MemorySizing>(entry).instance;
        let best = &best_known[&entry.key()].value;
        let behind = |work: u64| {
            let outcome = run(&instance, &heuristics(), Some(work), 2);
            outcome.objective.map_or(1.0, |objective| gap(&objective, best))
        };
        let close = |behind: &f64| *behind <= 0.01;
        if !SWEEP_WORK.into_iter().map(behind).any(|gap| close(&gap)) {
            far.push(entry.key());
        }
    }
    assert!(far.is_empty(), "more than 1 % above the best known: {far:#?}");
}
