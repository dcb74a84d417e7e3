//! Ladders as strategic-merge patches for Kubernetes, one per workload.
//!
//! A container has no attempts. It is placed by its request, the first size of the ladder, and
//! killed beyond its limit, the last one: what a retry would get, it may take at once where the
//! node has it. Types named `WORKLOAD/CONTAINER` share the patch of their workload; any other
//! type is a workload with a container of its name.

use std::collections::BTreeMap;
use std::fmt::Write;

use super::ladders::Ladders;
use super::yaml::quoted;

/// A YAML mapping from workloads to patches of their pod templates.
#[must_use]
pub fn emit(ladders: &Ladders) -> String {
    let mut workloads: BTreeMap<&str, Vec<(&str, &[u64])>> = BTreeMap::new();
    for task_type in &ladders.types {
        let name = task_type.name.as_str();
        let (workload, container) = name.split_once('/').unwrap_or((name, name));
        workloads.entry(workload).or_default().push((container, &task_type.allocations_mib));
    }
    let mut text = HEAD.to_owned();
    for (workload, containers) in workloads {
        // Writing to a string cannot fail.
        let _infallible = write!(text, "{}", patch(workload, &containers));
    }
    text
}

const HEAD: &str = r#"# Memory of containers, from past executions, written by placewright.
# The request is the first size of a ladder, the limit the last one; Mi are MiB.
# One patch per workload, by its name:
#   yq '."NAME"' FILE | kubectl patch deployment NAME --patch-file /dev/stdin
# (or statefulset, daemonset; the pods of a Job cannot be changed, patch its manifest.)
"#;

fn patch(workload: &str, containers: &[(&str, &[u64])]) -> String {
    let mut text = format!(
        "{}:\n  spec:\n    template:\n      spec:\n        containers:\n",
        quoted(workload)
    );
    for (container, rungs_mib) in containers {
        let (first_mib, last_mib) = (rungs_mib.first(), rungs_mib.last());
        let _infallible = writeln!(
            text,
            "          - name: {}\n            resources:\n              \
             requests: {{ memory: {}Mi }}\n              limits: {{ memory: {}Mi }}",
            quoted(container),
            first_mib.unwrap_or(&0),
            last_mib.unwrap_or(&0),
        );
    }
    text
}
