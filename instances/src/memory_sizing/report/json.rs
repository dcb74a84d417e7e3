//! The report as data: exact MiB·ms, and GB·h for convenience.

use serde_json::{Value, json};

use super::sizing::{Figures, GBH_PER_MIB_MS, Sizing, TypeSizing};

/// The largest integer that every JSON reader keeps.
const EXACT_IN_JSON: i128 = 1 << 53;

pub(super) fn render(sizing: &Sizing) -> Value {
    let mut total = figures(&sizing.total, sizing.saving_mib_ms());
    total["failure_price_mib_ms"] = exact(sizing.failure_price_mib_ms);
    json!({ "total": total, "types": sizing.types.iter().map(task_type).collect::<Vec<_>>() })
}

fn task_type(task_type: &TypeSizing) -> Value {
    let mut value = figures(&task_type.figures, task_type.figures.saving_mib_ms());
    value["type"] = json!(task_type.name);
    value["allocations_mib"] = json!(task_type.ladder_mib);
    value["notes"] = json!(task_type.notes);
    if let Some(range) = task_type.requests_mib {
        value["requests_mib"] = json!(range);
    }
    value
}

fn figures(figures: &Figures, saving_mib_ms: Option<i128>) -> Value {
    let gbh = |mib_ms: i128| mib_ms as f64 * GBH_PER_MIB_MS;
    json!({
        "samples": exact(figures.samples),
        "censored": exact(figures.censored),
        "usage_mib_ms": exact(figures.usage_mib_ms),
        "usage_gbh": gbh(figures.usage_mib_ms),
        "requests_wastage_mib_ms": figures.requests_mib_ms.map(exact),
        "requests_wastage_gbh": figures.requests_mib_ms.map(gbh),
        "plan_wastage_mib_ms": exact(figures.plan_mib_ms),
        "plan_wastage_gbh": gbh(figures.plan_mib_ms),
        "saving_mib_ms": saving_mib_ms.map(exact),
        "saving_gbh": saving_mib_ms.map(gbh),
        "failures": exact(figures.failures),
        "first_attempt_coverage": share(figures.first_fit, figures.samples),
    })
}

/// A share from 0 to 1; `null` of nothing.
fn share(part: i128, whole: i128) -> Option<f64> {
    (whole > 0).then(|| part as f64 / whole as f64)
}

/// An integer, as a string beyond ±2^53 so that no reader rounds it.
fn exact(value: i128) -> Value {
    match i64::try_from(value) {
        Ok(small) if value.abs() <= EXACT_IN_JSON => json!(small),
        _ => json!(value.to_string()),
    }
}
