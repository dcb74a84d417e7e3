//! What can be asked for, before it is resolved into real objects.

use clap::{Parser, Subcommand};

use crate::ask::AskArgs;
use crate::bound::BoundArgs;
use crate::check::CheckArgs;
use crate::console::LogFormat;
use crate::emit::EmitArgs;
use crate::explain::ExplainArgs;
use crate::export::ExportArgs;
use crate::generate::GenerateArgs;
use crate::import::ImportArgs;
use crate::learn::LearnArgs;
use crate::replay::ReplayArgs;
use crate::schema::SchemaArgs;
use crate::solve::SolveArgs;

/// Optimisation for cluster resource allocation.
#[derive(Debug, Parser)]
#[command(version, about, after_help = AFTER_HELP, max_term_width = 100)]
pub(crate) struct Args {
    #[command(subcommand)]
    pub(crate) command: Command,

    /// How logs and problems are written to standard error: text, or json (one object per line)
    #[arg(long, global = true, value_enum, default_value_t = LogFormat::Text, hide_possible_values = true, value_name = "FORMAT")]
    pub(crate) log_format: LogFormat,

    /// No log and no closing report; problems are still told
    #[arg(long, short, global = true)]
    pub(crate) quiet: bool,
}

#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    Solve(SolveArgs),
    Check(CheckArgs),
    Bound(BoundArgs),
    Explain(ExplainArgs),
    Ask(AskArgs),
    Generate(GenerateArgs),
    Import(ImportArgs),
    Export(ExportArgs),
    Emit(EmitArgs),
    Replay(ReplayArgs),
    Learn(LearnArgs),
    Schema(SchemaArgs),
}

const AFTER_HELP: &str = "\
Examples:
  placewright import memory_sizing nextflow trace.txt --output rnaseq.json
  placewright solve rnaseq.json --output rnaseq.sol.json
  placewright check rnaseq.json rnaseq.sol.json
  placewright emit rnaseq.json rnaseq.sol.json --format nextflow --output memory.config

Exit codes: 0 answered, 1 infeasible or check failed or nothing found in time,
2 bad usage or input, 3 internal error.";
