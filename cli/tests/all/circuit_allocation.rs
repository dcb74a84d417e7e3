//! The third family through the same commands.

use serde_json::{Value, json};

use crate::folder::Folder;

/// Two leaves of two servers with four GPUs; eight GPUs are wanted, a server of each leaf is held.
fn cross() -> Value {
    json!({
        "format": "placewright-instance",
        "family": "circuit_allocation",
        "version": 1,
        "name": "cross",
        "instance": {
            "cluster": { "leaves": 2, "servers_per_leaf": 2, "gpus_per_server": 4, "spines": 4 },
            "fabric": { "static": { "circuits_per_pair": 1 } },
            "live": [
                { "name": "A", "servers": [{ "leaf": 0, "server": 0, "gpus": 4 }] },
                { "name": "B", "servers": [{ "leaf": 1, "server": 1, "gpus": 4 }] }
            ],
            "question": { "place": { "job": { "name": "J", "gpus": 8 } } }
        }
    })
}

fn changed(change: impl Fn(&mut Value)) -> Value {
    let mut file = cross();
    change(&mut file["instance"]);
    file
}

#[test]
fn every_command_knows_the_family() {
    let folder = Folder::new();
    folder.write("cross.json", &cross());
    folder.run(&["solve", "cross.json", "-q", "-o", "cross.sol.json"]).expect(0);
    folder.run(&["check", "cross.json", "cross.sol.json"]).expect(0);
    let solution = folder.read("cross.sol.json");
    assert_eq!(solution["objective"], json!([2, 0, 0]));
    assert_eq!(solution["status"], json!("optimal"));
    let bound = folder.run(&["bound", "cross.json", "-q"]).expect(0).json();
    assert_eq!(bound["trust"], "verified");
    let told = folder.run(&["explain", "cross.json", "cross.sol.json"]).expect(0).stdout();
    assert!(
        told.contains("J: placed, on leaves 0 (4), 1 (4) with 8 circuits to 4 spines"),
        "{told}"
    );
    let report = ["emit", "cross.json", "cross.sol.json", "--format", "report"];
    assert!(folder.run(&report).expect(0).stdout().contains("J runs on 2 leaves"));
    for format in ["lp", "mps"] {
        let model = folder.run(&["export", "cross.json", "--format", format]).expect(0);
        assert!(model.stdout().contains("y_0_3"), "{}", model.stdout());
    }
    let schema = folder.run(&["schema", "circuit_allocation", "instance"]).expect(0);
    assert!(schema.stdout().contains("circuits_per_pair"));
    for kind in ["place", "batch", "rewire"] {
        let made = ["generate", "circuit_allocation", kind, "--seed", "4", "-o", "made.json"];
        folder.run(&made).expect(0);
        folder.run(&["bound", "made.json", "-q"]).expect(0);
        let solve = ["solve", "made.json", "-q", "--work-limit", "20000", "-o", "made.sol.json"];
        folder.run(&solve).expect(0);
        folder.run(&["check", "made.json", "made.sol.json"]).expect(0);
    }
}

#[test]
fn explain_names_the_limit_and_a_remedy() {
    let folder = Folder::new();
    let cut = changed(|instance| {
        instance["live"][0]["circuits"] = json!([{ "leaf": 0, "spine": 2, "count": 1 }]);
    });
    folder.write("cut.json", &cut);
    folder.run(&["solve", "cut.json", "-q", "-o", "cut.sol.json"]).expect(1);
    let told = folder.run(&["explain", "cut.json"]).expect(0).stdout();
    assert!(told.contains("left out, 2 leaves have the servers, but no spines"), "{told}");
    assert!(told.contains("moving A (4 GPUs) elsewhere would let it in"), "{told}");
}

#[test]
fn a_file_with_mistakes_is_told_all_of_them() {
    let folder = Folder::new();
    let bad = changed(|instance| {
        instance["live"][0]["servers"][0]["leaf"] = json!(7);
        instance["live"][1]["servers"][0]["gpus"] = json!(4_000_000_000_u32);
        instance["question"]["place"]["job"]["gpus"] = json!(6);
    });
    folder.write("bad.json", &bad);
    let told = folder.run(&["solve", "bad.json"]).expect(2).stderr();
    for code in ["CA006", "CA007"] {
        assert!(told.contains(code), "{told}");
    }
    assert!(told.contains("/instance/live/0/servers/0/leaf"), "{told}");
}
