//! Ladders as a Snakemake profile: memory by attempt for every rule, and as many retries.
//!
//! Snakemake's `mem_mb` are MB of 10^6 bytes, which are rounded up, so that no executor gives less
//! than the plan. (That of Slurm passes the number on as MiB, and gives 5 % more.)

use std::fmt::Write;

use placewright_models::memory_sizing::instance::Instance;
use placewright_models::memory_sizing::plan::{Ladder, Plan};

use super::yaml::quoted;

/// A `config.yaml` for `snakemake --profile`, Snakemake 8 or newer.
#[must_use]
pub fn emit(instance: &Instance, plan: &Plan) -> String {
    let longest = plan.ladders.iter().map(|ladder| ladder.0.len()).max().unwrap_or(0);
    let (mut rules, mut others) = (String::new(), String::new());
    for (task_type, ladder) in instance.types.iter().zip(&plan.ladders) {
        let name = quoted(&task_type.name);
        // Writing to a string cannot fail.
        let _infallible = if is_rule(&task_type.name) {
            writeln!(rules, "  {name}:\n    mem_mb: {}", memory(ladder))
        } else {
            writeln!(others, "# {name}: {}", memory(ladder))
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

/// A number, or an expression in which attempts beyond the ladder stay at its last size.
fn memory(ladder: &Ladder) -> String {
    let sizes: Vec<String> = ladder.0.iter().map(|mib| megabytes(*mib).to_string()).collect();
    match &sizes[..] {
        [only] => only.clone(),
        _ => quoted(&format!("[{}][min(attempt, {}) - 1]", sizes.join(", "), sizes.len())),
    }
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
