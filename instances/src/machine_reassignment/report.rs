//! What a plan does, for operators, as text and as data.

use placewright_models::machine_reassignment::check::cost;
use placewright_models::machine_reassignment::instance::Instance;
use placewright_models::machine_reassignment::plan::Plan;
use serde_json::json;

use crate::family::Report;
use crate::text_table::render;

/// The report of a plan that the referee accepts: costs by kind, and how full machines are.
#[must_use]
pub fn report(instance: &Instance, plan: &Plan) -> Report {
    let (before, after) = (cost(instance, &instance.original()), cost(instance, plan));
    let parts = [
        ("load beyond safety", before.load, after.load),
        ("balance", before.balance, after.balance),
        ("process moves", before.process_moves, after.process_moves),
        ("service moves", before.service_moves, after.service_moves),
        ("machine moves", before.machine_moves, after.machine_moves),
        ("all", before.total(), after.total()),
    ];
    let rows: Vec<Vec<String>> = parts
        .iter()
        .map(|(name, before, after)| {
            vec![(*name).to_owned(), before.to_string(), after.to_string()]
        })
        .collect();
    let mut text = render(&["cost", "before", "after"], &rows, 0);
    let (first, now) = (fullness(instance, &instance.original()), fullness(instance, plan));
    let percent = |share: f64| format!("{:.1} %", share * 100.0);
    let rows: Vec<Vec<String>> = first
        .iter()
        .zip(&now)
        .enumerate()
        .map(|(r, (first, now))| {
            let shares = [first.mean, first.most, now.most].map(percent);
            [vec![r.to_string()], shares.to_vec()].concat()
        })
        .collect();
    text.push('\n');
    text.push_str(&render(&["resource", "mean use", "most before", "most after"], &rows, 0));
    text.push_str(&headline(instance, plan));
    text.push('\n');
    let costs: serde_json::Map<String, serde_json::Value> = parts
        .iter()
        .map(|(name, before, after)| {
            let pair = json!({ "before": before.to_string(), "after": after.to_string() });
            (name.replace(' ', "_"), pair)
        })
        .collect();
    let most: Vec<f64> = now.iter().map(|each| each.most).collect();
    let json = json!({ "costs": costs, "moves": moves(instance, plan), "most_used": most });
    Report { text, json }
}

/// What a plan that the referee accepts achieves, in one line.
#[must_use]
pub fn headline(instance: &Instance, plan: &Plan) -> String {
    let (before, after) = (cost(instance, &instance.original()), cost(instance, plan));
    let (moved, processes) = (moves(instance, plan), instance.processes.len());
    let (before, after) = (before.total(), after.total());
    format!("{moved} of {processes} processes move; the cost falls from {before} to {after}")
}

fn moves(instance: &Instance, plan: &Plan) -> usize {
    let pairs = instance.processes.iter().zip(&plan.machines);
    pairs.filter(|(process, machine)| process.machine != **machine).count()
}

struct Fullness {
    mean: f64,
    most: f64,
}

/// How much of each resource is used, by all machines together and by the fullest.
fn fullness(instance: &Instance, plan: &Plan) -> Vec<Fullness> {
    let of = |r: usize| {
        let mut used = vec![0_u64; instance.machines.len()];
        for (process, machine) in instance.processes.iter().zip(&plan.machines) {
            used[machine.index()] += process.requirements[r];
        }
        let capacities: Vec<u64> =
            instance.machines.iter().map(|machine| machine.capacities[r]).collect();
        let share = |used: u64, of: u64| if of == 0 { 0.0 } else { used as f64 / of as f64 };
        Fullness {
            mean: share(used.iter().sum(), capacities.iter().sum()),
            most: used.iter().zip(&capacities).map(|(&u, &c)| share(u, c)).fold(0.0, f64::max),
        }
    };
    (0..instance.resources.len()).map(of).collect()
}
