//! A vector of the model that places jobs as a plan.

use std::collections::BTreeMap;

use placewright_solver::mip::Column;

use super::super::instance::{Circuits, Fabric, Instance, Moves, ServerShare};
use super::super::plan::{Placement, Plan};
use super::columns::{Layout, Network, Spread};

/// The plan of an integer vector.
pub(super) fn decode(instance: &Instance, layout: &Layout, values: &[f64]) -> Plan {
    let of = |column: Column| values.get(column.index()).map_or(0, |value| value.round() as u32);
    let mut servers = Servers { instance, gpus: layout.free.gpus.clone() };
    let mut switches = Switches::of(instance, layout, &of);
    let jobs = instance.question.jobs();
    let mut placed: Vec<Option<Placement>> = vec![None; jobs.len()];
    for (small, (index, columns)) in [true, false]
        .into_iter()
        .flat_map(|small| layout.jobs.iter().enumerate().map(move |columns| (small, columns)))
    {
        if of(columns.accepted) == 0 || matches!(columns.spread, Spread::Server(_)) != small {
            continue;
        }
        let (own, network): (Vec<ServerShare>, Option<&Network>) = match &columns.spread {
            Spread::Server(own) => {
                let chosen = own.iter().filter(|each| of(each.1) > 0);
                (chosen.map(|each| servers.part(each.0, jobs[index].gpus)).collect(), None)
            }
            Spread::Shapes(shapes) => {
                let shape = shapes.iter().find(|shape| of(shape.chosen) > 0);
                let used = shape.iter().flat_map(|shape| {
                    let used = shape.used.iter().filter(|each| of(each.1) > 0);
                    used.map(|each| (each.0, shape.servers)).collect::<Vec<_>>()
                });
                (servers.whole(used), shape.map(|shape| &shape.network))
            }
            Spread::Shares(shares) => {
                let used = shares.used.iter().map(|each| (each.leaf, of(each.servers)));
                (servers.whole(used), Some(&shares.network))
            }
        };
        let mut leaves: Vec<u32> = own.iter().map(|share| share.leaf).collect();
        leaves.dedup();
        let mut circuits = Vec::new();
        if leaves.len() > 1 {
            for &(spine, column) in network.iter().flat_map(|network| &network.colours) {
                let count = of(column);
                for &leaf in leaves.iter().filter(|_| count > 0) {
                    switches.take(leaf, spine, count, &mut circuits);
                }
            }
        }
        placed[index] = Some(Placement { servers: own, circuits });
    }
    Plan { placed, wiring: switches.wiring }
}

/// Servers that are still free.
struct Servers<'a> {
    instance: &'a Instance,
    gpus: Vec<u32>,
}

impl Servers<'_> {
    fn part(&mut self, at: usize, gpus: u32) -> ServerShare {
        self.gpus[at] = self.gpus[at].saturating_sub(gpus);
        let per_leaf = self.instance.cluster.servers_per_leaf as usize;
        ServerShare { leaf: (at / per_leaf) as u32, server: (at % per_leaf) as u32, gpus }
    }

    fn whole(&mut self, wanted: impl Iterator<Item = (u32, u32)>) -> Vec<ServerShare> {
        let cluster = &self.instance.cluster;
        let mut shares = Vec::new();
        for (leaf, count) in wanted {
            let mut missing = count;
            for server in 0..cluster.servers_per_leaf {
                let at = cluster.server_index(leaf, server);
                if missing > 0 && self.gpus[at] == cluster.gpus_per_server {
                    self.gpus[at] = 0;
                    missing -= 1;
                    shares.push(ServerShare { leaf, server, gpus: cluster.gpus_per_server });
                }
            }
        }
        shares
    }
}

/// Switches with so many circuits, per leaf and spine.
type Left = BTreeMap<(u32, u32), Vec<(u32, u32)>>;

/// Circuits through switches that no job has yet.
struct Switches {
    left: Option<Left>,
    wiring: Option<Vec<Circuits>>,
}

impl Switches {
    fn of(instance: &Instance, layout: &Layout, of: &dyn Fn(Column) -> u32) -> Self {
        if matches!(instance.fabric, Fabric::Static(_)) {
            return Self { left: None, wiring: None };
        }
        let moves = instance.question.moves() == Moves::Allowed;
        let mut live: BTreeMap<(u32, u32), u32> = BTreeMap::new();
        for each in instance.live.iter().flat_map(|job| &job.circuits).filter(|_| moves) {
            *live.entry((each.leaf, each.spine)).or_default() += each.count;
        }
        let mut wiring = Vec::new();
        let mut counts: Vec<u32> = layout.switched.iter().map(|each| of(each.count)).collect();
        // Live circuits stay where they may, then run where there is room.
        for staying in [true, false] {
            for (each, count) in layout.switched.iter().zip(&mut counts) {
                let Some(missing) = live.get_mut(&(each.leaf, each.spine)) else { continue };
                let there = each.moved.map_or(0, |(_, there)| there);
                let taken = (*count).min(*missing).min(if staying { there } else { u32::MAX });
                if taken > 0 {
                    let (leaf, spine, switch) = (each.leaf, each.spine, Some(each.switch));
                    wiring.push(Circuits { leaf, spine, switch, count: taken });
                    *count -= taken;
                    *missing -= taken;
                }
            }
        }
        let mut left = Left::new();
        for (each, count) in layout.switched.iter().zip(counts).filter(|each| each.1 > 0) {
            left.entry((each.leaf, each.spine)).or_default().push((each.switch, count));
        }
        Self { left: Some(left), wiring: moves.then_some(wiring) }
    }

    fn take(&mut self, leaf: u32, spine: u32, count: u32, circuits: &mut Vec<Circuits>) {
        let Some(left) = &mut self.left else {
            circuits.push(Circuits { leaf, spine, switch: None, count });
            return;
        };
        let mut missing = count;
        for (switch, there) in left.entry((leaf, spine)).or_default() {
            let taken = missing.min(*there);
            if taken > 0 {
                circuits.push(Circuits { leaf, spine, switch: Some(*switch), count: taken });
                *there -= taken;
                missing -= taken;
            }
        }
    }
}
