//! Blank-separated numbers, and where they stand.

use placewright_solver::issue::Issue;

use crate::codes;

/// Decimals that are read exactly at most.
const MOST_DECIMALS: u32 = 12;

/// Digits of a number at most, so that products of two fit 128 bits.
const MOST_DIGITS: usize = 18;

/// Words of a text with their lines.
pub(super) struct Numbers<'a> {
    words: Box<dyn Iterator<Item = (usize, &'a str)> + 'a>,
    line: usize,
}

/// A decimal as a whole number of `10^-decimals`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Decimal {
    pub(super) digits: u128,
    pub(super) decimals: u32,
}

impl Decimal {
    /// The number in units of `10^-decimals`; those must be no fewer than it has.
    pub(super) fn scaled(self, decimals: u32) -> u128 {
        self.digits * 10_u128.pow(decimals.saturating_sub(self.decimals))
    }
}

impl<'a> Numbers<'a> {
    pub(super) fn new(text: &'a str) -> Self {
        let lines = (1..).zip(text.lines());
        let words = lines
            .flat_map(|(line, text)| text.split_ascii_whitespace().map(move |word| (line, word)));
        Self { words: Box::new(words), line: 1 }
    }

    /// The next word.
    pub(super) fn word(&mut self, what: &str) -> Result<&'a str, Issue> {
        let Some((line, word)) = self.words.next() else {
            let cause = format!("the file ends before {what}");
            return Err(self.issue(cause));
        };
        self.line = line;
        Ok(word)
    }

    /// The next word as a whole number.
    pub(super) fn whole(&mut self, what: &str) -> Result<u64, Issue> {
        let word = self.word(what)?;
        word.parse().map_err(|_| self.not(word, what, "a whole number of at least zero"))
    }

    /// The next word as a whole number of either sign.
    pub(super) fn signed(&mut self, what: &str) -> Result<i64, Issue> {
        let word = self.word(what)?;
        word.parse().map_err(|_| self.not(word, what, "a whole number"))
    }

    /// The next word as a count within what an instance may have.
    pub(super) fn count(&mut self, what: &str, most: usize) -> Result<usize, Issue> {
        let number = self.whole(what)?;
        match usize::try_from(number) {
            Ok(count) if (1..=most).contains(&count) => Ok(count),
            _ => Err(self.issue(format!("{number} {what}, 1 to {most} are possible"))),
        }
    }

    /// The next word as a decimal of at least zero, such as `7500.` or `46.1625`.
    pub(super) fn decimal(&mut self, what: &str) -> Result<Decimal, Issue> {
        let word = self.word(what)?;
        decimal(word).ok_or_else(|| self.not(word, what, "a decimal of at least zero"))
    }

    /// Nothing may follow.
    pub(super) fn end(&mut self) -> Result<(), Issue> {
        match self.words.next() {
            None => Ok(()),
            Some((line, word)) => {
                self.line = line;
                Err(self.issue(format!("{word:?} follows what should be the last number")))
            }
        }
    }

    pub(super) fn issue(&self, cause: String) -> Issue {
        let mut issue = codes::issue(codes::BAD_FIELD, "", cause);
        issue.line = Some(self.line);
        issue
    }

    fn not(&self, word: &str, what: &str, wanted: &str) -> Issue {
        self.issue(format!("{what}: {word:?} is not {wanted}"))
    }
}

/// A decimal without trailing zeros after the point.
pub(super) fn decimal(word: &str) -> Option<Decimal> {
    let (whole, rest) = word.split_once('.').unwrap_or((word, ""));
    let rest = rest.trim_end_matches('0');
    let decimals = u32::try_from(rest.len()).ok().filter(|&count| count <= MOST_DECIMALS)?;
    let digits = format!("{whole}{rest}");
    let plain = word.len() > usize::from(word.contains('.'))
        && digits.bytes().all(|byte| byte.is_ascii_digit());
    let digits = if plain && digits.len() <= MOST_DIGITS {
        format!("0{digits}").parse().ok()?
    } else {
        return None;
    };
    Some(Decimal { digits, decimals })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn decimals_are_exact() {
        let read = |word| decimal(word).map(|each| (each.digits, each.decimals));
        assert_eq!(read("7500."), Some((7500, 0)));
        assert_eq!(read("6739.72500"), Some((6_739_725, 3)));
        assert_eq!(read(".5"), Some((5, 1)));
        assert_eq!((read("12"), read(".000")), (Some((12, 0)), Some((0, 0))));
        assert_eq!((read("-1"), read("1e3"), read("."), read("1.2.3")), (None, None, None, None));
        assert_eq!(decimal("1.5").unwrap().scaled(3), 1500);
    }

    #[test]
    fn lines_are_told() {
        let mut numbers = Numbers::new("1 2\n\n x");
        assert_eq!((numbers.whole("a"), numbers.whole("b")), (Ok(1), Ok(2)));
        let issue = numbers.whole("c").unwrap_err();
        assert_eq!((issue.code, issue.line), ("PW044", Some(3)));
        assert!(numbers.whole("d").unwrap_err().cause.contains("ends"));
    }
}
