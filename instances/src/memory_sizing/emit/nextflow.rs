//! Ladders as a Nextflow configuration: an attempt list per process, and retries for kills only.
//!
//! Nextflow's MB are binary, so that its MB are our MiB. A process whose types are per machine
//! (`PROCESS@machine`) gets one ladder that suits all of them, since Nextflow does not know the
//! machine before a task runs.
//!
//! Where memory depends on the input size and the variables of the process's inputs are known, the
//! memory is a closure with a table of steps. Such a variable holds a path or a list of paths,
//! whose `size()` is their number; the list is none of Java's in some versions of Nextflow, so
//! that the closure asks whether it is a path.

use std::collections::BTreeMap;
use std::fmt::Write;

use super::groovy::selector;
use super::ladders::{Ladders, Step, TypeLadder, largest};

/// A configuration file for `nextflow run -c`, Nextflow 24.04 or newer.
#[must_use]
pub fn emit(ladders: &Ladders) -> String {
    let limit_mib = ladders.limit_mib;
    let mut text = format!(
        "// Memory by attempt, from past executions, written by placewright.\n\
         // A task that is killed (exit 104 or 130 to 145) is tried again with the next size.\n\
         // Sizes are in Nextflow's MB of 1024 * 1024 bytes; resourceLimits needs Nextflow 24.04.\n\
         process {{\n    resourceLimits = [ memory: {limit_mib}.MB ]\n"
    );
    for (process, types) in by_process(&ladders.types) {
        // Writing to a string cannot fail.
        let _infallible = write!(text, "\n{}", block(process, &types));
    }
    text.push_str("}\n");
    text
}

/// The process of a task type: its name without the machine.
pub(in crate::memory_sizing) fn process(task_type: &str) -> &str {
    task_type.split('@').next().unwrap_or_default()
}

/// Types by process, in the order of names: several where types are per machine.
fn by_process(types: &[TypeLadder]) -> BTreeMap<&str, Vec<&TypeLadder>> {
    let mut processes: BTreeMap<&str, Vec<&TypeLadder>> = BTreeMap::new();
    for task_type in types {
        processes.entry(process(&task_type.name)).or_default().push(task_type);
    }
    processes
}

fn block(process: &str, types: &[&TypeLadder]) -> String {
    let (note, memory, attempts) = match types {
        [only] if !only.steps.is_empty() && !only.input_variables.is_empty() => by_size(only),
        _ => constant(types),
    };
    format!(
        "    withName: {} {{\n{note}        memory = {memory}\n        maxRetries = {}\n        \
         errorStrategy = {{ task.exitStatus in ([104] + (130..145)) ? 'retry' : 'finish' }}\n    }}\n",
        selector(process),
        attempts.saturating_sub(1),
    )
}

/// A note, the memory and the number of attempts whatever the input size.
fn constant(types: &[&TypeLadder]) -> (String, String, usize) {
    let ladders: Vec<&[u64]> = types.iter().map(|each| each.allocations_mib.as_slice()).collect();
    let rungs = largest(&ladders);
    let note = match types.len() {
        1 => String::new(),
        machines => {
            format!("        // The largest of {machines} kinds of machine, per attempt.\n")
        }
    };
    let memory = match &rungs[..] {
        [only] => format!("{only}.MB"),
        _ => format!("{{ {}[Math.min(task.attempt, {}) - 1] }}", list(&rungs), rungs.len()),
    };
    (note, memory, rungs.len())
}

/// The same as a closure that looks at the inputs.
fn by_size(task_type: &TypeLadder) -> (String, String, usize) {
    let note = "        // By the size of the input, in bytes.\n".to_owned();
    let size = |variable: &String| {
        format!(
            "({variable} instanceof java.nio.file.Path ? {variable}.size() \
             : ({variable}.collect {{ file -> file.size() }}.sum() ?: 0))"
        )
    };
    let sizes: Vec<String> = task_type.input_variables.iter().map(size).collect();
    let step = |step: &Step| match step.up_to_bytes {
        Some(bytes) => format!("bytes <= {bytes} ? {} :", list(&step.allocations_mib)),
        None => list(&step.allocations_mib),
    };
    let steps: Vec<String> = task_type.steps.iter().map(step).collect();
    let memory = format!(
        "{{\n            def bytes = {}\n            def sizes = {}\n            \
         sizes[Math.min(task.attempt, sizes.size()) - 1]\n        }}",
        sizes.join(" + "),
        steps.join("\n                "),
    );
    let attempts = task_type.steps.iter().map(|step| step.allocations_mib.len()).max();
    (note, memory, attempts.unwrap_or(0))
}

fn list(rungs_mib: &[u64]) -> String {
    let sizes: Vec<String> = rungs_mib.iter().map(|rung| format!("{rung}.MB")).collect();
    format!("[{}]", sizes.join(", "))
}
