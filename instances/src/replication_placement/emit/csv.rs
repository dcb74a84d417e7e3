//! Moves as CSV.

use super::move_list::MoveList;

/// A header, then a line per step.
pub(super) fn emit(list: &MoveList) -> String {
    let mut text = "wave,start_s,duration_s,what,shard,from,to,mib,kib_per_s,why\n".to_owned();
    let number = |value: Option<u64>| value.map_or(String::new(), |value| value.to_string());
    for wave in &list.waves {
        for step in &wave.steps {
            let cells = [
                wave.wave.to_string(),
                seconds(wave.start_ms),
                seconds(wave.duration_ms),
                step.what.to_owned(),
                quoted(&step.shard),
                quoted(step.from.as_deref().unwrap_or("")),
                quoted(&step.to),
                number(step.mib),
                number(step.kib_per_s),
                quoted(&step.why),
            ];
            text.push_str(&cells.join(","));
            text.push('\n');
        }
    }
    text
}

fn seconds(time_ms: u64) -> String {
    format!("{}.{:03}", time_ms / 1000, time_ms % 1000)
}

/// A cell, in quotes where it needs them (RFC 4180).
fn quoted(cell: &str) -> String {
    if cell.contains([',', '"', '\n', '\r']) {
        format!("\"{}\"", cell.replace('"', "\"\""))
    } else {
        cell.to_owned()
    }
}
