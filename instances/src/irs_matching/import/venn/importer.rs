//! Jobs and supply of the tables as one instance.

use std::collections::BTreeMap;

use placewright_models::irs_matching::IrsMatching;
use placewright_models::irs_matching::instance::{
    DeviceClass, Instance, Job, MICRO, Rates, Supply, limits,
};
use placewright_solver::issue::Issue;
use placewright_solver::problem::Problem;
use serde_json::json;

use super::tables::{Content, JobRow, read};
use crate::codes;
use crate::family::{Imported, Importer, Offer, OptionHelp, Options, Report};
use crate::files::{Rejected, Source};
use crate::options::Reader;

/// The importer's entry.
pub(in crate::irs_matching::import) const IMPORTER: Importer<IrsMatching> = Offer {
    name: "venn",
    title: "tables of Venn's simulator: jobs, and devices by eligibility or check-ins",
    options: OPTIONS,
    run: import,
};

const OPTIONS: &[OptionHelp] = &[
    OptionHelp {
        name: "check_ins_per_1000_s",
        help: "devices that check in within 1000 s, where a table of devices says only of which \
               kind; default 4560",
    },
    OptionHelp {
        name: "segment_s",
        help: "length of the segments that check-ins are counted in, in s; default 1800",
    },
    OptionHelp {
        name: "latency_ms",
        help: "from a round's last device until its responses are in; default: the job's workload_s",
    },
];

/// What the options say.
struct Settings {
    check_ins_per_1000_s: u64,
    segment_ms: u64,
    latency_ms: Option<u64>,
}

fn import(sources: &[Source], options: &Options) -> Result<Imported<Instance>, Rejected> {
    let name = sources.first().map_or("", |source| source.name.as_str());
    let refuse = |issues| Rejected::new(name, issues);
    let mut reader = Reader::new(options, OPTIONS);
    let settings = Settings {
        check_ins_per_1000_s: reader.integer("check_ins_per_1000_s", 1, 1 << 40).unwrap_or(4560),
        segment_ms: 1000 * reader.integer("segment_s", 1, 1 << 30).unwrap_or(1800),
        latency_ms: reader.integer("latency_ms", 0, limits::TIME_MS),
    };
    if !reader.issues.is_empty() {
        return Err(refuse(reader.issues));
    }
    let (mut jobs, mut supply) = (Vec::new(), None);
    for source in sources {
        match read(&source.text).map_err(|issues| source.reject(issues))? {
            Content::Jobs(rows) => jobs.extend(rows),
            Content::Devices(counts) => supply = Some(constant(&counts, &settings)),
            Content::CheckIns(rows) => {
                supply =
                    Some(segments(&rows, &settings).map_err(|issue| source.reject(vec![issue]))?);
            }
        }
    }
    let missing = |cause: &str| vec![codes::issue(codes::NO_SAMPLES, "", cause)];
    let Some(supply) = supply.filter(|supply| !supply.rates.is_empty()) else {
        return Err(refuse(missing("no table of devices or check-ins says who may serve jobs")));
    };
    if jobs.is_empty() {
        return Err(refuse(missing("no table of jobs has a row")));
    }
    let instance = instance(&jobs, supply, &settings);
    let issues = IrsMatching::validate(&instance);
    if !issues.is_empty() {
        return Err(refuse(issues));
    }
    let summary = summary(&instance);
    Ok(Imported { instance, summary })
}

/// Rates per segment of every mask of groups, in micro-devices per second.
struct Masks {
    segment_start_ms: Vec<u64>,
    rates: BTreeMap<u64, Vec<u64>>,
}

fn micro_per_s(count: u64, time_ms: u64) -> u64 {
    let micro = u128::from(count) * u128::from(MICRO) * 1000;
    u64::try_from(micro / u128::from(time_ms.max(1))).unwrap_or(u64::MAX)
}

fn constant(counts: &BTreeMap<u64, u64>, settings: &Settings) -> Masks {
    let all: u64 = counts.values().sum();
    let rate = |count: u64| {
        let micro = u128::from(settings.check_ins_per_1000_s) * u128::from(MICRO / 1000);
        u64::try_from(micro * u128::from(count) / u128::from(all.max(1))).unwrap_or(u64::MAX)
    };
    // Devices that may serve nobody are not there.
    let useful = counts.iter().filter(|(mask, _)| **mask > 0);
    let rates = useful.map(|(&mask, &count)| (mask, vec![rate(count)])).collect();
    Masks { segment_start_ms: vec![0], rates }
}

/// Segments beyond this number are a wrong unit.
const MOST_SEGMENTS: u64 = 1_000_000;

fn segments(rows: &[(u64, u64)], settings: &Settings) -> Result<Masks, Issue> {
    let end_ms = rows.last().map_or(0, |&(time_ms, _)| time_ms + 1);
    let count = end_ms.div_ceil(settings.segment_ms);
    if count > MOST_SEGMENTS {
        let cause = format!("check-ins over {end_ms} ms would be {count} segments");
        return Err(codes::issue(codes::FIELD_OUT_OF_RANGE, "gap_s", cause));
    }
    let mut counts: BTreeMap<u64, Vec<u64>> = BTreeMap::new();
    for &(time_ms, mask) in rows.iter().filter(|(_, mask)| *mask > 0) {
        let own = counts.entry(mask).or_insert_with(|| vec![0; count as usize]);
        own[(time_ms / settings.segment_ms) as usize] += 1;
    }
    let rates = |own: Vec<u64>| {
        let mean = micro_per_s(own.iter().sum(), end_ms);
        let rate = |(segment, &count): (u64, &u64)| {
            let length_ms = settings.segment_ms.min(end_ms - segment * settings.segment_ms);
            micro_per_s(count, length_ms)
        };
        (0..).zip(&own).map(rate).chain([mean]).collect()
    };
    let starts = (0..count).map(|segment| segment * settings.segment_ms);
    Ok(Masks {
        segment_start_ms: starts.chain([end_ms]).collect(),
        rates: counts.into_iter().map(|(mask, own)| (mask, rates(own))).collect(),
    })
}

fn class_name(mask: u64) -> String {
    let groups = (1..=64).filter(|group| mask >> (group - 1) & 1 == 1);
    let groups: Vec<String> = groups.map(|group: u32| group.to_string()).collect();
    format!("groups-{}", groups.join("-"))
}

fn instance(rows: &[JobRow], supply: Masks, settings: &Settings) -> Instance {
    let masks: Vec<u64> = supply.rates.keys().copied().collect();
    let job = |row: &JobRow| {
        let serves = |mask: &&u64| **mask >> (row.group - 1) & 1 == 1;
        Job {
            name: row.name.clone(),
            demand_devices: row.demand,
            rounds: row.rounds,
            weight: 1,
            release_ms: row.arrival_ms,
            round_latency_ms: settings.latency_ms.unwrap_or(row.workload_ms),
            deadline_ms: None,
            min_share_ppm: None,
            requires: Vec::new(),
            classes: Some(masks.iter().filter(serves).map(|&mask| class_name(mask)).collect()),
        }
    };
    let class = |&mask: &u64| DeviceClass { name: class_name(mask), attributes: BTreeMap::new() };
    Instance {
        classes: masks.iter().map(class).collect(),
        jobs: rows.iter().map(job).collect(),
        supply: Supply::Rates(Rates {
            segment_start_ms: supply.segment_start_ms,
            rate_micro_per_s: supply.rates.into_values().collect(),
        }),
    }
}

fn summary(instance: &Instance) -> Report {
    let (jobs, classes) = (instance.jobs.len(), instance.classes.len());
    let devices: u64 = instance.jobs.iter().map(Job::total_devices).sum();
    let segments = instance.supplies().first().map_or(0, |own| own.len());
    let text = format!(
        "{jobs} jobs ask for {devices} devices of {classes} classes, rates of {segments} segments\n\
         deadlines of rounds are not kept: offline, jobs are judged by their total demand\n"
    );
    let json =
        json!({ "jobs": jobs, "devices": devices, "classes": classes, "segments": segments });
    Report { text, json }
}

#[cfg(test)]
mod tests {
    use super::*;

    const JOBS: &str = "job_id,arrival_s,profile_id,demand_per_round,rounds,deadline_s,workload_s,\
                        eligibility_group\n0,3.5,6,100,30,300,30,1\n1,6255.782,13,400,10,1000,30,2\n";
    const DEVICES: &str = "row,general,compute\n0,1,0\n1,1,0\n2,1,1\n3,0,0\n";

    fn run(texts: &[&str], options: &[(&str, &str)]) -> Result<Imported<Instance>, Rejected> {
        let source = |text: &&str| Source { name: "a.csv".into(), text: (*text).to_owned() };
        let sources: Vec<Source> = texts.iter().map(source).collect();
        let options = options.iter().map(|&(name, value)| (name.to_owned(), value.to_owned()));
        import(&sources, &options.collect())
    }

    #[test]
    fn devices_give_constant_rates() {
        let instance = run(&[JOBS, DEVICES], &[("check_ins_per_1000_s", "4000")]).unwrap().instance;
        let names: Vec<_> = instance.classes.iter().map(|class| class.name.as_str()).collect();
        assert_eq!(names, ["groups-1", "groups-1-2"]);
        assert_eq!(instance.supplies(), [&[2_000_000_u64][..], &[1_000_000]]);
        assert_eq!(instance.jobs[1].release_ms, 6_255_782);
        assert_eq!(instance.jobs[1].classes.as_deref(), Some(&["groups-1-2".to_owned()][..]));
        assert_eq!(instance.jobs[0].round_latency_ms, 30_000);
    }

    #[test]
    fn check_ins_give_rates_per_segment() {
        let check_ins = "gap_s,session_s,eligibility_mask\n0,1,1\n0.5,1,3\n0.5,1,1\n0.999,1,0\n";
        let instance = run(&[check_ins, JOBS], &[("segment_s", "1")]).unwrap().instance;
        let Supply::Rates(rates) = &instance.supply else { panic!("rates") };
        assert_eq!(rates.segment_start_ms, [0, 1000, 2000]);
        assert_eq!(
            rates.rate_micro_per_s,
            [[1_000_000, 1_000_000, 1_000_000], [1_000_000, 0, 500_000]]
        );
    }

    #[test]
    fn mistakes_have_codes() {
        let code = |texts: &[&str], options: &[(&str, &str)]| {
            let issues = run(texts, options).unwrap_err().issues;
            issues.iter().map(|issue| issue.code).collect::<Vec<_>>()
        };
        assert_eq!(code(&[JOBS], &[]), ["PW047"]);
        assert_eq!(code(&[DEVICES], &[]), ["PW047"]);
        assert_eq!(code(&[JOBS, DEVICES], &[("x", "1"), ("segment_s", "0")]), ["PW048"; 2]);
        assert_eq!(code(&[&JOBS.replace("rounds", "x"), DEVICES], &[]), ["PW041"]);
        assert_eq!(code(&[&JOBS.replace(",400,", ",0,"), DEVICES], &[]), ["PW044"]);
        assert_eq!(code(&[&JOBS.replace("30,2\n", "30,7\n"), DEVICES], &[]), ["IM010"]);
    }
}
