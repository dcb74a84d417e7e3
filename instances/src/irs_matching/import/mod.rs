//! Workloads from elsewhere as instances.

pub mod venn;

use placewright_models::irs_matching::IrsMatching;

use crate::family::Importer;

/// All importers of the family.
pub const IMPORTERS: &[Importer<IrsMatching>] = &[venn::IMPORTER];
