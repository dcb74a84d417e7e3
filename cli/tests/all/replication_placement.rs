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

/// Two shards, of which one has a placement on the node that fails most.
fn moved() -> Value {
    let mut file = one_shard();
    let instance = &mut file["instance"];
    instance["shards"] = json!([
        {
            "name": "s", "state_mib": 1024, "value": 1, "spread": [{ "level": "rack" }],
            "current": {
                "mode": { "kind": "checkpoint", "store": "disk", "interval_ms": 600_000 },
                "primary": "a"
            }
        },
        { "name": "t", "state_mib": 512, "value": 1, "modes": ["checkpoint"] }
    ]);
    file
}

#[test]
fn moves_are_emitted_in_waves() {
    let folder = Folder::new();
    folder.write("moved.json", &moved());
    folder.run(&["solve", "moved.json", "-q", "-o", "moved.sol.json"]).expect(0);
    let emit =
        |format: &str| folder.run(&["emit", "moved.json", "moved.sol.json", "--format", format]);
    let text = emit("moves").expect(0).stdout();
    assert!(text.contains("1 copies move, 1.00 GiB"), "{text}");
    assert!(text.contains("no order takes less than"), "{text}");
    assert!(text.contains("nothing has been carried out"), "{text}");
    assert!(text.contains("strict chain: b → a (was checkpoint to disk every 600 s: a)"), "{text}");
    let json = emit("moves-json").expect(0).json();
    assert_eq!(json["complete"], true);
    let waves = json["waves"].as_array().unwrap();
    let copies = waves.iter().flat_map(|wave| wave["steps"].as_array().unwrap());
    let copies = copies.filter(|step| step["what"] == "copy").count();
    // One to b; the other shard begins outside, on its node and in its store.
    assert_eq!(copies, 2, "{json:#}");
    let bound = json["duration_bound_ms"].as_u64().unwrap();
    assert!(bound > 0 && bound <= json["duration_ms"].as_u64().unwrap());
    let csv = emit("moves-csv").expect(0).stdout();
    assert!(csv.starts_with("wave,start_s,duration_s,what,shard,from,to,mib,kib_per_s,why\n"));
    // With the plan as the current placement nothing is left to do.
    let mut there = moved();
    let plan = folder.read("moved.sol.json")["plan"]["shards"].clone();
    for shard in 0..2 {
        there["instance"]["shards"][shard]["current"] = plan[shard]["placement"].clone();
    }
    folder.write("there.json", &there);
    folder.run(&["solve", "there.json", "-q", "-o", "there.sol.json"]).expect(0);
    let text = folder.run(&["emit", "there.json", "there.sol.json", "--format", "moves"]).expect(0);
    assert_eq!(text.stdout(), "nothing moves: every shard is as the plan wants it\n");
    let told = emit("waves").expect(2).stderr();
    assert!(told.contains("choose report or one of moves, moves-json, moves-csv"), "{told}");
}

#[test]
fn questions_are_answered() {
    let folder = Folder::new();
    folder.write("moved.json", &moved());
    folder.run(&["solve", "moved.json", "-q", "-o", "moved.sol.json"]).expect(0);
    let ask = |arguments: &[&str]| {
        let all = [&["ask", "moved.json"], arguments, &["--work-limit", "200000"]].concat();
        folder.run(&all)
    };
    let listed = ask(&[]).expect(0).stdout();
    for name in ["lose:", "nodes:", "moves:", "why-not:", "relax:"] {
        assert!(listed.contains(name), "{listed}");
    }
    let plan = ["--plan", "moved.sol.json"];
    let lose = |what: &str| ask(&[&["lose", "-O", what], &plan[..]].concat());
    let told = lose("domain=rack/r1").expect(0).stdout();
    assert!(told.contains("without rack/r1: 1 nodes and 0 stores are lost"), "{told}");
    assert!(told.contains("stalls") && told.contains("the best plan found without it"), "{told}");
    lose("node=a").expect(0);
    let told = lose("store=disk").expect(0).stdout();
    assert!(told.contains("what is left has no plan"), "{told}");
    for (what, cause) in [
        ("domain=rack/r9", "has no domain"),
        ("domain=row/r1", "there is no level"),
        ("domain=r1", "is not LEVEL/NAME"),
        ("node=z", "there is no node"),
        ("rack=r1", "there is no option"),
    ] {
        let told = lose(what).expect(2).stderr();
        assert!(told.contains(cause), "{told}");
    }
    assert!(ask(&["lose", "-O", "node=a"]).expect(2).stderr().contains("give a plan"));

    let told = ask(&["moves", "-O", "most=0"]).expect(0).stdout();
    assert!(told.contains("it moves 0 copies"), "{told}");
    assert!(ask(&["moves"]).expect(2).stderr().contains("say how many"));

    let why =
        |shard: &str, mode: &str| ask(&[&["why-not", "-O", shard, "-O", mode], &plan[..]].concat());
    let told = why("shard=s", "mode=checkpoint").expect(0).stdout();
    assert!(told.contains("cheapest checkpoint: checkpoint to disk"), "{told}");
    assert!(told.contains("it costs") && told.contains("failures: +"), "{told}");
    let told = why("shard=t", "mode=strict_chain").expect(0).stdout();
    assert!(told.contains("in the way: strict chain is not one of its modes"), "{told}");
    assert!(why("shard=q", "mode=checkpoint").expect(2).stderr().contains("there is no shard"));
    assert!(why("shard=s", "mode=raid").expect(2).stderr().contains("is not a mode"));

    let told = ask(&["nodes", "-O", "utilisation=50"]).expect(0).stdout();
    assert!(told.contains("suffice"), "{told}");
    let told = ask(&["relax"]).expect(0).stdout();
    assert!(told.contains("nothing has to give"), "{told}");
    let json = folder.run(&["ask", "moved.json", "relax", "--log-format", "json"]).expect(0).json();
    assert_eq!(json["gives"], json!([]));
    assert!(ask(&["whatever"]).expect(2).stderr().contains("there is no question"));
    let other = Folder::with_small();
    let told = other.run(&["ask", "small.json"]).expect(2).stderr();
    assert!(told.contains("memory_sizing has no questions"), "{told}");
}

#[test]
fn what_is_short_is_counted() {
    let folder = Folder::new();
    let mut file = one_shard();
    // Both shards may only be on a, which has room for one.
    let shard = |name: &str| {
        json!({
            "name": name, "state_mib": 1500, "value": 1, "modes": ["checkpoint"],
            "excluded_nodes": ["b"]
        })
    };
    file["instance"]["shards"] = json!([shard("s"), shard("t")]);
    folder.write("short.json", &file);
    folder.run(&["solve", "short.json", "-q", "-o", "short.sol.json"]).expect(1);
    let told = folder.run(&["explain", "short.json"]).expect(0).stdout();
    assert!(told.contains("rack r0 is 952 MiB of memory short"), "{told}");
    assert!(told.contains("node a is 952 MiB of memory short"), "{told}");
    let told = folder.run(&["ask", "short.json", "relax", "--work-limit", "200000"]).expect(0);
    let told = told.stdout();
    // The other shard needs no more room than that, now and while nothing moves.
    assert!(told.contains("952 more: memory of a (MiB)"), "{told}");
}
