//! Capacitated p-median in the format of OR-Library (`pmedcap`): a number and the best value known;
//! points, medians and the capacity of each; number, place and demand of every point. The distance is
//! Euclidean, rounded down.

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
    name: "pmedcap",
    title: "capacitated p-median of OR-Library: points served by exactly p of them",
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

/// Coordinates within which squares of distances are exact.
const FARTHEST: i64 = 1 << 30;

fn read(text: &str) -> Result<Instance, Issue> {
    let mut numbers = Numbers::new(text);
    numbers.word("the number of the problem")?;
    numbers.word("the best value")?;
    let points = numbers.count("points", limits::SITES)?;
    let medians = numbers.count("medians", points)?;
    let capacity = numbers.whole("the capacity")?;
    let (mut places, mut demands) = (Vec::new(), Vec::new());
    for _ in 0..points {
        numbers.word("the number of a point")?;
        let place = (numbers.signed("x")?, numbers.signed("y")?);
        if place.0.abs() > FARTHEST || place.1.abs() > FARTHEST {
            return Err(numbers.issue(format!("{place:?} is beyond {FARTHEST}")));
        }
        places.push(place);
        demands.push(numbers.whole("a demand")?);
    }
    numbers.end()?;
    let name = |number: usize| format!("point-{}", number + 1);
    let site = |number| Site { name: name(number), capacity, opening_cost: 0 };
    let customer = |number: usize| Customer {
        name: name(number),
        quantity: 1,
        demand: vec![demands[number]],
        costs: places.iter().map(|&place| distance(places[number], place)).collect(),
    };
    let medians = Some(medians as u64);
    Ok(Instance {
        service: Service::Whole,
        sites: (0..points).map(site).collect(),
        customers: (0..points).map(customer).collect(),
        open_sites: OpenSites { at_least: medians, at_most: medians },
        conflicts: Vec::new(),
        cost_decimals: 0,
    })
}

/// The Euclidean distance, rounded down.
fn distance(a: (i64, i64), b: (i64, i64)) -> u64 {
    let square = (a.0 - b.0).pow(2) + (a.1 - b.1).pow(2);
    square.unsigned_abs().isqrt()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn distances_are_rounded_down() {
        let instance = read("1 9\n3 2 10\n1 0 0 4\n2 3 4 5\n3 1 1 6\n").unwrap();
        assert_eq!(instance.customers[0].costs, [0, 5, 1]);
        assert_eq!(instance.customers[2].demand, [6]);
        assert_eq!(instance.open_sites.at_most, Some(2));
        assert!(read("1 9\n3 4 10\n").unwrap_err().cause.contains("medians"));
    }
}
