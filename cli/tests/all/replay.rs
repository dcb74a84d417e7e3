//! `replay`: policies on a recorded run.

use std::fmt::Write;

use crate::folder::Folder;

/// Sixty tasks whose memory is half their input and 1 GB, and forty that are all the same.
fn trace() -> String {
    let mut text = String::from("process,status,rss,peak_rss,realtime,rchar,memory\n");
    for i in 0..60_u64 {
        let input = 1_000_000_000 * (1 + i * 37 % 60);
        let peak = 1_000_000_000 + input / 2;
        writeln!(text, "ALIGN,COMPLETED,{peak},{peak},60000,{input},64000000000").unwrap();
    }
    for _ in 0..40 {
        text.push_str("QC,COMPLETED,300000000,300000000,5000,1000,2000000000\n");
    }
    text
}

#[test]
fn policies_are_compared_and_learning_pays() {
    let folder = Folder::new();
    folder.write_text("run.csv", &trace());
    let replay = ["replay", "memory_sizing", "nextflow", "run.csv", "-O", "seeds=3"];
    let text = folder.run(&replay).expect(0).stdout();
    assert!(text.contains("wastage GB·h") && text.contains("experts-careful"), "{text}");
    let run = folder.run(&[&replay[..], &["--log-format", "json"]].concat()).expect(0);
    let report = run.json();
    let workflow = &report["workflows"][0];
    assert_eq!(workflow["workflow"], "run");
    let wastage = |name: &str| {
        let policies = workflow["policies"].as_array().unwrap();
        let policy = policies.iter().find(|policy| policy["policy"] == name).unwrap();
        policy["wastage_gbh"].as_f64().unwrap()
    };
    // 64 GB requested, 16.5 GB used on average, a minute each: what the presets waste.
    let preset = wastage("preset");
    assert!((20.0..50.0).contains(&(preset * 60.0 / 42.0)), "{preset}");
    assert!(wastage("experts") < 0.1 * wastage("max-seen"));
}

#[test]
fn dearer_failures_are_fewer() {
    let folder = Folder::new();
    folder.write_text("run.csv", &trace());
    let prices = ["-O", "failure_prices=5,0", "-O", "policies=experts", "-O", "seeds=3"];
    let replay = ["replay", "memory_sizing", "nextflow", "run.csv"];
    let replay = [&replay[..], &prices[..]].concat();
    let text = folder.run(&replay).expect(0).stdout();
    assert!(text.contains("against that at 0.2"), "{text}");
    let report = folder.run(&[&replay[..], &["--log-format", "json"]].concat()).expect(0).json();
    let rows = report["trade_off"]["prices"].as_array().unwrap();
    let numbers = |key: &str| rows.iter().map(|row| row[key].as_f64().unwrap()).collect::<Vec<_>>();
    assert_eq!(numbers("failure_price"), [0.0, 0.2, 5.0]);
    assert_eq!(numbers("geometric_mean")[1], 1.0);
    let failures = |row: usize| rows[row]["workflows"][0]["failures"].as_f64().unwrap();
    assert!(failures(2) <= failures(0), "{text}");
    let rivals = [&replay[..4], &["-O", "failure_prices=1", "-O", "seeds=1"]].concat();
    let text = folder.run(&rivals).expect(0).stdout();
    assert!(text.contains("against the best other policy"), "{text}");
}

#[test]
fn threads_change_nothing() {
    let folder = Folder::new();
    folder.write_text("run.csv", &trace());
    let replay = |threads: &str| {
        let arguments = ["replay", "memory_sizing", "nextflow", "run.csv", "--log-format", "json"];
        let output = folder.command(&arguments).env("RAYON_NUM_THREADS", threads).output().unwrap();
        assert_eq!(output.status.code(), Some(0));
        output.stdout
    };
    assert_eq!(replay("1"), replay("4"));
}

#[test]
fn protocols_and_mistakes() {
    let folder = Folder::new();
    folder.write_text("run.csv", &trace());
    let replay = ["replay", "memory_sizing", "nextflow", "run.csv"];
    for protocol in ["protocol=trace-order", "protocol=next-run"] {
        let options = ["-O", protocol, "-O", "input=none", "-O", "time_to_failure=proportional"];
        let text = folder.run(&[&replay[..], &options[..]].concat()).expect(0).stdout();
        assert!(text.contains("ponder"), "{text}");
    }
    let wrong =
        ["-O", "policies=best", "-O", "seeds=0", "-O", "colour=red", "-O", "failure_prices=1,-2"];
    let told = folder.run(&[&replay[..], &wrong[..]].concat()).expect(2).stderr();
    for word in ["policies", "seeds", "colour", "witt-percentile", "failure_prices"] {
        assert!(told.contains(word), "{told}");
    }
    let listing = folder.run(&["replay", "memory_sizing"]).expect(0).stdout();
    assert!(listing.contains("protocol"), "{listing}");
}

#[test]
fn a_cluster_is_filled_and_failures_take_time() {
    let folder = Folder::new();
    folder.write_text("run.csv", &trace());
    let replay = ["replay", "memory_sizing", "nextflow", "run.csv", "-O", "nodes=2x8c64g+1x4c32g"];
    let text = folder.run(&replay).expect(0).stdout();
    for word in ["makespan h", "clairvoyant", "experts-careful", "run: 100 tasks"] {
        assert!(text.contains(word), "{word}: {text}");
    }
    let json = ["-O", "packing=best-fit", "-O", "queue=fifo", "--log-format", "json"];
    let report = folder.run(&[&replay[..], &json[..]].concat()).expect(0).json();
    let policies = report["workflows"][0]["policies"].as_array().unwrap();
    let of = |name: &str, key: &str| {
        let policy = policies.iter().find(|policy| policy["policy"] == name).unwrap();
        policy[key].as_f64().unwrap()
    };
    assert!(policies.iter().all(|policy| policy["completed"] == 100 && policy["unserved"] == 0));
    // 64 decimal GB requested: one ALIGN at a time on each large node, 60 minutes of them.
    assert!(of("preset", "makespan_ms") >= 30.0 * 60_000.0);
    assert!(of("clairvoyant", "makespan_ms") < 0.5 * of("preset", "makespan_ms"));
    assert!(of("clairvoyant", "makespan_of_bound") >= 1.0);
    assert_eq!((of("clairvoyant", "failures"), of("preset", "lost_h")), (0.0, 0.0));
}

#[test]
fn a_cluster_is_refused_with_reasons() {
    let folder = Folder::new();
    folder.write_text("run.csv", &trace());
    let told = |options: &[&str]| {
        let mut replay = vec!["replay", "memory_sizing", "nextflow", "run.csv"];
        options.iter().for_each(|option| replay.extend(["-O", *option]));
        folder.run(&replay).expect(2).stderr()
    };
    let cases: [(&[&str], &str); 6] = [
        (&["nodes=8x16c"], "COUNTxCOREScMEMORY"),
        (&["nodes=8x16c128"], "add a unit"),
        (&["packing=best-fit"], "without nodes"),
        (&["nodes=1x1c1g", "protocol=published"], "trace-order"),
        (&["nodes=1x1c1g", "seeds=3"], "with nodes"),
        (&["nodes=1x1c1g", "release=trace"], "trace.raw"),
    ];
    for (options, reason) in cases {
        let told = told(options);
        assert!(told.contains(reason), "{reason}: {told}");
    }
}
