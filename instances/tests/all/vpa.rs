//! The importer of checkpoints of the Vertical Pod Autoscaler, on documents written here.

use placewright_instances::family::{Family, Options, find};
use placewright_instances::files::Source;
use placewright_instances::memory_sizing::import::Settings;
use placewright_instances::memory_sizing::import::vpa::importer::import;
use placewright_models::memory_sizing::MemorySizing;
use serde_json::{Value, json};

fn checkpoint(object: &str, container: &str, weights: &Value, total: f64) -> Value {
    json!({
        "apiVersion": "autoscaling.k8s.io/v1",
        "kind": "VerticalPodAutoscalerCheckpoint",
        "metadata": { "name": format!("{object}-{container}"), "namespace": "default" },
        "spec": { "containerName": container, "vpaObjectName": object },
        "status": {
            "cpuHistogram": { "bucketWeights": { "0": 10000 }, "totalWeight": 3.5 },
            "firstSampleStart": "2020-07-22T04:46:22Z",
            "memoryHistogram": {
                "bucketWeights": weights,
                "referenceTimestamp": "2022-05-28T00:00:00Z",
                "totalWeight": total,
            },
            "totalSamplesCount": 650_223,
            "version": "v3",
        },
    })
}

fn issues(document: &Value) -> Vec<(&'static str, String, Option<usize>)> {
    let issues = import(&format!("{document:#}"), 1000, &Settings::default()).unwrap_err();
    issues.into_iter().map(|issue| (issue.code, issue.path, issue.line)).collect()
}

#[test]
fn buckets_become_weighted_samples() {
    let weights = json!({ "2": 38, "38": 9962, "0": 0 });
    let one = checkpoint("shop", "web", &weights, 10.0);
    let (instance, summary) = import(&one.to_string(), 1000, &Settings::default()).unwrap();
    let [web] = &instance.types[..] else { panic!("one type") };
    assert_eq!(web.name, "shop/web");
    assert_eq!(web.samples.peak_mib, [10, 31, 1089]);
    assert_eq!(web.samples.weight, [1, 38, 9962]);
    assert_eq!(web.samples.run_time_ms, [1000; 3]);
    assert_eq!((summary.rows, summary.used), (3, 3));
}

#[test]
fn lists_are_read_and_the_run_time_is_told() {
    let list = json!({
        "apiVersion": "v1",
        "kind": "List",
        "items": [
            checkpoint("shop", "web", &json!({ "10": 10_000 }), 6.6737),
            checkpoint("shop", "log", &json!({ "175": 10_000 }), 0.0),
            checkpoint("shop", "new", &json!({}), 0.0),
        ],
    });
    let source = Source::from_bytes("x.json", list.to_string().into_bytes(), 1 << 20).unwrap();
    let vpa = find(MemorySizing::importers(), "vpa").unwrap();
    let twice = [source.clone(), source];
    let imported = (vpa.run)(&twice, &Options::new()).unwrap();
    let [log, web] = &imported.instance.types[..] else { panic!("two types") };
    assert_eq!(web.samples.weight, [6674; 2]);
    assert_eq!(log.samples.weight, [10_000; 2]);
    assert_eq!(web.samples.run_time_ms, [3_600_000; 2]);
    let text = &imported.summary.text;
    assert_eq!(text.matches("1h is assumed").count(), 1, "{text}");
    assert!(text.contains("2 rows: in the last bucket"), "{text}");
    assert!(text.contains("       2  a checkpoint without memory samples"), "{text}");

    let options = |value: &str| Options::from([("run_time".to_owned(), value.to_owned())]);
    let imported = (vpa.run)(&twice[..1], &options("90s")).unwrap();
    assert_eq!(imported.instance.types[0].samples.run_time_ms, [90_000]);
    assert!(!imported.summary.text.contains("assumed"));
    for wrong in ["90", "0s", "soon", ""] {
        let rejected = (vpa.run)(&twice[..1], &options(wrong)).unwrap_err();
        assert_eq!(rejected.issues[0].code, "PW048", "{wrong}");
    }
}

#[test]
fn what_cannot_be_used_is_told_at_once() {
    let mut newer = checkpoint("shop", "web", &json!({ "1": 1 }), 1.0);
    newer["status"]["version"] = json!("v4");
    newer["spec"]["containerName"] = json!("");
    let beyond = checkpoint("shop", "log", &json!({ "176": 1 }), 1.0);
    let found = issues(&json!({ "kind": "List", "items": [newer, beyond] }));
    let codes: Vec<_> = found.iter().map(|(code, path, _)| (*code, path.as_str())).collect();
    let expected = [
        ("PW016", "/items/0/spec/containerName"),
        ("PW013", "/items/0/status/version"),
        ("PW018", "/items/1/status/memoryHistogram/bucketWeights"),
    ];
    assert_eq!(codes, expected);
    assert!(found.iter().all(|(.., line)| *line > Some(1)));
    assert_eq!(issues(&json!({ "kind": "Pod" }))[0].0, "PW019");
    assert_eq!(issues(&json!({ "kind": "List", "items": [] }))[0].0, "PW047");
    assert_eq!(issues(&json!([]))[0].0, "PW017");
}
