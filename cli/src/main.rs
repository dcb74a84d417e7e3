//! The command line of placewright.
//!
//! `main` parses arguments, the commands resolve them into real objects and dispatch by the family
//! that a file says it belongs to; nothing here knows a family by name. Standard output carries
//! data only, standard error is for people, and the exit code says what came of it:
//!
//! | code | meaning |
//! |---|---|
//! | 0 | answered, or the check passed |
//! | 1 | a true negative: infeasible, check failed, nothing found in time |
//! | 2 | bad usage or bad input; every problem is listed |
//! | 3 | internal error, including our own referee refusing our own answer |

mod args;
mod ask;
mod bound;
mod certify;
mod check;
mod console;
mod duration;
mod emit;
mod explain;
mod export;
mod failure;
mod generate;
mod import;
mod input;
mod interrupt;
mod learn;
mod methods;
mod options;
mod output;
mod plan_input;
mod replay;
mod schema;
mod search;
mod solve;

use std::process::ExitCode;

use clap::Parser;

use args::{Args, Command};
use console::Console;
use failure::{Answer, Failure};

/// Clap answers `--help` with 0 and bad flags with 2; everything else is decided here.
fn main() -> ExitCode {
    let args = Args::parse();
    let console = Console::new(args.log_format, args.quiet);
    match run(args.command, &console) {
        Ok(Answer::Positive) => ExitCode::SUCCESS,
        Ok(Answer::Negative) => ExitCode::from(1),
        Err(failure) => {
            console.failure(&failure);
            ExitCode::from(failure.exit_code())
        }
    }
}

fn run(command: Command, console: &Console) -> Result<Answer, Failure> {
    match command {
        Command::Solve(args) => solve::run(args, console),
        Command::Check(args) => check::run(&args, console),
        Command::Bound(args) => bound::run(&args, console),
        Command::Ask(args) => ask::run(args, console),
        Command::Explain(args) => explain::run(&args, console),
        Command::Generate(args) => generate::run(args),
        Command::Import(args) => import::run(args, console),
        Command::Export(args) => export::run(&args),
        Command::Emit(args) => emit::run(&args, console),
        Command::Replay(args) => replay::run(args, console),
        Command::Learn(args) => learn::run(args, console),
        Command::Schema(args) => schema::run(&args),
    }
}
