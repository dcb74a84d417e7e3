//! HiGHS as a [`MipBackend`]: built and run in a thread of its own, under the watchdog.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Instant;

use highs::HighsModelStatus;

use super::arrays::{Arrays, index};
use super::ffi::{Answer, HighsError, Session, Signal};
use crate::mip::microlp::without_columns;
use crate::mip::model::MipModel;
use crate::mip::solve::{
    MipBackend, MipError, MipLimits, MipObserver, MipOutcome, MipStart, MipStop,
};
use crate::mip::tracker::{Claim, Event, Progress, Report, Tracker};
use crate::mip::watchdog::{Events, Verdict, supervise};

const NAME: &str = "highs";

/// Whether HiGHS may simplify the model first.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Presolve {
    /// It may.
    #[default]
    On,
    /// It may not: for cross-checks, since most wrong answers of HiGHS's history came from here.
    Off,
}

/// The HiGHS backend. See the [module](super) for its options.
#[derive(Clone, Copy, Debug, Default)]
pub struct HighsBackend {
    /// Whether HiGHS may simplify the model first.
    pub presolve: Presolve,
}

impl MipBackend for HighsBackend {
    fn name(&self) -> &'static str {
        NAME
    }

    fn solve(
        &self,
        model: &MipModel,
        limits: &MipLimits,
        start: MipStart<'_>,
        observer: &mut dyn MipObserver,
    ) -> Result<MipOutcome, MipError> {
        let mut tracker = Tracker::new(model, limits, start, observer)?;
        if model.num_columns() == 0 {
            return Ok(tracker.conclude(without_columns(model)));
        }
        let interrupt = Arc::new(AtomicBool::new(false));
        let job = Job {
            presolve: self.presolve,
            arrays: Arrays::of(model),
            has_integers: model.has_integers(),
            proof_gap: tracker.proof_gap(),
            start: Start::of(model, start),
            limits: limits.clone(),
            interrupt: Arc::clone(&interrupt),
        };
        let raise = || interrupt.store(true, Ordering::Relaxed);
        let verdict =
            supervise(move |events| job.run(events), |event| tracker.listen(event, raise));
        match verdict {
            Ok(Verdict::Finished(Ok(report))) => Ok(tracker.conclude(report)),
            Ok(Verdict::Finished(Err(error))) => Ok(tracker.conclude(failed(error.to_string()))),
            Ok(Verdict::Panicked(text)) => Ok(tracker.conclude(failed(format!("panic: {text}")))),
            Ok(Verdict::LeftBehind) => Ok(tracker.leave_behind()),
            Err(error) => Err(MipError::Backend { backend: NAME, cause: error.to_string() }),
        }
    }
}

fn failed(text: String) -> Report {
    let progress = Progress { bound: f64::NAN, nodes: 0, lp_iterations: 0 };
    Report { claim: Claim::Failed(text), values: None, progress, start_used: None }
}

/// A start in HiGHS's terms, with its objective where that is known.
enum Start {
    None,
    Full(Vec<f64>, f64),
    Partial(Vec<highs_sys::HighsInt>, Vec<f64>),
}

impl Start {
    fn of(model: &MipModel, start: MipStart<'_>) -> Self {
        match start {
            MipStart::None => Start::None,
            MipStart::Full(values) => Start::Full(values.to_vec(), model.objective(values)),
            MipStart::Partial(entries) => {
                let columns = entries.iter().map(|(column, _)| index(column.index())).collect();
                Start::Partial(columns, entries.iter().map(|(_, value)| *value).collect())
            }
        }
    }
}

/// Everything the engine's thread needs, owned by it.
struct Job {
    presolve: Presolve,
    arrays: Arrays,
    has_integers: bool,
    proof_gap: f64,
    start: Start,
    limits: MipLimits,
    interrupt: Arc<AtomicBool>,
}

type Sink = Events<Result<Report, HighsError>, Event>;

impl Job {
    fn run(self, events: &Sink) -> Result<Report, HighsError> {
        let mut session = Session::new()?;
        self.set_options(&mut session)?;
        session.pass(&self.arrays)?;
        match &self.start {
            Start::Full(values, _) if self.has_integers => session.set_solution(values)?,
            Start::Partial(columns, values) if self.has_integers => {
                session.set_sparse_solution(columns, values)?;
            }
            _ => {}
        }
        let mut watch = Watch::new(&self, events);
        let status = session.run(&mut |signal| watch.answer(signal))?;
        let (first_incumbent, iterations_spent) = (watch.first_incumbent, watch.iterations_spent);
        self.report(&session, status, first_incumbent, iterations_spent)
    }

    fn set_options(&self, session: &mut Session) -> Result<(), HighsError> {
        let limits = &self.limits;
        let capped = |number: u64| i32::try_from(number).unwrap_or(i32::MAX);
        session.set_option("output_flag", false)?;
        session.set_option("presolve", if self.presolve == Presolve::On { "on" } else { "off" })?;
        session.set_option("threads", capped(u64::from(limits.threads.max(1))))?;
        session.set_option("parallel", if limits.threads > 1 { "on" } else { "off" })?;
        session.set_option("random_seed", (limits.seed & 0x7fff_ffff) as i32)?;
        session.set_option("mip_rel_gap", limits.relative_gap)?;
        session.set_option("mip_abs_gap", self.proof_gap)?;
        if let Some(deadline) = limits.deadline {
            let left = deadline.saturating_duration_since(Instant::now()).as_secs_f64();
            session.set_option("time_limit", left)?;
        }
        if let Some(nodes) = limits.nodes {
            session.set_option("mip_max_nodes", capped(nodes))?;
        }
        match limits.lp_iterations {
            Some(count) if !self.has_integers => {
                session.set_option("simplex_iteration_limit", capped(count))
            }
            _ => Ok(()),
        }
    }

    fn report(
        &self,
        session: &Session,
        status: HighsModelStatus,
        first_incumbent: Option<f64>,
        iterations_spent: bool,
    ) -> Result<Report, HighsError> {
        let claim = claim(status, iterations_spent);
        let values = match session.int_info(c"primal_solution_status") {
            Some(2) => Some(session.solution()?.columns),
            _ => None,
        };
        let count = |number: Option<i64>| number.and_then(|n| u64::try_from(n).ok()).unwrap_or(0);
        let simplex = count(session.int_info(c"simplex_iteration_count"));
        let bound = match self.has_integers {
            true => session.double_info(c"mip_dual_bound").unwrap_or(f64::NAN),
            // HiGHS keeps no bound for a linear program; at an optimum it is the objective.
            false if claim == Claim::Optimal => {
                session.double_info(c"objective_function_value").unwrap_or(f64::NAN)
            }
            false => f64::NAN,
        };
        let nodes = count(session.int64_info(c"mip_node_count"));
        let progress = Progress { bound, nodes, lp_iterations: simplex };
        let start_used =
            match &self.start {
                Start::None => None,
                Start::Full(_, objective) => Some(first_incumbent.is_some_and(|first| {
                    (first - objective).abs() <= 1e-6 * objective.abs().max(1.0)
                })),
                Start::Partial(..) => Some(first_incumbent.is_some()),
            };
        Ok(Report { claim, values, progress, start_used })
    }
}

/// What the callbacks of one run remember.
struct Watch<'a> {
    events: &'a Sink,
    interrupt: &'a AtomicBool,
    iteration_limit: Option<u64>,
    last_bound: f64,
    /// The objective HiGHS holds when it first looks at its limits: the start's, if it took it.
    first_incumbent: Option<f64>,
    looked: bool,
    iterations_spent: bool,
}

impl<'a> Watch<'a> {
    fn new(job: &'a Job, events: &'a Sink) -> Self {
        Self {
            events,
            interrupt: &job.interrupt,
            iteration_limit: job.limits.lp_iterations.filter(|_| job.has_integers),
            last_bound: f64::NAN,
            first_incumbent: None,
            looked: false,
            iterations_spent: false,
        }
    }

    fn answer(&mut self, signal: Signal<'_>) -> Answer {
        match signal {
            Signal::Values(values) => self.events.send(Event::Values(values.to_vec())),
            Signal::Mip { bound, incumbent, nodes, lp_iterations } => {
                self.first_look(incumbent);
                if bound != self.last_bound {
                    self.last_bound = bound;
                    let progress = Progress { bound, nodes, lp_iterations };
                    self.events.send(Event::Progress(progress));
                }
                self.iterations_spent |=
                    self.iteration_limit.is_some_and(|limit| lp_iterations >= limit);
            }
            Signal::Lp => {}
        }
        let stop = self.iterations_spent || self.interrupt.load(Ordering::Relaxed);
        if stop { Answer::Interrupt } else { Answer::Continue }
    }

    fn first_look(&mut self, incumbent: f64) {
        if !self.looked {
            self.looked = true;
            self.first_incumbent = Some(incumbent).filter(|objective| objective.is_finite());
        }
    }
}

fn claim(status: HighsModelStatus, iterations_spent: bool) -> Claim {
    match status {
        HighsModelStatus::Optimal | HighsModelStatus::ModelEmpty => Claim::Optimal,
        HighsModelStatus::Infeasible => Claim::Infeasible,
        HighsModelStatus::Unbounded => Claim::Unbounded,
        HighsModelStatus::UnboundedOrInfeasible => Claim::InfeasibleOrUnbounded,
        HighsModelStatus::ReachedTimeLimit => Claim::Stopped(MipStop::TimeLimit),
        HighsModelStatus::ReachedIterationLimit => Claim::Stopped(MipStop::IterationLimit),
        // The only solution limit we set is the one on nodes.
        HighsModelStatus::ReachedSolutionLimit => Claim::Stopped(MipStop::NodeLimit),
        HighsModelStatus::ReachedInterrupt if iterations_spent => {
            Claim::Stopped(MipStop::IterationLimit)
        }
        HighsModelStatus::ReachedInterrupt => Claim::Stopped(MipStop::Cancelled),
        HighsModelStatus::ReachedMemoryLimit => Claim::Stopped(MipStop::MemoryLimit),
        other => Claim::Failed(format!("HiGHS ended with {other:?}")),
    }
}
