//! Clusters, shards and failures from elsewhere as instances.

mod assembly;
mod csv;
mod joined;
mod kubernetes;
mod quantity;
mod roadef;
mod spot;
mod tables;
mod times;

pub(in crate::replication_placement) mod outage_log;
pub(in crate::replication_placement) mod rates;

use placewright_models::replication_placement::ReplicationPlacement;

use crate::family::Importer;

/// All importers of the family.
pub const IMPORTERS: &[Importer<ReplicationPlacement>] =
    &[kubernetes::IMPORTER, csv::IMPORTER, rates::LANL, rates::OUTAGES, joined::IMPORTER];
