//! The fifth family through the same commands.

use crate::folder::Folder;

/// Two processes on the first of two machines, which has safe room for one of them.
const MODEL: &str =
    "1\n0 2\n2\n0 0 10 5 0 1\n0 1 10 5 1 0\n2\n1 0\n1 0\n2\n0 4 1\n1 4 1\n0\n1 1 1\n";

#[test]
fn a_challenge_file_goes_in_and_a_solution_file_comes_out() {
    let folder = Folder::new();
    folder.write_text("model.txt", MODEL);
    folder.write_text("assignment.txt", "0 0\n");
    let import = ["import", "machine_reassignment", "roadef", "model.txt", "assignment.txt"];
    folder.run(&[&import[..], &["-o", "two.json"]].concat()).expect(0);
    folder.run(&["solve", "two.json", "-q", "-o", "two.sol.json"]).expect(0);
    folder.run(&["check", "two.json", "two.sol.json"]).expect(0);
    let solution = folder.read("two.sol.json");
    // Three units too many cost 6; a process that moves costs 1, as do its service and its way.
    assert_eq!(solution["objective"], serde_json::json!([3]));
    assert_eq!(solution["status"], "optimal", "{solution}");
    let emit = ["emit", "two.json", "two.sol.json", "--format", "roadef"];
    let emitted = folder.run(&emit).expect(0).stdout();
    assert_eq!(emitted.split_whitespace().count(), 2, "{emitted}");
    let told = folder.run(&["explain", "two.json", "two.sol.json"]).expect(0).stdout();
    assert!(told.contains("1 processes move"), "{told}");
    folder.run(&import[..4]).expect(2);
}
