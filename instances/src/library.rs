//! The instance library that is shipped with the source, and the registry of best known answers.
//!
//! ```text
//! instances/FAMILY/SET/NAME.json        an instance; large ones are NAME.json.zst
//! instances/FAMILY/SET/NAME.sol.json    the best plan known, with the best certificate
//! instances/best-known.toml             value, bound, status, who, when, hash of the instance
//! ```
//!
//! Every instance is generated: its generator, seed and options are listed by its family
//! ([`Family::library`]), and a test makes each anew and compares bytes. The registry is written
//! by `cargo run -p placewright-bench --example best_known`, which only ever improves it.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use placewright_solver::issue::Issue;
use placewright_solver::objective::Objective;
use placewright_solver::outcome::Status;
use serde::{Deserialize, Serialize};

use crate::family::{self, Family, Options};
use crate::files::InstanceFile;

/// An instance of the library and how it is made.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Entry {
    /// The family.
    pub family: &'static str,
    /// The set: a folder of instances of comparable size.
    pub set: &'static str,
    /// The name within the set.
    pub name: String,
    /// The generator.
    pub generator: &'static str,
    /// The generator's seed.
    pub seed: u64,
    /// The generator's options, by name.
    pub options: Vec<(&'static str, String)>,
    /// How the file is stored.
    pub storage: Storage,
}

/// How a library file is stored.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Storage {
    /// As text.
    Plain,
    /// Compressed by zstd.
    Compressed,
}

/// The best answer known for an instance.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct BestKnown {
    /// Cost of the best plan known.
    pub value: Objective,
    /// The best bound known.
    pub bound: Objective,
    /// What the two say together.
    pub status: Status,
    /// The method that found the plan.
    pub method: String,
    /// The kind of evidence for the bound.
    pub proof: String,
    /// The day of the last improvement, as year-month-day.
    pub date: String,
    /// SHA-256 of the instance.
    pub instance_sha256: String,
}

/// Best known answers by [`Entry::key`].
pub type BestKnownTable = BTreeMap<String, BestKnown>;

impl Entry {
    /// The entry's name in the registry: `family/set/name`.
    #[must_use]
    pub fn key(&self) -> String {
        format!("{}/{}/{}", self.family, self.set, self.name)
    }

    /// The instance's file.
    #[must_use]
    pub fn path(&self) -> PathBuf {
        self.file("json")
    }

    /// The file of the best plan known.
    #[must_use]
    pub fn solution_path(&self) -> PathBuf {
        self.file("sol.json")
    }

    fn file(&self, extension: &str) -> PathBuf {
        let packed = if self.storage == Storage::Compressed { ".zst" } else { "" };
        folder().join(self.family).join(self.set).join(format!("{}.{extension}{packed}", self.name))
    }

    /// Makes the instance anew.
    ///
    /// # Errors
    /// When the family does not have the generator or refuses the options.
    pub fn generate<F: Family>(&self) -> Result<InstanceFile<F::Instance>, Vec<Issue>> {
        let options = self.options.iter().map(|(name, value)| ((*name).to_owned(), value.clone()));
        let name = format!("{}-{}", self.set, self.name);
        family::generate::<F>(&name, self.generator, self.seed, &options.collect())
    }
}

/// The folder of the library and its registry.
#[must_use]
pub fn folder() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

/// The file of the registry.
#[must_use]
pub fn registry_path() -> PathBuf {
    folder().join("best-known.toml")
}

/// The registry as a table.
///
/// # Errors
/// Says where the text is no registry.
pub fn parse_best_known(text: &str) -> Result<BestKnownTable, toml::de::Error> {
    toml::from_str(text)
}

/// The registry's text, sorted by key.
///
/// # Errors
/// Only for values that TOML cannot express, which the registry has none of.
pub fn best_known_text(table: &BestKnownTable) -> Result<String, toml::ser::Error> {
    let head = "# Best known answers of the instance library. Written by\n\
                # `cargo run --release -p placewright-bench --example best_known`; do not edit.\n\n";
    Ok(format!("{head}{}", toml::to_string(table)?))
}

/// Options of a generator written in a line, as they stand in the file's `source`.
#[must_use]
pub fn source_text(generator: &str, options: &Options) -> String {
    let given = options.iter().map(|(name, value)| format!(" {name}={value}"));
    format!("generated: {generator}{}", given.collect::<String>())
}
