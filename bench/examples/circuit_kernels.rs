//! Placement and rewiring kernels against exact models:
//! `cargo run --release --example circuit_kernels -p placewright-bench [states] [models]`.
//!
//! First table: exact placement on fragmented clusters, percentiles over states of the time of one
//! call. Second table: live circuits moved, against the exact model, for `models` states of each row
//! (half as many of the largest), and the least CPU time of five calls.

use std::hint::black_box;
use std::time::{Duration, Instant};

use placewright_bench::circuit_states::{Dice, JobSizes, RewiringState, filled, fragmented};
use placewright_models::circuit_allocation::kernel::place::{Placer, Placing};
use placewright_models::circuit_allocation::kernel::rewire::{
    Circuit, Effort, Ports, Wiring, rewire,
};
use placewright_models::circuit_allocation::offline::rewire_ilp::{rewire_ilp, still_wanted};
use placewright_models::circuit_allocation::offline::tight_ilp::tight_ilp;
use placewright_solver::mip::{MipLimits, MipStart, MipStatus, Silent, default_backend};
use rustix::time::{ClockId, clock_gettime};

/// Placements are not searched beyond so many nodes; the table says how often that happens.
const NODES: u64 = 20_000;

fn main() {
    let mut arguments = std::env::args().skip(1).map(|word| word.parse().ok());
    let states = arguments.next().flatten().unwrap_or(400);
    let models = arguments.next().flatten().unwrap_or(10);
    for sizes in [JobSizes::PowersOfTwo, JobSizes::Any] {
        placements(states, models, sizes);
    }
    rewirings("random switches", models, filled);
    rewirings("first switch that is free", models, first_fit);
}

fn placements(states: usize, models: usize, sizes: JobSizes) {
    println!("\njobs: {sizes:?}");
    println!(
        "leaves x spines |   p50 µs |   p90 µs |   p99 µs |   max µs | feasible | limit | model agrees"
    );
    for (leaves, gpus) in [(16, 16), (32, 32), (64, 64), (128, 64), (256, 64), (1024, 64)] {
        let number = if leaves > 256 { states / 4 } else { states };
        let mut dice = Dice::new(u64::from(leaves));
        let mut placer = Placer::new();
        let (mut times, mut feasible, mut limits, mut agree, mut asked) = (vec![], 0, 0, 0, 0);
        for at in 0..number {
            let state = fragmented(leaves, gpus, sizes, &mut dice);
            let mut time = f64::INFINITY;
            // The best of three, since other processes interrupt.
            for _ in 0..3 {
                let start = Instant::now();
                placer.place(&state.free_gpus, &state.links, state.shape, &state.cost, NODES);
                time = time.min(start.elapsed().as_secs_f64() * 1e6);
            }
            times.push(time);
            let found =
                placer.place(&state.free_gpus, &state.links, state.shape, &state.cost, NODES);
            limits += u32::from(matches!(found, Placing::LimitReached(_)));
            let found = found.found().map(|found| found.cost);
            feasible += u32::from(found.is_some());
            if leaves <= 32 && at < models {
                let model = tight_ilp(&state.free_gpus, &state.links, state.shape, &state.cost);
                let outcome = default_backend().solve(
                    &model,
                    &MipLimits::within(Duration::from_secs(20)),
                    MipStart::None,
                    &mut Silent,
                );
                let Ok(outcome) = outcome else { continue };
                let proved = match outcome.status {
                    MipStatus::Optimal => outcome.objective.map(|value| value.round() as u64),
                    MipStatus::Infeasible => None,
                    _ => continue,
                };
                asked += 1;
                agree += u32::from(found == proved);
            }
        }
        times.sort_by(f64::total_cmp);
        let at = |percent: usize| times[(times.len() * percent / 100).min(times.len() - 1)];
        println!(
            "{:>15} | {:8.1} | {:8.1} | {:8.1} | {:8.1} | {feasible:>4}/{number:<4}| {limits:>5} | {agree} of {asked}",
            format!("{leaves} x {gpus}"),
            at(50),
            at(90),
            at(99),
            at(100),
        );
    }
}

fn rewirings(
    kind: &str,
    models: usize,
    generate: fn(u32, u32, u32, u32, &mut Dice) -> RewiringState,
) {
    println!("\nlive circuits through {kind}");
    println!("size, fill, new | moved | of proved | model | ratio | p50 ms | max ms | proved");
    for (size, fill, new) in [(8, 80, 6), (16, 85, 16), (16, 85, 36), (32, 90, 64)] {
        let mut dice = Dice::new(u64::from(size + new));
        let (mut times, mut moved, mut least, mut proved, mut all) = (vec![], 0, 0, 0, 0);
        let number = if size > 16 { models.div_ceil(2) } else { models };
        for _ in 0..number {
            let state = generate(size, size, fill, new, &mut dice);
            let call = || rewire(&state.ports, &state.live, &state.demand, 1, Effort::default());
            let mut time = f64::INFINITY;
            // The best of five, since other processes interrupt.
            for _ in 0..5 {
                let start = cpu_time();
                black_box(call().is_ok());
                time = time.min((cpu_time() - start).as_secs_f64() * 1e3);
            }
            times.push(time);
            // Equal ports and a demand within their sums.
            let Ok(found) = call() else { continue };
            all += found.moved;
            if let Some(bound) = fewest(&state) {
                proved += 1;
                moved += found.moved;
                least += bound;
            }
        }
        times.sort_by(f64::total_cmp);
        let mean = |sum: u64, number: usize| sum as f64 / number.max(1) as f64;
        println!(
            "{:>15} | {:5.2} | {:9.2} | {:5.2} | {:5.3} | {:6.3} | {:6.3} | {proved} of {number}",
            format!("{size}, {fill} %, {new}"),
            mean(all, number),
            mean(moved, proved),
            mean(least, proved),
            moved as f64 / least.max(1) as f64,
            times[times.len() / 2],
            times[times.len() - 1],
        );
    }
}

/// Random pairs of a leaf and a spine, at most one circuit each, through the first switch that is free
/// at both until `fill_percent` of all ports are taken; then `new` random pairs within the port sums.
fn first_fit(
    size: u32,
    switches: u32,
    fill_percent: u32,
    new: u32,
    dice: &mut Dice,
) -> RewiringState {
    loop {
        let mut pairs: Vec<(u32, u32)> =
            (0..size).flat_map(|leaf| (0..size).map(move |spine| (leaf, spine))).collect();
        for at in 1..pairs.len() {
            pairs.swap(at, dice.below(at as u32 + 1) as usize);
        }
        let mut leaves = vec![vec![true; switches as usize]; size as usize];
        let mut spines = leaves.clone();
        let mut circuits = Vec::new();
        for (leaf, spine) in pairs {
            if circuits.len() as u32 * 100 >= size * switches * fill_percent {
                break;
            }
            let (at_leaf, at_spine) = (&mut leaves[leaf as usize], &mut spines[spine as usize]);
            let open = (0..switches).find(|&k| at_leaf[k as usize] && at_spine[k as usize]);
            if let Some(switch) = open {
                at_leaf[switch as usize] = false;
                at_spine[switch as usize] = false;
                circuits.push(Circuit { leaf, spine, switch });
            }
        }
        let room = |ports: &[Vec<bool>]| -> Vec<usize> {
            ports.iter().map(|ports| ports.iter().filter(|&&free| free).count()).collect()
        };
        let (mut leaf_room, mut spine_room) = (room(&leaves), room(&spines));
        let live = Wiring::new(circuits);
        let mut demand = live.pairs();
        let goal = demand.len() + new as usize;
        for _ in 0..100_000 {
            let (leaf, spine) = (dice.below(size), dice.below(size));
            if demand.len() < goal && leaf_room[leaf as usize] > 0 && spine_room[spine as usize] > 0
            {
                leaf_room[leaf as usize] -= 1;
                spine_room[spine as usize] -= 1;
                demand.push((leaf, spine));
            }
        }
        if demand.len() == goal {
            let ports = Ports::equal(size, size, switches, 1, 1);
            return RewiringState { ports, live, demand };
        }
    }
}

/// CPU time that this process has used.
fn cpu_time() -> Duration {
    let time = clock_gettime(ClockId::ProcessCPUTime);
    Duration::new(time.tv_sec as u64, time.tv_nsec as u32)
}

/// The optimum, if it is proved within a minute.
fn fewest(state: &RewiringState) -> Option<u64> {
    let model = rewire_ilp(&state.ports, &state.live, &state.demand);
    let limits = MipLimits::within(Duration::from_secs(60));
    let outcome = default_backend().solve(&model, &limits, MipStart::None, &mut Silent).ok()?;
    let kept = outcome.objective.filter(|_| outcome.status == MipStatus::Optimal)?;
    Some(still_wanted(&state.live, &state.demand) - kept.round() as u64)
}
