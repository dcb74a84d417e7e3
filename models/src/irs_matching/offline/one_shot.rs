//! One moment: the devices that are present now, and jobs that each want some of them.
//!
//! With the devices counted by mask this is a transportation problem of masks × jobs arcs, whatever
//! the number of devices. A maximum flow fills as much demand as possible at all; a minimum-cost
//! flow does so at least cost, where leaving a device's worth of demand open has a price of its own.
//! Both answers come with what proves them.
//!
//! **Complexity.** One flow over masks + jobs nodes; see [`max_flow()`] and [`min_cost_flow()`].

use placewright_solver::graph::{
    ArcId, FlowNetwork, MaxFlow, MaxFlowDefect, MaxFlowError, MinCostFlow, MinCostFlowError,
    MinCostFlowMethod, NetworkError, NodeId, max_flow, min_cost_flow, verify_max_flow,
    verify_min_cost_flow,
};

/// Devices present and jobs.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct OneShot {
    /// How many devices of each mask are present.
    pub present: Vec<u32>,
    /// The jobs.
    pub jobs: Vec<OneShotJob>,
}

/// A job at one moment.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct OneShotJob {
    /// How many devices it wants.
    pub demand: u32,
    /// The masks it may use, each with the cost of a device (expected response time, say).
    pub masks: Vec<(usize, i32)>,
    /// What a device's worth of open demand costs.
    pub open_price: i32,
}

/// Devices of one mask for one job.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Lot {
    /// Position of the job.
    pub job: usize,
    /// Position of the mask.
    pub mask: usize,
    /// How many.
    pub devices: u32,
}

/// As much demand as can be filled.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fullest {
    /// Who receives what.
    pub lots: Vec<Lot>,
    /// How many devices that are.
    pub filled: u64,
    /// Jobs that block: what stays open is exactly what these together want beyond all devices
    /// present that any of them may use. Empty when everything is filled.
    pub blocked_jobs: Vec<usize>,
}

/// An assignment of least cost.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Cheapest {
    /// Who receives what.
    pub lots: Vec<Lot>,
    /// What lots and open demand cost together.
    pub cost: i128,
}

/// Why there is no answer.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum OneShotError {
    /// A job names a mask that does not exist.
    #[error("job {job} names a mask that does not exist")]
    Mask {
        /// Position of the job.
        job: usize,
    },
    /// The network would be too large.
    #[error(transparent)]
    Network(#[from] NetworkError),
    /// The flow kernel refused.
    #[error(transparent)]
    MaxFlow(#[from] MaxFlowError),
    /// The flow kernel refused.
    #[error(transparent)]
    MinCostFlow(#[from] MinCostFlowError),
    /// The flow kernel's answer did not pass its verification.
    #[error("the flow is not proved: {0}")]
    Unproved(String),
}

const SOURCE: NodeId = NodeId(0);
const SINK: NodeId = NodeId(1);

/// A network, and its arcs from jobs to masks.
type Arcs = (FlowNetwork, Vec<(usize, usize, ArcId)>);

impl OneShot {
    fn mask_node(&self, mask: usize) -> NodeId {
        NodeId(2 + (self.jobs.len() + mask) as u32)
    }

    /// Jobs send demand to masks, masks to the sink. Returns the arcs of each job and mask.
    fn network(&self) -> Result<Arcs, OneShotError> {
        // More than any arc between a job and a mask ever carries, so that no minimum cut has one.
        let plenty = self.jobs.iter().map(|job| i64::from(job.demand)).sum::<i64>() + 1;
        let mut network = FlowNetwork::new(2 + self.jobs.len() + self.present.len())?;
        let mut arcs = Vec::new();
        for (job, data) in self.jobs.iter().enumerate() {
            let node = NodeId(2 + job as u32);
            for &(mask, cost) in &data.masks {
                if mask >= self.present.len() {
                    return Err(OneShotError::Mask { job });
                }
                let head = self.mask_node(mask);
                let arc = network.add_arc_with_cost(node, head, plenty, cost.into())?;
                arcs.push((job, mask, arc));
            }
        }
        for (mask, &devices) in self.present.iter().enumerate() {
            network.add_arc(self.mask_node(mask), SINK, devices.into())?;
        }
        Ok((network, arcs))
    }
}

fn lots(arcs: &[(usize, usize, ArcId)], flows: &[i64]) -> Vec<Lot> {
    let lot = |&(job, mask, arc): &(usize, usize, ArcId)| Lot {
        job,
        mask,
        // No arc carries more than a demand, which has 32 bits.
        devices: flows[arc.index()] as u32,
    };
    arcs.iter().map(lot).filter(|lot| lot.devices > 0).collect()
}

/// Fills as much demand as possible, and proves it.
///
/// # Errors
/// [`OneShotError`].
pub fn fullest(moment: &OneShot) -> Result<Fullest, OneShotError> {
    let (mut network, arcs) = moment.network()?;
    for (job, data) in moment.jobs.iter().enumerate() {
        network.add_arc(SOURCE, NodeId(2 + job as u32), data.demand.into())?;
    }
    let answer = max_flow(&network, SOURCE, SINK)?;
    verify_max_flow(&network, SOURCE, SINK, &answer)
        .map_err(|defect: MaxFlowDefect| OneShotError::Unproved(defect.to_string()))?;
    let MaxFlow { value, flows, source_side } = answer;
    let wanted: i128 = moment.jobs.iter().map(|job| i128::from(job.demand)).sum();
    let blocked = |job: &usize| value < wanted && source_side[2 + job];
    Ok(Fullest {
        lots: lots(&arcs, &flows),
        filled: u64::try_from(value).unwrap_or(0),
        blocked_jobs: (0..moment.jobs.len()).filter(blocked).collect(),
    })
}

/// Fills demand at least cost, and proves it.
///
/// # Errors
/// [`OneShotError`].
pub fn cheapest(moment: &OneShot) -> Result<Cheapest, OneShotError> {
    let (mut network, arcs) = moment.network()?;
    let mut wanted = 0;
    for (job, data) in moment.jobs.iter().enumerate() {
        let node = NodeId(2 + job as u32);
        network.set_supply(node, data.demand.into())?;
        network.add_arc_with_cost(node, SINK, data.demand.into(), data.open_price.into())?;
        wanted += i64::from(data.demand);
    }
    network.set_supply(SINK, -wanted)?;
    let answer = min_cost_flow(&network, MinCostFlowMethod::Auto)?;
    verify_min_cost_flow(&network, &answer)
        .map_err(|defect| OneShotError::Unproved(defect.to_string()))?;
    let MinCostFlow { cost, flows, .. } = answer;
    Ok(Cheapest { lots: lots(&arcs, &flows), cost })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn moment() -> OneShot {
        let job = |demand, masks: &[(usize, i32)], open_price| OneShotJob {
            demand,
            masks: masks.to_vec(),
            open_price,
        };
        // Three plain devices and two that both jobs may use.
        OneShot {
            present: vec![3, 2],
            jobs: vec![job(4, &[(0, 5), (1, 1)], 20), job(3, &[(1, 4)], 100)],
        }
    }

    #[test]
    fn as_much_as_possible_is_filled_and_the_jobs_in_the_way_are_named() {
        let answer = fullest(&moment()).unwrap();
        assert_eq!(answer.filled, 5);
        // Both jobs want 7 of 5 devices.
        assert_eq!(answer.blocked_jobs, [0, 1]);
        let mut roomy = moment();
        roomy.present = vec![9, 2];
        // Only job 1 is short: it may not use the first mask.
        assert_eq!(fullest(&roomy).unwrap().blocked_jobs, [1]);
        roomy.present = vec![9, 9];
        assert!(fullest(&roomy).unwrap().blocked_jobs.is_empty());
    }

    #[test]
    fn the_dear_job_is_served_first() {
        let answer = cheapest(&moment()).unwrap();
        // Job 0: 3 plain at 5 and one open at 20; job 1: 2 at 4 and one open at 100.
        assert_eq!(answer.cost, 15 + 20 + 8 + 100);
        assert!(answer.lots.contains(&Lot { job: 1, mask: 1, devices: 2 }));
    }

    #[test]
    fn unknown_masks_are_refused() {
        let mut broken = moment();
        broken.jobs[0].masks[0].0 = 7;
        assert_eq!(fullest(&broken), Err(OneShotError::Mask { job: 0 }));
    }
}
