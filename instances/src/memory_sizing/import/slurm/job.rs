//! What accounting says of a job, whatever its form, and the sample it makes.

use crate::memory_sizing::import::collect::Execution;
use crate::memory_sizing::import::summary::Summary;

/// A job with what its steps measured.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Job {
    pub(super) name: String,
    pub(super) ending: Ending,
    pub(super) peak_bytes: u64,
    /// What was requested on each node, 0 if that is not known.
    pub(super) request_bytes: u64,
    pub(super) run_time_ms: Option<u64>,
    /// Cores on each node.
    pub(super) cores: u32,
    pub(super) nodes: u32,
    /// The largest number of tasks of a step.
    pub(super) tasks: u64,
}

/// A step of a job other than `.extern`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Step {
    pub(super) ending: Ending,
    pub(super) peak_bytes: u64,
    pub(super) tasks: u64,
}

/// How a job or step ended.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Ending {
    Completed,
    OutOfMemory,
    /// In any other state, by its name.
    Other(String),
}

impl Default for Ending {
    fn default() -> Self {
        Ending::Other("UNKNOWN".to_owned())
    }
}

impl Ending {
    /// The ending that a state means; `CANCELLED by 1000` is `CANCELLED`.
    pub(super) fn of(state: &str) -> Self {
        // Tables for people cut the name off and say so by a plus.
        let word = state.split_whitespace().next().unwrap_or("UNKNOWN").to_ascii_uppercase();
        match word.as_str() {
            "COMPLETED" => Ending::Completed,
            "OUT_OF_MEMORY" | "OUT_OF_ME+" => Ending::OutOfMemory,
            other => Ending::Other(other.trim_end_matches('+').to_owned()),
        }
    }
}

impl Job {
    /// Adds what a step measured. The job of a step that ran out of memory fails for that.
    pub(super) fn add(&mut self, step: &Step) {
        self.peak_bytes = self.peak_bytes.max(step.peak_bytes);
        self.tasks = self.tasks.max(step.tasks);
        if step.ending == Ending::OutOfMemory && self.ending == Ending::Other("FAILED".to_owned()) {
            self.ending = Ending::OutOfMemory;
        }
    }

    /// The sample of this job, or why there is none.
    fn execution(self) -> Result<Execution, String> {
        let (peak_bytes, censored) = self.need()?;
        if self.name.is_empty() {
            return Err("without a name".to_owned());
        }
        Ok(Execution {
            task_type: self.name,
            cores: self.cores.max(1),
            peak_bytes,
            run_time_ms: self.run_time_ms.ok_or("without a run time")?,
            weight: 1,
            input_size_bytes: None,
            request_bytes: (self.request_bytes > 0).then_some(self.request_bytes),
            censored,
            label: None,
            submitted_ms: None,
            superseded: None,
        })
    }

    /// The peak in bytes, or the request it failed at, which makes it censored.
    fn need(&self) -> Result<(u64, bool), String> {
        match (&self.ending, self.peak_bytes, self.request_bytes) {
            (Ending::Completed, 0, _) => Err("without a memory measurement".to_owned()),
            (Ending::Completed, peak, _) => Ok((peak, false)),
            (Ending::OutOfMemory, _, 0) => {
                Err("out of memory, but its memory request is not known".to_owned())
            }
            (Ending::OutOfMemory, _, request) => Ok((request, true)),
            (Ending::Other(state), ..) => Err(format!("in state {state}")),
        }
    }
}

/// States of jobs that failed for other reasons than memory.
const FAILURES: [&str; 3] = ["FAILED", "NODE_FAIL", "TIMEOUT"];

/// The samples of jobs; the summary counts the rest.
pub(super) fn executions(jobs: Vec<Job>, summary: &mut Summary) -> Vec<Execution> {
    summary.rows += jobs.len() as u64;
    warn_of_oddities(&jobs, summary);
    let mut executions = Vec::with_capacity(jobs.len());
    for job in jobs {
        if FAILURES.iter().any(|state| job.ending == Ending::Other((*state).to_owned())) {
            summary.fail(&job.name);
        }
        match job.execution() {
            Ok(execution) => executions.push(execution),
            Err(reason) => summary.skip(reason),
        }
    }
    executions
}

fn warn_of_oddities(jobs: &[Job], summary: &mut Summary) {
    let measured = |job: &&Job| job.ending == Ending::Completed && job.peak_bytes > 0;
    let count = |odd: &dyn Fn(&Job) -> bool| {
        jobs.iter().filter(measured).filter(|job| odd(job)).count() as u64
    };
    summary.warn(
        count(&|job| job.tasks > 1),
        "a step ran several tasks, and MaxRSS is that of the largest task alone",
    );
    summary.warn(
        count(&|job| job.nodes > 1),
        "several nodes: memory and cores are taken per node, all nodes alike",
    );
    summary.warn(
        count(&|job| job.run_time_ms == Some(0)),
        "the run time is 0: they cost nothing, but their peaks must fit",
    );
    summary.warn(
        count(&|job| job.request_bytes > 0 && job.peak_bytes > job.request_bytes),
        "more memory used than requested, so requests were not enforced",
    );
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn states_may_say_more_than_their_name() {
        let cases = [
            ("COMPLETED", Ending::Completed),
            ("OUT_OF_MEMORY", Ending::OutOfMemory),
            ("OUT_OF_ME+", Ending::OutOfMemory),
            ("CANCELLED by 1000", Ending::Other("CANCELLED".into())),
            ("CANCELLED+", Ending::Other("CANCELLED".into())),
            ("", Ending::Other("UNKNOWN".into())),
        ];
        for (state, ending) in cases {
            assert_eq!(Ending::of(state), ending, "{state}");
        }
    }
}
