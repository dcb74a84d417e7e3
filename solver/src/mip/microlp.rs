//! microlp, a small solver in pure Rust, through good_lp. Always compiled in: the second engine of
//! the cross-checks and the fallback where HiGHS cannot be built. Quick on tiny models, hopeless
//! beyond about a hundred binaries of a hard one.
//!
//! It reports no bound, no nodes and no incumbents before the end, and takes no deterministic limit.

use std::time::Instant;

use good_lp::solvers::SolutionStatus;
use good_lp::{
    Expression, ProblemVariables, ResolutionError, Solution, SolverModel, Variable, WithMipGap,
    WithTimeLimit, constraint, variable,
};

use super::model::{Bounds, ColumnKind, MipModel, Sense};
use super::solve::{MipBackend, MipError, MipLimits, MipObserver, MipOutcome, MipStart, MipStop};
use super::tracker::{Claim, Event, Progress, Report, Tracker};
use super::watchdog::{Events, Verdict, supervise};

const NAME: &str = "microlp";

/// The pure-Rust backend: microlp, through good_lp.
#[derive(Clone, Copy, Debug, Default)]
pub struct MicrolpBackend;

impl MipBackend for MicrolpBackend {
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
        refuse_what_cannot_be_done(model, limits, start)?;
        let job = {
            let (model, limits) = (model.clone(), limits.clone());
            move |_: &Events<Report, Event>| run(&model, &limits)
        };
        let verdict = supervise(job, |event| tracker.listen(event, || ()));
        match verdict {
            Ok(Verdict::Finished(report)) => Ok(tracker.conclude(report)),
            Ok(Verdict::LeftBehind) => Ok(tracker.leave_behind()),
            Ok(Verdict::Panicked(text)) => {
                Ok(tracker.conclude(report_of(model, Claim::Failed(format!("panic: {text}")))))
            }
            Err(error) => Err(MipError::Backend { backend: NAME, cause: error.to_string() }),
        }
    }
}

fn refuse_what_cannot_be_done(
    model: &MipModel,
    limits: &MipLimits,
    start: MipStart<'_>,
) -> Result<(), MipError> {
    let unsupported = |what: &str| Err(MipError::Unsupported { backend: NAME, what: what.into() });
    if limits.lp_iterations.is_some() || limits.nodes.is_some() {
        return unsupported("limits of iterations or nodes");
    }
    if matches!(start, MipStart::Partial(_)) {
        return unsupported("partial starts");
    }
    let beyond = |bound: f64| bound.is_finite() && bound.abs() > f64::from(i32::MAX);
    let too_wide =
        model.columns().filter(|column| model.kind(*column) == ColumnKind::Integer).any(|column| {
            let Bounds { lower, upper } = model.column_bounds(column);
            beyond(lower) || beyond(upper)
        });
    if too_wide { unsupported("integer bounds beyond 32 bits") } else { Ok(()) }
}

fn report_of(model: &MipModel, claim: Claim) -> Report {
    let bound = -model.sense().sign() * f64::INFINITY;
    let progress = Progress { bound, nodes: 0, lp_iterations: 0 };
    Report { claim, values: None, progress, start_used: None }
}

fn run(model: &MipModel, limits: &MipLimits) -> Report {
    if model.num_columns() == 0 {
        return without_columns(model);
    }
    let (variables, problem) = translate(model);
    let problem = match problem.with_mip_gap(limits.relative_gap as f32) {
        Ok(problem) => problem,
        Err(error) => return report_of(model, Claim::Failed(error.to_string())),
    };
    let seconds = limits
        .deadline
        .map(|deadline| deadline.saturating_duration_since(Instant::now()).as_secs_f64());
    let solved = match seconds {
        Some(seconds) => problem.with_time_limit(seconds).solve(),
        None => problem.solve(),
    };
    match solved {
        Ok(solution) => report_solution(model, &variables, &solution),
        Err(error) => report_of(model, claim_of(&error, limits)),
    }
}

/// The answer where there is nothing to decide.
pub(super) fn without_columns(model: &MipModel) -> Report {
    let feasible = model.violations(&[], super::tracker::FEASIBILITY).is_empty();
    let claim = if feasible { Claim::Optimal } else { Claim::Infeasible };
    let mut report = report_of(model, claim);
    if feasible {
        report.values = Some(Vec::new());
        report.progress.bound = model.constant();
    }
    report
}

fn claim_of(error: &ResolutionError, limits: &MipLimits) -> Claim {
    let late = limits.deadline.is_some_and(|deadline| Instant::now() >= deadline);
    match error {
        ResolutionError::Infeasible => Claim::Infeasible,
        ResolutionError::Unbounded => Claim::Unbounded,
        ResolutionError::Other(_) if late => Claim::Stopped(MipStop::TimeLimit),
        other => Claim::Failed(other.to_string()),
    }
}

fn report_solution(model: &MipModel, variables: &[Variable], solution: &impl Solution) -> Report {
    let values: Vec<f64> = variables.iter().map(|variable| solution.value(*variable)).collect();
    let claim = match solution.status() {
        _ if hits_32_bits(model, &values) => {
            Claim::Failed("an unbounded integer column reached 32 bits".to_owned())
        }
        SolutionStatus::Optimal | SolutionStatus::GapLimit => Claim::Optimal,
        SolutionStatus::TimeLimit => Claim::Stopped(MipStop::TimeLimit),
    };
    let mut report = report_of(model, claim);
    let proved = matches!(solution.status(), SolutionStatus::Optimal);
    if proved && report.claim == Claim::Optimal {
        report.progress.bound = model.objective(&values);
    }
    report.values = Some(values);
    report
}

/// good_lp gives unbounded integer columns 32-bit bounds; an answer there is no answer.
fn hits_32_bits(model: &MipModel, values: &[f64]) -> bool {
    let limit = f64::from(i32::MAX) - 1.0;
    model.columns().any(|column| {
        model.kind(column) == ColumnKind::Integer && values[column.index()].abs() >= limit
    })
}

/// The model in good_lp's terms, ready for microlp. The constant stays behind: the objective is
/// always recomputed from the values.
fn translate(
    model: &MipModel,
) -> (
    Vec<Variable>,
    impl SolverModel<Error = ResolutionError, Solution: Solution> + WithMipGap + WithTimeLimit,
) {
    let mut problem = ProblemVariables::new();
    let variables: Vec<Variable> = model
        .columns()
        .map(|column| {
            let Bounds { lower, upper } = model.column_bounds(column);
            let definition = variable().min(lower).max(upper);
            problem.add(match model.kind(column) {
                ColumnKind::Integer => definition.integer(),
                ColumnKind::Continuous => definition,
            })
        })
        .collect();
    let costs = model.columns().map(|column| (column, model.cost(column)));
    let objective = expression(&variables, costs);
    let unsolved = match model.sense() {
        Sense::Minimise => problem.minimise(objective),
        Sense::Maximise => problem.maximise(objective),
    };
    let mut solver = unsolved.using(good_lp::microlp);
    for row in model.rows() {
        let Bounds { lower, upper } = model.row_bounds(row);
        let activity = expression(&variables, model.entries(row));
        if lower == upper {
            solver.add_constraint(constraint::eq(activity, lower));
            continue;
        }
        if lower > f64::NEG_INFINITY {
            solver.add_constraint(constraint::geq(activity.clone(), lower));
        }
        if upper < f64::INFINITY {
            solver.add_constraint(constraint::leq(activity, upper));
        }
    }
    (variables, solver)
}

fn expression(
    variables: &[Variable],
    terms: impl Iterator<Item = (super::model::Column, f64)>,
) -> Expression {
    let mut sum = Expression::with_capacity(terms.size_hint().0);
    for (column, value) in terms {
        sum.add_mul(value, variables[column.index()]);
    }
    sum
}
