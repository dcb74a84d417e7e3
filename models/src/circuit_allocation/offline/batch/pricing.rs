//! The cheapest placement of one shape when GPUs and links have prices.
//!
//! Choosing leaves one by one, a node knows for every spine still joined to all of them what its
//! links to them cost. Its bound is the price of the leaves chosen, plus the `q` cheapest of these
//! sums, plus for the leaves still to come the smallest of their own price and `q` cheapest links.

use super::super::super::kernel::shapes::Shape;
use super::{Batch, Placement};

/// Prices of a GPU on each leaf and of each link, by leaf, then spine; none negative.
pub(super) struct Prices<'a> {
    pub(super) gpus: &'a [f64],
    pub(super) links: &'a [f64],
}

struct Search<'a> {
    shape: Shape,
    /// Leaf, the price of its share, and the least price of its own: share and cheapest links.
    leaves: Vec<(u32, f64, f64)>,
    /// By position in `leaves`: the price of each link, infinite where it is taken.
    links: Vec<Vec<f64>>,
    chosen: Vec<usize>,
    best: f64,
    found: Option<(Vec<usize>, Vec<u32>)>,
    scratch: Vec<f64>,
    nodes: &'a mut u64,
}

/// The cheapest placement of a shape below `limit`, with its price; every node adds one to `nodes`.
/// Exponential in the leaves of the shape at worst; O(spines) a node.
pub(super) fn cheapest(
    batch: &Batch,
    job: usize,
    shape: Shape,
    prices: &Prices<'_>,
    limit: f64,
    nodes: &mut u64,
) -> Option<(Placement, f64)> {
    let spines = batch.links.spines();
    let mut leaves = Vec::new();
    for leaf in 0..batch.links.leaves() {
        if batch.free_gpus[leaf as usize] < shape.share {
            continue;
        }
        let own = prices.gpus[leaf as usize] * f64::from(shape.share);
        let row: Vec<f64> = (0..spines)
            .map(|spine| match batch.links.is_free(leaf, spine) {
                true => prices.links[(leaf * spines + spine) as usize],
                false => f64::INFINITY,
            })
            .collect();
        let joined =
            if shape.leaves > 1 { sum_of_least(&mut row.clone(), shape.share) } else { 0.0 };
        if own + joined < limit {
            leaves.push(((leaf, own, own + joined), row));
        }
    }
    leaves.sort_by(|((a, _, x), _), ((b, _, y), _)| x.total_cmp(y).then(a.cmp(b)));
    let (leaves, links) = leaves.into_iter().unzip();
    let mut search = Search {
        shape,
        leaves,
        links,
        chosen: Vec::new(),
        best: limit,
        found: None,
        scratch: Vec::new(),
        nodes,
    };
    search.descend(0, 0.0, &vec![0.0; spines as usize]);
    let (chosen, spines) = search.found?;
    let leaves = chosen.into_iter().map(|at| search.leaves[at].0).collect();
    Some((Placement { job, share: shape.share, leaves, spines }, search.best))
}

impl Search<'_> {
    fn descend(&mut self, from: usize, own: f64, sums: &[f64]) {
        *self.nodes += 1;
        let need = self.shape.leaves as usize - self.chosen.len();
        let joined = self.joined(sums);
        if need == 0 {
            if own + joined < self.best {
                self.best = own + joined;
                self.found = Some((self.chosen.clone(), self.spines(sums)));
            }
            return;
        }
        for first in from..(self.leaves.len() + 1).saturating_sub(need) {
            let to_come: f64 = self.leaves[first..first + need].iter().map(|leaf| leaf.2).sum();
            if own + joined + to_come >= self.best {
                return;
            }
            let longer: Vec<f64> =
                sums.iter().zip(&self.links[first]).map(|(a, b)| a + b).collect();
            self.chosen.push(first);
            self.descend(first + 1, own + self.leaves[first].1, &longer);
            self.chosen.pop();
        }
    }

    fn joined(&mut self, sums: &[f64]) -> f64 {
        if self.shape.leaves == 1 {
            return 0.0;
        }
        self.scratch.clear();
        self.scratch.extend_from_slice(sums);
        sum_of_least(&mut self.scratch, self.shape.share)
    }

    fn spines(&self, sums: &[f64]) -> Vec<u32> {
        if self.shape.leaves == 1 {
            return Vec::new();
        }
        let mut spines: Vec<u32> = (0..sums.len() as u32).collect();
        spines.sort_by(|&a, &b| sums[a as usize].total_cmp(&sums[b as usize]).then(a.cmp(&b)));
        spines.truncate(self.shape.share as usize);
        spines
    }
}

/// The sum of the `number` least; infinite when there are not so many.
fn sum_of_least(numbers: &mut [f64], number: u32) -> f64 {
    let number = number as usize;
    if number > numbers.len() {
        return f64::INFINITY;
    }
    if number < numbers.len() {
        numbers.select_nth_unstable_by(number, f64::total_cmp);
    }
    numbers[..number].iter().sum()
}
