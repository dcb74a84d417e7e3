//! Colouring a regular bipartite multigraph, and making any bipartite multigraph regular.

use super::degrees;
use super::matching::perfect_matching;
use super::split::{Half, Splitter};

/// A bipartite multigraph in which all vertices have the same degree. Its first edges are those of
/// the graph it was made from, with merged ends.
pub(super) struct Regular {
    side: usize,
    edges: Vec<(u32, u32)>,
    splitter: Splitter,
}

impl Regular {
    /// Merges vertices of small degree and adds dummy edges until every degree is `degree`, the
    /// largest one. At most one vertex a side stays below half of it, so at most about twice as many
    /// edges result. Time O(E + left + right).
    pub(super) fn new(left: usize, right: usize, edges: &[(u32, u32)], degree: u32) -> Self {
        let [lefts, rights] = degrees(left, right, edges);
        let (merged_lefts, mut left_room) = merge(&lefts, degree);
        let (merged_rights, mut right_room) = merge(&rights, degree);
        let side = left_room.len().max(right_room.len());
        left_room.resize(side, degree);
        right_room.resize(side, degree);
        let mut regular = Vec::with_capacity(side * degree as usize);
        regular.extend(
            edges.iter().map(|&(a, b)| (merged_lefts[a as usize], merged_rights[b as usize])),
        );
        let mut right = 0;
        for (left, room) in left_room.iter().enumerate() {
            for _ in 0..*room {
                // Both sides have the same room in total.
                while right_room[right] == 0 {
                    right += 1;
                }
                right_room[right] -= 1;
                regular.push((left as u32, right as u32));
            }
        }
        Self { side, edges: regular, splitter: Splitter::new(side, side) }
    }

    /// The colour of every edge.
    pub(super) fn colour(&mut self, degree: u32) -> Vec<u32> {
        let mut colours = vec![0; self.edges.len()];
        let all: Vec<u32> = (0..self.edges.len() as u32).collect();
        self.colour_part(&all, degree, 0, &mut colours);
        colours
    }

    /// Colours a regular part of the given degree with the colours from `first` on.
    fn colour_part(&mut self, part: &[u32], degree: u32, first: u32, colours: &mut [u32]) {
        if degree == 1 {
            for &edge in part {
                colours[edge as usize] = first;
            }
        } else if degree.is_power_of_two() {
            let [one, other] = self.halve(part);
            self.colour_part(&one, degree / 2, first, colours);
            self.colour_part(&other, degree / 2, first + degree / 2, colours);
        } else if degree % 2 == 1 {
            let rest = self.take_matching(part, degree, first, colours);
            self.colour_part(&rest, degree - 1, first + 1, colours);
        } else {
            let [one, mut other] = self.halve(part);
            let half = degree / 2;
            self.colour_part(&one, half, first, colours);
            // The first half gives its last colours back to make the other a power of two.
            let power = half.next_power_of_two();
            let kept = first + half - (power - half);
            other.extend(one.into_iter().filter(|&edge| colours[edge as usize] >= kept));
            self.colour_part(&other, power, kept, colours);
        }
    }

    fn ends(&self, part: &[u32]) -> impl Iterator<Item = (u32, u32)> + Clone {
        part.iter().map(|&edge| self.edges[edge as usize])
    }

    fn halve(&mut self, part: &[u32]) -> [Vec<u32>; 2] {
        let mut halves = Vec::new();
        let edges = &self.edges;
        let ends = part.iter().map(|&edge| edges[edge as usize]);
        self.splitter.split(ends, &mut halves);
        let mut parts = [Vec::with_capacity(part.len() / 2), Vec::with_capacity(part.len())];
        for (&edge, half) in part.iter().zip(halves) {
            parts[if half == Half::First { 0 } else { 1 }].push(edge);
        }
        parts
    }

    /// Gives a perfect matching the colour `colour` and returns the other edges.
    fn take_matching(
        &mut self,
        part: &[u32],
        degree: u32,
        colour: u32,
        colours: &mut [u32],
    ) -> Vec<u32> {
        let ends: Vec<_> = self.ends(part).collect();
        let matched = perfect_matching(&mut self.splitter, self.side, &ends, degree);
        let mut rest = Vec::with_capacity(part.len());
        for (&edge, matched) in part.iter().zip(matched) {
            if matched {
                colours[edge as usize] = colour;
            } else {
                rest.push(edge);
            }
        }
        rest
    }
}

/// Merges vertices while their degrees fit together: the new name of every vertex, and the room
/// left at every new one.
fn merge(degrees: &[u32], degree: u32) -> (Vec<u32>, Vec<u32>) {
    let mut names = Vec::with_capacity(degrees.len());
    let mut room: Vec<u32> = Vec::new();
    // The vertex that further ones are merged into: the one with most room.
    let mut open: Option<usize> = None;
    for &d in degrees {
        match open {
            Some(vertex) if room[vertex] >= d => {
                room[vertex] -= d;
                names.push(vertex as u32);
            }
            _ => {
                names.push(room.len() as u32);
                room.push(degree - d);
                if open.is_none_or(|vertex| room[vertex] < degree - d) {
                    open = Some(room.len() - 1);
                }
            }
        }
    }
    (names, room)
}
