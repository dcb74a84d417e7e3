//! Instance files.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::document::{self, reject_at};
use super::header::Header;
use super::rejected::Rejected;
use super::source::Source;
use super::{digest, layout};
use crate::family::Family;
use crate::schema;

pub use super::header::family_of;

/// The `format` of instance files.
pub const FORMAT: &str = "placewright-instance";

/// An instance with its head, as it stands in a file.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct InstanceFile<I> {
    /// What kind of file this is.
    pub format: String,
    /// The problem family.
    pub family: String,
    /// Version of the family's format.
    pub version: u32,
    /// A short name for logs and tables.
    pub name: String,
    /// Where the data comes from.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub source: String,
    /// Seed of the generator, for generated instances.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub seed: Option<u64>,
    /// The data of the problem.
    pub instance: I,
}

impl<I> InstanceFile<I> {
    /// An instance of a family under a name, with a note on where it comes from.
    #[must_use]
    pub fn new<F: Family<Instance = I>>(
        name: impl Into<String>,
        source: impl Into<String>,
        instance: I,
    ) -> Self {
        Self {
            format: FORMAT.to_owned(),
            family: F::NAME.to_owned(),
            version: F::VERSION,
            name: name.into(),
            source: source.into(),
            seed: None,
            instance,
        }
    }

    /// Reads and validates an instance file: ten million samples take about a second.
    ///
    /// # Errors
    /// Every problem of the file, each with its line: syntax, or schema, or the family's rules.
    pub fn read<F: Family<Instance = I>>(source: &Source) -> Result<Self, Rejected> {
        let header = Header { format: FORMAT, family: F::NAME, version: F::VERSION };
        let file: Self = document::read(source, header, schema::instance_schema::<F>)?;
        let issues = header.issues(&file.format, &file.family, file.version.into());
        if !issues.is_empty() {
            return Err(reject_at(source, "", issues));
        }
        let issues = F::validate(&file.instance);
        if issues.is_empty() { Ok(file) } else { Err(reject_at(source, "/instance", issues)) }
    }
}

impl<I: Serialize> InstanceFile<I> {
    /// The file's text; the same instance gives the same bytes.
    ///
    /// # Errors
    /// Only for data that JSON cannot express, which no family has.
    pub fn to_text(&self) -> serde_json::Result<String> {
        layout::to_text(self)
    }

    /// The SHA-256 of the instance in canonical form, see [`digest::sha256`].
    #[must_use]
    pub fn sha256(&self) -> String {
        digest::sha256(&self.instance)
    }
}
