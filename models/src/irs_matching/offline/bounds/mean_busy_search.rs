//! Good prices for the mean-busy-time bound, by minimum-cost flow on a grid that adapts.
//!
//! On a grid of intervals the bound's minimum is a transportation problem: jobs send their demands
//! to pairs of interval and mask. Pricing an interval at its midpoint, the network simplex finds
//! prices of the jobs. In continuous time these prices tell where each mask passes from one job to
//! the next; the grid of the following round is placed there, and a few rounds bring the bound to
//! where no grid limits it any more. Every round's prices are valued by the referee, and the best
//! count. (A grid priced at the intervals' starts, as interval-indexed programs are, is weaker
//! however fine it is.)
//!
//! **Complexity.** A few minimum-cost flows over jobs + groups · intervals arcs; some
//! milliseconds for 50 jobs.

use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

use placewright_solver::budget::Budget;
use placewright_solver::graph::{
    FlowNetwork, MinCostFlow, MinCostFlowMethod, NetworkError, NodeId, min_cost_flow,
};

use super::mean_busy::{MeanBusyPrices, PriceError, Response, mean_busy_value_us};
use crate::irs_matching::offline::fluid::{FluidJob, LARGEST};
use crate::irs_matching::offline::supply::Supply;

/// How the search proceeds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct GridSearch {
    /// Intervals of the first grid, geometric.
    pub intervals: usize,
    /// Grids after the first.
    pub rounds: usize,
}

impl Default for GridSearch {
    fn default() -> Self {
        Self { intervals: 80, rounds: 2 }
    }
}

/// The bound with what proves it, and an order of the jobs that it suggests.
#[derive(Clone, Debug, PartialEq)]
pub struct MeanBusyBound {
    /// What the prices prove, in weight times microseconds.
    pub weighted_us: i128,
    /// The certificate; see [`mean_busy_value_us`].
    pub certificate: MeanBusyPrices,
    /// Mean busy times in the relaxation, in milliseconds.
    pub mean_busy_ms: Vec<f64>,
}

/// Why there is no bound.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum MeanBusyError {
    /// The referee refuses; the data are not sound.
    #[error(transparent)]
    Prices(#[from] PriceError),
    /// The grid is larger than a network can be.
    #[error(transparent)]
    Network(#[from] NetworkError),
}

/// Costs in flows are at most about this: (cost + 1) · (nodes + 1) must stay below 2^60.
const LARGEST_COST: f64 = (1_u64 << 42) as f64;

/// Searches for prices. Jobs and supply must be sound; see [`mean_busy_value_us`]. Flows are charged
/// to the budget before they begin, and none begins that what is left would not pay for.
///
/// # Errors
/// [`MeanBusyError`].
pub fn mean_busy_bound(
    supply: &Supply,
    jobs: &[FluidJob],
    responses: &[Response],
    search: GridSearch,
    budget: &Budget,
) -> Result<MeanBusyBound, MeanBusyError> {
    // The referee's checks of the data, at prices of zero.
    let nothing =
        MeanBusyPrices { shift: 0, prices: vec![0; jobs.len()], breakpoints_ms: Vec::new() };
    let value = mean_busy_value_us(supply, jobs, responses, &nothing)?;
    let mut best = MeanBusyBound {
        weighted_us: value,
        certificate: nothing,
        mean_busy_ms: jobs.iter().map(|job| job.release_ms as f64).collect(),
    };
    let total = |values: &mut dyn Iterator<Item = u64>| values.map(u128::from).sum::<u128>();
    let demand = total(&mut jobs.iter().map(|job| job.demand_micro));
    let latest = jobs.iter().map(|job| job.release_ms).max().unwrap_or(0);
    let changed = supply.pieces.last().map_or(0, |piece| piece.start_ms);
    if demand >= LARGEST.into() || latest.max(changed) >= LARGEST {
        return Err(PriceError::TooLarge.into());
    }
    let horizon = horizon_ms(supply, jobs);
    if jobs.is_empty() || horizon == 0 {
        return Ok(best);
    }
    let problem = Transport::new(supply, jobs, horizon);
    let mut grid = problem.geometric(search.intervals);
    let mut spread = horizon as f64 / 64.0;
    for _ in 0..=search.rounds {
        let work = problem.work(&grid);
        let late = budget.time_left().is_some_and(|left| left < Duration::from_micros(work));
        if late || budget.work_left().is_some_and(|left| left < work) || budget.stop().is_some() {
            break;
        }
        budget.spend(work);
        let Some((prices, mean_busy_ms)) = problem.solve(&grid)? else { break };
        let crossings = problem.crossings(&prices);
        let mut breakpoints: BTreeSet<u64> =
            crossings.iter().flat_map(|&time| [time as u64, time as u64 + 1]).collect();
        breakpoints.insert(2 * horizon);
        let certificate = MeanBusyPrices {
            shift: problem.shift,
            prices,
            breakpoints_ms: breakpoints.into_iter().collect(),
        };
        let weighted_us = mean_busy_value_us(supply, jobs, responses, &certificate)?;
        if weighted_us > best.weighted_us {
            best = MeanBusyBound { weighted_us, certificate, mean_busy_ms };
        }
        grid = problem.around(&crossings, spread);
        spread /= 4.0;
    }
    Ok(best)
}

/// A time by which everything can be served: with the last rates, one job after another.
fn horizon_ms(supply: &Supply, jobs: &[FluidJob]) -> u64 {
    let Some(last) = supply.pieces.last() else { return 0 };
    let begin = jobs.iter().map(|job| job.release_ms).max().unwrap_or(0).max(last.start_ms);
    let rates =
        |job: &FluidJob| job.masks.iter().map(|&mask| last.rates_micro_per_s[mask]).sum::<u64>();
    let least = jobs.iter().map(rates).filter(|&rate| rate > 0).min().unwrap_or(1);
    let demand: u128 = jobs.iter().map(|job| u128::from(job.demand_micro)).sum();
    begin
        + u64::try_from(demand * 1000 / u128::from(least))
            .map_or(LARGEST, |serial| serial.min(LARGEST))
        + 1
}

/// Prices of the jobs and their mean busy times in milliseconds.
type Priced = (Vec<i64>, Vec<f64>);

/// The transportation problem of one instance.
struct Transport<'a> {
    supply: &'a Supply,
    jobs: &'a [FluidJob],
    /// The distinct sets of masks, and which one each job has.
    groups: Vec<&'a [usize]>,
    group_of: Vec<usize>,
    /// Cost per millisecond of a unit of each job, in flow costs.
    slopes: Vec<f64>,
    shift: u32,
    horizon: u64,
    /// Releases and changes of supply.
    events: BTreeSet<u64>,
}

impl<'a> Transport<'a> {
    fn new(supply: &'a Supply, jobs: &'a [FluidJob], horizon: u64) -> Self {
        let mut index = BTreeMap::new();
        jobs.iter().for_each(|job| {
            let next = index.len();
            index.entry(job.masks.as_slice()).or_insert(next);
        });
        let mut groups = vec![[].as_slice(); index.len()];
        index.iter().for_each(|(masks, &group)| groups[group] = masks);
        let slope = |job: &FluidJob| job.weight as f64 / job.demand_micro as f64;
        let steepest = jobs.iter().map(slope).fold(0.0, f64::max);
        let room = LARGEST_COST / (steepest * horizon as f64).max(f64::MIN_POSITIVE);
        let shift = room.log2().floor().clamp(0.0, 90.0) as u32;
        let scale = 2.0_f64.powi(shift as i32);
        let releases = jobs.iter().map(|job| job.release_ms);
        Self {
            supply,
            jobs,
            group_of: jobs.iter().map(|job| index[job.masks.as_slice()]).collect(),
            groups,
            slopes: jobs.iter().map(|job| slope(job) * scale).collect(),
            shift,
            horizon,
            events: releases.chain(supply.pieces.iter().map(|piece| piece.start_ms)).collect(),
        }
    }

    /// Intervals that grow from a thousandth of the horizon, and all events.
    fn geometric(&self, intervals: usize) -> Vec<u64> {
        let first = self.jobs.iter().map(|job| job.release_ms).min().unwrap_or(0);
        let span = (self.horizon - first) as f64;
        let share = |k: usize| ((k as f64 / intervals as f64 * 1000_f64.ln()).exp() - 1.0) / 999.0;
        let points = (0..=intervals).map(|k| first + (span * share(k)) as u64);
        self.with_events(points.collect())
    }

    /// Points at and around the crossings.
    fn around(&self, crossings: &[f64], spread: f64) -> Vec<u64> {
        let near = |time: &f64| {
            [time - spread, time - spread / 4.0, *time, time + spread / 4.0, time + spread]
        };
        let inside = |time: f64| time.clamp(0.0, self.horizon as f64) as u64;
        self.with_events(crossings.iter().flat_map(near).map(inside).collect())
    }

    fn with_events(&self, mut points: BTreeSet<u64>) -> Vec<u64> {
        points.extend(&self.events);
        points.insert(self.horizon);
        points.into_iter().collect()
    }

    /// About how many microseconds the flow on a grid takes, as measured: it grows with the number
    /// of arcs to the power 2.5.
    fn work(&self, grid: &[u64]) -> u64 {
        let pairs: usize = self.groups.iter().map(|own| own.len()).sum();
        let arcs = (grid.len() * (self.jobs.len() + pairs)) as f64 / 1000.0;
        (50.0 * arcs.powf(2.5)) as u64 + 1
    }

    /// Prices of the jobs and their mean busy times on a grid; `None` when costs do not fit.
    fn solve(&self, grid: &[u64]) -> Result<Option<Priced>, NetworkError> {
        let cells = grid.len() - 1;
        let masks = self.supply.pieces[0].rates_micro_per_s.len();
        let jobs = self.jobs.len();
        let group_node = |group: usize, k: usize| NodeId((1 + jobs + group * cells + k) as u32);
        let first_mask = 1 + jobs + self.groups.len() * cells;
        let mask_node = |mask: usize, k: usize| NodeId((first_mask + mask * cells + k) as u32);
        let mut network = FlowNetwork::new(first_mask + masks * cells)?;
        let sink = NodeId(0);
        let total: i64 = self.jobs.iter().map(|job| job.demand_micro as i64).sum();
        network.set_supply(sink, -total)?;
        let mut times = Vec::new();
        for (position, job) in self.jobs.iter().enumerate() {
            let node = NodeId(1 + position as u32);
            network.set_supply(node, job.demand_micro as i64)?;
            let overflow = (self.slopes[position] * 1.5 * self.horizon as f64) as i64;
            network.add_arc_with_cost(node, sink, total, overflow)?;
            times.push((position, 1.5 * self.horizon as f64));
            for (k, window) in grid.windows(2).enumerate() {
                if window[0] >= job.release_ms {
                    let middle = (window[0] + window[1]) as f64 / 2.0;
                    let cost = (self.slopes[position] * middle) as i64;
                    let head = group_node(self.group_of[position], k);
                    network.add_arc_with_cost(node, head, total, cost)?;
                    times.push((position, middle));
                }
            }
        }
        for (group, own) in self.groups.iter().enumerate() {
            for k in 0..cells {
                for &mask in *own {
                    network.add_arc(group_node(group, k), mask_node(mask, k), total)?;
                }
            }
        }
        for (k, window) in grid.windows(2).enumerate() {
            let rates = self.supply.rates_from(window[0]);
            for (mask, &rate) in rates.iter().enumerate() {
                let amount = u128::from(rate) * u128::from(window[1] - window[0]) / 1000;
                let amount = i64::try_from(amount).unwrap_or(i64::MAX).min(total);
                network.add_arc(mask_node(mask, k), sink, amount)?;
            }
        }
        let Ok(answer) = min_cost_flow(&network, MinCostFlowMethod::Auto) else { return Ok(None) };
        let MinCostFlow { flows, potentials, .. } = answer;
        let mut mean_busy = vec![0.0; jobs];
        for (&(job, time), &flow) in times.iter().zip(&flows) {
            mean_busy[job] += time * flow as f64 / self.jobs[job].demand_micro as f64;
        }
        // A unit more of a job costs what separates its node from the sink.
        let price = |job: usize| (potentials[0] - potentials[1 + job]).max(0);
        Ok(Some(((0..jobs).map(price).collect(), mean_busy)))
    }

    /// Where, at these prices, a mask passes from one job to another or to none. Lines
    /// `u_j - slope_j · t` have an upper envelope between any two events.
    fn crossings(&self, prices: &[i64]) -> Vec<f64> {
        let mut found = Vec::new();
        let events: Vec<u64> = self.events.iter().copied().collect();
        for (group, &start) in events.iter().enumerate() {
            let end = events.get(group + 1).map_or(2.0 * self.horizon as f64, |&end| end as f64);
            for mask in 0..self.supply.pieces[0].rates_micro_per_s.len() {
                let eligible = |(job, data): (usize, &FluidJob)| {
                    (data.masks.contains(&mask) && data.release_ms <= start)
                        .then_some((prices[job] as f64, self.slopes[job]))
                };
                let lines = self.jobs.iter().enumerate().filter_map(eligible);
                // Idling is worth nothing at any time.
                let lines: Vec<(f64, f64)> = lines.chain([(0.0, 0.0)]).collect();
                envelope(&lines, start as f64, end, &mut found);
            }
        }
        found.sort_by(f64::total_cmp);
        found.dedup_by(|a, b| (*a - *b).abs() < 1.0);
        found
    }
}

/// Appends the corners of the upper envelope of falling lines within `[start, end]`.
fn envelope(lines: &[(f64, f64)], start: f64, end: f64, corners: &mut Vec<f64>) {
    let value = |line: &(f64, f64)| line.0 - line.1 * start;
    let highest =
        lines.iter().max_by(|a, b| value(a).total_cmp(&value(b)).then(b.1.total_cmp(&a.1)));
    let Some(mut current) = highest else { return };
    loop {
        let crossing = |line: &(f64, f64)| (current.0 - line.0) / (current.1 - line.1);
        let flatter = lines.iter().filter(|line| line.1 < current.1);
        let next =
            flatter.min_by(|a, b| crossing(a).total_cmp(&crossing(b)).then(a.1.total_cmp(&b.1)));
        match next.map(|line| (crossing(line), line)) {
            Some((time, line)) if time < end => {
                corners.push(time.max(start));
                current = line;
            }
            _ => return,
        }
    }
}
