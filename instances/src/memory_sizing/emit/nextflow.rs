//! Ladders as a Nextflow configuration: an attempt list per process, and retries for kills only.
//!
//! Nextflow's MB are binary, so that its MB are our MiB. A process whose types are per machine
//! (`PROCESS@machine`) gets one ladder that suits all of them, since Nextflow does not know the
//! machine before a task runs.

use std::collections::BTreeMap;
use std::fmt::Write;

use placewright_models::memory_sizing::instance::Instance;
use placewright_models::memory_sizing::plan::{Ladder, Plan};

use super::groovy::selector;

/// A configuration file for `nextflow run -c`, Nextflow 24.04 or newer.
#[must_use]
pub fn emit(instance: &Instance, plan: &Plan) -> String {
    let limit_mib = instance.node_limit_mib;
    let mut text = format!(
        "// Memory by attempt, from past executions, written by placewright.\n\
         // A task that is killed (exit 104 or 130 to 145) is tried again with the next size.\n\
         // Sizes are in Nextflow's MB of 1024 * 1024 bytes; resourceLimits needs Nextflow 24.04.\n\
         process {{\n    resourceLimits = [ memory: {limit_mib}.MB ]\n"
    );
    for (process, ladders) in by_process(instance, plan) {
        // Writing to a string cannot fail.
        let _infallible = write!(text, "\n{}", block(process, &ladders));
    }
    text.push_str("}\n");
    text
}

/// Ladders by process, in the order of names: several where types are per machine.
fn by_process<'a>(instance: &'a Instance, plan: &'a Plan) -> BTreeMap<&'a str, Vec<&'a Ladder>> {
    let mut processes: BTreeMap<&str, Vec<&Ladder>> = BTreeMap::new();
    for (task_type, ladder) in instance.types.iter().zip(&plan.ladders) {
        let process = task_type.name.split('@').next().unwrap_or_default();
        processes.entry(process).or_default().push(ladder);
    }
    processes
}

fn block(process: &str, ladders: &[&Ladder]) -> String {
    let rungs = largest(ladders);
    let note = match ladders.len() {
        1 => String::new(),
        machines => {
            format!("        // The largest of {machines} kinds of machine, per attempt.\n")
        }
    };
    format!(
        "    withName: {} {{\n{note}        memory = {}\n        maxRetries = {}\n        \
         errorStrategy = {{ task.exitStatus in ([104] + (130..145)) ? 'retry' : 'finish' }}\n    }}\n",
        selector(process),
        memory(&rungs),
        rungs.len().saturating_sub(1),
    )
}

fn memory(rungs: &[u64]) -> String {
    match rungs {
        [only] => format!("{only}.MB"),
        _ => {
            let sizes: Vec<_> = rungs.iter().map(|rung| format!("{rung}.MB")).collect();
            let (sizes, last) = (sizes.join(", "), rungs.len());
            format!("{{ [{sizes}][Math.min(task.attempt, {last}) - 1] }}")
        }
    }
}

/// The least ladder that is nowhere below any of these; shorter ones stay at their last rung.
fn largest(ladders: &[&Ladder]) -> Vec<u64> {
    let longest = ladders.iter().map(|ladder| ladder.0.len()).max().unwrap_or(0);
    let rung = |attempt: usize| {
        let of = |ladder: &&Ladder| ladder.0.get(attempt).or(ladder.0.last()).copied();
        ladders.iter().filter_map(of).max().unwrap_or(0)
    };
    let mut rungs: Vec<u64> = (0..longest).map(rung).collect();
    rungs.dedup();
    rungs
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn merged_ladders_suit_every_machine() {
        let ladders = [&Ladder(vec![1, 5]), &Ladder(vec![3]), &Ladder(vec![2, 4, 6])];
        assert_eq!(largest(&ladders), [3, 5, 6]);
        assert_eq!(largest(&[&Ladder(vec![7]), &Ladder(vec![1, 2])]), [7]);
    }
}
