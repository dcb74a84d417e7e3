//! Several files: a table with averages.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use placewright_solver::outcome::Status;
use placewright_solver::report::{Summary, gap_text, value_text};

use super::statistics::{Statistics, to_text};
use super::{Request, one};
use crate::console::{Console, LogFormat};
use crate::failure::{Answer, Failure};
use crate::{input, output};

/// Times are averaged as `exp(mean(ln(t + 1))) − 1`, the habit of solver benchmarks: the shift of
/// one second keeps trivial instances from ruling the mean.
const SHIFT_SECONDS: f64 = 1.0;

pub(super) fn run(request: &Request, console: &Console) -> Result<Answer, Failure> {
    let folder = output_folder(request)?;
    let silent = Console::new(LogFormat::Text, true);
    let width = name_width(&request.files);
    output::to_stdout(&header(width))?;
    let mut batch = Batch::default();
    for file in &request.files {
        if batch.solved > 0 && request.limits.cancel.is_cancelled() {
            console.remark("interrupted: the remaining files were left out");
            batch.worst = batch.worst.max(1);
            break;
        }
        let row = match one::solve(file, request, &silent) {
            Ok(solved) => {
                if let Some(folder) = &folder {
                    let path = output::solution_path(folder, &input::stem(file));
                    output::write(&path, &solved.text)?;
                }
                batch.take(Statistics::new(file, &solved, request), &solved);
                row(width, &input::stem(file), &solved.summary)
            }
            Err(failure) => {
                console.failure(&failure);
                batch.fail(&failure);
                format!("{:<width$}  {}\n", input::stem(file), "refused")
            }
        };
        output::to_stdout(&row)?;
    }
    output::to_stdout(&batch.averages(width))?;
    if let Some(path) = &request.stats {
        output::write(path, &to_text(&batch.statistics))?;
    }
    batch.verdict()
}

/// The folder of the solutions, created, with no two files writing the same one.
fn output_folder(request: &Request) -> Result<Option<PathBuf>, Failure> {
    let Some(folder) = &request.output else { return Ok(None) };
    if !output::is_folder(folder) {
        return Err(Failure::usage(
            format!("{} is not a folder, and there are several files", folder.display()),
            "name a folder, with a slash at the end if it is to be created",
        ));
    }
    let mut stems: Vec<String> = request.files.iter().map(|file| input::stem(file)).collect();
    stems.sort_unstable();
    if let Some(pair) = stems.windows(2).find(|pair| pair[0] == pair[1]) {
        return Err(Failure::usage(
            format!("two files would write {}.sol.json", pair[0]),
            "solve them one at a time, or rename one",
        ));
    }
    output::create_folder(folder)?;
    Ok(Some(folder.clone()))
}

fn name_width(files: &[PathBuf]) -> usize {
    let length = |file: &PathBuf| input::stem(Path::new(file)).chars().count();
    files.iter().map(length).max().unwrap_or(0).max(8)
}

fn header(width: usize) -> String {
    format!(
        "{:<width$}  {:<11}{:>14}{:>14}{:>8}{:>10}{:>10}{:>12}\n",
        "name", "status", "objective", "bound", "gap", "time", "first", "work"
    )
}

fn row(width: usize, name: &str, summary: &Summary) -> String {
    let dash = || "-".to_owned();
    format!(
        "{name:<width$}  {:<11}{:>14}{:>14}{:>8}{:>9.2}s{:>10}{:>12}\n",
        summary.status.to_string(),
        summary.objective.as_ref().map_or_else(dash, value_text),
        summary.bound.as_ref().map_or_else(dash, value_text),
        summary.gap.map_or_else(dash, gap_text),
        summary.seconds,
        summary.first_plan_seconds.map_or_else(dash, |first| format!("{first:.3}s")),
        summary.work,
    )
}

/// What is remembered of the files solved so far.
#[derive(Default)]
struct Batch {
    statistics: Vec<Statistics>,
    statuses: BTreeMap<&'static str, usize>,
    gaps: Vec<f64>,
    seconds: Vec<f64>,
    solved: usize,
    /// The worst exit code.
    worst: u8,
    internal: Option<String>,
}

impl Batch {
    fn take(&mut self, statistics: Statistics, solved: &one::Solved) {
        let summary = &solved.summary;
        let status = match summary.status {
            Status::Optimal => "optimal",
            Status::WithinGap => "within gap",
            Status::Feasible => "feasible",
            Status::Infeasible => "infeasible",
            Status::Unknown => "unknown",
        };
        *self.statuses.entry(status).or_default() += 1;
        self.statistics.push(statistics);
        self.gaps.extend(summary.gap);
        self.seconds.push(summary.seconds);
        self.solved += 1;
        self.worst = self.worst.max(u8::from(solved.answer() == Answer::Negative));
    }

    fn fail(&mut self, failure: &Failure) {
        *self.statuses.entry("refused").or_default() += 1;
        self.worst = self.worst.max(failure.exit_code());
        if failure.exit_code() == 3 {
            self.internal = Some(failure.to_string());
        }
    }

    fn averages(&self, width: usize) -> String {
        let counts: Vec<String> =
            self.statuses.iter().map(|(status, count)| format!("{count} {status}")).collect();
        let gap = mean(&self.gaps).map_or("-".to_owned(), gap_text);
        let time = shifted_geometric_mean(&self.seconds);
        let time = time.map_or("-".to_owned(), |time| format!("{time:.2}s"));
        format!(
            "{:<width$}  {:<11}{:>14}{:>14}{gap:>8}{time:>10}\n\n{}\n\
             gap: arithmetic mean; time: geometric mean shifted by {SHIFT_SECONDS} s\n",
            "mean",
            "",
            "",
            "",
            counts.join(", ")
        )
    }

    /// Problems were told when they came up; what is left is the exit code.
    fn verdict(self) -> Result<Answer, Failure> {
        match (self.worst, self.internal) {
            (_, Some(cause)) => Err(Failure::Contradiction(cause)),
            (0, _) => Ok(Answer::Positive),
            (1, _) => Ok(Answer::Negative),
            _ => Err(Failure::usage("some files could not be solved", "see the problems above")),
        }
    }
}

fn mean(values: &[f64]) -> Option<f64> {
    (!values.is_empty()).then(|| values.iter().sum::<f64>() / values.len() as f64)
}

fn shifted_geometric_mean(seconds: &[f64]) -> Option<f64> {
    let logarithms: Vec<f64> = seconds.iter().map(|time| (time + SHIFT_SECONDS).ln()).collect();
    mean(&logarithms).map(|mean| mean.exp() - SHIFT_SECONDS)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn means_are_those_of_solver_benchmarks() {
        assert_eq!(mean(&[]), None);
        assert_eq!(mean(&[0.0, 0.5]), Some(0.25));
        let time = shifted_geometric_mean(&[0.0, 3.0]).unwrap();
        assert!((time - 1.0).abs() < 1e-12, "{time}");
    }
}
