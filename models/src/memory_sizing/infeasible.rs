//! Quick proofs that no plan exists, each with a witness the referee recomputes.

use placewright_solver::certificate::{Certificate, Claim, Proof};
use placewright_solver::context::{Context, Method};
use placewright_solver::error::EngineError;

use super::certificate::{SAMPLE_TOO_LARGE, TOO_FEW_CORES, TOO_LITTLE_MEMORY, verify};
use super::instance::Instance;
use super::problem::MemorySizing;

/// The method `infeasible`.
#[derive(Clone, Copy, Debug, Default)]
pub struct Infeasible;

impl Method<MemorySizing> for Infeasible {
    fn name(&self) -> &'static str {
        "infeasible"
    }

    fn symbol(&self) -> char {
        'I'
    }

    fn run(&self, context: &Context<'_, MemorySizing>) -> Result<(), EngineError> {
        match proof(context.instance) {
            Some((certificate, reason)) => context.raise(certificate, &reason),
            None => Ok(()),
        }
    }
}

/// A proof of infeasibility and its reason in words, where one of the rules applies.
#[must_use]
pub fn proof(instance: &Instance) -> Option<(Certificate, String)> {
    too_large(instance).or_else(|| {
        let rules = [
            (TOO_FEW_CORES, "all slots together need more cores than the nodes have"),
            (TOO_LITTLE_MEMORY, "all slots together need more memory than the nodes have"),
        ];
        let holds = |rule: &str| verify(instance, &certificate(rule, vec![])).is_ok();
        let (rule, reason) = rules.into_iter().find(|(rule, _)| holds(rule))?;
        Some((certificate(rule, vec![]), reason.to_owned()))
    })
}

fn certificate(rule: &str, witness: Vec<u64>) -> Certificate {
    let proof = Proof::Combinatorial { rule: rule.to_owned(), witness };
    Certificate { claim: Claim::Infeasible, proof }
}

fn too_large(instance: &Instance) -> Option<(Certificate, String)> {
    for (t, task_type) in instance.types.iter().enumerate() {
        let limit_mib = instance.allocation_limit_mib(task_type);
        let samples = &task_type.samples;
        if let Some(i) = (0..samples.len()).find(|&i| samples.needed_mib(i) > limit_mib) {
            let needed_mib = samples.needed_mib(i);
            let name = &task_type.name;
            let reason = format!(
                "{name}: sample {i} needs {needed_mib} MiB, at most {limit_mib} are allowed"
            );
            return Some((certificate(SAMPLE_TOO_LARGE, vec![t as u64, i as u64]), reason));
        }
    }
    None
}
