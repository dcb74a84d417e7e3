//! Ladders as functions of a POSIX shell, to be sourced where jobs are submitted.
//!
//! Slurm itself never asks for more memory: a job that runs out of it is submitted again. Hence a
//! look-up for `sbatch --mem`, and a function that submits, waits, and tries the next size of the
//! ladder for as long as the job runs out of memory, and for no other failure.

use std::fmt::Write;

use placewright_models::memory_sizing::instance::Instance;
use placewright_models::memory_sizing::plan::Plan;

/// A script for `. memory.sh`. Slurm's M are binary, so that its M are our MiB.
#[must_use]
pub fn emit(instance: &Instance, plan: &Plan) -> String {
    let mut cases = String::new();
    for (task_type, ladder) in instance.types.iter().zip(&plan.ladders) {
        for (attempt, allocation_mib) in (1_u32..).zip(&ladder.0) {
            let key = quoted(&format!("{}:{attempt}", task_type.name));
            // Writing to a string cannot fail.
            let _infallible = writeln!(cases, "    {key}) echo {allocation_mib}M ;;");
        }
    }
    format!("{HEAD}{cases}{TAIL}")
}

const HEAD: &str = r#"# Memory by job name and attempt, from past jobs, written by placewright.
#
#   . ./memory.sh
#   sbatch --mem="$(placewright_mem NAME)" job.sh         the first attempt of a job
#   sbatch --mem="$(placewright_mem NAME 2)" job.sh       the second, after OUT_OF_MEMORY
#   placewright_sbatch NAME [OPTION...] job.sh            submits, waits, and does both
#
# Of an array, submit the tasks that ran out of memory again: --array=3,7 with the next attempt.

# placewright_mem NAME [ATTEMPT]: the memory of an attempt, for --mem; fails beyond the last one.
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
