//! Wiring from nothing, by König's theorem.

use placewright_solver::graph::edge_colouring;

use super::{Circuit, Ports, RewireError, Wiring};

/// Wires any demand within the port sums of equal switches, with no regard for live circuits.
///
/// A leaf with `u` ports on each of `K` switches is cut into `u` vertices of at most `K` circuits
/// each, a spine likewise. The edges between them are coloured with `K` colours: the switches.
///
/// # References
/// * D. König: Mathematische Annalen 77 (1916) 453-465.
///
/// # Errors
/// * [`RewireError::LeafPorts`], [`RewireError::SpinePorts`]: beyond the port sums.
/// * [`RewireError::NotFound`] with all circuits where ports differ: the theorem says nothing then.
///
/// # Complexity
/// O(E log E) for E circuits.
///
/// # Example
/// ```
/// use placewright_models::circuit_allocation::kernel::rewire::{Ports, konig};
///
/// let wiring = konig(&Ports::equal(2, 1, 2, 1, 2), &[(0, 0), (0, 0), (1, 0), (1, 0)])?;
/// assert_eq!(wiring.pairs(), [(0, 0), (0, 0), (1, 0), (1, 0)]);
/// # Ok::<(), placewright_models::circuit_allocation::kernel::rewire::RewireError>(())
/// ```
pub fn konig(ports: &Ports, demand: &[(u32, u32)]) -> Result<Wiring, RewireError> {
    ports.check_demand(demand)?;
    if !ports.are_equal() {
        return Err(RewireError::NotFound { missing: demand.to_vec() });
    }
    if demand.is_empty() {
        return Ok(Wiring::default());
    }
    let (u, d) = (ports.leaf_ports(0, 0), ports.spine_ports(0, 0));
    let mut leaf_degrees = vec![0; ports.leaves as usize];
    let mut spine_degrees = vec![0; ports.spines as usize];
    let vertex = |degree: &mut u32, node: u32, copies: u32| {
        let copy = *degree / ports.switches;
        *degree += 1;
        node * copies + copy
    };
    let edges: Vec<(u32, u32)> = demand
        .iter()
        .map(|&(leaf, spine)| {
            let left = vertex(&mut leaf_degrees[leaf as usize], leaf, u);
            (left, vertex(&mut spine_degrees[spine as usize], spine, d))
        })
        .collect();
    let colours = edge_colouring((ports.leaves * u) as usize, (ports.spines * d) as usize, &edges);
    let circuits = demand.iter().zip(colours);
    Ok(Wiring::new(
        circuits.map(|(&(leaf, spine), switch)| Circuit { leaf, spine, switch }).collect(),
    ))
}
