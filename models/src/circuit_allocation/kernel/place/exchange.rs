//! A good placement by exchanging one spine for another, where the search takes long.
//!
//! Tabu search over sets of `q` spines: the cheapest exchange is made, even for the worse, and what
//! was exchanged stays as it is for some turns. A set costs what its `m` cheapest common leaves do;
//! missing leaves cost more than any other.
//!
//! **Source.** Glover, *Tabu Search, Part I*, ORSA Journal on Computing 1 (1989), for the scheme.
//! **Complexity.** O(spines · (W + different costs)) a turn. **Guarantee.** None but that what it
//! keeps is a placement. Deterministic.

use super::bits::{Bits, and, members, or, size};
use super::prices::Layer;
use super::processor::{Processor, Work};
use super::{FreeLinks, Placer, Shape};

/// How many exchanges are made. Measured on fragmented clusters: most optima come within 200.
const TURNS: u32 = 300;
/// How many are made as long as there is no placement.
const MOST_TURNS: u32 = 600;

pub(super) struct Exchange<'a, P> {
    buffers: &'a mut Placer,
    processor: P,
    shape: Shape,
    layer: Layer,
    /// What a missing leaf costs.
    missing: u64,
    dice: u64,
}

/// Cost of a set of spines, and how far it is from having many leaves.
type Value = (u64, u32);

const WORST: Value = (u64::MAX, u32::MAX);

/// All turns, with sets of `W` words.
struct Turns<'a, P, const W: usize> {
    exchange: Exchange<'a, P>,
    links: &'a FreeLinks,
}

impl<P: Processor, const W: usize> Work for Turns<'_, P, W> {
    #[inline(always)]
    fn run(mut self) {
        self.exchange.turns::<W>(self.links);
    }
}

impl<'a, P: Processor> Exchange<'a, P> {
    pub(super) fn run(buffers: &'a mut Placer, processor: P, links: &'a FreeLinks, shape: Shape) {
        let missing = buffers.costs.last().map_or(0, |dearest| dearest.saturating_add(1));
        let words = buffers.candidates.len().div_ceil(64);
        let layer = Layer::default();
        let exchange = Self { buffers, processor, shape, layer, missing, dice: 1 };
        match words {
            0..=1 => exchange.start::<1>(links),
            2 => exchange.start::<2>(links),
            3 => exchange.start::<3>(links),
            4 => exchange.start::<4>(links),
            5..=8 => exchange.start::<8>(links),
            9..=16 => exchange.start::<16>(links),
            // `FreeLinks` has no more leaves than this.
            _ => exchange.start::<64>(links),
        }
    }

    fn start<const W: usize>(self, links: &'a FreeLinks) {
        let processor = self.processor;
        processor.run(Turns::<P, W> { exchange: self, links });
    }

    #[inline(always)]
    fn turns<const W: usize>(&mut self, links: &FreeLinks) {
        let Placer { prices, costs, .. } = &mut *self.buffers;
        prices.start(costs);
        self.layer = prices.all::<W>(costs);
        let spines = links.spines() as usize;
        self.buffers.load_columns::<W>(links, self.shape.share);
        let columns = std::mem::take(&mut self.buffers.stack.words);
        self.exchange(columns[..spines * W].as_chunks::<W>().0);
        self.buffers.stack.words = columns;
    }

    #[inline(always)]
    fn exchange<const W: usize>(&mut self, columns: &[Bits<W>]) {
        let all = columns.iter().fold([0; W], |all, column| or(&all, column));
        let mut chosen: Vec<usize> = Vec::new();
        // Until which turn a spine stays chosen or not.
        let mut fixed = vec![0; columns.len()];
        let mut common = all;
        while chosen.len() < self.shape.share as usize {
            let Some(next) = self.cheapest(columns, &common, |at| !chosen.contains(&at)) else {
                return;
            };
            common = and(&common, &columns[next]);
            chosen.push(next);
        }
        for turn in 0..MOST_TURNS {
            if turn >= TURNS && self.buffers.best < u64::MAX {
                return;
            }
            let free = |at: usize| fixed[at] <= turn;
            let Some(out) = self.least_useful(columns, &all, &chosen, free) else { continue };
            let gone = chosen.swap_remove(out);
            common = chosen.iter().fold(all, |common, &at| and(&common, &columns[at]));
            let may = |at: usize| at != gone && fixed[at] <= turn && !chosen.contains(&at);
            let next = self.cheapest(columns, &common, may).unwrap_or(gone);
            common = and(&common, &columns[next]);
            chosen.push(next);
            fixed[gone] = turn + 3 + self.below(8);
            fixed[next] = turn + 1 + self.below(self.shape.share / 2 + 1);
            let (cost, _) = self.value(&common);
            if size(&common) >= self.shape.leaves && cost < self.buffers.best {
                self.keep(&common, cost);
            }
        }
    }

    /// Which of the spines may best be taken away: the place in `chosen`.
    #[inline(always)]
    fn least_useful<const W: usize>(
        &self,
        columns: &[Bits<W>],
        all: &Bits<W>,
        chosen: &[usize],
        free: impl Fn(usize) -> bool,
    ) -> Option<usize> {
        // Leaves that none, or no more than one, of the spines lacks.
        let (mut none, mut one) = (*all, *all);
        for &at in chosen {
            one = or(&and(&one, &columns[at]), &none);
            none = and(&none, &columns[at]);
        }
        let left = |&at: &usize| {
            let without: Bits<W> = std::array::from_fn(|w| none[w] | (one[w] & !columns[at][w]));
            self.value(&without)
        };
        let free = chosen.iter().enumerate().filter(|&(_, &at)| free(at));
        free.min_by_key(|(_, at)| left(at)).map(|(place, _)| place)
    }

    /// The spine that leaves the cheapest common leaves.
    #[inline(always)]
    fn cheapest<const W: usize>(
        &self,
        columns: &[Bits<W>],
        common: &Bits<W>,
        may: impl Fn(usize) -> bool,
    ) -> Option<usize> {
        let mut best = (WORST, None);
        for at in (0..columns.len()).filter(|&at| may(at)) {
            let value = self.value(&and(common, &columns[at]));
            if value < best.0 {
                best = (value, Some(at));
            }
        }
        best.1
    }

    #[inline(always)]
    fn value<const W: usize>(&self, common: &Bits<W>) -> Value {
        let (number, wanted) = (size(common), self.shape.leaves);
        let pricing = self.buffers.prices.pricing(self.layer, wanted);
        let cost = pricing.cheapest(common, self.processor);
        let missing = u64::from(wanted.saturating_sub(number)).saturating_mul(self.missing);
        (cost.saturating_add(missing), u32::MAX - number)
    }

    fn keep<const W: usize>(&mut self, common: &Bits<W>, cost: u64) {
        let Placer { candidates, leaves, best, .. } = &mut *self.buffers;
        *best = cost;
        leaves.clear();
        let cheapest = members(common).take(self.shape.leaves as usize);
        leaves.extend(cheapest.map(|position| candidates[position as usize]));
    }

    /// A number below a limit, the same ones every time.
    fn below(&mut self, limit: u32) -> u32 {
        // Knuth's MMIX generator.
        self.dice = self.dice.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
        ((self.dice >> 33) % u64::from(limit)) as u32
    }
}
