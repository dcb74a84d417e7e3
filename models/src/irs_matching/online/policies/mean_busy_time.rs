//! Mean busy times of jobs, by linear programming.

use placewright_solver::mip::{
    Bounds, ColumnKind, MipLimits, MipModel, MipStart, MipStatus, Silent, default_backend,
};

use crate::irs_matching::online::classes::Classes;

/// A job of the linear program.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct BusyJob {
    /// Its group.
    pub group: u8,
    /// Devices it still has to be given; positive.
    pub work: f64,
    /// How much a second of its completion time counts.
    pub weight: f64,
}

/// Intervals of the linear program; their ends grow with the square of their number.
const INTERVALS: usize = 60;

/// What the jobs' completion times come to at least, in seconds, as ranks of a list:
///
/// ```text
/// minimise  Σ_j w_j M_j,  M_j = Σ_k τ_{k-1} x_jak / D_j
/// subject to  Σ_j x_jak ≤ λ_a (τ_k - τ_{k-1})     every class a and interval k
///             Σ_ak x_jak = D_j                     every job
/// ```
///
/// and the rank of job j is M_j + D_j / (2 Λ_j) with Λ_j the supply of all its classes: a job served
/// at rates up to Λ_j cannot end sooner after its mean busy time M_j (mean-busy-time relaxation of
/// Goemans et al. 2002 on the rate region of device classes). Jobs without any supply get the rank
/// infinity; none is returned when the program cannot be solved.
///
/// A linear program of m × 60 × classes columns.
#[must_use]
pub fn mean_busy_times(
    jobs: &[BusyJob],
    rates_per_s: &[f64],
    classes: &Classes,
) -> Option<Vec<f64>> {
    let supply = |job: &BusyJob| -> f64 {
        classes.serving(job.group).filter_map(|class| rates_per_s.get(class)).sum()
    };
    let supplied = |job: &&BusyJob| supply(job) > 0.0;
    // One job after the other, each with all its supply: enough time for any list.
    let horizon_s: f64 = jobs.iter().filter(supplied).map(|job| job.work / supply(job)).sum();
    let end_s = |k: usize| horizon_s * (k as f64 / INTERVALS as f64).powi(2);
    let mut model = MipModel::new("mean_busy_time");
    let mut of_job = vec![Vec::new(); jobs.len()];
    let mut of_place = vec![Vec::new(); rates_per_s.len() * INTERVALS];
    for (number, job) in jobs.iter().enumerate().filter(|(_, job)| supplied(job)) {
        for k in 0..INTERVALS {
            for class in classes.serving(job.group).filter(|&class| rates_per_s[class] > 0.0) {
                // Amounts as shares of the job's work keep the program well scaled.
                let column = model.add_column(
                    format_args!("x{number}_{class}_{k}"),
                    Bounds::NON_NEGATIVE,
                    job.weight * end_s(k) / horizon_s,
                    ColumnKind::Continuous,
                );
                of_job[number].push((column, k));
                let capacity = rates_per_s[class] * (end_s(k + 1) - end_s(k));
                of_place[class * INTERVALS + k].push((column, job.work / capacity));
            }
        }
    }
    for (number, columns) in of_job.iter().enumerate().filter(|(_, columns)| !columns.is_empty()) {
        let entries = columns.iter().map(|&(column, _)| (column, 1.0));
        model.add_row(format_args!("served{number}"), Bounds::exactly(1.0), entries);
    }
    for (place, entries) in of_place.into_iter().enumerate().filter(|(_, of)| !of.is_empty()) {
        model.add_row(format_args!("supply{place}"), Bounds::at_most(1.0), entries);
    }
    let outcome =
        default_backend().solve(&model, &MipLimits::default(), MipStart::None, &mut Silent).ok()?;
    let solved = matches!(outcome.status, MipStatus::Optimal | MipStatus::WithinGap);
    let values = outcome.values.filter(|_| solved)?;
    let rank = |(number, job): (usize, &BusyJob)| {
        if of_job[number].is_empty() {
            return f64::INFINITY;
        }
        let busy = |&(column, k): &(placewright_solver::mip::Column, usize)| {
            end_s(k) * values[column.index()]
        };
        of_job[number].iter().map(busy).sum::<f64>() + job.work / (2.0 * supply(job))
    };
    Some(jobs.iter().enumerate().map(rank).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_group_is_ordered_by_work() {
        let mut classes = Classes::default();
        classes.intern(1, 0);
        let job = |work| BusyJob { group: 0, work, weight: 1.0 };
        let jobs = [job(300.0), job(100.0), job(200.0)];
        let times = mean_busy_times(&jobs, &[1.0], &classes).unwrap();
        assert!(times[1] < times[2] && times[2] < times[0]);
        let bound: f64 = times.iter().sum();
        assert!(bound <= 100.0 + 300.0 + 600.0 + 1e-6, "{bound}");
    }

    #[test]
    fn a_job_without_supply_is_last() {
        let mut classes = Classes::default();
        classes.intern(1, 0);
        let jobs = [0, 1].map(|group| BusyJob { group, work: 10.0, weight: 1.0 });
        let times = mean_busy_times(&jobs, &[1.0], &classes).unwrap();
        assert!(times[0].is_finite() && times[1] == f64::INFINITY);
    }
}
