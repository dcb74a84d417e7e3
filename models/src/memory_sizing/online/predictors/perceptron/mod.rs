//! Multilayer perceptrons with two hidden layers of equal width: the network and its gradient,
//! two ways to minimise its loss, and the choice among twelve combinations.

pub mod adam;
pub mod grid;
pub mod lbfgs;
pub mod network;
