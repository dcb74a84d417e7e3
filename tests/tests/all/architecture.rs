//! Who may import whom, read from the manifests and the sources.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

/// Crate folder, and the crates of ours it may depend on.
const LAYERS: [(&str, &[&str]); 6] = [
    ("solver", &[]),
    ("models", &["solver"]),
    ("instances", &["solver", "models"]),
    ("bench", &["solver", "models", "instances"]),
    ("tests", &["solver", "models", "instances"]),
    ("cli", &["solver", "models", "instances"]),
];

/// The only files with `unsafe` code: HiGHS calls that no safe crate wraps, and a search compiled for
/// what the processor at hand turns out to have.
const UNSAFE_ALLOWED: [&str; 3] = [
    "solver/src/mip/highs/ffi.rs",
    "models/src/circuit_allocation/kernel/place/processor/vectors.rs",
    "models/src/circuit_allocation/kernel/place/processor/x86_64.rs",
];

fn workspace() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap().to_owned()
}

fn sources(folder: &Path, found: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(folder).into_iter().flatten() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            sources(&path, found);
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            found.push(path);
        }
    }
}

fn sources_of(krate: &str) -> Vec<(String, String)> {
    let root = workspace();
    let mut found = Vec::new();
    for part in ["src", "tests", "benches", "examples"] {
        sources(&root.join(krate).join(part), &mut found);
    }
    let relative = |path: &Path| path.strip_prefix(&root).unwrap().to_string_lossy().into_owned();
    found.iter().map(|path| (relative(path), fs::read_to_string(path).unwrap())).collect()
}

/// Lines without comments and doc comments.
fn code_lines(text: &str) -> impl Iterator<Item = &str> {
    text.lines().map(str::trim).filter(|line| !line.starts_with("//"))
}

#[test]
fn manifests_point_downwards() {
    for (krate, allowed) in LAYERS {
        let text = fs::read_to_string(workspace().join(krate).join("Cargo.toml")).unwrap();
        let manifest: toml::Table = text.parse().unwrap();
        for section in ["dependencies", "dev-dependencies", "build-dependencies"] {
            let Some(section) = manifest.get(section).and_then(toml::Value::as_table) else {
                continue;
            };
            let ours = section.keys().filter_map(|name| name.strip_prefix("placewright-"));
            for dependency in ours {
                assert!(allowed.contains(&dependency), "{krate} must not depend on {dependency}");
            }
        }
    }
}

#[test]
fn sources_point_downwards() {
    let crates: BTreeSet<&str> = LAYERS.iter().map(|(krate, _)| *krate).collect();
    for (krate, allowed) in LAYERS {
        for (path, text) in sources_of(krate) {
            for line in code_lines(&text) {
                for other in &crates {
                    let named = line.contains(&format!("placewright_{other}::"));
                    let may = *other == krate || allowed.contains(other);
                    assert!(!named || may, "{path}: {line}");
                }
            }
        }
    }
}

/// Every module a file names in its own crate and in the solver, as paths.
fn imports(text: &str) -> BTreeSet<String> {
    let uses = code_lines(text).take_while(|line| !line.starts_with("#[cfg(test)]"));
    let mut found = BTreeSet::new();
    for line in uses {
        for root in ["super::", "crate::", "placewright_solver::"] {
            for (at, _) in line.match_indices(root) {
                let rest = &line[at + root.len()..];
                let end =
                    rest.find(|c: char| !(c.is_alphanumeric() || c == '_')).unwrap_or(rest.len());
                found.insert(format!("{root}{}", &rest[..end]));
            }
        }
    }
    found
}

/// The referee trusts nothing: it sees data and the vocabulary of verdicts, no method, no model.
#[test]
fn referees_import_data_only() {
    let allowed = |solver: &[&str]| -> BTreeSet<String> {
        let own = ["super::instance", "super::plan"].map(String::from);
        own.into_iter().chain(solver.iter().map(|m| format!("placewright_solver::{m}"))).collect()
    };
    let rules = [
        ("check.rs", allowed(&["objective", "problem"])),
        ("certificate.rs", allowed(&["objective", "certificate"])),
    ];
    let mut seen = 0;
    for (path, text) in sources_of("models") {
        for (name, allowed) in &rules {
            if path.ends_with(&format!("/{name}")) {
                let imports = imports(&text);
                let strangers: Vec<_> = imports.difference(allowed).collect();
                assert!(strangers.is_empty(), "{path} imports {strangers:?}");
                seen += 1;
            }
        }
    }
    assert!(seen >= rules.len(), "no referee found");
}

#[test]
fn unsafe_code_lives_in_few_files() {
    for (krate, _) in LAYERS {
        for (path, text) in sources_of(krate) {
            let of_code = |line: &str| {
                let words = line.split(|c: char| !(c.is_alphanumeric() || c == '_'));
                words.clone().any(|word| word == "unsafe") && !line.contains('"')
            };
            let lifted = text.contains(concat!("allow(", "unsafe_code"));
            let found = code_lines(&text).any(of_code) || lifted;
            assert!(!found || UNSAFE_ALLOWED.contains(&path.as_str()), "{path} has unsafe code");
        }
    }
}
