//! The cluster and how it is filled.

use placewright_models::memory_sizing::replay::cluster::nodes::Cluster;
use placewright_models::memory_sizing::replay::cluster::packing::Packing;
use placewright_models::memory_sizing::replay::cluster::simulate::Dispatch;

use super::nodes;
use crate::codes;
use crate::family::OptionHelp;
use crate::options::Reader;

pub(in super::super) const OPTIONS: [OptionHelp; 6] = [
    OptionHelp {
        name: "nodes",
        help: "packs the tasks of each run onto this cluster, in trace order, and reports makespans: COUNTxCOREScMEMORY, such as 4x16c64g+2x64c1t (g is 2^30 bytes)",
    },
    OptionHelp {
        name: "packing",
        help: "with nodes: first-fit, best-fit (least memory left) or worst-fit [default: first-fit]",
    },
    OptionHelp {
        name: "queue",
        help: "with nodes: list (tasks that don't fit are skipped) or fifo (the first one holds up all others) [default: list]",
    },
    OptionHelp {
        name: "window",
        help: "with nodes: how many tasks that don't fit a list tries before it waits [default: 100]",
    },
    OptionHelp {
        name: "release",
        help: "with nodes: all (every task waits from the start) or trace (when the recorded run submitted it) [default: all]",
    },
    OptionHelp {
        name: "restart_delay_s",
        help: "with nodes: how long after a failure a task waits again, in seconds [default: 0]",
    },
];

/// Options of the other protocols, which have no meaning on a cluster.
const ELSEWHERE: [&str; 3] = ["seeds", "first_seed", "times"];

/// When tasks join the queue.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(in super::super) enum Release {
    #[default]
    AtOnce,
    AsSubmitted,
}

/// A cluster to replay runs on.
#[derive(Clone, Debug)]
pub(in super::super) struct View {
    pub(super) cluster: Cluster,
    /// The cluster as it was written.
    pub(super) nodes: String,
    pub(super) dispatch: Dispatch,
    pub(super) release: Release,
}

impl View {
    /// The cluster, where nodes are given; mistakes go to the reader.
    pub(in super::super) fn read(reader: &mut Reader) -> Option<Self> {
        let (dispatch, release) = (read_dispatch(reader), read_release(reader));
        let given = |reader: &Reader, names: &[&'static str]| -> Vec<&'static str> {
            names.iter().copied().filter(|name| reader.text(name).is_some()).collect()
        };
        let Some(text) = reader.text("nodes") else {
            for name in given(reader, &OPTIONS.map(|option| option.name)) {
                refuse(reader, name, "it has no meaning without nodes".to_owned());
            }
            return None;
        };
        for name in given(reader, &ELSEWHERE) {
            refuse(reader, name, "it has no meaning with nodes".to_owned());
        }
        if reader.text("protocol").is_some_and(|protocol| protocol != "trace-order") {
            refuse(reader, "protocol", "with nodes it must be trace-order".to_owned());
        }
        match nodes::cluster(text) {
            Ok(cluster) => Some(Self { cluster, nodes: text.to_owned(), dispatch, release }),
            Err(cause) => {
                refuse(reader, "nodes", format!("{text:?} {cause}"));
                None
            }
        }
    }

    /// The largest allocation, in bytes.
    pub(in super::super) fn limit_bytes(&self) -> u64 {
        self.cluster.nodes.iter().map(|node| node.memory_bytes).max().unwrap_or(0)
    }
}

fn refuse(reader: &mut Reader, name: &str, cause: String) {
    reader.issues.push(codes::issue(codes::BAD_OPTION, name, cause));
}

fn read_dispatch(reader: &mut Reader) -> Dispatch {
    let default = Dispatch::default();
    let packing = reader.value("packing", "first-fit, best-fit or worst-fit", |text| match text {
        "first-fit" => Some(Packing::FirstFit),
        "best-fit" => Some(Packing::BestFit),
        "worst-fit" => Some(Packing::WorstFit),
        _ => None,
    });
    let fifo = reader.value("queue", "list or fifo", |text| match text {
        "list" => Some(false),
        "fifo" => Some(true),
        _ => None,
    });
    let window = reader.integer("window", 1, 1_000_000);
    if fifo == Some(true) && window.is_some() {
        refuse(reader, "window", "it has no meaning with queue=fifo".to_owned());
    }
    let delay_s = reader.integer("restart_delay_s", 0, 86_400);
    Dispatch {
        packing: packing.unwrap_or(default.packing),
        window: match (fifo, window) {
            (Some(true), _) => 1,
            (_, Some(window)) => usize::try_from(window).unwrap_or(usize::MAX),
            (_, None) => default.window,
        },
        restart_delay_ms: 1_000 * delay_s.unwrap_or(0),
    }
}

fn read_release(reader: &mut Reader) -> Release {
    let release = reader.value("release", "all or trace", |text| match text {
        "all" => Some(Release::AtOnce),
        "trace" => Some(Release::AsSubmitted),
        _ => None,
    });
    release.unwrap_or_default()
}
