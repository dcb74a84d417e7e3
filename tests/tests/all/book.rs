//! The book's snippets: run, and compared with what the book shows.
//!
//! `PLACEWRIGHT_UPDATE_BOOK=1 cargo test -p placewright-tests book` rewrites the generated ones.

use std::fmt::Write as _;
use std::fs;
use std::path::{Path, PathBuf};

use placewright_instances::codes;
use placewright_instances::files::{InstanceFile, SolutionFile, Source};

// ANCHOR: solve
use std::time::Duration;

use placewright_models::memory_sizing::MemorySizing;
use placewright_models::memory_sizing::instance::Instance;
use placewright_models::memory_sizing::methods::methods;
use placewright_models::memory_sizing::plan::Plan;
use placewright_solver::budget::{Budget, CancelToken};
use placewright_solver::driver::{Options, solve};
use placewright_solver::error::EngineError;
use placewright_solver::event::Silent;
use placewright_solver::outcome::Outcome;

fn solve_within_ten_seconds(instance: &Instance) -> Result<Outcome<Plan>, EngineError> {
    let budget = Budget::new(Some(Duration::from_secs(10)), None, CancelToken::new());
    let options = Options { seed: 7, threads: 2, gap: 0.0 };
    solve::<MemorySizing>(instance, &methods(), &options, &budget, None, &Silent)
}
// ANCHOR_END: solve

// ANCHOR: judge
use placewright_solver::problem::{Problem, Verdict};

/// Whether the referee finds what the outcome says, and the certificate holds.
fn is_honest(instance: &Instance, outcome: &Outcome<Plan>) -> bool {
    let same_cost =
        outcome.plan.as_ref().is_none_or(|plan| match MemorySizing::judge(instance, plan) {
            Verdict::Feasible(cost) => Some(&cost) == outcome.objective.as_ref(),
            Verdict::Refused(_) => false,
        });
    let verified = |certificate| MemorySizing::verify(instance, certificate).is_ok();
    same_cost && outcome.certificate.as_ref().is_none_or(verified)
}
// ANCHOR_END: judge

fn docs() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../docs")
}

/// Compares a generated page with the committed one, or rewrites it when asked to.
fn must_show(path: &Path, text: &str) {
    if std::env::var_os("PLACEWRIGHT_UPDATE_BOOK").is_some() {
        fs::write(path, text).unwrap();
    }
    let shown = fs::read_to_string(path).unwrap_or_default();
    assert_eq!(shown, text, "{} is out of date", path.display());
}

fn two_types() -> InstanceFile<Instance> {
    let source = Source::open(&docs().join("snippets/two_types.json")).unwrap();
    InstanceFile::read::<MemorySizing>(&source).unwrap()
}

#[test]
fn the_quick_starts_solution_is_what_solve_writes() {
    let file = two_types();
    let outcome = solve_within_ten_seconds(&file.instance).unwrap();
    let text = SolutionFile::new::<MemorySizing>(&file, &outcome).to_text().unwrap();
    must_show(&docs().join("snippets/two_types.sol.json"), &text);
}

#[test]
fn the_librarys_snippets_agree_with_each_other() {
    let file = two_types();
    let outcome = solve_within_ten_seconds(&file.instance).unwrap();
    assert!(is_honest(&file.instance, &outcome));
    let mut forged = outcome;
    forged.objective = None;
    assert!(!is_honest(&file.instance, &forged));
}

#[test]
fn the_error_index_is_complete() {
    let mut page = String::from(
        "# Error index\n\n`PW…` are problems of files in general, the others belong to a family.\n\
         `placewright explain CODE` prints an entry.\n",
    );
    for code in codes::all() {
        write!(
            page,
            "\n## {}: {}\n\n{}\n\n*What to do:* {}.\n",
            code.code, code.title, code.meaning, code.action
        )
        .unwrap();
    }
    must_show(&docs().join("src/errors.md"), &page);
}
