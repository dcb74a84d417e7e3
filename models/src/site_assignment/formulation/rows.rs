//! The rows of the compact model.

use placewright_solver::mip::{Bounds, Column, ColumnKind, MipModel};

use super::layout::{Layout, parts};
use crate::site_assignment::instance::Index;

/// Coefficients of capacities are scaled by a power of two to at most this.
const LARGEST: f64 = 1_048_576.0;

/// Builds the model. Time O(nonzeros).
pub(super) fn build(index: &Index, layout: &Layout) -> MipModel {
    let (columns, pairs) = (layout.columns(), layout.pairs());
    let rows = index.customers() + index.sites() + pairs;
    let mut model = MipModel::with_capacity("site_assignment", columns, rows, 4 * pairs);
    add_columns(index, layout, &mut model);
    for customer in 0..index.customers() {
        let served = layout.of_customer(customer).map(|(_, column)| (column, 1.0));
        model.add_row(format_args!("serve_{customer}"), Bounds::exactly(parts(index)), served);
    }
    capacities(index, layout, &mut model);
    links(index, layout, &mut model);
    conflicts(index, layout, &mut model);
    let (least, most) = index.open_range();
    if let Some(first) = layout.open(0)
        && (least > 0 || most < index.sites())
    {
        let sites = (0..index.sites()).map(|site| (Column::new(first.index() + site), 1.0));
        model.add_row("open", Bounds::between(least as f64, most as f64), sites);
    }
    model
}

fn add_columns(index: &Index, layout: &Layout, model: &mut MipModel) {
    for customer in 0..index.customers() {
        for (site, _) in layout.of_customer(customer) {
            let cost = index.whole_cost(customer, site) as f64 / parts(index);
            let (name, most) =
                (format_args!("x_{customer}_{site}"), most_share(index, customer, site));
            let kind = if index.splits() { ColumnKind::Continuous } else { ColumnKind::Integer };
            model.add_column(name, Bounds::between(0.0, most), cost, kind);
        }
    }
    if layout.open(0).is_some() {
        for site in 0..index.sites() {
            model.add_binary(format_args!("y_{site}"), index.opening_cost(site) as f64);
        }
    }
    for customer in 0..index.customers() {
        for (site, _) in layout.of_customer(customer) {
            if layout.uses(customer, site).is_some() {
                model.add_binary(format_args!("z_{customer}_{site}"), 0.0);
            }
        }
    }
}

/// The most of a customer that fits a site, in the columns' unit.
fn most_share(index: &Index, customer: usize, site: usize) -> f64 {
    let demand = index.whole_demand(customer, site);
    let fitting = demand.min(index.capacity(site)) as f64 / demand.max(1) as f64;
    if demand == 0 { parts(index) } else { parts(index) * fitting }
}

fn capacities(index: &Index, layout: &Layout, model: &mut MipModel) {
    let mut entries: Vec<Vec<(Column, i64)>> = vec![Vec::new(); index.sites()];
    for customer in 0..index.customers() {
        for (site, column) in layout.of_customer(customer) {
            entries[site].push((column, index.whole_demand(customer, site)));
        }
    }
    for (site, entries) in entries.into_iter().enumerate() {
        let capacity = index.capacity(site);
        let demanded: i64 = entries.iter().map(|(_, demand)| demand).sum();
        let open = layout.open(site);
        if demanded <= capacity && open.is_none() {
            continue;
        }
        // Nobody can use more than all demand.
        let capacity = capacity.min(demanded.max(1));
        let largest = entries.iter().map(|(_, demand)| *demand).max().unwrap_or(0).max(capacity);
        let mut scale = 1.0;
        while largest as f64 / scale > LARGEST {
            scale *= 2.0;
        }
        let used = entries
            .into_iter()
            .map(|(column, demand)| (column, demand as f64 / (scale * parts(index))));
        let offered = capacity as f64 / scale;
        let name = format_args!("capacity_{site}");
        match open {
            Some(open) => {
                let all = used.chain([(open, -offered)]);
                model.add_row(name, Bounds::at_most(0.0), all);
            }
            None => {
                model.add_row(name, Bounds::at_most(offered), used);
            }
        }
    }
}

fn links(index: &Index, layout: &Layout, model: &mut MipModel) {
    for customer in 0..index.customers() {
        for (site, column) in layout.of_customer(customer) {
            let most = most_share(index, customer, site);
            let mut link = |what: &str, column: Column, open: Column, most: f64| {
                let entries = [(column, 1.0), (open, -most)];
                let name = format_args!("{what}_{customer}_{site}");
                model.add_row(name, Bounds::at_most(0.0), entries);
            };
            match (layout.uses(customer, site), layout.open(site)) {
                (Some(used), open) => {
                    link("use", column, used, most);
                    if let Some(open) = open {
                        link("link", used, open, 1.0);
                    }
                }
                (None, Some(open)) => link("link", column, open, most),
                (None, None) => {}
            }
        }
    }
}

fn conflicts(index: &Index, layout: &Layout, model: &mut MipModel) {
    for one in 0..index.customers() {
        for &other in index.enemies(one) {
            let other = other as usize;
            if other < one {
                continue;
            }
            for (site, _) in layout.of_customer(one) {
                let of = |customer: usize| {
                    let share = || layout.share(customer, site);
                    layout.uses(customer, site).or_else(share)
                };
                let (Some(a), Some(b)) = (of(one), of(other)) else { continue };
                let name = format_args!("apart_{one}_{other}_{site}");
                let both = [(a, 1.0), (b, 1.0)];
                match layout.open(site) {
                    Some(open) => {
                        let all = both.into_iter().chain([(open, -1.0)]);
                        model.add_row(name, Bounds::at_most(0.0), all);
                    }
                    None => {
                        model.add_row(name, Bounds::at_most(1.0), both);
                    }
                }
            }
        }
    }
}
