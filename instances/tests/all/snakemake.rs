//! The importer of Snakemake benchmarks, on files written here.

use placewright_instances::family::{Family, Imported, Options, find};
use placewright_instances::files::{Rejected, Source};
use placewright_models::memory_sizing::MemorySizing;
use placewright_models::memory_sizing::instance::Instance;

/// As `benchmark: repeat(…, 3)` writes it.
const PLAIN: &str = "\
s\th:m:s\tmax_rss\tmax_vms\tmax_uss\tmax_pss\tio_in\tio_out\tmean_load\tcpu_time
160.4848\t0:02:40\t29.30\t133.58\t17.57\t19.36\t6.88\t0.20\t0.00\t1.5
99.7232\t0:01:39\t2992.00\t3096.36\t2980.70\t2982.47\t902.57\t2793.93\t0.00\t2.5
0.0103\t0:00:00\t-\t-\t-\t-\t-\t-\t0.00\t0
";

/// As `--benchmark-extended` writes it.
const EXTENDED: &str = "\
s\th:m:s\tmax_rss\trule_name\twildcards\tparams\tthreads\tresources\tinput_size_mb
90061.5\t1 day, 1:01:01\t2004.85\tbwa_map\t{'sample': 'A'}\t{}\t8\t{'mem_mb': 3146, 'mem': '3.15 GB', 'mem_mib': 3001, '_cores': 8}\t{'A.fastq': 5.7}
0.5\t0:00:00\tNA\tsort\t{}\t{\"x\": \"y\"}\t1\t{}\t{}
0.5\t0:00:00\t3.00\tsort\t{}\t{}\t1\t{'mem_mib': '<TBD>'}\t{}
";

fn run(files: &[(&str, &str)], options: &[(&str, &str)]) -> Result<Imported<Instance>, Rejected> {
    let source = |(name, text): &(&str, &str)| {
        Source::from_bytes(*name, text.as_bytes().to_vec(), 1 << 20).unwrap()
    };
    let options: Options = options.iter().map(|(k, v)| ((*k).into(), (*v).into())).collect();
    let sources: Vec<_> = files.iter().map(source).collect();
    (find(MemorySizing::importers(), "snakemake").unwrap().run)(&sources, &options)
}

fn names(imported: &Imported<Instance>) -> Vec<&str> {
    imported.instance.types.iter().map(|task_type| task_type.name.as_str()).collect()
}

#[test]
fn files_are_rules_and_rows_are_repeats() {
    let files =
        [("benchmarks/search.tsv", PLAIN), ("b/e.tsv", EXTENDED), ("old/search.txt", PLAIN)];
    let imported = run(&files, &[]).unwrap();
    assert_eq!(names(&imported), ["bwa_map", "search", "sort"]);
    let [bwa, search, sort] = &imported.instance.types[..] else { panic!("three types") };
    assert_eq!(search.samples.peak_mib, [30, 2992, 30, 2992]);
    assert_eq!(search.samples.run_time_ms, [160_485, 99_723, 160_485, 99_723]);
    assert_eq!((bwa.cores, &bwa.samples.peak_mib[..]), (8, &[2005][..]));
    assert_eq!(bwa.samples.run_time_ms, [90_061_500]);
    assert_eq!(bwa.samples.request_mib, [3001]);
    assert_eq!(sort.samples.peak_mib, [3]);
    assert!(sort.samples.request_mib.is_empty());
    let text = &imported.summary.text;
    assert!(text.starts_with("9 rows: 6 used (0 censored), 3 skipped; 3 task types"), "{text}");
    assert!(text.contains("       3  without a memory measurement"), "{text}");
    assert!(text.contains("1 row: shorter than a second"), "{text}");
}

#[test]
fn rules_may_be_named_by_folders_or_by_the_user() {
    let files = [("b/map/s1.tsv", PLAIN), ("b/map/s2.tsv", PLAIN), ("b/call/s1.tsv", PLAIN)];
    assert_eq!(names(&run(&files, &[("name_from", "folder")]).unwrap()), ["call", "map"]);
    assert_eq!(names(&run(&files, &[]).unwrap()), ["s1", "s2"]);
    let files = [("-", PLAIN), ("e.tsv", EXTENDED)];
    assert_eq!(names(&run(&files, &[("type", "all")]).unwrap()), ["all"]);
    let rejected = run(&files, &[]).unwrap_err();
    assert_eq!((rejected.file.as_str(), rejected.issues[0].code), ("-", "PW048"));
    assert!(run(&[("-", EXTENDED)], &[]).is_ok());
}

#[test]
fn mistakes_are_told() {
    let codes = |files: &[(&str, &str)], options: &[(&str, &str)]| {
        let rejected = run(files, options).unwrap_err();
        let code = |issue: &placewright_solver::issue::Issue| (issue.code, issue.path.clone());
        (rejected.file.clone(), rejected.issues.iter().map(code).collect::<Vec<_>>())
    };
    let (file, issues) = codes(&[("a.tsv", PLAIN), ("b.tsv", "x\ty\n1\t2\n")], &[]);
    assert_eq!(file, "b.tsv");
    assert_eq!(issues, [("PW041", "max_rss".to_owned()), ("PW041", "s".to_owned())]);
    let (_, issues) = codes(&[("a.tsv", "s\tmax_rss\n1:2\t3 GB\n")], &[]);
    assert_eq!(issues, [("PW044", "max_rss".to_owned()), ("PW044", "s".to_owned())]);
    let (file, issues) = codes(&[("a.tsv", "s\tmax_rss\n1\t-\n"), ("b.tsv", "s\tmax_rss\n")], &[]);
    assert_eq!((file.as_str(), issues[0].0), ("a.tsv and 1 more", "PW047"));
    let (_, issues) = codes(&[("a.tsv", PLAIN)], &[("name_from", "x"), ("type", "")]);
    assert_eq!(issues.len(), 2);
}
