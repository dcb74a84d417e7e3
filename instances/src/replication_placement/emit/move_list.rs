//! Moves by name.

use placewright_models::replication_placement::explain::decision_text;
use placewright_models::replication_placement::instance::{Index, Instance, Layout};
use placewright_models::replication_placement::moves::{
    MovePlan, Place, Reason, Shortage, Stuck, Transfer, Wave, Whys, bounds, replay, schedule,
};
use placewright_models::replication_placement::plan::Plan;
use serde::Serialize;

/// The moves from the current placement to a plan, by name.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct MoveList {
    /// Whether the waves lead to the plan.
    pub complete: bool,
    /// How long all waves take, in ms.
    pub duration_ms: u64,
    /// No order takes less time, in ms.
    pub duration_bound_ms: u64,
    /// What cannot be faster; absent where nothing is copied.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub slowest: Option<String>,
    /// No order has fewer waves with copies.
    pub waves_bound: u64,
    /// Copies on nodes that had none, of shards that have a placement.
    pub copies: u64,
    /// Their size, in MiB.
    pub mib: u64,
    /// The waves in their order.
    pub waves: Vec<NamedWave>,
    /// What no order was found for, and why.
    pub stuck: Vec<String>,
}

/// A wave by names.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct NamedWave {
    /// From 1.
    pub wave: usize,
    /// When it begins at the earliest, in ms from the first one.
    pub start_ms: u64,
    /// How long its copies take, in ms.
    pub duration_ms: u64,
    /// Copies, then decisions that take effect, then copies that are dropped.
    pub steps: Vec<Step>,
}

/// An elementary move.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Step {
    /// `copy`, `save`, `effect` or `drop`.
    pub what: &'static str,
    /// The shard.
    pub shard: String,
    /// Where its state comes from, or the decision before.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub from: Option<String>,
    /// The node or store that gets the state, the node that drops it, or the decision.
    pub to: String,
    /// What is copied, in MiB.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub mib: Option<u64>,
    /// At which constant rate, in KiB per second.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub kib_per_s: Option<u64>,
    /// Why.
    pub why: String,
}

/// The list as JSON.
pub(super) fn emit(list: &MoveList) -> String {
    // Plain data always serialises.
    serde_json::to_string_pretty(list).map(|text| text + "\n").unwrap_or_default()
}

impl MoveList {
    /// The moves to a plan that the referee accepts. Waves that their own referee refuses are not
    /// told; that it refuses them is.
    #[must_use]
    pub fn of(instance: &Instance, plan: &Plan) -> Self {
        let index = Index::new(instance);
        let moves = schedule(&index, plan);
        let bounds = bounds(&index, plan);
        let replayed = match replay(&index, plan, &moves) {
            Ok(replayed) => replayed,
            Err(violations) => {
                let told = |each: &placewright_solver::problem::Violation| {
                    format!("the referee refuses the waves that were found: {each}")
                };
                return Self { stuck: violations.iter().map(told).collect(), ..Self::default() };
            }
        };
        let namer = Namer { index: &index, plan, whys: Whys::new(&index, plan) };
        Self {
            complete: replayed.is_complete,
            duration_ms: moves.duration_ms(),
            duration_bound_ms: bounds.time_ms,
            slowest: bounds.slowest.map(|row| namer.row(row)),
            waves_bound: bounds.waves,
            copies: replayed.copies,
            mib: replayed.mib,
            waves: namer.waves(&moves),
            stuck: moves.stuck.iter().map(|stuck| namer.stuck(stuck)).collect(),
        }
    }
}

struct Namer<'a> {
    index: &'a Index<'a>,
    plan: &'a Plan,
    whys: Whys<'a>,
}

impl Namer<'_> {
    fn waves(&self, moves: &MovePlan) -> Vec<NamedWave> {
        let mut decisions: Vec<Option<String>> = (0..self.plan.shards.len())
            .map(|shard| self.index.current(shard).map(|now| decision_text(self.index, now)))
            .collect();
        let mut start_ms = 0;
        let mut named = Vec::new();
        for (number, wave) in (1..).zip(&moves.waves) {
            let steps = self.steps(wave, &mut decisions);
            named.push(NamedWave { wave: number, start_ms, duration_ms: wave.duration_ms, steps });
            start_ms += wave.duration_ms;
        }
        named
    }

    fn steps(&self, wave: &Wave, decisions: &mut [Option<String>]) -> Vec<Step> {
        let mut steps: Vec<Step> =
            wave.transfers.iter().map(|transfer| self.copy(transfer, wave.duration_ms)).collect();
        for switch in &wave.switches {
            let shard = switch.shard;
            let to = decision_text(self.index, &switch.to);
            let why = if switch.to == self.plan.shards[shard] {
                self.whys.of(shard)
            } else {
                "on the way, until its new node has room".to_owned()
            };
            let from = decisions[shard].replace(to.clone());
            steps.push(Step {
                what: "effect",
                shard: self.shard(shard),
                from,
                to,
                why,
                ..Step::default()
            });
        }
        steps.extend(wave.drops.iter().map(|drop| Step {
            what: "drop",
            shard: self.shard(drop.shard),
            to: self.place(Place::Node(drop.node)),
            why: "no longer needed".to_owned(),
            ..Step::default()
        }));
        steps
    }

    fn copy(&self, transfer: &Transfer, duration_ms: u64) -> Step {
        let &Transfer { shard, from, to, mib, reason } = transfer;
        let why = match reason {
            Reason::Planned => self.whys.of(shard),
            Reason::InFlight => "on its way already".to_owned(),
            Reason::Store => "its new mode needs its state there".to_owned(),
            Reason::StepAside { shard } => format!("makes room for {}", self.shard(shard)),
        };
        let rate = (u128::from(mib) * 1024 * 1000).div_ceil(u128::from(duration_ms.max(1)));
        Step {
            what: if matches!(to, Place::Store(_)) { "save" } else { "copy" },
            shard: self.shard(shard),
            from: Some(self.place(from)),
            to: self.place(to),
            mib: Some(mib),
            kib_per_s: Some(u64::try_from(rate).unwrap_or(u64::MAX)),
            why,
        }
    }

    fn shard(&self, shard: usize) -> String {
        self.index.instance.shards[shard].name.clone()
    }

    fn place(&self, place: Place) -> String {
        match place {
            Place::Node(node) => self.index.instance.nodes[node.index()].name.clone(),
            Place::Store(store) => self.index.instance.stores[store.index()].name.clone(),
            Place::Outside => "outside".to_owned(),
        }
    }

    fn row(&self, row: u32) -> String {
        row_text(self.index, row)
    }

    fn stuck(&self, stuck: &Stuck) -> String {
        let short = match stuck.shortage {
            Shortage::Memory { node, mib } => {
                format!("{} is short of {mib} MiB", self.place(Place::Node(node)))
            }
            Shortage::Row { row, amount } => format!("{} is short of {amount}", self.row(row)),
            Shortage::Others => "waits for other copies".to_owned(),
        };
        let shard = self.shard(stuck.shard);
        match stuck.to {
            Some(to) => format!("{shard} cannot be copied to {}: {short}", self.place(to)),
            None => format!("the new decision of {shard} cannot take effect: {short}"),
        }
    }
}

/// A shared capacity in words, with its unit.
pub(crate) fn row_text(index: &Index, row: u32) -> String {
    let (kind, number) = Layout::of(index).kind_of(row);
    let at = number as usize;
    let node = || &index.instance.nodes[at].name;
    let store = || &index.instance.stores[at].name;
    match kind {
        0 => format!("memory of {} (MiB)", node()),
        1 => format!("memory of {} while copies move (MiB)", node()),
        2 => format!("network out of {} (KiB/s)", node()),
        3 => format!("network into {} (KiB/s)", node()),
        4 => format!("room in {} (MiB)", store()),
        5 => format!("ingest of {} (KiB/s)", store()),
        6 => {
            let domain = index.trunks()[at].0;
            let level = &index.instance.levels[index.level_of(domain).index()].name;
            format!("trunk of {level} {} (KiB/s)", index.domain(domain).name)
        }
        7 => "copies that may move".to_owned(),
        _ => "MiB that may move".to_owned(),
    }
}
