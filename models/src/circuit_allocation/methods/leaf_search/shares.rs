//! How many servers each leaf of a set gives.

/// Servers per leaf, at least one each, at most `within` but for one leaf whose others together stay
/// within it; the leaves that give the least are filled first.
pub(super) fn shares(caps: &[u32], wanted: u32, within: u32) -> Option<Vec<u32>> {
    let even: Vec<u32> = caps.iter().map(|cap| *cap.min(&within)).collect();
    if even.iter().sum::<u32>() >= wanted {
        return fill(&even, wanted);
    }
    let (largest, &cap) = (0..).zip(caps).max_by_key(|(_, cap)| **cap)?;
    let others = caps.iter().sum::<u32>() - cap;
    let rest = wanted.saturating_sub(cap).max(caps.len() as u32 - 1);
    if rest > within.min(others) || rest >= wanted {
        return None;
    }
    let mut own: Vec<u32> = caps.to_vec();
    own[largest] = 0;
    let own: Vec<u32> = own.iter().map(|cap| *cap.min(&within)).collect();
    let mut shares = fill_some(&own, rest)?;
    shares[largest] = wanted - rest;
    Some(shares)
}

fn fill(caps: &[u32], wanted: u32) -> Option<Vec<u32>> {
    (wanted >= caps.len() as u32).then(|| fill_some(caps, wanted)).flatten()
}

/// One server for every leaf that can give any, the rest to those that give the least.
fn fill_some(caps: &[u32], wanted: u32) -> Option<Vec<u32>> {
    let mut shares: Vec<u32> = caps.iter().map(|cap| *cap.min(&1)).collect();
    let mut left = wanted.checked_sub(shares.iter().sum())?;
    let mut order: Vec<usize> = (0..caps.len()).collect();
    order.sort_by_key(|&at| caps[at]);
    for at in order {
        let more = left.min(caps[at] - shares[at]);
        shares[at] += more;
        left -= more;
    }
    (left == 0).then_some(shares)
}
