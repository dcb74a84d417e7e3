//! The circuit engine under any sequence of events: nobody shares a GPU or a circuit, nothing that
//! failed is in use, ports are set up only when they are free, live circuits stay unless moves are
//! allowed, and a restored engine answers like the one that was written.

use std::collections::BTreeMap;

use placewright_models::circuit_allocation::CircuitAllocation;
use placewright_models::circuit_allocation::instance::{Moves, Traffic};
use placewright_models::circuit_allocation::online::answer::{Delta, EngineError, NewJob, Part};
use placewright_models::circuit_allocation::online::choice::{CHOICES, Choice};
use placewright_models::circuit_allocation::online::cluster::{Cluster, Fabric, SwitchPorts};
use placewright_models::circuit_allocation::online::engine::{Engine, Snapshot};
use placewright_models::circuit_allocation::online::judged::batch_of_live;
use placewright_models::circuit_allocation::online::order::ORDERS;
use placewright_models::circuit_allocation::online::placement::{Circuit, JobId};
use placewright_models::circuit_allocation::online::policy::Sharing;
use placewright_solver::problem::{Problem, Verdict};
use proptest::prelude::*;

#[derive(Clone, Debug)]
enum Event {
    Submit { gpus: u32, traffic: u8, estimate_ms: u64 },
    Cancel(u64),
    Finish(u64),
    Fail(Part),
    Repair(Part),
    Restore,
}

fn part() -> impl Strategy<Value = Part> {
    prop_oneof![
        (0..17_u32, 0..5_u32).prop_map(|(server, gpu)| Part::Gpu { server, gpu }),
        (0..5_u32, 0..9_u32).prop_map(|(leaf, spine)| Part::Link { leaf, spine }),
        (0..9_u32, 0..5_u32).prop_map(|(switch, leaf)| Part::LeafPort { switch, leaf }),
        (0..9_u32, 0..3_u32).prop_map(|(switch, spine)| Part::SpinePort { switch, spine }),
    ]
}

fn event() -> impl Strategy<Value = Event> {
    prop_oneof![
        8 => (0..66_u32, 0..4_u8, 1..1000_u64).prop_map(|(gpus, traffic, estimate_ms)| {
            Event::Submit { gpus: gpus.min(66), traffic, estimate_ms }
        }),
        1 => (0..40_u64).prop_map(Event::Cancel),
        6 => (0..40_u64).prop_map(Event::Finish),
        2 => part().prop_map(Event::Fail),
        1 => part().prop_map(Event::Repair),
        1 => Just(Event::Restore),
    ]
}

/// 4 leaves of 4 servers of 4 GPUs.
fn clusters() -> [Cluster; 3] {
    let switched = Cluster::switched(4, 4, 4, 2);
    let uneven =
        [1, 1, 2, 2, 4, 6].map(|ports| SwitchPorts { leaf_ports: ports, spine_ports: 2 * ports });
    let fabric = Fabric::Switched { switches: uneven.to_vec() };
    [Cluster::clos(4, 4, 4), Cluster { fabric, ..switched.clone() }, switched]
}

fn apply(engine: &mut Engine, event: &Event, now_ms: u64) -> Result<Vec<Delta>, EngineError> {
    match event {
        Event::Submit { gpus, traffic, estimate_ms } => {
            let all = [Traffic::Any, Traffic::Ring, Traffic::HalvingDoubling, Traffic::AllToAll];
            let traffic = all[usize::from(*traffic)];
            let new = NewJob { gpus: *gpus, traffic, estimate_ms: *estimate_ms };
            engine.submit(&new, now_ms).map(|(_, deltas)| deltas)
        }
        Event::Cancel(job) => engine.cancel(JobId(*job), now_ms),
        Event::Finish(job) => engine.finish(JobId(*job), now_ms),
        Event::Fail(part) => engine.fail(*part, now_ms),
        Event::Repair(part) => engine.repair(*part, now_ms),
        Event::Restore => Ok(Vec::new()),
    }
}

/// Circuits by where they run, of whom: what the fabric does when it follows the deltas.
#[derive(Default)]
struct FabricModel {
    set_up: BTreeMap<(JobId, u32, u32, Option<u32>), u32>,
}

impl FabricModel {
    fn follow(&mut self, cluster: &Cluster, delta: &Delta) {
        match delta {
            Delta::TearDown { job, circuits } => {
                for circuit in circuits {
                    let key = (*job, circuit.leaf, circuit.spine, circuit.switch);
                    let there = self.set_up.get_mut(&key).expect("torn down, never set up");
                    *there = there.checked_sub(circuit.count).expect("torn down twice");
                }
                self.set_up.retain(|_, count| *count > 0);
            }
            Delta::SetUp { job, circuits } => {
                for circuit in circuits {
                    let key = (*job, circuit.leaf, circuit.spine, circuit.switch);
                    *self.set_up.entry(key).or_default() += circuit.count;
                }
                self.check_ports(cluster);
            }
            _ => {}
        }
    }

    /// No port carries more circuits than there are, at any moment.
    fn check_ports(&self, cluster: &Cluster) {
        let (mut leaves, mut spines) = (BTreeMap::new(), BTreeMap::new());
        for (&(_, leaf, spine, switch), &count) in &self.set_up {
            match (&cluster.fabric, switch) {
                (Fabric::Static { circuits_per_pair }, None) => {
                    let there = leaves.entry((leaf, spine)).or_insert(0);
                    *there += count;
                    assert!(*there <= *circuits_per_pair);
                }
                (Fabric::Switched { switches }, Some(switch)) => {
                    let ports = switches[switch as usize];
                    let leaf = leaves.entry((leaf, switch)).or_insert(0);
                    let spine = spines.entry((spine, switch)).or_insert(0);
                    *leaf += count;
                    *spine += count;
                    assert!(*leaf <= ports.leaf_ports && *spine <= ports.spine_ports);
                }
                _ => panic!("circuits of another fabric"),
            }
        }
    }
}

fn check(engine: &Engine, fabric: &FabricModel, isolated: bool, failed: &[Part]) {
    let state = engine.state();
    let mut gpus: BTreeMap<u32, u64> = BTreeMap::new();
    let mut held: BTreeMap<(JobId, u32, u32, Option<u32>), u32> = BTreeMap::new();
    for (&job, live) in state.live() {
        for share in &live.servers {
            let taken = gpus.entry(share.server).or_default();
            assert_eq!(*taken & share.gpus, 0, "two jobs on a GPU");
            *taken |= share.gpus;
        }
        for &Circuit { leaf, spine, switch, count } in &live.circuits {
            *held.entry((job, leaf, spine, switch)).or_default() += count;
        }
    }
    assert_eq!(held, fabric.set_up, "deltas and state disagree");
    let switched_ports = |leaf_side: bool, switch: u32, row: u32| {
        let passes = |of: &&(JobId, u32, u32, Option<u32>)| {
            of.3 == Some(switch) && row == if leaf_side { of.1 } else { of.2 }
        };
        held.keys().filter(passes).map(|key| held[key]).sum::<u32>()
    };
    for &part in failed {
        let dead = failed.iter().filter(|of| **of == part).count() as u32;
        match (part, &state.cluster().fabric) {
            (Part::Gpu { server, gpu }, _) => {
                assert_eq!(gpus.get(&server).copied().unwrap_or(0) >> gpu & 1, 0, "failed GPU");
            }
            (Part::Link { leaf, spine }, Fabric::Static { circuits_per_pair }) => {
                let used: u32 = held
                    .iter()
                    .filter(|(of, _)| (of.1, of.2) == (leaf, spine))
                    .map(|of| of.1)
                    .sum();
                assert!(used + dead <= *circuits_per_pair);
            }
            (Part::LeafPort { switch, leaf }, Fabric::Switched { switches }) => {
                let there = switches[switch as usize].leaf_ports;
                assert!(switched_ports(true, switch, leaf) + dead <= there);
            }
            (Part::SpinePort { switch, spine }, Fabric::Switched { switches }) => {
                let there = switches[switch as usize].spine_ports;
                assert!(switched_ports(false, switch, spine) + dead <= there);
            }
            _ => panic!("a part of another fabric failed"),
        }
    }
    if isolated && !state.live().is_empty() {
        let (instance, plan) = batch_of_live(state);
        let verdict = CircuitAllocation::judge(&instance, &plan);
        assert!(matches!(verdict, Verdict::Feasible(_)), "{verdict:?}\n{plan:?}");
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(300))]

    #[test]
    fn any_sequence_of_events_keeps_the_promises(
        events in prop::collection::vec(event(), 1..60),
        choice in 0..CHOICES.len(),
        order in 0..ORDERS.len(),
        cluster in 0..3_usize,
        allowed in any::<bool>(),
    ) {
        let cluster = clusters()[cluster].clone();
        let choice = match CHOICES[choice].1 {
            choice if choice.suits(&cluster) => choice,
            _ => Choice::default_for(&cluster),
        };
        let moves = if allowed { Moves::Allowed } else { Moves::Forbidden };
        let isolated = choice.policy().sharing() == Sharing::Isolated;
        let mut engine = Engine::new(cluster.clone(), choice, ORDERS[order].1, moves).unwrap();
        let (mut fabric, mut failed) = (FabricModel::default(), Vec::new());
        for (step, event) in events.iter().enumerate() {
            let now_ms = 100 * step as u64;
            let before = engine.snapshot();
            if matches!(event, Event::Restore) {
                let text = serde_json::to_string(&before).unwrap();
                let read: Snapshot = serde_json::from_str(&text).unwrap();
                prop_assert_eq!(&read, &before);
                engine = Engine::restore(read);
            }
            let mut other = Engine::restore(before.clone());
            let answer = apply(&mut engine, event, now_ms);
            prop_assert_eq!(&apply(&mut other, event, now_ms), &answer);
            prop_assert_eq!(other.snapshot(), engine.snapshot());
            match answer {
                Err(_) => prop_assert_eq!(engine.snapshot(), before),
                Ok(deltas) => {
                    match event {
                        Event::Fail(part) => failed.push(*part),
                        Event::Repair(part) => {
                            let place = failed.iter().position(|of| of == part);
                            failed.remove(place.expect("repaired what had not failed"));
                        }
                        _ => {}
                    }
                    for delta in &deltas {
                        if moves == Moves::Forbidden {
                            let rerouted = matches!(delta, Delta::Reroute { .. });
                            prop_assert!(!rerouted);
                        }
                        fabric.follow(&cluster, delta);
                    }
                    check(&engine, &fabric, isolated, &failed);
                }
            }
        }
    }
}

#[test]
fn bad_events_are_refused_by_name() {
    let cluster = Cluster::clos(4, 4, 4);
    let order = ORDERS[0].1;
    let refused = Engine::new(cluster.clone(), Choice::OcsFixed, order, Moves::Allowed).err();
    assert_eq!(refused, Some(EngineError::Unsuitable));
    let mut engine = Engine::new(cluster, Choice::VclosExact, order, Moves::Allowed).unwrap();
    let new = |gpus| NewJob { gpus, traffic: Traffic::Any, estimate_ms: 1000 };
    assert_eq!(engine.submit(&new(0), 0).err(), Some(EngineError::NeverPlaceable(0)));
    assert_eq!(engine.submit(&new(65), 0).err(), Some(EngineError::NeverPlaceable(65)));
    assert_eq!(engine.finish(JobId(3), 5).err(), Some(EngineError::UnknownJob(JobId(3))));
    let (first, _) = engine.submit(&new(64), 5).unwrap();
    let (second, _) = engine.submit(&new(4), 6).unwrap();
    assert_eq!(engine.finish(second, 7).err(), Some(EngineError::NotRunning(second)));
    let runs_back = EngineError::TimeRunsBackwards { now_ms: 1, last_ms: 6 };
    assert_eq!(engine.finish(first, 1).err(), Some(runs_back));
    let gpu = Part::Gpu { server: 15, gpu: 3 };
    assert_eq!(engine.repair(gpu, 8).err(), Some(EngineError::NotFailed(gpu)));
    let stopped = engine.fail(gpu, 8).unwrap();
    assert!(
        matches!(stopped[..2], [Delta::Stop { job, .. }, Delta::TearDown { .. }] if job == first)
    );
    assert_eq!(engine.fail(gpu, 8).err(), Some(EngineError::FailedAlready(gpu)));
    let far = Part::LeafPort { switch: 0, leaf: 0 };
    assert_eq!(engine.fail(far, 9).err(), Some(EngineError::NoSuchPart(far)));
    let late = EngineError::TimeTooLarge(u64::MAX);
    assert_eq!(engine.cancel(second, u64::MAX).err(), Some(late));
}
