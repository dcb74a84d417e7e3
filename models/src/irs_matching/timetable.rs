//! Can every job get its devices within a window of time? A transportation problem.
//!
//! Between two neighbouring ends of windows nothing changes, so all devices of a class that come
//! in between are one pile. Devices flow from piles to the jobs whose window covers the pile and
//! whose eligibility covers the class; all demands can be met exactly when the maximum flow meets
//! them, and flows of integers are integers. If not, the jobs beyond a minimum cut ask for more
//! than all piles they can reach together (the theorem of Hall; Gale 1957, "A theorem on flows in
//! networks").
//!
//! Exact. One maximum flow with `O(jobs · classes)` nodes and `O(jobs² · classes)` arcs.

use placewright_solver::graph::{ArcId, FlowNetwork, NodeId, max_flow};

use super::instance::{ClassId, Instance, JobId, MICRO, Supply, Window};
use super::plan::{Grant, Interval, Plan};

/// Beyond this many arcs the question is not asked.
pub const MOST_ARCS: usize = 4_000_000;

/// What became of the question.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Timetable {
    /// A plan in which every job gets its devices within its window. Minimum shares are not
    /// looked at.
    Plan(Plan),
    /// Jobs that ask for more than all they can reach; ascending.
    Violated(Vec<JobId>),
    /// More than [`MOST_ARCS`].
    TooLarge,
}

/// Serves every job within its window, one per job.
#[must_use]
pub fn timetable(instance: &Instance, windows: &[Window]) -> Timetable {
    let network = Network::new(instance, windows);
    // The network is too large for its index types, or for us.
    let Some(network) = network else { return Timetable::TooLarge };
    match network.solve() {
        Some(Ok(flows)) => Timetable::Plan(network.plan(&flows)),
        Some(Err(violated)) => Timetable::Violated(violated),
        None => Timetable::TooLarge,
    }
}

/// A time by which everything is over that can ever be over, whoever is served first.
#[must_use]
pub fn horizon_ms(instance: &Instance) -> u64 {
    let windows = instance.jobs.iter().map(|job| instance.window(job));
    let ends = windows.map(|window| window.end_ms.unwrap_or(window.start_ms));
    let last_ms = ends.max().unwrap_or(0);
    match &instance.supply {
        Supply::Devices(arrivals) => last_ms.max(arrivals.time_ms.last().copied().unwrap_or(0) + 1),
        Supply::Rates(rates) => {
            let curves = instance.supply_curves();
            let last_ms = last_ms.max(rates.segment_start_ms.last().copied().unwrap_or(0));
            let positive =
                (0..instance.classes.len()).map(|c| curves.last_rate(c)).filter(|&r| r > 0);
            let slowest = positive.min().unwrap_or(u128::MAX);
            let wanted: u128 = instance.jobs.iter().map(|job| u128::from(job.total_micro())).sum();
            last_ms + ((wanted + 1) * 1000).div_ceil(slowest) as u64
        }
    }
}

/// All that comes of a class between two neighbouring ends of windows.
struct Pile {
    class: usize,
    start_ms: u64,
    end_ms: u64,
    /// Devices or micro-devices.
    size: u128,
}

/// A pile that may serve a job, with its arc.
struct Link {
    pile: usize,
    job: usize,
    arc: ArcId,
}

struct Network<'a> {
    instance: &'a Instance,
    piles: Vec<Pile>,
    links: Vec<Link>,
    flow: FlowNetwork,
    wanted: Vec<i64>,
}

impl<'a> Network<'a> {
    fn new(instance: &'a Instance, windows: &[Window]) -> Option<Self> {
        let piles = piles(instance, windows);
        let eligibility = instance.eligibility();
        let single = matches!(instance.supply, Supply::Devices(_));
        let unit = if single { 1 } else { MICRO };
        // Demands of valid instances stay below 2^52.
        let wanted: Vec<i64> =
            instance.jobs.iter().map(|job| (job.total_devices() * unit) as i64).collect();
        let reaches = |pile: &Pile, job: usize| {
            let Window { start_ms, end_ms } = windows[job];
            eligibility[job][pile.class]
                && pile.start_ms >= start_ms
                && end_ms.is_none_or(|end_ms| pile.end_ms <= end_ms)
        };
        let mut pairs = Vec::new();
        for (index, pile) in piles.iter().enumerate() {
            pairs.extend((0..wanted.len()).filter(|&j| reaches(pile, j)).map(|j| (index, j)));
            if pairs.len() > MOST_ARCS {
                return None;
            }
        }
        let total: i64 = wanted.iter().sum();
        let mut flow = FlowNetwork::new(2 + piles.len() + wanted.len()).ok()?;
        let (source, sink) = (NodeId(0), NodeId(1));
        for (index, pile) in piles.iter().enumerate() {
            let size = pile.size.min(total as u128) as i64;
            flow.add_arc(source, pile_node(index), size).ok()?;
        }
        let job_node = |job: usize| NodeId((2 + piles.len() + job) as u32);
        for (job, &wanted) in wanted.iter().enumerate() {
            flow.add_arc(job_node(job), sink, wanted).ok()?;
        }
        let mut links = Vec::with_capacity(pairs.len());
        for (pile, job) in pairs {
            // Wide enough never to be part of a minimum cut that leaves somebody short.
            let arc = flow.add_arc(pile_node(pile), job_node(job), total).ok()?;
            links.push(Link { pile, job, arc });
        }
        Some(Self { instance, piles, links, flow, wanted })
    }

    /// The flow on every arc, or the jobs that ask for too much.
    fn solve(&self) -> Option<Result<Vec<i64>, Vec<JobId>>> {
        let best = max_flow(&self.flow, NodeId(0), NodeId(1)).ok()?;
        let total: i128 = self.wanted.iter().map(|&wanted| i128::from(wanted)).sum();
        if best.value == total {
            return Some(Ok(best.flows));
        }
        let first = 2 + self.piles.len();
        let beyond = |&job: &u32| !best.source_side[first + job as usize];
        Some(Err((0..self.wanted.len() as u32).filter(beyond).map(JobId).collect()))
    }

    fn plan(&self, flows: &[i64]) -> Plan {
        let used = self.links.iter().map(|link| (link, flows[link.arc.index()] as u64));
        let used = used.filter(|&(_, amount)| amount > 0);
        match &self.instance.supply {
            Supply::Rates(_) => {
                let mut intervals: Vec<Interval> = Vec::new();
                for (link, micro_devices) in used {
                    let Pile { class, start_ms, end_ms, .. } = self.piles[link.pile];
                    if intervals.last().is_none_or(|last| last.start_ms != start_ms) {
                        intervals.push(Interval { start_ms, end_ms, grants: vec![] });
                    }
                    let (job, class) = (JobId(link.job as u32), ClassId(class as u32));
                    // There is one: it was just pushed where there was none.
                    if let Some(last) = intervals.last_mut() {
                        last.grants.push(Grant { job, class, micro_devices });
                    }
                }
                Plan::Fluid(intervals)
            }
            Supply::Devices(arrivals) => {
                let mut serves = vec![None; arrivals.time_ms.len()];
                let mut queues = vec![Vec::new(); self.piles.len()];
                for (link, amount) in used {
                    queues[link.pile].push((JobId(link.job as u32), amount));
                }
                for (device, serves) in serves.iter_mut().enumerate() {
                    let (time_ms, class) = (arrivals.time_ms[device], arrivals.class[device]);
                    let pile = self.piles.iter().position(|pile| {
                        pile.class == class as usize
                            && (pile.start_ms..pile.end_ms).contains(&time_ms)
                    });
                    let Some(queue) = pile.map(|pile| &mut queues[pile]) else { continue };
                    *serves = queue.first().map(|&(job, _)| job);
                    if let Some((_, left)) = queue.first_mut() {
                        *left -= 1;
                    }
                    queue.retain(|&(_, left)| left > 0);
                }
                Plan::Devices(serves)
            }
        }
    }
}

fn pile_node(pile: usize) -> NodeId {
    NodeId((2 + pile) as u32)
}

/// Piles in the order of time.
fn piles(instance: &Instance, windows: &[Window]) -> Vec<Pile> {
    let horizon_ms = horizon_ms(instance);
    let mut ends: Vec<u64> = vec![horizon_ms];
    for window in windows {
        ends.push(window.start_ms);
        ends.extend(window.end_ms);
    }
    ends.sort_unstable();
    ends.dedup();
    let curves = instance.supply_curves();
    let mut piles = Vec::new();
    for pair in ends.windows(2) {
        let (start_ms, end_ms) = (pair[0], pair[1]);
        for class in 0..instance.classes.len() {
            let size = curves.between(class, start_ms, end_ms);
            if size > 0 {
                piles.push(Pile { class, start_ms, end_ms, size });
            }
        }
    }
    piles
}
