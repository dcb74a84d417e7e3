//! What came of trainings, as a table, as data, and as series.

use std::fmt::Write;

use placewright_models::replication_placement::experiment::run::{Outage, Run};
use placewright_models::replication_placement::rates::poisson::mean_and_half_width;
use serde_json::{Value, json};

use crate::family::Report;
use crate::text_table::render;

/// The runs of a mode with a number of kills, one per seed.
pub(super) struct Row<'a> {
    pub(super) mode: &'static str,
    pub(super) kills: usize,
    pub(super) runs: &'a [Run],
}

/// What a good accuracy is: the time until it is told.
const GOOD: f64 = 0.65;

/// Means over seeds.
struct Means {
    outage_s: f64,
    /// Accuracy after minus before an outage, with half of a 95 % interval.
    change: (f64, f64),
    lost_updates: f64,
    pending: f64,
    final_accuracy: f64,
    /// Over the runs that get there.
    good_s: Option<f64>,
    computed: f64,
    kept: f64,
    mean_age_s: f64,
    oldest_s: f64,
}

fn means(runs: &[Run]) -> Means {
    let over = |value: &dyn Fn(&Run) -> f64| {
        runs.iter().map(value).sum::<f64>() / runs.len().max(1) as f64
    };
    let outages: Vec<&Outage> = runs.iter().flat_map(|run| &run.outages).collect();
    let of_outages = |value: &dyn Fn(&Outage) -> f64| {
        outages.iter().map(|outage| value(outage)).sum::<f64>() / outages.len().max(1) as f64
    };
    let changes: Vec<f64> = outages.iter().map(|outage| outage.after - outage.before).collect();
    let good: Vec<f64> = runs
        .iter()
        .filter_map(|run| run.samples.iter().find(|sample| sample.accuracy >= GOOD))
        .map(|sample| sample.at_ms as f64 / 1e3)
        .collect();
    let last = |run: &Run| run.samples.last().map_or(0.0, |sample| sample.accuracy);
    Means {
        outage_s: of_outages(&|outage| outage.length_ms as f64 / 1e3),
        change: if changes.is_empty() { (0.0, 0.0) } else { mean_and_half_width(&changes, 0.95) },
        lost_updates: of_outages(&|outage| outage.lost_updates as f64),
        pending: of_outages(&|outage| outage.pending as f64),
        final_accuracy: over(&last),
        good_s: (good.len() == runs.len()).then(|| good.iter().sum::<f64>() / good.len() as f64),
        computed: over(&|run| run.computed as f64),
        kept: over(&|run| run.kept as f64),
        mean_age_s: over(&|run| run.age_ms as f64 / 1e3 / run.applied.max(1) as f64),
        oldest_s: over(&|run| run.oldest_ms as f64 / 1e3),
    }
}

/// The table, and everything as data.
pub(super) fn report(rows: &[Row], seeds: &[u64]) -> Report {
    let (mut cells, mut json) = (Vec::new(), Vec::new());
    for row in rows {
        let of = means(row.runs);
        let mut own = vec![row.mode.to_owned(), row.kills.to_string()];
        if row.kills > 0 {
            own.push(format!("{:.1}", of.outage_s));
            own.push(format!("{:+.3} ± {:.3}", of.change.0, of.change.1));
            own.push(format!("{:.0}", of.lost_updates));
            own.push(format!("{:.0}", of.pending));
        } else {
            own.extend(vec!["-".to_owned(); 4]);
        }
        own.push(of.good_s.map_or("-".to_owned(), |time| format!("{time:.0}")));
        own.push(format!("{:.3}", of.final_accuracy));
        own.push(format!("{:.0}", of.computed));
        own.push(format!("{:.0}", of.kept));
        own.push(format!("{:.2}", of.mean_age_s));
        own.push(format!("{:.1}", of.oldest_s));
        cells.push(own);
        json.push(data(row, &of, seeds));
    }
    let good = format!("s to {GOOD}");
    let header = [
        "mode",
        "kills",
        "outage s",
        "accuracy change",
        "lost updates",
        "pending",
        &good,
        "final accuracy",
        "computed",
        "kept",
        "mean age s",
        "oldest s",
    ];
    let text = format!(
        "{}means over {} seeds; changes over every outage, with a 95 % interval\n",
        render(&header, &cells, 0),
        seeds.len()
    );
    Report { text, json: json!({ "seeds": seeds, "rows": json }) }
}

fn data(row: &Row, of: &Means, seeds: &[u64]) -> Value {
    let run = |(run, seed): (&Run, &u64)| {
        let outage = |outage: &Outage| {
            json!({
                "start_s": outage.start_ms as f64 / 1e3,
                "length_s": outage.length_ms as f64 / 1e3,
                "accuracy_before": outage.before,
                "accuracy_after": outage.after,
                "lost_updates": outage.lost_updates,
                "pending_gradients": outage.pending,
            })
        };
        let samples: Vec<Value> = run
            .samples
            .iter()
            .map(|sample| json!([sample.at_ms as f64 / 1e3, sample.accuracy, sample.loss]))
            .collect();
        json!({
            "seed": seed,
            "outages": run.outages.iter().map(outage).collect::<Vec<_>>(),
            "series_s_accuracy_loss": samples,
        })
    };
    json!({
        "mode": row.mode,
        "kills": row.kills,
        "outage_s": of.outage_s,
        "accuracy_change": of.change.0,
        "accuracy_change_half_width": of.change.1,
        "lost_updates": of.lost_updates,
        "pending_gradients": of.pending,
        "good_accuracy": GOOD,
        "s_to_good_accuracy": of.good_s,
        "final_accuracy": of.final_accuracy,
        "gradients_computed": of.computed,
        "gradients_kept": of.kept,
        "mean_gradient_age_s": of.mean_age_s,
        "oldest_gradient_age_s": of.oldest_s,
        "runs": row.runs.iter().zip(seeds).map(run).collect::<Vec<_>>(),
    })
}

/// Every evaluation of every run as CSV.
pub(super) fn series(rows: &[Row], seeds: &[u64]) -> String {
    let mut text = "mode,kills,seed,time_s,accuracy,loss\n".to_owned();
    for row in rows {
        for (run, seed) in row.runs.iter().zip(seeds) {
            for sample in &run.samples {
                let time_s = sample.at_ms as f64 / 1e3;
                // Writing to a string cannot fail.
                let _ = writeln!(
                    text,
                    "{},{},{seed},{time_s},{},{:.6}",
                    row.mode, row.kills, sample.accuracy, sample.loss
                );
            }
        }
    }
    text
}
