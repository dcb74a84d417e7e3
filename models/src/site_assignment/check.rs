//! The referee: cost and feasibility of a plan, in exact integers.
//!
//! It imports the instance and the plan and nothing else, and it is written to be read.

use placewright_solver::objective::Objective;
use placewright_solver::problem::{Verdict, Violation};

use super::instance::{Index, Instance, Service, SiteId};
use super::plan::Plan;

/// Judges a plan: what opening and serving cost together, or every broken rule.
///
/// Time O(parts + sites + conflicts).
#[must_use]
pub fn judge(instance: &Instance, plan: &Plan) -> Verdict {
    let index = Index::new(instance);
    let mut judge = Judge { index: &index, plan, violations: Vec::new() };
    judge.is_known();
    // Loads mean nothing where sites do not exist.
    if judge.violations.is_empty() {
        judge.serves_everybody();
        judge.serves_from_open_sites();
        judge.keeps_capacities();
        judge.counts_open_sites();
        judge.keeps_enemies_apart();
    }
    if judge.violations.is_empty() {
        Verdict::Feasible(Objective::single(cost(instance, plan)))
    } else {
        Verdict::Refused(judge.violations)
    }
}

/// `Σ opening costs + Σ quantity · cost of a unit`.
fn cost(instance: &Instance, plan: &Plan) -> i128 {
    let opening = |site: &SiteId| i128::from(instance.sites[site.index()].opening_cost);
    let opened: i128 = plan.open_sites.iter().map(opening).sum();
    let served = instance.customers.iter().zip(&plan.services).map(|(customer, parts)| {
        let cost = |site: SiteId| i128::from(customer.costs[site.index()]);
        parts.iter().map(|part| i128::from(part.quantity) * cost(part.site)).sum::<i128>()
    });
    opened + served.sum::<i128>()
}

struct Judge<'a> {
    index: &'a Index<'a>,
    plan: &'a Plan,
    violations: Vec<Violation>,
}

impl Judge<'_> {
    fn refuse(&mut self, code: &'static str, cause: String) {
        self.violations.push(Violation::new(code, cause));
    }

    fn customer(&self, customer: usize) -> &str {
        &self.index.instance.customers[customer].name
    }

    fn site(&self, site: usize) -> &str {
        &self.index.instance.sites[site].name
    }

    /// `SA101`: a service for every customer. `SA102`: sites that exist, none twice in a list, and
    /// no part of nothing.
    fn is_known(&mut self) {
        let (found, wanted) = (self.plan.services.len(), self.index.customers());
        if found != wanted {
            self.refuse("SA101", format!("{found} services for {wanted} customers"));
            return;
        }
        for pair in self.plan.open_sites.windows(2) {
            if pair[0] >= pair[1] {
                let cause = format!("open sites do not ascend at {}", pair[1].0);
                self.refuse("SA102", cause);
            }
        }
        let last = self.plan.open_sites.iter().max();
        if let Some(site) = last.filter(|site| site.index() >= self.index.sites()) {
            self.refuse("SA102", format!("there is no site {}", site.0));
        }
        for (customer, parts) in self.plan.services.iter().enumerate() {
            for (at, part) in parts.iter().enumerate() {
                let name = self.customer(customer);
                let cause = if part.site.index() >= self.index.sites() {
                    format!("{name}: there is no site {}", part.site.0)
                } else if parts[..at].iter().any(|other| other.site == part.site) {
                    format!("{name}: the site {} is named twice", self.site(part.site.index()))
                } else if part.quantity == 0 {
                    format!("{name}: nothing comes from {}", self.site(part.site.index()))
                } else {
                    continue;
                };
                self.refuse("SA102", cause);
            }
        }
    }

    /// `SA103`: every customer gets what it asks for. `SA104`: from one site, where it must.
    fn serves_everybody(&mut self) {
        for (customer, parts) in self.plan.services.iter().enumerate() {
            let wanted = u128::from(self.index.instance.customers[customer].quantity);
            let served: u128 = parts.iter().map(|part| u128::from(part.quantity)).sum();
            let name = self.customer(customer);
            if served != wanted {
                self.refuse("SA103", format!("{name}: {served} units of {wanted} are served"));
            } else if parts.len() > 1 && self.index.instance.service == Service::Whole {
                self.refuse("SA104", format!("{name}: served from {} sites", parts.len()));
            }
        }
    }

    /// `SA105`: nobody is served from a closed site.
    fn serves_from_open_sites(&mut self) {
        for (customer, parts) in self.plan.services.iter().enumerate() {
            for part in parts {
                if self.plan.open_sites.binary_search(&part.site).is_err() {
                    let (name, site) = (self.customer(customer), self.site(part.site.index()));
                    self.refuse("SA105", format!("{name}: the site {site} is not open"));
                }
            }
        }
    }

    /// `SA106`: no site serves more than it can.
    fn keeps_capacities(&mut self) {
        let mut loads = vec![0_u128; self.index.sites()];
        for (customer, parts) in self.plan.services.iter().enumerate() {
            for part in parts {
                let site = part.site.index();
                let unit = self.index.instance.customers[customer].demand_at(site);
                loads[site] += u128::from(part.quantity) * u128::from(unit);
            }
        }
        for (site, &load) in loads.iter().enumerate() {
            let capacity = self.index.instance.sites[site].capacity;
            if load > u128::from(capacity) {
                let name = self.site(site);
                self.refuse("SA106", format!("{name}: {load} of a capacity of {capacity}"));
            }
        }
    }

    /// `SA107`: as many open sites as there may be.
    fn counts_open_sites(&mut self) {
        let open = self.plan.open_sites.len() as u64;
        let bounds = self.index.instance.open_sites;
        if let Some(least) = bounds.at_least.filter(|&least| open < least) {
            self.refuse("SA107", format!("{open} sites are open, at least {least} must be"));
        }
        if let Some(most) = bounds.at_most.filter(|&most| open > most) {
            self.refuse("SA107", format!("{open} sites are open, at most {most} may be"));
        }
    }

    /// `SA108`: no two customers in conflict share a site.
    fn keeps_enemies_apart(&mut self) {
        for (customer, parts) in self.plan.services.iter().enumerate() {
            for &enemy in self.index.enemies(customer) {
                let enemy = enemy as usize;
                if enemy <= customer {
                    continue;
                }
                let theirs = &self.plan.services[enemy];
                for part in parts {
                    if theirs.iter().any(|other| other.site == part.site) {
                        let (a, b) = (self.customer(customer), self.customer(enemy));
                        let site = self.site(part.site.index());
                        self.refuse("SA108", format!("{a} and {b} share {site}"));
                    }
                }
            }
        }
    }
}
