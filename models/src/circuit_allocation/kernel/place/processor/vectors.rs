//! The work on candidates, eight at a time: a lane for each, a vector for each word of their rows.
//!
//! **Source.** AVX-512 F, VL and VPOPCNTDQ, as in Intel's *Software Developer's Manual*, volume 2.
#![allow(unsafe_code, reason = "vectors are read and written by address")]

use std::arch::x86_64::*;

use super::super::bits::Bits;
use super::super::stack::{LANES, Span, Stack};
use super::{Pricing, Wanted};

/// As [`super::Processor::sift`], for rows of one or two words and at most 32 wanted candidates.
#[target_feature(enable = "avx512vl,avx512vpopcntdq,popcnt")]
#[inline]
pub(super) fn sift<const W: usize>(
    stack: &mut Stack,
    from: Span,
    to: Span,
    open: &Bits<W>,
    wanted: Wanted<'_, W>,
) -> Option<(Span, Bits<W>)> {
    match (wanted.candidates - 1).checked_ilog2() {
        None => sift_counting::<0, W>(stack, from, to, open, wanted),
        Some(0) => sift_counting::<1, W>(stack, from, to, open, wanted),
        Some(1) => sift_counting::<2, W>(stack, from, to, open, wanted),
        Some(2) => sift_counting::<3, W>(stack, from, to, open, wanted),
        Some(3) => sift_counting::<4, W>(stack, from, to, open, wanted),
        _ => sift_counting::<5, W>(stack, from, to, open, wanted),
    }
}

/// With counters of `B` bits: at most `2^B` candidates are wanted, but more than half of that.
#[target_feature(enable = "avx512vl,avx512vpopcntdq,popcnt")]
#[inline]
fn sift_counting<const B: usize, const W: usize>(
    stack: &mut Stack,
    from: Span,
    to: Span,
    open: &Bits<W>,
    wanted: Wanted<'_, W>,
) -> Option<(Span, Bits<W>)> {
    let Stack { positions, bounds, words, .. } = stack;
    let (bits, best) = (splat(u64::from(wanted.bits)), splat(wanted.best));
    let mut counters = [Counters::<B>::new(); W];
    let mut spare = from.len().checked_sub(wanted.candidates as usize)?;
    let mut kept = 0;
    for at in (0..from.len()).step_by(LANES) {
        let lanes = u8::MAX >> LANES.saturating_sub(from.len() - at);
        let mut rows = read_rows::<W>(words, from.word + at * W);
        let (mut sizes, mut size) = ([_mm512_setzero_si512(); W], _mm512_setzero_si512());
        for word in 0..W {
            rows[word] = _mm512_and_si512(rows[word], splat(open[word]));
            sizes[word] = _mm512_popcnt_epi64(rows[word]);
            size = _mm512_add_epi64(size, sizes[word]);
        }
        let mut keep = _mm512_mask_cmpge_epu64_mask(lanes, size, bits);
        if let Some(pricing) = wanted.pricing {
            let bound = cheapest(&rows, &sizes, &pricing);
            keep = _mm512_mask_cmplt_epu64_mask(keep, bound, best);
            write(bounds, to.start + kept, _mm512_maskz_compress_epi64(keep, bound));
        }
        let number = keep.count_ones();
        spare = spare.checked_sub((lanes.count_ones() - number) as usize)?;
        for (row, counters) in rows.iter_mut().zip(&mut counters) {
            *row = _mm512_maskz_compress_epi64(keep, *row);
            counters.count(*row);
        }
        let position = read_half(positions, from.start + at);
        write_rows(words, to.word + kept * W, &rows);
        write_half(positions, to.start + kept, _mm256_maskz_compress_epi32(keep, position));
        kept += number as usize;
    }
    let mut reached = [0; W];
    for (reached, counters) in reached.iter_mut().zip(counters) {
        *reached = counters.reached(wanted.candidates);
    }
    Some((Span { end: to.start + kept, ..to }, reached))
}

/// As [`super::Processor::drop_within`], for rows of one word.
#[target_feature(enable = "avx512vl,avx512vpopcntdq,popcnt")]
#[inline]
pub(super) fn drop_within(stack: &mut Stack, span: Span, from_position: u32, row: u64) -> Span {
    let Stack { positions, bounds, words, .. } = stack;
    let (outside, from_position) = (splat(!row), _mm256_set1_epi32(from_position.cast_signed()));
    let mut kept = 0;
    for at in (0..span.len()).step_by(LANES) {
        let lanes = u8::MAX >> LANES.saturating_sub(span.len() - at);
        let row = read(words, span.word + at);
        let position = read_half(positions, span.start + at);
        let earlier = _mm256_cmplt_epu32_mask(position, from_position);
        let keep = lanes & (_mm512_test_epi64_mask(row, outside) | earlier);
        if keep != lanes || kept != at {
            let bound = read(bounds, span.start + at);
            write(words, span.word + kept, _mm512_maskz_compress_epi64(keep, row));
            write_half(positions, span.start + kept, _mm256_maskz_compress_epi32(keep, position));
            write(bounds, span.start + kept, _mm512_maskz_compress_epi64(keep, bound));
        }
        kept += keep.count_ones() as usize;
    }
    Span { end: span.start + kept, ..span }
}

/// As [`super::Processor::dearest`], for rows of one word and at most `8 N` candidates.
///
/// Lane `t` holds the bits of more than `t` rows; a row moves its bits on by a lane, in all lanes at
/// once. No row brings two lanes to `share` bits, since what it brings to the second one was in the
/// first before.
#[target_feature(enable = "avx512vl,avx512vpopcntdq,popcnt")]
#[inline]
pub(super) fn dearest<const N: usize>(
    stack: &Stack,
    span: Span,
    costs: &[u64],
    need: u32,
    share: u32,
) -> u64 {
    let (all, share) = (splat(u64::MAX), splat(u64::from(share)));
    let mut counters = [_mm512_setzero_si512(); N];
    let (mut level, mut sum) = (0, 0);
    for (&[row], &position) in stack.rows::<1>(span).iter().zip(&stack.positions[span.start..]) {
        let (row, mut reached) = (splat(row), 0);
        for at in (0..N).rev() {
            let before = if at == 0 { all } else { counters[at - 1] };
            let before = _mm512_alignr_epi64::<7>(counters[at], before);
            // counters | row & before
            counters[at] = _mm512_ternarylogic_epi64::<0xf8>(counters[at], row, before);
            let sizes = _mm512_popcnt_epi64(counters[at]);
            reached += _mm512_cmpge_epu64_mask(sizes, share).count_ones();
        }
        sum += if reached > level { costs[position as usize] } else { 0 };
        level = reached;
        if level >= need {
            return sum;
        }
    }
    u64::MAX
}

/// As [`Pricing::cheapest`], for rows with enough leaves.
#[target_feature(enable = "avx512vl,avx512vpopcntdq,popcnt")]
#[inline]
fn cheapest<const W: usize>(
    rows: &[__m512i; W],
    sizes: &[__m512i; W],
    pricing: &Pricing<'_, W>,
) -> __m512i {
    let none = _mm512_setzero_si512();
    let (mut chosen, mut ending) = ([none; W], [0; W]);
    // Words are taken whole up to one of which only the lowest bits are, which is set aside.
    let (mut left, mut whole) = (splat(u64::from(pricing.number)), u8::MAX);
    let (mut last, mut last_number) = (none, none);
    for word in 0..W {
        let before = whole;
        whole = _mm512_mask_cmple_epu64_mask(before, sizes[word], left);
        chosen[word] = _mm512_maskz_mov_epi64(whole, rows[word]);
        ending[word] = before & !whole;
        last = _mm512_mask_mov_epi64(last, ending[word], rows[word]);
        last_number = _mm512_mask_mov_epi64(last_number, ending[word], left);
        left = _mm512_mask_sub_epi64(left, whole, left, sizes[word]);
    }
    let last = lowest_bits(last, last_number);
    let mut cost = none;
    for word in 0..W {
        chosen[word] = _mm512_mask_mov_epi64(chosen[word], ending[word], last);
    }
    for plane in pricing.planes.iter().rev() {
        cost = _mm512_slli_epi64::<1>(cost);
        for word in 0..W {
            let having = _mm512_and_si512(chosen[word], splat(plane[word]));
            cost = _mm512_add_epi64(cost, _mm512_popcnt_epi64(having));
        }
    }
    let shift = _mm_cvtsi64_si128(i64::from(pricing.shift));
    _mm512_add_epi64(_mm512_sll_epi64(cost, shift), splat(pricing.least))
}

/// The so many lowest bits of words that have more of them: bisection, as for any processor.
#[target_feature(enable = "avx512vl,avx512vpopcntdq,popcnt")]
#[inline]
fn lowest_bits(words: __m512i, numbers: __m512i) -> __m512i {
    let (mut rest, mut numbers, mut ends) = (words, numbers, _mm512_setzero_si512());
    for half in [32, 16, 8, 4, 2, 1] {
        let low = _mm512_and_si512(rest, splat((1 << half) - 1));
        let count = _mm512_popcnt_epi64(low);
        let passed = _mm512_cmple_epu64_mask(count, numbers);
        numbers = _mm512_mask_sub_epi64(numbers, passed, numbers, count);
        rest = _mm512_mask_srlv_epi64(rest, passed, rest, splat(half));
        ends = _mm512_mask_add_epi64(ends, passed, ends, splat(half));
    }
    _mm512_andnot_si512(_mm512_sllv_epi64(splat(u64::MAX), ends), words)
}

/// Binary counters of the bits of many words in each lane, as in [`super::super::bits::shared`].
#[derive(Clone, Copy)]
struct Counters<const B: usize> {
    bits: [__m512i; B],
    /// The bits that were counted `2^B` times, in some lane.
    over: __m512i,
}

impl<const B: usize> Counters<B> {
    #[target_feature(enable = "avx512vl,avx512vpopcntdq,popcnt")]
    #[inline]
    fn new() -> Self {
        Self { bits: [_mm512_setzero_si512(); B], over: _mm512_setzero_si512() }
    }

    #[target_feature(enable = "avx512vl,avx512vpopcntdq,popcnt")]
    #[inline]
    fn count(&mut self, word: __m512i) {
        let mut carry = word;
        for bit in &mut self.bits {
            (*bit, carry) = (_mm512_xor_si512(*bit, carry), _mm512_and_si512(*bit, carry));
        }
        self.over = _mm512_or_si512(self.over, carry);
    }

    /// Adds the counts of other lanes.
    #[target_feature(enable = "avx512vl,avx512vpopcntdq,popcnt")]
    #[inline]
    fn add(&mut self, other: &Self) {
        let mut carry = _mm512_setzero_si512();
        for (bit, &other) in self.bits.iter_mut().zip(&other.bits) {
            // Of three bits: whether an odd number is set, and whether more than one is.
            let sum = _mm512_ternarylogic_epi64::<0x96>(*bit, other, carry);
            carry = _mm512_ternarylogic_epi64::<0xe8>(*bit, other, carry);
            *bit = sum;
        }
        self.over = _mm512_or_si512(_mm512_or_si512(self.over, other.over), carry);
    }

    /// The bits that were counted so often in all lanes together, at most `2^B` times.
    #[target_feature(enable = "avx512vl,avx512vpopcntdq,popcnt")]
    #[inline]
    fn reached(mut self, times: u32) -> u64 {
        let mut other = self;
        for bit in 0..B {
            other.bits[bit] = _mm512_shuffle_i64x2::<0b01_00_11_10>(self.bits[bit], self.bits[bit]);
        }
        other.over = _mm512_shuffle_i64x2::<0b01_00_11_10>(self.over, self.over);
        self.add(&other);
        for bit in 0..B {
            other.bits[bit] = _mm512_shuffle_i64x2::<0b10_11_00_01>(self.bits[bit], self.bits[bit]);
        }
        other.over = _mm512_shuffle_i64x2::<0b10_11_00_01>(self.over, self.over);
        self.add(&other);
        for bit in 0..B {
            other.bits[bit] = _mm512_shuffle_epi32::<0b01_00_11_10>(self.bits[bit]);
        }
        other.over = _mm512_shuffle_epi32::<0b01_00_11_10>(self.over);
        self.add(&other);
        // With so many more, those that were counted so often carry out of the last bit.
        let more = (1 << B) - times;
        let mut carry = 0;
        for (bit, &counter) in self.bits.iter().enumerate() {
            let (counter, more) =
                (lowest(counter), if more >> bit & 1 == 1 { u64::MAX } else { 0 });
            carry = counter & more | carry & (counter | more);
        }
        lowest(self.over) | carry
    }
}

/// A word in all lanes.
#[target_feature(enable = "avx512vl,avx512vpopcntdq,popcnt")]
#[inline]
fn splat(word: u64) -> __m512i {
    _mm512_set1_epi64(word.cast_signed())
}

/// The word in the lowest lane.
#[target_feature(enable = "avx512vl,avx512vpopcntdq,popcnt")]
#[inline]
fn lowest(vector: __m512i) -> u64 {
    _mm_cvtsi128_si64(_mm512_castsi512_si128(vector)).cast_unsigned()
}

/// Reads the rows of eight candidates.
#[target_feature(enable = "avx512vl,avx512vpopcntdq,popcnt")]
#[inline]
fn read_rows<const W: usize>(words: &[u64], at: usize) -> [__m512i; W] {
    let mut rows = [_mm512_setzero_si512(); W];
    if W == 1 {
        rows[0] = read(words, at);
    } else {
        let (low, high) = (read(words, at), read(words, at + LANES));
        let even = _mm512_setr_epi64(0, 2, 4, 6, 8, 10, 12, 14);
        let odd = _mm512_setr_epi64(1, 3, 5, 7, 9, 11, 13, 15);
        rows[0] = _mm512_permutex2var_epi64(low, even, high);
        rows[1] = _mm512_permutex2var_epi64(low, odd, high);
    }
    rows
}

/// Writes the rows of eight candidates.
#[target_feature(enable = "avx512vl,avx512vpopcntdq,popcnt")]
#[inline]
fn write_rows<const W: usize>(words: &mut [u64], at: usize, rows: &[__m512i; W]) {
    if W == 1 {
        write(words, at, rows[0]);
    } else {
        let low = _mm512_setr_epi64(0, 8, 1, 9, 2, 10, 3, 11);
        let high = _mm512_setr_epi64(4, 12, 5, 13, 6, 14, 7, 15);
        write(words, at, _mm512_permutex2var_epi64(rows[0], low, rows[1]));
        write(words, at + LANES, _mm512_permutex2var_epi64(rows[0], high, rows[1]));
    }
}

#[target_feature(enable = "avx512vl,avx512vpopcntdq,popcnt")]
#[inline]
fn read(words: &[u64], at: usize) -> __m512i {
    let words = &words[at..at + LANES];
    // SAFETY: there are eight words, and they may be anywhere.
    unsafe { _mm512_loadu_epi64(words.as_ptr().cast()) }
}

#[target_feature(enable = "avx512vl,avx512vpopcntdq,popcnt")]
#[inline]
fn write(words: &mut [u64], at: usize, vector: __m512i) {
    let words = &mut words[at..at + LANES];
    // SAFETY: as in `read`.
    unsafe { _mm512_storeu_epi64(words.as_mut_ptr().cast(), vector) }
}

#[target_feature(enable = "avx512vl,avx512vpopcntdq,popcnt")]
#[inline]
fn read_half(words: &[u32], at: usize) -> __m256i {
    let words = &words[at..at + LANES];
    // SAFETY: there are eight half words, and they may be anywhere.
    unsafe { _mm256_loadu_epi32(words.as_ptr().cast()) }
}

#[target_feature(enable = "avx512vl,avx512vpopcntdq,popcnt")]
#[inline]
fn write_half(words: &mut [u32], at: usize, vector: __m256i) {
    let words = &mut words[at..at + LANES];
    // SAFETY: as in `read_half`.
    unsafe { _mm256_storeu_epi32(words.as_mut_ptr().cast(), vector) }
}
