//! A round's flows in colours, by König's proof: where no colour is free at both ends, exchange two
//! colours along an alternating path.

/// One side's parts: which flow has a colour there.
struct Side {
    /// Flow per part and colour, part by part.
    flow: Vec<u32>,
    /// First part of every leaf.
    first: Vec<usize>,
    /// Flows seen so far per leaf.
    seen: Vec<u32>,
}

const NONE: u32 = u32::MAX;

impl Side {
    fn new(most: &[u32], colours: u32) -> Self {
        let mut first = Vec::with_capacity(most.len());
        let mut parts = 0;
        for &most in most {
            first.push(parts);
            parts += most.div_ceil(colours) as usize;
        }
        Self { flow: vec![NONE; parts * colours as usize], first, seen: vec![0; most.len()] }
    }

    /// The part that the next flow of a leaf belongs to.
    fn part(&mut self, leaf: u32, colours: u32) -> usize {
        let seen = &mut self.seen[leaf as usize];
        let part = self.first[leaf as usize] + (*seen / colours) as usize;
        *seen += 1;
        part
    }

    fn of(&self, part: usize, colours: u32) -> &[u32] {
        &self.flow[part * colours as usize..(part + 1) * colours as usize]
    }
}

/// A colour below `colours` for every flow, so that every leaf `l` sends at most
/// `⌈most[l] / colours⌉` flows of each colour, and receives at most as many. Every leaf sends and
/// receives at most `most[l]` flows.
///
/// König 1916; O(flows · (colours + leaves)).
pub(super) fn colour(flows: &[(u32, u32)], most: &[u32], colours: u32) -> Vec<u32> {
    let mut sides = [Side::new(most, colours), Side::new(most, colours)];
    let mut ends: Vec<[usize; 2]> = Vec::with_capacity(flows.len());
    let mut colour = Vec::with_capacity(flows.len());
    for (flow, &(from, to)) in (0..).zip(flows) {
        let end = [sides[0].part(from, colours), sides[1].part(to, colours)];
        ends.push(end);
        let [sends, receives] = &sides;
        let mut own = sends.of(end[0], colours).iter().zip(receives.of(end[1], colours));
        let common = own.position(|(a, b)| *a == NONE && *b == NONE);
        // A part has at most `colours` flows, this one among them: one colour is free.
        let free = |side: &Side, part| {
            side.of(part, colours).iter().position(|&flow| flow == NONE).unwrap_or(0)
        };
        let pair = (free(sends, end[0]), free(receives, end[1]));
        let chosen = common.unwrap_or_else(|| {
            exchange(&mut sides, &ends, &mut colour, end[1], pair, colours as usize);
            pair.0
        });
        colour.push(chosen as u32);
        for (side, part) in sides.iter_mut().zip(end) {
            side.flow[part * colours as usize + chosen] = flow;
        }
    }
    colour
}

/// Makes colour `a` free at the receiving part `start`, where `b` is: `a` and `b` change places along
/// the path of both that begins there. It cannot end at the sending part, which has no `a`.
fn exchange(
    sides: &mut [Side; 2],
    ends: &[[usize; 2]],
    colour: &mut [u32],
    start: usize,
    (a, b): (usize, usize),
    colours: usize,
) {
    let mut path = Vec::new();
    let (mut side, mut part, mut wanted) = (1, start, a);
    loop {
        let flow = sides[side].flow[part * colours + wanted];
        if flow == NONE {
            break;
        }
        path.push(flow);
        side = 1 - side;
        part = ends[flow as usize][side];
        wanted = if wanted == a { b } else { a };
    }
    for &flow in &path {
        for (side, part) in sides.iter_mut().zip(ends[flow as usize]) {
            side.flow[part * colours + colour[flow as usize] as usize] = NONE;
        }
    }
    for &flow in &path {
        let own = &mut colour[flow as usize];
        *own = if *own as usize == a { b } else { a } as u32;
        for (side, part) in sides.iter_mut().zip(ends[flow as usize]) {
            side.flow[part * colours + *own as usize] = flow;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_leaf_has_every_colour_at_most_as_often_as_promised() {
        let mut state = 7_u64;
        let mut draw = |below: u64| {
            state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
            (state >> 33) % below
        };
        for case in 0..300 {
            let leaves = 2 + draw(6) as usize;
            let colours = 1 + draw(7) as u32;
            let flows: Vec<(u32, u32)> = (0..draw(60))
                .map(|_| (draw(leaves as u64) as u32, draw(leaves as u64) as u32))
                .collect();
            let degree = |leaf: u32| {
                let sends = flows.iter().filter(|flow| flow.0 == leaf).count();
                sends.max(flows.iter().filter(|flow| flow.1 == leaf).count()) as u32
            };
            let most: Vec<u32> = (0..leaves as u32).map(degree).collect();
            let given = colour(&flows, &most, colours);
            for leaf in 0..leaves as u32 {
                let high = most[leaf as usize].div_ceil(colours) as usize;
                for c in 0..colours {
                    let of = |end: fn(&(u32, u32)) -> u32| {
                        let own = flows.iter().zip(&given);
                        own.filter(|(flow, own)| end(flow) == leaf && **own == c).count()
                    };
                    assert!(of(|flow| flow.0) <= high && of(|flow| flow.1) <= high, "case {case}");
                }
            }
        }
    }
}
