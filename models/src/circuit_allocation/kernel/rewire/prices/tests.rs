use proptest::prelude::*;

use super::*;

fn chosen(asker: &Asker, rows: (&[i16], &[i16]), homes: &[u32], seed: u64) -> Vec<(usize, i16)> {
    let mut choice = Choice::new(rows.0.len() as u32, seed);
    choice.choose(asker, rows, homes);
    choice.chosen
}

fn asker(count: u32, most: usize) -> Asker {
    Asker { leaf_row: 0, spine_row: 0, home: NONE, first: 0, count, most }
}

proptest! {
    #[test]
    fn nothing_is_cheaper(
        prices in prop::collection::vec((0..3 * ONE, 0..2 * ONE), 1..20),
        live in prop::collection::vec(0..3_usize, 20),
        (most, part) in (1..4_usize, 0..100_usize),
        seed: u64,
    ) {
        let (leaf, spine): (Vec<_>, Vec<_>) = prices.into_iter().unzip();
        let switches = 0..leaf.len();
        let live = |switch: usize| live[switch].min(most);
        let homes: Vec<u32> =
            switches.clone().flat_map(|k| std::iter::repeat_n(k as u32, live(k))).collect();
        let count = 1 + part * (most * leaf.len() - 1) / 100;
        let found = chosen(&asker(count as u32, most), (&leaf, &spine), &homes, seed);

        let away = if homes.is_empty() { 0 } else { ONE };
        // What the first, the second, ... circuit through a switch costs.
        let cost = |switch: usize, nth: usize| {
            leaf[switch] + spine[switch] + if nth < live(switch) { 0 } else { away }
        };
        let mut costs: Vec<i16> =
            switches.clone().flat_map(|k| (0..most).map(move |nth| cost(k, nth))).collect();
        costs.sort_unstable();
        let mut found_costs: Vec<i16> = found.iter().map(|&(_, cost)| cost).collect();
        found_costs.sort_unstable();
        prop_assert_eq!(&found_costs, &costs[..count]);
        for switch in switches {
            let of_switch = found.iter().filter(|slot| slot.0 == switch);
            let mut here: Vec<i16> = of_switch.map(|&(_, cost)| cost).collect();
            here.sort_unstable();
            prop_assert!(here.len() <= most);
            prop_assert!(here.iter().enumerate().all(|(nth, &cost_here)| cost_here == cost(switch, nth)));
        }
    }
}

#[test]
fn any_of_equally_cheap_switches() {
    let (leaf, spine) = (vec![0; 5], vec![7; 5]);
    let first = |seed| chosen(&asker(1, 1), (&leaf, &spine), &[], seed)[0].0;
    let all: std::collections::BTreeSet<usize> = (0..100).map(first).collect();
    assert_eq!(all.len(), 5);
}

#[test]
fn more_switches_than_an_order_tells_apart() {
    let mut leaf = vec![5; 200_000];
    let spine = vec![3; 200_000];
    for switch in [0, 65_534, 65_535, 65_536, 131_071, 199_999] {
        leaf[switch] = 1;
        for seed in 0..4 {
            assert_eq!(chosen(&asker(1, 1), (&leaf, &spine), &[], seed), [(switch, 4)]);
        }
        leaf[switch] = 5;
    }
}
