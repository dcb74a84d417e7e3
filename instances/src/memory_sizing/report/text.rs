//! The report for people: one row per type, the largest users of memory first.

use std::cmp::Reverse;
use std::fmt::Write;

use super::notes::Note;
use super::sizing::{Figures, GBH_PER_MIB_MS, Sizing, TypeSizing};
use crate::text_table::{render as table, shortened};

/// The column that some reports go without.
const REQUEST: &str = "request MiB";
const NAME_WIDTH: usize = 44;
const HEADER: [&str; 10] = [
    "type",
    "samples",
    REQUEST,
    "attempts MiB",
    "used",
    "waste before",
    "after",
    "saved %",
    "failures",
    "first fit",
];

pub(super) fn render(sizing: &Sizing) -> String {
    let mut types: Vec<_> = sizing.types.iter().collect();
    types.sort_by_key(|task_type| Reverse(task_type.figures.usage_mib_ms));
    let mut rows: Vec<_> = types.iter().map(|task_type| row(task_type)).collect();
    let name = format!("{} types", types.len());
    let nothing = [String::new(), String::new()];
    rows.push(cells(name, nothing, &sizing.total, sizing.saving_mib_ms()));
    let mut header = HEADER.to_vec();
    if types.iter().all(|task_type| task_type.requests_mib.is_none()) {
        let column = HEADER.iter().take_while(|title| **title != REQUEST).count();
        header.remove(column);
        for row in &mut rows {
            row.remove(column);
        }
    }
    let mut text = table(&header, &rows, 1);
    text.push_str(&closing(sizing));
    text.push_str(&notes(&types));
    text
}

pub(super) fn headline(sizing: &Sizing) -> String {
    let total = &sizing.total;
    let waste = match (sizing.saving_mib_ms(), total.requests_mib_ms) {
        (Some(saving), Some(requests)) if requests > 0 => {
            let percent = 100.0 * saving as f64 / requests as f64;
            format!(
                "saves {} of {} GBh wasted by the requests ({percent:.1} %)",
                gbh(saving),
                gbh(requests)
            )
        }
        _ => format!("wastes {} GBh to use {}", gbh(total.plan_mib_ms), gbh(total.usage_mib_ms)),
    };
    format!("{waste}; {} of tasks fit their first attempt", covered(total))
}

fn row(task_type: &TypeSizing) -> Vec<String> {
    let rungs: Vec<_> = task_type.ladder_mib.iter().map(u64::to_string).collect();
    let rungs = if rungs.is_empty() { "kept".to_owned() } else { rungs.join(" ") };
    let request = task_type.requests_mib.map_or_else(unknown, |(least, most)| match least {
        _ if least == most => least.to_string(),
        _ => format!("{least}..{most}"),
    });
    let figures = &task_type.figures;
    let name = shortened(&task_type.name, NAME_WIDTH);
    cells(name, [request, rungs], figures, figures.saving_mib_ms())
}

fn cells(
    name: String,
    [request, rungs]: [String; 2],
    figures: &Figures,
    saving: Option<i128>,
) -> Vec<String> {
    let percent = saving.zip(figures.requests_mib_ms).filter(|(_, requests)| *requests > 0);
    let percent = percent.map(|(saving, requests)| saving as f64 / requests as f64);
    vec![
        name,
        figures.samples.to_string(),
        request,
        rungs,
        gbh(figures.usage_mib_ms),
        figures.requests_mib_ms.map_or_else(unknown, gbh),
        gbh(figures.plan_mib_ms),
        percent.map_or_else(unknown, |share| format!("{:.1}", 100.0 * share)),
        figures.failures.to_string(),
        covered(figures),
    ]
}

fn unknown() -> String {
    "-".to_owned()
}

/// In GB·h, GB = 10^9 bytes, to two places.
fn gbh(mib_ms: i128) -> String {
    let text = format!("{:.2}", mib_ms as f64 * GBH_PER_MIB_MS);
    if text == "-0.00" { "0.00".to_owned() } else { text }
}

fn covered(figures: &Figures) -> String {
    if figures.samples == 0 {
        return unknown();
    }
    format!("{:.1} %", 100.0 * figures.first_fit as f64 / figures.samples as f64)
}

/// What the table's last row cannot say.
fn closing(sizing: &Sizing) -> String {
    let mut text = String::from(
        "Used and waste in GBh: 10^9 bytes held for an hour; waste before: of the requests.\n\
         First fit: the share of samples that need no retry.\n",
    );
    // Writing to a string cannot fail.
    if let Some(saving) = sizing.saving_mib_ms() {
        let known = sizing.types.iter().filter(|t| t.figures.requests_mib_ms.is_some()).count();
        let (saving, before) =
            (gbh(saving), sizing.total.requests_mib_ms.map_or_else(unknown, gbh));
        let of = sizing.types.len();
        let _infallible = writeln!(
            text,
            "Saved: {saving} of {before} GBh, over the {known} of {of} types whose requests are known."
        );
    }
    if sizing.failure_price_mib_ms > 0 {
        let price = gbh(sizing.failure_price_mib_ms);
        let _infallible =
            writeln!(text, "The price of failures adds {price} GBh to the objective.");
    }
    if sizing.total.censored > 0 {
        let censored = sizing.total.censored;
        let _infallible = writeln!(text, "Samples that failed for lack of memory: {censored}.");
    }
    text
}

/// The notes, each with the types it concerns.
fn notes(types: &[&TypeSizing]) -> String {
    let mut kinds: Vec<Note> = types.iter().flat_map(|t| t.notes.iter().copied()).collect();
    kinds.sort_unstable();
    kinds.dedup();
    let mut text = String::new();
    for kind in kinds {
        let concerned = types.iter().filter(|task_type| task_type.notes.contains(&kind));
        let names: Vec<_> = concerned.map(|t| shortened(&t.name, NAME_WIDTH)).collect();
        let _infallible = writeln!(text, "\nNote: {} ({})", kind.text(), names.len());
        for name in names {
            let _infallible = writeln!(text, "  {name}");
        }
    }
    text
}
