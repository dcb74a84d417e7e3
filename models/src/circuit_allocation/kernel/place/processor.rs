//! The search, compiled twice: for any processor, and for those that count and deposit bits.
//!
//! Most of the time goes into counting the bits of words, one instruction on x86-64 processors since
//! 2013, a dozen without it. What they have is asked at run time, so one binary serves all.
#![allow(unsafe_code, reason = "what a processor can do is only known at run time")]

/// Some part of the search. `run` is to be inlined, with all that it calls often: only then is it
/// compiled for the processor.
pub(super) trait Work {
    fn run(self);
}

/// What the search needs of a processor. The answers are the same on all.
pub(super) trait Processor: Copy + Send {
    /// Does the work, compiled for this processor.
    fn run(self, work: impl Work);

    /// The so many lowest bits of a word that has more of them.
    fn lowest_bits(self, word: u64, number: u32) -> u64;
}

/// Any processor.
#[derive(Clone, Copy)]
pub(super) struct Portable;

impl Processor for Portable {
    fn run(self, work: impl Work) {
        work.run();
    }

    /// Bisection.
    #[inline(always)]
    fn lowest_bits(self, word: u64, number: u32) -> u64 {
        let (mut rest, mut end, mut number) = (word, 0, number);
        for half in [32, 16, 8, 4, 2, 1] {
            let count = (rest & ((1 << half) - 1)).count_ones();
            let (step, passed) = if count <= number { (half, count) } else { (0, 0) };
            number -= passed;
            rest >>= step;
            end += step;
        }
        word & ((1 << end) - 1)
    }
}

#[cfg(target_arch = "x86_64")]
pub(super) use x86_64::BitCounting;

#[cfg(target_arch = "x86_64")]
mod x86_64 {
    use std::arch::x86_64::_pdep_u64;

    use super::{Processor, Work};

    /// A processor of x86-64-v3: there is one of these only where that has been found out.
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
            unsafe { run(work) }
        }

        #[inline(always)]
        fn lowest_bits(self, word: u64, number: u32) -> u64 {
            // SAFETY: as above.
            unsafe { _pdep_u64((1 << number) - 1, word) }
        }
    }

    #[target_feature(enable = "popcnt,bmi1,bmi2,avx2")]
    fn run(work: impl Work) {
        work.run();
    }
}
