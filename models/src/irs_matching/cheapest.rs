//! The cheapest units of a growing supply, as many as a job wants.

use std::collections::BinaryHeap;
use std::collections::binary_heap::PeekMut;

/// What a class supplies in a cell, for one job.
#[derive(Clone, Copy, Debug)]
pub(super) struct Offer {
    /// Of a unit: a device or a micro-device.
    pub(super) price: u64,
    /// Units.
    pub(super) amount: u64,
    /// Micro-devices per second.
    pub(super) rate: u64,
}

/// The cheapest units so far, as many as wanted; what is missing costs infinitely much.
pub(super) struct Chosen {
    heap: BinaryHeap<(u64, u64)>,
    /// How many are missing.
    pub(super) missing: u64,
    /// What those chosen cost.
    pub(super) paid: i128,
}

impl Chosen {
    pub(super) fn new(wanted: u64) -> Self {
        Self { heap: BinaryHeap::new(), missing: wanted, paid: 0 }
    }

    /// The highest price chosen; `None` while some are missing.
    pub(super) fn dearest(&self) -> Option<u64> {
        let top = self.heap.peek().map(|&(price, _)| price);
        if self.missing > 0 { None } else { top }
    }

    /// Exchanges what is dear for cheaper offers, which ascend by price; what was given up for
    /// them, by price, where `None` stands for what was missing.
    pub(super) fn exchange(&mut self, offers: &[Offer]) -> Vec<(Option<u64>, u64)> {
        let mut given_up = Vec::new();
        let mut gained: Vec<(u64, u64)> = Vec::new();
        let mut offers = offers.iter().map(|offer| (offer.price, offer.amount)).peekable();
        while let Some((price, offered)) = offers.peek_mut() {
            let (dear, held) = match self.heap.peek() {
                _ if self.missing > 0 => (None, self.missing),
                Some(&(dear, held)) if dear > *price => (Some(dear), held),
                _ => break,
            };
            let amount = held.min(*offered);
            match dear {
                None => self.missing -= amount,
                Some(dear) => {
                    self.paid -= i128::from(dear) * i128::from(amount);
                    match self.heap.peek_mut() {
                        // A smaller amount of the same price may have to make way for another.
                        Some(top) if amount == held => drop(PeekMut::pop(top)),
                        Some(mut top) => top.1 -= amount,
                        None => {}
                    }
                }
            }
            given_up.push((dear, amount));
            gained.push((*price, amount));
            *offered -= amount;
            if *offered == 0 {
                offers.next();
            }
        }
        for (price, amount) in gained {
            self.paid += i128::from(price) * i128::from(amount);
            self.heap.push((price, amount));
        }
        given_up
    }
}
