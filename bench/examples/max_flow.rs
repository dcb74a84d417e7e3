//! Solves DIMACS `.max` files and prints one line per file: value and CPU seconds.
//!
//! The seconds cover building the residual network, solving and extracting the flow, not reading
//! the file. `--write DIRECTORY SEED` writes the standard instances instead.

use std::fs::{self, File};
use std::io::{BufWriter, Write};
use std::path::Path;
use std::process::ExitCode;
use std::time::Duration;

use placewright_solver::graph::generate::MAX_FLOW_KINDS;
use placewright_solver::graph::{dimacs, max_flow, verify_max_flow};
use rustix::time::{ClockId, clock_gettime};

type Outcome = Result<(), Box<dyn std::error::Error>>;

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let outcome = match arguments.as_slice() {
        [flag, directory, seed] if flag == "--write" => write(Path::new(directory), seed),
        files => files.iter().try_for_each(|file| solve(file)),
    };
    match outcome {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("{error}");
            ExitCode::FAILURE
        }
    }
}

fn write(directory: &Path, seed: &str) -> Outcome {
    for kind in MAX_FLOW_KINDS {
        let path = directory.join(kind.name).with_extension("max");
        let mut file = BufWriter::new(File::create(path)?);
        dimacs::write_max_flow(&(kind.generate)(seed.parse()?)?, &mut file)?;
        file.flush()?;
    }
    Ok(())
}

fn solve(file: &str) -> Outcome {
    let problem = dimacs::read_max_flow(&fs::read_to_string(file)?)
        .map_err(|errors| format!("{file}: {}", errors[0]))?;
    let start = cpu_time();
    let best = max_flow(&problem.network, problem.source, problem.sink)?;
    let seconds = (cpu_time() - start).as_secs_f64();
    verify_max_flow(&problem.network, problem.source, problem.sink, &best)?;
    println!("{} {seconds:.6}", best.value);
    Ok(())
}

/// CPU time that this process has used.
fn cpu_time() -> Duration {
    let time = clock_gettime(ClockId::ProcessCPUTime);
    Duration::new(time.tv_sec as u64, time.tv_nsec as u32)
}
