//! Which circuits of a static network are free, as bits.

/// The most spines a [`FreeLinks`] has room for. A spine holds a port of every leaf, and leaves have
/// as many uplinks as GPUs, so real fabrics stay far below.
pub const MOST_SPINES: u32 = 4096;

/// The most leaves a [`FreeLinks`] has room for.
pub const MOST_LEAVES: u32 = 4096;

/// A bit row of spines per leaf: the bit is set where a circuit between the two is free.
///
/// ```
/// use placewright_models::circuit_allocation::kernel::links::FreeLinks;
///
/// let mut links = FreeLinks::all(2, 3);
/// links.clear(1, 2);
/// assert!(links.is_free(0, 2) && !links.is_free(1, 2));
/// assert_eq!((links.row(0), links.row(1)), (&[0b111][..], &[0b011][..]));
/// links.set(1, 2);
/// assert_eq!(links, FreeLinks::all(2, 3));
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FreeLinks {
    leaves: u32,
    spines: u32,
    words: usize,
    rows: Vec<u64>,
}

impl FreeLinks {
    /// No circuit is free.
    ///
    /// # Panics
    /// If there are more than [`MOST_LEAVES`] leaves or [`MOST_SPINES`] spines.
    #[must_use]
    pub fn none(leaves: u32, spines: u32) -> Self {
        assert!(leaves <= MOST_LEAVES, "{leaves} leaves; at most {MOST_LEAVES} fit");
        assert!(spines <= MOST_SPINES, "{spines} spines; at most {MOST_SPINES} fit");
        let words = spines.div_ceil(64).max(1) as usize;
        Self { leaves, spines, words, rows: vec![0; words * leaves as usize] }
    }

    /// Every circuit is free.
    ///
    /// # Panics
    /// If there are more than [`MOST_LEAVES`] leaves or [`MOST_SPINES`] spines.
    #[must_use]
    pub fn all(leaves: u32, spines: u32) -> Self {
        let mut links = Self::none(leaves, spines);
        for leaf in 0..leaves {
            for spine in 0..spines {
                links.set(leaf, spine);
            }
        }
        links
    }

    /// How many leaves there are.
    #[must_use]
    pub fn leaves(&self) -> u32 {
        self.leaves
    }

    /// How many spines there are.
    #[must_use]
    pub fn spines(&self) -> u32 {
        self.spines
    }

    /// How many words a row has.
    #[must_use]
    pub fn words(&self) -> usize {
        self.words
    }

    /// Marks a circuit as free. Panics without such a leaf or spine, as do the next ones.
    pub fn set(&mut self, leaf: u32, spine: u32) {
        let (word, bit) = self.place(leaf, spine);
        self.rows[word] |= bit;
    }

    /// Marks a circuit as taken.
    pub fn clear(&mut self, leaf: u32, spine: u32) {
        let (word, bit) = self.place(leaf, spine);
        self.rows[word] &= !bit;
    }

    /// Whether a circuit is free.
    #[must_use]
    pub fn is_free(&self, leaf: u32, spine: u32) -> bool {
        let (word, bit) = self.place(leaf, spine);
        self.rows[word] & bit != 0
    }

    /// The bits of a leaf, spine 0 in the lowest bit of the first word.
    #[must_use]
    pub fn row(&self, leaf: u32) -> &[u64] {
        let start = leaf as usize * self.words;
        &self.rows[start..start + self.words]
    }

    fn place(&self, leaf: u32, spine: u32) -> (usize, u64) {
        assert!(spine < self.spines, "spine {spine} of {}", self.spines);
        (leaf as usize * self.words + spine as usize / 64, 1 << (spine % 64))
    }
}
