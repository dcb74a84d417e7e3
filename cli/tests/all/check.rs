//! `placewright check`: whatever is wrong with a solution is found.

use serde_json::{Value, json};

use crate::folder::{Folder, file, infeasible_instance};

fn solved() -> (Folder, Value) {
    let folder = Folder::with_small();
    folder.run(&["solve", "small.json", "-q", "-o", "small.sol.json"]).expect(0);
    let solution = folder.read("small.sol.json");
    (folder, solution)
}

/// Checks the solution after a change; what the verdict says.
fn refused(change: impl FnOnce(&mut Value)) -> String {
    let (folder, mut solution) = solved();
    change(&mut solution);
    folder.write("changed.json", &solution);
    let run = folder.run(&["check", "small.json", "changed.json"]).expect(1);
    assert!(run.stdout().starts_with("verdict      refused\n"), "{}", run.stdout());
    run.stdout()
}

#[test]
fn answers_pass() {
    let (folder, _) = solved();
    let run = folder.run(&["check", "small.json", "small.sol.json"]).expect(0);
    assert!(run.stdout().starts_with("verdict      accepted\n"));
    assert!(run.stdout().contains("(dual prices: verified)"));
}

#[test]
fn bare_plans_are_judged() {
    let (folder, solution) = solved();
    folder.write("plan.json", &solution["plan"]);
    let run = folder.run(&["check", "small.json", "plan.json", "--log-format", "json"]).expect(0);
    assert_eq!(run.json()["objective"], solution["objective"]);
    folder.write("plan.json", &json!({ "ladders": [] }));
    let run = folder.run(&["check", "small.json", "plan.json"]).expect(2);
    assert!(run.stderr().contains("PW031 at /ladders"), "{}", run.stderr());
}

#[test]
fn a_plan_below_the_peaks_is_refused() {
    let said = refused(|solution| {
        solution["plan"]["ladders"][0]["allocations_mib"] = json!([128]);
    });
    assert!(said.contains("broken rule  MS106"), "{said}");
}

#[test]
fn false_claims_are_found() {
    let said = refused(|solution| solution["objective"] = json!([1]));
    assert!(said.contains("the file says objective 1"), "{said}");
    let said = refused(|solution| solution["gap"] = json!(0.5));
    assert!(said.contains("the file says gap"), "{said}");
    let said = refused(|solution| solution["status"] = json!("infeasible"));
    assert!(said.contains("the status \"infeasible\" is not supported"), "{said}");
    let said = refused(|solution| solution["instance_sha256"] = json!("00"));
    assert!(said.contains("made for other data"), "{said}");
    let said = refused(|solution| {
        let bound = solution["bound"][0].as_u64().unwrap() + 1;
        solution["bound"] = json!([bound]);
        solution["certificate"]["claim"]["at_least"] = json!([bound]);
    });
    assert!(said.contains("the certificate does not hold"), "{said}");
}

#[test]
fn a_solvers_word_is_printed_as_such() {
    let (folder, mut solution) = solved();
    solution["certificate"]["proof"] = json!({ "kind": "solver_claim", "solver": "oracle" });
    folder.write("claimed.json", &solution);
    let run = folder.run(&["check", "small.json", "claimed.json"]).expect(0);
    assert!(run.stdout().contains("a solver's word, not verifiable"), "{}", run.stdout());
}

#[test]
fn proofs_of_infeasibility_pass_and_false_ones_do_not() {
    let folder = Folder::with_small();
    folder.write("infeasible.json", &file("infeasible", infeasible_instance()));
    folder.run(&["solve", "infeasible.json", "-q", "-o", "proof.json"]).expect(1);
    folder.run(&["check", "infeasible.json", "proof.json"]).expect(0);
    folder.run(&["check", "small.json", "proof.json"]).expect(1);
}
