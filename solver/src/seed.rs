//! Seeds: one root, split per use, so that no two parts of a search share a random stream.

use rand::SeedableRng;
use rand_xoshiro::Xoshiro256PlusPlus;

/// A node of the seed tree. The same root and the same labels give the same stream everywhere.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Seed(pub u64);

impl Seed {
    /// The child for a numbered part (worker 3, round 7).
    #[must_use]
    pub fn child(self, index: u64) -> Seed {
        Seed(mix(self.0 ^ mix(index.wrapping_add(GOLDEN))))
    }

    /// The child for a named part (a method).
    #[must_use]
    pub fn named(self, name: &str) -> Seed {
        name.bytes().fold(self.child(name.len() as u64), |seed, byte| seed.child(byte.into()))
    }

    /// A fast generator for inner loops, started from this seed.
    #[must_use]
    pub fn generator(self) -> Xoshiro256PlusPlus {
        Xoshiro256PlusPlus::seed_from_u64(self.0)
    }
}

const GOLDEN: u64 = 0x9E37_79B9_7F4A_7C15;

/// The finaliser of SplitMix64 (Steele, Lea, Flood, OOPSLA 2014).
fn mix(value: u64) -> u64 {
    let value = value.wrapping_add(GOLDEN);
    let value = (value ^ (value >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
    let value = (value ^ (value >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
    value ^ (value >> 31)
}

#[cfg(test)]
mod tests {
    use rand::RngExt;

    use super::*;

    #[test]
    fn children_differ_and_repeat() {
        let root = Seed(7);
        assert_ne!(root.child(0), root.child(1));
        assert_ne!(root.child(1).child(0), root.child(0).child(1));
        assert_ne!(root.named("menu"), root.named("lagrangian"));
        assert_eq!(root.named("menu"), Seed(7).named("menu"));
    }

    #[test]
    fn the_stream_is_pinned() {
        let mut generator = Seed(1).generator();
        let drawn: Vec<u64> = (0..2).map(|_| generator.random()).collect();
        assert_eq!(drawn, Seed(1).generator_words(2));
    }

    impl Seed {
        fn generator_words(self, count: usize) -> Vec<u64> {
            use rand::Rng;
            let mut generator = self.generator();
            (0..count).map(|_| generator.next_u64()).collect()
        }
    }
}
