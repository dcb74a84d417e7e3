use proptest::prelude::*;

use super::bits::{members, shared};
use super::pack::Packing;
use super::processor::Wanted;
use super::stack::{Span, Stack};
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
        if shape.leaves > 1 {
            placer.clear();
            placer.sort_candidates(&free, shape.share, &cost);
            placer.search_subtrees(Portable, &links, shape, 2);
            prop_assert_eq!((placer.best < u64::MAX).then_some(placer.best), best);
        }
        // Both searches, whatever the shape, from nothing and from a placement.
        for (by_leaves, exchange) in [(false, false), (false, true), (true, false), (true, true)] {
            if shape.leaves > 1 {
                placer.clear();
                placer.sort_candidates(&free, shape.share, &cost);
                if exchange {
                    Exchange::run(&mut placer, Portable, &links, shape);
                    if placer.best < u64::MAX {
                        prop_assert!(best.is_some_and(|best| best <= placer.best));
                        let Some(found) = placer.answer(&links, shape, u64::MAX).found() else {
                            panic!("there is one");
                        };
                        check(found, &free, &links, shape, &cost);
                    }
                    placer.clear_stacks();
                }
                if by_leaves {
                    placer.choose_leaves(Portable, &links, shape, u64::MAX, None);
                } else {
                    SpineSearch::run(&mut placer, Portable, &links, shape, u64::MAX, None);
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

/// Leaves, cost and nodes of a search from the beginning.
#[cfg(target_arch = "x86_64")]
fn searched(
    processor: impl Processor,
    (free, links, shape, cost): (&[u32], &FreeLinks, Shape, &[u64]),
    by_leaves: bool,
) -> (Vec<u32>, u64, u64) {
    let mut placer = Placer::new();
    placer.sort_candidates(free, shape.share, cost);
    Exchange::run(&mut placer, processor, links, shape);
    let exchanged =
        (std::mem::take(&mut placer.leaves), std::mem::replace(&mut placer.best, u64::MAX));
    placer.clear_stacks();
    if by_leaves {
        placer.choose_leaves(processor, links, shape, 1500, None);
    } else {
        SpineSearch::run(&mut placer, processor, links, shape, 1500, None);
    }
    let leaves = [exchanged.0, placer.leaves].concat();
    (leaves, exchanged.1.wrapping_add(placer.best), placer.nodes)
}

#[cfg(target_arch = "x86_64")]
#[test]
fn the_same_on_all_processors() {
    let (counting, vectors) = (BitCounting::detect(), Vectors::detect());
    let (mut dice, mut found, mut searched_nodes) = (1_u64, 0, 0);
    let mut below = |limit: u64| {
        dice = dice.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
        (dice >> 33) % limit
    };
    for round in 0..150 {
        let (leaves, spines) =
            (2 + below(300) as u32, 2 + below(if round % 9 == 0 { 200 } else { 64 }) as u32);
        let (percent, mut links) = (40 + below(50), FreeLinks::none(leaves, spines));
        for leaf in 0..leaves {
            (0..spines).filter(|_| below(100) < percent).for_each(|spine| links.set(leaf, spine));
        }
        let free: Vec<u32> = (0..leaves).map(|_| below(20) as u32).collect();
        let (unit, limit) = (1 + below(6), 1 << below(20));
        let cost: Vec<u64> = (0..leaves).map(|_| 3 + unit * below(limit)).collect();
        let most = if round % 5 == 0 { 40 } else { 12 };
        let shape = Shape { leaves: 2 + below(most) as u32, share: 1 + below(8) as u32 };
        let state = (&free[..], &links, shape, &cost[..]);
        for by_leaves in [false, true] {
            let portable = searched(Portable, state, by_leaves);
            if let Some(counting) = counting {
                let counting = searched(counting, state, by_leaves);
                assert_eq!(counting, portable, "round {round}: {shape:?}");
            }
            if let Some(vectors) = vectors {
                let vectors = searched(vectors, state, by_leaves);
                assert_eq!(vectors, portable, "round {round}: {shape:?}");
            }
            found += u32::from(!portable.0.is_empty());
            searched_nodes += portable.2;
        }
    }
    assert!(found > 100 && searched_nodes > 10_000, "{found} placements, {searched_nodes} nodes");
}

/// Its position, its bound and its row.
#[cfg(target_arch = "x86_64")]
type Candidate<const W: usize> = (u32, u64, [u64; W]);

/// A stack of some candidates, and what happens to it.
#[cfg(target_arch = "x86_64")]
#[derive(Clone, Debug)]
struct Sifting<const W: usize> {
    rows: Vec<[u64; W]>,
    open: [u64; W],
    /// Of all leaves.
    costs: Vec<u64>,
    bits: u32,
    candidates: u32,
    best: Option<u64>,
    in_place: bool,
    from_position: u32,
}

#[cfg(target_arch = "x86_64")]
impl<const W: usize> Sifting<W> {
    fn any() -> impl Strategy<Value = Self> {
        let word = || (any::<u64>(), any::<u64>(), any::<bool>());
        let word = move || word().prop_map(|(a, b, most)| if most { a | b } else { a & b });
        let row = move || prop::collection::vec(word(), W).prop_map(|row| row.try_into().unwrap());
        let rows = prop::collection::vec(row(), 0..60);
        let costs = prop::collection::vec(0_u64..200, 64 * W).prop_map(|mut costs| {
            costs.sort_unstable();
            costs
        });
        let best = prop::option::of(0_u64..4000);
        let numbers = (1_u32..30, 1_u32..45, best, any::<bool>(), 0_u32..60);
        (rows, row(), costs, numbers).prop_map(|(rows, open, costs, numbers)| {
            let (bits, candidates, best, in_place, from_position) = numbers;
            Self { rows, open, costs, bits, candidates, best, in_place, from_position }
        })
    }

    fn read(stack: &Stack, span: Span) -> Vec<Candidate<W>> {
        let bounds = &stack.bounds[span.start..span.end];
        let rows = bounds.iter().zip(stack.rows::<W>(span));
        stack.positions[span.start..]
            .iter()
            .zip(rows)
            .map(|(&at, (&b, &row))| (at, b, row))
            .collect()
    }

    /// What is left of the candidates after each step, and what the steps say.
    fn on(&self, processor: impl Processor) -> Vec<(Vec<Candidate<W>>, Vec<u64>)> {
        let mut prices = Prices::default();
        prices.start(&self.costs);
        let layer = prices.all::<W>(&self.costs);
        let mut stack = Stack::default();
        let from = Span::first(self.rows.len());
        stack.make_room::<W>(0, 0, from.len());
        stack.rows_mut::<W>(from).copy_from_slice(&self.rows);
        for at in 0..from.len() {
            stack.positions[at] = at as u32;
        }
        let to = if self.in_place { from } else { from.behind::<W>() };
        stack.make_room::<W>(to.start, to.word, from.len());
        let wanted = Wanted {
            bits: self.bits,
            candidates: self.candidates,
            pricing: self.best.map(|_| prices.pricing(layer, self.bits)),
            best: self.best.unwrap_or(u64::MAX),
        };
        let Some((sifted, left)) = processor.sift(&mut stack, from, to, &self.open, wanted) else {
            return Vec::new();
        };
        let mut steps = vec![(Self::read(&stack, sifted), left.to_vec())];
        let mut counters = vec![0; self.candidates as usize * W];
        let dearest = processor.dearest::<W>(
            &stack,
            sifted,
            &self.costs,
            (self.candidates, self.bits),
            &mut counters,
        );
        let row = if sifted.len() == 0 { self.open } else { stack.row(sifted, sifted.start) };
        let dropped = processor.drop_within(&mut stack, sifted, self.from_position, &row);
        steps.push((Self::read(&stack, dropped), vec![dearest]));
        steps
    }

    fn same_on_all_processors(&self) {
        let portable = self.on(Portable);
        if let Some(counting) = BitCounting::detect() {
            assert_eq!(self.on(counting), portable);
        }
        if let Some(vectors) = Vectors::detect() {
            assert_eq!(self.on(vectors), portable);
        }
    }
}

#[cfg(target_arch = "x86_64")]
proptest! {
    #![proptest_config(ProptestConfig::with_cases(2000))]

    #[test]
    fn steps_with_one_word_on_all_processors(sifting in Sifting::<1>::any()) {
        sifting.same_on_all_processors();
    }

    #[test]
    fn steps_with_two_words_on_all_processors(sifting in Sifting::<2>::any()) {
        sifting.same_on_all_processors();
    }

    #[test]
    fn lowest_bits_on_all_processors(word: u64, number in 0_u32..64) {
        if number < word.count_ones() {
            let lowest = Portable.lowest_bits(word, number);
            prop_assert_eq!(lowest & word, lowest);
            prop_assert_eq!(lowest.count_ones(), number);
            prop_assert!(lowest == 0 || (word ^ lowest).trailing_zeros() > 63 - lowest.leading_zeros());
            if let Some(counting) = BitCounting::detect() {
                prop_assert_eq!(counting.lowest_bits(word, number), lowest);
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

/// Many more subtrees than a placement is kept back for.
#[test]
fn the_same_by_any_number_of_threads() {
    let (mut dice, mut improved, mut nodes) = (1_u64, 0, 0);
    let mut below = |limit: u64| {
        dice = dice.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
        (dice >> 33) % limit
    };
    for (leaves, share) in [(6, 6), (8, 5), (4, 8), (10, 4), (16, 3), (5, 7)].repeat(4) {
        let (count, spines, percent) = (120 + below(80) as u32, 40, 45 + below(15));
        let mut links = FreeLinks::none(count, spines);
        for leaf in 0..count {
            (0..spines).filter(|_| below(100) < percent).for_each(|spine| links.set(leaf, spine));
        }
        let free = vec![share; count as usize];
        let cost: Vec<u64> = (0..count).map(|_| 1 + below(30)).collect();
        let (shape, mut placer) = (Shape { leaves, share }, Placer::new());
        placer.clear();
        placer.sort_candidates(&free, share, &cost);
        placer.search(Portable, &links, shape, u64::MAX, None);
        let best = placer.best;
        let mut by_threads = Vec::new();
        for threads in [1, 2, 5] {
            placer.clear();
            placer.sort_candidates(&free, share, &cost);
            placer.search_subtrees(Portable, &links, shape, threads);
            assert_eq!(placer.best, best, "{threads} threads, {shape:?}");
            by_threads.push((placer.nodes, placer.leaves.clone()));
            if let Some(found) = placer.answer(&links, shape, u64::MAX).found() {
                check(found, &free, &links, shape, &cost);
                improved += 1;
            }
        }
        assert!(by_threads.windows(2).all(|pair| pair[0] == pair[1]), "{shape:?}");
        nodes += by_threads[0].0;
    }
    assert!(improved > 20 && nodes > 5000, "{improved} placements, {nodes} nodes");
}

/// Many words of leaves, so that bits move together on the way down; the two searches against each
/// other, with a limit that is never reached and with the exchanges in between.
#[test]
fn leaves_of_many_words_by_both_searches() {
    let (mut dice, mut feasible) = (1_u64, 0);
    let mut below = |limit: u64| {
        dice = dice.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
        (dice >> 33) % limit
    };
    for leaves in [40_u32, 70, 130, 200, 260, 520, 1030] {
        for share in 2..=4 {
            let (spines, percent) = (12, 35 + below(30));
            let mut links = FreeLinks::none(leaves, spines);
            for leaf in 0..leaves {
                (0..spines)
                    .filter(|_| below(100) < percent)
                    .for_each(|spine| links.set(leaf, spine));
            }
            let free: Vec<u32> = (0..leaves).map(|_| below(9) as u32).collect();
            let cost: Vec<u64> = (0..leaves).map(|_| below(7)).collect();
            let shape = Shape { leaves: 2 + below(u64::from(leaves) / 8) as u32, share };
            let mut placer = Placer::new();
            let mut best = Vec::new();
            for (by_leaves, exchange) in [(false, false), (false, true), (true, true)] {
                placer.clear();
                placer.sort_candidates(&free, shape.share, &cost);
                if exchange {
                    Exchange::run(&mut placer, Portable, &links, shape);
                    placer.clear_stacks();
                }
                if by_leaves {
                    placer.choose_leaves(Portable, &links, shape, 200_000, None);
                } else {
                    SpineSearch::run(&mut placer, Portable, &links, shape, u64::MAX, None);
                }
                // The search by leaves is the wrong one for some of these shapes.
                if placer.nodes <= 200_000 {
                    best.push(placer.best);
                }
                if let Some(found) = placer.answer(&links, shape, u64::MAX).found() {
                    check(found, &free, &links, shape, &cost);
                }
            }
            assert!(
                best.windows(2).all(|pair| pair[0] == pair[1]),
                "{leaves}, {shape:?}: {best:?}"
            );
            feasible += u32::from(best[0] < u64::MAX);
        }
    }
    assert!(feasible > 5, "{feasible} feasible states");
}

/// As one by one, whatever is kept where.
fn sifted_one_by_one<const W: usize>(
    rows: &[[u64; W]],
    open: &[u64; W],
    bits: u32,
) -> Vec<(u32, [u64; W])> {
    let row = |row: &[u64; W]| std::array::from_fn(|word| row[word] & open[word]);
    let sifted = rows.iter().enumerate().map(|(at, other)| (at as u32, row(other)));
    sifted.filter(|(_, row)| size(row) >= bits).collect()
}

proptest! {
    #[test]
    fn candidates_of_use_are_kept(
        rows in prop::collection::vec(any::<[u64; 3]>(), 0..40),
        open: [u64; 3],
        bits in 30_u32..60,
        in_place: bool,
    ) {
        let expected = sifted_one_by_one(&rows, &open, bits);
        let mut stack = Stack::default();
        let from = Span::first(rows.len());
        let to = if in_place { from } else { from.behind::<3>() };
        stack.make_room::<3>(0, 0, 2 * from.len());
        stack.rows_mut::<3>(from).copy_from_slice(&rows);
        (0..rows.len()).for_each(|at| stack.positions[at] = at as u32);
        let wanted = Wanted { bits, candidates: 1, pricing: None, best: u64::MAX };
        let kept = Portable.sift(&mut stack, from, to, &open, wanted);
        prop_assert_eq!(kept.is_some(), !expected.is_empty());
        if let Some((kept, left)) = kept {
            let positions = stack.positions[kept.start..kept.end].iter().copied();
            let rows = stack.rows::<3>(kept).iter().copied();
            let all: [u64; 3] =
                std::array::from_fn(|word| expected.iter().fold(0, |all, (_, row)| all | row[word]));
            prop_assert_eq!(positions.zip(rows).collect::<Vec<_>>(), expected);
            prop_assert_eq!(left, all);
        }
    }

    #[test]
    fn few_bits_first(rows in prop::collection::vec(any::<[u64; 2]>(), 1..40)) {
        let mut stack = Stack::default();
        let span = Span::first(rows.len());
        stack.make_room::<2>(0, 0, rows.len());
        stack.rows_mut::<2>(span).copy_from_slice(&rows);
        for at in 0..rows.len() {
            (stack.positions[at], stack.bounds[at]) = (at as u32, 100 + at as u64);
        }
        stack.sort::<2>(span);
        let mut expected: Vec<usize> = (0..rows.len()).collect();
        expected.sort_by_key(|&at| size(&rows[at]));
        for (at, from) in expected.into_iter().enumerate() {
            prop_assert_eq!(stack.positions[at] as usize, from);
            prop_assert_eq!(stack.bounds[at], 100 + from as u64);
            prop_assert_eq!(stack.row::<2>(span, at), rows[from]);
        }
    }

    #[test]
    fn bits_move_together(masks: [u64; 3], words: [u64; 3]) {
        let packed: [u64; 3] = Packing::pack_all(&masks.map(Packing::new), &words);
        let expected: Vec<u32> = members(&masks)
            .enumerate()
            .filter(|&(_, bit)| words[bit as usize / 64] >> (bit % 64) & 1 == 1)
            .map(|(place, _)| place as u32)
            .collect();
        prop_assert_eq!(members(&packed).collect::<Vec<_>>(), expected);
    }

    #[test]
    fn shared_by_so_many(sets in prop::collection::vec(any::<[u64; 2]>(), 1..40), least in 1_u32..45) {
        let reached = shared(&sets, least);
        for bit in 0..128 {
            let number = sets.iter().filter(|set| set[bit / 64] >> (bit % 64) & 1 == 1).count();
            prop_assert_eq!(reached[bit / 64] >> (bit % 64) & 1 == 1, number >= least as usize);
        }
    }
}
