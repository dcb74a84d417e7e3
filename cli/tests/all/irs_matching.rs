//! The second family through the same commands.

use serde_json::{Value, json};

use crate::folder::Folder;

/// Two classes of constant rates and two jobs, one of which may use only one class.
fn two_jobs() -> Value {
    json!({
        "format": "placewright-instance",
        "family": "irs_matching",
        "version": 1,
        "name": "two",
        "instance": {
            "classes": [
                { "name": "plain", "attributes": { "memory_mib": 2048, "os": "android" } },
                { "name": "strong", "attributes": { "memory_mib": 8192, "os": "android" } }
            ],
            "supply": { "kind": "rates", "rate_micro_per_s": [[2_000_000], [1_000_000]] },
            "jobs": [
                { "name": "A", "demand_devices": 6 },
                {
                    "name": "B",
                    "demand_devices": 2,
                    "requires": [
                        { "attribute": "memory_mib", "comparison": "at_least", "value": 4096 },
                        { "attribute": "os", "comparison": "equals", "value": "android" }
                    ]
                }
            ]
        }
    })
}

fn changed(change: impl Fn(&mut Value)) -> Value {
    let mut file = two_jobs();
    change(&mut file["instance"]);
    file
}

#[test]
fn every_command_knows_the_family() {
    let folder = Folder::new();
    folder.write("two.json", &two_jobs());
    folder.run(&["solve", "two.json", "-q", "-o", "two.sol.json"]).expect(0);
    folder.run(&["check", "two.json", "two.sol.json"]).expect(0);
    let solution = folder.read("two.sol.json");
    // B is done after 2 s, A then has 4 and gets 3 a second.
    assert_eq!(solution["objective"], json!([2_000 + 2_667]));
    let bound = folder.run(&["bound", "two.json", "-q"]).expect(0).json();
    assert_eq!(bound["trust"], "verified");
    let told = folder.run(&["explain", "two.json", "two.sol.json"]).expect(0).stdout();
    assert!(told.contains("B  takes 2.00 s, as if it were alone"), "{told}");
    assert!(told.contains("it waited for B (2)"), "{told}");
    let report = ["emit", "two.json", "two.sol.json", "--format", "report"];
    assert!(folder.run(&report).expect(0).stdout().contains("all are complete after 2.67 s"));
    let model = folder.run(&["export", "two.json", "--format", "lp"]).expect(0);
    assert!(model.stdout().contains("z_j1_k0"), "{}", model.stdout());
    assert!(
        folder.run(&["schema", "irs_matching", "instance"]).expect(0).stdout().contains("rounds")
    );
    for kind in ["devices", "fluid", "rounds"] {
        let generated = folder.run(&["generate", "irs_matching", kind, "-o", "made.json"]);
        generated.expect(0);
        folder.run(&["bound", "made.json", "-q"]).expect(0);
    }
}

#[test]
fn impossible_deadlines_name_their_jobs() {
    let folder = Folder::new();
    let late = changed(|instance| {
        for job in instance["jobs"].as_array_mut().unwrap() {
            job["deadline_ms"] = json!(2_500);
        }
    });
    folder.write("late.json", &late);
    folder.run(&["solve", "late.json", "-q", "-o", "late.sol.json"]).expect(1);
    folder.run(&["check", "late.json", "late.sol.json"]).expect(0);
    let told = folder.run(&["explain", "late.json"]).expect(0).stdout();
    assert!(told.starts_with("infeasible: A, B together ask for 8 devices"), "{told}");
}

#[test]
fn models_that_do_not_exist_are_not_exported() {
    let folder = Folder::new();
    folder.write("later.json", &changed(|instance| instance["jobs"][0]["release_ms"] = json!(5)));
    let run = folder.run(&["export", "later.json", "--format", "lp"]).expect(2);
    assert!(run.stderr().contains("no exact model of rates with releases"), "{}", run.stderr());
}

/// What a user does to an instance.
type Change = fn(&mut Value);

#[test]
fn bad_input_is_told_with_codes() {
    let cases: [(&str, Change); 9] = [
        ("PW015 at /instance/jobs/0/demand", |i| i["jobs"][0]["demand"] = json!(3)),
        ("IM003 at /instance/jobs/1/name", |i| i["jobs"][1]["name"] = json!("A")),
        ("IM006 at /instance/jobs/0/demand_devices", |i| i["jobs"][0]["demand_devices"] = json!(0)),
        ("PW018 at /instance/jobs/0/release_ms", |i| i["jobs"][0]["release_ms"] = json!(-1)),
        ("PW019 at /instance/supply/kind", |i| i["supply"]["kind"] = json!("rate")),
        ("IM005 at /instance/supply/rate_micro_per_s/0", |i| {
            i["supply"]["rate_micro_per_s"][0] = json!([1, 2]);
        }),
        ("IM009 at /instance/jobs", |i| i["jobs"][0]["demand_devices"] = json!(4_294_967_295_u64)),
        ("IM007 at /instance/jobs/1/requires/0", |i| {
            i["jobs"][1]["requires"][0]["attribute"] = json!("memory");
        }),
        ("IM010 at /instance/jobs/1", |i| {
            i["jobs"][1]["requires"][0]["value"] = json!(16_384);
        }),
    ];
    let folder = Folder::new();
    for (told, change) in cases {
        folder.write("bad.json", &changed(change));
        let run = folder.run(&["solve", "bad.json"]).expect(2);
        assert!(run.stderr().contains(told), "{told}: {}", run.stderr());
    }
}

/// Numbers at the ends of their ranges, and far beyond.
#[test]
fn extreme_numbers_are_answered_or_refused() {
    let folder = Folder::new();
    let largest = changed(|instance| {
        instance["supply"]["rate_micro_per_s"] = json!([[1_u64 << 40], [1]]);
        instance["jobs"][0]["demand_devices"] = json!(4_294_967_290_u64);
        instance["jobs"][0]["weight"] = json!(1 << 20);
        instance["jobs"][0]["release_ms"] = json!(1_u64 << 40);
        instance["jobs"][1]["round_latency_ms"] = json!(1_u64 << 40);
    });
    folder.write("largest.json", &largest);
    folder.run(&["solve", "largest.json", "-q", "--time-limit", "2s", "-o", "s.json"]).expect(0);
    folder.run(&["check", "largest.json", "s.json"]).expect(0);
    let zero_rates = changed(|instance| {
        instance["supply"]["rate_micro_per_s"] = json!([[0], [0]]);
    });
    folder.write("zero.json", &zero_rates);
    folder.run(&["solve", "zero.json", "-q", "-o", "zero.sol.json"]).expect(1);
    for (key, value) in
        [("demand_devices", json!(0)), ("demand_devices", json!(u64::MAX)), ("weight", json!(-1))]
    {
        let wrong = changed(|instance| instance["jobs"][0][key] = value.clone());
        folder.write("wrong.json", &wrong);
        folder.run(&["solve", "wrong.json", "-q"]).expect(2);
    }
}

#[test]
fn work_limits_give_the_same_bytes_for_any_number_of_threads() {
    let folder = Folder::new();
    for (kind, options) in
        [("devices", "deadlines=50"), ("fluid", "shares=50"), ("rounds", "weight=9")]
    {
        let made =
            ["generate", "irs_matching", kind, "--seed", "4", "-O", options, "-o", "made.json"];
        folder.run(&made).expect(0);
        let solve = |threads: &str, output: &str| {
            let limits = ["--work-limit", "60000", "--threads", threads, "-o", output, "-q"];
            folder.run(&[&["solve", "made.json"], &limits[..]].concat());
            folder.read(output)
        };
        let one = solve("1", "one.sol.json");
        assert_eq!(solve("2", "two.sol.json"), one);
        assert_eq!(solve("4", "four.sol.json"), one);
    }
}
