//! Prices of stores at which shards want no more of them than there is.
//!
//! **Idea.** What stores take in may be so little, next to what all shards together could use, that only
//! few shards go there, those who gain most; a walk over all prices at once finds such prices last. But
//! for given prices of everything else, the best price of one capacity is where the falling demand for
//! it meets what there is, found by bisection: the dual function is maximised in one coordinate after the
//! other. **Complexity.** O(offers) per step of bisection. **Guarantee.** A round never lowers the dual
//! function by more than the tolerance of the bisection.

/// Relative width at which a bisection ends, and its most steps.
const TOLERANCE: f64 = 1e-3;
const STEPS: u32 = 60;
/// Factor between prices that are tried to find two with the right one between them.
const FACTOR: f64 = 1.5;
/// The first price that is tried.
const FIRST: f64 = 1e-6;

/// A choice of a shard: what it costs beside the prices of stores, and what it uses of which.
#[derive(Clone, Copy, Debug)]
pub struct Offer {
    /// The cost.
    pub value: f64,
    /// The store, if any.
    pub store: Option<usize>,
    /// MiB in it and KiB per second into it.
    pub amounts: [f64; 2],
}

impl Offer {
    /// The cost with prices of stores.
    #[must_use]
    pub fn priced(&self, prices: &[[f64; 2]]) -> f64 {
        self.store.map_or(self.value, |store| {
            let [stored, taken] = self.amounts;
            self.value + prices[store][0] * stored + prices[store][1] * taken
        })
    }
}

/// Changes the prices of what stores hold and take in, one after the other, to where the shards want
/// what there is. `shards` are the offers of each.
pub fn clear<'a>(
    shards: impl Iterator<Item = &'a [Offer]> + Clone,
    capacities: &[[f64; 2]],
    prices: &mut [[f64; 2]],
) {
    for store in 0..prices.len() {
        for row in 0..2 {
            let before = std::mem::take(&mut prices[store][row]);
            let mut wanted = Demand::default();
            for offers in shards.clone() {
                wanted.add(offers, store, row, prices);
            }
            prices[store][row] = wanted.met_by(capacities[store][row], before);
        }
    }
}

/// What shards want of one capacity.
#[derive(Default)]
struct Demand {
    /// What a shard pays that does not use the store, and where its offers end.
    shards: Vec<(f64, usize)>,
    /// Cost without the price in question, and amount.
    offers: Vec<(f64, f64)>,
}

impl Demand {
    fn add(&mut self, offers: &[Offer], store: usize, row: usize, prices: &[[f64; 2]]) {
        let mut elsewhere = f64::INFINITY;
        for offer in offers {
            let value = offer.priced(prices);
            if offer.store == Some(store) {
                self.offers.push((value, offer.amounts[row]));
            } else {
                elsewhere = elsewhere.min(value);
            }
        }
        self.shards.push((elsewhere, self.offers.len()));
    }

    fn at(&self, price: f64) -> f64 {
        let (mut first, mut total) = (0, 0.0);
        for &(elsewhere, end) in &self.shards {
            let mut best = (elsewhere, 0.0);
            for &(value, amount) in &self.offers[first..end] {
                let value = value + price * amount;
                if value < best.0 {
                    best = (value, amount);
                }
            }
            total += best.1;
            first = end;
        }
        total
    }

    /// The least price, nearly, at which no more than so much is wanted; found soonest where it is
    /// near a guess.
    fn met_by(&self, capacity: f64, guess: f64) -> f64 {
        if self.at(0.0) <= capacity {
            return 0.0;
        }
        let (mut low, mut high) = (0.0, guess.max(FIRST));
        let is_enough = self.at(high) <= capacity;
        for _ in 0..STEPS {
            let next = if is_enough { high / FACTOR } else { high * FACTOR };
            if is_enough {
                if next < FIRST || self.at(next) > capacity {
                    low = if next < FIRST { 0.0 } else { next };
                    break;
                }
                high = next;
            } else {
                (low, high) = (high, next);
                if self.at(high) <= capacity {
                    break;
                }
            }
        }
        for _ in 0..STEPS {
            if high - low <= TOLERANCE * high {
                break;
            }
            let middle = f64::midpoint(low, high);
            if self.at(middle) <= capacity { high = middle } else { low = middle }
        }
        high
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn those_who_gain_most_use_a_small_store() {
        // Ten shards that gain 1 to 10 by the store, which has room for three of them.
        let offers: Vec<[Offer; 2]> = (1..=10)
            .map(|gain| {
                let there = Offer { value: 0.0, store: Some(0), amounts: [2.0, 0.0] };
                [Offer { value: f64::from(gain), store: None, amounts: [0.0; 2] }, there]
            })
            .collect();
        let mut prices = [[0.0; 2]];
        clear(offers.iter().map(<[Offer; 2]>::as_slice), &[[6.0, 1.0]], &mut prices);
        // The eighth pays 8 for 2.
        let [room, ingest] = prices[0];
        assert!((3.5..3.51).contains(&room) && ingest == 0.0, "{prices:?}");
    }
}
