//! Engine files: what an engine has learned, to go on from.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::document::{self, reject_at};
use super::header::Header;
use super::rejected::Rejected;
use super::source::Source;
use super::{digest, layout};
use crate::codes;
use crate::family::Family;
use crate::schema;

/// The `format` of engine files.
pub const FORMAT: &str = "placewright-engine";

/// What an engine has learned, as it stands in a file.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct EngineFile {
    /// What kind of file this is.
    pub format: String,
    /// The problem family.
    pub family: String,
    /// Version of the family's engine.
    pub version: u32,
    /// SHA-256 of the engine as compact JSON with sorted keys.
    pub engine_sha256: String,
    /// The engine's own business; not to be edited.
    pub engine: Value,
}

impl EngineFile {
    /// The file of a family's engine.
    #[must_use]
    pub fn new<F: Family>(engine: Value) -> Self {
        Self {
            format: FORMAT.to_owned(),
            family: F::NAME.to_owned(),
            version: F::ENGINE_VERSION,
            engine_sha256: digest::sha256(&engine),
            engine,
        }
    }

    /// Reads an engine file. A state that was changed by anyone but the engine is refused: it might
    /// contradict itself.
    ///
    /// # Errors
    /// Every problem of the file, each with its line.
    pub fn read<F: Family>(source: &Source) -> Result<Self, Rejected> {
        let header = Header { format: FORMAT, family: F::NAME, version: F::ENGINE_VERSION };
        let file: Self = document::read(source, header, schema::engine_schema::<F>)?;
        let mut issues = header.issues(&file.format, &file.family, file.version.into());
        let sha256 = digest::sha256(&file.engine);
        if issues.is_empty() && file.engine_sha256 != sha256 {
            let cause = format!(
                "the file says its engine has the hash {:.12}…, it has {sha256:.12}…",
                file.engine_sha256
            );
            issues.push(codes::issue(codes::DAMAGED_ENGINE, "/engine", cause));
        }
        if issues.is_empty() { Ok(file) } else { Err(reject_at(source, "", issues)) }
    }

    /// Refuses a file whose engine cannot be understood.
    #[must_use]
    pub fn damaged(source: &Source, cause: impl Into<String>) -> Rejected {
        let issue = codes::issue(codes::DAMAGED_ENGINE, "/engine", cause);
        reject_at(source, "", vec![issue])
    }

    /// The file's text; the same engine gives the same bytes.
    ///
    /// # Errors
    /// Only for data that JSON cannot express, which no engine has.
    pub fn to_text(&self) -> serde_json::Result<String> {
        layout::to_text(self)
    }
}
