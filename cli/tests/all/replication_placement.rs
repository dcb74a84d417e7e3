//! The fourth family through the same commands.

use serde_json::{Value, json};

use crate::folder::Folder;

/// One shard and two nodes in different racks; the only store is slow.
fn one_shard() -> Value {
    let node = |name: &str, rack: &str| {
        json!({
            "name": name, "memory_mib": 2048, "nic_out_kib_per_s": 1_000_000,
            "nic_in_kib_per_s": 1_000_000, "failures_micro_per_day": 5_000,
            "repair_ms": 3_600_000, "domains": { "rack": rack }
        })
    };
    json!({
        "format": "placewright-instance",
        "family": "replication_placement",
        "version": 1,
        "name": "one",
        "instance": {
            "levels": [{ "name": "rack", "domains": [
                { "name": "r0", "shocks_micro_per_day": 100 }, { "name": "r1" }
            ] }],
            "nodes": [node("a", "r0"), node("b", "r1")],
            "stores": [{
                "name": "disk", "capacity_mib": 4096, "ingest_kib_per_s": 10_000,
                "restore_kib_per_s": 10_000
            }],
            "shards": [{
                "name": "s", "state_mib": 1024, "value": 1,
                "spread": [{ "level": "rack" }]
            }],
            "checkpoint_intervals_ms": [600_000, 6_000_000],
            "push_periods_ms": [600_000],
            "timing": {
                "detection_ms": 10_000, "restart_ms": 60_000, "takeover_ms": 3_000,
                "cold_restart_ms": 14_400_000
            }
        }
    })
}

#[test]
fn every_command_knows_the_family() {
    let folder = Folder::new();
    folder.write("one.json", &one_shard());
    folder.run(&["solve", "one.json", "-q", "-o", "one.sol.json"]).expect(0);
    folder.run(&["check", "one.json", "one.sol.json"]).expect(0);
    // Nothing is written, so a strict chain loses 13 s at every failure and nothing else: with the
    // node in the quiet rack as its head 5,000 micro-failures a day times 13 s are 65,000 µs a day.
    // A replica that fails is filled anew, which blocks for 1.049 s 5,100 times.
    let solution = folder.read("one.sol.json");
    assert_eq!(solution["objective"], json!([65_000 + 5_350]));
    let bound = folder.run(&["bound", "one.json", "-q"]).expect(0).json();
    assert_eq!(bound["trust"], "verified");
    let told = folder.run(&["explain", "one.json", "one.sol.json"]).expect(0).stdout();
    assert!(told.contains("strict chain: b → a"), "{told}");
    assert!(told.contains("checkpoint: costs"), "{told}");
    let report = ["emit", "one.json", "one.sol.json", "--format", "report"];
    assert!(folder.run(&report).expect(0).stdout().contains("if this is lost"));
    let model = folder.run(&["export", "one.json", "--format", "lp"]).expect(0);
    assert!(model.stdout().contains("r_s0_o0_p0_n0"), "{}", model.stdout());
    let schema = folder.run(&["schema", "replication_placement", "instance"]).expect(0);
    assert!(schema.stdout().contains("push_periods_ms"));
    for kind in ["fresh", "moves", "broken"] {
        folder.run(&["generate", "replication_placement", kind, "-o", "made.json"]).expect(0);
        folder.run(&["bound", "made.json", "-q"]).expect(0);
    }
}

#[test]
fn what_cannot_be_placed_is_named() {
    let folder = Folder::new();
    let mut file = one_shard();
    file["instance"]["shards"][0]["state_mib"] = json!(3000);
    folder.write("large.json", &file);
    folder.run(&["solve", "large.json", "-q", "-o", "large.sol.json"]).expect(1);
    folder.run(&["check", "large.json", "large.sol.json"]).expect(0);
    let told = folder.run(&["explain", "large.json"]).expect(0).stdout();
    assert!(told.starts_with("infeasible: s: no node is permitted, large and fast"), "{told}");
}
