//! How many nodes are needed?

use std::collections::BTreeMap;

use placewright_models::replication_placement::ReplicationPlacement;
use placewright_models::replication_placement::cost_text::cost_text;
use placewright_models::replication_placement::explain::explain;
use placewright_models::replication_placement::instance::{Index, Instance, NodeId};
use placewright_models::replication_placement::questions::resized::{Demand, demanding, resized};
use placewright_solver::objective::Objective;
use placewright_solver::outcome::Status;
use serde_json::json;

use super::told::bad;
use crate::family::{Asked, OptionHelp, Options, Report, Unanswered, Until};
use crate::options::Reader;

pub(super) const OPTIONS: &[OptionHelp] = &[
    OptionHelp {
        name: "utilisation",
        help: "memory and network of nodes that may be used, in percent [100]",
    },
    OptionHelp {
        name: "unavailability",
        help: "how likely all places of a shard may be away at once, such as 1e-6 [as it is]",
    },
    OptionHelp {
        name: "label",
        help: "only nodes with this label are added or removed: KEY:VALUE",
    },
    OptionHelp { name: "most", help: "how many nodes may be added [4 times as many as there are]" },
];

/// What is known of a number of nodes.
#[derive(Clone, Debug, PartialEq)]
enum Size {
    Enough(Objective),
    Impossible,
    Unknown,
}

pub(super) fn ask(
    asked: &Asked<ReplicationPlacement>,
    options: &Options,
) -> Result<Report, Unanswered> {
    let mut reader = Reader::new(options, OPTIONS);
    let demand = Demand {
        utilisation_percent: reader.integer("utilisation", 1, 100).unwrap_or(100),
        unavailability_ppb: reader.value("unavailability", "a share from 1e-9 to 1", |text| {
            let share: f64 = text.parse().ok().filter(|share| (1e-9..=1.0).contains(share))?;
            Some((share * 1e9).floor().max(1.0) as u64)
        }),
    };
    let there = asked.instance.nodes.len();
    let most = reader.integer("most", 0, 1 << 14).unwrap_or(4 * there as u64) as i64;
    let label = reader.value("label", "KEY:VALUE", |text| {
        text.split_once(':').map(|(key, value)| (key.to_owned(), value.to_owned()))
    });
    if !reader.issues.is_empty() {
        return Err(Unanswered::Options(reader.issues));
    }
    let is_kind = |node: &NodeId| match &label {
        Some((key, value)) => asked.instance.nodes[node.index()].labels.get(key) == Some(value),
        None => true,
    };
    let kind: Vec<NodeId> = Index::new(asked.instance).nodes().filter(is_kind).collect();
    if kind.is_empty() {
        return Err(bad("label", "no node has this label"));
    }
    let base = demanding(asked.instance, demand);
    let mut sizes = Sizes { asked, base: &base, kind: &kind, known: BTreeMap::new() };
    let fewest = 1 - (there.min(kind.len() + usize::from(kind.len() < there)) as i64);
    let answer = sizes.least(fewest, most)?;
    Ok(sizes.report(there as i64, answer, most))
}

/// Sizes that were tried, by how many nodes were added.
struct Sizes<'a> {
    asked: &'a Asked<'a, ReplicationPlacement>,
    base: &'a Instance,
    kind: &'a [NodeId],
    known: BTreeMap<i64, Size>,
}

impl Sizes<'_> {
    fn is_enough(&mut self, change: i64) -> Result<bool, Unanswered> {
        let Some(instance) = resized(self.base, self.kind, change) else { return Ok(false) };
        let outcome = (self.asked.search)(&instance, None, Until::AnyPlan)?;
        let size = match (outcome.objective, outcome.status) {
            (Some(cost), _) => Size::Enough(cost),
            (None, Status::Infeasible) => Size::Impossible,
            (None, _) => Size::Unknown,
        };
        let is_enough = matches!(size, Size::Enough(_));
        self.known.insert(change, size);
        Ok(is_enough)
    }

    /// The smallest change with a plan: ever larger steps away from what there is, then halves.
    fn least(&mut self, fewest: i64, most: i64) -> Result<Option<i64>, Unanswered> {
        let (mut too_few, mut enough) = (fewest - 1, None);
        if self.is_enough(0)? {
            enough = Some(0);
            let mut step = 1;
            while let Some(now) = enough.filter(|&now| now > fewest) {
                let next = (-step).max(fewest);
                if !self.is_enough(next)? {
                    too_few = next;
                    break;
                }
                enough = Some(next.min(now));
                step *= 2;
            }
        } else {
            too_few = 0;
            let mut step = 1;
            while too_few < most && enough.is_none() {
                let next = step.min(most);
                if self.is_enough(next)? {
                    enough = Some(next);
                } else {
                    too_few = next;
                }
                step *= 2;
            }
        }
        let Some(mut enough) = enough else { return Ok(None) };
        while enough - too_few > 1 {
            let middle = too_few + (enough - too_few) / 2;
            if self.is_enough(middle)? {
                enough = middle;
            } else {
                too_few = middle;
            }
        }
        Ok(Some(enough))
    }

    fn report(&self, there: i64, answer: Option<i64>, most: i64) -> Report {
        let mut text = match answer {
            Some(0) => format!("the {there} nodes there are suffice, one less was not enough\n"),
            Some(change @ 1..) => {
                format!("{} nodes suffice: {change} more than there are\n", there + change)
            }
            Some(change) => {
                format!("{} nodes suffice: {} fewer than there are\n", there + change, -change)
            }
            None => format!("{most} more nodes were not enough\n"),
        };
        // More nodes are never worse, so what is impossible is so with fewer as well.
        let impossible = |size: &(&i64, &Size)| *size.1 == Size::Impossible;
        let proved = self.known.iter().filter(impossible).map(|size| *size.0).max();
        match proved {
            Some(change) if answer == Some(change + 1) => {
                text.push_str("fewer are proved not to\n");
            }
            Some(change) => {
                let bound = there + change + 1;
                text.push_str(&format!("fewer than {bound} are proved not to\n"));
            }
            None if answer.is_some() => {
                text.push_str(
                    "that fewer do not is not proved: no plan was found for them in time\n",
                );
            }
            None => {}
        }
        if answer.is_none() {
            let reasons = resized(self.base, self.kind, most);
            let reasons =
                reasons.map_or(Vec::new(), |instance| explain(&instance, None).infeasible);
            reasons.iter().for_each(|each| text.push_str(&format!("  {each}\n")));
        }
        text.push_str("every rule counts as hard, and where shards are now does not count\n");
        for (change, size) in &self.known {
            let told = match size {
                Size::Enough(cost) => format!("a plan that costs {}", cost_text(cost)),
                Size::Impossible => "proved impossible".to_owned(),
                Size::Unknown => "no plan found in time".to_owned(),
            };
            text.push_str(&format!("  {} nodes: {told}\n", there + change));
        }
        let tried: Vec<_> = (self.known.iter())
            .map(|(change, size)| {
                let (cost, impossible) = match size {
                    Size::Enough(cost) => (Some(cost.first().to_string()), false),
                    Size::Impossible => (None, true),
                    Size::Unknown => (None, false),
                };
                json!({ "nodes": there + change, "cost": cost, "proved_impossible": impossible })
            })
            .collect();
        let json = json!({
            "nodes": answer.map(|change| there + change),
            "nodes_bound": proved.map(|change| there + change + 1),
            "nodes_now": there,
            "tried": tried,
        });
        Report { text, json }
    }
}
