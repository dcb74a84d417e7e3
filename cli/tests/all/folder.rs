//! A temporary folder with small instances, and the binary to run in it.

use std::path::PathBuf;
use std::process::Output;

use assert_cmd::Command;
use serde_json::{Value, json};

/// A temporary folder that the binary runs in.
pub(crate) struct Folder(tempfile::TempDir);

impl Folder {
    pub(crate) fn new() -> Self {
        Self(tempfile::tempdir().unwrap())
    }

    /// A folder with a small instance that is solved at once.
    pub(crate) fn with_small() -> Self {
        let folder = Self::new();
        folder.write("small.json", &file("small", instance(3, 12)));
        folder
    }

    pub(crate) fn path(&self, name: &str) -> PathBuf {
        self.0.path().join(name)
    }

    pub(crate) fn write(&self, name: &str, value: &Value) {
        self.write_text(name, &format!("{value:#}\n"));
    }

    pub(crate) fn write_text(&self, name: &str, text: &str) {
        std::fs::write(self.path(name), text).unwrap();
    }

    pub(crate) fn read(&self, name: &str) -> Value {
        serde_json::from_str(&std::fs::read_to_string(self.path(name)).unwrap()).unwrap()
    }

    pub(crate) fn names(&self) -> Vec<String> {
        let entries = std::fs::read_dir(self.0.path()).unwrap();
        let mut names: Vec<String> =
            entries.map(|each| each.unwrap().file_name().into_string().unwrap()).collect();
        names.sort();
        names
    }

    pub(crate) fn command(&self, arguments: &[&str]) -> Command {
        let mut command = Command::cargo_bin("placewright").unwrap();
        command.current_dir(self.0.path()).args(arguments);
        command
    }

    /// Runs the binary and returns what it said.
    pub(crate) fn run(&self, arguments: &[&str]) -> Run {
        Run(self.command(arguments).output().unwrap())
    }
}

/// What a run of the binary left behind.
pub(crate) struct Run(pub(crate) Output);

impl Run {
    pub(crate) fn code(&self) -> i32 {
        self.0.status.code().unwrap()
    }

    pub(crate) fn stdout(&self) -> String {
        String::from_utf8(self.0.stdout.clone()).unwrap()
    }

    pub(crate) fn stderr(&self) -> String {
        String::from_utf8(self.0.stderr.clone()).unwrap()
    }

    pub(crate) fn json(&self) -> Value {
        serde_json::from_slice(&self.0.stdout).unwrap()
    }

    /// Asserts the exit code, and shows what was said if it is another one.
    pub(crate) fn expect(self, code: i32) -> Self {
        assert_eq!(self.code(), code, "{}\n{}", self.stdout(), self.stderr());
        self
    }
}

/// Numbers that look random and never change.
fn scatter(index: usize) -> u64 {
    let mixed = (index as u64 + 1).wrapping_mul(0x9e37_79b9_7f4a_7c15);
    (mixed ^ (mixed >> 29)) >> 8
}

/// A memory-sizing instance without anything shared.
pub(crate) fn instance(types: usize, samples: usize) -> Value {
    let task_type = |t: usize| {
        let base = 300 + scatter(t) % 9000;
        let peak = |i: usize| base + scatter(1000 * t + i) % (4 * base);
        let run_time = |i: usize| 1000 + scatter(7000 * t + i) % 3_600_000;
        json!({
            "name": format!("task_{t}"),
            "samples": {
                "peak_mib": (0..samples).map(peak).collect::<Vec<_>>(),
                "run_time_ms": (0..samples).map(run_time).collect::<Vec<_>>(),
            }
        })
    };
    json!({
        "node_limit_mib": 262_144,
        "granularity_mib": 128,
        "time_to_failure": { "numerator": 1, "denominator": 1 },
        "max_attempts": 3,
        "types": (0..types).map(task_type).collect::<Vec<_>>(),
    })
}

/// An instance that keeps every method busy for much longer than a test takes.
pub(crate) fn hard_instance() -> Value {
    let mut hard = instance(14, 120);
    hard["max_distinct_sizes"] = json!(5);
    hard
}

/// An instance that no plan serves.
pub(crate) fn infeasible_instance() -> Value {
    let mut infeasible = instance(2, 5);
    infeasible["node_limit_mib"] = json!(256);
    infeasible
}

/// An instance as it stands in a file.
pub(crate) fn file(name: &str, instance: Value) -> Value {
    json!({
        "format": "placewright-instance",
        "family": "memory_sizing",
        "version": 1,
        "name": name,
        "instance": instance,
    })
}
