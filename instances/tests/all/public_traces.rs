//! The importer on the six public traces, where they are at hand.

use placewright_instances::data_folder::data_folder;
use placewright_instances::files::Source;
use placewright_instances::memory_sizing::import::Summary;
use placewright_instances::memory_sizing::import::nextflow::{Target, TraceOptions, import};
use placewright_models::memory_sizing::instance::Instance;

/// Name, rows, types, rows without a measurement, rows that failed.
const TRACES: [(&str, u64, u64, u64, u64); 6] = [
    ("chipseq", 2938, 48, 1, 0),
    ("eager", 1576, 19, 0, 0),
    ("iwd", 1661, 6, 0, 0),
    ("mag", 6242, 38, 5, 0),
    ("methylseq", 1083, 13, 0, 72),
    ("rnaseq", 1308, 54, 0, 0),
];

fn read(name: &str, target: Target) -> Option<(String, Instance, Summary)> {
    let Some(folder) = data_folder() else {
        eprintln!("skipped: no public data; set PLACEWRIGHT_DATA");
        return None;
    };
    let path = folder.join(format!("sizey/trace_{name}.csv"));
    if !path.exists() {
        eprintln!("skipped: no {}", path.display());
        return None;
    }
    let source = Source::open(&path).unwrap_or_else(|rejected| panic!("{rejected}"));
    let options = TraceOptions { target, ..TraceOptions::default() };
    let imported = import(&source.text, &options);
    let (instance, summary) = imported.unwrap_or_else(|issues| panic!("{name}: {issues:#?}"));
    Some((source.text, instance, summary))
}

#[test]
fn counts_are_those_of_the_data() {
    for (name, rows, types, unmeasured, failed) in TRACES {
        for target in [Target::PeakRss, Target::Rss] {
            let Some((_, instance, summary)) = read(name, target) else { return };
            println!("{name}: {}", summary.report().text);
            assert_eq!((summary.rows, summary.censored), (rows, 0), "{name}");
            assert_eq!(summary.used, rows - unmeasured - failed, "{name}");
            let skipped = |reason: &str| summary.skipped.get(reason).copied().unwrap_or(0);
            assert_eq!(skipped("without a memory measurement"), unmeasured, "{name}");
            assert_eq!(skipped("failed for other reasons than memory (exit 1)"), failed, "{name}");
            // A type of which nothing was measured is not there.
            assert!(summary.types <= types && summary.types + 1 >= types, "{name}");
            assert_eq!(instance.types.len() as u64, summary.types);
            assert!(instance.types.iter().all(|t| t.samples.request_mib.len() == t.samples.len()));
        }
    }
}

/// The sums of peaks, computed by splitting lines instead of by the importer.
#[test]
fn peaks_are_those_of_the_data() {
    for (name, ..) in TRACES {
        let Some((text, instance, _)) = read(name, Target::PeakRss) else { return };
        let header: Vec<&str> = text.lines().next().unwrap_or("").split(',').collect();
        let column = header.iter().position(|name| *name == "peak_rss").unwrap();
        let expected: u64 = text
            .lines()
            .skip(1)
            .filter_map(|line| line.split(',').nth(column)?.parse::<u64>().ok())
            .map(|bytes| bytes.div_ceil(1 << 20))
            .sum();
        let peaks = instance.types.iter().flat_map(|task_type| &task_type.samples.peak_mib);
        assert_eq!(peaks.sum::<u64>(), expected, "{name}");
    }
}
