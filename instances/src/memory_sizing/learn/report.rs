//! What the recordings would have cost with what was known at every moment.

use std::collections::BTreeMap;

use placewright_models::memory_sizing::replay::charge::BYTE_MS_PER_GBH;
use serde_json::json;

use super::emission::Emission;
use super::state::{InputSize, State};
use super::tally::{Cost, Tally};
use crate::family::Report;
use crate::memory_sizing::report::notes::Note;
use crate::memory_sizing::report::sizing::{Figures, Sizing, TypeSizing};
use crate::memory_sizing::report::{self as shared, FEW};
use crate::text_table::{render, shortened};

const INTRODUCTION: &str = "\
The recordings in their order: every task was sized by what was known before it, then learned from.
Attempts are those for the next run; `kept` means that the type is left alone.
";

const NOT_BEFOREHAND: &str = "\
Warning: the input size is what tasks read (rchar), which is known only after they ran. Ladders by
input size look better here than they are, and a size known beforehand may not fit their steps.
";

pub(super) fn report(
    state: &State,
    tallies: &BTreeMap<String, Tally>,
    emission: &Emission,
) -> Report {
    let types = state.types.keys().map(|name| {
        type_sizing(state, name, &tallies.get(name).copied().unwrap_or_default(), emission)
    });
    let sizing = Sizing::with_total(types.collect(), 0);
    let Report { text, mut json } = shared::render(&sizing);
    let unjudged: u64 = tallies.values().map(|tally| tally.completed - tally.judged).sum();
    let mut head = INTRODUCTION.to_owned();
    if unjudged > 0 {
        head.push_str(&format!(
            "Left out: {unjudged} completed tasks with neither a request nor enough earlier tasks.\n"
        ));
    }
    let sizes = by_size(tallies, emission);
    if state.input == InputSize::Afterwards {
        head.push_str(NOT_BEFOREHAND);
    }
    json["input_size_known_beforehand"] = json!(state.input == InputSize::Beforehand);
    json["tasks_without_basis"] = json!(unjudged);
    json["by_input_size"] = sizes.iter().map(SizedType::json).collect();
    Report { text: format!("{head}\n{text}{}", section(&sizes)), json }
}

fn type_sizing(state: &State, name: &str, tally: &Tally, emission: &Emission) -> TypeSizing {
    let ladder = emission.ladder(name);
    let left_alone = emission.left_alone.get(name).copied();
    let by_size = ladder.is_some_and(|of| !of.steps.is_empty() && !of.input_variables.is_empty());
    let cost = if by_size { tally.by_size } else { tally.constant };
    let kept = left_alone.and(tally.known_waste_byte_ms());
    let figures = figures(tally, &cost, kept);
    let statistics = state.constant.statistics(name);
    let mut notes = Vec::new();
    let mut note = |applies: bool, note: Note| notes.extend(applies.then_some(note));
    note(tally.out_of_memory > tally.completed_later, Note::Censored);
    let worse = figures.saving_mib_ms().is_some_and(|saving| saving < 0);
    note(worse, Note::RequestsWastedLess);
    let few = i128::from(statistics.completed) < FEW;
    note(few && left_alone.is_none(), Note::FewSamples);
    note(tally.judged > 0 && tally.used_byte_ms == 0.0, Note::NoRunTime);
    note(tally.judged > 0 && tally.known_waste_byte_ms().is_none(), Note::NoRequests);
    note(tally.completed == 0, Note::NotRecorded);
    note(cost.unserved > 0, Note::BeyondTheLimit);
    note(tally.above_request > 0, Note::RequestsExceeded);
    notes.extend(left_alone);
    let mib = |bytes: u64| bytes.div_ceil(1 << 20);
    TypeSizing {
        name: name.to_owned(),
        ladder_mib: ladder.map(|of| of.allocations_mib.clone()).unwrap_or_default(),
        requests_mib: tally.requests_bytes.map(|(least, most)| (mib(least), mib(most))),
        figures,
        notes,
    }
}

/// Of a type that is left alone and whose requests are known, what the requests did.
fn figures(tally: &Tally, cost: &Cost, kept_waste_byte_ms: Option<f64>) -> Figures {
    let mib_ms = |byte_ms: f64| (byte_ms / f64::from(1 << 20)).round() as i128;
    let retried = tally.completed_later.min(tally.judged);
    Figures {
        samples: tally.judged.into(),
        censored: tally.out_of_memory.into(),
        usage_mib_ms: mib_ms(tally.used_byte_ms),
        requests_mib_ms: tally.known_waste_byte_ms().map(mib_ms),
        plan_mib_ms: mib_ms(kept_waste_byte_ms.unwrap_or(cost.waste_byte_ms)),
        failures: kept_waste_byte_ms.map_or(cost.failures, |_| tally.completed_later).into(),
        first_fit: kept_waste_byte_ms.map_or(cost.covered, |_| tally.judged - retried).into(),
    }
}

/// A type whose ladder depends on the input size.
struct SizedType<'a> {
    name: &'a str,
    steps: usize,
    constant_gbh: f64,
    by_size_gbh: f64,
    /// Whether the user named the variables for Nextflow.
    named: bool,
}

fn by_size<'a>(tallies: &BTreeMap<String, Tally>, emission: &'a Emission) -> Vec<SizedType<'a>> {
    let sized = emission.ladders.types.iter().filter(|of| !of.steps.is_empty());
    let of_type = sized.map(|of| {
        let tally = tallies.get(&of.name).copied().unwrap_or_default();
        SizedType {
            name: &of.name,
            steps: of.steps.len(),
            constant_gbh: tally.constant.waste_byte_ms / BYTE_MS_PER_GBH,
            by_size_gbh: tally.by_size.waste_byte_ms / BYTE_MS_PER_GBH,
            named: !of.input_variables.is_empty(),
        }
    });
    let mut types: Vec<_> = of_type.collect();
    let saving = |of: &SizedType| of.constant_gbh - of.by_size_gbh;
    types.sort_by(|a, b| saving(b).total_cmp(&saving(a)));
    types
}

impl SizedType<'_> {
    fn json(&self) -> serde_json::Value {
        json!({
            "type": self.name,
            "steps": self.steps,
            "constant_wastage_gbh": self.constant_gbh,
            "by_size_wastage_gbh": self.by_size_gbh,
            "variables_named": self.named,
        })
    }
}

fn section(types: &[SizedType]) -> String {
    if types.is_empty() {
        return String::new();
    }
    let row = |of: &SizedType| {
        vec![
            shortened(of.name, 44),
            of.steps.to_string(),
            format!("{:.2}", of.constant_gbh),
            format!("{:.2}", of.by_size_gbh),
            if of.named { "yes" } else { "no" }.to_owned(),
        ]
    };
    let rows: Vec<_> = types.iter().map(row).collect();
    let header = ["memory by input size", "steps", "waste without", "with", "in use"];
    format!(
        "\n{}Waste with: every task by its own size; steps give a little more. It is that of the table above\n\
         where in use: where -O size.TYPE=VARIABLE names the input for Nextflow. Slurm, Snakemake and\n\
         json have the steps in any case.\n",
        render(&header, &rows, 0)
    )
}
