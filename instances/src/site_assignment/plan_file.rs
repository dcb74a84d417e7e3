//! Plans as they stand in files: customers and sites by name.

use std::collections::HashMap;

use placewright_models::site_assignment::instance::{Instance, SiteId};
use placewright_models::site_assignment::plan::{Part, Plan};
use placewright_solver::issue::Issue;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::codes;

/// A plan by names.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct PlanFile {
    /// The open sites.
    pub open_sites: Vec<String>,
    /// Who is served from where, one entry per customer.
    pub services: Vec<ServiceEntry>,
}

/// How a customer is served.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct ServiceEntry {
    /// Name of the customer.
    pub customer: String,
    /// The sites that serve it.
    pub parts: Vec<PartEntry>,
}

/// What a site serves of a customer.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct PartEntry {
    /// Name of the site.
    pub site: String,
    /// Units.
    pub quantity: u64,
}

impl PlanFile {
    /// The file form of a plan of this instance; what is beyond the instance is left out.
    #[must_use]
    pub fn of(instance: &Instance, plan: &Plan) -> Self {
        let site = |site: SiteId| Some(instance.sites.get(site.index())?.name.clone());
        let part =
            |part: &Part| Some(PartEntry { site: site(part.site)?, quantity: part.quantity });
        let services = instance.customers.iter().zip(&plan.services);
        let entry = |(customer, parts): (&_, &Vec<Part>)| {
            let customer: &placewright_models::site_assignment::instance::Customer = customer;
            let parts = parts.iter().filter_map(part).collect();
            ServiceEntry { customer: customer.name.clone(), parts }
        };
        Self {
            open_sites: plan.open_sites.iter().filter_map(|&each| site(each)).collect(),
            services: services.map(entry).collect(),
        }
    }

    /// The plan in terms of an instance.
    ///
    /// # Errors
    /// Names that are unknown, missing or given twice, with pointers relative to this object.
    pub fn into_plan(self, instance: &Instance) -> Result<Plan, Vec<Issue>> {
        let sites = names(instance.sites.iter().map(|each| &each.name));
        let customers = names(instance.customers.iter().map(|each| &each.name));
        let mut issues = Vec::new();
        let site = |name: &str, path: String, issues: &mut Vec<Issue>| {
            let found = sites.get(name).map(|&site| SiteId(site));
            if found.is_none() {
                let cause = format!("the instance has no site {name:?}");
                issues.push(codes::issue(codes::UNKNOWN_NAME, path, cause));
            }
            found
        };
        let mut open_sites: Vec<SiteId> = Vec::new();
        for (at, name) in self.open_sites.iter().enumerate() {
            open_sites.extend(site(name, format!("/open_sites/{at}"), &mut issues));
        }
        open_sites.sort_unstable();
        let mut services: Vec<Option<Vec<Part>>> = vec![None; instance.customers.len()];
        for (position, entry) in self.services.iter().enumerate() {
            let path = format!("/services/{position}");
            let mut parts = Vec::new();
            for (at, part) in entry.parts.iter().enumerate() {
                let found = site(&part.site, format!("{path}/parts/{at}/site"), &mut issues);
                parts.extend(found.map(|site| Part { site, quantity: part.quantity }));
            }
            let path = format!("{path}/customer");
            let Some(&customer) = customers.get(entry.customer.as_str()) else {
                let cause = format!("the instance has no customer {:?}", entry.customer);
                issues.push(codes::issue(codes::UNKNOWN_NAME, path, cause));
                continue;
            };
            if services[customer as usize].replace(parts).is_some() {
                let cause = format!("{:?} is served by an earlier entry too", entry.customer);
                issues.push(codes::issue(codes::DUPLICATE_NAME, path, cause));
            }
        }
        for (customer, found) in instance.customers.iter().zip(&services) {
            if found.is_none() {
                let cause = format!("the customer {:?} is not served", customer.name);
                issues.push(codes::issue(codes::MISSING_NAME, "/services", cause));
            }
        }
        if issues.is_empty() {
            Ok(Plan { open_sites, services: services.into_iter().flatten().collect() })
        } else {
            Err(issues)
        }
    }
}

fn names<'a>(names: impl Iterator<Item = &'a String>) -> HashMap<&'a str, u32> {
    names.map(String::as_str).zip(0..).collect()
}
