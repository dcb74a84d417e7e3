//! What follows an attempt with too little memory.

/// A rank correlation of input and memory above this says that a larger input needs more.
const CORRELATED: f64 = 0.25;
/// The largest memory seen must exceed the failed attempt by this factor to be worth a try.
const MARGIN: f64 = 1.05;

/// A task of a type as its retries see it.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Outlook {
    /// Its input size, in bytes.
    pub input_bytes: f64,
    /// The largest memory seen, in bytes.
    pub largest_bytes: f64,
    /// The input size of the task that needed it, in bytes.
    pub largest_input_bytes: f64,
    /// Rank correlation of input and memory.
    pub correlation: f64,
}

/// All rungs from the first attempt up to the largest memory seen; beyond it the engine doubles.
#[must_use]
pub fn rungs(first_bytes: f64, outlook: &Outlook) -> Vec<f64> {
    let beyond =
        outlook.correlation > CORRELATED && outlook.input_bytes > outlook.largest_input_bytes;
    let mut rungs = vec![first_bytes];
    let mut last = first_bytes.max(1.0);
    while last < outlook.largest_bytes {
        let doubles = beyond || outlook.largest_bytes < MARGIN * last;
        last = if doubles { 2.0 * last } else { outlook.largest_bytes };
        rungs.push(last);
    }
    rungs
}

#[cfg(test)]
mod tests {
    use super::*;

    const OUTLOOK: Outlook = Outlook {
        input_bytes: 5.0,
        largest_bytes: 1000.0,
        largest_input_bytes: 4.0,
        correlation: 0.2,
    };

    #[test]
    fn the_largest_seen_follows_if_it_is_larger() {
        assert_eq!(rungs(300.0, &OUTLOOK), [300.0, 1000.0]);
        assert_eq!(rungs(960.0, &OUTLOOK), [960.0, 1920.0]);
        assert_eq!(rungs(1000.0, &OUTLOOK), [1000.0]);
    }

    #[test]
    fn a_larger_input_than_that_of_the_largest_doubles() {
        let correlated = Outlook { correlation: 0.3, ..OUTLOOK };
        assert_eq!(rungs(300.0, &correlated), [300.0, 600.0, 1200.0]);
        let smaller = Outlook { input_bytes: 3.0, ..correlated };
        assert_eq!(rungs(300.0, &smaller), [300.0, 1000.0]);
    }
}
