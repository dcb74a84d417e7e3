//! Where the cells of supply prices begin, and what prices a plan suggests.
//!
//! Prices jump where a class passes from one job to another, so cells begin at completions of the
//! best plan, at releases and changes of supply, and evenly in between. A class that serves a job of
//! weight `w` and demand `D` loses `w / D` of its worth per ms, as it would if the plan were the
//! optimum of the relaxation by mean busy times; added up from the end that gives prices.

use super::check::last_device_ms;
use super::instance::{Instance, Supply};
use super::offline::bounds::mean_busy::MeanBusyPrices;
use super::plan::Plan;
use super::timetable::horizon_ms;

/// Cells at most.
const MOST_CELLS: usize = 320;
/// Evenly spread ones.
const EVEN_CELLS: u64 = 96;

/// Starts of cells, the last one where everything is over.
pub(super) fn starts_ms(instance: &Instance, plan: Option<&Plan>) -> Vec<u64> {
    let last_ms = plan.map(|plan| last_device_ms(instance, plan)).unwrap_or_default();
    let end_ms = last_ms.iter().max().map_or_else(|| horizon_ms(instance), |last_ms| last_ms + 1);
    let mut starts: Vec<u64> = (0..=EVEN_CELLS)
        .map(|part| (u128::from(end_ms) * u128::from(part) / u128::from(EVEN_CELLS)) as u64)
        .collect();
    let mut events: Vec<u64> = instance.jobs.iter().map(|job| job.release_ms).collect();
    match &instance.supply {
        Supply::Devices(arrivals) => {
            events.extend(last_ms.iter().map(|last_ms| last_ms + 1));
            if arrivals.time_ms.len() < MOST_CELLS / 2 {
                events.extend(&arrivals.time_ms);
            }
        }
        Supply::Rates(rates) => {
            events.extend(&last_ms);
            events.extend(&rates.segment_start_ms);
        }
    }
    events.retain(|&time_ms| time_ms < end_ms);
    events.sort_unstable();
    events.dedup();
    let room = MOST_CELLS - starts.len();
    let every = events.len().div_ceil(room).max(1);
    starts.extend(events.into_iter().step_by(every));
    starts.sort_unstable();
    starts.dedup();
    starts
}

/// Prices that mean busy times suggest: what a unit is worth to the job that it is worth most to, in
/// the middle of each cell.
pub(super) fn of_mean_busy(
    instance: &Instance,
    found: &MeanBusyPrices,
    starts_ms: &[u64],
) -> Vec<Vec<f64>> {
    let unit = 2.0_f64.powi(-(found.shift as i32));
    let mut prices = vec![vec![0.0; starts_ms.len()]; instance.classes.len()];
    for ((job, eligible), &price) in
        instance.jobs.iter().zip(instance.eligibility()).zip(&found.prices)
    {
        let fall = job.weight as f64 / job.total_micro() as f64;
        for class in (0..eligible.len()).filter(|&class| eligible[class]) {
            for (cell, pair) in starts_ms.windows(2).enumerate() {
                if pair[0] >= job.release_ms {
                    let middle_ms = (pair[0] + pair[1]) as f64 / 2.0;
                    let worth = price as f64 * unit - fall * middle_ms;
                    prices[class][cell] = f64::max(prices[class][cell], worth);
                }
            }
        }
    }
    prices
}

/// Prices that a plan suggests, per class and cell, in weighted ms.
pub(super) fn suggested(instance: &Instance, plan: &Plan, starts_ms: &[u64]) -> Vec<Vec<f64>> {
    let cells = starts_ms.len();
    let mut slopes = vec![vec![0.0; cells]; instance.classes.len()];
    let curves = instance.supply_curves();
    let supplied =
        |class: usize, start_ms: u64, end_ms: u64| curves.between(class, start_ms, end_ms) as f64;
    let cell_of = |time_ms: u64| starts_ms.partition_point(|&start_ms| start_ms <= time_ms) - 1;
    let end_of = |cell: usize| starts_ms.get(cell + 1).copied().unwrap_or(u64::MAX >> 1);
    let slope = |job: usize| {
        let job = &instance.jobs[job];
        let single = matches!(instance.supply, Supply::Devices(_));
        let wanted = if single { job.total_devices() } else { job.total_micro() };
        job.weight as f64 / wanted as f64
    };
    match (plan, &instance.supply) {
        (Plan::Devices(serves), Supply::Devices(arrivals)) => {
            let devices = arrivals.time_ms.iter().zip(&arrivals.class).zip(serves);
            for ((&time_ms, &class), served) in devices {
                if let Some(job) = served {
                    slopes[class as usize][cell_of(time_ms)] += slope(job.index());
                }
            }
        }
        (Plan::Fluid(intervals), _) => {
            for interval in intervals {
                for grant in &interval.grants {
                    let (job, class) = (grant.job.index(), grant.class.index());
                    let all = supplied(class, interval.start_ms, interval.end_ms).max(1.0);
                    for cell in cell_of(interval.start_ms)..=cell_of(interval.end_ms - 1) {
                        let start_ms = starts_ms[cell].max(interval.start_ms);
                        let part = supplied(class, start_ms, end_of(cell).min(interval.end_ms));
                        let amount = grant.micro_devices as f64 * part / all;
                        slopes[class][cell] += amount * slope(job);
                    }
                }
            }
        }
        _ => {}
    }
    for (class, own) in slopes.iter_mut().enumerate() {
        let mut price = 0.0;
        own[cells - 1] = 0.0;
        for cell in (0..cells - 1).rev() {
            let (start_ms, end_ms) = (starts_ms[cell], end_of(cell));
            let supplied = supplied(class, start_ms, end_ms).max(1.0);
            let fall = own[cell] / supplied * (end_ms - start_ms) as f64;
            // The price in the middle of the cell.
            own[cell] = price + fall / 2.0;
            price += fall;
        }
    }
    slopes
}
