//! What the cost model predicts, beside what replays lost.

use placewright_solver::seed::Seed;
use rand::RngExt;
use rayon::prelude::*;

use super::ledger::{Events, Kind, Ledger};
use super::timeline::Timeline;
use super::trial::{Rules, replay};
use crate::replication_placement::instance::{Index, Instance, ModeKind};
use crate::replication_placement::outlook::shard_outlook;
use crate::replication_placement::plan::Plan;
use crate::replication_placement::rates::outages::DAY_MS;
use crate::replication_placement::rates::poisson::{Interval, mean_and_half_width};

/// Of what shards a group consists.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Group {
    /// Those of a mode.
    Mode(ModeKind),
    /// All.
    All,
}

/// What a group of shards was predicted to lose, and lost, in value times seconds per day.
#[derive(Clone, Debug, PartialEq)]
pub struct Row {
    /// The group.
    pub group: Group,
    /// Number of its shards.
    pub shards: usize,
    /// What the cost model predicts.
    pub predicted: f64,
    /// Its part that is spent while nothing fails.
    pub predicted_overhead: f64,
    /// What replays lost of the kinds that the model has: mean over timelines.
    pub found: f64,
    /// Where the expectation of it is, with the confidence asked for.
    pub interval: Interval,
    /// What replays lost of all kinds: mean over timelines.
    pub all: f64,
    /// By [`Kind::ALL`].
    pub kinds: [f64; Kind::ALL.len()],
    /// Share of time times value that was useful work.
    pub progress: f64,
    /// Events of all timelines.
    pub events: Events,
}

/// How intervals are found.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Intervals {
    /// Student's, over timelines that are independent of each other.
    OverTimelines,
    /// From blocks of time drawn with replacement, for timelines that follow one log (H. R. Künsch,
    /// *The jackknife and the bootstrap for general stationary observations*, Annals of Statistics
    /// 17, 1989, with blocks that do not overlap).
    OverBlocks(Seed),
}

/// What is replayed.
pub struct Setting<'a> {
    /// The plan's instance, resolved.
    pub index: &'a Index<'a>,
    /// The plan.
    pub plan: &'a Plan,
    /// What replays assume.
    pub rules: Rules,
    /// How intervals are found.
    pub intervals: Intervals,
    /// With which confidence, such as 0.95.
    pub confidence: f64,
}

/// How often blocks are drawn anew.
const RESAMPLES: usize = 2000;

/// Replays one timeline per seed, in parallel, and sums up. The result does not depend on the
/// number of threads.
pub fn compare(
    setting: &Setting,
    seeds: &[u64],
    timeline: impl Fn(Seed) -> Timeline + Sync,
    done: &(dyn Fn() + Sync),
) -> Vec<Row> {
    let one = |&seed: &u64| {
        let seed = Seed(seed);
        let own = timeline(seed);
        let ledgers = replay(setting.index, setting.plan, &own, &setting.rules, seed);
        let trial = Trial::new(setting, own.horizon_ms, &ledgers);
        done();
        trial
    };
    let trials: Vec<Trial> = seeds.par_iter().map(one).collect();
    let calm = without_failures(setting.index.instance);
    let calm = Index::new(&calm);
    let groups = groups(setting.plan);
    groups
        .into_iter()
        .enumerate()
        .map(|(at, group)| row(setting, &calm, &trials, at, group))
        .collect()
}

/// Modes that occur, and all of them together.
fn groups(plan: &Plan) -> Vec<Group> {
    let occurs = |kind: &ModeKind| plan.shards.iter().any(|own| own.mode.kind() == *kind);
    let modes = ModeKind::ALL.into_iter().filter(occurs).map(Group::Mode);
    modes.chain([Group::All]).collect()
}

/// Value times seconds per day of one timeline, by group.
struct Trial {
    groups: Vec<Sums>,
}

#[derive(Clone)]
struct Sums {
    kinds: [f64; Kind::ALL.len()],
    blocks: Vec<f64>,
    useful: f64,
    value: f64,
    events: Events,
}

impl Trial {
    fn new(setting: &Setting, horizon_ms: u64, ledgers: &[Ledger]) -> Self {
        let days = horizon_ms as f64 / DAY_MS;
        let blocks = ledgers.first().map_or(0, |ledger| ledger.blocks_ms.len());
        let sums = |group: Group| {
            let mut sums = Sums {
                kinds: [0.0; Kind::ALL.len()],
                blocks: vec![0.0; blocks],
                useful: 0.0,
                value: 0.0,
                events: Events::default(),
            };
            for (shard, ledger) in ledgers.iter().enumerate() {
                if !is_in(setting.plan, shard, group) {
                    continue;
                }
                let value = setting.index.instance.shards[shard].value as f64;
                for (sum, kind) in sums.kinds.iter_mut().zip(Kind::ALL) {
                    *sum += value * ledger.lost_s(kind) / days;
                }
                for (sum, block_ms) in sums.blocks.iter_mut().zip(&ledger.blocks_ms) {
                    *sum += value * block_ms / 1e3 / days;
                }
                sums.useful += value * ledger.useful_ms / 1e3 / days;
                sums.value += value;
                sums.events.add(&ledger.events);
            }
            sums
        };
        Self { groups: groups(setting.plan).into_iter().map(sums).collect() }
    }
}

fn is_in(plan: &Plan, shard: usize, group: Group) -> bool {
    match group {
        Group::Mode(kind) => plan.shards[shard].mode.kind() == kind,
        Group::All => true,
    }
}

/// The instance if nothing ever failed: what its plans cost is overhead.
fn without_failures(instance: &Instance) -> Instance {
    let mut calm = instance.clone();
    let domains = calm.levels.iter_mut().flat_map(|level| &mut level.domains);
    domains.for_each(|domain| domain.shocks_micro_per_day = 0);
    calm.nodes.iter_mut().for_each(|node| node.failures_micro_per_day = 0);
    for store in &mut calm.stores {
        store.failures_micro_per_day = 0;
        store.losses_micro_per_day.clear();
    }
    calm
}

fn predicted(index: &Index, plan: &Plan, group: Group) -> f64 {
    let shards = plan.shards.iter().enumerate().filter(|(shard, _)| is_in(plan, *shard, group));
    let lost: i128 =
        shards.map(|(shard, own)| shard_outlook(index, shard, own).lost_value_us).sum();
    lost as f64 / 1e6
}

fn row(setting: &Setting, calm: &Index, trials: &[Trial], at: usize, group: Group) -> Row {
    let own: Vec<&Sums> = trials.iter().map(|trial| &trial.groups[at]).collect();
    let count = own.len().max(1) as f64;
    let mut kinds = [0.0; Kind::ALL.len()];
    for sums in &own {
        kinds.iter_mut().zip(sums.kinds).for_each(|(sum, each)| *sum += each / count);
    }
    let modelled = |kinds: &[f64; Kind::ALL.len()]| {
        let each = kinds.iter().zip(Kind::ALL).filter(|(_, kind)| kind.is_modelled());
        each.map(|(lost, _)| lost).sum::<f64>()
    };
    let found = modelled(&kinds);
    let interval = match setting.intervals {
        Intervals::OverTimelines => {
            let sample: Vec<f64> = own.iter().map(|sums| modelled(&sums.kinds)).collect();
            let (mean, half) = mean_and_half_width(&sample, setting.confidence);
            (mean - half, mean + half)
        }
        Intervals::OverBlocks(seed) => {
            let mut blocks = vec![0.0; own.first().map_or(0, |sums| sums.blocks.len())];
            for sums in &own {
                blocks.iter_mut().zip(&sums.blocks).for_each(|(sum, each)| *sum += each / count);
            }
            let overhead = kinds[Kind::Overhead as usize];
            let (low, high) = resampled(&blocks, setting.confidence, seed);
            (overhead + low, overhead + high)
        }
    };
    let useful: f64 = own.iter().map(|sums| sums.useful).sum::<f64>() / count;
    let value = own.first().map_or(0.0, |sums| sums.value);
    let mut events = Events::default();
    own.iter().for_each(|sums| events.add(&sums.events));
    let plan = setting.plan;
    Row {
        group,
        shards: (0..plan.shards.len()).filter(|&shard| is_in(plan, shard, group)).count(),
        predicted: predicted(setting.index, plan, group),
        predicted_overhead: predicted(calm, plan, group),
        found,
        interval,
        all: kinds.iter().sum(),
        kinds,
        progress: if value > 0.0 { useful / (86_400.0 * value) } else { 0.0 },
        events,
    }
}

/// The interval of a sum over blocks, from sums over as many blocks drawn with replacement.
fn resampled(blocks: &[f64], confidence: f64, seed: Seed) -> Interval {
    if blocks.is_empty() {
        return (0.0, 0.0);
    }
    let mut stream = seed.named("blocks").generator();
    let draw = |_| (0..blocks.len()).map(|_| blocks[stream.random_range(0..blocks.len())]).sum();
    let mut sums: Vec<f64> = (0..RESAMPLES).map(draw).collect();
    sums.sort_by(f64::total_cmp);
    let tail = (1.0 - confidence) / 2.0;
    let place = |share: f64| sums[((share * RESAMPLES as f64) as usize).min(RESAMPLES - 1)];
    (place(tail), place(1.0 - tail))
}
