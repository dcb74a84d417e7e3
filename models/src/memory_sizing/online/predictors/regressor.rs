//! What all families of functions can do.

use super::points::Points;

/// A family of functions of one input. Points are scaled to [0, 1] in both coordinates, in the
/// order in which they came, and at least one; see [`Predictor`](super::predictor::Predictor).
pub trait Regressor: Send {
    /// Chooses parameters from the grid by cross-validation and fits with them. Returns the score
    /// of the choice, in [−1, 0] (see [`score`](super::folds::score)).
    fn select(&mut self, points: &Points) -> f64;

    /// Fits with the parameters chosen last. May start from the function fitted last.
    fn refit(&mut self, points: &Points);

    /// The fitted function.
    fn predict(&self, input: f64) -> f64;
}
