//! The exact model of constant rates: in which order jobs are done, and what they get in between.
//!
//! `z_jk = 1` says that job `j` is the `k`-th to have all its devices, `l_k` is the time between
//! the completion before it and its own, `x_jak` what job `j` gets of class `a` in that time:
//!
//! ```text
//! min Σ_j w_j C_j     Σ_k z_jk = Σ_j z_jk = 1,   Σ_ak x_jak = D_j,   Σ_j x_jak ≤ λ_a l_k
//! Σ_a x_jak ≤ D_j Σ_{k' ≥ k} z_jk'               nothing after its completion
//! F_j ≥ l_1 + … + l_k − M (1 − z_jk),            Σ_j F_j = Σ_k (n − k + 1) l_k
//! C_j ≥ F_j + L_j,   R_j L_j ≤ C_j ≤ d_j
//! ```
//!
//! The order of completions with one linear program each is the classical exact approach; here the
//! order is part of the model. Times are real, amounts in devices; every plan is a vector of the
//! same cost, while an optimum of the model becomes a plan by rounding each completion up to a
//! whole ms, which costs at most a few ms per job. So its value is a bound, and the plan that comes
//! of it is within those ms of the optimum. With releases or changing rates what may happen between
//! two completions depends on where they fall, and with minimum shares on every moment: there is no
//! exact model of that size then, and we say so instead of exporting another problem.

use std::collections::HashMap;

use placewright_solver::exact::Formulation;
use placewright_solver::mip::{Bounds, Column, ColumnKind, MipModel};

use super::check::last_device_ms;
use super::instance::{Instance, Job, Rates, Supply, Window};
use super::plan::Plan;
use super::problem::IrsMatching;
use super::timetable::{Timetable, timetable};

/// The formulation by the order of completions.
#[derive(Clone, Copy, Debug, Default)]
pub struct CompletionOrder;

/// What a column stands for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
enum Meaning {
    /// Job, place in the order.
    Place(usize, usize),
    /// Time before the completion at a place.
    Length(usize),
    /// Job, class, place: devices before the completion at the place.
    Amount(usize, usize, usize),
    /// When a job's last device is there.
    Last(usize),
    /// When a job is complete.
    Completion(usize),
}

/// All columns in order.
fn meanings(instance: &Instance) -> Vec<Meaning> {
    let jobs = instance.jobs.len();
    let eligibility = instance.eligibility();
    let mut all: Vec<Meaning> = (0..jobs).map(Meaning::Length).collect();
    for (job, eligible) in eligibility.iter().enumerate() {
        all.extend([Meaning::Last(job), Meaning::Completion(job)]);
        for place in 0..jobs {
            all.push(Meaning::Place(job, place));
            let own = (0..eligible.len()).filter(|&class| eligible[class]);
            all.extend(own.map(|class| Meaning::Amount(job, class, place)));
        }
    }
    all
}

fn rates(instance: &Instance) -> Option<&Rates> {
    match &instance.supply {
        Supply::Rates(rates) => Some(rates),
        Supply::Devices(_) => None,
    }
}

impl Formulation<IrsMatching> for CompletionOrder {
    fn missing(&self, instance: &Instance) -> Option<String> {
        let Some(rates) = rates(instance) else {
            return Some("single devices have another exact model".to_owned());
        };
        let has = |cause: &str| Some(format!("there is no exact model of rates with {cause}"));
        if rates.segment_start_ms.len() > 1 {
            return has("changing supply");
        }
        if instance.jobs.iter().any(|job| job.release_ms > 0) {
            return has("releases");
        }
        if instance.jobs.iter().any(|job| job.min_share_ppm.is_some()) {
            return has("minimum shares");
        }
        None
    }

    fn nonzeros(&self, instance: &Instance) -> usize {
        let (jobs, classes) = (instance.jobs.len(), instance.classes.len());
        // Amounts stand in three rows, places in four of which one is long; lengths in all rows.
        let places = jobs * jobs;
        3 * places * classes + places * (4 + 2 * jobs) + jobs * classes + 5 * jobs
    }

    fn build(&self, instance: &Instance) -> MipModel {
        let mut model = MipModel::new("irs_matching");
        let Some(rates) = rates(instance) else { return model };
        let mut columns = HashMap::new();
        for meaning in meanings(instance) {
            columns.insert(meaning, add_column(&mut model, instance, meaning));
        }
        let build = Build { instance, rates, columns, latest_ms: latest_ms(instance) };
        build.add_order(&mut model);
        build.add_supply(&mut model);
        build.add_completions(&mut model);
        model
    }

    fn encode(&self, instance: &Instance, plan: &Plan) -> Vec<f64> {
        let Plan::Fluid(intervals) = plan else { return Vec::new() };
        let last_ms = last_device_ms(instance, plan);
        let mut order: Vec<usize> = (0..last_ms.len()).collect();
        order.sort_by_key(|&job| last_ms[job]);
        let ends_ms: Vec<u64> = order.iter().map(|&job| last_ms[job]).collect();
        let mut values: HashMap<Meaning, f64> = HashMap::new();
        let mut before_ms = 0;
        for (place, (&job, &end_ms)) in order.iter().zip(&ends_ms).enumerate() {
            values.insert(Meaning::Place(job, place), 1.0);
            values.insert(Meaning::Length(place), (end_ms - before_ms) as f64);
            values.insert(Meaning::Last(job), end_ms as f64);
            let completion_ms = instance.jobs[job].completion_ms(end_ms);
            values.insert(Meaning::Completion(job), completion_ms as f64);
            before_ms = end_ms;
        }
        for interval in intervals {
            // Intervals do not reach over completions, which are ends of intervals.
            let place = ends_ms.partition_point(|&end_ms| end_ms < interval.end_ms);
            for grant in &interval.grants {
                let meaning = Meaning::Amount(grant.job.index(), grant.class.index(), place);
                *values.entry(meaning).or_default() += grant.micro_devices as f64 * 1e-6;
            }
        }
        let value = |meaning: &Meaning| values.get(meaning).copied().unwrap_or(0.0);
        meanings(instance).iter().map(value).collect()
    }

    fn decode(&self, instance: &Instance, values: &[f64]) -> Plan {
        let (mut place, mut length) =
            (vec![0; instance.jobs.len()], vec![0.0; instance.jobs.len()]);
        for (meaning, &value) in meanings(instance).iter().zip(values) {
            match *meaning {
                Meaning::Place(job, at) if value > 0.5 => place[job] = at,
                Meaning::Length(at) => length[at] = value.max(0.0),
                _ => {}
            }
        }
        let ends_ms: Vec<f64> = (0..length.len()).map(|k| length[..=k].iter().sum()).collect();
        // Tolerances of the solver and whole ms and micro-devices take a little more time.
        let extra_ms = std::iter::once(0).chain((0..30).map(|power| 1_u64 << power));
        let plans = extra_ms.map(|extra_ms| {
            let end_ms = |job: usize| Some(ends_ms[place[job]].ceil() as u64 + extra_ms);
            let windows = (0..place.len()).map(|job| Window { start_ms: 0, end_ms: end_ms(job) });
            timetable(instance, &windows.collect::<Vec<_>>())
        });
        let plan = |found| match found {
            Timetable::Plan(plan) => Some(plan),
            _ => None,
        };
        plans.filter_map(plan).next().unwrap_or_else(|| Plan::Fluid(Vec::new()))
    }
}

fn add_column(model: &mut MipModel, instance: &Instance, meaning: Meaning) -> Column {
    let free = Bounds::NON_NEGATIVE;
    let continuous = ColumnKind::Continuous;
    match meaning {
        Meaning::Place(job, place) => model.add_binary(format!("z_j{job}_k{place}"), 0.0),
        Meaning::Length(place) => model.add_column(format!("l_k{place}"), free, 0.0, continuous),
        Meaning::Amount(job, class, place) => {
            model.add_column(format!("x_j{job}_a{class}_k{place}"), free, 0.0, continuous)
        }
        Meaning::Last(job) => model.add_column(format!("f_j{job}"), free, 0.0, continuous),
        Meaning::Completion(job) => {
            let Job { weight, deadline_ms, .. } = &instance.jobs[job];
            let bounds = Bounds {
                lower: instance.jobs[job].earliest_completion_ms() as f64,
                upper: deadline_ms.map_or(f64::INFINITY, |deadline_ms| deadline_ms as f64),
            };
            model.add_column(format!("c_j{job}"), bounds, *weight as f64, continuous)
        }
    }
}

/// When all jobs are done that are served one after the other, at the latest.
fn latest_ms(instance: &Instance) -> f64 {
    let curves = instance.supply_curves();
    let alone = |(job, eligible): (&Job, Vec<bool>)| {
        let own: Vec<usize> = (0..eligible.len()).filter(|&class| eligible[class]).collect();
        curves.reach_ms(&own, 0, job.total_micro().into()).unwrap_or(0)
    };
    let one_by_one: u64 = instance.jobs.iter().zip(instance.eligibility()).map(alone).sum();
    let deadline_ms = instance.jobs.iter().filter_map(|job| job.deadline_ms).max().unwrap_or(0);
    (one_by_one + instance.jobs.len() as u64).max(deadline_ms) as f64
}

struct Build<'a> {
    instance: &'a Instance,
    rates: &'a Rates,
    columns: HashMap<Meaning, Column>,
    latest_ms: f64,
}

impl Build<'_> {
    fn entry(&self, meaning: Meaning, value: f64) -> Option<(Column, f64)> {
        self.columns.get(&meaning).map(|&column| (column, value))
    }

    fn add_order(&self, model: &mut MipModel) {
        let count = self.instance.jobs.len();
        for at in 0..count {
            let places = (0..count).filter_map(|place| self.entry(Meaning::Place(at, place), 1.0));
            model.add_row(format!("job_j{at}"), Bounds::exactly(1.0), places);
            let jobs = (0..count).filter_map(|job| self.entry(Meaning::Place(job, at), 1.0));
            model.add_row(format!("place_k{at}"), Bounds::exactly(1.0), jobs);
        }
    }

    fn add_supply(&self, model: &mut MipModel) {
        let (jobs, classes) = (self.instance.jobs.len(), self.instance.classes.len());
        for class in 0..classes {
            // In devices per ms.
            let rate = self.rates.rate_micro_per_s[class][0] as f64 * 1e-9;
            for place in 0..jobs {
                let amounts =
                    (0..jobs).filter_map(|job| self.entry(Meaning::Amount(job, class, place), 1.0));
                let row = amounts.chain(self.entry(Meaning::Length(place), -rate));
                // Supplies are rounded down to whole micro-devices from 0, not from interval to
                // interval, so an interval may hold one more than its length says.
                let name = format!("supply_a{class}_k{place}");
                model.add_row(name, Bounds::at_most(1e-6), row);
            }
        }
    }

    fn add_completions(&self, model: &mut MipModel) {
        let (count, classes) = (self.instance.jobs.len(), self.instance.classes.len());
        for (j, job) in self.instance.jobs.iter().enumerate() {
            let amounts = |place: usize| {
                (0..classes)
                    .filter_map(move |class| self.entry(Meaning::Amount(j, class, place), 1.0))
            };
            let demand = job.total_devices() as f64;
            model.add_row(
                format!("demand_j{j}"),
                Bounds::exactly(demand),
                (0..count).flat_map(amounts),
            );
            for place in 0..count {
                let open = (place..count).filter_map(|k| self.entry(Meaning::Place(j, k), -demand));
                let row = amounts(place).chain(open);
                model.add_row(format!("open_j{j}_k{place}"), Bounds::at_most(0.0), row);
                // F_j − l_1 − … − l_k − M z_jk ≥ −M
                let lengths = (0..=place).filter_map(|k| self.entry(Meaning::Length(k), -1.0));
                let row = lengths
                    .chain(self.entry(Meaning::Last(j), 1.0))
                    .chain(self.entry(Meaning::Place(j, place), -self.latest_ms));
                let bounds = Bounds::at_least(-self.latest_ms);
                model.add_row(format!("last_j{j}_k{place}"), bounds, row);
            }
            let both = [(Meaning::Completion(j), 1.0), (Meaning::Last(j), -1.0)];
            let row = both.into_iter().filter_map(|(meaning, value)| self.entry(meaning, value));
            let bounds = Bounds::at_least(job.round_latency_ms as f64);
            model.add_row(format!("responses_j{j}"), bounds, row);
        }
        let last = (0..count).filter_map(|job| self.entry(Meaning::Last(job), 1.0));
        let lengths = (0..count)
            .filter_map(|place| self.entry(Meaning::Length(place), -((count - place) as f64)));
        model.add_row("sum_of_times", Bounds::exactly(0.0), last.chain(lengths));
    }
}
