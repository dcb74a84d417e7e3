//! Every plan of tiny instances, judged one by one, against the methods.

use placewright_instances::site_assignment::strategies::instances_up_to;
use placewright_models::site_assignment::instance::{Index, Instance, Service, SiteId};
use placewright_models::site_assignment::plan::{Part, Plan};
use placewright_models::site_assignment::search::board::with_least;
use placewright_solver::outcome::Status;
use proptest::prelude::*;

use super::support::{cost, guessed, run, solved, value};
use crate::support::cases;

/// All ways to serve a customer.
fn services(instance: &Instance, customer: usize) -> Vec<Vec<Part>> {
    let (quantity, sites) = (instance.customers[customer].quantity, instance.sites.len());
    let site = |site: usize| SiteId(site as u32);
    if instance.service == Service::Whole {
        return (0..sites).map(|j| vec![Part { site: site(j), quantity }]).collect();
    }
    let mut found: Vec<(u64, Vec<Part>)> = vec![(quantity, Vec::new())];
    for j in 0..sites {
        let extended = found.iter().flat_map(|(left, parts)| {
            (0..=*left).map(move |taken| {
                let part = (taken > 0).then(|| Part { site: site(j), quantity: taken });
                (left - taken, parts.iter().copied().chain(part).collect())
            })
        });
        found = extended.collect();
    }
    found.into_iter().filter(|(left, _)| *left == 0).map(|(_, parts)| parts).collect()
}

fn least_cost(instance: &Instance) -> Option<i128> {
    let index = Index::new(instance);
    let mut plans: Vec<Vec<Vec<Part>>> = vec![Vec::new()];
    for customer in 0..instance.customers.len() {
        let own = services(instance, customer);
        plans = plans
            .into_iter()
            .flat_map(|plan| {
                own.iter().map(move |next| [&plan[..], std::slice::from_ref(next)].concat())
            })
            .collect();
    }
    let judged = plans.into_iter().filter_map(|services| {
        let mut used: Vec<usize> = services.iter().flatten().map(|p| p.site.index()).collect();
        used.sort_unstable();
        used.dedup();
        let plan = Plan { open_sites: with_least(&index, used), services };
        cost(instance, &plan)
    });
    judged.min()
}

proptest! {
    #![proptest_config(cases(80))]

    #[test]
    fn exact_methods_find_the_least_cost(instance in instances_up_to(3, 3)) {
        let optimum = least_cost(&instance);
        let exact = solved(&instance);
        prop_assert_eq!(value(&exact), optimum);
        let status = if optimum.is_some() { Status::Optimal } else { Status::Infeasible };
        prop_assert_eq!(exact.status, status);
        let guess = guessed(&instance, 20_000);
        prop_assert!(value(&guess).is_none_or(|value| optimum.is_some_and(|o| o <= value)));
    }

    #[test]
    fn threads_do_not_change_the_answer(instance in instances_up_to(5, 3)) {
        let methods = placewright_models::site_assignment::methods::methods;
        let one = run(&instance, &methods(), Some(30_000), 1);
        let two = run(&instance, &methods(), Some(30_000), 2);
        prop_assert_eq!((one.plan, one.objective, one.certificate),
                        (two.plan, two.objective, two.certificate));
    }
}
