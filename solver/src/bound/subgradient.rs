//! Maximises a Lagrangian dual: a concave, piecewise linear function known only by its value and a
//! subgradient at each point.
//!
//! **Idea.** Walk along the subgradient with Polyak's step `λ (target - value) / ‖direction‖²`,
//! project onto the signs the multipliers must have, and halve `λ` when nothing improved for a
//! while. The direction is a moving average of subgradients, which damps the zigzag as in the volume
//! algorithm. The best multipliers are kept: any point gives a valid bound.
//!
//! **Reference.** B. Polyak, *Minimization of unsmooth functionals* (1969); M. Held, P. Wolfe and
//! H. Crowder, *Validation of subgradient optimization*, Math. Program. 6 (1974) 62–88; F. Barahona
//! and R. Anbil, *The volume algorithm*, Math. Program. 87 (2000) 385–399.
//!
//! **Complexity.** One evaluation and O(multipliers) per iteration. **Guarantee.** Every value is a
//! bound; convergence to the optimum in the limit only, so stop by budget.

use crate::budget::{Budget, Stop};

/// The value of a Lagrangian at some multipliers, and a subgradient there.
#[derive(Clone, Debug, PartialEq)]
pub struct Evaluation {
    /// The value: a lower bound on the (minimised) problem.
    pub value: f64,
    /// `violation[i] > 0` means that multiplier `i` should grow: the relaxed row `b - A x <= 0`
    /// evaluated at the minimiser.
    pub subgradient: Vec<f64>,
}

/// A problem with some constraints priced instead of kept.
pub trait Lagrangian {
    /// Solves the relaxation for these multipliers. Charges its own work to its own budget.
    fn evaluate(&mut self, multipliers: &[f64]) -> Evaluation;

    /// What the dual could reach at most, such as the cost of the best known plan, given its best
    /// value so far. Steps aim at it; it may fall while the walk goes on.
    fn target(&self, best_value: f64) -> f64;
}

/// Which values a multiplier may take.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Sign {
    /// Of an inequality.
    NonNegative,
    /// Of an equation.
    Free,
}

/// How to walk. The defaults are the usual ones.
#[derive(Clone, Copy, Debug)]
pub struct SubgradientSettings {
    /// First factor `λ` of the step, between 0 and 2.
    pub scale: f64,
    /// Evaluations without progress after which `λ` is halved.
    pub patience: u32,
    /// Share of the new subgradient in the direction; 1 is the plain method.
    pub freshness: f64,
    /// Stop when `target - best value` is at most this (for integer objectives, just below 1).
    pub gap: f64,
    /// Relative improvement that counts as progress.
    pub noticeable: f64,
    /// Stop when `λ` is below this.
    pub smallest_scale: f64,
}

impl Default for SubgradientSettings {
    fn default() -> Self {
        Self {
            scale: 1.5,
            patience: 15,
            freshness: 0.7,
            gap: 1e-9,
            noticeable: 1e-7,
            smallest_scale: 1e-4,
        }
    }
}

/// Why the walk ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum WalkEnd {
    /// The target is reached up to the gap.
    Target,
    /// A subgradient of zero (after projection): the multipliers are optimal.
    Stationary,
    /// Steps became too short to matter.
    ShortSteps,
    /// The budget is spent.
    Budget(Stop),
}

/// The best bound found.
#[derive(Clone, Debug, PartialEq)]
pub struct SubgradientOutcome {
    /// The best value.
    pub value: f64,
    /// The multipliers that give it.
    pub multipliers: Vec<f64>,
    /// Evaluations made.
    pub evaluations: u64,
    /// Why it ended.
    pub end: WalkEnd,
}

/// Walks from `start` (one entry per sign) until the settings or the budget say stop. Evaluates at
/// least once, whatever the budget.
///
/// ```
/// use placewright_solver::bound::subgradient::*;
/// use placewright_solver::budget::Budget;
/// // minimise x over {0, 1, 2} with x >= 1.5 priced at u:  x + u (1.5 - x)
/// struct Toy;
/// impl Lagrangian for Toy {
///     fn evaluate(&mut self, u: &[f64]) -> Evaluation {
///         let x = if u[0] > 1.0 { 2.0 } else { 0.0 };
///         Evaluation { value: x + u[0] * (1.5 - x), subgradient: vec![1.5 - x] }
///     }
///     fn target(&self, _: f64) -> f64 {
///         2.0
///     }
/// }
/// let settings = SubgradientSettings::default();
/// let best = maximise(&mut Toy, &[Sign::NonNegative], vec![0.0], settings, &Budget::unlimited());
/// assert!(best.value <= 1.5 && best.value > 1.49);
/// ```
pub fn maximise(
    problem: &mut impl Lagrangian,
    signs: &[Sign],
    start: Vec<f64>,
    settings: SubgradientSettings,
    budget: &Budget,
) -> SubgradientOutcome {
    let mut walk = Walk::new(problem, signs, start, settings);
    loop {
        if let Some(end) = walk.end().or_else(|| budget.stop().map(WalkEnd::Budget)) {
            let Best { value, multipliers } = walk.best;
            return SubgradientOutcome { value, multipliers, evaluations: walk.evaluations, end };
        }
        walk.step();
    }
}

struct Best {
    value: f64,
    multipliers: Vec<f64>,
}

struct Walk<'a, L> {
    problem: &'a mut L,
    signs: &'a [Sign],
    settings: SubgradientSettings,
    here: Vec<f64>,
    now: Evaluation,
    direction: Vec<f64>,
    scale: f64,
    idle: u32,
    evaluations: u64,
    best: Best,
}

impl<'a, L: Lagrangian> Walk<'a, L> {
    fn new(
        problem: &'a mut L,
        signs: &'a [Sign],
        mut here: Vec<f64>,
        settings: SubgradientSettings,
    ) -> Self {
        project(&mut here, signs);
        let now = problem.evaluate(&here);
        let best = Best { value: now.value, multipliers: here.clone() };
        let (direction, scale) = (now.subgradient.clone(), settings.scale);
        let (idle, evaluations) = (0, 1);
        Self { problem, signs, settings, here, now, direction, scale, idle, evaluations, best }
    }

    fn end(&self) -> Option<WalkEnd> {
        if self.target() - self.best.value <= self.settings.gap {
            return Some(WalkEnd::Target);
        }
        if self.blocked().all(|blocked| blocked) {
            return Some(WalkEnd::Stationary);
        }
        (self.scale < self.settings.smallest_scale).then_some(WalkEnd::ShortSteps)
    }

    fn target(&self) -> f64 {
        self.problem.target(self.best.value)
    }

    /// For each multiplier, whether the subgradient cannot move it.
    fn blocked(&self) -> impl Iterator<Item = bool> {
        let parts = self.now.subgradient.iter().zip(&self.here).zip(self.signs);
        parts.map(|((slope, value), sign)| {
            *slope == 0.0 || (*sign == Sign::NonNegative && *value == 0.0 && *slope < 0.0)
        })
    }

    fn step(&mut self) {
        self.aim();
        let norm: f64 = self.direction.iter().map(|part| part * part).sum();
        let length = if norm > 0.0 {
            self.scale * (self.target() - self.now.value).max(0.0) / norm
        } else {
            0.0
        };
        for (value, part) in self.here.iter_mut().zip(&self.direction) {
            *value += length * part;
        }
        project(&mut self.here, self.signs);
        self.now = self.problem.evaluate(&self.here);
        self.evaluations += 1;
        self.remember();
    }

    /// Mixes the new subgradient into the direction; parts that point out of the cone are dropped.
    fn aim(&mut self) {
        let fresh = self.settings.freshness;
        let parts = self.direction.iter_mut().zip(&self.now.subgradient);
        for (((part, slope), value), sign) in parts.zip(&self.here).zip(self.signs) {
            *part = fresh * slope + (1.0 - fresh) * *part;
            if *sign == Sign::NonNegative && *value == 0.0 && *part < 0.0 {
                *part = 0.0;
            }
        }
    }

    fn remember(&mut self) {
        let enough = self.best.value + self.settings.noticeable * self.best.value.abs().max(1.0);
        self.idle = if self.now.value > enough { 0 } else { self.idle + 1 };
        if self.now.value > self.best.value {
            self.best.value = self.now.value;
            self.best.multipliers.clone_from(&self.here);
        }
        if self.idle >= self.settings.patience {
            // Shorter steps, again from the best point.
            (self.scale, self.idle) = (self.scale / 2.0, 0);
            self.here.clone_from(&self.best.multipliers);
            self.now = self.problem.evaluate(&self.here);
            self.evaluations += 1;
            self.direction.clone_from(&self.now.subgradient);
        }
    }
}

fn project(multipliers: &mut [f64], signs: &[Sign]) {
    for (value, sign) in multipliers.iter_mut().zip(signs) {
        if *sign == Sign::NonNegative {
            *value = value.max(0.0);
        }
    }
}
