//! Where customers are served from and what their next best site would cost; or what stands in the
//! way of a plan. Reads an accepted plan; changes nothing and proves nothing new.

use std::fmt::Write;

use serde::Serialize;

use super::certificate::{fits_nowhere, shortage};
use super::cost_text::decimal_text;
use super::instance::{Index, Instance};
use super::plan::Plan;
use super::search::board::Board;

/// What there is to say about an instance and, where there is one, its plan.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Explanation {
    /// Why there is no plan, in words; empty where nothing shows that.
    pub infeasible: Vec<String>,
    /// The customers of a plan.
    pub customers: Vec<CustomerExplanation>,
}

/// One customer.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct CustomerExplanation {
    /// Its name.
    pub name: String,
    /// The sites that serve it, by name, and units.
    pub parts: Vec<(String, u64)>,
    /// What all that costs.
    pub cost: String,
    /// Its cheapest site of all, and why it is not served there; `None` where it is.
    pub cheaper: Option<String>,
}

/// Explains an instance and a plan that the referee accepts. Time O(customers · sites).
#[must_use]
pub fn explain(instance: &Instance, plan: Option<&Plan>) -> Explanation {
    let index = Index::new(instance);
    let Some(plan) = plan else {
        return Explanation { infeasible: obstacles(&index), customers: Vec::new() };
    };
    let board = Board::with_plan(&index, plan);
    let customers = (0..index.customers()).map(|customer| explain_one(&board, plan, customer));
    Explanation { infeasible: Vec::new(), customers: customers.collect() }
}

fn obstacles(index: &Index) -> Vec<String> {
    let mut found = Vec::new();
    if let Some(missing) = shortage(index) {
        found.push(format!("all sites that may be open together lack {missing} of capacity"));
    }
    for (customer, data) in index.instance.customers.iter().enumerate() {
        if fits_nowhere(index, customer) {
            found.push(format!("{}: fits no site", data.name));
        }
    }
    found
}

fn explain_one(board: &Board, plan: &Plan, customer: usize) -> CustomerExplanation {
    let index = board.index;
    let (data, parts) = (&index.instance.customers[customer], &plan.services[customer]);
    let site_name = |site: usize| index.instance.sites[site].name.clone();
    let cost: i128 = parts
        .iter()
        .map(|part| i128::from(part.quantity) * i128::from(index.cost(customer, part.site.index())))
        .sum();
    let cheapest = (0..index.sites()).min_by_key(|&site| (index.cost(customer, site), site));
    let dearest = parts.iter().map(|part| index.cost(customer, part.site.index())).max();
    let cheaper = cheapest.filter(|&site| dearest.is_some_and(|d| d > index.cost(customer, site)));
    let cheaper = cheaper.map(|site| {
        let number = site as u32;
        let why = if !board.is_free(customer, number) {
            "a customer in conflict is there".to_owned()
        } else if !board.is_open(number) {
            "it is not in use".to_owned()
        } else {
            format!("{} of its capacity are left", board.room(number))
        };
        format!("{}: {why}", site_name(site))
    });
    CustomerExplanation {
        name: data.name.clone(),
        parts: parts.iter().map(|part| (site_name(part.site.index()), part.quantity)).collect(),
        cost: decimal_text(cost, index.instance.cost_decimals),
        cheaper,
    }
}

impl Explanation {
    /// The explanation for people; ends with a newline.
    #[must_use]
    pub fn to_text(&self) -> String {
        let mut text = String::new();
        // Writing to a string cannot fail.
        let _infallible = self.write(&mut text);
        text
    }

    fn write(&self, out: &mut String) -> std::fmt::Result {
        for reason in &self.infeasible {
            writeln!(out, "infeasible: {reason}")?;
        }
        if self.customers.is_empty() && self.infeasible.is_empty() {
            writeln!(
                out,
                "no customer alone, and no count of capacity, stands in the way of a plan"
            )?;
        }
        for each in &self.customers {
            let parts: Vec<String> =
                each.parts.iter().map(|(site, units)| format!("{units} from {site}")).collect();
            writeln!(out, "{}  {}; costs {}", each.name, parts.join(", "), each.cost)?;
            if let Some(cheaper) = &each.cheaper {
                writeln!(out, "    cheaper would be {cheaper}")?;
            }
        }
        Ok(())
    }
}
