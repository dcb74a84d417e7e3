//! Objectives: lexicographic tuples of exact integers, always minimised.

use serde::{Deserialize, Serialize};

/// A lexicographic objective: the first level matters most, smaller is better.
///
/// Only a referee computes one. Units are those of the family (wastage in MiB·ms, say).
/// Serialised as a list of integers; an integer beyond ±2^53 is written as a string, so that
/// no JSON reader rounds it.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Objective(pub Vec<i128>);

impl Objective {
    /// An objective of a single level.
    #[must_use]
    pub fn single(value: i128) -> Self {
        Self(vec![value])
    }

    /// The first level, the one that gaps and logs show. Zero for an empty tuple.
    #[must_use]
    pub fn first(&self) -> i128 {
        self.0.first().copied().unwrap_or(0)
    }
}

impl std::fmt::Display for Objective {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        for (level, value) in self.0.iter().enumerate() {
            write!(f, "{}{value}", if level == 0 { "" } else { " / " })?;
        }
        Ok(())
    }
}

/// The primal gap `(best - bound) / max(|best|, |bound|)`, on the first level where they differ.
///
/// Zero when they agree, 1 when they differ in sign or the bound is zero; the definition of
/// Berthold (2013, "Measuring the impact of primal heuristics"), clamped to `[0, 1]`.
#[must_use]
pub fn gap(best: &Objective, bound: &Objective) -> f64 {
    let levels = best.0.iter().zip(&bound.0);
    let Some((&best, &bound)) = levels.clone().find(|(a, b)| a != b) else { return 0.0 };
    if best < bound {
        return 0.0;
    }
    if (best < 0) != (bound < 0) {
        return 1.0;
    }
    let scale = best.unsigned_abs().max(bound.unsigned_abs()) as f64;
    ((best - bound) as f64 / scale).clamp(0.0, 1.0)
}

const EXACT_IN_JSON: i128 = 1 << 53;

#[derive(Serialize, Deserialize)]
#[serde(untagged)]
enum ExactInteger {
    Number(i64),
    Text(String),
}

impl Serialize for Objective {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let exact = |value: &i128| {
            if value.abs() <= EXACT_IN_JSON {
                ExactInteger::Number(*value as i64)
            } else {
                ExactInteger::Text(value.to_string())
            }
        };
        serializer.collect_seq(self.0.iter().map(exact))
    }
}

impl<'de> Deserialize<'de> for Objective {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let levels = Vec::<ExactInteger>::deserialize(deserializer)?;
        let parse = |value: ExactInteger| match value {
            ExactInteger::Number(number) => Ok(i128::from(number)),
            ExactInteger::Text(text) => text.parse().map_err(serde::de::Error::custom),
        };
        levels.into_iter().map(parse).collect::<Result<_, _>>().map(Objective)
    }
}

impl schemars::JsonSchema for Objective {
    fn schema_name() -> std::borrow::Cow<'static, str> {
        "Objective".into()
    }

    fn json_schema(_: &mut schemars::SchemaGenerator) -> schemars::Schema {
        schemars::json_schema!({
            "description": "Lexicographic objective, minimised; integers beyond ±2^53 as strings.",
            "type": "array",
            "items": { "anyOf": [
                { "type": "integer" },
                { "type": "string", "pattern": "^-?[0-9]+$" }
            ] }
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn levels_compare_lexicographically() {
        assert!(Objective(vec![1, 9]) < Objective(vec![2, 0]));
        assert!(Objective(vec![1, 0]) < Objective(vec![1, 1]));
    }

    #[test]
    fn large_values_survive_json() {
        let objective = Objective(vec![1 << 100, -(1 << 60), 7]);
        let text = serde_json::to_string(&objective).unwrap();
        assert_eq!(text, r#"["1267650600228229401496703205376","-1152921504606846976",7]"#);
        assert_eq!(serde_json::from_str::<Objective>(&text).unwrap(), objective);
    }

    #[test]
    fn gap_is_relative_to_the_larger_value() {
        let of = |best, bound| gap(&Objective::single(best), &Objective::single(bound));
        assert_eq!(of(100, 100), 0.0);
        assert_eq!(of(200, 100), 0.5);
        assert_eq!(of(10, 0), 1.0);
        assert_eq!(of(5, -5), 1.0);
        assert_eq!(of(-100, -200), 0.5);
        assert_eq!(gap(&Objective(vec![3, 8]), &Objective(vec![3, 4])), 0.5);
    }
}
