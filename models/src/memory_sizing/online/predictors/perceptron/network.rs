//! One input, two hidden layers of rectified linear units, one linear output.
//!
//! The gradient (Rumelhart, Hinton, Williams 1986) is computed for blocks of points at a time,
//! unit by unit, so that the innermost loops run over neighbouring memory. Time O(n h²) for n
//! points and width h.

use std::iter::zip;

use crate::memory_sizing::online::predictors::random::LegacyRandom;

/// Points that go through the network together.
const BLOCK: usize = 32;
type Block = [f64; BLOCK];

/// The shape of a network. Its weights are one list: those into the first layer and its biases,
/// those into the second (all from the first unit of the first layer first) and its biases, those
/// into the output and its bias.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Network {
    /// Units per hidden layer, 1 to 9.
    pub width: usize,
}

/// Most units per layer.
pub const MOST_UNITS: usize = 9;

/// The parts of a list of weights.
struct Layers<'a> {
    first: &'a [f64],
    first_bias: &'a [f64],
    second: &'a [f64],
    second_bias: &'a [f64],
    output: &'a [f64],
    output_bias: f64,
}

/// What the units of a block of points put out.
struct Activations {
    first: [Block; MOST_UNITS],
    second: [Block; MOST_UNITS],
    output: Block,
}

impl Network {
    /// Number of weights and biases.
    #[must_use]
    pub fn parameters(self) -> usize {
        self.width * (self.width + 4) + 1
    }

    /// Uniform initial weights and biases within `√(6 / (inputs + outputs))` of a layer (Glorot,
    /// Bengio 2010).
    #[must_use]
    pub fn initial(self, random: &mut LegacyRandom) -> Vec<f64> {
        let layers = [(1, self.width), (self.width, self.width), (self.width, 1)];
        let mut weights = Vec::with_capacity(self.parameters());
        for (inputs, outputs) in layers {
            let bound = (6.0 / (inputs + outputs) as f64).sqrt();
            let drawn = (0..inputs * outputs + outputs).map(|_| random.symmetric(bound));
            weights.extend(drawn);
        }
        weights
    }

    /// The output for one input.
    #[must_use]
    pub fn output(self, weights: &[f64], input: f64) -> f64 {
        let layers = self.layers(weights);
        let unit = |sum: f64| sum.max(0.0);
        let mut first = [0.0; MOST_UNITS];
        for (unit_out, (weight, bias)) in zip(&mut first, zip(layers.first, layers.first_bias)) {
            *unit_out = unit(weight * input + bias);
        }
        let second = (0..self.width).map(|j| {
            let into = zip(&first, layers.second[j..].iter().step_by(self.width));
            unit(layers.second_bias[j] + into.map(|(value, weight)| value * weight).sum::<f64>())
        });
        layers.output_bias + zip(second, layers.output).map(|(a, weight)| a * weight).sum::<f64>()
    }

    /// Half the mean squared error plus `l2 / 2n` times the sum of squared weights (without
    /// biases), and its gradient. At least one point.
    pub fn loss(
        self,
        weights: &[f64],
        points: (&[f64], &[f64]),
        l2: f64,
        gradient: &mut [f64],
    ) -> f64 {
        let layers = self.layers(weights);
        gradient.fill(0.0);
        let mut activations = Activations {
            first: [[0.0; BLOCK]; MOST_UNITS],
            second: [[0.0; BLOCK]; MOST_UNITS],
            output: [0.0; BLOCK],
        };
        let mut squares = 0.0;
        for (inputs, targets) in zip(points.0.chunks(BLOCK), points.1.chunks(BLOCK)) {
            let mut block = [0.0; BLOCK];
            block[..inputs.len()].copy_from_slice(inputs);
            activations.run(self.width, &layers, &block);
            // Beyond the last point of a short block the error stays 0 and adds nothing.
            let mut errors = [0.0; BLOCK];
            for (error, (output, target)) in zip(&mut errors, zip(&activations.output, targets)) {
                *error = output - target;
            }
            squares += dot(&errors, &errors);
            self.add_gradient(&layers, &activations, &block, &errors, gradient);
        }
        let count = points.0.len() as f64;
        let mut weight_squares = 0.0;
        let width = self.width;
        let biases = [width..2 * width, width * (width + 2)..width * (width + 3)];
        for (at, (slope, weight)) in zip(gradient.iter_mut(), weights).enumerate() {
            let is_bias = biases.iter().any(|range| range.contains(&at)) || at + 1 == weights.len();
            if !is_bias {
                weight_squares += weight * weight;
                *slope += l2 * weight;
            }
            *slope /= count;
        }
        (squares + l2 * weight_squares) / (2.0 * count)
    }

    fn layers(self, weights: &[f64]) -> Layers<'_> {
        let (first, rest) = weights.split_at(self.width);
        let (first_bias, rest) = rest.split_at(self.width);
        let (second, rest) = rest.split_at(self.width * self.width);
        let (second_bias, rest) = rest.split_at(self.width);
        let (output, bias) = rest.split_at(self.width);
        Layers { first, first_bias, second, second_bias, output, output_bias: bias[0] }
    }

    fn add_gradient(
        self,
        layers: &Layers<'_>,
        activations: &Activations,
        inputs: &Block,
        errors: &Block,
        gradient: &mut [f64],
    ) {
        let width = self.width;
        let (first, rest) = gradient.split_at_mut(width);
        let (first_bias, rest) = rest.split_at_mut(width);
        let (second, rest) = rest.split_at_mut(width * width);
        let (second_bias, rest) = rest.split_at_mut(width);
        let (output, output_bias) = rest.split_at_mut(width);
        output_bias[0] += sum(errors);
        let mut deltas = [[0.0; BLOCK]; MOST_UNITS];
        for j in 0..width {
            let active = &activations.second[j];
            output[j] += dot(errors, active);
            for (delta, (error, active)) in zip(&mut deltas[j], zip(errors, active)) {
                *delta = if *active > 0.0 { error * layers.output[j] } else { 0.0 };
            }
            second_bias[j] += sum(&deltas[j]);
        }
        for i in 0..width {
            let active = &activations.first[i];
            let row = i * width..(i + 1) * width;
            let mut back = [0.0; BLOCK];
            for (delta, (slope, weight)) in
                zip(&deltas, zip(&mut second[row.clone()], &layers.second[row]))
            {
                *slope += dot(active, delta);
                for (back, delta) in zip(&mut back, delta) {
                    *back += weight * delta;
                }
            }
            for (back, active) in zip(&mut back, active) {
                *back = if *active > 0.0 { *back } else { 0.0 };
            }
            first[i] += dot(&back, inputs);
            first_bias[i] += sum(&back);
        }
    }
}

impl Activations {
    fn run(&mut self, width: usize, layers: &Layers<'_>, inputs: &Block) {
        for (i, active) in self.first[..width].iter_mut().enumerate() {
            let (weight, bias) = (layers.first[i], layers.first_bias[i]);
            for (active, input) in zip(active, inputs) {
                *active = (weight * input + bias).max(0.0);
            }
        }
        self.output = [layers.output_bias; BLOCK];
        for (j, active) in self.second[..width].iter_mut().enumerate() {
            *active = [layers.second_bias[j]; BLOCK];
            for (i, below) in self.first[..width].iter().enumerate() {
                let weight = layers.second[i * width + j];
                for (active, below) in zip(active.iter_mut(), below) {
                    *active += weight * below;
                }
            }
            for (active, output) in zip(active, &mut self.output) {
                *active = active.max(0.0);
                *output += layers.output[j] * *active;
            }
        }
    }
}

/// Four running sums, which the compiler may keep in one register.
fn dot(a: &Block, b: &Block) -> f64 {
    let mut sums = [0.0; 4];
    for (a, b) in zip(a.chunks_exact(4), b.chunks_exact(4)) {
        for (sum, (a, b)) in zip(&mut sums, zip(a, b)) {
            *sum += a * b;
        }
    }
    sums[0] + sums[1] + sums[2] + sums[3]
}

fn sum(a: &Block) -> f64 {
    let mut sums = [0.0; 4];
    for a in a.chunks_exact(4) {
        for (sum, a) in zip(&mut sums, a) {
            *sum += a;
        }
    }
    sums[0] + sums[1] + sums[2] + sums[3]
}

#[cfg(test)]
mod tests {
    use super::*;

    /// More than one block, the last one short.
    fn points() -> (Vec<f64>, Vec<f64>) {
        let inputs: Vec<f64> = (0..75).map(|i| f64::from(i) / 74.0).collect();
        let targets = inputs.iter().map(|x| (3.0 * x).sin()).collect();
        (inputs, targets)
    }

    #[test]
    fn the_gradient_is_that_of_finite_differences() {
        let (inputs, targets) = points();
        for width in [1, 5, 9] {
            let network = Network { width };
            let weights = network.initial(&mut LegacyRandom::new(7));
            assert_eq!(weights.len(), network.parameters());
            let mut gradient = vec![0.0; weights.len()];
            let mut other = gradient.clone();
            network.loss(&weights, (&inputs, &targets), 0.3, &mut gradient);
            for at in 0..weights.len() {
                let mut value = |step: f64| {
                    let mut moved = weights.clone();
                    moved[at] += step;
                    network.loss(&moved, (&inputs, &targets), 0.3, &mut other)
                };
                let slope = (value(1e-6) - value(-1e-6)) / 2e-6;
                assert!((slope - gradient[at]).abs() < 1e-6, "{at}: {slope} {}", gradient[at]);
            }
        }
    }

    #[test]
    fn the_loss_is_that_of_single_outputs() {
        let (inputs, targets) = points();
        let network = Network { width: 7 };
        let weights = network.initial(&mut LegacyRandom::new(42));
        let mut gradient = vec![0.0; weights.len()];
        let loss = network.loss(&weights, (&inputs, &targets), 0.0, &mut gradient);
        let squares =
            zip(&inputs, &targets).map(|(x, y)| (network.output(&weights, *x) - y).powi(2));
        assert!((loss - squares.sum::<f64>() / (2.0 * inputs.len() as f64)).abs() < 1e-12);
    }

    /// One unit each: 2 · max(0, 3 · max(0, 0.5 x − 1) + 0.25) − 4.
    #[test]
    fn an_output_by_hand() {
        let network = Network { width: 1 };
        let weights = [0.5, -1.0, 3.0, 0.25, 2.0, -4.0];
        assert_eq!(network.output(&weights, 4.0), 2.0 * 3.25 - 4.0);
        assert_eq!(network.output(&weights, 0.0), 2.0 * 0.25 - 4.0);
    }
}
