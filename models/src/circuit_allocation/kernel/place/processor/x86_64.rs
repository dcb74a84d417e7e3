//! Processors of x86-64, by what they have.
#![allow(unsafe_code, reason = "what a processor can do is only known at run time")]

use std::arch::x86_64::_pdep_u64;

use super::super::bits::Bits;
use super::super::stack::{Span, Stack};
use super::{Processor, Wanted, Work, vectors};

/// A processor of x86-64-v3, which counts and deposits bits: there is one of these only where that
/// has been found out.
#[derive(Clone, Copy)]
pub(in super::super) struct BitCounting(());

impl BitCounting {
    /// The processor at hand, if it is one.
    pub(in super::super) fn detect() -> Option<Self> {
        let detected = is_x86_feature_detected!("popcnt")
            && is_x86_feature_detected!("bmi1")
            && is_x86_feature_detected!("bmi2")
            && is_x86_feature_detected!("avx2");
        detected.then_some(Self(()))
    }
}

impl Processor for BitCounting {
    fn run(self, work: impl Work) {
        // SAFETY: the processor has these features, or there were no `BitCounting`.
        unsafe { run_counting(work) }
    }

    #[inline(always)]
    fn lowest_bits(self, word: u64, number: u32) -> u64 {
        // SAFETY: as above.
        unsafe { _pdep_u64((1 << number) - 1, word) }
    }
}

#[target_feature(enable = "popcnt,bmi1,bmi2,avx2")]
fn run_counting(work: impl Work) {
    work.run();
}

/// A processor that also counts the bits of the words of a vector, and moves some of them together:
/// Intel's servers since 2021, AMD's since 2022.
#[derive(Clone, Copy)]
pub(in super::super) struct Vectors(BitCounting);

impl Vectors {
    /// The processor at hand, if it is one.
    pub(in super::super) fn detect() -> Option<Self> {
        let counting = BitCounting::detect()?;
        let detected =
            is_x86_feature_detected!("avx512vl") && is_x86_feature_detected!("avx512vpopcntdq");
        detected.then_some(Self(counting))
    }
}

/// Sums are taken in lanes up to this many candidates.
const MOST_CANDIDATES: u32 = 32;

impl Processor for Vectors {
    fn run(self, work: impl Work) {
        // SAFETY: the processor has these features, or there were no `Vectors`.
        unsafe { run_vectors(work) }
    }

    #[inline(always)]
    fn lowest_bits(self, word: u64, number: u32) -> u64 {
        self.0.lowest_bits(word, number)
    }

    #[inline(always)]
    fn sift<const W: usize>(
        self,
        stack: &mut Stack,
        from: Span,
        to: Span,
        open: &Bits<W>,
        wanted: Wanted<'_, W>,
    ) -> Option<(Span, Bits<W>)> {
        if W <= 2 && wanted.candidates <= MOST_CANDIDATES {
            // SAFETY: as above.
            unsafe { vectors::sift(stack, from, to, open, wanted) }
        } else {
            self.0.sift(stack, from, to, open, wanted)
        }
    }

    #[inline(always)]
    fn drop_within<const W: usize>(
        self,
        stack: &mut Stack,
        span: Span,
        from_position: u32,
        row: &Bits<W>,
    ) -> Span {
        if W == 1 {
            // SAFETY: as above.
            unsafe { vectors::drop_within(stack, span, from_position, row[0]) }
        } else {
            self.0.drop_within(stack, span, from_position, row)
        }
    }

    #[inline(always)]
    fn dearest<const W: usize>(
        self,
        stack: &Stack,
        span: Span,
        costs: &[u64],
        (need, share): (u32, u32),
        counters: &mut [u64],
    ) -> u64 {
        match need.div_ceil(8) {
            // SAFETY: as above.
            1 if W == 1 => unsafe { vectors::dearest::<1>(stack, span, costs, need, share) },
            2 if W == 1 => unsafe { vectors::dearest::<2>(stack, span, costs, need, share) },
            3..=4 if W == 1 => unsafe { vectors::dearest::<4>(stack, span, costs, need, share) },
            _ => self.0.dearest::<W>(stack, span, costs, (need, share), counters),
        }
    }
}

#[target_feature(enable = "popcnt,bmi1,bmi2,avx2,avx512vl,avx512vpopcntdq")]
fn run_vectors(work: impl Work) {
    work.run();
}
