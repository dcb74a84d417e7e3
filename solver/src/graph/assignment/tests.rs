//! Against all permutations, and against minimum-cost flow.

use proptest::prelude::*;

use super::*;
use crate::graph::min_cost_flow::{MinCostFlowError, MinCostFlowMethod, min_cost_flow};
use crate::graph::{FlowNetwork, NodeId, generate_costs};

type Entry = (u32, u32, i64);

/// The cheapest assignment of the rows from `row` on to columns not in `taken`.
fn brute_force(costs: &SparseCosts, row: usize, taken: u64) -> Option<i128> {
    if row == costs.row_count() {
        return Some(0);
    }
    let free = costs.row(row).filter(|&(column, _)| taken >> column & 1 == 0);
    free.filter_map(|(column, cost)| {
        brute_force(costs, row + 1, taken | 1 << column).map(|rest| rest + i128::from(cost))
    })
    .min()
}

fn by_flow(costs: &SparseCosts) -> Option<i128> {
    let (rows, columns) = (costs.row_count(), costs.column_count());
    let mut network = FlowNetwork::new(rows + columns + 1).unwrap();
    let hub = NodeId((rows + columns) as u32);
    for row in 0..rows {
        network.set_supply(NodeId(row as u32), 1).unwrap();
        for (column, cost) in costs.row(row) {
            let head = NodeId(rows as u32 + column);
            network.add_arc_with_cost(NodeId(row as u32), head, 1, cost).unwrap();
        }
    }
    for column in rows..rows + columns {
        network.add_arc(NodeId(column as u32), hub, 1).unwrap();
    }
    network.set_supply(hub, -(rows as i64)).unwrap();
    match min_cost_flow(&network, MinCostFlowMethod::Auto) {
        Ok(answer) => Some(answer.cost),
        Err(MinCostFlowError::Infeasible(_)) => None,
        Err(other) => panic!("{other}"),
    }
}

/// Solves, checks the certificate, and returns the cost if there is an assignment.
fn solve(costs: &SparseCosts) -> Option<i128> {
    let answer = assign_sparse(costs);
    assert_eq!(answer, assign_sparse(costs));
    match answer {
        Ok(answer) => {
            verify_assignment(costs, &answer).unwrap();
            Some(answer.cost)
        }
        Err(AssignmentError::Infeasible(violator)) => {
            verify_hall_violator(costs, &violator).unwrap();
            None
        }
        Err(other) => panic!("{other}"),
    }
}

/// The admissible pairs of a network made by `generate_costs::assignment`.
fn entries(network: &FlowNetwork) -> Vec<Entry> {
    let rows = network.node_count() as u32 / 2;
    (0..network.arc_count())
        .map(|arc| (network.tails()[arc].0, network.heads()[arc].0 - rows, network.costs()[arc]))
        .collect()
}

prop_compose! {
    fn sparse(rows: usize, columns: usize, cost: i64)
        (rows in 0..=rows, columns in 1..=columns)
        (entries in prop::collection::vec(
            (0..rows.max(1) as u32, 0..columns as u32, -cost..=cost), 0..=rows * columns),
         rows in Just(rows), columns in Just(columns))
        -> SparseCosts
    {
        let entries = if rows == 0 { Vec::new() } else { entries };
        SparseCosts::new(rows, columns, &entries).unwrap()
    }
}

prop_compose! {
    fn dense(side: usize, cost: i64)
        (rows in 0..=side, columns in 0..=side)
        (costs in prop::collection::vec(-cost..=cost, rows * columns),
         rows in Just(rows), columns in Just(columns))
        -> DenseCosts
    {
        DenseCosts::new(rows, columns, costs).unwrap()
    }
}

fn as_sparse(costs: &DenseCosts) -> SparseCosts {
    let entries: Vec<Entry> = (0..costs.row_count())
        .flat_map(|row| costs.row(row).map(move |(column, cost)| (row as u32, column, cost)))
        .collect();
    SparseCosts::new(costs.row_count(), costs.column_count(), &entries).unwrap()
}

fn solve_dense(costs: &DenseCosts) -> Option<i128> {
    match assign_dense(costs) {
        Ok(answer) => {
            verify_assignment(costs, &answer).unwrap();
            Some(answer.cost)
        }
        Err(AssignmentError::Infeasible(violator)) => {
            verify_hall_violator(costs, &violator).unwrap();
            None
        }
        Err(other) => panic!("{other}"),
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(2000))]

    #[test]
    fn sparse_agrees_with_brute_force(costs in sparse(6, 7, 10)) {
        prop_assert_eq!(solve(&costs), brute_force(&costs, 0, 0));
    }

    #[test]
    fn sparse_agrees_with_flow(costs in sparse(20, 20, 50)) {
        prop_assert_eq!(solve(&costs), by_flow(&costs));
    }

    #[test]
    fn dense_agrees_with_brute_force(costs in dense(6, 10)) {
        prop_assert_eq!(solve_dense(&costs), brute_force(&as_sparse(&costs), 0, 0));
    }

    #[test]
    fn dense_agrees_with_sparse(costs in dense(30, 60)) {
        prop_assert_eq!(solve_dense(&costs), solve(&as_sparse(&costs)));
    }

    #[test]
    fn huge_costs_do_not_overflow(costs in dense(6, 1_000_000_000_000_000)) {
        let sparse = as_sparse(&costs);
        prop_assert_eq!(solve_dense(&costs), brute_force(&sparse, 0, 0));
        prop_assert_eq!(solve(&sparse), brute_force(&sparse, 0, 0));
    }

    #[test]
    fn the_auction_is_exact(seed in any::<u64>(), rows in AUCTION_ROWS..150, degree in 1..12_usize) {
        let network = generate_costs::assignment(rows, degree, seed).unwrap();
        let costs = SparseCosts::new(rows, rows, &entries(&network)).unwrap();
        prop_assert_eq!(solve(&costs), by_flow(&costs));
    }

    #[test]
    fn large_infeasible_ones_get_a_violator(
        rows in AUCTION_ROWS..90, pairs in prop::collection::vec((0..90_u32, 0..90_u32, 0..100_i64), 300)
    ) {
        let rows_u32 = rows as u32;
        let pairs: Vec<Entry> =
            pairs.into_iter().map(|(row, column, cost)| (row % rows_u32, column % rows_u32, cost)).collect();
        let costs = SparseCosts::new(rows, rows, &pairs).unwrap();
        prop_assert_eq!(solve(&costs), by_flow(&costs));
    }

    #[test]
    fn mutations_are_refused(
        costs in prop::collection::vec(-10..=10_i64, 5 * 6),
        rows in 1..=5_usize,
        pick in any::<prop::sample::Index>(),
    ) {
        let costs = DenseCosts::new(rows, 6, costs[..rows * 6].to_vec()).unwrap();
        let answer = assign_dense(&costs).unwrap();
        let row = pick.index(costs.row_count());
        let mut other = answer.clone();
        other.row_prices[row] += 1;
        prop_assert!(verify_assignment(&costs, &other).is_err());
        let mut other = answer.clone();
        other.cost -= 1;
        prop_assert!(verify_assignment(&costs, &other).is_err());
        let mut other = answer;
        other.columns[row] = other.columns[(row + 1) % costs.row_count()];
        prop_assert!(costs.row_count() == 1 || verify_assignment(&costs, &other).is_err());
    }
}

#[test]
fn bad_shapes_and_ranges_are_refused() {
    assert!(matches!(DenseCosts::new(2, 2, vec![1]), Err(AssignmentError::Shape { .. })));
    assert!(matches!(
        SparseCosts::new(2, 2, &[(2, 0, 1)]),
        Err(AssignmentError::Pair { row: 2, column: 0 })
    ));
    let costs = DenseCosts::new(1, 1, vec![i64::MIN]).unwrap();
    assert!(matches!(assign_dense(&costs), Err(AssignmentError::CostRange { .. })));
}
