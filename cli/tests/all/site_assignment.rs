//! Site assignment through the same commands.

use crate::folder::Folder;

#[test]
fn benchmarks_go_in_and_come_out() {
    let folder = Folder::new();
    // Two agents, three jobs: the cheap agent has room for two.
    folder.write_text("a.txt", "2 3\n 1 1 1\n 5 6 9\n 1 1 1\n 1 1 1\n 2 3\n");
    folder.run(&["import", "site_assignment", "gap", "a.txt", "-o", "a.json"]).expect(0);
    folder.run(&["solve", "a.json", "-q", "-o", "a.sol.json"]).expect(0);
    folder.run(&["check", "a.json", "a.sol.json"]).expect(0);
    assert_eq!(folder.read("a.sol.json")["objective"], serde_json::json!([7]));
    let emitted = folder.run(&["emit", "a.json", "a.sol.json", "--format", "gap"]).expect(0);
    assert_eq!(emitted.stdout(), "2\n1\n1\n");
    let bound = folder.run(&["bound", "a.json", "-q"]).expect(0).json();
    assert_eq!(bound["trust"], "verified");
    let told = folder.run(&["explain", "a.json", "a.sol.json"]).expect(0).stdout();
    assert!(told.contains("job-1"), "{told}");
    let model = folder.run(&["export", "a.json", "--format", "lp"]).expect(0);
    assert!(model.stdout().contains("x_0_0"), "{}", model.stdout());
    for kind in ["assignment", "location"] {
        folder.run(&["generate", "site_assignment", kind, "-o", "made.json"]).expect(0);
        folder.run(&["bound", "made.json", "-q"]).expect(0);
    }
}
