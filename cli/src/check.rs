//! `placewright check`: the referee's verdict on a solution, without heuristics or models.

use std::fmt::Write;
use std::path::PathBuf;

use clap::Args;
use placewright_instances::family::Family;
use placewright_instances::files::{InstanceFile, SolutionFile, Source};
use placewright_instances::registry::Visitor;
use placewright_solver::certificate::{Certificate, Claim};
use placewright_solver::objective::{Objective, gap};
use placewright_solver::outcome::Status;
use placewright_solver::problem::{Verdict, Violation};
use placewright_solver::report::Trust;
use serde::Serialize;

use crate::certify::trust;
use crate::console::{Console, LogFormat};
use crate::failure::{Answer, Failure};
use crate::{input, output, plan_input};

/// Check a solution: feasibility, cost, certificate, and every claim of the file
///
/// The verdict goes to standard output; exit code 0 if everything holds, 1 if anything does not.
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  placewright check rnaseq.json rnaseq.sol.json
  placewright check rnaseq.json plan.json          a bare plan: feasibility and cost only")]
pub(crate) struct CheckArgs {
    /// The instance file
    instance: PathBuf,
    /// A solution file, a bare plan, or the .sol of a MIP solver
    solution: PathBuf,
}

pub(crate) fn run(args: &CheckArgs, console: &Console) -> Result<Answer, Failure> {
    input::at_most_one_stdin([args.instance.as_path(), args.solution.as_path()])?;
    let source = input::open(&args.instance)?;
    let findings = input::for_family_of(&source, Check { source: &source, args })?;
    output::to_stdout(&match console.format() {
        LogFormat::Text => findings.to_text(),
        LogFormat::Json => findings.to_json(),
    })?;
    Ok(if findings.accepted { Answer::Positive } else { Answer::Negative })
}

/// Everything that a check found out.
#[derive(Debug, Default, Serialize)]
struct Findings {
    accepted: bool,
    /// Cost of the plan, recomputed.
    objective: Option<Objective>,
    #[serde(skip)]
    cost_text: String,
    /// Whether a plan was there to be judged.
    has_plan: bool,
    /// Rules the plan breaks.
    violations: Vec<Violation>,
    certificate: Option<CertificateFinding>,
    /// Claims of the file that do not hold.
    contradictions: Vec<String>,
}

#[derive(Debug, Serialize)]
struct CertificateFinding {
    kind: &'static str,
    claim: String,
    /// `None` where the evidence does not carry the claim.
    trust: Option<Trust>,
}

struct Check<'a> {
    source: &'a Source,
    args: &'a CheckArgs,
}

impl Visitor for Check<'_> {
    type Output = Result<Findings, Failure>;

    fn visit<F: Family>(self) -> Self::Output {
        let file = InstanceFile::<F::Instance>::read::<F>(self.source)?;
        let given = plan_input::read::<F>(&self.args.solution, &file)?;
        let mut findings = Findings { has_plan: given.plan.is_some(), ..Findings::default() };
        match given.plan.as_ref().map(|plan| F::judge(&file.instance, plan)) {
            Some(Verdict::Feasible(cost)) => {
                findings.cost_text = F::cost_text(&cost);
                findings.objective = Some(cost);
            }
            Some(Verdict::Refused(violations)) => findings.violations = violations,
            None => {}
        }
        if let Some(claims) = &given.claims {
            if claims.instance_sha256 != file.sha256() {
                findings.contradict("the solution was made for other data (instance_sha256)");
            }
            findings.certify::<F>(&file.instance, claims.certificate.as_ref());
            findings.compare(claims);
        }
        if !findings.has_plan && findings.certificate.is_none() {
            let cause = "the file has neither a plan nor a certificate: there is nothing to check";
            findings.contradict(cause);
        }
        let holds = findings.violations.is_empty() && findings.contradictions.is_empty();
        findings.accepted = holds;
        Ok(findings)
    }
}

impl Findings {
    fn contradict(&mut self, cause: impl Into<String>) {
        self.contradictions.push(cause.into());
    }

    fn certify<F: Family>(&mut self, instance: &F::Instance, certificate: Option<&Certificate>) {
        let Some(certificate) = certificate else { return };
        let trust = trust::<F>(instance, certificate);
        if let Err(error) = &trust {
            self.contradict(format!("the certificate does not hold: {error}"));
        }
        let claim = match &certificate.claim {
            Claim::AtLeast(bound) => format!("no plan costs less than {bound}"),
            Claim::Infeasible => "there is no plan".to_owned(),
        };
        let kind = certificate.proof.label();
        self.certificate = Some(CertificateFinding { kind, claim, trust: trust.ok() });
    }

    /// Holds the file's numbers and status against what was recomputed.
    fn compare<P>(&mut self, claims: &SolutionFile<P>) {
        let bound = claims.certificate.as_ref().and_then(|each| match &each.claim {
            Claim::AtLeast(bound) => Some(bound.clone()),
            Claim::Infeasible => None,
        });
        let infeasible = claims.certificate.as_ref().map(|each| &each.claim);
        let infeasible = infeasible == Some(&Claim::Infeasible);
        self.compare_objectives("objective", claims.objective.as_ref(), self.objective.clone());
        self.compare_objectives("bound", claims.bound.as_ref(), bound.clone());
        let pair = self.objective.as_ref().zip(bound.as_ref());
        let crossed = pair.is_some_and(|(best, bound)| best < bound);
        let real_gap = pair.map(|(best, bound)| gap(best, bound));
        if crossed || (infeasible && self.has_plan) {
            self.contradict("the certificate contradicts the plan");
        }
        if !close(claims.gap, real_gap) {
            self.contradict(format!(
                "the file says gap {:?}, recomputed {:?}",
                claims.gap, real_gap
            ));
        }
        let holds = match claims.status {
            Status::Optimal => real_gap == Some(0.0),
            Status::WithinGap => real_gap.is_some(),
            Status::Feasible => self.has_plan,
            Status::Infeasible => infeasible && !self.has_plan,
            Status::Unknown => !self.has_plan && !infeasible,
        };
        if !holds {
            self.contradict(format!("the status \"{}\" is not supported", claims.status));
        }
    }

    fn compare_objectives(
        &mut self,
        what: &str,
        claimed: Option<&Objective>,
        real: Option<Objective>,
    ) {
        let text = |value: Option<&Objective>| value.map_or("none".to_owned(), ToString::to_string);
        // The referee gives a plan that breaks rules no cost; that finding stands by itself.
        let unknown = what == "objective" && !self.violations.is_empty();
        if claimed != real.as_ref() && !unknown {
            let (claimed, real) = (text(claimed), text(real.as_ref()));
            self.contradict(format!("the file says {what} {claimed}, recomputed {real}"));
        }
    }

    fn to_json(&self) -> String {
        serde_json::to_string(self).map_or_else(|error| error.to_string(), |text| text + "\n")
    }

    fn to_text(&self) -> String {
        let mut text = String::new();
        let mut line = |label: &str, value: &str| {
            // Writing to a string cannot fail.
            let _infallible = writeln!(text, "{label:<13}{value}");
        };
        let word = self.certificate.as_ref().and_then(|each| each.trust);
        line(
            "verdict",
            match (self.accepted, word) {
                (false, _) => "refused",
                (true, Some(Trust::NotVerifiable)) => {
                    "accepted, but for a solver's word on the bound"
                }
                (true, _) => "accepted",
            },
        );
        match (&self.objective, self.has_plan) {
            (Some(_), _) => line("objective", &self.cost_text),
            (None, true) => line("objective", "none: the plan is not feasible"),
            (None, false) => line("objective", "none: the file has no plan"),
        }
        if let Some(certificate) = &self.certificate {
            let trust = match certificate.trust {
                Some(Trust::Verified) => "verified",
                Some(Trust::NotVerifiable) => "a solver's word, not verifiable",
                None => "refused",
            };
            let CertificateFinding { kind, claim, .. } = certificate;
            line("certificate", &format!("{claim} ({kind}: {trust})"));
        }
        for violation in &self.violations {
            line("broken rule", &violation.to_string());
        }
        for contradiction in &self.contradictions {
            line("false claim", contradiction);
        }
        text
    }
}

/// Gaps are stored as decimal numbers, so equal ones may differ in the last digit.
fn close(a: Option<f64>, b: Option<f64>) -> bool {
    match (a, b) {
        (Some(a), Some(b)) => (a - b).abs() <= 1e-9,
        (a, b) => a.is_none() && b.is_none(),
    }
}
