//! Matching policies on the check-in trace of the data folder.

use std::error::Error;
use std::time::Instant;

use placewright_instances::files::Source;
use placewright_instances::irs_matching::replay::checkins::read_checkins;
use placewright_instances::irs_matching::replay::jobs::read_jobs;
use placewright_models::irs_matching::online::rule::Rule;
use placewright_models::irs_matching::replay::run::{Settings, run};

fn main() -> Result<(), Box<dyn Error>> {
    let args: Vec<String> = std::env::args().skip(1).collect();
    let folder = placewright_instances::data_folder::data_folder().ok_or("no data folder")?;
    let folder = folder.join("irs");
    let begin = Instant::now();
    let source = Source::open(&folder.join("synthetic_checkins_5day.csv.gz"))?;
    let full = read_checkins(&source.text, 432_000).map_err(|issues| format!("{issues:?}"))?;
    drop(source);
    eprintln!("{} check-ins read in {:.2?}", full.len(), begin.elapsed());
    let seeds: u64 = args.get(2).map_or(Ok(1), |text| text.parse())?;
    for workload in args[0].split(',') {
        let jobs = Source::open(&folder.join(format!("jobs_{workload}.csv")))?;
        let jobs = read_jobs(&jobs.text).map_err(|issues| format!("{issues:?}"))?;
        let est = std::env::var("EST").unwrap_or_default();
        let mut jobs = jobs;
        for (n, job) in jobs.iter_mut().enumerate() {
            let r = f64::from(job.rounds);
            job.estimated_rounds = match est.as_str() {
                "none" => None,
                "half" => Some((r * 0.5).ceil() as u32),
                "double" => Some((r * 2.0) as u32),
                "mix" => Some((r * if (n * 7919 % 13) % 2 == 0 { 2.0 } else { 0.5 }).ceil() as u32),
                _ => Some(job.rounds),
            };
        }
        let checkins = if workload == "mini" { full.every(10) } else { full.clone() };
        for policy in args[1].split(',') {
            for seed in 1..=seeds {
                let begin = Instant::now();
                let rule = Rule::named(policy, seed).ok_or("no such policy")?;
                let tally = run(&checkins, &jobs, rule, &Settings { seed, ..Settings::default() });
                let mut jct: Vec<f64> =
                    tally.jobs.iter().filter_map(|j| Some(j.completion_ms? as f64 / 1e3)).collect();
                let mean = jct.iter().sum::<f64>() / jct.len() as f64;
                jct.sort_by(f64::total_cmp);
                let done: u32 = tally.jobs.iter().map(|j| j.done).sum();
                let aborted: u32 = tally.jobs.iter().map(|j| j.aborted).sum();
                let assigned: u64 = tally.jobs.iter().map(|j| j.assigned).sum();
                let used: u64 = tally.jobs.iter().map(|j| j.used_results).sum();
                let lost: u64 = tally.jobs.iter().map(|j| j.lost_results).sum();
                let late: u64 = tally.jobs.iter().map(|j| j.late_results).sum();
                let queue: u64 = tally.jobs.iter().map(|j| j.queue_ms).sum();
                let queued: u64 = tally.jobs.iter().map(|j| j.queued_rounds).sum();
                let group = |g: u8| {
                    let of: Vec<f64> = tally
                        .jobs
                        .iter()
                        .zip(&jobs)
                        .filter(|(_, j)| j.group == g)
                        .filter_map(|(t, _)| Some(t.completion_ms? as f64 / 1e3))
                        .collect();
                    of.iter().sum::<f64>() / of.len() as f64
                };
                println!(
                    "{workload},{policy},{seed},{mean:.0},{},{:.0},{:.0},{:.1},{:.4},lost {:.4} late {:.4},{},{assigned},{:.0},{:.0},{:.0},{:.0},bad {} {:.2?}",
                    jct.len(),
                    jct.last().copied().unwrap_or(0.0),
                    jct[jct.len() / 2],
                    queue as f64 / 1e3 / queued as f64,
                    f64::from(aborted) / f64::from(aborted + done),
                    lost as f64 / (used + lost + late) as f64,
                    late as f64 / (used + lost + late) as f64,
                    tally.checkins,
                    group(0),
                    group(1),
                    group(2),
                    group(3),
                    tally.ineligible as f64 / assigned as f64,
                    begin.elapsed()
                );
            }
        }
    }
    Ok(())
}
