//! The referee refuses damaged plans, each kind of damage with its own code.

use placewright_instances::irs_matching::strategies::{instances, orders_for};
use placewright_models::irs_matching::IrsMatching;
use placewright_models::irs_matching::instance::{ClassId, Instance, JobId, Supply};
use placewright_models::irs_matching::list_scheduling::list_schedule;
use placewright_models::irs_matching::plan::{Grant, Interval, Plan};
use placewright_solver::problem::Problem;
use proptest::prelude::*;

use super::support::{codes, cost, guessed};
use crate::support::cases;

/// A damage and the code it must be refused with; `None` where the plan offers no target for it.
type Damage = fn(&Instance, &mut Plan, usize) -> Option<&'static str>;

fn devices(plan: &mut Plan) -> Option<&mut Vec<Option<JobId>>> {
    match plan {
        Plan::Devices(serves) => Some(serves),
        Plan::Fluid(_) => None,
    }
}

fn intervals(plan: &mut Plan) -> Option<&mut Vec<Interval>> {
    match plan {
        Plan::Fluid(intervals) => Some(intervals),
        Plan::Devices(_) => None,
    }
}

fn some_interval(plan: &mut Plan, pick: usize) -> Option<&mut Interval> {
    let intervals = intervals(plan)?;
    let count = intervals.len();
    intervals.get_mut(pick % count.max(1))
}

const DAMAGES: [Damage; 14] = [
    |instance, plan, _| {
        *plan = match instance.supply {
            Supply::Devices(_) => Plan::Fluid(vec![]),
            Supply::Rates(_) => Plan::Devices(vec![]),
        };
        Some("IM101")
    },
    |_, plan, _| {
        devices(plan)?.push(None);
        Some("IM102")
    },
    |instance, plan, pick| {
        let serves = devices(plan)?;
        let count = serves.len();
        serves[pick % count] = Some(JobId(instance.jobs.len() as u32));
        Some("IM103")
    },
    |instance, plan, pick| {
        let job = JobId((pick % instance.jobs.len()) as u32);
        let eligible = instance.eligible_masks(job);
        let Supply::Devices(arrivals) = &instance.supply else { return None };
        let stranger = arrivals.class.iter().position(|&c| !eligible.contains(&(c as usize)))?;
        devices(plan)?[stranger] = Some(job);
        Some("IM104")
    },
    |_, plan, _| {
        let serving = devices(plan)?.iter_mut().find(|job| job.is_some())?;
        *serving = None;
        Some("IM105")
    },
    |instance, plan, _| {
        let Supply::Devices(arrivals) = &instance.supply else { return None };
        let serves = devices(plan)?;
        let early =
            |job: usize, device: usize| arrivals.time_ms[device] < instance.jobs[job].release_ms;
        let pairs = (0..instance.jobs.len()).flat_map(|j| (0..serves.len()).map(move |d| (j, d)));
        let (job, device) = pairs.into_iter().find(|&(job, device)| early(job, device))?;
        serves[device] = Some(JobId(job as u32));
        Some("IM108")
    },
    |instance, plan, pick| {
        let grant = some_interval(plan, pick)?.grants.first_mut()?;
        grant.job = JobId(instance.jobs.len() as u32);
        Some("IM103")
    },
    |_, plan, pick| {
        some_interval(plan, pick)?.grants.first_mut()?.micro_devices = 0;
        Some("IM103")
    },
    |_, plan, pick| {
        let interval = some_interval(plan, pick)?;
        let again = *interval.grants.first()?;
        interval.grants.push(again);
        Some("IM103")
    },
    |instance, plan, pick| {
        let grant = some_interval(plan, pick)?.grants.first_mut()?;
        let eligible = instance.eligible_masks(grant.job);
        let stranger = (0..instance.classes.len()).find(|class| !eligible.contains(class))?;
        grant.class = ClassId(stranger as u32);
        Some("IM104")
    },
    |_, plan, pick| {
        some_interval(plan, pick)?.grants.first_mut()?.micro_devices += 1;
        Some("IM105")
    },
    |_, plan, pick| {
        let interval = some_interval(plan, pick)?;
        interval.end_ms = interval.start_ms;
        Some("IM106")
    },
    |_, plan, _| {
        let intervals = intervals(plan)?;
        (intervals.len() > 1).then(|| intervals.swap(0, 1))?;
        Some("IM106")
    },
    |instance, plan, pick| {
        let interval = some_interval(plan, pick)?;
        let (start_ms, end_ms) = (interval.start_ms, interval.end_ms);
        let grant: &mut Grant = interval.grants.first_mut()?;
        let curves = instance.supply_curves();
        let supplied = curves.between(grant.class.index(), start_ms, end_ms);
        grant.micro_devices = u64::try_from(supplied + 1).ok()?;
        Some("IM107")
    },
];

/// Rules tightened until the plan breaks them.
fn tightened(instance: &Instance, plan: &Plan, pick: usize) -> Vec<(&'static str, Instance)> {
    use placewright_models::irs_matching::check::last_device_ms;
    let j = pick % instance.jobs.len();
    let completion_ms = instance.jobs[j].completion_ms(last_device_ms(instance, plan)[j]);
    let mut found = Vec::new();
    let mut add = |code, change: &dyn Fn(&mut Instance)| {
        let mut other = instance.clone();
        change(&mut other);
        found.push((code, other));
    };
    if completion_ms > 0 {
        add("IM110", &|other| other.jobs[j].deadline_ms = Some(completion_ms - 1));
    }
    add("IM105", &|other| other.jobs[j].demand_devices += 1);
    add("IM108", &|other| other.jobs[j].release_ms = 1 << 40);
    found
}

fn instance_and_order() -> impl Strategy<Value = (Instance, Vec<JobId>)> {
    instances().prop_flat_map(|instance| {
        let orders = orders_for(&instance);
        (Just(instance), orders)
    })
}

proptest! {
    #![proptest_config(cases(1_500))]

    #[test]
    fn damaged_plans_are_refused(instance in instances(), pick in 0_usize..1_000) {
        let Some(plan) = guessed(&instance).plan else { return Ok(()) };
        for damage in DAMAGES {
            let mut damaged = plan.clone();
            if let Some(code) = damage(&instance, &mut damaged, pick) {
                let codes = codes(&instance, &damaged);
                prop_assert!(codes.contains(&code), "{} not in {:?}: {:?}", code, codes, damaged);
            }
        }
        for (code, tight) in tightened(&instance, &plan, pick) {
            let codes = codes(&tight, &plan);
            prop_assert!(codes.contains(&code), "{} not in {:?}: {:?}", code, codes, plan);
        }
    }

    #[test]
    fn lists_break_no_rule_but_deadlines_and_shares((instance, order) in instance_and_order()) {
        let Some(plan) = list_schedule(&instance, &order) else { return Ok(()) };
        let unruly = codes(&instance, &plan).into_iter().find(|code| !["IM109", "IM110"].contains(code));
        prop_assert_eq!(unruly, None);
    }

    #[test]
    fn one_share_is_always_kept((instance, order) in instance_and_order(), ppm in 0_u32..=1_000_000) {
        let mut instance = instance;
        for job in &mut instance.jobs {
            job.min_share_ppm = None;
            job.deadline_ms = None;
        }
        instance.jobs[0].min_share_ppm = Some(ppm);
        let Some(plan) = list_schedule(&instance, &order) else { return Ok(()) };
        prop_assert_eq!(codes(&instance, &plan), Vec::<&str>::new());
    }

    #[test]
    fn cutting_intervals_changes_nothing(instance in instances(), at in 1_u64..1_000) {
        let Some(Plan::Fluid(mut intervals)) = guessed(&instance).plan else { return Ok(()) };
        let before = cost(&instance, &Plan::Fluid(intervals.clone()));
        let first = intervals[0].clone();
        let cut_ms = first.start_ms + at * (first.end_ms - first.start_ms) / 1_000;
        if cut_ms == first.start_ms || instance.jobs.iter().any(|job| job.min_share_ppm.is_some()) {
            return Ok(());
        }
        // As much as possible before the cut, the rest after it.
        let curves = instance.supply_curves();
        let mut free: Vec<u128> = (0..instance.classes.len())
            .map(|class| curves.between(class, first.start_ms, cut_ms)).collect();
        let mut parts = [
            Interval { end_ms: cut_ms, grants: vec![], ..first },
            Interval { start_ms: cut_ms, grants: vec![], ..first },
        ];
        for grant in &first.grants {
            let early = free[grant.class.index()].min(grant.micro_devices.into()) as u64;
            free[grant.class.index()] -= u128::from(early);
            for (part, amount) in parts.iter_mut().zip([early, grant.micro_devices - early]) {
                part.grants.extend((amount > 0).then_some(Grant { micro_devices: amount, ..*grant }));
            }
        }
        intervals.splice(0..1, parts);
        let after = cost(&instance, &Plan::Fluid(intervals));
        prop_assert!(after.is_some_and(|after| Some(after) <= before), "{:?} {:?}", after, before);
    }

    #[test]
    fn nonsense_is_judged_without_panic(
        instance in instances(),
        serves in prop::collection::vec(prop::option::of(any::<u32>()), 0..20),
        spans in prop::collection::vec((any::<u64>(), any::<u64>(), 0_u32..6, 0_u32..6, any::<u64>()), 0..4),
    ) {
        let _verdict = IrsMatching::judge(&instance, &Plan::Devices(serves.into_iter().map(|j| j.map(JobId)).collect()));
        let interval = |(start_ms, end_ms, job, class, micro_devices)| Interval {
            start_ms,
            end_ms,
            grants: vec![Grant { job: JobId(job), class: ClassId(class), micro_devices }],
        };
        let _verdict = IrsMatching::judge(&instance, &Plan::Fluid(spans.into_iter().map(interval).collect()));
    }
}
