//! Ladders as functions of a POSIX shell, to be sourced where jobs are submitted.
//!
//! Slurm itself never asks for more memory: a job that runs out of it is submitted again. Hence a
//! look-up for `sbatch --mem`, and a function that submits, waits, and tries the next size of the
//! ladder for as long as the job runs out of memory, and for no other failure.
//!
//! Where memory depends on the input size, the look-up takes the bytes as a third argument.

use std::fmt::Write;

use super::ladders::{Ladders, TypeLadder};

/// A script for `. memory.sh`. Slurm's M are binary, so that its M are our MiB.
#[must_use]
pub fn emit(ladders: &Ladders) -> String {
    let mut cases = String::new();
    for task_type in &ladders.types {
        let steps = task_type.steps.iter().map(|step| step.allocations_mib.len());
        let attempts = steps.chain([task_type.allocations_mib.len()]).max().unwrap_or(0);
        for attempt in 1..=attempts {
            let key = quoted(&format!("{}:{attempt}", task_type.name));
            // Writing to a string cannot fail.
            let _infallible = writeln!(cases, "    {key}) {} ;;", command(task_type, attempt));
        }
    }
    let sized = ladders.types.iter().any(|task_type| !task_type.steps.is_empty());
    let by_size = if sized { BY_SIZE } else { "" };
    format!("{INTRODUCTION}{by_size}{HEAD}{cases}{TAIL}")
}

/// What writes the memory of an attempt, counted from 1.
fn command(task_type: &TypeLadder, attempt: usize) -> String {
    let size = |rungs_mib: &[u64]| {
        rungs_mib.get(attempt - 1).map_or_else(|| "none".to_owned(), |mib| format!("{mib}M"))
    };
    let constant = size(&task_type.allocations_mib);
    if task_type.steps.is_empty() {
        return format!("echo {constant}");
    }
    let mut command = format!("placewright_by_size \"${{3:-}}\" {constant}");
    for step in &task_type.steps {
        let bytes = step.up_to_bytes.map_or_else(String::new, |bytes| format!("{bytes} "));
        // Writing to a string cannot fail.
        let _infallible = write!(command, " {bytes}{}", size(&step.allocations_mib));
    }
    command
}

const INTRODUCTION: &str = r#"# Memory by job name and attempt, from past jobs, written by placewright.
#
#   . ./memory.sh
#   sbatch --mem="$(placewright_mem NAME)" job.sh         the first attempt of a job
#   sbatch --mem="$(placewright_mem NAME 2)" job.sh       the second, after OUT_OF_MEMORY
#   placewright_sbatch NAME [OPTION...] job.sh            submits, waits, and does both
#
# Of an array, submit the tasks that ran out of memory again: --array=3,7 with the next attempt.

"#;

const BY_SIZE: &str = r#"# Where memory depends on the input size, give its bytes as well:
#   sbatch --mem="$(placewright_mem NAME 1 BYTES)" job.sh

# placewright_by_size BYTES CONSTANT [UP_TO MEMORY]... LAST: the memory of the first step that has
# room for BYTES, or CONSTANT without them.
placewright_by_size() {
    placewright_bytes=$1
    placewright_memory=$2
    if [ -n "$placewright_bytes" ]; then
        shift 2
        while [ "$#" -gt 1 ] && [ "$placewright_bytes" -gt "$1" ]; do
            shift 2
        done
        placewright_memory=$1
        [ "$#" -eq 1 ] || placewright_memory=$2
    fi
    [ "$placewright_memory" != none ] || return 1
    echo "$placewright_memory"
}

"#;

const HEAD: &str = r#"# placewright_mem NAME [ATTEMPT]: the memory of an attempt, for --mem; fails beyond the last one.
placewright_mem() {
    case "$1:${2:-1}" in
"#;

const TAIL: &str = r#"    *) return 1 ;;
    esac
}

# placewright_sbatch NAME [OPTION...] SCRIPT [ARGUMENT...]: runs one job to its end. A job that runs
# out of memory is submitted again with the next size; the exit status is that of the last one.
placewright_sbatch() {
    placewright_name=$1
    shift
    if ! placewright_mem "$placewright_name" >/dev/null; then
        echo "placewright_sbatch: no memory is known for $placewright_name" >&2
        return 2
    fi
    placewright_attempt=1
    placewright_status=1
    while placewright_size=$(placewright_mem "$placewright_name" "$placewright_attempt"); do
        placewright_status=0
        placewright_job=$(sbatch --parsable --wait --job-name="$placewright_name" \
            --mem="$placewright_size" "$@") || placewright_status=$?
        [ "$placewright_status" -ne 0 ] || return 0
        [ -n "$placewright_job" ] || break
        case $(scontrol show job --oneliner "${placewright_job%%;*}") in
        *JobState=OUT_OF_MEMORY*) echo "job $placewright_job ran out of $placewright_size" >&2 ;;
        *) break ;;
        esac
        placewright_attempt=$((placewright_attempt + 1))
    done
    return "$placewright_status"
}
"#;

/// A single-quoted word, in which nothing is expanded.
fn quoted(text: &str) -> String {
    format!("'{}'", text.replace('\'', r"'\''"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_are_not_expanded() {
        assert_eq!(quoted("a b"), "'a b'");
        assert_eq!(quoted("it's $x *"), r"'it'\''s $x *'");
    }
}
