//! Generalised assignment in the format of OR-Library and of M. Yagiura's page: agents, jobs, the
//! costs and the resource requirements agent by agent, the agents' capacities. One problem per file,
//! to be minimised.

use placewright_models::site_assignment::SiteAssignment;
use placewright_models::site_assignment::instance::{
    Customer, Instance, OpenSites, Service, Site, limits,
};
use placewright_solver::issue::Issue;

use super::numbers::Numbers;
use super::{imported, only};
use crate::family::{Imported, Importer, Offer, Options};
use crate::files::{Rejected, Source};
use crate::options::Reader;

/// The importer's entry.
pub(super) const IMPORTER: Importer<SiteAssignment> = Offer {
    name: "gap",
    title: "generalised assignment of OR-Library and Yagiura: every job by one agent, least cost",
    options: &[],
    run: import,
};

fn import(sources: &[Source], options: &Options) -> Result<Imported<Instance>, Rejected> {
    let source = only(sources)?;
    let reader = Reader::new(options, &[]);
    if !reader.issues.is_empty() {
        return Err(source.reject(reader.issues));
    }
    let instance = read(&source.text).map_err(|issue| source.reject(vec![issue]))?;
    imported(source, instance)
}

fn read(text: &str) -> Result<Instance, Issue> {
    let mut numbers = Numbers::new(text);
    let agents = numbers.count("agents", limits::SITES)?;
    let jobs = numbers.count("jobs", limits::PAIRS / agents)?;
    let mut costs = vec![Vec::with_capacity(agents); jobs];
    let mut demands = vec![Vec::with_capacity(agents); jobs];
    for (what, table) in [("a cost", &mut costs), ("a requirement", &mut demands)] {
        for _ in 0..agents {
            for row in table.iter_mut() {
                row.push(numbers.whole(what)?);
            }
        }
    }
    let mut sites = Vec::with_capacity(agents);
    for agent in 1..=agents {
        let capacity = numbers.whole("a capacity")?;
        sites.push(Site { name: format!("agent-{agent}"), capacity, opening_cost: 0 });
    }
    numbers.end()?;
    let customers = (1..).zip(costs.into_iter().zip(demands));
    let customer = |(job, (costs, demand)): (usize, (Vec<u64>, Vec<u64>))| Customer {
        name: format!("job-{job}"),
        quantity: 1,
        demand,
        costs,
    };
    Ok(Instance {
        service: Service::Whole,
        sites,
        customers: customers.map(customer).collect(),
        open_sites: OpenSites::default(),
        conflicts: Vec::new(),
        cost_decimals: 0,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn line_breaks_do_not_matter() {
        let instance = read("2 3\n 1 2 3 4\n5 6\n7 8 9\n10 11 12 20 30").unwrap();
        assert_eq!(instance.customers[1].costs, [2, 5]);
        assert_eq!(instance.customers[2].demand, [9, 12]);
        assert_eq!(instance.sites[1].capacity, 30);
    }

    #[test]
    fn what_is_missing_or_too_much_is_told() {
        assert!(read("2 3 1 2").unwrap_err().cause.contains("ends before a cost"));
        assert!(read("1 1 1 1 1 1").unwrap_err().cause.contains("follows"));
        assert!(read("1 1 1.5 1 1").unwrap_err().cause.contains("1.5"));
        assert!(read("99999999 1").is_err());
    }
}
