//! `placewright import`: from histories and traces to instances.

use std::path::PathBuf;

use clap::Args;
use placewright_instances::family::Family;
use placewright_instances::files::InstanceFile;
use placewright_instances::registry::{self, Visitor};

use crate::console::{Console, LogFormat};
use crate::failure::{Answer, Failure};
use crate::options;
use crate::{input, output};

/// Import a history or a public trace as an instance
///
/// The instance goes to standard output or --output; what was used, and what was skipped and why,
/// to standard error. Without a FORMAT, the formats and their options are listed.
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  placewright import memory_sizing                         list the formats
  placewright import memory_sizing nextflow trace.txt -O granularity_mib=128 > rnaseq.json
  placewright import memory_sizing snakemake benchmarks/*.tsv --name rnaseq -o rnaseq.json")]
pub(crate) struct ImportArgs {
    /// The problem family, such as memory_sizing
    family: String,
    /// The foreign format
    #[arg(requires = "files")]
    format: Option<String>,
    /// The files to import as one history; `-` is standard input
    #[arg(value_name = "FILE")]
    files: Vec<PathBuf>,
    /// An option of the format (repeatable)
    #[arg(long = "option", short = 'O', value_name = "NAME=VALUE", value_parser = options::parse)]
    options: Vec<(String, String)>,
    /// Name of the instance [default: that of the first file]
    #[arg(long)]
    name: Option<String>,
    /// Where the instance goes
    #[arg(long, short, default_value = "-", value_name = "FILE")]
    output: PathBuf,
}

pub(crate) fn run(args: ImportArgs, console: &Console) -> Result<Answer, Failure> {
    output::check_folder(&args.output)?;
    output::check_distinct(args.files.iter().map(PathBuf::as_path), [args.output.as_path()])?;
    registry::dispatch(&args.family.clone(), Import { args, console })?
}

struct Import<'a> {
    args: ImportArgs,
    console: &'a Console,
}

impl Visitor for Import<'_> {
    type Output = Result<Answer, Failure>;

    fn visit<F: Family>(self) -> Self::Output {
        let Self { args, console } = self;
        let importer = options::choose("format", args.format.as_deref(), F::importers())?;
        let (Some(importer), Some(first)) = (importer, args.files.first()) else {
            return Ok(Answer::Positive);
        };
        let options = options::unique(args.options)?;
        input::at_most_one_stdin(args.files.iter().map(PathBuf::as_path))?;
        let sources: Vec<_> =
            args.files.iter().map(|path| input::open(path)).collect::<Result<_, _>>()?;
        let imported = (importer.run)(&sources, &options)?;
        match console.format() {
            LogFormat::Text => console.say(&imported.summary.text),
            LogFormat::Json => console.record(&imported.summary.json),
        }
        let name = args.name.unwrap_or_else(|| input::stem(first));
        let others = args.files.len() - 1;
        let more = if others == 0 { String::new() } else { format!(" and {others} more") };
        let mut origin = format!("{} {}{more}", importer.name, input::stem(first));
        let is_drawn = importer.options.iter().any(|option| option.name == "seed");
        if is_drawn {
            // What was drawn can be drawn again.
            let given = options.iter().map(|(name, value)| format!(" {name}={value}"));
            origin.push_str(&format!("{}: {}", given.collect::<String>(), importer.title));
        }
        let mut file = InstanceFile::new::<F>(name, origin, imported.instance);
        file.seed =
            options.get("seed").and_then(|seed| seed.parse().ok()).or(is_drawn.then_some(1));
        output::write(&args.output, &output::serialised(file.to_text())?)?;
        Ok(Answer::Positive)
    }
}
