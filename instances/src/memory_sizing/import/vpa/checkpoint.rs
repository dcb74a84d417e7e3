//! What a checkpoint holds, and the samples it makes.

use std::collections::BTreeMap;

use placewright_models::memory_sizing::instance::limits;
use placewright_models::memory_sizing::vpa_buckets::{BUCKETS, upper_end_mib};
use placewright_solver::issue::Issue;
use serde::Deserialize;

use crate::codes::{self, ErrorCode};
use crate::files::foreign;
use crate::memory_sizing::import::collect::Execution;
use crate::memory_sizing::import::summary::Summary;

/// The version of checkpoints whose buckets are known here.
const VERSION: &str = "v3";

/// The kind of object that this importer reads.
const KIND: &str = "VerticalPodAutoscalerCheckpoint";

/// A checkpoint, or a list of them.
#[derive(Deserialize)]
struct Document {
    kind: Option<String>,
    items: Option<Vec<Checkpoint>>,
    #[serde(default)]
    spec: Spec,
    #[serde(default)]
    status: Status,
}

#[derive(Deserialize, Default)]
#[serde(default)]
struct Checkpoint {
    spec: Spec,
    status: Status,
}

#[derive(Deserialize, Default)]
#[serde(default, rename_all = "camelCase")]
struct Spec {
    vpa_object_name: String,
    container_name: String,
}

#[derive(Deserialize, Default)]
#[serde(default, rename_all = "camelCase")]
struct Status {
    version: Option<String>,
    memory_histogram: Histogram,
}

#[derive(Deserialize, Default)]
#[serde(default, rename_all = "camelCase")]
struct Histogram {
    /// Relative weights of the buckets that are not empty.
    bucket_weights: BTreeMap<u32, u32>,
    /// What all of them weigh together.
    total_weight: f64,
}

/// The samples of a document; a row is a bucket.
///
/// # Errors
/// The first thing that is not of the layout, or everything that cannot be used.
pub(super) fn executions(
    text: &str,
    run_time_ms: u64,
    summary: &mut Summary,
) -> Result<Vec<Execution>, Vec<Issue>> {
    let document: Document = foreign::read(text)?;
    let mut issues = Vec::new();
    let checkpoints: Vec<(String, Checkpoint)> = match (document.items, document.kind) {
        (Some(items), _) => {
            let path = |(index, item)| (format!("/items/{index}"), item);
            items.into_iter().enumerate().map(path).collect()
        }
        (None, Some(kind)) if kind != KIND => {
            let cause = format!("this is a {kind:?}, not a {KIND}");
            issues.push(codes::issue(codes::NOT_PERMITTED, "/kind", cause));
            Vec::new()
        }
        (None, _) => {
            let only = Checkpoint { spec: document.spec, status: document.status };
            vec![(String::new(), only)]
        }
    };
    let mut executions = Vec::new();
    for (path, checkpoint) in checkpoints {
        executions.extend(checkpoint.executions(&path, run_time_ms, summary, &mut issues));
    }
    if issues.is_empty() {
        return Ok(executions);
    }
    foreign::locate(text, &mut issues);
    Err(issues)
}

impl Checkpoint {
    fn executions(
        self,
        path: &str,
        run_time_ms: u64,
        summary: &mut Summary,
        issues: &mut Vec<Issue>,
    ) -> Vec<Execution> {
        let mut refuse = |code: &ErrorCode, key: &str, cause: String| {
            issues.push(codes::issue(code, format!("{path}/{key}"), cause));
        };
        let Spec { vpa_object_name, container_name } = self.spec;
        if container_name.is_empty() {
            let cause = "there is no container name".to_owned();
            refuse(codes::MISSING_KEY, "spec/containerName", cause);
        }
        if let Some(version) = self.status.version.filter(|version| version != VERSION) {
            let cause = format!("the checkpoint has version {version:?}, known is {VERSION:?}");
            refuse(codes::UNSUPPORTED_VERSION, "status/version", cause);
        }
        let histogram = self.status.memory_histogram;
        if histogram.bucket_weights.keys().next_back() >= Some(&BUCKETS) {
            let cause = format!("a bucket beyond the {BUCKETS} of memory histograms");
            let key = "status/memoryHistogram/bucketWeights";
            refuse(codes::OUT_OF_RANGE, key, cause);
            return Vec::new();
        }
        let task_type = match vpa_object_name.as_str() {
            "" => container_name,
            object => format!("{object}/{container_name}"),
        };
        if histogram.bucket_weights.is_empty() {
            summary.rows += 1;
            summary.skip("a checkpoint without memory samples");
        }
        histogram.executions(&task_type, run_time_ms, summary)
    }
}

impl Histogram {
    fn executions(
        &self,
        task_type: &str,
        run_time_ms: u64,
        summary: &mut Summary,
    ) -> Vec<Execution> {
        summary.rows += self.bucket_weights.len() as u64;
        let open = self.bucket_weights.contains_key(&(BUCKETS - 1));
        summary.warn(open.into(), "in the last bucket, above 1 TB, which has no upper end");
        let sample = |(&bucket, &weight): (&u32, &u32)| Execution {
            task_type: task_type.to_owned(),
            cores: 1,
            peak_bytes: upper_end_mib(bucket) << 20,
            run_time_ms,
            weight: self.thousandths(weight),
            input_size_bytes: None,
            request_bytes: None,
            censored: false,
            label: None,
            submitted_ms: None,
            superseded: None,
        };
        self.bucket_weights.iter().map(sample).collect()
    }

    /// A bucket's share of the total weight in thousandths, at least one; the weight as it stands
    /// where no total is given.
    fn thousandths(&self, weight: u32) -> u64 {
        let sum: f64 = self.bucket_weights.values().copied().map(f64::from).sum();
        if !(self.total_weight > 0.0 && sum > 0.0) {
            return u64::from(weight).max(1);
        }
        let share = f64::from(weight) / sum * self.total_weight * 1000.0;
        // The conversion saturates.
        (share.round() as u64).clamp(1, limits::WEIGHT)
    }
}
