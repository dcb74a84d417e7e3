//! Predictors of memory from one number, the input size.
//!
//! Four families of functions, each with a small grid of parameters, are what Sizey (Bader,
//! Skalski, Lehmann, Scheinert, Will, Thamsen, Kao, "Sizey: Memory-Efficient Execution of
//! Scientific Workflow Tasks", IEEE CLUSTER 2024) chooses from. A
//! [`Regressor`](regressor::Regressor) is one family; a [`Predictor`](predictor::Predictor) adds
//! the scaling, remembers all points and decides when the grid is searched again.
//!
//! All of them are deterministic. Where the published evaluation draws random numbers (initial
//! weights, mini-batches, bootstrap samples) the same generator is used, so that the same points
//! give the same functions up to rounding.
//!
//! With one feature everything is cheap: a least-squares line is a few sums, neighbours are
//! neighbours in a sorted list, and a regression tree is a step function. Crates for learning with
//! many features would spend most of their time on what is not needed here.

pub mod folds;
pub mod forest;
pub mod line;
pub mod neighbours;
pub mod perceptron;
pub mod points;
pub mod predictor;
pub mod random;
pub mod regressor;
pub mod step_function;
pub mod tree;
