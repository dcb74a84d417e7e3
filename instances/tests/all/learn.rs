//! Learning from recordings: engine files, what is emitted, what is reported.

use std::fmt::Write;

use placewright_instances::family::{Family, Learned, Options, emitter, find};
use placewright_instances::files::{Rejected, Source};
use placewright_models::memory_sizing::MemorySizing;

fn source(text: &str) -> Source {
    Source { name: "tasks.csv".to_owned(), text: text.to_owned() }
}

fn options(pairs: &[(&str, &str)]) -> Options {
    pairs.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect()
}

fn learn_on(
    format: &str,
    texts: &[&str],
    start: Option<&str>,
    pairs: &[(&str, &str)],
) -> Result<Learned<MemorySizing>, Rejected> {
    let sources: Vec<Source> = texts.iter().map(|text| source(text)).collect();
    let start = start.map(source);
    (find(MemorySizing::learners(), format).unwrap().run)(&sources, start.as_ref(), &options(pairs))
}

fn learn(texts: &[&str], pairs: &[(&str, &str)]) -> Learned<MemorySizing> {
    learn_on("csv", texts, None, pairs).unwrap_or_else(|rejected| panic!("{rejected}"))
}

fn refused(start: Option<&str>, pairs: &[(&str, &str)]) -> Rejected {
    learn_on("csv", &[&tasks(0, 30)], start, pairs).err().unwrap()
}

fn emitted(format: &str, learned: &Learned<MemorySizing>) -> String {
    (emitter::<MemorySizing>(format).unwrap().emit)(&learned.emission)
}

const HEADER: &str = "task_type,peak_mib,run_time_s,input_size_bytes,request_mib,censored\n";

/// Tasks `A:ALIGN` whose memory is 100 MiB and half their input, `SORT` that are all alike, and a
/// few that failed; the first files know no input sizes.
fn tasks(from: usize, to: usize) -> String {
    let mut text = HEADER.to_owned();
    for i in from..to {
        let input_mib = 100 * (1 + i * 37 % 50);
        let input = if i < 10 { String::new() } else { (input_mib << 20).to_string() };
        writeln!(text, "A:ALIGN,{},600,{input},16384,", 100 + input_mib / 2).unwrap();
        writeln!(text, "SORT,{},60,,4096,", 700 + i % 3).unwrap();
        if i % 17 == 5 {
            text.push_str("SORT,1000,30,,1000,true\n");
        }
    }
    text
}

#[test]
fn going_on_is_the_same_as_learning_at_once() {
    for policy in ["experts", "max-seen", "witt-lr-std", "witt-percentile", "ponder"] {
        let made = [("policy", policy), ("failure_price", "0.5")];
        let at_once = learn(&[&tasks(0, 12), &tasks(12, 60)], &made);
        for cut in [1, 9, 12, 40] {
            let first = learn(&[&tasks(0, cut)], &made);
            let second =
                learn_on("csv", &[&tasks(cut, 60)], Some(&first.engine), &[("policy", policy)])
                    .unwrap_or_else(|rejected| panic!("{rejected}"));
            assert!(second.engine == at_once.engine, "{policy}, {cut}");
        }
    }
}

#[test]
fn ladders_rise_to_the_limit_and_serve_what_was_seen() {
    let learned = learn(&[&tasks(0, 100)], &[("max_attempts", "4")]);
    assert_eq!(learned.emission.limit_mib, 16384);
    for of_type in &learned.emission.types {
        let steps = of_type.steps.iter().map(|step| &step.allocations_mib);
        for rungs in steps.chain([&of_type.allocations_mib]) {
            assert!(rungs.windows(2).all(|pair| pair[0] < pair[1]), "{rungs:?}");
            assert_eq!(rungs.last(), Some(&16384));
            assert!(rungs.len() <= 4, "{rungs:?}");
        }
    }
    let sort = learned.emission.types.iter().find(|of| of.name == "SORT").unwrap();
    assert!((702..720).contains(&sort.allocations_mib[0]), "{sort:?}");
    assert!(sort.steps.is_empty());
    let shorter =
        learn(&[&tasks(0, 100)], &[("limit_mib.SORT", "800"), ("node_limit_mib", "9000")]);
    let sort = shorter.emission.types.iter().find(|of| of.name == "SORT").unwrap();
    assert_eq!(sort.allocations_mib.last(), Some(&800));
    assert_eq!(shorter.emission.limit_mib, 9000);
}

#[test]
fn steps_suit_every_size_within() {
    let learned = learn(&[&tasks(0, 300)], &[]);
    let align = learned.emission.types.iter().find(|of| of.name == "A:ALIGN").unwrap();
    assert!((5..=10).contains(&align.steps.len()), "{align:?}");
    let bounds: Vec<_> = align.steps.iter().map(|step| step.up_to_bytes).collect();
    let (last, others) = bounds.split_last().unwrap();
    assert_eq!(*last, None);
    assert!(others.is_sorted() && others.iter().all(Option::is_some));
    for input_mib in (1..=50).map(|i| 100 * i) {
        let fits = |bound: &Option<u64>| bound.is_none_or(|bytes| input_mib << 20 <= bytes);
        let step = &align.steps[bounds.iter().position(fits).unwrap()];
        let (first, peak) = (step.allocations_mib[0], 100 + input_mib / 2);
        // The largest size of a step is at most 500 MiB above the smallest one.
        assert!(first >= peak && first <= peak + 400, "{input_mib}: {step:?}");
    }
}

/// The numbers of a text between two marks.
fn numbers(text: &str) -> Vec<u64> {
    let digits = text.split(|c: char| !c.is_ascii_digit());
    digits.filter_map(|digits| digits.parse().ok()).collect()
}

#[test]
fn nextflow_has_a_closure_where_the_input_has_a_name() {
    let without = emitted("nextflow", &learn(&[&tasks(0, 300)], &[]));
    assert!(!without.contains("def bytes"), "{without}");
    let learned = learn(&[&tasks(0, 300)], &[("size.A:ALIGN", "reads+index")]);
    let align = learned.emission.types.iter().find(|of| of.name == "A:ALIGN").unwrap();
    let text = emitted("nextflow", &learned);
    let block = text.split("withName: ").find(|block| block.starts_with("'A:ALIGN'")).unwrap();
    let expected = "(reads instanceof java.nio.file.Path ? reads.size() \
                    : (reads.collect { file -> file.size() }.sum() ?: 0)) + (index instanceof";
    assert!(block.contains(expected), "{block}");
    let table = block.split("def sizes = ").nth(1).unwrap().split("sizes[").next().unwrap();
    let step = |step: &placewright_instances::memory_sizing::emit::ladders::Step| {
        step.up_to_bytes.into_iter().chain(step.allocations_mib.clone()).collect::<Vec<_>>()
    };
    assert_eq!(numbers(table), align.steps.iter().flat_map(step).collect::<Vec<_>>());
    assert_eq!(table.matches(".MB").count(), numbers(table).len() - align.steps.len() + 1);
    assert!(block.contains("maxRetries = 5"), "{block}");
    // A Groovy block ends where it should.
    assert_eq!(text.matches('{').count(), text.matches('}').count());
    assert_eq!(text.matches('[').count(), text.matches(']').count());
}

#[test]
fn other_formats_have_the_steps_without_a_name() {
    let learned = learn(&[&tasks(0, 300).replace("A:ALIGN", "align")], &[]);
    let align = learned.emission.types.iter().find(|of| of.name == "align").unwrap();
    let bounds: Vec<u64> = align.steps.iter().filter_map(|step| step.up_to_bytes).collect();
    let snakemake = emitted("snakemake", &learned);
    let line = snakemake.split("\"align\":").nth(1).unwrap().lines().nth(1).unwrap();
    assert!(line.contains("mem_mb: \"(["), "{line}");
    assert!(line.ends_with(")[min(attempt, 6) - 1]\""), "{line}");
    let compared = line.split("input.size <= ").skip(1).map(|rest| numbers(rest)[0]);
    assert_eq!(compared.collect::<Vec<_>>(), bounds);
    // Every list has a size for each of the six attempts.
    for list in line.split('[').skip(1).take(align.steps.len()) {
        assert_eq!(numbers(list.split(']').next().unwrap()).len(), 6, "{line}");
    }
    let json: serde_json::Value = serde_json::from_str(&emitted("json", &learned)).unwrap();
    let steps = json["ladders"][1]["steps"].as_array().unwrap();
    assert_eq!(steps.len(), bounds.len() + 1);
    assert_eq!(steps[0]["up_to_bytes"], bounds[0]);
    for format in ["csv", "kubernetes"] {
        let text = emitted(format, &learned);
        assert!(text.contains("align") && !text.contains(&bounds[0].to_string()), "{text}");
    }
}

#[test]
fn reports_judge_without_hindsight() {
    let learned = learn(&[&tasks(0, 100)], &[]);
    let sort = &learned.report.json["types"][1];
    assert_eq!((&sort["type"], &sort["samples"]), (&"SORT".into(), &100.into()));
    assert_eq!(sort["censored"], 6);
    // Three tasks at the request of 4096 MiB, a minute each, before there is anything to learn.
    let at_requests = 60_000 * (3 * 4096 - 700 - 701 - 702);
    let wasted = sort["plan_wastage_mib_ms"].as_i64().unwrap();
    assert!((at_requests..at_requests * 11 / 10).contains(&wasted), "{sort}");
    assert_eq!(sort["requests_mib"], serde_json::json!([1000, 4096]));
    let sizes = &learned.report.json["by_input_size"][0];
    let waste = |key: &str| sizes[key].as_f64().unwrap();
    assert!(waste("by_size_wastage_gbh") < 0.7 * waste("constant_wastage_gbh"), "{sizes}");
    insta::assert_snapshot!(learned.report.text);
    insta::assert_snapshot!(learned.summary.text);
}

#[test]
fn types_are_left_alone_for_reasons() {
    let mut text = HEADER.to_owned();
    for i in 0..40 {
        writeln!(text, "JAVA,3500,600,,8192,\nFULL,{},600,,1000,", 990 + i % 8).unwrap();
        writeln!(text, "TINY,10,1,,11,\nGOOD,1000,3600,,9000,").unwrap();
        writeln!(text, "TIGHT,{},600,,1000,", if i % 2 == 0 { 10 * i } else { 995 }).unwrap();
    }
    text.push_str("RARE,100,5,,1000,\nOLD,5,5,,,true\n");
    let learned = learn(&[&text], &[("keep.JAVA", "yes"), ("request_mib.OLD", "6")]);
    let types = learned.report.json["types"].as_array().unwrap();
    let notes = |name: &str| {
        let of_type = types.iter().find(|of| of["type"] == name).unwrap();
        of_type["notes"].as_array().unwrap().iter().map(|n| n.as_str().unwrap()).collect::<Vec<_>>()
    };
    assert_eq!(notes("JAVA"), ["visible_to_command"]);
    assert_eq!(notes("FULL"), ["peaks_at_request"]);
    assert_eq!(notes("TINY"), ["peaks_at_request"]);
    assert_eq!(notes("RARE"), ["too_few_samples"]);
    assert!(notes("OLD").contains(&"too_few_samples"));
    assert!(notes("GOOD").is_empty());
    let emitted: Vec<_> = learned.emission.types.iter().map(|of| of.name.as_str()).collect();
    assert!(emitted.contains(&"GOOD") && !emitted.contains(&"JAVA"), "{emitted:?}");
    assert!(learned.report.text.contains("kept"), "{}", learned.report.text);
    // What was said of a type is part of what was learned.
    let later = learn_on("csv", &[&text], Some(&learned.engine), &[]).unwrap();
    assert!(later.emission.types.iter().all(|of| of.name != "JAVA"));
    let no_more = learn_on("csv", &[&text], Some(&learned.engine), &[("keep.JAVA", "no")]).unwrap();
    assert!(no_more.emission.types.iter().any(|of| of.name == "JAVA"));
}

#[test]
fn little_and_nothing() {
    let one = learn(&[&format!("{HEADER}A,100,5,,,\n")], &[]);
    assert!(one.emission.types.is_empty());
    assert_eq!(one.report.json["tasks_without_basis"], 1);
    for format in MemorySizing::emitters() {
        assert!(!(format.emit)(&one.emission).is_empty());
    }
    let sure = learn(&[&format!("{HEADER}A,100,5,,,\n")], &[("min_samples", "1")]);
    assert_eq!(sure.emission.types[0].allocations_mib.last(), Some(&1024));
    for empty in [HEADER.to_owned(), format!("{HEADER}A,0,5,,,\n")] {
        let rejected = learn_on("csv", &[&empty], None, &[]).err().unwrap();
        assert_eq!(rejected.issues[0].code, "PW047", "{rejected}");
    }
}

#[test]
fn kills_and_failures_are_told_apart() {
    let mut text = String::from("name,status,exit,attempt,peak_rss,realtime,memory\n");
    for i in 0..20_u64 {
        writeln!(
            text,
            "P (k{i}),FAILED,137,1,-,1000,1 GB\nP (k{i}),COMPLETED,0,2,1600 MB,5000,2 GB"
        )
        .unwrap();
    }
    text.push_str("P (x),FAILED,1,1,-,1000,1 GB\nP (y),FAILED,137,1,-,1000,4 GB\n");
    let learned = learn_on("nextflow", &[&text], None, &[]).unwrap();
    let p = &learned.report.json["types"][0];
    assert_eq!((&p["samples"], &p["censored"]), (&20.into(), &21.into()));
    // Each task lost 1 GiB for a second and had 448 MiB too much for five.
    assert_eq!(p["requests_wastage_mib_ms"], 20 * (1024 * 1000 + 448 * 5000));
    assert_eq!(p["notes"], serde_json::json!(["censored"]));
    let engine: serde_json::Value = serde_json::from_str(&learned.engine).unwrap();
    let statistics = &engine["engine"]["constant"]["types"]["P"]["statistics"];
    assert_eq!((&statistics["out_of_memory"], &statistics["failed"]), (&21.into(), &1.into()));
}

#[test]
fn characters_read_are_taken_for_input_only_on_demand() {
    let mut text = String::from("process,status,peak_rss,realtime,rchar,memory\n");
    for i in 0..60_u64 {
        let input = 100_000_000 * (1 + i * 37 % 60);
        writeln!(text, "P,COMPLETED,{},60000,{input},64000000000", 1_000_000_000 + input).unwrap();
    }
    let without = learn_on("nextflow", &[&text], None, &[]).unwrap();
    assert!(without.emission.types[0].steps.is_empty());
    let with = learn_on("nextflow", &[&text], None, &[("input", "rchar")]).unwrap();
    assert!(!with.emission.types[0].steps.is_empty());
    assert!(with.report.text.contains("known only after they ran"), "{}", with.report.text);
    // The engine file remembers it.
    let later = learn_on("nextflow", &[&text], Some(&with.engine), &[("input", "none")]).unwrap();
    assert_eq!(later.report.json["input_size_known_beforehand"], false);
}

#[test]
fn bad_engine_files_are_refused() {
    let good = learn(&[&tasks(0, 30)], &[]).engine;
    let cases = [
        (good.replace("placewright-engine", "placewright-instance"), "PW011"),
        (good.replacen("memory_sizing", "placement", 1), "PW012"),
        (good.replacen("\"version\": 1", "\"version\": 2", 1), "PW013"),
        (good.replacen("\"policy\": \"experts\"", "\"policy\": \"expert\"", 1), "PW049"),
        (good[..good.len() / 2].to_owned(), "PW003"),
        ("{}".to_owned(), "PW016"),
        ("engine".to_owned(), "PW004"),
    ];
    for (text, code) in cases {
        let rejected = refused(Some(&text), &[]);
        assert_eq!(rejected.issues[0].code, code, "{rejected}");
        assert!(!rejected.issues[0].action.is_empty());
    }
}

#[test]
fn bad_options_are_refused_with_advice() {
    let engine = learn(&[&tasks(0, 30)], &[]).engine;
    let cases = [
        (("size.ALIGN", "reads"), "did you mean \"A:ALIGN\"?"),
        (("keep.SORTT", "yes"), "did you mean \"SORT\"?"),
        (("keep.NOTHING_LIKE_IT", "yes"), "as it stands in the recordings"),
        (("keep.SORT", "perhaps"), "yes or no"),
        (("size.SORT", "a b"), "the name of a variable"),
        (("colour", "red"), "there is no option"),
        (("max_attempts", "1"), "2..="),
        (("policy", "best"), "witt-percentile"),
        (("granularity_mib", "64"), "made with another value"),
    ];
    for ((name, value), advice) in cases {
        let rejected = refused(Some(&engine), &[(name, value)]);
        assert_eq!(rejected.issues[0].code, "PW048", "{rejected}");
        assert!(rejected.to_string().contains(advice), "{rejected}");
    }
}
