//! The exact fluid optimum: branch and cut over who completes before whom.
//!
//! **Idea.** A node knows a partial order of the completions; the root knows what the exchange
//! argument settles inside groups. Its relaxation (`relaxed`) gives completion times. If every set
//! of jobs finds enough supply, they are the best of the node. If not, some violated set hides a
//! maximum over jobs whose order is open, and the order of two of these is branched on, so only
//! orders that matter are ever decided. Releases need no branching. The order in which the
//! completion times of a node come is priced exactly and often improves the incumbent.
//!
//! **Complexity.** Exponential in the number of undecided pairs; some milliseconds for 7 jobs,
//! seconds for 12 in four groups. The hardest cases are many near-equal demands with weights and
//! several releases: there 12 jobs can be beyond reach. **Guarantee.** Optimal within a relative 1e-9 plus the rounding
//! of the linear programs, when the budget suffices; otherwise `bound_ms` says how far it is.

use std::collections::BTreeSet;

use placewright_solver::budget::Budget;

use super::fluid::Fluid;
use super::order_lp::{Completions, ExactError, OrderPrices};
use super::precedence::Precedence;
use super::relaxed::{Relaxed, Verdict};

/// Nodes within this relative distance of the incumbent are closed.
const CLOSED: f64 = 1e-9;

/// What the search found.
#[derive(Clone, Debug, PartialEq)]
pub struct FluidOptimum {
    /// The best completion times.
    pub best: Completions,
    /// No completion times cost less than this, in weight times milliseconds, as far as floating
    /// point can be trusted.
    pub bound_ms: f64,
    /// Nodes of the tree.
    pub nodes: u64,
    /// Whether the tree was searched to its end.
    pub complete: bool,
}

/// Searches the tree, starting from the best of the given orders (at least one).
///
/// # Errors
/// [`ExactError`]; numerical trouble at a node only weakens the bound.
pub fn fluid_optimum(
    fluid: &Fluid,
    starts: &[Vec<usize>],
    budget: &Budget,
) -> Result<FluidOptimum, ExactError> {
    let prices = OrderPrices::new(fluid)?;
    let mut tree = Tree {
        prices: &prices,
        budget,
        best: None,
        cutoff: f64::INFINITY,
        open: f64::INFINITY,
        nodes: 0,
        seen: BTreeSet::new(),
    };
    for order in starts {
        tree.price(order.clone())?;
    }
    let (order, pairs) = Precedence::by_exchange(fluid);
    let root = Relaxed::new(&prices.normal, order, pairs);
    tree.explore(root, 0.0)?;
    let none = || if budget.stop().is_some() { ExactError::Stopped } else { ExactError::Numerical };
    let best = tree.best.ok_or_else(none)?;
    let bound_ms = best.weighted_ms.min(tree.open * prices.unit());
    Ok(FluidOptimum { best, bound_ms, nodes: tree.nodes, complete: tree.open.is_infinite() })
}

struct Tree<'a> {
    prices: &'a OrderPrices,
    budget: &'a Budget,
    best: Option<Completions>,
    /// What a node must stay below, in scaled cost.
    cutoff: f64,
    /// Least bound among nodes that were left unexplored.
    open: f64,
    nodes: u64,
    /// Orders that were priced already.
    seen: BTreeSet<Vec<usize>>,
}

impl Tree<'_> {
    fn keep(&mut self, found: Completions) {
        let value = found.weighted_ms / self.prices.unit();
        if value * (1.0 - CLOSED) < self.cutoff {
            self.cutoff = value * (1.0 - CLOSED);
            self.best = Some(found);
        }
    }

    fn price(&mut self, order: Vec<usize>) -> Result<(), ExactError> {
        if self.seen.contains(&order) {
            return Ok(());
        }
        let found = self.prices.best_below(&order, self.cutoff * self.prices.unit(), self.budget);
        self.seen.insert(order);
        match found {
            Ok(Some(found)) => self.keep(found),
            Ok(None) | Err(ExactError::Numerical | ExactError::Stopped) => {}
            Err(error) => return Err(error),
        }
        Ok(())
    }

    /// Depth first, the child that agrees with the completion times first.
    fn explore(&mut self, mut node: Relaxed<'_>, parent: f64) -> Result<(), ExactError> {
        if self.budget.stop().is_some() {
            self.open = self.open.min(parent);
            return Ok(());
        }
        self.nodes += 1;
        let jobs = self.prices.normal.len();
        let verdict = node.tighten(self.cutoff, self.budget);
        let value = node.value().max(parent);
        match verdict {
            Verdict::Beaten => {}
            Verdict::Possible => self.keep(self.prices.completions(&node)),
            Verdict::Stalled | Verdict::Stopped => self.open = self.open.min(parent),
            Verdict::Undecided(earlier, later) => {
                let completions = node.completions();
                let mut order: Vec<usize> = (0..jobs).collect();
                order.sort_by(|&a, &b| completions[a].total_cmp(&completions[b]));
                self.price(order)?;
                let mut child = node.clone();
                child.learn(earlier, later);
                self.explore(child, value)?;
                node.learn(later, earlier);
                self.explore(node, value)?;
            }
        }
        Ok(())
    }
}
