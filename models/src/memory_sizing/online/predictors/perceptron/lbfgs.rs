//! Minimisation by the limited-memory BFGS method.
//!
//! Liu, Nocedal, "On the Limited Memory BFGS Method for Large Scale Optimization" (Mathematical
//! Programming 45, 1989): a quasi-Newton step from the last ten changes of point and gradient,
//! then a line search for the strong Wolfe conditions (Nocedal, Wright, "Numerical Optimization",
//! algorithms 3.5, 3.6 and 7.4). Finds a local minimum of a smooth function; stops are those of
//! the L-BFGS-B code that SciPy calls.

use std::collections::VecDeque;
use std::iter::zip;

/// Changes remembered.
const MEMORY: usize = 10;
/// Share of the predicted decrease that a step must reach.
const DECREASE: f64 = 1e-3;
/// Share of the slope that may be left.
const CURVATURE: f64 = 0.9;
/// Evaluations per line search.
const TRIALS: usize = 20;

/// When to stop.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Limits {
    /// Steps.
    pub steps: usize,
    /// Largest component of the gradient, absolutely.
    pub gradient: f64,
    /// Decrease by a step, relative to the larger of the value and 1.
    pub decrease: f64,
}

#[derive(Clone, Debug)]
struct State {
    point: Vec<f64>,
    value: f64,
    gradient: Vec<f64>,
}

/// A change of point and gradient, and the inverse of their product.
struct Change {
    point: Vec<f64>,
    gradient: Vec<f64>,
    inverse: f64,
}

/// A point where `function`, which writes its gradient into the second argument, is locally least.
pub fn minimise(
    mut function: impl FnMut(&[f64], &mut [f64]) -> f64,
    start: Vec<f64>,
    limits: Limits,
) -> Vec<f64> {
    let mut gradient = vec![0.0; start.len()];
    let value = function(&start, &mut gradient);
    let mut state = State { point: start, value, gradient };
    let mut memory: VecDeque<Change> = VecDeque::new();
    for _ in 0..limits.steps {
        if state.gradient.iter().all(|slope| slope.abs() <= limits.gradient) {
            break;
        }
        let direction = direction(&state.gradient, &memory);
        let first = if memory.is_empty() { 1.0 / norm(&direction) } else { 1.0 };
        let Some(next) = search(&mut function, &state, &direction, first) else {
            // A poor model of the curvature is dropped once; steepest descent has none to blame.
            if memory.is_empty() {
                break;
            }
            memory.clear();
            continue;
        };
        let decrease = state.value - next.value;
        let scale = state.value.abs().max(next.value.abs()).max(1.0);
        remember(&mut memory, &state, &next);
        state = next;
        if decrease <= limits.decrease * scale {
            break;
        }
    }
    state.point
}

fn remember(memory: &mut VecDeque<Change>, from: &State, to: &State) {
    let difference = |to: &[f64], from: &[f64]| -> Vec<f64> {
        zip(to, from).map(|(to, from)| to - from).collect()
    };
    let point = difference(&to.point, &from.point);
    let gradient = difference(&to.gradient, &from.gradient);
    let product = dot(&point, &gradient);
    // Without positive curvature the next direction might not descend.
    if product > f64::EPSILON * dot(&gradient, &gradient) {
        if memory.len() == MEMORY {
            memory.pop_front();
        }
        memory.push_back(Change { point, gradient, inverse: 1.0 / product });
    }
}

/// Minus the gradient, bent by the remembered changes (two loops, O(memory · dimension)).
fn direction(gradient: &[f64], memory: &VecDeque<Change>) -> Vec<f64> {
    let mut direction: Vec<f64> = gradient.iter().map(|slope| -slope).collect();
    let mut shares = Vec::with_capacity(memory.len());
    for change in memory.iter().rev() {
        let share = change.inverse * dot(&change.point, &direction);
        add(&mut direction, -share, &change.gradient);
        shares.push(share);
    }
    if let Some(last) = memory.back() {
        let scale = 1.0 / (last.inverse * dot(&last.gradient, &last.gradient));
        direction.iter_mut().for_each(|value| *value *= scale);
    }
    for (change, share) in zip(memory, shares.into_iter().rev()) {
        let back = change.inverse * dot(&change.gradient, &direction);
        add(&mut direction, share - back, &change.point);
    }
    direction
}

/// A trial step along a direction.
#[derive(Clone)]
struct Trial {
    step: f64,
    slope: f64,
    state: State,
}

/// A point along the direction that fulfils the strong Wolfe conditions, or at least descends.
fn search(
    function: &mut impl FnMut(&[f64], &mut [f64]) -> f64,
    from: &State,
    direction: &[f64],
    first: f64,
) -> Option<State> {
    let slope = dot(&from.gradient, direction);
    if slope >= 0.0 || !first.is_finite() {
        return None;
    }
    let mut evaluate = |step: f64| {
        let mut state = from.clone();
        add(&mut state.point, step, direction);
        state.value = function(&state.point, &mut state.gradient);
        Trial { step, slope: dot(&state.gradient, direction), state }
    };
    let descends = |trial: &Trial| trial.state.value <= from.value + DECREASE * trial.step * slope;
    let flat = |trial: &Trial| trial.slope.abs() <= -CURVATURE * slope;
    // `low` descends and is the best so far; `high` is where a minimum lies in between.
    let mut low = Trial { step: 0.0, slope, state: from.clone() };
    let mut high: Option<Trial> = None;
    let mut step = first;
    for _ in 0..TRIALS {
        let trial = evaluate(step);
        if !descends(&trial) || trial.state.value >= low.state.value {
            high = Some(trial);
        } else if flat(&trial) {
            return Some(trial.state);
        } else {
            let turned = match &high {
                Some(high) => trial.slope * (high.step - low.step) >= 0.0,
                None => trial.slope >= 0.0,
            };
            let before = std::mem::replace(&mut low, trial);
            if turned {
                high = Some(before);
            }
        }
        step = match &high {
            Some(high) => interpolated(&low, high),
            None => 4.0 * low.step,
        };
    }
    (low.step > 0.0).then_some(low.state)
}

/// The minimum of the cubic through two trials, kept away from both ends; the middle where there
/// is none.
fn interpolated(low: &Trial, high: &Trial) -> f64 {
    let width = high.step - low.step;
    let slopes = 3.0 * (low.state.value - high.state.value) / width + low.slope + high.slope;
    let root = (slopes * slopes - low.slope * high.slope).sqrt() * width.signum();
    let share = 1.0 - (high.slope + root - slopes) / (high.slope - low.slope + 2.0 * root);
    let share = if share.is_finite() { share.clamp(0.1, 0.9) } else { 0.5 };
    low.step + share * width
}

fn dot(a: &[f64], b: &[f64]) -> f64 {
    zip(a, b).map(|(a, b)| a * b).sum()
}

fn norm(a: &[f64]) -> f64 {
    dot(a, a).sqrt()
}

fn add(to: &mut [f64], share: f64, what: &[f64]) {
    zip(to, what).for_each(|(to, what)| *to += share * what);
}

#[cfg(test)]
mod tests {
    use super::*;

    const EXACT: Limits = Limits { steps: 1000, gradient: 1e-9, decrease: 0.0 };

    #[test]
    fn rosenbrock_is_minimised() {
        let mut evaluations = 0;
        let rosenbrock = |p: &[f64], gradient: &mut [f64]| {
            evaluations += 1;
            let (a, b) = (1.0 - p[0], p[1] - p[0] * p[0]);
            gradient[0] = -2.0 * a - 400.0 * p[0] * b;
            gradient[1] = 200.0 * b;
            a * a + 100.0 * b * b
        };
        let found = minimise(rosenbrock, vec![-1.2, 1.0], EXACT);
        assert!(found.iter().all(|value| (value - 1.0).abs() < 1e-8), "{found:?}");
        assert!(evaluations < 80, "{evaluations}");
    }

    #[test]
    fn a_stretched_bowl_is_minimised() {
        let bowl = |p: &[f64], gradient: &mut [f64]| {
            let mut value = 0.0;
            for (at, x) in p.iter().enumerate() {
                let weight = 4.0_f64.powi(at as i32);
                gradient[at] = weight * (x - 1.0);
                value += 0.5 * weight * (x - 1.0).powi(2);
            }
            value
        };
        let found = minimise(bowl, vec![0.0; 8], EXACT);
        assert!(found.iter().all(|value| (value - 1.0).abs() < 1e-8), "{found:?}");
    }

    #[test]
    fn a_minimum_and_a_plain_are_left_alone() {
        let flat = |_: &[f64], gradient: &mut [f64]| {
            gradient.fill(0.0);
            1.0
        };
        assert_eq!(minimise(flat, vec![3.0], EXACT), [3.0]);
    }
}
