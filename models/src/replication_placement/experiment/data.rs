//! Data to learn from: a mixture of Gaussians, one component or more per class.

use nalgebra::DMatrix;
use placewright_solver::seed::Seed;
use rand::{Rng, RngExt};

/// Points and their classes.
#[derive(Clone, Debug, PartialEq)]
pub struct Points {
    /// One column per point.
    pub features: DMatrix<f64>,
    /// By point.
    pub classes: Vec<usize>,
}

/// Training data and data to measure accuracy on.
#[derive(Clone, Debug, PartialEq)]
pub struct Data {
    /// For gradients.
    pub training: Points,
    /// For accuracy.
    pub test: Points,
    /// Number of classes.
    pub classes: usize,
}

/// Shape of the data.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct DataShape {
    /// Classes.
    pub classes: usize,
    /// Features of a point.
    pub features: usize,
    /// Gaussians per class: with more than one, no linear model tells the classes apart.
    pub components: usize,
    /// Points for training; a quarter as many for tests.
    pub points: usize,
    /// Deviation of a component; centres have one of 1 in every feature.
    pub noise: f64,
}

impl Default for DataShape {
    /// Ten classes as in FashionMNIST, hard enough for an accuracy of about three quarters.
    fn default() -> Self {
        Self { classes: 10, features: 24, components: 2, points: 4000, noise: 1.3 }
    }
}

impl Data {
    /// The data of a shape and a seed.
    #[must_use]
    pub fn generate(shape: &DataShape, seed: Seed) -> Self {
        let mut stream = seed.named("data").generator();
        let centres = DMatrix::from_fn(shape.features, shape.classes * shape.components, |_, _| {
            normal(&mut stream)
        });
        let mut points = |count: usize| {
            let components: Vec<usize> =
                (0..count).map(|_| stream.random_range(0..centres.ncols())).collect();
            let features = DMatrix::from_fn(shape.features, count, |row, point| {
                centres[(row, components[point])] + shape.noise * normal(&mut stream)
            });
            let classes = components.iter().map(|component| component % shape.classes).collect();
            Points { features, classes }
        };
        let training = points(shape.points);
        Self { training, test: points(shape.points / 4), classes: shape.classes }
    }
}

/// A normal number of mean 0 and deviation 1 (Box and Muller 1958).
pub(super) fn normal(stream: &mut impl Rng) -> f64 {
    let (first, second): (f64, f64) = (stream.random(), stream.random());
    (-2.0 * (1.0 - first).ln()).sqrt() * (std::f64::consts::TAU * second).cos()
}
