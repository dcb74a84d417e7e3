//! Solves DIMACS `.min` files and prints one line per file: cost and CPU seconds.
//!
//! `METHOD FILE…`, where the method is `flow` or, for networks of unit supplies and demands,
//! `assignment`. The seconds cover building the data structures, solving and extracting the
//! answer with its prices, not reading the file. `--write DIRECTORY SEED` writes the standard
//! instances instead.

use std::fs::{self, File};
use std::io::{BufWriter, Write};
use std::path::Path;
use std::process::ExitCode;
use std::time::Duration;

use placewright_solver::graph::dimacs::MinCostFlowProblem;
use placewright_solver::graph::generate_costs::COSTLY_KINDS;
use placewright_solver::graph::{
    DenseCosts, FlowNetwork, MinCostFlowMethod, SparseCosts, assign_dense, assign_sparse, dimacs,
    min_cost_flow, verify_assignment, verify_min_cost_flow,
};
use rustix::time::{ClockId, clock_gettime};

type Outcome<T> = Result<T, Box<dyn std::error::Error>>;

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let outcome = match arguments.as_slice() {
        [flag, directory, seed] if flag == "--write" => write(Path::new(directory), seed),
        [method, files @ ..] => files.iter().try_for_each(|file| solve(method, file)),
        [] => Err("usage: min_cost_flow METHOD FILE...".into()),
    };
    match outcome {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("{error}");
            ExitCode::FAILURE
        }
    }
}

fn write(directory: &Path, seed: &str) -> Outcome<()> {
    for kind in COSTLY_KINDS {
        let path = directory.join(kind.name).with_extension("min");
        let mut file = BufWriter::new(File::create(path)?);
        let network = (kind.generate)(seed.parse()?)?;
        dimacs::write_min_cost_flow(&MinCostFlowProblem::without_lower_bounds(network), &mut file)?;
        file.flush()?;
    }
    Ok(())
}

fn solve(method: &str, file: &str) -> Outcome<()> {
    let problem = dimacs::read_min_cost_flow(&fs::read_to_string(file)?)
        .map_err(|errors| format!("{file}: {}", errors[0]))?;
    let (cost, seconds) = match method {
        "flow" => solve_flow(&problem.network)?,
        "assignment" => solve_assignment(&problem.network)?,
        other => return Err(format!("there is no method {other}").into()),
    };
    println!("{} {seconds:.6}", cost + problem.lower_bound_cost());
    Ok(())
}

fn solve_flow(network: &FlowNetwork) -> Outcome<(i128, f64)> {
    let start = cpu_time();
    let best = min_cost_flow(network, MinCostFlowMethod::Auto)?;
    let seconds = (cpu_time() - start).as_secs_f64();
    verify_min_cost_flow(network, &best)?;
    Ok((best.cost, seconds))
}

/// Rows are the nodes that supply; a network with an arc for every pair counts as full.
fn solve_assignment(network: &FlowNetwork) -> Outcome<(i128, f64)> {
    let rows = network.supplies().iter().take_while(|&&supply| supply == 1).count();
    let columns = network.node_count() - rows;
    let ends = network.tails().iter().zip(network.heads());
    let entries: Vec<(u32, u32, i64)> = ends
        .zip(network.costs())
        .map(|((tail, head), &cost)| (tail.0, head.0.wrapping_sub(rows as u32), cost))
        .collect();
    let full = entries.len() == rows * columns
        && (0..)
            .zip(&entries)
            .all(|(index, &(row, column, _))| index == row as usize * columns + column as usize);
    let start = cpu_time();
    if full {
        let costs = DenseCosts::new(rows, columns, network.costs().to_vec())?;
        let best = assign_dense(&costs)?;
        let seconds = (cpu_time() - start).as_secs_f64();
        verify_assignment(&costs, &best)?;
        Ok((best.cost, seconds))
    } else {
        let costs = SparseCosts::new(rows, columns, &entries)?;
        let best = assign_sparse(&costs)?;
        let seconds = (cpu_time() - start).as_secs_f64();
        verify_assignment(&costs, &best)?;
        Ok((best.cost, seconds))
    }
}

/// CPU time that this process has used.
fn cpu_time() -> Duration {
    let time = clock_gettime(ClockId::ProcessCPUTime);
    Duration::new(time.tv_sec as u64, time.tv_nsec as u32)
}
