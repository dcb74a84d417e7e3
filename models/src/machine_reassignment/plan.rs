//! The decisions of a reassignment, and nothing that could be derived from them.

use super::instance::MachineId;

/// A machine for every process, in the instance's order.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub struct Plan {
    /// The machines.
    pub machines: Vec<MachineId>,
}
