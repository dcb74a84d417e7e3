//! What a pair of a customer and a site costs at least: the bound of prices once that site must
//! serve that customer.
//!
//! Pairs whose bound reaches the best known cost are in no better plan and can be left out: variable
//! fixing by reduced costs (H. Crowder, E. Johnson, M. Padberg, Oper. Res. 31, 1983), in the form
//! for knapsacks of M. Posta, J. Ferland, P. Michelon, *An exact method with variable fixing for
//! solving the generalized assignment problem*, Comput. Optim. Appl. 52 (2012). The knapsack with an
//! item forced in comes from tables over the items before it and after it.

use super::certificate::{Exactness, Pricing, SiteChoice, select};
use super::instance::Index;

/// Bounds of all pairs, in the unit of costs.
pub struct PairBounds {
    /// The bound without any pair forced.
    pub bound: f64,
    /// Customer by customer, site by site; infinite where the pair cannot be.
    pub bounds: Vec<f64>,
}

/// Cells of a table of one site.
const MOST_CELLS: usize = 1 << 24;

/// Bounds of all pairs under prices; `None` where prices are too large. Where customers may be split
/// a pair is forced to one unit. Time as for the bound itself, three times.
#[must_use]
pub fn pair_bounds(index: &Index, pricing: &Pricing) -> Option<PairBounds> {
    let (sites, customers) = (index.sites(), index.customers());
    let scale = 2.0_f64.powi(pricing.shift as i32);
    let (exact, mut choice) = (Exactness::of(index), SiteChoice::default());
    let values: Result<Vec<i128>, String> =
        (0..sites).map(|site| pricing.site_value(index, site, exact, &mut choice)).collect();
    let values = values.ok()?;
    let (least, most) = index.open_range();
    let selection = select(&values, least, most);
    let paid = (0..customers).map(|i| pricing.prices[i] as f64 * index.quantity(i) as f64);
    let bound = (paid.sum::<f64>() + selection.value as f64) / scale;
    let mut bounds = vec![f64::INFINITY; sites * customers];
    let last = selection.sites.last().map(|&site| values[site as usize]);
    for (site, &value) in values.iter().enumerate() {
        let chosen = selection.sites.contains(&(site as u32));
        // What opening the site costs where it was not chosen, as another may stay closed for it.
        let instead = match last {
            Some(last) if selection.sites.len() == most => last,
            Some(last) if selection.sites.len() <= least => last.max(0),
            _ => 0,
        };
        let opened = if chosen { 0 } else { value - instead };
        for (customer, loss) in losses(index, pricing, site, exact).into_iter().enumerate() {
            if index.may_serve(customer, site) {
                let more = opened as f64 + loss;
                bounds[customer * sites + site] = bound + more.max(0.0) / scale;
            }
        }
    }
    Some(PairBounds { bound, bounds })
}

/// What each customer costs a site, times `2^shift`, if the site must serve it.
fn losses(index: &Index, pricing: &Pricing, site: usize, exact: Exactness) -> Vec<f64> {
    let capacity = index.capacity(site) as usize;
    let customers = index.customers();
    let profits: Vec<i128> = (0..customers).map(|i| pricing.profit(index, i, site)).collect();
    let weights: Vec<i64> = (0..customers).map(|i| index.whole_demand(i, site)).collect();
    let items: Vec<usize> =
        (0..customers).filter(|&i| profits[i] > 0 && index.may_serve(i, site)).collect();
    if exact == Exactness::Tabled && (items.len() + 2) * (capacity + 1) <= MOST_CELLS {
        tabled_losses(&profits, &weights, &items, capacity)
    } else {
        relaxed_losses(index, &profits, &weights, &items, capacity as i64)
    }
}

/// With tables over the items before and after each.
fn tabled_losses(profits: &[i128], weights: &[i64], items: &[usize], capacity: usize) -> Vec<f64> {
    let width = capacity + 1;
    let mut before = vec![0.0_f64; width * (items.len() + 1)];
    for (number, &item) in items.iter().enumerate() {
        let (done, rest) = before.split_at_mut(width * (number + 1));
        let (old, new) = (&done[width * number..], &mut rest[..width]);
        let (weight, profit) = (weights[item] as usize, profits[item] as f64);
        new[..weight.min(width)].copy_from_slice(&old[..weight.min(width)]);
        if weight < width {
            let with = old.iter().map(|value| value + profit);
            for ((new, old), with) in new[weight..].iter_mut().zip(&old[weight..]).zip(with) {
                *new = old.max(with);
            }
        }
    }
    let all = &before[width * items.len()..];
    let best = all[capacity];
    let mut losses: Vec<f64> = profits
        .iter()
        .zip(weights)
        .map(|(&profit, &weight)| match capacity.checked_sub(weight as usize) {
            Some(left) => best - profit as f64 - all[left],
            None => f64::INFINITY,
        })
        .collect();
    let mut after = vec![0.0_f64; width];
    for (number, &item) in items.iter().enumerate().rev() {
        let (weight, profit) = (weights[item] as usize, profits[item] as f64);
        let old = &before[width * number..][..width];
        let left = capacity - weight;
        let others =
            (0..=left).map(|at| old[at] + after[left - at]).fold(f64::NEG_INFINITY, f64::max);
        losses[item] = best - profit - others;
        for at in (weight..width).rev() {
            after[at] = after[at].max(after[at - weight] + profit);
        }
    }
    losses
}

/// With the price per unit of the item that the knapsack cuts.
fn relaxed_losses(
    index: &Index,
    profits: &[i128],
    weights: &[i64],
    items: &[usize],
    capacity: i64,
) -> Vec<f64> {
    let mut order: Vec<(f64, usize)> = items
        .iter()
        .map(|&item| (profits[item] as f64 / (weights[item].max(1)) as f64, item))
        .collect();
    order.sort_unstable_by(|a, b| b.0.total_cmp(&a.0).then(a.1.cmp(&b.1)));
    let (mut room, mut critical) = (capacity, 0.0);
    for &(ratio, item) in &order {
        if weights[item] > room {
            critical = ratio;
            break;
        }
        room -= weights[item];
    }
    let loss = |customer: usize| {
        let loss = critical * weights[customer] as f64 - profits[customer] as f64;
        let units = if index.splits() { index.quantity(customer) as f64 } else { 1.0 };
        loss.max(0.0) / units
    };
    (0..profits.len()).map(loss).collect()
}
