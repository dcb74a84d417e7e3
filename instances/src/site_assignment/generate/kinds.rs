//! The generators by name, with the options they take.
//!
//! `assignment` follows the recipe of type D of P. C. Chu, J. E. Beasley, *A genetic algorithm for
//! the generalised assignment problem*, Comput. Oper. Res. 24 (1997): demands of 1 to 100, costs
//! falling with them, capacities of 80 % of the mean load. `location` puts sites and customers on a
//! square, with costs by distance, opening costs that grow with capacity, and conflicts.

use placewright_models::site_assignment::SiteAssignment;
use placewright_models::site_assignment::instance::{Customer, Instance, OpenSites, Service, Site};
use placewright_solver::issue::Issue;

use crate::draw::Draw;
use crate::family::{Generate, Generator, Offer, OptionHelp, Options};
use crate::options::Reader;

/// All generators of the family.
pub const GENERATORS: &[Generator<SiteAssignment>] = &[
    generator("assignment", "generalised assignment of type D", ASSIGNMENT, assignment),
    generator("location", "split customers, opening costs, conflicts", LOCATION, location),
];

const fn help(name: &'static str, help: &'static str) -> OptionHelp {
    OptionHelp { name, help }
}

const SITES: OptionHelp = help("sites", "number of sites, 1 to 2000; default 5");
const CUSTOMERS: OptionHelp = help("customers", "number of customers, 1 to 20000; default 25");
const ASSIGNMENT: &[OptionHelp] = &[SITES, CUSTOMERS];
const LOCATION: &[OptionHelp] = &[
    SITES,
    CUSTOMERS,
    help("conflicts", "conflicts per hundred customers, 0 to 2000; default 100"),
    help("fill", "percentage of all capacity that is demanded, 5 to 90; default 45"),
];

const fn generator(
    name: &'static str,
    title: &'static str,
    options: &'static [OptionHelp],
    run: Generate<Instance>,
) -> Generator<SiteAssignment> {
    Offer { name, title, options, run }
}

/// Numbers of sites and customers.
fn sizes(reader: &mut Reader) -> (u64, u64) {
    let sites = reader.integer("sites", 1, 2_000).unwrap_or(5);
    (sites, reader.integer("customers", 1, 20_000).unwrap_or(25))
}

fn assignment(seed: u64, options: &Options) -> Result<Instance, Vec<Issue>> {
    let mut reader = Reader::new(options, ASSIGNMENT);
    let (sites, customers) = sizes(&mut reader);
    if !reader.issues.is_empty() {
        return Err(reader.issues);
    }
    let mut draw = Draw::new(seed, 0);
    let mut loads = vec![0; sites as usize];
    let mut all = Vec::new();
    for number in 1..=customers {
        let demand: Vec<u64> = (0..sites).map(|_| draw.between(1, 100)).collect();
        // 111 - demand + (-10 to 10), which is at least 1.
        let costs = demand.iter().map(|&demand| 101 - demand + draw.between(0, 20)).collect();
        for (load, demand) in loads.iter_mut().zip(&demand) {
            *load += demand;
        }
        all.push(Customer { name: format!("job-{number}"), quantity: 1, demand, costs });
    }
    let site = |(number, load): (usize, &u64)| Site {
        name: format!("agent-{number}"),
        capacity: load * 4 / 5 / sites,
        opening_cost: 0,
    };
    Ok(Instance {
        service: Service::Whole,
        sites: (1..).zip(&loads).map(site).collect(),
        customers: all,
        open_sites: OpenSites::default(),
        conflicts: Vec::new(),
        cost_decimals: 0,
    })
}

fn location(seed: u64, options: &Options) -> Result<Instance, Vec<Issue>> {
    let mut reader = Reader::new(options, LOCATION);
    let (sites, customers) = sizes(&mut reader);
    let conflicts = reader.integer("conflicts", 0, 2_000).unwrap_or(100);
    let fill = reader.integer("fill", 5, 90).unwrap_or(45);
    if !reader.issues.is_empty() {
        return Err(reader.issues);
    }
    let mut draw = Draw::new(seed, 1);
    let place = |draw: &mut Draw| (draw.between(0, 1_000), draw.between(0, 1_000));
    let quantities: Vec<u64> = (0..customers).map(|_| draw.between(5, 20)).collect();
    let demanded: u64 = quantities.iter().sum();
    // Capacities of half to one and a half of what everybody would need on average.
    let mean = (demanded * 100).div_ceil(fill * sites).max(2);
    let places: Vec<(u64, u64)> = (0..sites).map(|_| place(&mut draw)).collect();
    let site = |number: u64, draw: &mut Draw| {
        let capacity = draw.between(mean / 2, mean + mean / 2).max(1);
        let opening_cost = capacity * draw.between(90, 130) / 10;
        Site { name: format!("warehouse-{number}"), capacity, opening_cost }
    };
    let mut all_sites: Vec<Site> = (1..=sites).map(|number| site(number, &mut draw)).collect();
    let offered: u64 = all_sites.iter().map(|site| site.capacity).sum();
    if offered < demanded {
        all_sites[0].capacity += demanded - offered;
    }
    let all: Vec<Customer> = (1..)
        .zip(&quantities)
        .map(|(number, &quantity): (u64, &u64)| {
            let own = place(&mut draw);
            let distance = |site: &(u64, u64)| {
                let (x, y) = (own.0.abs_diff(site.0), own.1.abs_diff(site.1));
                (x * x + y * y).isqrt() / 10
            };
            let costs = places.iter().map(distance).collect();
            Customer { name: format!("store-{number}"), quantity, demand: vec![1], costs }
        })
        .collect();
    let mut pairs = std::collections::BTreeSet::new();
    for _ in 0..customers * conflicts / 100 {
        let (a, b) = (draw.between(1, customers), draw.between(1, customers));
        if a != b {
            pairs.insert((a.min(b), a.max(b)));
        }
    }
    let name = |store: u64| format!("store-{store}");
    Ok(Instance {
        service: Service::Split,
        sites: all_sites,
        customers: all,
        open_sites: OpenSites::default(),
        conflicts: pairs.into_iter().map(|(a, b)| [name(a), name(b)]).collect(),
        cost_decimals: 0,
    })
}
