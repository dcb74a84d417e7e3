//! Why a plan looks as it does: per type its ladder against the cheapest one, and which shared
//! limits bind at which price. Reads an accepted plan; changes nothing and proves nothing new.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write;

use placewright_solver::certificate::{Certificate, DualPrices, Proof};
use placewright_solver::objective::Objective;
use serde::Serialize;

use super::check;
use super::cost_text::cost_text;
use super::infeasible;
use super::instance::{Instance, TaskType};
use super::ladder::{Scale, cheapest_ladder, own_rungs};
use super::plan::{Ladder, Plan};
use super::profile::Profile;

/// What there is to say about an instance and, where there is one, its plan.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Explanation {
    /// A proof that no plan exists, in words.
    pub infeasible: Option<String>,
    /// The limits that types share.
    pub shared: Vec<SharedLimit>,
    /// The task types in the instance's order.
    pub types: Vec<TypeExplanation>,
}

/// A limit that types share.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct SharedLimit {
    /// What is limited.
    pub what: String,
    /// How much of it the plan uses, where there is a plan.
    pub used: Option<u64>,
    /// How much there is.
    pub limit: u64,
    /// What one more unit would save at most, in MiB·ms, to first order, from the certificate.
    pub price_mib_ms: Option<f64>,
}

/// One task type.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct TypeExplanation {
    /// The type's name.
    pub name: String,
    /// The plan's ladder, in MiB.
    pub ladder_mib: Option<Vec<u64>>,
    /// The cheapest ladder if nothing were shared, in MiB.
    pub alone_mib: Option<Vec<u64>>,
    /// What the plan's ladder costs above that one, in MiB·ms.
    pub extra_mib_ms: Option<i64>,
    /// The reason in words.
    pub why: String,
}

/// Explains an instance and a plan that the referee accepts.
///
/// Time that of one ladder program per type and O(samples · attempts).
#[must_use]
pub fn explain(
    instance: &Instance,
    plan: Option<&Plan>,
    certificate: Option<&Certificate>,
) -> Explanation {
    let prices = certificate.and_then(|each| match &each.proof {
        Proof::DualPrices(prices) => Some(prices),
        _ => None,
    });
    let types = instance.types.iter().enumerate().map(|(t, task_type)| {
        explain_type(instance, task_type, plan.and_then(|plan| plan.ladders.get(t)))
    });
    Explanation {
        infeasible: infeasible::proof(instance).map(|(_, reason)| reason),
        shared: shared_limits(instance, plan, prices),
        types: types.collect(),
    }
}

fn cost(instance: &Instance, task_type: &TaskType, ladder: &Ladder) -> i128 {
    let cost = check::ladder_cost(instance, task_type, ladder);
    cost.wastage_mib_ms + i128::from(instance.failure_price_mib_ms) * cost.failures
}

fn explain_type(
    instance: &Instance,
    task_type: &TaskType,
    ladder: Option<&Ladder>,
) -> TypeExplanation {
    let profile = Profile::new(instance, task_type);
    let rungs = own_rungs::<i128>(&profile);
    let scale = Scale { shift: 0, failure_price: instance.failure_price_mib_ms.into() };
    let alone = cheapest_ladder(&profile, &rungs, scale).map(|priced| priced.ladder(&rungs));
    let extra = ladder.zip(alone.as_ref()).map(|(ladder, alone)| {
        cost(instance, task_type, ladder) - cost(instance, task_type, alone)
    });
    let why = match (ladder, extra) {
        _ if alone.is_none() => {
            let limit_mib = instance.allocation_limit_mib(task_type);
            let peak_mib = profile.largest_mib();
            format!("needs {peak_mib} MiB, at most {limit_mib} MiB are allowed")
        }
        (None, _) | (_, None) => "no plan".to_owned(),
        (Some(ladder), Some(0)) => format!("its cheapest ladder; {}", attempts(task_type, ladder)),
        (Some(ladder), Some(extra)) => {
            let extra = cost_text(&Objective::single(extra));
            let shared = instance.max_distinct_sizes.is_some()
                || instance.max_failures.is_some()
                || !instance.nodes.is_empty();
            let than = if shared {
                "what the types share stands between it and its cheapest ladder, or the plan is \
                 not the best"
            } else {
                "nothing is shared, so the plan is not the best"
            };
            format!(
                "costs {extra} more than its cheapest ladder: {than}; {}",
                tried(task_type, ladder)
            )
        }
    };
    TypeExplanation {
        name: task_type.name.clone(),
        ladder_mib: ladder.map(|ladder| ladder.0.clone()),
        alone_mib: alone.map(|ladder| ladder.0),
        extra_mib_ms: extra.map(|extra| i64::try_from(extra).unwrap_or(i64::MAX)),
        why,
    }
}

/// How far the executions of a type get on its cheapest ladder.
fn attempts(task_type: &TaskType, ladder: &Ladder) -> String {
    if ladder.0.len() == 1 {
        return "a retry would hold more memory than a lower first attempt saves".to_owned();
    }
    tried(task_type, ladder)
}

/// How many executions of a type need another attempt.
fn tried(task_type: &TaskType, ladder: &Ladder) -> String {
    let samples = &task_type.samples;
    let first_mib = ladder.0.first().copied().unwrap_or(0);
    let weight = |i: &usize| samples.weight(*i);
    let total: u64 = (0..samples.len()).map(|i| weight(&i)).sum();
    let retried: u64 =
        (0..samples.len()).filter(|&i| samples.needed_mib(i) > first_mib).map(|i| weight(&i)).sum();
    let share = 100.0 * retried as f64 / total.max(1) as f64;
    format!("{share:.1}% of its tasks are tried again")
}

fn shared_limits(
    instance: &Instance,
    plan: Option<&Plan>,
    prices: Option<&DualPrices>,
) -> Vec<SharedLimit> {
    let mut limits = Vec::new();
    if let Some(menu) = instance.max_distinct_sizes {
        let sizes = |plan: &Plan| {
            let sizes = plan.ladders.iter().flat_map(|ladder| &ladder.0);
            sizes.collect::<BTreeSet<_>>().len() as u64
        };
        let price_mib_ms = prices.and_then(|prices| menu_price(prices, menu as usize));
        let what = "distinct sizes".to_owned();
        limits.push(SharedLimit { what, used: plan.map(sizes), limit: menu.into(), price_mib_ms });
    }
    if let Some(budget) = instance.max_failures {
        let failures = |plan: &Plan| {
            let types = instance.types.iter().zip(&plan.ladders);
            let failures =
                types.map(|(t, ladder)| check::ladder_cost(instance, t, ladder).failures);
            u64::try_from(failures.sum::<i128>()).unwrap_or(u64::MAX)
        };
        let price_mib_ms = prices.map(|prices| price(prices, "failures", &[]));
        let what = "failed attempts".to_owned();
        limits.push(SharedLimit { what, used: plan.map(failures), limit: budget, price_mib_ms });
    }
    limits.extend(node_limits(instance, plan, prices));
    limits
}

fn node_limits(
    instance: &Instance,
    plan: Option<&Plan>,
    prices: Option<&DualPrices>,
) -> Vec<SharedLimit> {
    let used = |node: usize, per_slot: &dyn Fn(usize) -> u64| {
        let plan = plan?;
        let here = plan.placements.iter().filter(|placement| placement.node.index() == node);
        Some(here.map(|each| u64::from(each.slots) * per_slot(each.task_type.index())).sum())
    };
    let first_mib =
        |t: usize| plan.and_then(|plan| plan.ladders.get(t)?.0.first().copied()).unwrap_or(0);
    let cores = |t: usize| u64::from(instance.types[t].cores);
    let mut limits = Vec::new();
    for (n, node) in instance.nodes.iter().enumerate() {
        let price = |group| prices.map(|prices| price(prices, group, &[n as i64]));
        limits.push(SharedLimit {
            what: format!("MiB on {}", node.name),
            used: used(n, &first_mib),
            limit: node.memory_mib,
            price_mib_ms: price("node_memory"),
        });
        limits.push(SharedLimit {
            what: format!("cores of {}", node.name),
            used: used(n, &cores),
            limit: node.cores.into(),
            price_mib_ms: price("node_cores"),
        });
    }
    limits
}

/// The multiplier of one constraint; zero where the certificate does not list it.
fn price(prices: &DualPrices, group: &str, indices: &[i64]) -> f64 {
    let rows = prices.groups.get(group).into_iter().flatten();
    let of_row = |row: &Vec<i64>| {
        let (&price, key) = row.split_last()?;
        (key == indices).then_some(price)
    };
    let price = rows.filter_map(of_row).next().unwrap_or(0);
    price as f64 / 2_f64.powi(prices.shift as i32)
}

/// What the menu's last size is worth: the sizes' prices summed over types, and of these the
/// smallest that the menu still takes.
fn menu_price(prices: &DualPrices, menu: usize) -> Option<f64> {
    let mut totals: BTreeMap<i64, f64> = BTreeMap::new();
    for row in prices.groups.get("menu")? {
        if let &[_, bin, price] = row.as_slice() {
            *totals.entry(bin).or_default() += price as f64;
        }
    }
    let mut totals: Vec<f64> = totals.into_values().collect();
    totals.sort_by(|a, b| b.total_cmp(a));
    let last = menu.checked_sub(1).and_then(|last| totals.get(last)).copied().unwrap_or(0.0);
    Some(last / 2_f64.powi(prices.shift as i32))
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
        match &self.infeasible {
            Some(reason) => writeln!(out, "infeasible: {reason}")?,
            None => writeln!(out, "no simple reason why there should be no plan")?,
        }
        if self.shared.is_empty() {
            writeln!(out, "\nnothing is shared: every type is sized on its own")?;
        } else {
            writeln!(out, "\nshared limits")?;
        }
        let width = self.shared.iter().map(|limit| limit.what.chars().count()).max().unwrap_or(0);
        for limit in &self.shared {
            writeln!(out, "  {:<width$}  {}", limit.what, limit.to_text())?;
        }
        writeln!(out, "\ntask types")?;
        let width = self.types.iter().map(|each| each.name.chars().count()).max().unwrap_or(0);
        for each in &self.types {
            let ladder = each.ladder_mib.as_ref().or(each.alone_mib.as_ref());
            let rungs: Vec<String> = ladder.into_iter().flatten().map(u64::to_string).collect();
            let rungs = rungs.join(" > ");
            writeln!(out, "  {:<width$}  {rungs} MiB: {}", each.name, each.why)?;
        }
        Ok(())
    }
}

impl SharedLimit {
    fn to_text(&self) -> String {
        let limit = self.limit;
        let use_text = match self.used {
            None => format!("{limit} allowed"),
            Some(used) if used >= limit => format!("{used} of {limit}, all used"),
            Some(used) => format!("{used} of {limit}"),
        };
        match self.price_mib_ms {
            Some(price) if price > 0.0 => {
                let price = cost_text(&Objective::single(price.round() as i128));
                format!("{use_text}; one more saves at most about {price}")
            }
            _ => use_text,
        }
    }
}
