//! What emitters and reports look like, and that their sums are right.

use placewright_instances::family::{Family, emitter};
use placewright_instances::memory_sizing::import::Settings;
use placewright_instances::memory_sizing::import::csv::import;
use placewright_instances::memory_sizing::report::sizing::Sizing;
use placewright_models::memory_sizing::MemorySizing;
use placewright_models::memory_sizing::instance::Instance;
use placewright_models::memory_sizing::plan::{Ladder, Plan};
use placewright_solver::problem::{Problem, Verdict};
use proptest::prelude::*;

/// A history with every oddity that a report has a word for.
const HISTORY: &str = "\
task_type,peak_mib,run_time_s,request_mib,censored,weight
NFCORE_RNASEQ:RNASEQ:ALIGN_STAR:STAR_ALIGN,30000,3600,61440,,12
NFCORE_RNASEQ:RNASEQ:ALIGN_STAR:STAR_ALIGN,36000,7200,61440,,2
FASTQC@n1,300,60,6144,,20
FASTQC@n1,500,60,6144,,1
FASTQC@n2,400,60,6144,,20
FASTQC@n2,2048,30,2048,true,1
QUALIMAP,2000,600,2000,,15
MULTIQC,900,0,,,1
it's (odd).*,10,5,2000,,1
SORT,1000,1000,500,,9
SORT,700,10,700,true,1
";

fn instance() -> Instance {
    let settings = Settings { failure_price_mib_ms: 1000, ..Settings::default() };
    import(HISTORY, &settings).unwrap_or_else(|issues| panic!("{issues:#?}")).0
}

fn plan() -> Plan {
    let ladders = [
        vec![300, 500],
        vec![400, 2049],
        vec![900],
        vec![30000, 36000],
        vec![2000],
        vec![1000],
        vec![16],
    ];
    Plan { ladders: ladders.into_iter().map(Ladder).collect(), placements: Vec::new() }
}

fn emitted(name: &str) -> String {
    (emitter::<MemorySizing>(name).unwrap().emit)(&MemorySizing::emission(&instance(), &plan()))
}

#[test]
fn nextflow_configurations_look_like_this() {
    insta::assert_snapshot!(emitted("nextflow"));
}

#[test]
fn slurm_scripts_look_like_this() {
    insta::assert_snapshot!(emitted("slurm"));
}

#[test]
fn snakemake_profiles_look_like_this() {
    insta::assert_snapshot!(emitted("snakemake"));
}

#[test]
fn kubernetes_patches_look_like_this() {
    insta::assert_snapshot!(emitted("kubernetes"));
}

#[test]
fn tables_look_like_this() {
    insta::assert_snapshot!(emitted("csv"));
}

#[test]
fn plans_look_like_this() {
    insta::assert_snapshot!(emitted("json"));
}

#[test]
fn reports_look_like_this() {
    let report = MemorySizing::report(&instance(), &plan());
    insta::assert_snapshot!(report.text);
    insta::assert_json_snapshot!(report.json);
}

proptest! {
    /// Wastage and price of the report are the referee's objective, and shares are shares.
    #[test]
    fn the_report_agrees_with_the_referee((instance, plan) in crate::small::instance_and_plan()) {
        let sizing = Sizing::of(&instance, &plan);
        if let Verdict::Feasible(objective) = MemorySizing::judge(&instance, &plan) {
            let sum = sizing.total.plan_mib_ms + sizing.failure_price_mib_ms;
            prop_assert_eq!(sum, objective.first());
        }
        prop_assert!((0..=sizing.total.samples).contains(&sizing.total.first_fit));
        prop_assert!(sizing.total.usage_mib_ms >= 0);
        prop_assert!(sizing.total.requests_mib_ms.is_none_or(|requests| requests >= 0));
        for emitter in MemorySizing::emitters() {
            prop_assert!(!(emitter.emit)(&MemorySizing::emission(&instance, &plan)).is_empty());
        }
        let report = MemorySizing::report(&instance, &plan);
        prop_assert!(report.text.lines().count() > instance.types.len());
    }

    /// The requests as a plan waste what the report says they wasted.
    #[test]
    fn requests_are_judged_like_plans(rows in proptest::collection::vec((1_u64..100, 0_u64..1000), 1..9)) {
        let mut text = String::from("task_type,peak_mib,run_time_ms,request_mib\n");
        for (peak, time) in &rows {
            text.push_str(&format!("A,{peak},{time},100\n"));
        }
        let (instance, _) = import(&text, &Settings::default()).unwrap();
        let plan = Plan { ladders: vec![Ladder(vec![100])], placements: Vec::new() };
        let sizing = Sizing::of(&instance, &plan);
        prop_assert_eq!(sizing.total.requests_mib_ms, Some(sizing.total.plan_mib_ms));
        prop_assert_eq!(sizing.saving_mib_ms(), Some(0));
    }
}
