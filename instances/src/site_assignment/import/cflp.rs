//! Capacitated warehouse location in the format of OR-Library (`cap`): warehouses, customers; for
//! every warehouse a capacity and a fixed cost; for every customer a demand and what serving *all* of
//! it costs from every warehouse.
//!
//! **Fixed point.** Capacities and demands become whole numbers of their last decimal. A unit of a
//! customer's demand then costs `cost / demand`, which is kept in units of `10^-k`: with the smallest
//! `k` at which every such quotient and every fixed cost is whole, which the published files have,
//! else with the largest up to 9 at which all sums fit, rounded to the nearest. The referee is exact
//! in these units, and the value differs from that of the file by at most half a unit per unit of
//! demand.

use placewright_models::site_assignment::SiteAssignment;
use placewright_models::site_assignment::instance::{
    Customer, Instance, OpenSites, Service, Site, limits,
};
use placewright_solver::issue::Issue;

use super::numbers::{Decimal, Numbers, decimal};
use super::{imported, only};
use crate::family::{Imported, Importer, Offer, OptionHelp, Options};
use crate::files::{Rejected, Source};
use crate::options::Reader;

/// The importer's entry.
pub(super) const IMPORTER: Importer<SiteAssignment> = Offer {
    name: "cflp",
    title: "capacitated warehouse location of OR-Library: demands split over open warehouses",
    options: OPTIONS,
    run: import,
};

const OPTIONS: &[OptionHelp] = &[OptionHelp {
    name: "capacity",
    help: "the capacity of warehouses whose capacity is a word instead of a number (capa, capb, capc)",
}];

/// Most decimals of costs.
const MOST_DECIMALS: u32 = 9;

fn import(sources: &[Source], options: &Options) -> Result<Imported<Instance>, Rejected> {
    let source = only(sources)?;
    let mut reader = Reader::new(options, OPTIONS);
    let capacity = reader.value("capacity", "a decimal of at least zero", decimal);
    if !reader.issues.is_empty() {
        return Err(source.reject(reader.issues));
    }
    let instance = read(&source.text, capacity).map_err(|issue| source.reject(vec![issue]))?;
    imported(source, instance)
}

struct File {
    /// Capacity and fixed cost.
    warehouses: Vec<(Decimal, Decimal)>,
    /// Demand and costs.
    customers: Vec<(Decimal, Vec<Decimal>)>,
}

fn read(text: &str, capacity: Option<Decimal>) -> Result<Instance, Issue> {
    let mut numbers = Numbers::new(text);
    let count = numbers.count("warehouses", limits::SITES)?;
    let customers = numbers.count("customers", limits::PAIRS / count)?;
    let mut file = File { warehouses: Vec::new(), customers: Vec::new() };
    for _ in 0..count {
        let word = numbers.word("a capacity")?;
        let own = decimal(word).or(capacity).ok_or_else(|| {
            numbers.issue(format!("the capacity {word:?} is no number: give the option capacity"))
        })?;
        file.warehouses.push((own, numbers.decimal("a fixed cost")?));
    }
    for _ in 0..customers {
        let demand = numbers.decimal("a demand")?;
        let costs: Result<_, _> = (0..count).map(|_| numbers.decimal("a cost")).collect();
        file.customers.push((demand, costs?));
    }
    numbers.end()?;
    file.instance().map_err(|cause| numbers.issue(cause))
}

impl File {
    fn instance(&self) -> Result<Instance, String> {
        let capacities = self.warehouses.iter().map(|each| each.0);
        let demands = self.customers.iter().map(|each| each.0);
        let units = capacities.chain(demands).map(|each| each.decimals).max().unwrap_or(0);
        let quantity = |demand: Decimal| {
            let quantity = demand.scaled(units);
            let fits = (1..=u128::from(limits::QUANTITY)).contains(&quantity);
            fits.then_some(quantity)
                .ok_or_else(|| format!("a demand of {quantity} units is outside 1..=2^32"))
        };
        let customers =
            self.customers.iter().map(|(demand, costs)| Ok((quantity(*demand)?, costs)));
        let customers: Vec<(u128, &Vec<Decimal>)> = customers.collect::<Result<_, String>>()?;
        let decimals = self.decimals(&customers);
        let number = |number: u128| {
            let fits = u64::try_from(number).ok().filter(|&number| number <= limits::NUMBER);
            fits.ok_or_else(|| format!("{number} is too large a number, in fixed point"))
        };
        let mut sites = Vec::new();
        for (at, (capacity, fixed)) in (1..).zip(&self.warehouses) {
            sites.push(Site {
                name: format!("warehouse-{at}"),
                capacity: number(capacity.scaled(units).min(u128::from(limits::NUMBER)))?,
                opening_cost: number(rounded(*fixed, 1, decimals))?,
            });
        }
        let mut all = Vec::new();
        for (at, (quantity, costs)) in (1..).zip(&customers) {
            let unit = |&cost: &Decimal| number(rounded(cost, *quantity, decimals));
            all.push(Customer {
                name: format!("customer-{at}"),
                quantity: number(*quantity)?,
                demand: vec![1],
                costs: costs.iter().map(unit).collect::<Result<_, _>>()?,
            });
        }
        Ok(Instance {
            service: Service::Split,
            sites,
            customers: all,
            open_sites: OpenSites::default(),
            conflicts: Vec::new(),
            cost_decimals: decimals,
        })
    }

    /// The decimals of costs.
    fn decimals(&self, customers: &[(u128, &Vec<Decimal>)]) -> u32 {
        let exact = |decimals: u32| {
            let whole = |cost: Decimal, quantity: u128| {
                cost.decimals <= decimals + 12
                    && (cost.digits * 10_u128.pow(decimals))
                        .is_multiple_of(10_u128.pow(cost.decimals) * quantity)
            };
            self.warehouses.iter().all(|each| whole(each.1, 1))
                && customers
                    .iter()
                    .all(|(quantity, costs)| costs.iter().all(|&cost| whole(cost, *quantity)))
        };
        if let Some(decimals) = (0..=MOST_DECIMALS).find(|&decimals| exact(decimals)) {
            return decimals;
        }
        let total: f64 = customers
            .iter()
            .map(|(_, costs)| costs.iter().map(|&cost| value(cost)).fold(0.0, f64::max))
            .sum::<f64>()
            + self.warehouses.iter().map(|each| value(each.1)).sum::<f64>();
        let fits = |decimals: &u32| total * 10_f64.powi(*decimals as i32) < 2_f64.powi(59);
        (0..=MOST_DECIMALS).rev().find(fits).unwrap_or(0)
    }
}

fn value(cost: Decimal) -> f64 {
    cost.digits as f64 / 10_f64.powi(cost.decimals as i32)
}

/// `cost / quantity` in units of `10^-decimals`, to the nearest.
fn rounded(cost: Decimal, quantity: u128, decimals: u32) -> u128 {
    let divisor = 10_u128.pow(cost.decimals) * quantity;
    (cost.digits * 10_u128.pow(decimals) + divisor / 2) / divisor
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn quotients_are_exact_where_they_can_be() {
        let instance = read("2 1\n 100 7500.\n 50 0.\n 40\n 50.50000 20.00000\n", None).unwrap();
        assert_eq!(instance.cost_decimals, 4);
        assert_eq!(instance.customers[0].costs, [12_625, 5_000]);
        assert_eq!(instance.sites[0].opening_cost, 75_000_000);
    }

    #[test]
    fn quotients_are_rounded_where_they_must_be() {
        let instance = read("1 1\n 1.5 1\n 0.3\n 1\n", None).unwrap();
        assert_eq!(instance.cost_decimals, 9);
        assert_eq!(instance.customers[0].costs, [333_333_333]);
        assert_eq!((instance.sites[0].capacity, instance.customers[0].quantity), (15, 3));
    }

    #[test]
    fn capacities_may_be_words() {
        let text = "1 1\n capacity 1\n 3\n 1\n";
        assert!(read(text, None).unwrap_err().cause.contains("option"));
        assert_eq!(read(text, decimal("8000")).unwrap().sites[0].capacity, 8000);
    }
}
