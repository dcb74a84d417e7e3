//! What is told beside an answer adds up to it.

use placewright_instances::replication_placement::strategies::instances;
use placewright_models::replication_placement::instance::{Index, Instance, MoveMemory};
use placewright_models::replication_placement::questions::relaxed::{
    Excess, Weights, excesses, relaxed,
};
use proptest::prelude::*;

use super::support::{cost, guessed};
use crate::support::cases;

const WEIGHTS: Weights = Weights { capacity: 3, spread: 50_000, availability: 7 };

fn weight(excess: Excess) -> i128 {
    match excess {
        Excess::Row { over, .. } => over as i128 * i128::from(WEIGHTS.capacity),
        Excess::Spread { over, .. } => over as i128 * i128::from(WEIGHTS.spread),
        Excess::Availability { missing, .. } => {
            i128::from(missing) * i128::from(WEIGHTS.availability)
        }
    }
}

/// Too little memory for most plans.
fn tight(mut instance: Instance, at_once: bool) -> Instance {
    if at_once {
        instance.move_limits.memory = MoveMemory::AtOnce;
    }
    instance.nodes.iter_mut().for_each(|node| {
        node.memory_mib = node.memory_mib / 3 + 1;
        node.memory_during_mib = None;
    });
    instance
}

proptest! {
    #![proptest_config(cases(60))]

    #[test]
    fn what_gives_weighs_what_is_said(instance in instances(), short in any::<bool>(), at_once in any::<bool>()) {
        let instance = if short { tight(instance, at_once) } else { instance };
        let elastic = relaxed(&instance, WEIGHTS);
        if let Some(plan) = guessed(&elastic, 20_000).plan {
            let told: i128 = excesses(&Index::new(&instance), &plan).into_iter().map(weight).sum();
            prop_assert_eq!(cost(&elastic, &plan), Some(told));
        }
    }
}
