//! Losses predicted from one part of LANL's records, replayed on another.

use placewright_instances::data_folder::data_folder;
use placewright_instances::family::{Family, Options, Report, find};
use placewright_instances::files::Source;
use placewright_models::replication_placement::ReplicationPlacement;

const LOG: &str = "placement/failures/lanl_node_failures_systems_2_5_8_18_19_23.csv";

fn holdout(pairs: &[(&str, &str)]) -> Option<Report> {
    let Some(path) = data_folder().map(|folder| folder.join(LOG)).filter(|path| path.is_file())
    else {
        eprintln!("skipped: LANL's records are not here");
        return None;
    };
    let source = Source::open(&path).unwrap();
    let replay = find(ReplicationPlacement::replays(), "holdout").unwrap();
    let options: Options =
        pairs.iter().map(|&(name, value)| (name.to_owned(), value.to_owned())).collect();
    Some((replay.run)(&[("lanl".to_owned(), source)], &options, &|_| ()).unwrap())
}

/// The last estimator shrinks; whether every mode agrees.
fn agrees(report: &Report, case: usize) -> bool {
    let estimators = report.json["cases"][case]["estimators"].as_array().unwrap();
    let agrees = estimators.last().unwrap()["agrees"].as_array().unwrap();
    agrees.iter().all(|agrees| agrees == true)
}

/// The two large clusters: the second half as the first half predicts.
#[test]
fn stable_systems_are_predicted() {
    let Some(report) = holdout(&[("systems", "18,19")]) else { return };
    assert!(agrees(&report, 0) && agrees(&report, 1), "{}", report.text);
    for case in report.json["cases"].as_array().unwrap() {
        let likelihood = |at: usize| case["estimators"][at]["log_likelihood_per_node"].as_f64();
        // Own rates of zero cannot be: minus infinity is no number of JSON.
        assert_eq!(likelihood(0), None);
        assert!(likelihood(2).unwrap() > likelihood(1).unwrap(), "{}", report.text);
    }
}

/// One cluster from its twin.
#[test]
fn twins_predict_each_other() {
    let Some(report) = holdout(&[("systems", "19"), ("from_system", "18")]) else { return };
    assert!(agrees(&report, 0), "{}", report.text);
}

/// A machine whose rate fell to less than half: no interval covers that, and the replay says so.
#[test]
fn machines_that_change_are_not_predicted() {
    let Some(report) = holdout(&[("systems", "2")]) else { return };
    assert!(!agrees(&report, 0), "{}", report.text);
}
