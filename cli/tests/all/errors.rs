//! Bad usage and bad input: exit code 2, every problem told, nothing written.

use serde_json::json;

use crate::folder::{Folder, Run, file, instance};

fn solve_text(name: &str, text: &str) -> Run {
    let folder = Folder::new();
    folder.write_text(name, text);
    let run = folder.run(&["solve", name, "-o", "out.json"]).expect(2);
    assert_eq!(folder.names(), [name]);
    assert_eq!(run.stdout(), "");
    run
}

#[test]
fn files_that_are_no_instances() {
    let whole = file("small", instance(1, 4)).to_string();
    for (text, code) in [("", "PW002"), (&whole[..whole.len() / 2], "PW003"), ("[1]", "PW017")] {
        let run = solve_text("a.json", text);
        assert!(run.stderr().contains(&format!("a.json: {code}")), "{}", run.stderr());
        assert!(run.stderr().contains(&format!("placewright explain {code}")));
    }
}

#[test]
fn all_issues_come_at_once_with_their_lines() {
    let mut broken = file("broken", instance(2, 4));
    broken["instance"]["types"][1]["name"] = json!("task_0");
    broken["instance"]["max_attempts"] = json!(0);
    let run = solve_text("broken.json", &format!("{broken:#}"));
    let said = run.stderr();
    let issues: Vec<&str> = said.lines().filter(|line| line.contains("(line ")).collect();
    assert!(issues.len() >= 2, "{said}");
}

#[test]
fn issues_are_json_lines_on_request() {
    let folder = Folder::new();
    folder.write_text("a.json", "{");
    let run = folder.run(&["solve", "a.json", "--log-format", "json"]).expect(2);
    let issue: serde_json::Value = serde_json::from_str(&run.stderr()).unwrap();
    assert_eq!(issue["kind"], "issue");
    assert_eq!(issue["file"], "a.json");
    assert_eq!(issue["code"], "PW003");
}

#[test]
fn other_kinds_of_files_get_a_hint() {
    let csv = solve_text("trace.csv", "process,peak\na,1\n");
    assert!(csv.stderr().contains("placewright import"), "{}", csv.stderr());
    let mps = solve_text("model.mps", "NAME x\n");
    assert!(mps.stderr().contains("placewright export"), "{}", mps.stderr());
}

#[test]
fn unknown_methods_list_those_there_are() {
    let run = Folder::with_small().run(&["solve", "small.json", "--method", "magic"]).expect(2);
    let said = run.stderr();
    assert!(said.contains("\"magic\"") && said.contains("lagrangian"), "{said}");
}

#[test]
fn flags_are_checked() {
    let folder = Folder::with_small();
    for (arguments, hint) in [
        (vec!["--time-limit", "10"], "10s is seconds"),
        (vec!["--gap", "5"], "0.01 is one percent"),
        (vec!["--threads", "0"], "1..=256"),
        (vec!["--nonsense"], "unexpected argument"),
        (vec!["-o", "no/such/folder/a.json"], "no folder no/such/folder"),
        (vec!["small.json", "-o", "file.json"], "not a folder"),
        (vec!["small.json", "-o", "twice/"], "two files would write small.sol.json"),
    ] {
        let run = folder.run(&[&["solve", "small.json"], &arguments[..]].concat()).expect(2);
        assert!(run.stderr().contains(hint), "{arguments:?}: {}", run.stderr());
    }
    folder.run(&["solve", "-", "-"]).expect(2);
    folder.run(&["solve", "missing.json"]).expect(2);
    assert_eq!(folder.names(), ["small.json"]);
}

#[test]
fn schemas_are_printed_and_unknown_families_listed() {
    let folder = Folder::new();
    let schema = folder.run(&["schema", "memory_sizing", "solution"]).expect(0).json();
    assert_eq!(schema["title"], "placewright-solution: memory_sizing");
    let run = folder.run(&["schema", "nonsense"]).expect(2);
    assert!(run.stderr().contains("memory_sizing"), "{}", run.stderr());
}
