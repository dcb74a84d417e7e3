//! Benchmark problems of the literature as instances: four thin readers for one model.

mod cflp;
mod gap;
mod mess;
mod numbers;
mod pmedcap;

use placewright_models::site_assignment::SiteAssignment;
use placewright_models::site_assignment::instance::Instance;
use placewright_solver::issue::Issue;
use placewright_solver::problem::Problem;
use serde_json::json;

use crate::codes;
use crate::family::{Imported, Importer, Report};
use crate::files::{Rejected, Source};

/// All importers of the family.
pub const IMPORTERS: &[Importer<SiteAssignment>] =
    &[gap::IMPORTER, pmedcap::IMPORTER, cflp::IMPORTER, mess::IMPORTER];

/// The only source of an import.
fn only(sources: &[Source]) -> Result<&Source, Rejected> {
    match sources {
        [source] => Ok(source),
        _ => {
            let name = sources.first().map_or("", |source| source.name.as_str());
            let cause = format!("{} files for one instance", sources.len());
            let action = "give one file";
            Err(Rejected::new(name, vec![Issue::new(codes::BAD_FIELD.code, "", cause, action)]))
        }
    }
}

/// What was read, once it has no issues.
fn imported(source: &Source, instance: Instance) -> Result<Imported<Instance>, Rejected> {
    let issues = SiteAssignment::validate(&instance);
    if !issues.is_empty() {
        return Err(source.reject(issues));
    }
    let (sites, customers) = (instance.sites.len(), instance.customers.len());
    let conflicts = instance.conflicts.len();
    let text = format!("{customers} customers, {sites} sites, {conflicts} conflicts\n");
    let json = json!({ "customers": customers, "sites": sites, "conflicts": conflicts });
    Ok(Imported { instance, summary: Report { text, json } })
}
