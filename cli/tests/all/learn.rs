//! `learn`: from recordings to an engine file and what the next run should use.

use std::fmt::Write;

use crate::folder::{Folder, Run};

/// Tasks of a process whose name needs quoting, with memory that follows the input.
fn trace(tasks: std::ops::Range<u64>) -> String {
    let mut text = String::from("process;status;peak_rss;realtime;input_size;memory\n");
    for i in tasks {
        let input = 100_000_000 * (1 + i * 37 % 60);
        let peak = 1_000_000_000 + input;
        writeln!(text, "it's $x;COMPLETED;{peak};60000;{input};64000000000").unwrap();
        text.push_str("QC;COMPLETED;300000000;5000;;2000000000\n");
    }
    text
}

fn folder() -> Folder {
    let folder = Folder::new();
    folder.write_text("first.csv", &trace(0..70));
    folder.write_text("second.csv", &trace(70..120));
    folder
}

const LEARN: [&str; 3] = ["learn", "memory_sizing", "nextflow"];

fn learn(folder: &Folder, arguments: &[&str]) -> Run {
    folder.run(&[&LEARN[..], arguments].concat())
}

#[test]
fn an_engine_file_goes_from_run_to_run() {
    let folder = folder();
    learn(&folder, &["first.csv", "second.csv", "--snapshot", "both.json"]).expect(0);
    learn(&folder, &["first.csv", "--snapshot", "engine.json", "-q"]).expect(0);
    let go_on = ["second.csv", "--start", "engine.json", "--snapshot", "engine.json"];
    let run = learn(&folder, &go_on).expect(0);
    assert!(run.stderr().contains("100 rows: 100 used (0 censored)"), "{}", run.stderr());
    assert!(run.stdout().contains("request MiB"), "{}", run.stdout());
    let read = |name: &str| std::fs::read(folder.path(name)).unwrap();
    assert!(read("engine.json") == read("both.json"));
    assert_eq!(folder.names(), ["both.json", "engine.json", "first.csv", "second.csv"]);
}

#[test]
fn refusals_change_nothing() {
    let folder = folder();
    learn(&folder, &["first.csv", "--snapshot", "engine.json"]).expect(0);
    let good = std::fs::read_to_string(folder.path("engine.json")).unwrap();
    let refused = |arguments: &[&str], word: &str| {
        let run = learn(&folder, arguments).expect(2);
        assert!(run.stderr().contains(word), "{}", run.stderr());
        assert_eq!(run.stdout(), "");
        assert_eq!(std::fs::read_to_string(folder.path("engine.json")).unwrap(), good);
    };
    folder.write_text("damaged.json", &good.replace("0.2", "0.3"));
    let snapshot = ["--snapshot", "engine.json"];
    refused(&[&["first.csv", "--start", "damaged.json"][..], &snapshot].concat(), "PW049");
    refused(&[&["first.csv", "--start", "first.csv"][..], &snapshot].concat(), "PW004");
    refused(&[&["first.csv", "-O", "keep.QD=yes"][..], &snapshot].concat(), "did you mean \"QC\"");
    refused(&[&["first.csv", "--format", "yaml"][..], &snapshot].concat(), "choose report");
    refused(&["first.csv", "--snapshot", "first.csv"], "read or written already");
    refused(&["first.csv", "--start", "engine.json", "-o", "engine.json"], "already");
    refused(&["first.csv", "--output", "nowhere/x"], "nowhere");
    let instance = ["import", "memory_sizing", "nextflow", "first.csv", "-o", "instance.json"];
    folder.run(&instance).expect(0);
    refused(&["first.csv", "--start", "instance.json"], "PW011");
}

#[test]
fn configurations_are_quoted() {
    let folder = folder();
    let named = ["first.csv", "--emit", "nextflow", "-O", "size.it's $x=reads"];
    let text = learn(&folder, &named).expect(0).stdout();
    assert!(text.contains(r"withName: 'it\'s \\$x' {"), "{text}");
    assert!(text.contains("def bytes = (reads instanceof"), "{text}");
}

#[cfg(unix)]
#[test]
fn the_shell_looks_at_the_input_size() {
    let folder = folder();
    learn(&folder, &["first.csv", "--format", "slurm", "-o", "memory.sh"]).expect(0);
    let json = learn(&folder, &["first.csv", "--format", "json"]).expect(0).json();
    let of_type = json["ladders"].as_array().unwrap().iter().find(|of| of["type"] == "it's $x");
    let of_type = of_type.unwrap();
    let shell = |arguments: &str| {
        let script = format!(r#"set -eu; . ./memory.sh; placewright_mem "it's \$x" {arguments}"#);
        let mut command = std::process::Command::new("sh");
        command.current_dir(folder.path(".")).args(["-c", &script]);
        Run(command.output().unwrap())
    };
    let constant = format!("{}M\n", of_type["allocations_mib"][0]);
    assert_eq!(shell("").expect(0).stdout(), constant);
    assert_eq!(shell("1 ''").expect(0).stdout(), constant);
    let steps = of_type["steps"].as_array().unwrap();
    assert!(steps.len() > 5, "{of_type}");
    let mut least = 1;
    for step in steps {
        let most = step["up_to_bytes"].as_u64().unwrap_or(u64::MAX >> 1);
        for attempt in 1..=2 {
            let expected = format!("{}M\n", step["allocations_mib"][attempt - 1]);
            for bytes in [least, most] {
                assert_eq!(shell(&format!("{attempt} {bytes}")).expect(0).stdout(), expected);
            }
        }
        least = most + 1;
    }
    shell("7").expect(1);
    shell("7 1000").expect(1);
}

#[test]
fn formats_and_schema_are_listed() {
    let folder = Folder::new();
    let listing = folder.run(&["learn", "memory_sizing"]).expect(0).stdout();
    for word in ["nextflow: ", "slurm: ", "snakemake: ", "csv: ", "-O keep.TYPE=…", "-O policy=…"]
    {
        assert!(listing.contains(word), "{listing}");
    }
    let schema = folder.run(&["schema", "memory_sizing", "engine"]).expect(0).json();
    assert_eq!(schema["properties"]["format"]["const"], "placewright-engine");
}
