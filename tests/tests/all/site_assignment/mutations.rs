//! The referee refuses damaged plans and validation damaged instances, each with its own code.

use placewright_instances::site_assignment::generate::GENERATORS;
use placewright_models::site_assignment::SiteAssignment;
use placewright_models::site_assignment::instance::{Instance, OpenSites, Service, SiteId};
use placewright_models::site_assignment::plan::{Part, Plan};
use placewright_solver::problem::Problem;

use super::support::{codes, cost, guessed};

fn generated(kind: &str) -> Instance {
    let generator = GENERATORS.iter().find(|each| each.name == kind).unwrap();
    let instance = (generator.run)(3, &[].into()).unwrap();
    assert_eq!(SiteAssignment::validate(&instance), []);
    instance
}

type Damage = fn(&mut Instance, &mut Plan);

const PLANS: &[(&str, Damage)] = &[
    ("SA101", |_, plan| drop(plan.services.pop())),
    ("SA102", |_, plan| plan.services[0][0].site = SiteId(99)),
    ("SA102", |_, plan| {
        let again = plan.services[0][0];
        plan.services[0].push(again);
    }),
    ("SA102", |_, plan| plan.open_sites.push(SiteId(99))),
    ("SA102", |_, plan| plan.open_sites.insert(0, plan.open_sites[0])),
    ("SA103", |_, plan| plan.services[0][0].quantity += 1),
    ("SA103", |_, plan| plan.services[0].clear()),
    ("SA104", |instance, plan| {
        instance.service = Service::Whole;
        let site = plan.services[0][0].site;
        let other = SiteId(u32::from(site.0 == 0));
        instance.customers[0].quantity = 2;
        let part = |site| Part { site, quantity: 1 };
        plan.services[0] = vec![part(site), part(other)];
    }),
    ("SA105", |_, plan| {
        let site = plan.services[0][0].site;
        plan.open_sites.retain(|&each| each != site);
    }),
    ("SA106", |instance, plan| {
        instance.sites[plan.services[0][0].site.index()].capacity = 0;
    }),
    ("SA107", |instance, plan| {
        let open = plan.open_sites.len() as u64;
        instance.open_sites.at_least = Some(open + 1);
    }),
    ("SA107", |instance, plan| {
        let open = plan.open_sites.len() as u64;
        instance.open_sites.at_most = Some(open - 1);
    }),
    ("SA108", |instance, plan| {
        let site = plan.services[0][0].site;
        let shares = |parts: &Vec<Part>| parts.iter().any(|part| part.site == site);
        let other = plan.services.iter().skip(1).position(shares).unwrap() + 1;
        let name = |customer: usize| instance.customers[customer].name.clone();
        instance.conflicts.push([name(other), name(0)]);
    }),
];

#[test]
fn every_damage_has_its_code() {
    let (instance, mut plan) = (generated("location"), Plan::default());
    plan.clone_from(&guessed(&instance, 100_000).plan.unwrap());
    assert!(cost(&instance, &plan).is_some());
    for (code, damage) in PLANS {
        let (mut instance, mut plan) = (instance.clone(), plan.clone());
        damage(&mut instance, &mut plan);
        assert!(codes(&instance, &plan).contains(code), "{code}: {:?}", codes(&instance, &plan));
    }
}

type Break = fn(&mut Instance);

const INSTANCES: &[(&str, Break)] = &[
    ("SA001", |instance| instance.sites.clear()),
    ("SA001", |instance| instance.customers.clear()),
    ("SA002", |instance| instance.sites[1].name = instance.sites[0].name.clone()),
    ("SA002", |instance| instance.customers[1].name = " ".into()),
    ("SA003", |instance| instance.customers[0].quantity = 0),
    ("SA003", |instance| instance.sites[0].opening_cost = u64::MAX),
    ("SA004", |instance| instance.customers[0].costs.truncate(0)),
    ("SA004", |instance| instance.customers[0].demand = vec![1, 1]),
    ("SA005", |instance| instance.customers[0].demand = vec![2]),
    ("SA006", |instance| instance.conflicts.push(["store-1".into(), "nobody".into()])),
    ("SA006", |instance| instance.conflicts.push(["store-1".into(), "store-1".into()])),
    ("SA007", |instance| {
        instance.open_sites = OpenSites { at_least: Some(3), at_most: Some(2) };
    }),
    ("SA007", |instance| instance.open_sites.at_most = Some(0)),
    ("SA008", |instance| {
        for customer in &mut instance.customers {
            customer.quantity = 1 << 32;
            customer.costs[0] = 1 << 50;
        }
    }),
];

#[test]
fn every_mistake_of_an_instance_has_its_code() {
    for (code, damage) in INSTANCES {
        let mut instance = generated("location");
        damage(&mut instance);
        let issues = SiteAssignment::validate(&instance);
        assert!(issues.iter().any(|issue| issue.code == *code), "{code}: {issues:?}");
    }
}
