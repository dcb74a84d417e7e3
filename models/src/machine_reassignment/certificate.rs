//! The referee's side of bounds: re-verifies certificates from the instance alone.
//!
//! **Aggregate.** All machines taken together as one: `Σ_m max(0, u_m − s_m) ≥ max(0, Σ u − Σ s)`,
//! and the same for every balance cost, whose terms are sums over machines too. Uses in total do not
//! depend on the plan. Moves cost nothing less than nothing. Time O(machines · (resources + balance
//! costs) + processes · resources).

use placewright_solver::certificate::{Certificate, CertificateError, Claim, Proof};
use placewright_solver::objective::Objective;

use super::instance::{Instance, Machine};

/// The rule that takes all machines together; its witness is empty.
pub const AGGREGATE: &str = "aggregate";

/// Re-verifies a certificate.
///
/// # Errors
/// When the evidence proves less than is claimed, names an unknown rule, or is a solver's word.
pub fn verify(instance: &Instance, certificate: &Certificate) -> Result<(), CertificateError> {
    match (&certificate.claim, &certificate.proof) {
        (_, Proof::SolverClaim { .. }) => Err(CertificateError::NotVerifiable),
        (Claim::AtLeast(claimed), Proof::Combinatorial { rule, witness })
            if rule == AGGREGATE && witness.is_empty() =>
        {
            let proved = Objective::single(aggregate_bound(instance));
            if proved >= *claimed {
                Ok(())
            } else {
                Err(CertificateError::Overstated { proved, claimed: claimed.clone() })
            }
        }
        _ => Err(CertificateError::Malformed("no rule for this claim and witness".into())),
    }
}

/// What every plan costs at least if all machines are taken together.
///
/// ```
/// use placewright_models::machine_reassignment::certificate::aggregate_bound;
/// use placewright_models::machine_reassignment::instance::*;
/// let machine = Machine {
///     neighbourhood: 0,
///     location: 0,
///     capacities: vec![10],
///     safety_capacities: vec![4],
///     move_costs: vec![0],
/// };
/// let process = Process {
///     service: ServiceId(0),
///     machine: MachineId(0),
///     requirements: vec![7],
///     move_cost: 1,
/// };
/// let instance = Instance {
///     resources: vec![Resource { transient: false, load_weight: 5 }],
///     machines: vec![machine],
///     services: vec![Service { min_locations: 1, depends_on: vec![] }],
///     processes: vec![process],
///     ..Instance::default()
/// };
/// assert_eq!(aggregate_bound(&instance), 5 * (7 - 4));
/// ```
#[must_use]
pub fn aggregate_bound(instance: &Instance) -> i128 {
    let total = |r: usize, of: fn(&Machine) -> &[u64]| -> i128 {
        instance.machines.iter().map(|machine| i128::from(of(machine)[r])).sum()
    };
    let capacity = |r: usize| total(r, |machine| &machine.capacities);
    let used = |r: usize| -> i128 {
        instance.processes.iter().map(|process| i128::from(process.requirements[r])).sum()
    };
    let free = |r: usize| capacity(r) - used(r);
    let load = |(r, weight): (usize, u64)| {
        let safe = total(r, |machine| &machine.safety_capacities);
        i128::from(weight) * (used(r) - safe).max(0)
    };
    let weights = instance.resources.iter().map(|resource| resource.load_weight);
    let balance = instance.balance_costs.iter().map(|each| {
        let wanted = i128::from(each.target) * free(each.resource.index());
        i128::from(each.weight) * (wanted - free(each.partner.index())).max(0)
    });
    weights.enumerate().map(load).sum::<i128>() + balance.sum::<i128>()
}
