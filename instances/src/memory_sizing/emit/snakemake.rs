//! Ladders as a Snakemake profile: memory by attempt for every rule, and as many retries.
//!
//! Snakemake's `mem_mb` are MB of 10^6 bytes, which are rounded up, so that no executor gives less
//! than the plan. (That of Slurm passes the number on as MiB, and gives 5 % more.)
//!
//! Where memory depends on the input size, the expression looks at `input.size`, in bytes; its
//! megabytes have not been the same in all versions.

use std::fmt::Write;

use super::ladders::{Ladders, TypeLadder};
use super::yaml::quoted;

/// A `config.yaml` for `snakemake --profile`, Snakemake 8 or newer.
#[must_use]
pub fn emit(ladders: &Ladders) -> String {
    let longest = ladders.types.iter().map(attempts).max().unwrap_or(0);
    let (mut rules, mut others) = (String::new(), String::new());
    for task_type in &ladders.types {
        let name = quoted(&task_type.name);
        // Writing to a string cannot fail.
        let _infallible = if is_rule(&task_type.name) {
            writeln!(rules, "  {name}:\n    mem_mb: {}", memory(task_type))
        } else {
            writeln!(others, "# {name}: {}", memory(task_type))
        };
    }
    let mut text = format!("{HEAD}retries: {}\n", longest.saturating_sub(1));
    if rules.is_empty() {
        rules.push_str("  {}\n");
    }
    text.push_str("set-resources:\n");
    text.push_str(&rules);
    if !others.is_empty() {
        text.push_str("# No rule can have these names, so they are left out:\n");
        text.push_str(&others);
    }
    text
}

const HEAD: &str = "\
# Memory by attempt, from past executions, written by placewright.
# As the config.yaml of a profile, for `snakemake --profile`; needs Snakemake 8.
# Sizes are in Snakemake's MB of 10^6 bytes. It tries any failed job again, whatever the reason.
";

/// Whether Snakemake takes the name for a rule: the names of Python, of ASCII letters.
fn is_rule(name: &str) -> bool {
    let word = |c: char| c.is_ascii_alphanumeric() || c == '_';
    name.starts_with(|c: char| word(c) && !c.is_ascii_digit()) && name.chars().all(word)
}

/// The attempts that a type may need.
fn attempts(task_type: &TypeLadder) -> usize {
    let steps = task_type.steps.iter().map(|step| step.allocations_mib.len()).max();
    steps.unwrap_or(task_type.allocations_mib.len())
}

/// A number, or an expression in which attempts beyond the ladder stay at its last size.
fn memory(task_type: &TypeLadder) -> String {
    let attempts = attempts(task_type);
    let sizes = match &task_type.steps[..] {
        [] if attempts == 1 => return list(&task_type.allocations_mib, 1).join(""),
        [] => format!("[{}]", list(&task_type.allocations_mib, attempts).join(", ")),
        steps => {
            let steps = steps.iter().map(|step| {
                let sizes = list(&step.allocations_mib, attempts).join(", ");
                match step.up_to_bytes {
                    Some(bytes) => format!("[{sizes}] if input.size <= {bytes} else "),
                    None => format!("[{sizes}]"),
                }
            });
            format!("({})", steps.collect::<String>())
        }
    };
    quoted(&format!("{sizes}[min(attempt, {attempts}) - 1]"))
}

/// Sizes in MB, the last one repeated until there is one for every attempt.
fn list(rungs_mib: &[u64], attempts: usize) -> Vec<String> {
    let last = rungs_mib.last().into_iter().cycle();
    let sizes = rungs_mib.iter().chain(last.take(attempts - rungs_mib.len().min(attempts)));
    sizes.map(|mib| megabytes(*mib).to_string()).collect()
}

/// MiB in MB of 10^6 bytes, rounded up.
fn megabytes(mib: u64) -> u128 {
    (u128::from(mib) << 20).div_ceil(1_000_000)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sizes_are_rounded_up() {
        assert_eq!([1, 1000, 15625].map(megabytes), [2, 1049, 16384]);
    }

    #[test]
    fn rules_have_names_of_python() {
        for (name, rule) in [("bwa_map", true), ("_2", true), ("2a", false), ("a:b", false)] {
            assert_eq!(is_rule(name), rule, "{name}");
        }
        assert!(!is_rule(""));
    }
}
