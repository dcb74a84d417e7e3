//! A large instance is read and written as it is, and refused with the place of what is wrong.

use placewright_instances::files::{InstanceFile, Source, write};
use placewright_models::memory_sizing::MemorySizing;
use placewright_models::memory_sizing::instance::{Instance, Samples, TaskType, TimeToFailure};

const TYPES: u64 = 100;
const SAMPLES_PER_TYPE: u64 = 10_000;

fn instance() -> Instance {
    let column = |low: u64, range: u64| {
        (0..SAMPLES_PER_TYPE).map(|i| low + i.wrapping_mul(0x9e37_79b9) % range).collect()
    };
    let task_type = |index: u64| TaskType {
        name: format!("type {index}"),
        cores: 1,
        slots: 1,
        max_attempts: None,
        samples: Samples {
            peak_mib: column(100, 60_000),
            run_time_ms: column(1000, 90_000_000),
            ..Samples::default()
        },
    };
    Instance {
        node_limit_mib: 65536,
        granularity_mib: 1,
        time_to_failure: TimeToFailure { numerator: 1, denominator: 1 },
        failure_price_mib_ms: 0,
        max_attempts: 3,
        max_distinct_sizes: None,
        max_failures: None,
        nodes: Vec::new(),
        types: (0..TYPES).map(task_type).collect(),
    }
}

#[test]
fn a_million_samples_come_back_as_they_were() {
    let folder = tempfile::tempdir().unwrap();
    let file = InstanceFile::new::<MemorySizing>("large", "", instance());
    let text = file.to_text().unwrap();
    for name in ["large.json", "large.json.zst"] {
        let path = folder.path().join(name);
        write::write_text(&path, &text).unwrap();
        let source = Source::open(&path).unwrap();
        assert!(InstanceFile::read::<MemorySizing>(&source).unwrap() == file, "{name}");
    }
}

#[test]
fn one_bad_sample_of_a_million_is_found() {
    let text = InstanceFile::new::<MemorySizing>("large", "", instance()).to_text().unwrap();
    let at = text.rfind("peak_mib").unwrap();
    let damaged = format!("{}{}", &text[..at], text[at..].replacen("100,", "\"100\",", 1));
    let source = Source { name: "damaged".into(), text: damaged };
    let rejected = InstanceFile::<Instance>::read::<MemorySizing>(&source).unwrap_err();
    assert_eq!(rejected.issues.len(), 1);
    assert!(rejected.to_string().contains("/instance/types/99/samples/peak_mib/0"), "{rejected}");
}
