use proptest::prelude::*;
use rand::{RngExt, SeedableRng};
use rand_xoshiro::Xoshiro256PlusPlus;

use super::*;

/// Equal ports, a live wiring that respects them, and a demand within the port sums that keeps some
/// of the live circuits.
fn questions() -> impl Strategy<Value = (Ports, Wiring, Vec<(u32, u32)>)> {
    (1..6_u32, 1..6_u32, 1..5_u32, 1..4_u32, 1..4_u32).prop_flat_map(|(l, p, k, u, d)| {
        let ports = Ports::equal(l, p, k, u, d);
        let live = prop::collection::vec((0..l, 0..p, 0..k), 0..60);
        let wanted = prop::collection::vec((0..l, 0..p), 0..80);
        (live, wanted, prop::bool::weighted(0.7)).prop_map(move |(live, wanted, keep)| {
            let mut circuits = Vec::new();
            for (leaf, spine, switch) in live {
                circuits.push(Circuit { leaf, spine, switch });
                if !fits(&ports, &Wiring::new(circuits.clone())) {
                    circuits.pop();
                }
            }
            let live = Wiring::new(circuits);
            let mut demand = if keep { live.pairs() } else { Vec::new() };
            for pair in wanted {
                demand.push(pair);
                if ports.check_demand(&demand).is_err() {
                    demand.pop();
                }
            }
            (ports.clone(), live, demand)
        })
    })
}

fn fits(ports: &Ports, wiring: &Wiring) -> bool {
    let mut leaves = vec![0; ports.leaf_ports.len()];
    let mut spines = vec![0; ports.spine_ports.len()];
    for circuit in wiring.circuits() {
        leaves[(circuit.switch * ports.leaves + circuit.leaf) as usize] += 1;
        spines[(circuit.switch * ports.spines + circuit.spine) as usize] += 1;
    }
    leaves.iter().zip(&ports.leaf_ports).all(|(used, limit)| used <= limit)
        && spines.iter().zip(&ports.spine_ports).all(|(used, limit)| used <= limit)
}

fn sorted(demand: &[(u32, u32)]) -> Vec<(u32, u32)> {
    let mut demand = demand.to_vec();
    demand.sort_unstable();
    demand
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(2000))]

    #[test]
    fn koenig_wires_whatever_the_ports_allow((ports, _, demand) in questions()) {
        let wiring = konig(&ports, &demand).unwrap();
        prop_assert!(fits(&ports, &wiring));
        prop_assert_eq!(wiring.pairs(), sorted(&demand));
    }

    #[test]
    fn so_does_rewiring((ports, live, demand) in questions(), seed: u64, effort in 0..40_u32) {
        let rewiring = rewire(&ports, &live, &demand, seed, Effort(effort)).unwrap();
        prop_assert!(fits(&ports, &rewiring.wiring));
        prop_assert_eq!(rewiring.wiring.pairs(), sorted(&demand));
        let stay = common(&sorted(&demand), &live.pairs());
        prop_assert!(rewiring.bound <= rewiring.moved);
        prop_assert_eq!(rewiring.moved as usize, stay - rewiring.wiring.common(&live));
        let again = rewire(&ports, &live, &demand, seed, Effort(effort));
        prop_assert_eq!(again, Ok(rewiring));
    }

    #[test]
    fn stopped_rewiring_wires_all_the_same((ports, live, demand) in questions(), asked in 1..40_u32) {
        let left = std::cell::Cell::new(asked);
        let stop = || {
            left.set(left.get().saturating_sub(1));
            left.get() == 0
        };
        let rewiring = rewire_until(&ports, &live, &demand, 1, Effort(3), &stop).unwrap();
        prop_assert!(fits(&ports, &rewiring.wiring));
        prop_assert_eq!(rewiring.wiring.pairs(), sorted(&demand));
        prop_assert!(rewiring.bound <= rewiring.moved);
    }

    #[test]
    fn unequal_ports_are_respected(
        (mut ports, live, demand) in questions(),
        broken in prop::collection::vec((any::<u32>(), any::<u32>()), 1..5),
    ) {
        for (switch, node) in broken {
            let (switch, leaf) = (switch % ports.switches, node % ports.leaves);
            let used = live.circuits().iter().filter(|c| (c.switch, c.leaf) == (switch, leaf));
            ports.set_leaf_ports(switch, leaf, used.count() as u32);
        }
        match rewire(&ports, &live, &demand, 1, Effort(20)) {
            Ok(rewiring) => {
                prop_assert!(fits(&ports, &rewiring.wiring));
                prop_assert_eq!(rewiring.wiring.pairs(), sorted(&demand));
            }
            Err(RewireError::NotFound { missing }) => prop_assert!(!missing.is_empty()),
            Err(other) => prop_assert_eq!(ports.check_demand(&demand), Err(other)),
        }
    }
}

#[test]
fn what_is_wrong_is_told() {
    let ports = Ports::equal(2, 2, 2, 1, 1);
    let live = |switch| Wiring::new(vec![Circuit { leaf: 0, spine: 0, switch }; 2]);
    let none = Wiring::default();
    let ask = |live: &Wiring, demand: &[(u32, u32)]| rewire(&ports, live, demand, 1, Effort(1));
    assert_eq!(ask(&live(0), &[]), Err(RewireError::Live { switch: 0 }));
    assert_eq!(ask(&live(7), &[]), Err(RewireError::Live { switch: 7 }));
    assert_eq!(ask(&none, &[(0, 2)]), Err(RewireError::Unknown { leaf: 0, spine: 2 }));
    assert_eq!(
        ask(&none, &[(0, 0), (0, 1), (0, 0)]),
        Err(RewireError::LeafPorts { leaf: 0, ports: 2, circuits: 3 })
    );
    assert_eq!(
        ask(&none, &[(0, 1), (0, 1), (1, 1)]),
        Err(RewireError::SpinePorts { spine: 1, ports: 2, circuits: 3 })
    );
    assert_eq!(ask(&none, &[]), Ok(Rewiring { wiring: Wiring::default(), moved: 0, bound: 0 }));
}

#[test]
fn circuits_no_longer_wanted_make_room() {
    let ports = Ports::equal(2, 2, 2, 1, 1);
    let circuit = |leaf, spine, switch| Circuit { leaf, spine, switch };
    let live = Wiring::new(vec![circuit(0, 0, 0), circuit(0, 0, 1), circuit(1, 1, 0)]);
    let rewiring = rewire(&ports, &live, &[(0, 0), (0, 1), (1, 1)], 1, Effort::default()).unwrap();
    // Of the two parallel ones the one stays that leaves the new one its switch.
    assert_eq!(rewiring.moved, 0);
}

/// Sixteen leaves with a port on each of 32 switches, eight spines with two: jobs hold bundles of circuits
/// from several leaves to one spine, some end, and a new one asks for nearly all ports left.
fn bundled(draw: &mut Xoshiro256PlusPlus) -> (Ports, Wiring, Vec<(u32, u32)>) {
    let ports = Ports::equal(16, 8, 32, 1, 2);
    let fits = |demand: &[(u32, u32)]| ports.check_demand(demand).is_ok();
    let mut demand: Vec<(u32, u32)> = Vec::new();
    let mut jobs: Vec<Vec<(u32, u32)>> = Vec::new();
    let mut live = Wiring::default();
    for turn in 0..60 {
        let (leaves, count) = (2 + draw.random_range(0..3), 4 << draw.random_range(0..3));
        let first = draw.random_range(0..16);
        let spine = draw.random_range(0..8);
        let job: Vec<(u32, u32)> = (0..leaves)
            .flat_map(|leaf| std::iter::repeat_n(((first + 3 * leaf) % 16, spine), count))
            .collect();
        let wanted = [demand.clone(), job.clone()].concat();
        if fits(&wanted) {
            live = rewire(&ports, &live, &wanted, turn, Effort(1)).unwrap().wiring;
            (demand, jobs) = (wanted, [jobs, vec![job]].concat());
        } else if jobs.len() > 3 {
            jobs.swap_remove(draw.random_range(0..jobs.len()));
            demand = jobs.concat();
            live = rewire(&ports, &live, &demand, turn, Effort(1)).unwrap().wiring;
        }
    }
    for _ in 0..2000 {
        let pair = (draw.random_range(0..16), draw.random_range(0..8));
        let wanted = [demand.clone(), vec![pair; 4]].concat();
        if fits(&wanted) {
            demand = wanted;
        }
    }
    (ports, live, demand)
}

#[test]
fn bundles_of_circuits_move_little_where_nearly_all_ports_are_taken() {
    let mut draw = Xoshiro256PlusPlus::seed_from_u64(5);
    let (mut moved, mut bound) = (0, 0);
    for _ in 0..12 {
        let (ports, live, demand) = bundled(&mut draw);
        let rewiring = rewire(&ports, &live, &demand, 1, Effort::default()).unwrap();
        assert!(fits(&ports, &rewiring.wiring));
        (moved, bound) = (moved + rewiring.moved, bound + rewiring.bound);
    }
    // Prices for single circuits, without completion along chains, move 61 and prove nothing.
    assert!(bound > 0 && 10 * moved <= 12 * bound, "{moved} moved, at least {bound}");
}
