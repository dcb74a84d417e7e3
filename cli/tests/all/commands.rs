//! `bound`, `explain`, `import`, `export`, `emit`: every command around the solver.

use serde_json::json;

use crate::folder::{Folder, file, hard_instance, infeasible_instance};

#[test]
fn bounds_come_with_their_certificate() {
    let folder = Folder::with_small();
    let bound = folder.run(&["bound", "small.json"]).expect(0).json();
    let solution = folder.run(&["solve", "small.json", "-q"]).expect(0).json();
    assert_eq!(bound["bound"], solution["bound"]);
    assert_eq!(bound["trust"], "verified");
    folder.write("infeasible.json", &file("infeasible", infeasible_instance()));
    let proof = folder.run(&["bound", "infeasible.json", "-q"]).expect(0).json();
    assert_eq!(proof["infeasible"], true);
}

#[test]
fn codes_are_explained() {
    let folder = Folder::new();
    let run = folder.run(&["explain", "ms106"]).expect(0);
    assert!(run.stdout().starts_with("MS106: "), "{}", run.stdout());
    let run = folder.run(&["explain", "XX999"]).expect(2);
    assert!(run.stderr().contains("there is no code XX999"), "{}", run.stderr());
}

#[test]
fn plans_are_explained_type_by_type() {
    let folder = Folder::new();
    folder.write("hard.json", &file("hard", hard_instance()));
    let arguments = ["solve", "hard.json", "-q", "--method", "heuristic", "--work-limit", "50000"];
    folder.run(&[&arguments[..], &["-o", "hard.sol.json"]].concat()).expect(0);
    let run = folder.run(&["explain", "hard.json", "hard.sol.json"]).expect(0);
    assert!(run.stdout().contains("distinct sizes  5 of 5, all used"), "{}", run.stdout());
    assert!(run.stdout().contains("  task_13  "), "{}", run.stdout());
    folder.write("infeasible.json", &file("infeasible", infeasible_instance()));
    let run = folder.run(&["explain", "infeasible.json"]).expect(0);
    assert!(run.stdout().starts_with("infeasible: task_0: sample 0 needs"), "{}", run.stdout());
}

#[test]
fn models_are_exported_and_answers_to_them_read_back() {
    let folder = Folder::with_small();
    let lp = folder.run(&["export", "small.json", "--format", "lp"]).expect(0);
    assert!(lp.stdout().contains("Subject To"));
    folder.run(&["export", "small.json", "--format", "mps", "-o", "small.mps"]).expect(0);
    let mps = std::fs::read_to_string(folder.path("small.mps")).unwrap();
    assert!(mps.starts_with("NAME"));
    folder.write_text("none.sol", "=obj= 0\nno_such_column 1\n");
    let run = folder.run(&["check", "small.json", "none.sol"]).expect(2);
    assert!(run.stderr().contains("no column no_such_column"), "{}", run.stderr());
    // Every column at zero breaks rows of the model: it is no answer to it.
    folder.write_text("zero.sol", "=obj= 0\n");
    let run = folder.run(&["check", "small.json", "zero.sol"]).expect(2);
    assert!(run.stderr().contains("path_t0_u0: 0 is not within"), "{}", run.stderr());
    for (content, told) in [("z 1\nz 1\n", "given twice"), ("=obj= nan\n", "not a number")] {
        let column =
            mps.lines().find_map(|line| line.split_whitespace().find(|w| w.starts_with("z_")));
        folder.write_text("odd.sol", &content.replace('z', column.unwrap()));
        let run = folder.run(&["check", "small.json", "odd.sol"]).expect(2);
        assert!(run.stderr().contains(told), "{}", run.stderr());
    }
}

#[test]
fn histories_become_instances_and_plans_become_configurations() {
    let folder = Folder::new();
    let rows = "task_type,peak_mib,run_time_ms\nalign,900,60000\nalign,1000,50000\nsort,80,9000\n";
    folder.write_text("history.csv", rows);
    let import = ["import", "memory_sizing", "csv", "history.csv", "-o", "history.json"];
    folder.run(&[&import[..], &["-O", "granularity_mib=64"]].concat()).expect(0);
    folder.run(&["solve", "history.json", "-q", "-o", "answer.json"]).expect(0);
    let emit = |format| folder.run(&["emit", "history.json", "answer.json", "--format", format]);
    assert!(emit("nextflow").expect(0).stdout().contains("withName: 'align'"));
    assert!(emit("report").expect(0).stdout().contains("align"));
    assert!(emit("magic").expect(2).stderr().contains("report or one of"));
    let run = folder.run(&[&import[..], &["-O", "nonsense=1"]].concat()).expect(2);
    assert!(run.stderr().contains("nonsense"), "{}", run.stderr());
    let formats = folder.run(&["import", "memory_sizing"]).expect(0);
    assert!(formats.stdout().contains("nextflow: "), "{}", formats.stdout());
}

#[test]
fn plans_that_break_rules_are_not_emitted() {
    let folder = Folder::with_small();
    let ladder = |t: u32| json!({ "type": format!("task_{t}"), "allocations_mib": [128] });
    folder.write("plan.json", &json!({ "ladders": [ladder(0), ladder(1), ladder(2)] }));
    let run = folder.run(&["emit", "small.json", "plan.json", "--format", "csv"]).expect(1);
    assert_eq!(run.stdout(), "");
    assert!(run.stderr().contains("MS106"), "{}", run.stderr());
}

#[test]
fn help_is_short_and_has_examples() {
    let run = Folder::new().run(&["--help"]).expect(0);
    insta::assert_snapshot!(run.stdout());
}
