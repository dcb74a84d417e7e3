//! Moves for operators.

use std::fmt::Write;

use super::move_list::{MoveList, NamedWave, Step};

/// What it takes in all, with bounds; then every wave with its steps.
pub(super) fn emit(list: &MoveList) -> String {
    let mut text = String::new();
    // Writing to a string cannot fail.
    let _infallible = write(list, &mut text);
    text
}

fn write(list: &MoveList, out: &mut String) -> std::fmt::Result {
    if list.waves.is_empty() && list.stuck.is_empty() {
        return writeln!(out, "nothing moves: every shard is as the plan wants it");
    }
    let (waves, copies) = (list.waves.len(), list.copies);
    let (gib, time) = (gib(list.mib), duration(list.duration_ms));
    writeln!(out, "{copies} copies move, {gib} GiB, in {waves} waves that take {time}")?;
    let slowest = list.slowest.as_ref().map_or(String::new(), |row| format!(" ({row})"));
    let (least, bound) = (list.waves_bound, duration(list.duration_bound_ms));
    writeln!(
        out,
        "no order takes less than {bound}{slowest}, nor fewer than {least} waves with copies"
    )?;
    writeln!(out, "nothing has been carried out")?;
    for wave in &list.waves {
        writeln!(out)?;
        write_wave(wave, out)?;
    }
    if !list.stuck.is_empty() {
        writeln!(
            out,
            "\nno order was found for the rest; what is above keeps every rule without it:"
        )?;
        for stuck in &list.stuck {
            writeln!(out, "  {stuck}")?;
        }
    }
    Ok(())
}

fn write_wave(wave: &NamedWave, out: &mut String) -> std::fmt::Result {
    let (start, lasts) = (duration(wave.start_ms), duration(wave.duration_ms));
    let moved: Vec<u64> = wave.steps.iter().filter_map(|step| step.mib).collect();
    let (count, gib) = (moved.len(), gib(moved.iter().sum()));
    let number = wave.wave;
    if count == 0 {
        writeln!(out, "wave {number}: after {start}, nothing to copy")?;
    } else {
        writeln!(out, "wave {number}: after {start}, for {lasts}: {count} copies, {gib} GiB")?;
    }
    let rows: Vec<[String; 4]> = wave.steps.iter().map(cells).collect();
    let width = |column: usize| {
        rows.iter().map(|row| row[column].chars().count()).max().unwrap_or(0).min(60)
    };
    let widths = [width(0), width(1), width(2)];
    for [what, shard, how, why] in &rows {
        let [a, b, c] = widths;
        writeln!(out, "  {what:<a$}  {shard:<b$}  {how:<c$}  {why}")?;
    }
    Ok(())
}

fn cells(step: &Step) -> [String; 4] {
    let how = match (&step.from, step.mib, step.kib_per_s) {
        (Some(from), Some(mib), Some(rate)) => {
            let (gib, rate) = (gib(mib), rate as f64 / 1024.0);
            format!("{from} → {}, {gib} GiB at {rate:.1} MiB/s", step.to)
        }
        (Some(from), _, _) => format!("{} (was {from})", step.to),
        (None, _, _) => step.to.clone(),
    };
    [step.what.to_owned(), step.shard.clone(), how, step.why.clone()]
}

fn gib(mib: u64) -> String {
    format!("{:.2}", mib as f64 / 1024.0)
}

/// A time with the units people read.
fn duration(time_ms: u64) -> String {
    let seconds = time_ms / 1000;
    match (seconds / 3600, seconds / 60 % 60, seconds % 60) {
        (0, 0, _) => format!("{:.1} s", time_ms as f64 / 1000.0),
        (0, minutes, seconds) => format!("{minutes} min {seconds} s"),
        (hours, minutes, _) => format!("{hours} h {minutes} min"),
    }
}
