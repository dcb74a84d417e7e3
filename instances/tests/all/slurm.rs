//! The importer of Slurm accounting, on tables and documents written here.

use placewright_instances::memory_sizing::import::slurm::importer::import;
use placewright_instances::memory_sizing::import::{Settings, Summary};
use placewright_models::memory_sizing::instance::Instance;
use proptest::prelude::*;
use serde_json::{Value, json};

/// With every state and unit that matters; a job name with a quotation mark, an array, a job of
/// two parts, one without its own row, and one that was requeued.
const TABLE: &str = "\
JobID|JobName|State|ReqMem|MaxRSS|Elapsed|AllocCPUS|NTasks|NNodes
101|\"align|COMPLETED|4G||01:00:00|8||1
101.batch|batch|COMPLETED||1048577K|01:00:00|8|1|1
101.extern|extern|COMPLETED||9G|01:00:00|8|1|1
101.0|bwa|COMPLETED||2G|00:59:00|8|1|1
102_1|sort|COMPLETED|2000M||1-00:00:01|2||1
102_1.batch|batch|COMPLETED||512.5M|1-00:00:01|2|1|1
102_2|sort|OUT_OF_MEMORY|2000M||00:10:00|2||1
102_2.batch|batch|OUT_OF_MEMORY||1999M|00:10:00|2|1|1
103|sort|FAILED|1500Mc||00:01:00|2||1
103.batch|batch|FAILED||900M|00:01:00|2|1|1
103.0|sort|OUT_OF_MEMORY||900M|00:01:00|2|1|1
104|sort|CANCELLED by 1000|1Gn||00:01:00|2||1
105|sort|TIMEOUT|1Gn||00:01:00|2||1
106|sort|COMPLETED|1Gn||00:00:00|2||1
107+0|mpi|COMPLETED|8G||00:00:30.500|64||2
107+0.0|mpi|COMPLETED||3G|00:00:30|64|64|2
108.batch|batch|COMPLETED||1G|00:00:30|1|1|1
109|sort|NODE_FAIL|2000M||00:30:00|2||1
109.batch|batch|CANCELLED||700M|00:30:00|2|1|1
109|sort|COMPLETED|2000M||00:00:00|2||1
109.batch|batch|COMPLETED||2200M|00:00:00|2|1|1
110|sort|OUT_OF_MEMORY|0n||00:01:00|2||1
111_[3-9]|sort|PENDING|2000M||00:00:00|2||1
";

fn read(text: &str) -> (Instance, Summary) {
    import(text, &Settings::default()).unwrap_or_else(|issues| panic!("{issues:#?}"))
}

fn issues(text: &str) -> Vec<(&'static str, String, Option<usize>)> {
    let issues = import(text, &Settings::default()).unwrap_err();
    issues.into_iter().map(|issue| (issue.code, issue.path, issue.line)).collect()
}

fn skipped(summary: &Summary) -> Vec<(&str, u64)> {
    summary.skipped.iter().map(|(reason, count)| (reason.as_str(), *count)).collect()
}

#[test]
fn jobs_are_joined_with_their_steps() {
    let (instance, _) = read(TABLE);
    let [align, mpi, sort] = &instance.types[..] else { panic!("{:?}", instance.types) };
    assert_eq!([&align.name, &mpi.name, &sort.name], ["\"align", "mpi", "sort"]);
    assert_eq!((&align.samples.peak_mib[..], align.cores), (&[2048][..], 8));
    assert_eq!((&mpi.samples.peak_mib[..], mpi.cores), (&[3072][..], 32));
    assert_eq!(mpi.samples.run_time_ms, [30_500]);
    assert_eq!(mpi.samples.request_mib, [4096], "half of the job's memory on each node");
    assert_eq!(sort.samples.peak_mib, [513, 2000, 3000, 2200]);
    assert_eq!(sort.samples.censored, [false, true, true, false]);
    assert_eq!(sort.samples.run_time_ms, [86_401_000, 600_000, 60_000, 0]);
    assert_eq!(sort.samples.request_mib, [2000, 2000, 3000, 2000]);
    assert_eq!(instance.node_limit_mib, 4096);
}

#[test]
fn what_was_skipped_is_told() {
    let (_, summary) = read(TABLE);
    let expected = [
        ("a step without the row of its job", 1),
        ("in state CANCELLED", 1),
        ("in state NODE_FAIL", 1),
        ("in state PENDING", 1),
        ("in state TIMEOUT", 1),
        ("out of memory, but its memory request is not known", 1),
        ("without a memory measurement", 1),
    ];
    assert_eq!(skipped(&summary), expected);
    assert_eq!((summary.rows, summary.used, summary.censored, summary.types), (13, 6, 2, 3));
    let expected = [
        "1 row: a step ran several tasks, and MaxRSS is that of the largest task alone",
        "1 row: several nodes: memory and cores are taken per node, all nodes alike",
        "1 row: the run time is 0: they cost nothing, but their peaks must fit",
        "1 row: more memory used than requested, so requests were not enforced",
    ];
    assert_eq!(summary.warnings, expected);
}

#[test]
fn columns_and_rows_may_come_in_any_order_and_dress() {
    let (instance, _) = read(TABLE);
    let rows: Vec<Vec<&str>> = TABLE.lines().map(|line| line.split('|').collect()).collect();
    for (separator, end) in [("|", "|"), (";", ""), ("\t", "")] {
        let row = |row: &Vec<&str>| {
            row.iter().rev().copied().collect::<Vec<_>>().join(separator) + end + "\r\n"
        };
        assert_eq!(read(&rows.iter().map(row).collect::<String>()).0, instance);
    }
    let steps_first =
        "JobID|JobName|State|MaxRSS|ElapsedRaw\n1.0|x|COMPLETED|5M|3\n1|A|COMPLETED||3\n";
    let (instance, _) = read(steps_first);
    assert_eq!(instance.types[0].samples.peak_mib, [5]);
    assert_eq!(instance.types[0].samples.run_time_ms, [3000]);
}

#[test]
fn all_mistakes_of_a_table_come_at_once() {
    let missing: Vec<_> = issues("JobID|User\n1|x\n").into_iter().map(|issue| issue.1).collect();
    assert_eq!(missing, ["JobName", "State", "MaxRSS", "Elapsed"]);
    let text = "JobID|JobName|State|MaxRSS|Elapsed|ReqMem|AllocCPUS\n\
                1|A|COMPLETED|5Q|1:2:3:4|4x|2.5\n1.0|A|COMPLETED|-5|00:01|x\n\
                2|A|COMPLETED||INVALID||\n2|A|COMPLETED|9999P|99999-00:00:00|9999P|\n";
    let expected = [
        ("PW044", "AllocCPUS", Some(2)),
        ("PW045", "ReqMem", Some(2)),
        ("PW044", "Elapsed", Some(2)),
        ("PW045", "MaxRSS", Some(2)),
        ("PW043", "", Some(3)),
        ("PW046", "ReqMem", Some(5)),
        ("PW046", "Elapsed", Some(5)),
        ("PW046", "MaxRSS", Some(5)),
    ];
    assert_eq!(issues(text), expected.map(|(code, path, line)| (code, path.to_owned(), line)));
    assert_eq!(issues("1|A|COMPLETED\n")[0].0, "PW041", "a table without its header");
}

fn number(value: u64) -> Value {
    json!({ "set": true, "infinite": false, "number": value })
}

fn unset() -> Value {
    json!({ "set": false, "infinite": false, "number": 0 })
}

fn step(name: &str, state: Value, peak_bytes: u64) -> Value {
    json!({
        "step": { "id": format!("1.{name}"), "name": name },
        "state": state,
        "nodes": { "count": 1 },
        "tasks": { "count": 1 },
        "time": { "elapsed": 60 },
        "tres": {
            "requested": {
                "max": [
                    { "type": "cpu", "name": "", "id": 1, "count": 60, "node": "n1", "task": 0 },
                    { "type": "mem", "name": "", "id": 2, "count": peak_bytes, "node": "n1" },
                    { "type": "energy", "name": "", "id": 3, "count": -2 },
                ],
                "min": [],
            },
            "allocated": [],
        },
    })
}

/// The layouts of Slurm 23.02 (states are texts) and of later versions (lists).
fn document() -> Value {
    json!({
        "jobs": [
            {
                "job_id": 1, "name": "align", "allocation_nodes": 1,
                "array": { "job_id": 0 },
                "state": { "current": ["COMPLETED"], "reason": "None" },
                "required": { "CPUs": 4, "memory_per_cpu": unset(), "memory_per_node": number(600) },
                "time": { "elapsed": 12, "limit": number(1) },
                "tres": { "allocated": [{ "type": "cpu", "name": "", "id": 1, "count": 8 }] },
                "steps": [
                    step("batch", json!(["COMPLETED"]), 1 << 20),
                    step("extern", json!(["COMPLETED"]), 1 << 40),
                    step("bwa", json!(["COMPLETED"]), (7 << 20) + 1),
                ],
            },
            {
                "name": "align", "allocation_nodes": 2,
                "state": { "current": "OUT_OF_MEMORY", "reason": "OutOfMemory" },
                "required": { "CPUs": 8, "memory_per_cpu": number(100), "memory_per_node": unset() },
                "time": { "elapsed": number(5) },
                "steps": [step("batch", json!("OUT_OF_MEMORY"), 0)],
            },
            {
                "name": "align",
                "state": { "current": ["CANCELLED"] },
                "required": {},
                "time": { "elapsed": 0 },
                "steps": [],
            },
        ],
        "meta": { "plugin": { "data_parser": "data_parser/v0.0.41" } },
        "errors": [],
    })
}

#[test]
fn documents_are_read() {
    for text in [document().to_string(), format!("\n{:#}", document())] {
        let (instance, summary) = read(&text);
        let [align] = &instance.types[..] else { panic!("one type") };
        assert_eq!(align.samples.peak_mib, [8, 400]);
        assert_eq!(align.samples.censored, [false, true]);
        assert_eq!(align.samples.run_time_ms, [12_000, 5000]);
        assert_eq!(align.samples.request_mib, [600, 400]);
        assert_eq!(align.cores, 8);
        assert_eq!((summary.rows, summary.used, summary.censored), (3, 2, 1));
        assert_eq!(skipped(&summary), [("in state CANCELLED", 1)]);
    }
}

#[test]
fn mistakes_of_a_document_have_pointers_and_lines() {
    let mut wrong = document();
    wrong["jobs"][0]["required"]["memory_per_node"] = number(1 << 40);
    wrong["jobs"][1]["time"]["elapsed"] = json!(1_u64 << 60);
    wrong["jobs"][0]["steps"][2]["tres"]["requested"]["max"][1]["count"] = json!(1_u64 << 60);
    let found = issues(&format!("{wrong:#}"));
    let expected = [
        "/jobs/0/required/memory_per_node",
        "/jobs/0/steps/2/tres/requested/max",
        "/jobs/1/time/elapsed",
    ];
    assert_eq!(found.iter().map(|issue| issue.1.as_str()).collect::<Vec<_>>(), expected);
    assert!(found.iter().all(|issue| issue.0 == "PW046" && issue.2 > Some(1)), "{found:?}");
    assert_eq!(issues("{\"jobs\": 5}")[0].0, "PW017");
    assert_eq!(issues("{\"meta\": {}}")[0].0, "PW016");
    assert_eq!(issues("{\"jobs\": [")[0].0, "PW003");
    assert_eq!(issues("{\"jobs\": []}")[0].0, "PW047");
}

proptest! {
    #[test]
    fn damaged_accounting_never_panics(at in 0..TABLE.len(), byte in 0_u8..128, table: bool) {
        let text = if table { TABLE.to_owned() } else { document().to_string() };
        let mut bytes = text.into_bytes();
        let at = at % bytes.len();
        bytes[at] = byte;
        if let Ok(text) = String::from_utf8(bytes)
            && let Err(issues) = import(&text, &Settings::default())
        {
            prop_assert!(!issues.is_empty());
        }
    }
}
