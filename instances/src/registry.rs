//! Families by name. A new family is one line in [`dispatch`] and one in [`names`].

use placewright_models::circuit_allocation::CircuitAllocation;
use placewright_models::irs_matching::IrsMatching;
use placewright_models::machine_reassignment::MachineReassignment;
use placewright_models::memory_sizing::MemorySizing;
use placewright_models::replication_placement::ReplicationPlacement;
use placewright_models::site_assignment::SiteAssignment;
use placewright_solver::problem::Problem;

use crate::family::Family;

/// Something to do for whichever family a file belongs to.
pub trait Visitor {
    /// What comes of it.
    type Output;

    /// Does it for the family `F`.
    fn visit<F: Family>(self) -> Self::Output;
}

/// A family of this name is not known.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the family {0:?} is not known; there are: {known}", known = names().join(", "))]
pub struct UnknownFamily(pub String);

/// Calls the visitor with the family of this name.
///
/// # Errors
/// When there is no such family.
pub fn dispatch<V: Visitor>(family: &str, visitor: V) -> Result<V::Output, UnknownFamily> {
    match family {
        MemorySizing::NAME => Ok(visitor.visit::<MemorySizing>()),
        IrsMatching::NAME => Ok(visitor.visit::<IrsMatching>()),
        CircuitAllocation::NAME => Ok(visitor.visit::<CircuitAllocation>()),
        ReplicationPlacement::NAME => Ok(visitor.visit::<ReplicationPlacement>()),
        SiteAssignment::NAME => Ok(visitor.visit::<SiteAssignment>()),
        MachineReassignment::NAME => Ok(visitor.visit::<MachineReassignment>()),
        _ => Err(UnknownFamily(family.to_owned())),
    }
}

/// The names of all families.
#[must_use]
pub fn names() -> Vec<&'static str> {
    vec![
        MemorySizing::NAME,
        IrsMatching::NAME,
        CircuitAllocation::NAME,
        ReplicationPlacement::NAME,
        SiteAssignment::NAME,
        MachineReassignment::NAME,
    ]
}

#[cfg(test)]
mod tests {
    use super::*;

    struct NameOf;

    impl Visitor for NameOf {
        type Output = &'static str;

        fn visit<F: Family>(self) -> &'static str {
            F::NAME
        }
    }

    #[test]
    fn every_name_leads_to_its_family() {
        for name in names() {
            assert_eq!(dispatch(name, NameOf), Ok(name));
        }
        assert_eq!(dispatch("nonsense", NameOf), Err(UnknownFamily("nonsense".into())));
    }
}
