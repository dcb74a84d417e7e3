//! The policies `sizey` and `sizey-published`.

use super::errors::Errors;
use super::gate::{Opinion, weights};
use super::kendall::Kendall;
use super::offset::offset;
use super::parameters::{OffsetRule, Parameters, RetryRule, Variant};
use super::retry::{Outlook, rungs};
use crate::memory_sizing::online::policy::{Policy, Proposal};
use crate::memory_sizing::online::predictors::forest::Forest;
use crate::memory_sizing::online::predictors::line::LeastSquares;
use crate::memory_sizing::online::predictors::neighbours::Neighbours;
use crate::memory_sizing::online::predictors::perceptron::grid::{Perceptron, Restart};
use crate::memory_sizing::online::predictors::points::Points;
use crate::memory_sizing::online::predictors::predictor::Predictor;
use crate::memory_sizing::online::task::{Sample, Task};

/// Line, perceptron, forest, neighbours. The first of equally good ones is preferred.
const MODELS: usize = 4;
type PerModel<T> = [T; MODELS];

/// Sizey for all types of a workflow.
pub struct Sizey {
    parameters: Parameters,
    types: Vec<State>,
    /// The errors of all types, for [`Variant::Published`].
    pooled: PerModel<Errors>,
    /// What was peeked at.
    ahead: Option<Sample>,
}

/// What is known of a type.
struct State {
    models: PerModel<Predictor>,
    errors: PerModel<Errors>,
    /// Input sizes and peaks in bytes.
    seen: Points,
    /// What the models say about them, once somebody asks.
    predicted: PerModel<Vec<f64>>,
    kendall: Kendall,
    largest: (f64, f64),
    least_bytes: f64,
}

impl Sizey {
    /// Nothing seen yet.
    #[must_use]
    pub fn new(parameters: Parameters) -> Self {
        let pooled = PerModel::default();
        Self { parameters, types: Vec::new(), pooled, ahead: None }
    }

    fn make_types(&mut self, last: usize) {
        while self.types.len() <= last {
            self.types.push(State::new(&self.parameters));
        }
    }

    /// The first attempt; `None` for a type never seen.
    fn first(&self, state: &State, input: f64, ahead: Option<&Sample>) -> Option<f64> {
        let parameters = &self.parameters;
        let mut opinions = [Opinion { accuracy: -1.0, prediction_bytes: 0.0 }; MODELS];
        for (opinion, model) in opinions.iter_mut().zip(&state.models) {
            opinion.accuracy = model.score();
            opinion.prediction_bytes = model.predict(input)?;
        }
        let errors = match parameters.variant {
            Variant::Paper => &state.errors,
            Variant::Published => &self.pooled,
        };
        let shares = weights(&opinions, parameters.alpha, parameters.gating);
        let (mut prediction, mut raise) = (0.0, 0.0);
        for (model, share) in shares.into_iter().enumerate().filter(|(_, share)| *share > 0.0) {
            let current = ahead.map(|s| (s.peak_bytes, opinions[model].prediction_bytes));
            let past = state.seen.targets().iter().copied();
            let seen = past.zip(state.predicted[model].iter().copied()).chain(current);
            let default = parameters.default_offset;
            prediction += share * opinions[model].prediction_bytes;
            raise += share * offset(parameters.offset, &errors[model], default, seen);
        }
        let first = prediction + raise * prediction;
        Some(if first < 0.0 { state.least_bytes * parameters.default_offset } else { first })
    }
}

impl State {
    fn new(parameters: &Parameters) -> Self {
        let Parameters { retraining, perceptron_retraining, perceptron_seed, .. } = *parameters;
        let perceptron = Perceptron::new(perceptron_seed, Restart::Warm);
        Self {
            models: [
                Predictor::new(Box::new(LeastSquares::default()), retraining),
                Predictor::new(Box::new(perceptron), perceptron_retraining),
                Predictor::new(Box::new(Forest::default()), retraining),
                Predictor::new(Box::new(Neighbours::default()), retraining),
            ],
            errors: PerModel::default(),
            seen: Points::default(),
            predicted: PerModel::default(),
            kendall: Kendall::default(),
            largest: (0.0, 0.0),
            least_bytes: f64::INFINITY,
        }
    }

    fn remember(&mut self, input: f64, peak_bytes: f64) {
        self.seen.push(input, peak_bytes);
        self.kendall.add(input, peak_bytes);
        self.least_bytes = self.least_bytes.min(peak_bytes);
        if peak_bytes > self.largest.0 {
            self.largest = (peak_bytes, input);
        }
        self.predicted = PerModel::default();
    }

    /// Lets the models predict what was seen, for the offsets.
    fn predict_seen(&mut self) {
        for (model, predicted) in self.models.iter().zip(&mut self.predicted) {
            if predicted.is_empty() {
                let inputs = self.seen.inputs().iter();
                predicted.extend(inputs.map(|&input| model.predict(input).unwrap_or(0.0)));
            }
        }
    }
}

/// A task without an input size counts as one without input.
fn input(task: &Task) -> f64 {
    task.input_size_bytes.unwrap_or(0.0)
}

impl Policy for Sizey {
    fn peek(&mut self, _task_type: usize, sample: &Sample) {
        if self.parameters.variant == Variant::Published {
            self.ahead = Some(sample.clone());
        }
    }

    fn propose(&mut self, task_type: usize, task: &Task) -> Proposal {
        self.make_types(task_type);
        let ahead = self.ahead.take();
        if self.parameters.offset == OffsetRule::Dynamic {
            self.types[task_type].predict_seen();
        }
        let state = &self.types[task_type];
        let input_bytes = input(task);
        let Some(first) = self.first(state, input_bytes, ahead.as_ref()) else {
            return Vec::new();
        };
        if self.parameters.retry == RetryRule::Doubling {
            return vec![first];
        }
        let correlation = match ahead {
            None => state.kendall.correlation(),
            Some(sample) => state.kendall.correlation_with(input_bytes, sample.peak_bytes),
        };
        let (largest_bytes, largest_input_bytes) = state.largest;
        rungs(first, &Outlook { input_bytes, largest_bytes, largest_input_bytes, correlation })
    }

    fn learn(&mut self, task_type: usize, sample: &Sample) {
        self.make_types(task_type);
        let (input, peak_bytes) = (input(&sample.task), sample.peak_bytes);
        let published = self.parameters.variant == Variant::Published;
        let state = &mut self.types[task_type];
        if state.seen.is_empty() {
            return self.recall(task_type, std::slice::from_ref(sample));
        }
        let errors = if published { &mut self.pooled } else { &mut state.errors };
        for (errors, model) in errors.iter_mut().zip(&state.models) {
            let Some(prediction) = model.predict(input) else { continue };
            errors.add((peak_bytes - prediction) / peak_bytes);
        }
        state.remember(input, peak_bytes);
        let times = if published { [1, 2, 1, 0] } else { [1; MODELS] };
        for (model, times) in state.models.iter_mut().zip(times).filter(|pair| pair.1 > 0) {
            model.update(std::iter::repeat_n((input, peak_bytes), times));
        }
    }

    fn recall(&mut self, task_type: usize, history: &[Sample]) {
        self.make_types(task_type);
        let state = &mut self.types[task_type];
        let points = history.iter().map(|sample| (input(&sample.task), sample.peak_bytes));
        points.clone().for_each(|(input, peak_bytes)| state.remember(input, peak_bytes));
        state.models.iter_mut().for_each(|model| model.fit(points.clone()));
    }
}

#[cfg(test)]
mod tests {
    use super::super::parameters::Gating;
    use super::*;

    const MODES: [Variant; 2] = [Variant::Paper, Variant::Published];

    /// Memory follows the input, with a ripple.
    fn sample(index: u32) -> Sample {
        let input = 1e9 + 1e7 * f64::from(index * 37 % 100);
        Sample {
            task: Task { input_size_bytes: Some(input), ..Task::default() },
            peak_bytes: 2.0 * input + 5e6 * f64::from(index % 7),
            run_time_ms: 1000.0,
        }
    }

    /// Proposals for twenty tasks after a history of as many.
    fn proposals(parameters: Parameters, peeking: impl Fn(&mut Sizey, &Sample)) -> Vec<Proposal> {
        let mut sizey = Sizey::new(parameters);
        sizey.recall(0, &(0..20).map(sample).collect::<Vec<_>>());
        (20..40)
            .map(|index| {
                let sample = sample(index);
                peeking(&mut sizey, &sample);
                let proposal = sizey.propose(0, &sample.task);
                sizey.learn(0, &sample);
                proposal
            })
            .collect()
    }

    #[test]
    fn first_attempts_are_near_the_peaks() {
        for variant in MODES {
            for gating in [Gating::Best, Gating::Interpolation { beta: 1.0 }] {
                let parameters = Parameters { gating, ..Parameters::new(variant) };
                let all = proposals(parameters, |_, _| {});
                for (index, proposal) in (20..).zip(&all) {
                    let ratio = proposal[0] / sample(index).peak_bytes;
                    assert!((0.8..1.25).contains(&ratio), "{parameters:?} {index}: {ratio}");
                }
            }
        }
    }

    #[test]
    fn the_same_tasks_give_the_same_proposals() {
        for variant in MODES {
            let once = || proposals(Parameters::new(variant), |_, _| {});
            assert_eq!(once(), once());
        }
    }

    #[test]
    fn only_the_published_variant_looks_ahead() {
        let lie = |sizey: &mut Sizey, sample: &Sample| {
            sizey.peek(0, &Sample { peak_bytes: 10.0 * sample.peak_bytes, ..sample.clone() });
        };
        for variant in MODES {
            let parameters = Parameters::new(variant);
            let same = proposals(parameters, lie) == proposals(parameters, |_, _| {});
            assert_eq!(same, variant == Variant::Paper);
        }
    }

    #[test]
    fn only_the_published_variant_pools_errors() {
        let first = |variant, other_type: u32| {
            let mut sizey = Sizey::new(Parameters::new(variant));
            let history: Vec<Sample> = (0..20).map(sample).collect();
            sizey.recall(0, &history);
            sizey.recall(1, &history);
            // A type whose memory suddenly doubles.
            for index in 0..other_type {
                let sample = sample(index);
                sizey.learn(1, &Sample { peak_bytes: 2.0 * sample.peak_bytes, ..sample });
            }
            sizey.propose(0, &sample(50).task)
        };
        assert_eq!(first(Variant::Paper, 0), first(Variant::Paper, 5));
        assert_ne!(first(Variant::Published, 0), first(Variant::Published, 5));
    }

    #[test]
    fn a_type_never_seen_gets_no_proposal_and_its_first_task_starts_the_models() {
        for variant in MODES {
            let mut sizey = Sizey::new(Parameters::new(variant));
            assert_eq!(sizey.propose(3, &sample(0).task), Proposal::new());
            sizey.learn(3, &sample(0));
            let first = sizey.propose(3, &sample(0).task)[0];
            assert!((first / (1.05 * sample(0).peak_bytes) - 1.0).abs() < 0.1, "{first}");
        }
    }
}
