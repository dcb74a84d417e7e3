//! How long a large instance takes. Ignored by default; run with `--ignored --nocapture`.

use std::time::Instant;

use placewright_instances::files::{InstanceFile, Source, write};
use placewright_models::memory_sizing::MemorySizing;
use placewright_models::memory_sizing::instance::{Instance, Samples, TaskType, TimeToFailure};

const TYPES: u64 = 100;
const SAMPLES_PER_TYPE: u64 = 100_000;

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
#[ignore = "takes a gigabyte and some seconds"]
fn ten_million_samples() {
    let folder = tempfile::tempdir().unwrap();
    let file = InstanceFile::new::<MemorySizing>("large", "", instance());
    let clock = Instant::now();
    let text = file.to_text().unwrap();
    println!("to text: {:?}, {} bytes", clock.elapsed(), text.len());
    for name in ["large.json", "large.json.zst"] {
        let path = folder.path().join(name);
        let clock = Instant::now();
        write::write_text(&path, &text).unwrap();
        println!("{name}: written in {:?}", clock.elapsed());
        let clock = Instant::now();
        let source = Source::open(&path).unwrap();
        let opened = clock.elapsed();
        let read = InstanceFile::read::<MemorySizing>(&source).unwrap();
        println!("{name}: opened in {opened:?}, read in {:?}", clock.elapsed());
        assert_eq!(read, file);
    }
    let clock = Instant::now();
    println!("sha256 {} in {:?}", file.sha256(), clock.elapsed());
    let at = text.rfind("peak_mib").unwrap();
    let damaged = format!("{}{}", &text[..at], text[at..].replacen("100,", "\"100\",", 1));
    let source = Source { name: "damaged".into(), text: damaged };
    let clock = Instant::now();
    let rejected = InstanceFile::<Instance>::read::<MemorySizing>(&source).unwrap_err();
    println!("refused in {:?}: {rejected}", clock.elapsed());
    assert_eq!(rejected.issues.len(), 1);
}
