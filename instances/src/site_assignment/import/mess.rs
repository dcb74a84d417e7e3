//! Multi-source location with incompatible stores in the MiniZinc data format of the MESS-2020+1
//! competition: warehouses, stores, capacities, fixed costs, goods, supply costs per unit store by
//! store, and incompatible pairs of stores, numbered from 1.

use std::collections::BTreeSet;

use placewright_models::site_assignment::SiteAssignment;
use placewright_models::site_assignment::instance::{
    Customer, Instance, OpenSites, Service, Site, limits,
};
use placewright_solver::issue::Issue;

use super::{imported, only};
use crate::codes;
use crate::family::{Imported, Importer, Offer, Options};
use crate::files::{Rejected, Source};
use crate::options::Reader;

/// The importer's entry.
pub(super) const IMPORTER: Importer<SiteAssignment> = Offer {
    name: "mess",
    title: "multi-source location with incompatible stores of the MESS-2020+1 competition (.dzn)",
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

fn fault(cause: String) -> Issue {
    codes::issue(codes::BAD_FIELD, "", cause)
}

/// The statement `NAME = …;`, its numbers in their order.
fn numbers(text: &str, name: &str) -> Result<Vec<u64>, Issue> {
    let missing = || fault(format!("there is no statement {name} = …;"));
    let statement = text.split(';').find_map(|statement| {
        let (left, right) = statement.split_once('=')?;
        (left.trim() == name).then_some(right)
    });
    let words = statement.ok_or_else(missing)?;
    let words =
        words.split(|c: char| c.is_ascii_whitespace() || matches!(c, ',' | '[' | ']' | '|'));
    let number = |word: &str| {
        word.parse().map_err(|_| fault(format!("{name}: {word:?} is not a whole number")))
    };
    words.filter(|word| !word.is_empty()).map(number).collect()
}

fn count(text: &str, name: &str, least: u64, most: usize) -> Result<usize, Issue> {
    match numbers(text, name)?[..] {
        [number] if number >= least && number <= most as u64 => Ok(number as usize),
        ref other => Err(fault(format!("{name}: {other:?} is not one number in {least}..={most}"))),
    }
}

fn list(text: &str, name: &str, length: usize) -> Result<Vec<u64>, Issue> {
    let numbers = numbers(text, name)?;
    if numbers.len() == length {
        return Ok(numbers);
    }
    Err(fault(format!("{name}: {} numbers where {length} are due", numbers.len())))
}

fn read(text: &str) -> Result<Instance, Issue> {
    let text = &without_comments(text);
    let warehouses = count(text, "Warehouses", 1, limits::SITES)?;
    let stores = count(text, "Stores", 1, limits::PAIRS / warehouses)?;
    let capacities = list(text, "Capacity", warehouses)?;
    let fixed = list(text, "FixedCost", warehouses)?;
    let goods = list(text, "Goods", stores)?;
    let costs = list(text, "SupplyCost", warehouses * stores)?;
    let pairs = count(text, "Incompatibilities", 0, limits::CONFLICTS)?;
    let pairs = if pairs == 0 { Vec::new() } else { list(text, "IncompatiblePairs", 2 * pairs)? };
    let name = |store: u64| format!("store-{store}");
    let mut conflicts = BTreeSet::new();
    for pair in pairs.chunks_exact(2) {
        let (a, b) = (pair[0].min(pair[1]), pair[0].max(pair[1]));
        if a == 0 || b > stores as u64 || a == b {
            return Err(fault(format!("IncompatiblePairs: {pair:?} is no pair of stores")));
        }
        conflicts.insert((a, b));
    }
    let sites = (1..).zip(capacities.into_iter().zip(fixed));
    let site = |(number, (capacity, opening_cost)): (usize, (u64, u64))| Site {
        name: format!("warehouse-{number}"),
        capacity,
        opening_cost,
    };
    let customers = (1..).zip(goods.into_iter().zip(costs.chunks_exact(warehouses)));
    let customer = |(number, (quantity, costs)): (u64, (u64, &[u64]))| Customer {
        name: name(number),
        quantity,
        demand: vec![1],
        costs: costs.to_vec(),
    };
    Ok(Instance {
        service: Service::Split,
        sites: sites.map(site).collect(),
        customers: customers.map(customer).collect(),
        open_sites: OpenSites::default(),
        conflicts: conflicts.into_iter().map(|(a, b)| [name(a), name(b)]).collect(),
        cost_decimals: 0,
    })
}

/// MiniZinc comments run from `%` to the end of the line.
fn without_comments(text: &str) -> String {
    let lines = text.lines().map(|line| line.split('%').next().unwrap_or(""));
    lines.flat_map(|line| [line, "\n"]).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    const TINY: &str = "Warehouses = 2; % two\nStores = 3;\nCapacity = [10, 20];\nFixedCost = [5, 6];\n\
                        Goods = [1, 2, 3];\nSupplyCost = [|1, 2\n |3, 4\n |5, 6|];\n\
                        Incompatibilities = 2;\nIncompatiblePairs = [| 1, 3 | 3, 1 |];\n";

    #[test]
    fn statements_are_read_whatever_their_layout() {
        let instance = read(TINY).unwrap();
        assert_eq!(instance.customers[1].costs, [3, 4]);
        assert_eq!(instance.customers[2].quantity, 3);
        assert_eq!(instance.conflicts, [["store-1".to_owned(), "store-3".to_owned()]]);
        assert_eq!(instance.sites[1].opening_cost, 6);
    }

    #[test]
    fn mistakes_are_told() {
        let cause = |from: &str, to: &str| read(&TINY.replace(from, to)).unwrap_err().cause;
        assert!(cause("Goods", "Food").contains("no statement Goods"));
        assert!(cause("[10, 20]", "[10]").contains("1 numbers where 2 are due"));
        assert!(cause("| 3, 1 |", "| 3, 4 |").contains("no pair"));
        assert!(cause("[5, 6]", "[5, x]").contains("\"x\""));
    }
}
