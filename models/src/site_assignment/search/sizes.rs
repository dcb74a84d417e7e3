//! How large the next neighbourhood is, and how wide the beam there.
//!
//! Small neighbourhoods are soon searched but hold little; large ones hold more than a beam sees.
//! All sizes are given the same work. A size at which nothing is left to find rests until the plan
//! gets better, and one whose beam is often too narrow gets a wider one.

/// The size of a neighbourhood.
#[derive(Clone, Copy, Debug)]
pub struct Size {
    /// Sites whose customers are assigned anew.
    pub sites: usize,
    /// How wide the beam is.
    pub width: usize,
    place: usize,
}

/// How a size has fared.
#[derive(Clone, Debug)]
struct History {
    sites: usize,
    width: usize,
    work: u64,
    /// Neighbourhoods in which nothing better is, since the plan got better.
    barren: u64,
    /// Beams that found nothing because they were too narrow.
    narrow: u32,
    /// How many neighbourhoods of this size there are.
    number: u64,
}

/// All sizes in use.
#[derive(Clone, Debug, Default)]
pub struct Sizes {
    sizes: Vec<History>,
    widest: usize,
}

/// What came of a neighbourhood.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fate {
    /// A better plan.
    Better,
    /// Nothing better is there.
    Barren,
    /// Nothing better was found.
    Unknown,
}

/// The next larger size has this many times the sites.
const RATIO: f64 = 1.4;
/// States in the first beams.
const NARROWEST: usize = 200;
/// Beams that find nothing before they are made wider.
const PATIENCE: u32 = 10;
/// States in all turns together: memory.
const MOST_STATES: usize = 1 << 23;
/// Barren neighbourhoods of a size, for each that there is, before it rests.
const VISITS: u64 = 2;

impl Sizes {
    /// Sizes up to a whole instance, the largest first.
    #[must_use]
    pub fn new(sites: usize, customers: usize) -> Self {
        let mut numbers = vec![sites];
        let mut next = sites as f64 / RATIO;
        while next > 1.5 {
            if (next.round() as usize) < numbers[numbers.len() - 1] {
                numbers.push(next.round() as usize);
            }
            next /= RATIO;
        }
        let size = |&number: &usize| History {
            sites: number,
            width: NARROWEST,
            work: 0,
            barren: 0,
            narrow: 0,
            number: binomial(sites, number),
        };
        let widest = (MOST_STATES / customers.max(1)).max(NARROWEST);
        Self { sizes: numbers.iter().map(size).collect(), widest }
    }

    /// The size that has had the least work of those that don't rest; `None` when all rest.
    #[must_use]
    pub fn next(&self) -> Option<Size> {
        let awake = (0..self.sizes.len()).filter(|&place| !self.sizes[place].rests());
        awake.min_by_key(|&place| self.sizes[place].work).map(|place| self.size(place))
    }

    /// All sites.
    #[must_use]
    pub fn whole(&self) -> Size {
        self.size(0)
    }

    fn size(&self, place: usize) -> Size {
        let History { sites, width, .. } = self.sizes[place];
        Size { sites, width, place }
    }

    /// Notes what came of a neighbourhood.
    pub fn learn(&mut self, size: Size, work: u64, fate: Fate) {
        let widest = self.widest;
        let size = &mut self.sizes[size.place];
        size.work += work;
        match fate {
            Fate::Better => {
                size.narrow = 0;
                self.sizes.iter_mut().for_each(|size| size.barren = 0);
            }
            Fate::Barren => size.barren += 1,
            Fate::Unknown => {
                size.narrow += 1;
                if size.narrow >= PATIENCE {
                    size.narrow = 0;
                    size.width = (2 * size.width).min(widest);
                }
            }
        }
    }
}

impl History {
    fn rests(&self) -> bool {
        // The whole instance is one neighbourhood, and once searched it is done.
        let visits = if self.number == 1 { 1 } else { VISITS };
        self.barren >= self.number.saturating_mul(visits)
    }
}

/// How many sets of `k` there are among `n`, or very many. O(k).
fn binomial(n: usize, k: usize) -> u64 {
    let number = (0..k).fold(1.0_f64, |number, i| number * (n - i) as f64 / (i + 1) as f64);
    number.round() as u64
}
