use proptest::prelude::*;

use super::*;

type Edges = Vec<(u32, u32)>;

/// Small dense multigraphs and larger sparse ones; sides of different sizes.
fn graphs() -> impl Strategy<Value = (usize, usize, Edges)> {
    (1..12_u32, 1..12_u32, 0..120_usize).prop_flat_map(|(left, right, size)| {
        prop::collection::vec((0..left, 0..right), 0..=size)
            .prop_map(move |edges| (left as usize, right as usize, edges))
    })
}

/// The union of `degree` permutations of `side` vertices, shuffled by a stride.
fn regular(side: u32, degree: u32) -> Edges {
    let pairs = (0..degree).flat_map(|d| (0..side).map(move |v| (v, (v * 7 + d * d + d) % side)));
    pairs.collect()
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(3000))]

    #[test]
    fn koenig((left, right, edges) in graphs()) {
        let colours = edge_colouring(left, right, &edges);
        prop_assert_eq!(verify_edge_colouring(left, right, &edges, &colours), Ok(()));
    }

    #[test]
    fn halves_share_every_vertex((left, right, edges) in graphs()) {
        let halves = euler_split(left, right, &edges);
        let of = |half| -> Edges {
            let chosen = edges.iter().zip(&halves).filter(|&(_, &h)| h == half);
            chosen.map(|(&edge, _)| edge).collect()
        };
        let first = degrees(left, right, &of(Half::First)).concat();
        let second = degrees(left, right, &of(Half::Second)).concat();
        for (a, b) in first.into_iter().zip(second) {
            prop_assert!(a.abs_diff(b) <= 1);
        }
    }
}

#[test]
fn every_degree_from_one_to_forty() {
    for degree in 1..=40 {
        let edges = regular(20, degree);
        let colours = edge_colouring(20, 20, &edges);
        assert_eq!(verify_edge_colouring(20, 20, &edges, &colours), Ok(()), "degree {degree}");
    }
}

#[test]
fn parallel_edges_get_a_colour_each() {
    let edges = vec![(0, 0); 37];
    let mut colours = edge_colouring(3, 2, &edges);
    colours.sort_unstable();
    assert!(colours.into_iter().eq(0..37));
    assert!(edge_colouring(0, 0, &[]).is_empty());
}

#[test]
fn large_graphs_of_odd_degree() {
    let edges = regular(1000, 63);
    let colours = edge_colouring(1000, 1000, &edges);
    assert_eq!(verify_edge_colouring(1000, 1000, &edges, &colours), Ok(()));
}

#[test]
fn wrong_colourings_are_refused() {
    let edges = [(0, 0), (0, 1)];
    let verify = |colours: &[u32]| verify_edge_colouring(1, 2, &edges, colours);
    assert_eq!(verify(&[0]), Err(EdgeColouringDefect::Length { colours: 1, edges: 2 }));
    assert_eq!(verify(&[0, 0]), Err(EdgeColouringDefect::Conflict { first: 0, second: 1 }));
    assert_eq!(verify(&[0, 2]), Err(EdgeColouringDefect::Colour { edge: 1, colour: 2, limit: 2 }));
    assert_eq!(verify(&[1, 0]), Ok(()));
}
