//! The last word before an answer is written: the referee judges what a reader of the files
//! would see.

use placewright_instances::family::Family;
use placewright_instances::files::{InstanceFile, SolutionFile, Source};
use placewright_solver::certificate::{Certificate, CertificateError};
use placewright_solver::objective::Objective;
use placewright_solver::outcome::Outcome;
use placewright_solver::problem::Verdict;
use placewright_solver::report::Trust;

use crate::failure::Failure;

/// An answer that survived being written, read and judged again.
pub(crate) struct Certified {
    /// The solution file.
    pub(crate) text: String,
    /// What the referee says about the certificate, where there is one.
    pub(crate) trust: Option<Trust>,
}

/// Writes the answer to text, reads it and the instance again, and has both judged.
///
/// # Errors
/// A contradiction, which is an internal error: the text is then not an answer.
pub(crate) fn certify<F: Family>(
    instance_source: &Source,
    file: &InstanceFile<F::Instance>,
    outcome: &Outcome<F::Plan>,
) -> Result<Certified, Failure> {
    let wrong = |cause: String| Failure::Contradiction(cause);
    let written = SolutionFile::new::<F>(file, outcome);
    let text = written.to_text().map_err(|error| wrong(error.to_string()))?;
    let source = Source { name: "the answer".to_owned(), text };
    let unreadable = |cause: &dyn std::fmt::Display| wrong(format!("cannot be read back: {cause}"));
    let again =
        InstanceFile::<F::Instance>::read::<F>(instance_source).map_err(|e| unreadable(&e))?;
    let solution = SolutionFile::<F::PlanFile>::read::<F>(&source).map_err(|e| unreadable(&e))?;
    let plan = solution.plan_for::<F>(&source, &again.instance).map_err(|e| unreadable(&e))?;
    if let Some(plan) = &plan {
        judge_again::<F>(&again.instance, plan, solution.objective.as_ref())?;
    }
    if plan.is_some() != outcome.plan.is_some() {
        return Err(wrong("the answer lost its plan when it was written".to_owned()));
    }
    let trust = match &solution.certificate {
        Some(certificate) => Some(trust::<F>(&again.instance, certificate).map_err(|error| {
            wrong(format!("the referee refuses the certificate of the answer: {error}"))
        })?),
        None => None,
    };
    Ok(Certified { text: source.text, trust })
}

fn judge_again<F: Family>(
    instance: &F::Instance,
    plan: &F::Plan,
    claimed: Option<&Objective>,
) -> Result<(), Failure> {
    let cause = match F::judge(instance, plan) {
        Verdict::Feasible(cost) if Some(&cost) == claimed => return Ok(()),
        Verdict::Feasible(cost) => {
            let claimed = claimed.map_or("nothing".to_owned(), ToString::to_string);
            format!("the plan costs {cost}, the answer says {claimed}")
        }
        Verdict::Refused(violations) => {
            let all: Vec<String> = violations.iter().map(ToString::to_string).collect();
            format!("the referee refuses the answer: {}", all.join("; "))
        }
    };
    Err(Failure::Contradiction(cause))
}

/// How far a certificate can be trusted.
///
/// # Errors
/// When there is evidence, and it does not carry the claim.
pub(crate) fn trust<F: Family>(
    instance: &F::Instance,
    certificate: &Certificate,
) -> Result<Trust, CertificateError> {
    match F::verify(instance, certificate) {
        Ok(()) => Ok(Trust::Verified),
        Err(CertificateError::NotVerifiable) => Ok(Trust::NotVerifiable),
        Err(error) => Err(error),
    }
}
