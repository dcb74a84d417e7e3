//! `placewright generate`: instances from a seed.

use std::path::PathBuf;

use clap::Args;
use placewright_instances::family::{self, Family};
use placewright_instances::files::Rejected;
use placewright_instances::registry::{self, Visitor};

use crate::failure::{Answer, Failure};
use crate::options;
use crate::output;

/// Generate an instance from a seed
///
/// The same seed and options give the same instance on every machine. Without a KIND, the kinds
/// and their options are listed.
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  placewright generate memory_sizing                       list the kinds
  placewright generate memory_sizing KIND --seed 7 -O NAME=VALUE --output seven.json")]
pub(crate) struct GenerateArgs {
    /// The problem family, such as memory_sizing
    family: String,
    /// What kind of instance
    kind: Option<String>,
    /// Root of all random numbers
    #[arg(long, default_value_t = 0)]
    seed: u64,
    /// An option of the kind (repeatable)
    #[arg(long = "option", short = 'O', value_name = "NAME=VALUE", value_parser = options::parse)]
    options: Vec<(String, String)>,
    /// Name of the instance [default: KIND-SEED]
    #[arg(long)]
    name: Option<String>,
    /// Where the instance goes
    #[arg(long, short, default_value = "-", value_name = "FILE")]
    output: PathBuf,
}

pub(crate) fn run(args: GenerateArgs) -> Result<Answer, Failure> {
    output::check_folder(&args.output)?;
    registry::dispatch(&args.family.clone(), Generate(args))?
}

struct Generate(GenerateArgs);

impl Visitor for Generate {
    type Output = Result<Answer, Failure>;

    fn visit<F: Family>(self) -> Self::Output {
        let args = self.0;
        let Some(kind) = options::choose("kind", args.kind.as_deref(), F::generators())? else {
            return Ok(Answer::Positive);
        };
        let kind = kind.name;
        let options = options::unique(args.options)?;
        let name = args.name.unwrap_or_else(|| format!("{kind}-{}", args.seed));
        let file = family::generate::<F>(&name, kind, args.seed, &options)
            .map_err(|issues| Rejected::new(kind, issues))?;
        output::write(&args.output, &output::serialised(file.to_text())?)?;
        Ok(Answer::Positive)
    }
}
