//! The placement of one job against both of its exact models, at length.

use std::time::Duration;

use rayon::prelude::*;

use super::{Dice, shape, state};
use crate::circuit_allocation::kernel::links::FreeLinks;
use crate::circuit_allocation::kernel::place::{Placer, Placing};
use crate::circuit_allocation::kernel::shapes::shapes;
use crate::circuit_allocation::offline::published_ilp::published_ilp;
use crate::circuit_allocation::offline::tight_ilp::tight_ilp;
use placewright_solver::mip::{MipLimits, MipModel, MipStart, MipStatus, Silent, default_backend};

/// The optimum, or that there is none, if it is proved in time.
fn proved(model: &MipModel) -> Option<Option<u64>> {
    let limits = MipLimits::within(Duration::from_secs(120));
    let solved = default_backend().solve(model, &limits, MipStart::None, &mut Silent);
    match solved.map(|outcome| (outcome.status, outcome.objective)) {
        Ok((MipStatus::Optimal, Some(objective))) => Some(Some(objective.round() as u64)),
        Ok((MipStatus::Infeasible, _)) => Some(None),
        Ok(_) => None,
        Err(error) => panic!("{error:?}"),
    }
}

/// A cluster after jobs of random shapes came and went on random leaves and spines: 40 to 90 % of
/// the GPUs are taken.
fn used(leaves: u32, spines: u32, dice: &mut Dice) -> (Vec<u32>, FreeLinks) {
    let (mut free, mut links) = (vec![spines; leaves as usize], FreeLinks::all(leaves, spines));
    let target = leaves * spines * (40 + dice.below(50)) / 100;
    let mut jobs: Vec<(Vec<u32>, Vec<u32>)> = Vec::new();
    let draw = |mut from: Vec<u32>, number: u32, dice: &mut Dice| {
        (from.len() >= number as usize).then(|| {
            let mut take = |_| from.swap_remove(dice.below(from.len() as u32) as usize);
            (0..number).map(&mut take).collect::<Vec<u32>>()
        })
    };
    let mut taken = 0;
    for _ in 0..300 {
        if taken >= target {
            let (on, through) = jobs.swap_remove(dice.below(jobs.len() as u32) as usize);
            for &leaf in &on {
                free[leaf as usize] += through.len() as u32;
                through.iter().for_each(|&spine| links.set(leaf, spine));
            }
            taken -= (on.len() * through.len()) as u32;
        }
        let all = shapes(4 << dice.below(6), 4, spines, leaves);
        let Some(shape) = all.get(dice.below(all.len().max(1) as u32) as usize) else { continue };
        let fitting = (0..leaves).filter(|&leaf| free[leaf as usize] >= shape.share).collect();
        let Some(on) = draw(fitting, shape.leaves, dice) else { continue };
        let common = |&spine: &u32| on.iter().all(|&leaf| links.is_free(leaf, spine));
        let Some(through) = draw((0..spines).filter(common).collect(), shape.share, dice) else {
            continue;
        };
        for &leaf in &on {
            free[leaf as usize] -= shape.share;
            through.iter().for_each(|&spine| links.clear(leaf, spine));
        }
        taken += shape.leaves * shape.share;
        jobs.push((on, through));
    }
    (free, links)
}

/// The cost of the best placement, if there is any, and whether both models prove it.
fn as_both_models_say(seed: u64) -> (Option<u64>, bool) {
    let mut dice = Dice(32_000 + seed);
    let (leaves, spines) = (8 + dice.below(25), 4 * (2 + dice.below(7)));
    // Links that are free at random make harder states than jobs leave behind.
    let (free, links) = if seed.is_multiple_of(2) {
        state(leaves, spines, &mut dice)
    } else {
        used(leaves, spines, &mut dice)
    };
    // One leaf needs no link.
    let shape = loop {
        let shape = shape(leaves, spines, &mut dice);
        if shape.leaves > 1 {
            break shape;
        }
    };
    let cost: Vec<u64> = free.iter().map(|&gpus| u64::from(gpus)).collect();
    let found = match Placer::new().place(&free, &links, shape, &cost, u64::MAX) {
        Placing::Placed(found) => Some(found.cost),
        Placing::Infeasible => None,
        Placing::LimitReached(_) => panic!("there is no limit"),
    };
    let tight = proved(&tight_ilp(&free, &links, shape, &cost));
    let published = proved(&published_ilp(&free, &links, shape, &cost));
    for model in [tight, published].into_iter().flatten() {
        assert_eq!(found, model, "{leaves} leaves, {spines} spines, seed {seed}, {shape:?}");
    }
    (found, tight.is_some() && published.is_some())
}

#[test]
fn one_job_as_both_models_say_up_to_32() {
    let answers: Vec<(Option<u64>, bool)> =
        (0..540).into_par_iter().map(as_both_models_say).collect();
    let proved = answers.iter().filter(|answer| answer.1);
    let (both, feasible) =
        (proved.clone().count(), proved.filter(|answer| answer.0.is_some()).count());
    assert!(feasible >= 100 && both - feasible >= 100, "{feasible} feasible of {both}");
    assert!(both >= 500, "{both} states");
}
