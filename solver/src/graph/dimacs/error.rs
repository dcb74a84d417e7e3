//! What can be wrong with a DIMACS file.

use thiserror::Error;

use crate::graph::network::NetworkError;

/// One mistake in a file.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[error("line {line}: {cause}")]
pub struct DimacsError {
    /// Line of the file, from 1; the line after the last for what is missing.
    pub line: usize,
    /// What is wrong with it.
    pub cause: DimacsCause,
}

/// What is wrong with a line, or with the file when it ends.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum DimacsCause {
    /// The first letter of a line says what it holds.
    #[error("`{0}` does not begin any line of this format")]
    UnknownLine(String),
    /// The file ends without a line that it must have.
    #[error("the file has no line `{0}`")]
    MissingLine(&'static str),
    /// A line that a file has once occurs again.
    #[error("a second line `{0}`")]
    RepeatedLine(&'static str),
    /// Nodes and arcs only make sense after `p`.
    #[error("the problem line `p` must come first")]
    BeforeProblemLine,
    /// The file holds another kind of problem.
    #[error("this is a `{found}` problem where `{expected}` was expected")]
    WrongProblem {
        /// `max`, `min` or `asn`.
        expected: &'static str,
        /// What the file says.
        found: String,
    },
    /// The line ends too early.
    #[error("the {0} is missing")]
    MissingField(&'static str),
    /// The line goes on too long.
    #[error("`{0}` is one field too many")]
    ExtraField(String),
    /// A field is not a whole number of the range that fits it.
    #[error("the {field} `{found}` is not a whole number of at least {least} and at most {most}")]
    NotANumber {
        /// What the field holds.
        field: &'static str,
        /// What was found.
        found: String,
        /// Least number allowed.
        least: i128,
        /// Greatest number allowed.
        most: i128,
    },
    /// A terminal is neither `s` nor `t`.
    #[error("`{0}` is neither `s` (source) nor `t` (sink)")]
    UnknownTerminal(String),
    /// The network refuses the arc.
    #[error(transparent)]
    Network(#[from] NetworkError),
    /// Source and sink must differ.
    #[error("source and sink are the same node")]
    SourceIsSink,
    /// The problem line promised another number of arcs.
    #[error("the problem line announces {announced} arcs, the file has {found}")]
    WrongArcCount {
        /// Number in the problem line.
        announced: usize,
        /// Number of arc lines.
        found: usize,
    },
    /// The lower bound leaves no room below the capacity.
    #[error("the lower bound {lower_bound} exceeds the capacity {capacity}")]
    LowerBoundAboveCapacity {
        /// Least flow.
        lower_bound: i64,
        /// Greatest flow.
        capacity: i64,
    },
    /// A node's supply leaves 64 bits once lower bounds are sent.
    #[error("after its lower bounds are sent, node {0} has a supply beyond 64 bits")]
    SupplyTooLarge(u32),
    /// An assignment arc leads from a listed node to one that is not listed.
    #[error("arc {tail} {head} does not lead from a node with an `n` line to one without")]
    NotBipartite {
        /// Number of the tail in the file.
        tail: u32,
        /// Number of the head in the file.
        head: u32,
    },
    /// The problem has no arc between these nodes.
    #[error("the problem has no arc from {tail} to {head}")]
    UnknownArc {
        /// Number of the tail in the file.
        tail: u32,
        /// Number of the head in the file.
        head: u32,
    },
    /// Several flow lines for the same two nodes leave 64 bits together.
    #[error("the flow from {tail} to {head} leaves 64 bits")]
    FlowTooLarge {
        /// Number of the tail in the file.
        tail: u32,
        /// Number of the head in the file.
        head: u32,
    },
}
