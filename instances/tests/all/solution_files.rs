//! Solution files: round trips, and plans that do not fit the instance.

use placewright_instances::files::{InstanceFile, SolutionFile, Source};
use placewright_instances::memory_sizing::plan_file::PlanFile;
use placewright_models::memory_sizing::MemorySizing;
use placewright_models::memory_sizing::instance::Instance;
use placewright_models::memory_sizing::plan::Plan;
use placewright_solver::certificate::{Certificate, Claim, DualPrices, Proof};
use placewright_solver::objective::Objective;
use placewright_solver::outcome::{Outcome, Statistics, Status};
use proptest::prelude::*;

type File = SolutionFile<PlanFile>;

fn outcome(plan: Plan) -> Outcome<Plan> {
    let mut prices = DualPrices { shift: 3, ..DualPrices::default() };
    prices.groups.insert("menu".into(), vec![vec![0, 5], vec![1, -7]]);
    Outcome {
        plan: Some(plan),
        objective: Some(Objective(vec![1 << 90, 4])),
        certificate: Some(Certificate {
            claim: Claim::AtLeast(Objective(vec![1 << 89, 2])),
            proof: Proof::DualPrices(prices),
        }),
        status: Status::WithinGap,
        stop: None,
        seed: 7,
        statistics: Statistics::default(),
    }
}

fn source(text: &str) -> Source {
    Source { name: "x.sol.json".into(), text: text.into() }
}

fn small() -> InstanceFile<Instance> {
    let types = r#"[{"name": "A", "samples": {"peak_mib": [1], "run_time_ms": [1]}},
        {"name": "B", "samples": {"peak_mib": [1], "run_time_ms": [1]}}]"#;
    let nodes = r#"[{"name": "n1", "cores": 8, "memory_mib": 64}]"#;
    let text = format!(
        r#"{{"node_limit_mib": 64, "granularity_mib": 1, "max_attempts": 2,
        "time_to_failure": {{"numerator": 1, "denominator": 1}}, "types": {types}, "nodes": {nodes}}}"#
    );
    crate::small::file_of(serde_json::from_str(&text).unwrap())
}

fn issues_of(plan: &str) -> Vec<(&'static str, String, usize)> {
    let instance = small();
    let hash = instance.sha256();
    let text = format!(
        "{{\"format\": \"placewright-solution\", \"family\": \"memory_sizing\", \"version\": 1,\n\
         \"instance\": \"small\", \"instance_sha256\": \"{hash}\", \"seed\": 7,\n\
         \"status\": \"feasible\", \"plan\":\n{plan}}}"
    );
    let source = source(&text);
    let plan = File::read::<MemorySizing>(&source)
        .and_then(|file| file.plan_for::<MemorySizing>(&source, &instance.instance));
    let issues = plan.map_or_else(|rejected| rejected.issues, |_| Vec::new());
    issues.into_iter().map(|i| (i.code, i.path, i.line.unwrap())).collect()
}

#[test]
fn plans_with_wrong_names_are_refused() {
    let a = r#"{"type": "A", "allocations_mib": [1]}"#;
    let b = r#"{"type": "B", "allocations_mib": [1, 2]}"#;
    assert_eq!(issues_of(&format!("{{\"ladders\": [{b}, {a}]}}")), []);
    assert_eq!(
        issues_of(&format!("{{\"ladders\": [{a},\n{a}]}}")),
        [("PW032", "/plan/ladders/1/type".into(), 5), ("PW031", "/plan/ladders".into(), 4)]
    );
    let placements = r#"[{"type": "C", "node": "n1", "slots": 1},
        {"type": "A", "node": "n2", "slots": 1}, {"type": "A", "node": "n1", "slots": 1},
        {"type": "A", "node": "n1", "slots": 2}]"#;
    assert_eq!(
        issues_of(&format!("{{\"ladders\": [{a}, {b}], \"placements\": {placements}}}")),
        [
            ("PW030", "/plan/placements/0/type".into(), 4),
            ("PW030", "/plan/placements/1/node".into(), 5),
            ("PW032", "/plan/placements/3".into(), 6)
        ]
    );
    let wrong = r#"{"type": "A", "allocations_mib": [-1]}"#;
    assert_eq!(
        issues_of(&format!("{{\"ladders\": [{wrong}, {b}]}}")),
        [("PW018", "/plan/ladders/0/allocations_mib/0".into(), 4)]
    );
}

#[test]
fn solutions_of_other_instances_are_noticed() {
    let instance = small();
    let plan = Plan::default();
    let file = File::new::<MemorySizing>(&instance, &outcome(plan));
    let source = source(&file.to_text().unwrap());
    file.must_belong_to(&source, &instance).unwrap();
    let mut other = instance;
    other.name = "another name is fine".into();
    file.must_belong_to(&source, &other).unwrap();
    other.instance.max_attempts += 1;
    let rejected = file.must_belong_to(&source, &other).unwrap_err();
    assert_eq!((rejected.issues[0].code, rejected.issues[0].line), ("PW033", Some(6)));
}

#[test]
fn certificates_are_explained_where_they_are_wrong() {
    let file = File::new::<MemorySizing>(&small(), &outcome(Plan::default()));
    let text = file.to_text().unwrap().replace("\"shift\": 3", "\"shift\": -3");
    let rejected = File::read::<MemorySizing>(&source(&text)).unwrap_err();
    assert_eq!(rejected.issues.len(), 1, "{rejected}");
    assert_eq!(rejected.issues[0].path, "/certificate/proof/shift", "{rejected}");
}

#[test]
fn an_instance_is_no_solution() {
    let text = small().to_text().unwrap();
    let rejected = File::read::<MemorySizing>(&source(&text)).unwrap_err();
    assert_eq!(rejected.issues.len(), 1, "{rejected}");
    assert_eq!(rejected.issues[0].code, "PW011");
}

proptest! {
    #[test]
    fn plans_survive_a_file((instance, plan) in crate::small::instance_and_plan()) {
        let instance = crate::small::file_of(instance);
        let file = File::new::<MemorySizing>(&instance, &outcome(plan.clone()));
        let text = file.to_text().unwrap();
        let source = source(&text);
        let back = File::read::<MemorySizing>(&source).unwrap();
        prop_assert_eq!(&back, &file);
        prop_assert_eq!(back.to_text().unwrap(), text);
        back.must_belong_to(&source, &instance).unwrap();
        let again = back.plan_for::<MemorySizing>(&source, &instance.instance).unwrap();
        prop_assert_eq!(again, Some(plan));
    }

    #[test]
    fn solution_files_cut_off_are_refused((instance, plan) in crate::small::instance_and_plan(), at: proptest::sample::Index) {
        let file = File::new::<MemorySizing>(&crate::small::file_of(instance), &outcome(plan));
        let text = file.to_text().unwrap();
        let mut end = at.index(text.trim_end().len());
        while !text.is_char_boundary(end) {
            end -= 1;
        }
        let rejected = File::read::<MemorySizing>(&source(&text[..end])).unwrap_err();
        prop_assert_eq!(rejected.issues[0].code, "PW003");
    }
}
