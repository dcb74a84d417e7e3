//! JSON Schemas of the files of every family, generated from the types that read them.

use schemars::JsonSchema;
use serde_json::{Value, json};

use crate::family::Family;
use crate::files::{EngineFile, InstanceFile, SolutionFile, engine, instance, solution};
use crate::registry::{self, Visitor};

/// The JSON Schema (2020-12) of a family's instance files.
#[must_use]
pub fn instance_schema<F: Family>() -> Value {
    schema_of::<InstanceFile<F::Instance>, F>(instance::FORMAT, F::VERSION)
}

/// The JSON Schema (2020-12) of a family's solution files.
#[must_use]
pub fn solution_schema<F: Family>() -> Value {
    schema_of::<SolutionFile<F::PlanFile>, F>(solution::FORMAT, F::VERSION)
}

/// The JSON Schema (2020-12) of a family's engine files.
#[must_use]
pub fn engine_schema<F: Family>() -> Value {
    schema_of::<EngineFile, F>(engine::FORMAT, F::ENGINE_VERSION)
}

/// The JSON Schema (2020-12) of a family's bare plans.
#[must_use]
pub fn plan_schema<F: Family>() -> Value {
    schemars::schema_for!(F::PlanFile).to_value()
}

/// A schema as text, the same on every run.
#[must_use]
pub fn to_text(schema: &Value) -> String {
    format!("{schema:#}\n")
}

/// All schemas as (file name, text), such as `memory_sizing.instance.schema.json`.
#[must_use]
pub fn all() -> Vec<(String, String)> {
    let of = |family| registry::dispatch(family, OfFamily).unwrap_or_default();
    registry::names().into_iter().flat_map(of).collect()
}

fn schema_of<T: JsonSchema, F: Family>(format: &str, version: u32) -> Value {
    let mut schema = schemars::schema_for!(T).to_value();
    schema["title"] = json!(format!("{format}: {}", F::NAME));
    let constants =
        [("format", json!(format)), ("family", json!(F::NAME)), ("version", json!(version))];
    for (key, value) in constants {
        let description = schema["properties"][key]["description"].take();
        schema["properties"][key] = json!({ "description": description, "const": value });
    }
    schema
}

struct OfFamily;

impl Visitor for OfFamily {
    type Output = Vec<(String, String)>;

    fn visit<F: Family>(self) -> Self::Output {
        let name = |kind| format!("{}.{kind}.schema.json", F::NAME);
        vec![
            (name("instance"), to_text(&instance_schema::<F>())),
            (name("solution"), to_text(&solution_schema::<F>())),
            (name("engine"), to_text(&engine_schema::<F>())),
        ]
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// `PLACEWRIGHT_UPDATE_SCHEMAS=1 cargo test -p placewright-instances schema` rewrites them.
    #[test]
    fn shipped_schemas_are_those_of_the_types() {
        let folder = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("schemas");
        for (name, text) in all() {
            let path = folder.join(&name);
            if std::env::var_os("PLACEWRIGHT_UPDATE_SCHEMAS").is_some() {
                std::fs::write(&path, &text).unwrap();
            }
            let shipped = std::fs::read_to_string(&path).unwrap_or_default();
            assert_eq!(shipped, text, "{name} is out of date: set PLACEWRIGHT_UPDATE_SCHEMAS=1");
        }
    }

    #[test]
    fn schemas_are_valid_schemas() {
        for (name, text) in all() {
            let schema = serde_json::from_str(&text).unwrap();
            assert!(jsonschema::meta::is_valid(&schema), "{name}");
            jsonschema::validator_for(&schema).unwrap();
        }
    }
}
