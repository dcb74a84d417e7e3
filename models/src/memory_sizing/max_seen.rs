//! The plainest plan: every type gets the largest memory it ever needed, at once.
//!
//! No attempt fails, so it keeps any failure budget. With a menu the maxima are grouped: sorted
//! by size, cut into at most `C` runs, each run sized by its largest member, where the cuts
//! minimise `Σ (size − own maximum) · run time` (dynamic program over the sorted maxima, O(C·T²)
//! for up to 2,000 types, runs of equal length beyond). Guarantee: none.

use placewright_solver::context::{Context, Method};
use placewright_solver::error::EngineError;

use super::instance::Instance;
use super::packing::place;
use super::plan::{Ladder, Plan};
use super::problem::MemorySizing;

/// The heuristic `max-seen`.
#[derive(Clone, Copy, Debug, Default)]
pub struct MaxSeen;

impl Method<MemorySizing> for MaxSeen {
    fn name(&self) -> &'static str {
        "max-seen"
    }

    fn symbol(&self) -> char {
        'G'
    }

    fn run(&self, context: &Context<'_, MemorySizing>) -> Result<(), EngineError> {
        let instance = context.instance;
        context.budget.spend(instance.types.len() as u64);
        if let Some(plan) = plan(instance).and_then(|plan| place(instance, plan)) {
            context.offer(plan, "one attempt at the largest peak seen");
        }
        Ok(())
    }
}

/// What a type asks for: its largest peak rounded up, and its total run time as weight.
struct Demand {
    type_index: usize,
    largest_mib: u64,
    run_time_ms: u128,
}

fn plan(instance: &Instance) -> Option<Plan> {
    let mut demands: Vec<Demand> = (0..instance.types.len()).map(|t| demand(instance, t)).collect();
    demands.sort_by_key(|demand| demand.largest_mib);
    let menu = instance.max_distinct_sizes.map_or(usize::MAX, |menu| menu as usize);
    let mut ladders = vec![Ladder::default(); demands.len()];
    for run in runs(&demands, menu) {
        let size_mib = run.last()?.largest_mib;
        for demand in run {
            ladders[demand.type_index] = Ladder(vec![size_mib]);
        }
    }
    Some(Plan { ladders, placements: Vec::new() })
}

fn demand(instance: &Instance, type_index: usize) -> Demand {
    let samples = &instance.types[type_index].samples;
    let needed = (0..samples.len()).map(|i| samples.needed_mib(i)).max().unwrap_or(0);
    let time = |i: usize| u128::from(samples.weight(i)) * u128::from(samples.run_time_ms[i]);
    Demand {
        type_index,
        largest_mib: instance.round_up_mib(needed),
        run_time_ms: (0..samples.len()).map(time).sum(),
    }
}

const LARGEST_FOR_PROGRAM: usize = 2_000;

/// Cuts the sorted demands into at most `menu` runs.
fn runs(demands: &[Demand], menu: usize) -> Vec<&[Demand]> {
    let distinct = demands.chunk_by(|a, b| a.largest_mib == b.largest_mib).count();
    if distinct <= menu {
        return demands.chunk_by(|a, b| a.largest_mib == b.largest_mib).collect();
    }
    if demands.len() > LARGEST_FOR_PROGRAM {
        return demands.chunks(demands.len().div_ceil(menu)).collect();
    }
    cheapest_runs(demands, menu)
}

/// `cost[c][j] = min_i cost[c−1][i] + Σ_{i ≤ k < j} (largest_{j−1} − largest_k) · time_k`.
fn cheapest_runs(demands: &[Demand], menu: usize) -> Vec<&[Demand]> {
    let count = demands.len();
    let (mut time, mut usage) = (vec![0_u128; count + 1], vec![0_u128; count + 1]);
    for (j, demand) in demands.iter().enumerate() {
        time[j + 1] = time[j] + demand.run_time_ms;
        usage[j + 1] = usage[j] + demand.run_time_ms * u128::from(demand.largest_mib);
    }
    let run_cost = |i: usize, j: usize| {
        u128::from(demands[j - 1].largest_mib) * (time[j] - time[i]) - (usage[j] - usage[i])
    };
    let mut cost: Vec<u128> =
        (0..=count).map(|j| if j == 0 { 0 } else { run_cost(0, j) }).collect();
    let mut cuts = vec![vec![0; count + 1]];
    for _ in 1..menu {
        let best = |j: usize| (0..j).map(|i| (cost[i] + run_cost(i, j), i)).min().unwrap_or((0, 0));
        let layer: Vec<(u128, usize)> = (0..=count).map(best).collect();
        cost = layer.iter().map(|&(cost, _)| cost).collect();
        cuts.push(layer.into_iter().map(|(_, cut)| cut).collect());
    }
    let mut end = count;
    let mut runs = Vec::new();
    for layer in cuts.iter().rev() {
        if end > 0 {
            runs.push(&demands[layer[end]..end]);
            end = layer[end];
        }
    }
    runs
}
