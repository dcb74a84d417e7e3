//! Kernels against exact models.

mod one_job;

use placewright_solver::budget::Budget;
use placewright_solver::mip::{MipLimits, MipModel, MipStart, MipStatus, Silent, default_backend};

use super::batch::{Batch, BatchJob, column_bound, compact_ilp};
use super::published_ilp::published_ilp;
use super::rewire_ilp::{rewire_ilp, still_wanted};
use super::tight_ilp::tight_ilp;
use crate::circuit_allocation::kernel::links::FreeLinks;
use crate::circuit_allocation::kernel::place::{Placer, Placing};
use crate::circuit_allocation::kernel::rewire::{Circuit, Effort, Ports, Wiring, rewire};
use crate::circuit_allocation::kernel::shapes::{Shape, shapes};

/// Numbers below a limit, the same ones for the same seed.
struct Dice(u64);

impl Dice {
    fn below(&mut self, limit: u32) -> u32 {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
        ((self.0 >> 33) % u64::from(limit)) as u32
    }
}

fn optimum(model: &MipModel) -> Option<u64> {
    let limits = MipLimits::default();
    let solved = default_backend().solve(model, &limits, MipStart::None, &mut Silent);
    match solved.map(|outcome| (outcome.status, outcome.objective)) {
        Ok((MipStatus::Optimal, Some(objective))) => Some(objective.round() as u64),
        Ok((MipStatus::Infeasible, _)) => None,
        other => panic!("{other:?}"),
    }
}

/// Each link free with the same probability, leaves with some free servers of four GPUs.
fn state(leaves: u32, spines: u32, dice: &mut Dice) -> (Vec<u32>, FreeLinks) {
    let percent = 35 + dice.below(60);
    let mut links = FreeLinks::none(leaves, spines);
    for leaf in 0..leaves {
        for spine in 0..spines {
            if dice.below(100) < percent {
                links.set(leaf, spine);
            }
        }
    }
    ((0..leaves).map(|_| 4 * dice.below(spines / 4 + 1)).collect(), links)
}

fn shape(leaves: u32, spines: u32, dice: &mut Dice) -> Shape {
    loop {
        let all = shapes(4 * (1 + dice.below(leaves * spines / 16)), 4, spines, leaves);
        if !all.is_empty() {
            return all[dice.below(all.len() as u32) as usize];
        }
    }
}

#[test]
fn one_job_as_both_models_say() {
    // Most states small, since the published model needs seconds for some of the largest.
    let mut placer = Placer::new();
    let mut feasible = 0;
    for (size, states) in [(8, 350), (12, 100), (16, 50), (24, 12), (32, 8)] {
        for seed in 0..states {
            let mut dice = Dice(1000 * u64::from(size) + seed);
            let (free, links) = state(size, size, &mut dice);
            let shape = shape(size, size, &mut dice);
            let cost: Vec<u64> = free.iter().map(|&gpus| u64::from(gpus)).collect();
            let found = match placer.place(&free, &links, shape, &cost, u64::MAX) {
                Placing::Placed(found) => Some(found.cost),
                Placing::Infeasible => None,
                Placing::LimitReached(_) => panic!("there is no limit"),
            };
            feasible += u32::from(found.is_some());
            let tight = optimum(&tight_ilp(&free, &links, shape, &cost));
            assert_eq!(found, tight, "{size} leaves, seed {seed}, {shape:?}");
            if size <= 16 {
                let published = optimum(&published_ilp(&free, &links, shape, &cost));
                assert_eq!(found, published, "{size} leaves, seed {seed}, {shape:?}");
            }
        }
    }
    assert!(feasible > 100, "{feasible} feasible states");
}

/// A wiring of equal ports filled at random, and some new circuits within the port sums.
fn rewiring(ports: &Ports, live: u32, new: u32, dice: &mut Dice) -> (Wiring, Vec<(u32, u32)>) {
    let (mut circuits, mut demand) = (Vec::new(), Vec::new());
    for _ in 0..live {
        circuits.push(Circuit {
            leaf: dice.below(ports.leaves()),
            spine: dice.below(ports.spines()),
            switch: dice.below(ports.switches()),
        });
        let wiring = Wiring::new(circuits.clone());
        if rewire(ports, &wiring, &[], 1, Effort(0)).is_err() {
            circuits.pop();
        }
    }
    let live = Wiring::new(circuits);
    for pair in live.pairs() {
        if dice.below(10) > 0 {
            demand.push(pair);
        }
    }
    for _ in 0..new {
        demand.push((dice.below(ports.leaves()), dice.below(ports.spines())));
        if rewire(ports, &Wiring::default(), &demand, 1, Effort(0)).is_err() {
            demand.pop();
        }
    }
    (live, demand)
}

#[test]
fn rewiring_close_to_the_model() {
    let (mut moved, mut least) = (0, 0);
    for seed in 0..60 {
        let mut dice = Dice(seed);
        let ports = match seed % 3 {
            0 => Ports::equal(6, 6, 6, 1, 1),
            1 => Ports::equal(6, 3, 4, 1, 2),
            _ => Ports::equal(4, 4, 3, 2, 2),
        };
        let (live, demand) = rewiring(&ports, 80, 60, &mut dice);
        let found = rewire(&ports, &live, &demand, 1, Effort::default()).unwrap();
        let kept = optimum(&rewire_ilp(&ports, &live, &demand)).unwrap();
        let fewest = still_wanted(&live, &demand) - kept;
        assert!(found.bound <= fewest, "seed {seed}: {fewest} moved, {} said", found.bound);
        assert!(found.moved >= fewest, "seed {seed}: {} moved, not {fewest}", found.moved);
        moved += found.moved;
        least += fewest;
    }
    assert!(least > 0);
    assert!(moved * 100 <= least * 105, "{moved} moved, {least} would do");
}

#[test]
fn batches_between_their_bounds() {
    for seed in 0..25 {
        let mut dice = Dice(77 + seed);
        let (free_gpus, links) = state(8, 8, &mut dice);
        let jobs = (0..3 + dice.below(3))
            .map(|_| BatchJob {
                shapes: shapes(4 * (1 + dice.below(6)), 4, 8, 8),
                weight: u64::from(1 + dice.below(9)),
            })
            .collect();
        let batch = Batch { free_gpus, links, jobs };
        let compact = compact_ilp(&batch);
        let best = optimum(&compact).unwrap();
        let found = column_bound(&batch, &Budget::unlimited()).unwrap();
        assert_eq!(batch.value(&found.placements), Some(found.value), "seed {seed}");
        assert!(found.value <= best, "seed {seed}: {} of {best}", found.value);
        assert!(found.bound >= best as f64 - 1e-6, "seed {seed}: {} < {best}", found.bound);
        // A column is a point of the compact relaxation.
        let limits = MipLimits::default();
        let relaxed = default_backend()
            .solve(&compact.relaxed(), &limits, MipStart::None, &mut Silent)
            .unwrap();
        let relaxed = relaxed.objective.unwrap();
        assert!(found.bound <= relaxed + 1e-5, "seed {seed}: {} > {relaxed}", found.bound);
    }
}
