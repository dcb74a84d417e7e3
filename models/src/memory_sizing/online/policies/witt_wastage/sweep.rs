//! The best line of a family with one parameter: all that go through a point, or all with a slope.
//!
//! Along such a family every task's allocation is `base + s · rate`. The waste of the past is a
//! polynomial of `s` between the values at which an allocation crosses a step of its task, so one
//! pass over the sorted crossings, with sums that change at each, finds the best of them. Every
//! crossing is looked at from both sides, since waste falls where a task gets enough and rises
//! where it stops to. Time O(nQ log nQ) for `n` tasks of `Q` steps each.

use super::waste::{Line, Past, Piece, Point};

/// A point that a line may be turned about: an input, and a step of a task with that input.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Anchor {
    pub(super) input: f64,
    pub(super) bytes: f64,
}

/// A line, what it wastes, and a step that it goes through.
#[derive(Clone, Copy, Debug)]
pub(super) struct Found {
    pub(super) line: Line,
    pub(super) waste: f64,
    pub(super) contact: Anchor,
}

/// Where an allocation crosses a step.
#[derive(Clone, Copy, Debug)]
struct Crossing {
    at: f64,
    contact: Anchor,
    /// What it adds to the waste.
    change: Piece,
}

/// A buffer that is used again from sweep to sweep.
#[derive(Debug, Default)]
pub(super) struct Sweep {
    crossings: Vec<Crossing>,
}

/// How much sooner a step is crossed upwards, and later downwards, as a share of the terms: points
/// that a line meets at once must count as met at once, whatever the rounding.
const EARLY: f64 = 1e-13;

impl Sweep {
    /// The best line through a point, where any input differs from its own.
    pub(super) fn turned(&mut self, past: &Past, about: Anchor) -> Option<Found> {
        let along = |point: &Point| (about.bytes, point.input - about.input);
        self.best(past, along, |contact| {
            // A step is crossed only where the inputs differ.
            let slope = (contact.bytes - about.bytes) / (contact.input - about.input);
            Line { input: about.input, bytes: about.bytes, slope }
        })
    }

    /// The best line with a slope, where there are points at all.
    pub(super) fn shifted(&mut self, past: &Past, slope: f64) -> Option<Found> {
        let input = past.points.first()?.input;
        let along = |point: &Point| (slope * (point.input - input), 1.0);
        self.best(past, along, |contact| Line { input: contact.input, bytes: contact.bytes, slope })
    }

    /// `along` is base and rate of a point, `line` the line of the family through a step.
    fn best(
        &mut self,
        past: &Past,
        along: impl Fn(&Point) -> (f64, f64),
        line: impl Fn(Anchor) -> Line,
    ) -> Option<Found> {
        self.crossings.clear();
        let mut waste = Piece::default();
        for point in past.points {
            let (base, rate) = along(point);
            add(&mut waste, &self.cross(past, point, base, rate));
        }
        self.crossings.sort_unstable_by(|a, b| a.at.total_cmp(&b.at));
        let mut best: Option<(f64, &Crossing)> = None;
        for crossing in &self.crossings {
            let before = waste.at(crossing.at);
            add(&mut waste, &crossing.change);
            let value = before.min(waste.at(crossing.at));
            if best.is_none_or(|best| value < best.0) {
                best = Some((value, crossing));
            }
        }
        let contact = best?.1.contact;
        let line = line(contact);
        // Sums that changed many times are not what is compared in the end.
        Some(Found { line, waste: past.waste(&line), contact })
    }

    /// Notes the crossings of a point; its waste before all of them.
    fn cross(&mut self, past: &Past, point: &Point, base: f64, rate: f64) -> Piece {
        let floor = past.floor_bytes;
        let most = past.failures(point, floor);
        let at_floor = past.piece(point, most).at(floor);
        let mut below = Piece { constant: at_floor, ..Piece::default() };
        if rate == 0.0 {
            let first = base.max(floor);
            let constant = past.piece(point, past.failures(point, first)).at(first);
            return Piece { constant, ..Piece::default() };
        }
        let mut start = below;
        for (index, bytes) in past.steps(point).enumerate() {
            // The floor takes `most` failures, and every step above it one less.
            let above = past.piece(point, most - index as u32).along(base, rate);
            let (from, to) = if rate > 0.0 { (below, above) } else { (above, below) };
            let early = EARLY * (bytes + base.abs());
            self.crossings.push(Crossing {
                at: (bytes - early - base) / rate,
                contact: Anchor { input: point.input, bytes },
                change: Piece {
                    constant: to.constant - from.constant,
                    linear: to.linear - from.linear,
                    square: to.square - from.square,
                },
            });
            below = above;
            if rate < 0.0 {
                start = above;
            }
        }
        start
    }
}

fn add(sum: &mut Piece, change: &Piece) {
    sum.constant += change.constant;
    sum.linear += change.linear;
    sum.square += change.square;
}
