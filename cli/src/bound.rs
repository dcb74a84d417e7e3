//! `placewright bound`: how good a plan can be at best, without a model.

use std::path::PathBuf;
use std::time::Duration;

use clap::Args;
use placewright_instances::family::Family;
use placewright_instances::files::{InstanceFile, Source, layout};
use placewright_instances::registry::Visitor;
use placewright_solver::certificate::{Certificate, Claim};
use placewright_solver::driver::Options;
use placewright_solver::objective::Objective;
use placewright_solver::report::Trust;
use serde::Serialize;

use crate::certify::trust;
use crate::console::Console;
use crate::failure::{Answer, Failure};
use crate::search::{Limits, search};
use crate::{duration, input, interrupt, output};

/// Bound an instance: what no plan can undercut, with a certificate
///
/// The bound goes to standard output as JSON, with the evidence that `check` verifies.
#[derive(Debug, Args)]
#[command(after_help = "Example:\n  placewright bound rnaseq.json --time-limit 5s")]
pub(crate) struct BoundArgs {
    /// The instance file; `-` is standard input
    file: PathBuf,
    /// Wall-clock limit with its unit
    #[arg(long, default_value = "60s", value_parser = duration::parse, value_name = "DURATION")]
    time_limit: Duration,
    /// Root of all random numbers
    #[arg(long, default_value_t = 0)]
    seed: u64,
    /// Where the bound goes
    #[arg(long, short, default_value = "-", value_name = "FILE")]
    output: PathBuf,
}

/// A bound as data.
#[derive(Serialize)]
struct BoundFile {
    family: &'static str,
    instance: String,
    instance_sha256: String,
    /// Absent where infeasibility was proved, or nothing.
    bound: Option<Objective>,
    infeasible: bool,
    certificate: Option<Certificate>,
    trust: Option<Trust>,
}

pub(crate) fn run(args: &BoundArgs, console: &Console) -> Result<Answer, Failure> {
    output::check_folder(&args.output)?;
    let source = input::open(&args.file)?;
    input::for_family_of(&source, BoundOf { source: &source, args, console })
}

struct BoundOf<'a> {
    source: &'a Source,
    args: &'a BoundArgs,
    console: &'a Console,
}

impl Visitor for BoundOf<'_> {
    type Output = Result<Answer, Failure>;

    fn visit<F: Family>(self) -> Self::Output {
        let Self { source, args, console } = self;
        let file = InstanceFile::<F::Instance>::read::<F>(source)?;
        let limits = Limits {
            time: Some(args.time_limit),
            work: None,
            cancel: interrupt::cancelled_by_ctrl_c(),
            options: Options { seed: args.seed, ..Options::default() },
        };
        let outcome = search::<F>(&file.instance, &F::bounding(), &limits, None, console)?;
        let certificate = outcome.certificate;
        let trust = certificate.as_ref().map(|each| trust::<F>(&file.instance, each)).transpose();
        let trust = trust.map_err(|error| Failure::Contradiction(error.to_string()))?;
        let claim = certificate.as_ref().map(|each| each.claim.clone());
        let bound = match &claim {
            Some(Claim::AtLeast(bound)) => Some(bound.clone()),
            _ => None,
        };
        let said = bound.as_ref().map_or("none".to_owned(), F::cost_text);
        let kind = certificate.as_ref().map_or("none", |each| each.proof.label());
        console.say(&format!("\n  bound        {said}\n  certificate  {kind}"));
        let answer = if claim.is_some() { Answer::Positive } else { Answer::Negative };
        let text = layout::to_text(&BoundFile {
            family: F::NAME,
            instance_sha256: file.sha256(),
            instance: file.name,
            bound,
            infeasible: claim == Some(Claim::Infeasible),
            certificate,
            trust,
        });
        output::write(&args.output, &output::serialised(text)?)?;
        Ok(answer)
    }
}
