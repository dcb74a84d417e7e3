//! Instance files: round trips, and every kind of damage.

use placewright_instances::files::instance::family_of;
use placewright_instances::files::{InstanceFile, Rejected, Source, source::MAX_BYTES, write};
use placewright_models::memory_sizing::MemorySizing;
use placewright_models::memory_sizing::instance::Instance;
use proptest::prelude::*;

type File = InstanceFile<Instance>;

const SMALL: &str = r#"{
  "format": "placewright-instance",
  "family": "memory_sizing",
  "version": 1,
  "name": "small",
  "seed": 7,
  "instance": {
    "node_limit_mib": 4096,
    "granularity_mib": 1,
    "time_to_failure": { "numerator": 1, "denominator": 1 },
    "max_attempts": 3,
    "types": [
      {
        "name": "A",
        "samples": {
          "peak_mib": [10, 20],
          "run_time_ms": [5, 0]
        }
      }
    ]
  }
}
"#;

fn source(text: &str) -> Source {
    Source { name: "x.json".into(), text: text.into() }
}

fn read(text: &str) -> Result<File, Rejected> {
    File::read::<MemorySizing>(&source(text))
}

/// The (code, pointer, line) of every issue after replacing a part of the small file.
fn issues(from: &str, to: &str) -> Vec<(&'static str, String, usize)> {
    assert!(SMALL.contains(from), "{from}");
    let rejected = read(&SMALL.replacen(from, to, 1)).unwrap_err();
    let line = |line: Option<usize>| line.expect("every issue of a text has a line");
    rejected.issues.into_iter().map(|i| (i.code, i.path, line(i.line))).collect()
}

fn only(from: &str, to: &str) -> (&'static str, String, usize) {
    let mut issues = issues(from, to);
    assert_eq!(issues.len(), 1, "{issues:?}");
    issues.remove(0)
}

fn at(code: &'static str, path: &str, line: usize) -> (&'static str, String, usize) {
    (code, path.into(), line)
}

#[test]
fn the_small_file_is_read() {
    let file = read(SMALL).unwrap();
    assert_eq!((file.name.as_str(), file.seed), ("small", Some(7)));
    assert_eq!(file.instance.types[0].samples.peak_mib, [10, 20]);
    assert_eq!(family_of(&source(SMALL)), Ok("memory_sizing"));
}

#[test]
fn misspelled_keys_are_unknown_and_missing() {
    let found = issues("\"max_attempts\"", "\"max_attempt\"");
    assert_eq!(found, [at("PW016", "/instance", 7), at("PW015", "/instance/max_attempt", 11)]);
    let rejected = read(&SMALL.replace("\"seed\"", "\"sed\"")).unwrap_err();
    assert_eq!(rejected.issues.len(), 1);
    assert!(rejected.issues[0].action.contains("did you mean \"seed\"?"), "{rejected}");
}

#[test]
fn wrong_types_ranges_and_numbers_are_told_apart() {
    let samples = "/instance/types/0/samples";
    let peak = |i: usize| format!("{samples}/peak_mib/{i}");
    assert_eq!(only("20]", "\"20\"]"), at("PW017", &peak(1), 16));
    assert_eq!(only("20]", "20.5]"), at("PW017", &peak(1), 16));
    assert_eq!(only("20]", "null]"), at("PW017", &peak(1), 16));
    assert_eq!(only("20]", "-20]"), at("PW018", &peak(1), 16));
    assert_eq!(only("20]", "1e30]"), at("PW018", &peak(1), 16));
    assert_eq!(only("20]", "20.0]").0, "PW020");
    assert_eq!(only("20]", "NaN]").0, "PW005");
    assert_eq!(only("\"version\": 1", "\"version\": \"1\""), at("PW019", "/version", 4));
}

#[test]
fn the_head_is_checked_before_the_rest() {
    assert_eq!(only("placewright-instance", "placewright-solution"), at("PW011", "/format", 2));
    assert_eq!(only("memory_sizing", "memory_sising"), at("PW012", "/family", 3));
    assert_eq!(only("\"version\": 1", "\"version\": 2"), at("PW013", "/version", 4));
}

#[test]
fn duplicate_keys_are_refused() {
    assert_eq!(only("\"seed\": 7", "\"seed\": 7, \"seed\": 8"), at("PW010", "/seed", 6));
    assert_eq!(
        only("\"name\": \"A\",", "\"name\": \"A\",\n\"name\": \"B\","),
        at("PW010", "/instance/types/0/name", 15)
    );
}

#[test]
fn the_rules_of_the_family_have_lines() {
    assert_eq!(only("[5, 0]", "[5]").1, "/instance/types/0/samples/run_time_ms");
    assert_eq!(only("[5, 0]", "[5]").2, 17);
    assert_eq!(only("\"numerator\": 1", "\"numerator\": 2").2, 10);
}

#[test]
fn many_mistakes_come_at_once() {
    let text = SMALL
        .replace("4096", "\"4 GB\"")
        .replace("\"max_attempts\": 3", "\"max_attempts\": 99")
        .replace("[10, 20]", "[10, -1, \"x\"]")
        .replace("\"seed\": 7", "\"seeds\": 7");
    let rejected = read(&text).unwrap_err();
    let codes: Vec<_> = rejected.issues.iter().map(|issue| (issue.code, issue.line)).collect();
    let expected = [("PW015", 6), ("PW017", 8), ("PW018", 11), ("PW018", 16), ("PW017", 16)];
    assert_eq!(codes.len(), expected.len(), "{rejected}");
    for (code, line) in expected {
        assert!(codes.contains(&(code, Some(line))), "{code} in {line}: {rejected}");
    }
}

#[test]
fn endless_lists_of_issues_are_cut_off() {
    let bad = vec!["-1"; 5000].join(",");
    let rejected = read(&SMALL.replace("[10, 20]", &format!("[{bad}]"))).unwrap_err();
    assert_eq!(rejected.issues.len(), 201);
    assert_eq!(rejected.issues[200].code, "PW021");
}

#[test]
fn other_documents_are_refused() {
    for (text, code) in [("[]", "PW017"), ("7", "PW017"), ("{}", "PW016"), ("{\"a\":", "PW003")] {
        assert_eq!(read(text).unwrap_err().issues[0].code, code, "{text}");
        assert_eq!(family_of(&source(text)).unwrap_err().issues[0].code, code, "{text}");
    }
    let deep = "[".repeat(100_000);
    assert!(read(&deep).is_err());
}

#[test]
fn a_file_cut_off_anywhere_is_refused() {
    let end = SMALL.trim_end().len();
    for length in 0..end {
        let bytes = SMALL.as_bytes()[..length].to_vec();
        let read =
            Source::from_bytes("x", bytes, MAX_BYTES).and_then(|s| File::read::<MemorySizing>(&s));
        let rejected = read.unwrap_err();
        let code = rejected.issues[0].code;
        assert!(["PW002", "PW003"].contains(&code), "{length}: {rejected}");
    }
}

#[test]
fn a_compressed_file_cut_off_anywhere_is_refused() {
    let packed = zstd::encode_all(SMALL.as_bytes(), 3).unwrap();
    for length in 0..packed.len() {
        let read = Source::from_bytes("x", packed[..length].to_vec(), MAX_BYTES)
            .and_then(|source| File::read::<MemorySizing>(&source));
        assert!(!read.unwrap_err().issues.is_empty());
    }
}

proptest! {
    #[test]
    fn instances_survive_a_file(instance in crate::small::instance()) {
        let file = crate::small::file_of(instance);
        let text = file.to_text().unwrap();
        let back = read(&text);
        prop_assert_eq!(back.as_ref(), Ok(&file), "{}", text);
        let compact = serde_json::to_string(&file).unwrap();
        let again = read(&compact).unwrap();
        prop_assert_eq!(again.sha256(), file.sha256());
    }

    #[test]
    fn schema_and_types_agree(instance in crate::small::instance()) {
        let schema = placewright_instances::schema::instance_schema::<MemorySizing>();
        let value = serde_json::to_value(crate::small::file_of(instance)).unwrap();
        prop_assert!(jsonschema::is_valid(&schema, &value));
    }

    #[test]
    fn damaged_files_are_read_or_refused_with_reasons(at in 0..SMALL.len(), byte: u8) {
        let mut bytes = SMALL.as_bytes().to_vec();
        bytes[at] = byte;
        let read = Source::from_bytes("x", bytes, MAX_BYTES)
            .and_then(|source| family_of(&source).and_then(|_| File::read::<MemorySizing>(&source)));
        if let Err(rejected) = read {
            prop_assert!(!rejected.issues.is_empty());
            prop_assert!(rejected.issues.iter().all(|issue| issue.line.is_some()), "{}", rejected);
        }
    }

    #[test]
    fn damaged_compressed_files_are_read_or_refused(at in 0..200_usize, byte: u8) {
        let mut packed = zstd::encode_all(SMALL.as_bytes(), 3).unwrap();
        let at = at % packed.len();
        packed[at] = byte;
        let read = Source::from_bytes("x", packed, MAX_BYTES)
            .and_then(|source| File::read::<MemorySizing>(&source));
        prop_assert!(read.is_ok() || !read.unwrap_err().issues.is_empty());
    }
}

proptest! {
    // Every case waits for the disk.
    #![proptest_config(ProptestConfig::with_cases(16))]

    #[test]
    fn instances_survive_compression(instance in crate::small::instance()) {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("x.json.zst");
        let file = crate::small::file_of(instance);
        write::write_text(&path, &file.to_text().unwrap()).unwrap();
        let hidden = folder.path().join("x.json");
        std::fs::rename(&path, &hidden).unwrap();
        prop_assert_eq!(File::read::<MemorySizing>(&Source::open(&hidden).unwrap()), Ok(file));
    }
}
