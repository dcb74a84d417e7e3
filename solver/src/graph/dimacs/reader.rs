//! The frame that all problem files share; each format says what its own lines mean.

use std::ops::RangeInclusive;
use std::str::SplitAsciiWhitespace;

use super::error::{DimacsCause, DimacsError};
use crate::graph::network::{FlowNetwork, NodeId};

const PROBLEM_LINE: &str = "p";

/// The meaning of the lines of one kind of file.
pub(super) trait Format: Sized {
    /// The word after `p`.
    const NAME: &'static str;
    /// What the file describes.
    type Problem;

    /// Starts with a network that has nodes but no arcs.
    fn begin(network: FlowNetwork) -> Self;
    /// Takes in an `n` line.
    fn node_line(&mut self, fields: &mut Fields) -> Result<(), DimacsCause>;
    /// Takes in an `a` line.
    fn arc_line(&mut self, fields: &mut Fields) -> Result<(), DimacsCause>;
    /// Completes the problem, or says what the whole file lacks.
    fn finish(self) -> Result<Self::Problem, DimacsCause>;
}

/// The fields of one line, after its first letter.
pub(super) struct Fields<'a> {
    rest: SplitAsciiWhitespace<'a>,
    node_count: usize,
}

impl<'a> Fields<'a> {
    pub(super) fn new(rest: SplitAsciiWhitespace<'a>, node_count: usize) -> Self {
        Self { rest, node_count }
    }

    pub(super) fn word(&mut self, field: &'static str) -> Result<&'a str, DimacsCause> {
        self.rest.next().ok_or(DimacsCause::MissingField(field))
    }

    /// A whole number in `range`.
    pub(super) fn number<T>(
        &mut self,
        field: &'static str,
        range: RangeInclusive<T>,
    ) -> Result<T, DimacsCause>
    where
        T: Copy + TryFrom<i128>,
        i128: TryFrom<T>,
    {
        let word = self.word(field)?;
        let [least, most] =
            [*range.start(), *range.end()].map(|end| i128::try_from(end).unwrap_or(i128::MAX));
        let number = word.parse().ok().filter(|number| (least..=most).contains(number));
        number.and_then(|number| T::try_from(number).ok()).ok_or_else(|| DimacsCause::NotANumber {
            field,
            found: word.to_owned(),
            least,
            most,
        })
    }

    /// Any 64-bit number.
    pub(super) fn integer(&mut self, field: &'static str) -> Result<i64, DimacsCause> {
        self.number(field, i64::MIN..=i64::MAX)
    }

    /// A 64-bit number that is not negative.
    pub(super) fn count(&mut self, field: &'static str) -> Result<i64, DimacsCause> {
        self.number(field, 0..=i64::MAX)
    }

    /// A node, which the file counts from 1.
    pub(super) fn node(&mut self, field: &'static str) -> Result<NodeId, DimacsCause> {
        // A network never has more nodes than a `u32` counts.
        Ok(NodeId(self.number(field, 1..=self.node_count as u32)? - 1))
    }

    pub(super) fn finish(&mut self) -> Result<(), DimacsCause> {
        match self.rest.next() {
            None => Ok(()),
            Some(word) => Err(DimacsCause::ExtraField(word.to_owned())),
        }
    }
}

/// Every line that is neither blank nor a comment: its number, its letter, the rest.
pub(super) fn lines(text: &str) -> impl Iterator<Item = (usize, &str, SplitAsciiWhitespace<'_>)> {
    (1..).zip(text.lines()).filter_map(|(number, line)| {
        let mut words = line.split_ascii_whitespace();
        words.next().filter(|&letter| letter != "c").map(|letter| (number, letter, words))
    })
}

/// The number to report for what a file lacks.
pub(super) fn line_after(text: &str) -> usize {
    text.lines().count() + 1
}

/// Reads a problem file, collecting every mistake.
pub(super) fn read<F: Format>(text: &str) -> Result<F::Problem, Vec<DimacsError>> {
    let mut reader = Reader::<F> { body: None, node_count: 0, announced_arcs: 0, found_arcs: 0 };
    let mut errors = Vec::new();
    for (line, letter, words) in lines(text) {
        if let Err(cause) = reader.line(letter, words, text.len()) {
            errors.push(DimacsError { line, cause });
            if reader.body.is_none() {
                // Without a problem line nothing that follows can be judged.
                return Err(errors);
            }
        }
    }
    let line = line_after(text);
    errors.extend(reader.wrong_arc_count().map(|cause| DimacsError { line, cause }));
    let body = reader.body.ok_or(DimacsCause::MissingLine(PROBLEM_LINE));
    match body.and_then(F::finish) {
        Ok(problem) if errors.is_empty() => return Ok(problem),
        Ok(_) => {}
        Err(cause) => errors.push(DimacsError { line, cause }),
    }
    Err(errors)
}

struct Reader<F> {
    body: Option<F>,
    node_count: usize,
    announced_arcs: usize,
    found_arcs: usize,
}

impl<F: Format> Reader<F> {
    fn line(
        &mut self,
        letter: &str,
        words: SplitAsciiWhitespace,
        text_length: usize,
    ) -> Result<(), DimacsCause> {
        let mut fields = Fields::new(words, self.node_count);
        match (letter, &mut self.body) {
            ("p", None) => self.problem_line(&mut fields, text_length),
            ("p", Some(_)) => Err(DimacsCause::RepeatedLine(PROBLEM_LINE)),
            ("n" | "a", None) => Err(DimacsCause::BeforeProblemLine),
            ("n", Some(body)) => body.node_line(&mut fields).and_then(|()| fields.finish()),
            ("a", Some(body)) => {
                self.found_arcs += 1;
                body.arc_line(&mut fields).and_then(|()| fields.finish())
            }
            _ => Err(DimacsCause::UnknownLine(letter.to_owned())),
        }
    }

    fn problem_line(&mut self, fields: &mut Fields, length: usize) -> Result<(), DimacsCause> {
        let found = fields.word("kind of problem")?;
        if found != F::NAME {
            return Err(DimacsCause::WrongProblem { expected: F::NAME, found: found.to_owned() });
        }
        self.node_count = fields.number("number of nodes", 0..=FlowNetwork::MAX_SIZE)?;
        self.announced_arcs = fields.number("number of arcs", 0..=FlowNetwork::MAX_SIZE)?;
        fields.finish()?;
        // No arc line is shorter than seven bytes: a false announcement reserves no memory.
        let room = self.announced_arcs.min(length / 7);
        self.body = Some(F::begin(FlowNetwork::with_arc_capacity(self.node_count, room)?));
        Ok(())
    }

    fn wrong_arc_count(&self) -> Option<DimacsCause> {
        let (announced, found) = (self.announced_arcs, self.found_arcs);
        (announced != found).then_some(DimacsCause::WrongArcCount { announced, found })
    }
}
