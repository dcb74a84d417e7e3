use proptest::prelude::*;

use super::*;

/// The cheapest placement by trying all sets of leaves.
fn cheapest(free: &[u32], links: &FreeLinks, shape: Shape, cost: &[u64]) -> Option<u64> {
    let sets = (0_u32..1 << free.len()).filter(|set| set.count_ones() == shape.leaves);
    let fits = |set: &u32| {
        let leaves = (0..free.len() as u32).filter(|leaf| set >> leaf & 1 == 1);
        let common = (0..links.spines())
            .filter(|&spine| leaves.clone().all(|leaf| links.is_free(leaf, spine)));
        leaves.clone().all(|leaf| free[leaf as usize] >= shape.share)
            && (shape.leaves == 1 || common.count() >= shape.share as usize)
    };
    let price =
        |set: u32| (0..free.len()).filter(|leaf| set >> leaf & 1 == 1).map(|l| cost[l]).sum();
    sets.filter(fits).map(price).min()
}

/// Up to ten leaves and spines, few kinds of rows so that some are equal.
fn states() -> impl Strategy<Value = (Vec<u32>, FreeLinks, Shape, Vec<u64>)> {
    (1..10_u32, 1..10_u32).prop_flat_map(|(leaves, spines)| {
        let count = leaves as usize;
        let kinds = prop::collection::vec(any::<(u16, u16)>(), 1..=6);
        let shape = (1..=leaves, 1..=spines).prop_map(|(leaves, share)| Shape { leaves, share });
        let picks = prop::collection::vec(0..6_usize, count);
        let free = prop::collection::vec(0..2 * spines, count);
        let cost = prop::collection::vec(0..8_u64, count);
        (kinds, picks, free, shape, cost).prop_map(move |(kinds, picks, free, shape, cost)| {
            let mut links = FreeLinks::none(leaves, spines);
            for (leaf, pick) in picks.into_iter().enumerate() {
                let (a, b) = kinds[pick % kinds.len()];
                for spine in (0..spines).filter(|spine| (a | b) >> spine & 1 == 1) {
                    links.set(leaf as u32, spine);
                }
            }
            (free, links, shape, cost)
        })
    })
}

fn check(found: Found<'_>, free: &[u32], links: &FreeLinks, shape: Shape, cost: &[u64]) {
    assert_eq!(found.leaves.len(), shape.leaves as usize);
    assert!(found.leaves.windows(2).all(|pair| pair[0] < pair[1]));
    assert!(found.leaves.iter().all(|&leaf| free[leaf as usize] >= shape.share));
    assert_eq!(found.leaves.iter().map(|&leaf| cost[leaf as usize]).sum::<u64>(), found.cost);
    if shape.leaves > 1 {
        assert!(found.spines.len() >= shape.share as usize);
        let free = |&leaf: &u32| found.spines.iter().all(|&spine| links.is_free(leaf, spine));
        assert!(found.leaves.iter().all(free));
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(3000))]

    #[test]
    fn as_cheap_as_the_best_of_all_sets((free, links, shape, cost) in states()) {
        let mut placer = Placer::new();
        let best = cheapest(&free, &links, shape, &cost);
        let placing = placer.place(&free, &links, shape, &cost, u64::MAX);
        if let Some(found) = placing.found() {
            check(found, &free, &links, shape, &cost);
        }
        prop_assert_eq!(placing.found().map(|found| found.cost), best);
        // Both searches, whatever the shape.
        for by_leaves in [false, true] {
            if shape.leaves > 1 {
                placer.clear();
                placer.sort_candidates(&free, shape.share, &cost);
                if by_leaves {
                    placer.choose_leaves(&links, shape, u64::MAX);
                } else {
                    placer.choose_spines(&links, shape, u64::MAX);
                }
                prop_assert_eq!((placer.best < u64::MAX).then_some(placer.best), best);
            }
        }
    }

    #[test]
    fn a_limit_is_told((free, links, shape, cost) in states(), limit in 0..5_u64) {
        let mut placer = Placer::new();
        let best = cheapest(&free, &links, shape, &cost);
        match placer.place(&free, &links, shape, &cost, limit) {
            Placing::Placed(found) => prop_assert_eq!(Some(found.cost), best),
            Placing::Infeasible => prop_assert_eq!(None, best),
            Placing::LimitReached(found) => {
                if let Some(found) = found {
                    check(found, &free, &links, shape, &cost);
                }
            }
        }
    }
}

#[test]
fn rows_of_many_words() {
    for (leaves, spines) in [(3, 100), (3, 200), (70, 300), (140, 600), (300, 1100), (700, 64)] {
        let mut links = FreeLinks::all(leaves, spines);
        (0..spines - 2).for_each(|spine| links.clear(0, spine));
        let free = vec![8; leaves as usize];
        let cost: Vec<u64> = (0..u64::from(leaves)).collect();
        for shape in [Shape { leaves: 2, share: 3 }, Shape { leaves: 3, share: 2 }] {
            let mut placer = Placer::new();
            let placing = placer.place(&free, &links, shape, &cost, 1000);
            let Placing::Placed(found) = placing else { panic!("{placing:?}") };
            check(found, &free, &links, shape, &cost);
            assert_eq!(found.cost, 3, "{leaves} x {spines}: {shape:?}");
        }
    }
}
