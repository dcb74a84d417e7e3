//! Measures what our layer costs around HiGHS: model built, solved with callbacks, values checked,
//! against the same model passed to HiGHS directly (`Highs_passMip`, run, read), both in CPU
//! seconds of this process, alternating, on models of 100,000 binaries.
//!
//! On a busy machine the ratio is noisy, so the CPU seconds of the calling thread are shown too: our
//! layer runs there (building, checking, decoding), HiGHS in a thread of its own.
//!
//! Both routes search alike (same options, same node limit), which the equal objectives and
//! iteration counts show.
//!
//! `cargo run -p placewright-bench --example mip_overhead [-- REPETITIONS]`

use highs::{ColProblem, HighsModelStatus, Sense};
use placewright_solver::mip::highs::HighsBackend;
use placewright_solver::mip::{
    Bounds, Column, MipBackend, MipError, MipLimits, MipModel, MipObserver, MipStart,
};
use rustix::time::{ClockId, clock_gettime};

const PROCESS: ClockId = ClockId::ProcessCPUTime;
const THREAD: ClockId = ClockId::ThreadCPUTime;

/// Lower side, upper side, and entries as column and coefficient.
type Row = (f64, f64, Vec<(usize, f64)>);

/// A model as plain numbers: what either route starts from.
struct Plain {
    name: &'static str,
    costs: Vec<f64>,
    rows: Vec<Row>,
}

/// A small generator (splitmix64), so that the model is the same everywhere.
struct Random(u64);

impl Random {
    fn below(&mut self, bound: u64) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        (z ^ (z >> 31)) % bound
    }
}

/// Generalised assignment: 50 machines, 2,000 jobs, capacities that seldom bind.
fn assignment() -> Plain {
    let (machines, jobs, mut random) = (50, 2000, Random(1));
    let costs = (0..machines * jobs).map(|_| (10 + random.below(41)) as f64).collect();
    let mut rows = Vec::new();
    for machine in 0..machines {
        let cells = machine * jobs..(machine + 1) * jobs;
        let entries: Vec<_> = cells.map(|cell| (cell, (5 + random.below(21)) as f64)).collect();
        rows.push((f64::NEG_INFINITY, (25 * jobs / machines) as f64, entries));
    }
    for job in 0..jobs {
        rows.push((1.0, 1.0, (0..machines).map(|machine| (machine * jobs + job, 1.0)).collect()));
    }
    Plain { name: "assignment 50 x 2000", costs, rows }
}

/// Set covering: 100,000 sets of 4 out of 60 elements.
fn covering() -> Plain {
    let (sets, elements, mut random) = (100_000, 60, Random(2));
    let costs = (0..sets).map(|_| (1 + random.below(100)) as f64).collect();
    let mut rows = vec![(1.0, f64::INFINITY, Vec::new()); elements];
    for set in 0..sets {
        let first = random.below(elements as u64) as usize;
        for step in [0, 1, 7, 31] {
            rows[(first + step * (1 + set % 5)) % elements].2.push((set, 1.0));
        }
    }
    for row in &mut rows {
        row.2.dedup();
    }
    Plain { name: "covering 100000 x 60", costs, rows }
}

/// What a route found and spent.
struct Run {
    objective: f64,
    iterations: u64,
    cpu: f64,
    /// Of the calling thread alone.
    own: f64,
}

fn cpu_seconds(clock: ClockId) -> f64 {
    let time = clock_gettime(clock);
    time.tv_sec as f64 + time.tv_nsec as f64 / 1e9
}

fn direct(plain: &Plain, nodes: i32, step: f64) -> Option<Run> {
    let start = [PROCESS, THREAD].map(cpu_seconds);
    let mut problem = highs::RowProblem::new();
    let columns: Vec<_> =
        plain.costs.iter().map(|cost| problem.add_integer_column(*cost, 0.0..=1.0)).collect();
    for (lower, upper, entries) in &plain.rows {
        let entries: Vec<_> = entries.iter().map(|(column, v)| (columns[*column], *v)).collect();
        problem.add_row(*lower..=*upper, entries);
    }
    let problem: ColProblem = problem.into();
    let mut model = problem.try_optimise(Sense::Minimise).ok()?;
    model.set_option("threads", 1);
    model.set_option("parallel", "off");
    model.set_option("random_seed", 0);
    model.set_option("presolve", "on");
    model.set_option("mip_rel_gap", 0.0);
    model.set_option("mip_abs_gap", 0.99 * step);
    model.set_option("mip_max_nodes", nodes);
    let solved = model.try_solve().ok()?;
    let known = [HighsModelStatus::Optimal, HighsModelStatus::ReachedSolutionLimit];
    let values = solved.get_solution().columns().to_vec();
    let objective = values.iter().zip(&plain.costs).map(|(value, cost)| value * cost).sum();
    let iterations = u64::try_from(solved.simplex_iteration_count()).unwrap_or(0);
    let run = Run {
        objective,
        iterations,
        cpu: cpu_seconds(PROCESS) - start[0],
        own: cpu_seconds(THREAD) - start[1],
    };
    known.contains(&solved.status()).then_some(run)
}

/// An observer that does something with every event, as real callers do.
#[derive(Default)]
struct Counter(u64);

impl MipObserver for Counter {
    fn on_incumbent(&mut self, values: &[f64], _objective: f64) {
        self.0 += values.iter().filter(|value| **value > 0.5).count() as u64;
    }
}

fn layered(plain: &Plain, nodes: u64) -> Result<Run, MipError> {
    let start = [PROCESS, THREAD].map(cpu_seconds);
    let nonzeros = plain.rows.iter().map(|row| row.2.len()).sum();
    let (columns, rows) = (plain.costs.len(), plain.rows.len());
    let mut model = MipModel::with_capacity(plain.name, columns, rows, nonzeros);
    for (index, cost) in plain.costs.iter().enumerate() {
        model.add_binary(format_args!("x({index})"), *cost);
    }
    for (index, (lower, upper, entries)) in plain.rows.iter().enumerate() {
        let entries = entries.iter().map(|(column, value)| (Column::new(*column), *value));
        model.add_row(format_args!("r({index})"), Bounds::between(*lower, *upper), entries);
    }
    let limits = MipLimits { nodes: Some(nodes), ..MipLimits::default() };
    let mut counter = Counter::default();
    let outcome = HighsBackend::default().solve(&model, &limits, MipStart::None, &mut counter)?;
    let objective = outcome.objective.unwrap_or(f64::NAN);
    Ok(Run {
        objective,
        iterations: outcome.lp_iterations,
        cpu: cpu_seconds(PROCESS) - start[0],
        own: cpu_seconds(THREAD) - start[1],
    })
}

fn main() -> Result<(), MipError> {
    let repetitions = std::env::args().nth(1).and_then(|text| text.parse().ok()).unwrap_or(3);
    println!(
        "{:24} {:>9} {:>9} {:>8} {:>9}  same search",
        "model", "direct", "layered", "ratio", "own thread"
    );
    for plain in [assignment(), covering()] {
        let (mut least, mut same) = ([f64::INFINITY; 3], true);
        for _ in 0..repetitions {
            let ours = layered(&plain, 1)?;
            let Some(theirs) = direct(&plain, 1, 1.0) else {
                eprintln!("{}: HiGHS failed", plain.name);
                continue;
            };
            same &= ours.iterations == theirs.iterations;
            same &= (ours.objective - theirs.objective).abs() < 1e-6;
            least = [least[0].min(theirs.cpu), least[1].min(ours.cpu), least[2].min(ours.own)];
        }
        let [direct, layered, own] = least;
        let ratio = layered / direct;
        println!("{:24} {direct:8.2}s {layered:8.2}s {ratio:8.3} {own:9.3}s  {same}", plain.name);
    }
    Ok(())
}
