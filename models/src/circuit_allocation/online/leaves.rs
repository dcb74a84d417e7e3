//! Kernels that several policies use to choose servers.

use super::placement::{Ask, Cause, Placement, ServerShare};
use super::state::State;

/// What [`local`] found.
pub enum Local {
    /// A place that needs no circuits.
    Found(Placement),
    /// The job must be spread over leaves; enough whole servers are free.
    Spread,
    /// There are too few GPUs or servers.
    Blocked(Cause),
}

/// Places that need no circuits: the fullest server or leaf that has room (best fit).
#[must_use]
pub fn local(state: &State, ask: &Ask) -> Local {
    let (gpus, per_server) = (state.gpus(), state.cluster().gpus_per_server);
    if gpus.total() < ask.gpus {
        return Local::Blocked(Cause::Gpus);
    }
    if ask.gpus <= per_server {
        return match gpus.best_server(ask.gpus) {
            Some(share) => Local::Found(Placement { servers: vec![share], ..Default::default() }),
            None => Local::Blocked(Cause::WholeServers),
        };
    }
    let servers = ask.gpus / per_server;
    if gpus.whole() < servers {
        return Local::Blocked(Cause::WholeServers);
    }
    let fits = gpus.whole_by_leaf().iter().enumerate().filter(|&(_, &whole)| whole >= servers);
    // Whole servers first: GPUs beside them are no use to jobs of this size.
    let key = |&(leaf, &whole): &(usize, &u32)| (whole, gpus.by_leaf()[leaf], leaf);
    match fits.min_by_key(key) {
        Some((leaf, _)) => {
            let servers = whole_servers(state, &[(leaf as u32, servers)]);
            Local::Found(Placement { servers, ..Default::default() })
        }
        None => Local::Spread,
    }
}

/// The first whole servers of leaves that have as many.
#[must_use]
pub fn whole_servers(state: &State, counts: &[(u32, u32)]) -> Vec<ServerShare> {
    let mut servers = Vec::with_capacity(counts.iter().map(|&(_, count)| count as usize).sum());
    for &(leaf, count) in counts {
        state.gpus().take_whole(leaf, count, &mut servers);
    }
    servers
}

/// Leaves and how many servers of each, the fewest leaves: those with most whole servers, and a last
/// one that is the fullest to hold the rest. There must be enough. O(leaves log leaves).
#[must_use]
pub fn fewest_leaves(whole: &[u32], servers: u32) -> Vec<(u32, u32)> {
    let mut order: Vec<u32> = (0..whole.len() as u32).filter(|&l| whole[l as usize] > 0).collect();
    order.sort_by_key(|&leaf| (std::cmp::Reverse(whole[leaf as usize]), leaf));
    let (mut chosen, mut left) = (Vec::new(), servers);
    for (place, &leaf) in order.iter().enumerate() {
        let of = whole[leaf as usize];
        if of >= left {
            let fits = order[place..].iter().rev().find(|&&leaf| whole[leaf as usize] >= left);
            chosen.push((*fits.unwrap_or(&leaf), left));
            break;
        }
        chosen.push((leaf, of));
        left -= of;
    }
    chosen
}

/// The same in parts of `part` servers, all but what is left over when the job is no multiple of it:
/// shares with a common divisor need circuits in larger units, which fit into spines more easily. None
/// if leaves do not have as many parts.
#[must_use]
pub fn in_parts(whole: &[u32], servers: u32, part: u32) -> Option<Vec<(u32, u32)>> {
    let parts: Vec<u32> = whole.iter().map(|&of| of / part).collect();
    if parts.iter().sum::<u32>() < servers / part {
        return None;
    }
    let mut counts = fewest_leaves(&parts, servers / part);
    counts.iter_mut().for_each(|(_, count)| *count *= part);
    let rest = servers % part;
    if rest > 0 {
        let taken = |leaf: u32| counts.iter().find(|of| of.0 == leaf).map_or(0, |of| of.1);
        let free = |&leaf: &u32| whole[leaf as usize] - taken(leaf);
        let fits = (0..whole.len() as u32).filter(|leaf| free(leaf) >= rest);
        // Beside the others: a share that is no multiple on a leaf that has parts breaks them.
        let last = fits.min_by_key(|leaf| (taken(*leaf), free(leaf), *leaf))?;
        match counts.iter_mut().find(|of| of.0 == last) {
            Some(of) => of.1 += rest,
            None => counts.push((last, rest)),
        }
    }
    Some(counts)
}

/// The same from the fullest leaves up, so that empty ones stay: leftovers are used up.
#[must_use]
pub fn leftovers(whole: &[u32], servers: u32) -> Vec<(u32, u32)> {
    let mut order: Vec<u32> = (0..whole.len() as u32).filter(|&l| whole[l as usize] > 0).collect();
    order.sort_by_key(|&leaf| (whole[leaf as usize], leaf));
    let (mut chosen, mut left) = (Vec::new(), servers);
    for leaf in order {
        let of = whole[leaf as usize].min(left);
        if of > 0 {
            chosen.push((leaf, of));
            left -= of;
        }
    }
    chosen
}

/// The `leaves` fullest leaves with at least `share` free; none if there are fewer.
#[must_use]
pub fn equal_leaves(free: &[u32], leaves: u32, share: u32) -> Option<Vec<u32>> {
    let fits = |&leaf: &u32| free[leaf as usize] >= share;
    let mut order: Vec<u32> = (0..free.len() as u32).filter(fits).collect();
    order.sort_by_key(|&leaf| (free[leaf as usize], leaf));
    order.truncate(leaves as usize);
    (order.len() == leaves as usize).then_some(order)
}
