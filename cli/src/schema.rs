//! `placewright schema`: the JSON Schemas of our files.

use clap::{Args, ValueEnum};
use placewright_instances::family::Family;
use placewright_instances::registry::{self, Visitor};
use placewright_instances::schema;

use crate::failure::{Answer, Failure};
use crate::output;

/// Print the JSON Schema of a family's files
///
/// Editors complete and check instance files with it.
#[derive(Debug, Args)]
#[command(after_help = "Example:\n  placewright schema memory_sizing > instance.schema.json")]
pub(crate) struct SchemaArgs {
    /// The problem family, such as memory_sizing
    family: String,
    /// Which of its files
    #[arg(value_enum, default_value_t = FileKind::Instance)]
    file: FileKind,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum FileKind {
    Instance,
    Solution,
    Engine,
}

pub(crate) fn run(args: &SchemaArgs) -> Result<Answer, Failure> {
    let text = registry::dispatch(&args.family, SchemaOf(args.file))?;
    output::to_stdout(&text)?;
    Ok(Answer::Positive)
}

struct SchemaOf(FileKind);

impl Visitor for SchemaOf {
    type Output = String;

    fn visit<F: Family>(self) -> String {
        schema::to_text(&match self.0 {
            FileKind::Instance => schema::instance_schema::<F>(),
            FileKind::Solution => schema::solution_schema::<F>(),
            FileKind::Engine => schema::engine_schema::<F>(),
        })
    }
}
