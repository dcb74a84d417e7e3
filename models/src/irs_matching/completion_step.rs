//! The exact model of single devices: which device serves whom, and who is done by when.
//!
//! With `e(1), e(2), …` the devices that may serve job `j` within its window, in the order of
//! arrival, `u_jp = 1` says that the job is not done before `e(p)`, `x_jp` that `e(p)` serves it:
//!
//! ```text
//! min Σ_j w_j [ v_jD + Σ_{p > D} (v_jp − v_j,p−1) u_jp ]     v_jp: completion if e(p) is the last
//! Σ_p x_jp = D,   x_jp ≤ u_jp,   u_j,p+1 ≤ u_jp   (p > D),   Σ_{jp: e(p) = i} x_jp ≤ 1
//! ```
//!
//! and for minimum shares `Σ_{q ≤ p} x_jq ≥` what is due after `e(p)`. This is the completion-index
//! model with `y_jp = u_jp − u_j,p+1`, where `y_jp = 1` says that `e(p)` is the last device; written
//! in steps its rows are short. `x` may stay continuous: for fixed `u` the rest is a transportation
//! problem. O(devices · jobs) nonzeros, and as many per device again for minimum shares.

use placewright_solver::exact::Formulation;
use placewright_solver::mip::{Bounds, Column, ColumnKind, MipModel};

use super::instance::{Arrivals, Instance, Job, JobId, Supply, Window};
use super::plan::Plan;
use super::problem::IrsMatching;
use super::timetable::{Timetable, timetable};

/// The formulation by completion steps.
#[derive(Clone, Copy, Debug, Default)]
pub struct CompletionStep;

/// A job's devices in the order of arrival.
struct Lane<'a> {
    job: &'a Job,
    /// Positions of devices in the list of arrivals.
    devices: Vec<usize>,
    /// Devices wanted.
    wanted: usize,
    /// Column of the first `x`; the `u` follow the `x`.
    first: usize,
}

impl Lane<'_> {
    fn serves(&self, position: usize) -> Column {
        Column::new(self.first + position)
    }

    /// `None` for the devices without which no job is done.
    fn goes_on(&self, position: usize) -> Option<Column> {
        let step = position.checked_sub(self.wanted)?;
        Some(Column::new(self.first + self.devices.len() + step))
    }

    fn columns(&self) -> usize {
        self.devices.len() + self.devices.len().saturating_sub(self.wanted)
    }
}

/// Positions among a job's devices after which more is due than before, with how much.
fn due_steps(job: &Job, devices: usize) -> impl Iterator<Item = (usize, u64)> + '_ {
    let (total, mut before) = (job.total_devices(), 0);
    let due = (1..=devices).map(move |offered| job.least_due(offered as u128, total));
    due.enumerate().filter(move |&(_, due)| std::mem::replace(&mut before, due) < due)
}

fn arrivals(instance: &Instance) -> Option<&Arrivals> {
    match &instance.supply {
        Supply::Devices(arrivals) => Some(arrivals),
        Supply::Rates(_) => None,
    }
}

fn lanes<'a>(instance: &'a Instance, arrivals: &Arrivals) -> Vec<Lane<'a>> {
    let mut first = 0;
    let lane = |(job, eligible): (&'a Job, Vec<bool>)| {
        let Window { start_ms, end_ms } = instance.window(job);
        let useful = |&device: &usize| {
            let time_ms = arrivals.time_ms[device];
            eligible[arrivals.class[device] as usize]
                && time_ms >= start_ms
                && end_ms.is_none_or(|end_ms| time_ms < end_ms)
        };
        let devices = (0..arrivals.time_ms.len()).filter(useful).collect();
        let lane = Lane { job, devices, wanted: job.total_devices() as usize, first };
        first += lane.columns();
        lane
    };
    instance.jobs.iter().zip(instance.eligibility()).map(lane).collect()
}

impl Formulation<IrsMatching> for CompletionStep {
    fn missing(&self, instance: &Instance) -> Option<String> {
        let cause = "rates have no exact model by single devices";
        arrivals(instance).is_none().then(|| cause.to_owned())
    }

    fn nonzeros(&self, instance: &Instance) -> usize {
        let curves = instance.supply_curves();
        let of_job = |(job, eligible): (&Job, Vec<bool>)| {
            let Window { start_ms, end_ms } = instance.window(job);
            let own = (0..eligible.len()).filter(|&class| eligible[class]);
            let useful =
                own.map(|class| curves.between(class, start_ms, end_ms.unwrap_or(u64::MAX)));
            let devices = useful.sum::<u128>() as usize;
            let steps = devices.saturating_sub(job.total_devices() as usize);
            let shares = match job.min_share_ppm {
                Some(_) => due_steps(job, devices).map(|(position, _)| position + 1).sum(),
                None => 0,
            };
            2 * devices + 4 * steps + shares
        };
        instance.jobs.iter().zip(instance.eligibility()).map(of_job).sum()
    }

    fn build(&self, instance: &Instance) -> MipModel {
        let mut model = MipModel::new("irs_matching");
        let Some(arrivals) = arrivals(instance) else { return model };
        let lanes = lanes(instance, arrivals);
        let mut constant = 0.0;
        for (j, lane) in lanes.iter().enumerate() {
            constant += add_columns(&mut model, arrivals, j, lane);
        }
        model.set_constant(constant);
        let mut of_device = vec![Vec::new(); arrivals.time_ms.len()];
        for (j, lane) in lanes.iter().enumerate() {
            add_rows(&mut model, j, lane);
            for (position, &device) in lane.devices.iter().enumerate() {
                of_device[device].push((lane.serves(position), 1.0));
            }
        }
        for (device, entries) in of_device.into_iter().enumerate() {
            if entries.len() > 1 {
                model.add_row(format!("device_i{device}"), Bounds::at_most(1.0), entries);
            }
        }
        model
    }

    fn encode(&self, instance: &Instance, plan: &Plan) -> Vec<f64> {
        let (Some(arrivals), Plan::Devices(serves)) = (arrivals(instance), plan) else {
            return Vec::new();
        };
        let lanes = lanes(instance, arrivals);
        let mut values = vec![0.0; lanes.iter().map(Lane::columns).sum()];
        for (lane, id) in lanes.iter().zip((0..).map(JobId)) {
            let used = |&position: &usize| serves[lane.devices[position]] == Some(id);
            let used: Vec<usize> = (0..lane.devices.len()).filter(used).collect();
            used.iter().for_each(|&position| values[lane.serves(position).index()] = 1.0);
            let until = used.last().map_or(0, |last| last + 1);
            let steps = (0..until).filter_map(|position| lane.goes_on(position));
            steps.for_each(|column| values[column.index()] = 1.0);
        }
        values
    }

    fn decode(&self, instance: &Instance, values: &[f64]) -> Plan {
        let Some(arrivals) = arrivals(instance) else { return Plan::Fluid(Vec::new()) };
        let lanes = lanes(instance, arrivals);
        if values.iter().any(|value| (value - value.round()).abs() > WHOLE)
            && let Some(plan) = whole_devices(instance, arrivals, &lanes, values)
        {
            return plan;
        }
        let mut serves = vec![None; arrivals.time_ms.len()];
        for (lane, id) in lanes.iter().zip((0..).map(JobId)) {
            for (position, &device) in lane.devices.iter().enumerate() {
                if values[lane.serves(position).index()] > 0.5 {
                    serves[device] = Some(id);
                }
            }
        }
        Plan::Devices(serves)
    }
}

/// How far from whole numbers values may be to be taken for them.
const WHOLE: f64 = 1e-6;

/// A solver may split devices between jobs; for the same completions whole ones do as well.
fn whole_devices(
    instance: &Instance,
    arrivals: &Arrivals,
    lanes: &[Lane],
    values: &[f64],
) -> Option<Plan> {
    let window = |lane: &Lane| {
        let goes_on = |&position: &usize| {
            lane.goes_on(position).is_none_or(|column| values[column.index()] > 0.5)
        };
        let last = (0..lane.devices.len()).rfind(goes_on)?;
        let end_ms = Some(instance.end_after(arrivals.time_ms[lane.devices[last]]));
        Some(Window { start_ms: lane.job.release_ms, end_ms })
    };
    let windows: Vec<Window> = lanes.iter().map(window).collect::<Option<_>>()?;
    match timetable(instance, &windows) {
        Timetable::Plan(plan) => Some(plan),
        _ => None,
    }
}

/// Adds a job's columns; its cost if it is done with the first devices it can have.
fn add_columns(model: &mut MipModel, arrivals: &Arrivals, j: usize, lane: &Lane) -> f64 {
    for &device in &lane.devices {
        let name = format!("x_j{j}_i{device}");
        model.add_column(name, Bounds::UNIT, 0.0, ColumnKind::Continuous);
    }
    let completion_ms =
        |position: usize| lane.job.completion_ms(arrivals.time_ms[lane.devices[position]]);
    for position in lane.wanted..lane.devices.len() {
        let step_ms = completion_ms(position) - completion_ms(position - 1);
        let cost = lane.job.weight as f64 * step_ms as f64;
        model.add_binary(format!("u_j{j}_i{}", lane.devices[position]), cost);
    }
    if lane.devices.len() < lane.wanted {
        return 0.0;
    }
    lane.job.weight as f64 * completion_ms(lane.wanted - 1) as f64
}

fn add_rows(model: &mut MipModel, j: usize, lane: &Lane) {
    let all = (0..lane.devices.len()).map(|position| (lane.serves(position), 1.0));
    model.add_row(format!("demand_j{j}"), Bounds::exactly(lane.wanted as f64), all);
    for position in lane.wanted..lane.devices.len() {
        let Some(goes_on) = lane.goes_on(position) else { continue };
        let device = lane.devices[position];
        let entries = [(lane.serves(position), 1.0), (goes_on, -1.0)];
        model.add_row(format!("open_j{j}_i{device}"), Bounds::at_most(0.0), entries);
        if let Some(before) = position.checked_sub(1).and_then(|before| lane.goes_on(before)) {
            let entries = [(goes_on, 1.0), (before, -1.0)];
            model.add_row(format!("step_j{j}_i{device}"), Bounds::at_most(0.0), entries);
        }
    }
    for (position, due) in due_steps(lane.job, lane.devices.len()) {
        let so_far = (0..=position).map(|position| (lane.serves(position), 1.0));
        let name = format!("share_j{j}_i{}", lane.devices[position]);
        model.add_row(name, Bounds::at_least(due as f64), so_far);
    }
}
