//! `placewright export`: the exact model for any solver, as a second opinion.

use std::io;
use std::path::PathBuf;

use clap::{Args, ValueEnum};
use placewright_instances::family::Family;
use placewright_instances::files::{InstanceFile, Source};
use placewright_instances::registry::Visitor;

use crate::failure::{Answer, Failure};
use crate::{input, output};

/// Export the exact model of an instance, for any solver to be asked
///
/// `check` and `solve --start` read the solver's answer back.
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  placewright export rnaseq.json --format mps --output rnaseq.mps
  highs rnaseq.mps --solution_file rnaseq.sol && placewright check rnaseq.json rnaseq.sol")]
pub(crate) struct ExportArgs {
    /// The instance file; `-` is standard input
    instance: PathBuf,
    /// The file format
    #[arg(long, value_enum)]
    format: ModelFormat,
    /// Where the model goes
    #[arg(long, short, default_value = "-", value_name = "FILE")]
    output: PathBuf,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum ModelFormat {
    /// Free MPS
    Mps,
    /// CPLEX LP
    Lp,
}

pub(crate) fn run(args: &ExportArgs) -> Result<Answer, Failure> {
    output::check_folder(&args.output)?;
    let source = input::open(&args.instance)?;
    let model = input::for_family_of(&source, ModelOf { source: &source, format: args.format })?;
    output::write(&args.output, &String::from_utf8_lossy(&model))?;
    Ok(Answer::Positive)
}

struct ModelOf<'a> {
    source: &'a Source,
    format: ModelFormat,
}

impl Visitor for ModelOf<'_> {
    type Output = Result<Vec<u8>, Failure>;

    fn visit<F: Family>(self) -> Self::Output {
        let file = InstanceFile::<F::Instance>::read::<F>(self.source)?;
        let formulation = F::formulation();
        if let Some(reason) = formulation.missing(&file.instance) {
            return Err(Failure::usage(reason, "solve the instance without its exact model"));
        }
        let model = formulation.build(&file.instance);
        let mut text = Vec::new();
        let written = match self.format {
            ModelFormat::Mps => model.write_mps(&mut text),
            ModelFormat::Lp => model.write_lp(&mut text).map_err(io::Error::other),
        };
        match written {
            Ok(()) => Ok(text),
            Err(error) => Err(Failure::usage(
                format!("the model cannot be written in this format: {error}"),
                "MPS can express every model",
            )),
        }
    }
}
