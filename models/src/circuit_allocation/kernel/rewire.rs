//! Rewiring optical circuit switches for other circuits while moving few live ones.

mod board;
mod chains;
mod konig;
mod ports;
mod prices;
mod search;
mod side;
#[cfg(test)]
mod tests;

use thiserror::Error;

use self::board::Board;
pub use self::konig::konig;
pub use self::ports::Ports;
use self::prices::set_prices;
use self::search::{AT_HOME, improve};

/// One circuit: through `switch`, between `leaf` and `spine`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Circuit {
    /// The leaf.
    pub leaf: u32,
    /// The spine.
    pub spine: u32,
    /// The optical switch.
    pub switch: u32,
}

/// Circuits by leaf, spine and switch, ascending; parallel ones are repeated.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Wiring {
    circuits: Vec<Circuit>,
}

impl Wiring {
    /// A wiring of these circuits, in any order.
    #[must_use]
    pub fn new(mut circuits: Vec<Circuit>) -> Self {
        circuits.sort_unstable();
        Self { circuits }
    }

    /// The circuits, ascending.
    #[must_use]
    pub fn circuits(&self) -> &[Circuit] {
        &self.circuits
    }

    /// How many circuits both wirings have: `Σ min(t, cur)`.
    #[must_use]
    pub fn common(&self, other: &Wiring) -> usize {
        common(&self.circuits, &other.circuits)
    }

    /// Leaf and spine of every circuit, ascending.
    #[must_use]
    pub fn pairs(&self) -> Vec<(u32, u32)> {
        self.circuits.iter().map(|circuit| (circuit.leaf, circuit.spine)).collect()
    }
}

/// How many elements two ascending lists have in common, repetitions counted.
fn common<T: Ord>(a: &[T], b: &[T]) -> usize {
    let (mut at, mut number) = (0, 0);
    for item in a {
        while at < b.len() && b[at] < *item {
            at += 1;
        }
        if at < b.len() && b[at] == *item {
            at += 1;
            number += 1;
        }
    }
    number
}

/// The new wiring and what it costs.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Rewiring {
    /// Circuits of exactly the pairs that were asked for.
    pub wiring: Wiring,
    /// Live circuits that are still wanted but pass another switch now: `Σ min(D, live) - Σ min(t,
    /// cur)`.
    pub moved: u64,
    /// No wiring of these pairs moves fewer, by Lagrangian relaxation.
    pub bound: u64,
}

/// Why there is no new wiring.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum RewireError {
    /// A circuit names what the ports do not have.
    #[error("leaf {leaf}, spine {spine} does not exist")]
    Unknown {
        /// The leaf.
        leaf: u32,
        /// The spine.
        spine: u32,
    },
    /// The live circuits use more ports than there are, or switches that do not exist.
    #[error("the live circuits do not fit the ports of switch {switch}")]
    Live {
        /// The switch.
        switch: u32,
    },
    /// More circuits are asked of a leaf than it has ports: proven impossible.
    #[error("leaf {leaf} has ports for {ports} circuits, not for {circuits}")]
    LeafPorts {
        /// The leaf.
        leaf: u32,
        /// Its ports on all switches.
        ports: u64,
        /// Circuits wanted.
        circuits: u64,
    },
    /// More circuits are asked of a spine than it has ports: proven impossible.
    #[error("spine {spine} has ports for {ports} circuits, not for {circuits}")]
    SpinePorts {
        /// The spine.
        spine: u32,
        /// Its ports on all switches.
        ports: u64,
        /// Circuits wanted.
        circuits: u64,
    },
    /// Ports differ between switches, and for these circuits none were found. That does not prove
    /// that there are none: the question is NP-complete. With equal ports this does not happen.
    #[error("no ports were found for {} of the circuits", missing.len())]
    NotFound {
        /// Leaf and spine of the circuits left over.
        missing: Vec<(u32, u32)>,
    },
}

/// Steps of the search go by circuit and by so many switches or part of them.
const ROW: u32 = 16;

/// Fewer circuits than so many are searched as long as so many.
const CIRCUITS: u64 = 240;

/// Steps per circuit wanted after which an incomplete wiring is completed along chains: more steps
/// without a complete wiring only move more circuits.
const PATIENCE: u64 = 3;

/// Iterations on prices for each unit of effort.
const PRICINGS: u64 = 7;

/// How long [`rewire`] searches: steps per circuit wanted and every sixteen switches or part of them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Effort(pub u32);

impl Default for Effort {
    fn default() -> Self {
        Self(13)
    }
}

/// Wires exactly the circuits of `demand` and moves few live ones to other switches.
///
/// First ports get prices, those of a Lagrangian relaxation, which also bounds the moves from below.
/// Then all live circuits that are still wanted stay, and the new ones wait. A circuit that waits takes
/// the ports of the switch where that does least harm, prices included; those in its way wait in turn
/// and for a few steps do not come back, which is dearer for those without free ports at some switch.
/// Ports that change hands become dearer for a while, so that circuits with a choice leave them to
/// those without, as in negotiated routing. Whenever nobody waits, the wiring is complete: one that
/// keeps as much as the best replaces it, any other is dropped, and a live circuit that has moved is
/// sent home again. Once the best can hardly be reached any more, the search returns to it; it ends
/// when the bound is reached. If no complete wiring comes up soon, as where nearly all ports are taken,
/// the circuits that wait on the best incomplete one are inserted, each along the cheapest alternating
/// chain of two switches, which always works where ports are equal, and the search goes on from there.
///
/// # Arguments
/// * `ports`: of every switch to every leaf and spine.
/// * `current`: the live circuits, which respect the ports.
/// * `demand`: leaf and spine of every circuit wanted, old and new, repeated for parallel ones.
/// * `seed`: of the random choices; same seed, same answer.
/// * `effort`: steps of the search. It ends early when the bound is reached.
///
/// # References
/// * M. C. Paull: Reswitching of connection networks. Bell System Technical Journal 41 (1962)
///   833-855. (Alternating chains.)
/// * I. Blöchliger, N. Zufferey: A graph coloring heuristic using partial solutions and a reactive
///   tabu scheme. Computers & Operations Research 35 (2008) 960-975. (Search on partial colourings.)
/// * L. McMurchie, C. Ebeling: PathFinder: a negotiation-based performance-driven router for FPGAs.
///   FPGA 1995, 111-117. (Prices of contested ports.)
/// * M. Held, P. Wolfe, H. P. Crowder: Validation of subgradient optimization. Mathematical
///   Programming 6 (1974) 62-88. (The relaxation.)
/// * S. Zhao et al.: Minimal Rewiring. NSDI 2019. (The objective.)
///
/// # Errors
/// See [`RewireError`]. With equal ports only demands beyond the port sums are refused (König 1916).
///
/// # Complexity
/// O(effort · circuits · switches²) for prices and search, O(new circuits · switches² · chain length) for the
/// chains, where a chain has at most as many circuits as two switches.
///
/// # Guarantee
/// Wires every demand within the port sums if ports are equal; no factor for the moves, but a bound.
///
/// # Example
/// ```
/// use placewright_models::circuit_allocation::kernel::rewire::{
///     Circuit, Effort, Ports, Wiring, rewire,
/// };
///
/// // Two leaves, two spines, two switches: the new circuit forces one of the live ones to move.
/// let ports = Ports::equal(2, 2, 2, 1, 1);
/// let live = Wiring::new(vec![
///     Circuit { leaf: 0, spine: 0, switch: 0 },
///     Circuit { leaf: 1, spine: 1, switch: 1 },
/// ]);
/// let rewiring = rewire(&ports, &live, &[(0, 0), (1, 1), (0, 1)], 1, Effort::default())?;
/// assert_eq!((rewiring.moved, rewiring.bound), (1, 1));
/// # Ok::<(), placewright_models::circuit_allocation::kernel::rewire::RewireError>(())
/// ```
pub fn rewire(
    ports: &Ports,
    current: &Wiring,
    demand: &[(u32, u32)],
    seed: u64,
    effort: Effort,
) -> Result<Rewiring, RewireError> {
    rewire_until(ports, current, demand, seed, effort, &|| false)
}

/// The same, but once `stop` is true, which is asked every few microseconds to milliseconds, the search
/// ends: what waits is inserted along chains, and fewer prices mean a weaker bound.
///
/// # Errors
/// See [`rewire`].
pub fn rewire_until(
    ports: &Ports,
    current: &Wiring,
    demand: &[(u32, u32)],
    seed: u64,
    effort: Effort,
    stop: &dyn Fn() -> bool,
) -> Result<Rewiring, RewireError> {
    ports.check_demand(demand)?;
    let mut wanted = demand.to_vec();
    wanted.sort_unstable();
    let mut board = Board::new(ports, current, &wanted)?;
    let stay = common(&wanted, &current.pairs());
    let rows = u64::from(ports.switches.div_ceil(ROW));
    let steps = u64::from(effort.0) * (wanted.len() as u64 * rows).max(CIRCUITS);
    let iterations = PRICINGS * u64::from(effort.0);
    let bound = set_prices(&mut board, stay, seed, iterations, AT_HOME, stop);
    let goal = stay as i64 - bound as i64;
    let patience = PATIENCE * wanted.len() as u64;
    if !improve(&mut board, goal, seed, [patience, steps], stop) {
        board.insert_missing();
        // Where ports differ chains may have failed; then the search takes all its steps.
        if !improve(&mut board, goal, seed, [steps, steps], stop) {
            let missing = board.insert_missing();
            if !missing.is_empty() {
                let missing = missing.into_iter().map(|circuit| wanted[circuit as usize]).collect();
                return Err(RewireError::NotFound { missing });
            }
        }
    }
    let wiring = board.wiring();
    let moved = (stay - wiring.common(current)) as u64;
    Ok(Rewiring { wiring, moved, bound })
}
