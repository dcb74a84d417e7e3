//! The importer of Nextflow traces, on traces written here.

use placewright_instances::family::{Family, Options, find};
use placewright_instances::files::Source;
use placewright_instances::memory_sizing::import::nextflow::{Input, Target, TraceOptions, import};
use placewright_instances::memory_sizing::import::{Settings, Summary};
use placewright_models::memory_sizing::MemorySizing;
use placewright_models::memory_sizing::instance::Instance;
use proptest::prelude::*;

/// As Nextflow writes it by default.
const DEFAULT: &str = "\
task_id\thash\tnative_id\tname\tstatus\texit\tsubmit\tduration\trealtime\t%cpu\tpeak_rss\tpeak_vmem\trchar\twchar
1\t4e/0b2862\t2034\tALIGN:BWA (s1)\tCOMPLETED\t0\t2024-01-01 10:00:00.000\t3m 10s\t3m 5s\t91.9%\t1.2 GB\t2 GB\t1 GB\t0
2\t4e/0b2863\t2035\tALIGN:BWA (s2)\tCOMPLETED\t0\t2024-01-01 10:00:00.000\t1d 2h\t1d 2h\t91.9%\t512 KB\t2 GB\t1 GB\t0
3\t4e/0b2864\t2036\tFASTQC\tCOMPLETED\t0\t2024-01-01 10:00:00.000\t12.5s\t12.5s\t91.9%\t0\t0\t0\t0
4\t4e/0b2865\t2037\tFASTQC\tCOMPLETED\t0\t2024-01-01 10:00:00.000\t101ms\t101ms\t91.9%\t-\t-\t-\t-
5\t4e/0b2866\t2038\tFASTQC\tCACHED\t0\t2024-01-01 10:00:00.000\t1s\t1s\t91.9%\t3 MB\t3 MB\t0\t0
6\t4e/0b2867\t2039\tFASTQC\tCOMPLETED\t0\t2024-01-01 10:00:00.000\t0ms\t0ms\t91.9%\t3.5 MB\t4 MB\t0\t0
";

/// Raw, with everything that retries need.
const RAW: &str = "\
process,name,status,exit,attempt,cpus,memory,realtime,start,complete,rss,peak_rss,rchar,input_size,hostname
A,A (1),FAILED,137,1,2,1073741824,500,0,0,-,-,7,70,n1
A,A (1),COMPLETED,0,2,4,2147483648,1000,0,0,1500000000,1500000000,7,70,n1
A,A (2),FAILED,137,1,2,1073741824,-,1000,1700,-,-,7,70,n2
A,A (2),FAILED,137,2,2,2147483648,900,0,0,-,-,7,71,n2
A,A (3),FAILED,1,1,2,1073741824,5,0,0,-,-,7,70,n1
A,A (4),COMPLETED,0,1,2,1073741824,0,0,0,3000,2000,7,70,n1
B,B (1),FAILED,143,1,1,-,5,0,0,-,-,7,-,n1
B,B (2),COMPLETED,0,1,1,-,5,0,0,90,100,7,-,-
B,B (3),ABORTED,-,1,1,-,-,-,-,-,-,-,-,n1
B,B (4),COMPLETED,0,1,1,5242881,-,-,-,90,100,7,-,n1
B,B (5),COMPLETED,0,1,1,5242881,5,0,0,6000000,6000000,7,-,n1
";

fn read(text: &str, options: &TraceOptions) -> (Instance, Summary) {
    import(text, options).unwrap_or_else(|issues| panic!("{issues:#?}"))
}

fn issues(text: &str) -> Vec<(&'static str, String, Option<usize>)> {
    let issues = import(text, &TraceOptions::default()).unwrap_err();
    issues.into_iter().map(|issue| (issue.code, issue.path, issue.line)).collect()
}

fn skipped(summary: &Summary) -> Vec<(&str, u64)> {
    summary.skipped.iter().map(|(reason, count)| (reason.as_str(), *count)).collect()
}

#[test]
fn the_default_trace_is_read() {
    let (instance, summary) = read(DEFAULT, &TraceOptions::default());
    let [align, fastqc] = &instance.types[..] else { panic!("two types") };
    assert_eq!((align.name.as_str(), fastqc.name.as_str()), ("ALIGN:BWA", "FASTQC"));
    assert_eq!(align.samples.peak_mib, [1229, 1]);
    assert_eq!(align.samples.run_time_ms, [185_000, 93_600_000]);
    assert_eq!(fastqc.samples.peak_mib, [4]);
    assert_eq!((instance.node_limit_mib, instance.granularity_mib), (2048, 1));
    assert_eq!((summary.rows, summary.used, summary.censored), (6, 3, 0));
    let expected = [("with status CACHED", 1), ("without a memory measurement", 2)];
    assert_eq!(skipped(&summary), expected);
    assert!(summary.warnings[0].starts_with("4 rows: sizes are rounded"), "{summary:?}");
}

#[test]
fn failures_are_censored_unless_a_later_attempt_tells_more() {
    let (instance, summary) = read(RAW, &TraceOptions::default());
    let [a, b] = &instance.types[..] else { panic!("two types") };
    assert_eq!(a.samples.peak_mib, [1431, 2048, 1]);
    assert_eq!(a.samples.censored, [false, true, false]);
    assert_eq!(a.samples.run_time_ms, [1000, 900, 0]);
    assert_eq!(a.samples.request_mib, [2048, 2048, 1024]);
    assert_eq!(a.samples.input_size_bytes, [70, 71, 70]);
    assert_eq!((a.cores, b.cores), (4, 1));
    assert_eq!(b.samples.peak_mib, [1, 6]);
    assert!(b.samples.request_mib.is_empty() && b.samples.input_size_bytes.is_empty());
    assert_eq!(instance.node_limit_mib, 3072, "2049 MiB are needed");
    let expected = [
        ("failed for other reasons than memory (exit 1)", 1),
        ("killed, and a later attempt completed", 1),
        ("killed, and so was a later attempt", 1),
        ("killed, but its memory request is not known", 1),
        ("with status ABORTED", 1),
        ("without a run time", 1),
    ];
    assert_eq!(skipped(&summary), expected);
    assert_eq!((summary.rows, summary.used, summary.censored, summary.types), (11, 5, 1, 2));
    let warned = |what: &str| summary.warnings.iter().any(|warning| warning.contains(what));
    for what in [
        "1 row: peak_rss is below rss",
        "1 row: more memory used than requested",
        "1 row: killed by another signal",
        "1 row: the run time is 0",
        "B: no memory request in 1 of 2 rows",
    ] {
        assert!(warned(what), "{what}: {:#?}", summary.warnings);
    }
}

#[test]
fn options_change_what_is_read() {
    let options = TraceOptions {
        target: Target::Rss,
        machine: Some("hostname".into()),
        input: Input::Rchar,
        settings: Settings { min_samples: 2, granularity_mib: 1000, ..Settings::default() },
    };
    let (instance, summary) = read(RAW, &options);
    let names: Vec<_> = instance.types.iter().map(|t| t.name.as_str()).collect();
    assert_eq!(names, ["A@n1"]);
    assert_eq!(instance.types[0].samples.input_size_bytes, [7, 7]);
    assert_eq!(instance.node_limit_mib, 3000, "2048 in multiples of 1000");
    assert_eq!(summary.skipped["of a type with fewer than 2 samples"], 3);
    assert!(summary.warnings[0].contains("rchar"));
}

#[test]
fn columns_may_come_in_any_order_and_dress() {
    let (instance, _) = read(RAW, &TraceOptions::default());
    let rows: Vec<Vec<&str>> = RAW.lines().map(|line| line.split(',').collect()).collect();
    for separator in [";", "\t", ","] {
        let dressed: String = rows
            .iter()
            .map(|row| {
                let quoted = row.iter().rev().map(|field| format!("\"{field}\""));
                quoted.collect::<Vec<_>>().join(separator) + "\r\n"
            })
            .collect();
        assert_eq!(read(&dressed, &TraceOptions::default()).0, instance);
    }
    let marked = [b"\xef\xbb\xbf", RAW.as_bytes()].concat();
    let source = Source::from_bytes("trace.csv", marked, 1 << 20).unwrap();
    let nextflow = find(MemorySizing::importers(), "nextflow").unwrap();
    let imported = (nextflow.run)(&[source], &Options::new()).unwrap();
    assert_eq!(imported.instance, instance);
    assert!(
        imported.summary.text.starts_with("11 rows: 5 used (1 censored), 6 skipped; 2 task types")
    );
}

#[test]
fn all_bad_fields_are_told_with_line_and_column() {
    let text = "\
name\tstatus\trealtime\tpeak_rss\tcpus\texit
A\tCOMPLETED\t5 parsecs\t12 parsecs\t2\t0
A\tCOMPLETED\tsoon\t-5\t1.5\t0

A\tCOMPLETED\t40000d\t99999 PB\t9999999999\tx
A\tCOMPLETED\t1s
";
    let expected = [
        ("PW045", "peak_rss", Some(2)),
        ("PW045", "realtime", Some(2)),
        ("PW044", "peak_rss", Some(3)),
        ("PW044", "realtime", Some(3)),
        ("PW044", "cpus", Some(3)),
        ("PW044", "exit", Some(5)),
        ("PW046", "peak_rss", Some(5)),
        ("PW046", "realtime", Some(5)),
        ("PW046", "cpus", Some(5)),
        ("PW043", "", Some(6)),
    ];
    assert_eq!(issues(text), expected.map(|(code, path, line)| (code, path.to_owned(), line)));
}

#[test]
fn missing_columns_are_told_at_once() {
    let codes: Vec<_> = issues("task_id,tag,rss\n1,2,3\n").into_iter().map(|i| i.1).collect();
    assert_eq!(codes, ["process", "status", "peak_rss", "realtime"]);
    assert_eq!(issues("name,status,realtime,peak_rss\nA,FAILED,1,1\n")[0].0, "PW047");
    assert_eq!(issues("not a trace\n")[0].0, "PW040");
}

#[test]
fn wrong_options_are_told_at_once() {
    let given =
        [("target", "vmem"), ("max_attempts", "0"), ("taget", "rss"), ("time_to_failure", "2")];
    let options: Options = given.iter().map(|(k, v)| ((*k).into(), (*v).into())).collect();
    let issues = TraceOptions::read(&options).unwrap_err();
    let mut paths: Vec<_> = issues.iter().map(|issue| issue.path.as_str()).collect();
    paths.sort_unstable();
    assert_eq!(paths, ["max_attempts", "taget", "target", "time_to_failure"]);
    let given = [("target", "rss"), ("node_limit_mib", "5000"), ("time_to_failure", "0.5")];
    let options: Options = given.iter().map(|(k, v)| ((*k).into(), (*v).into())).collect();
    let read = TraceOptions::read(&options).unwrap();
    assert_eq!((read.target, read.settings.node_limit_mib), (Target::Rss, Some(5000)));
}

proptest! {
    #[test]
    fn traces_cut_off_or_damaged_never_panic(at in 0..RAW.len(), byte in any::<u8>(), cut: bool) {
        let mut bytes = RAW.as_bytes().to_vec();
        if cut { bytes.truncate(at) } else { bytes[at] = byte }
        if let Ok(source) = Source::from_bytes("x", bytes, 1 << 20)
            && let Err(issues) = import(&source.text, &TraceOptions::default())
        {
            prop_assert!(!issues.is_empty());
        }
    }
}
