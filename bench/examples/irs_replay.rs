//! Matching policies on lists of jobs, from the command line:
//!
//! `cargo run --release -p placewright-bench --example irs_replay -- JOBS.csv... NAME=VALUE...`
//!
//! with the options of the replay, `checkins=TRACE.csv.gz` among them.

use std::error::Error;
use std::path::Path;
use std::time::Instant;

use placewright_instances::family::Options;
use placewright_instances::files::Source;
use placewright_instances::irs_matching::replay::REPLAYS;

fn main() -> Result<(), Box<dyn Error>> {
    let replay = &REPLAYS[0];
    let (settings, files): (Vec<String>, Vec<String>) =
        std::env::args().skip(1).partition(|argument| argument.contains('='));
    if files.is_empty() {
        for option in replay.options {
            println!("{}: {}", option.name, option.help);
        }
        return Ok(());
    }
    let pair = |setting: &String| {
        setting.split_once('=').map(|(name, value)| (name.to_owned(), value.to_owned()))
    };
    let options: Options = settings.iter().filter_map(pair).collect();
    let open = |file: &String| Ok((file.clone(), Source::open(Path::new(file))?));
    let sources = files.iter().map(open).collect::<Result<Vec<_>, Box<dyn Error>>>()?;
    let begin = Instant::now();
    let report = (replay.run)(&sources, &options, &|text| eprintln!("{text}"))?;
    println!("{}", report.text);
    eprintln!("{:.1} s", begin.elapsed().as_secs_f64());
    Ok(())
}
