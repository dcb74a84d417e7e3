//! Writes a model in the CPLEX-LP format, the one people read.
//!
//! The format has no rows bounded on both sides (SCIP and HiGHS refuse them), so such a row becomes
//! two: `name` for the lower bound and `name_upper` for the upper one. Lines are wrapped well below
//! the 255 characters that old readers take.

use std::io::{self, Write};

use super::model::{Bounds, Column, ColumnKind, MipModel, Row, Sense};
use super::number::text;

const WIDTH: usize = 100;
/// The marks the format allows in names besides letters and digits.
const MARKS: &str = "!\"#$%&(),.;?@_'`{}~";
/// Words that end a section or mean a number.
const RESERVED: [&str; 15] = [
    "st", "s.t.", "st.", "bounds", "bound", "free", "inf", "infinity", "general", "generals",
    "gen", "binary", "binaries", "bin", "end",
];

/// Why a model cannot be written in the CPLEX-LP format.
#[derive(Debug, thiserror::Error)]
pub enum LpFormatError {
    /// The file cannot be written.
    #[error(transparent)]
    Io(#[from] io::Error),
    /// A name would be read as something else. Write MPS instead, or rename.
    #[error("{name} cannot be a name in the LP format")]
    Name {
        /// The name.
        name: String,
    },
    /// A row without entries cannot be expressed when there is no column to multiply by zero.
    #[error("a model without columns cannot be written in the LP format")]
    NoColumns,
}

/// Collects words into lines.
struct Lines<'a, W> {
    out: &'a mut W,
    used: usize,
}

impl<W: Write> Lines<'_, W> {
    fn word(&mut self, word: &str) -> io::Result<()> {
        if self.used > 0 && self.used + word.len() > WIDTH {
            self.end()?;
        }
        self.used += word.len() + 1;
        write!(self.out, " {word}")
    }

    fn end(&mut self) -> io::Result<()> {
        self.used = 0;
        writeln!(self.out)
    }

    fn sum(&mut self, terms: impl Iterator<Item = (f64, String)>) -> io::Result<()> {
        for (value, name) in terms {
            let sign = if value < 0.0 { '-' } else { '+' };
            self.word(&format!("{sign} {} {name}", text(value.abs())))?;
        }
        Ok(())
    }
}

impl MipModel {
    /// Writes the model in the CPLEX-LP format. O(columns + rows + nonzeros).
    pub fn write_lp(&self, out: &mut impl Write) -> Result<(), LpFormatError> {
        self.check_lp_names()?;
        let mut lines = Lines { out, used: 0 };
        self.write_lp_objective(&mut lines)?;
        writeln!(lines.out, "Subject To")?;
        for row in self.rows() {
            self.write_lp_row(&mut lines, row)?;
        }
        writeln!(lines.out, "Bounds")?;
        for column in self.columns() {
            self.write_lp_bounds(&mut lines, column)?;
        }
        let binary = |column: &Column| self.column_bounds(*column) == Bounds::UNIT;
        self.write_lp_kind(&mut lines, "Binaries", binary)?;
        self.write_lp_kind(&mut lines, "Generals", |column| !binary(column))?;
        writeln!(lines.out, "End")?;
        Ok(())
    }

    fn check_lp_names(&self) -> Result<(), LpFormatError> {
        if self.num_columns() == 0 {
            return Err(LpFormatError::NoColumns);
        }
        let mut names = self.column_names.iter().chain(self.row_names.iter());
        match names.find(|name| !is_lp_name(name)) {
            Some(name) => Err(LpFormatError::Name { name: name.to_owned() }),
            None => Ok(()),
        }
    }

    fn write_lp_objective(&self, lines: &mut Lines<'_, impl Write>) -> io::Result<()> {
        let word = if self.sense == Sense::Minimise { "Minimize" } else { "Maximize" };
        writeln!(lines.out, "{word}")?;
        lines.word(&format!("{}:", self.free_row_name("obj")))?;
        let costs = self.columns().filter(|column| self.cost(*column) != 0.0);
        lines.sum(costs.map(|column| (self.cost(column), self.column_name(column).to_owned())))?;
        if self.constant != 0.0 {
            let sign = if self.constant < 0.0 { '-' } else { '+' };
            lines.word(&format!("{sign} {}", text(self.constant.abs())))?;
        }
        lines.end()
    }

    fn write_lp_row(&self, lines: &mut Lines<'_, impl Write>, row: Row) -> io::Result<()> {
        let (name, Bounds { lower, upper }) = (self.row_name(row), self.row_bounds(row));
        if lower == upper {
            return self.write_lp_side(lines, row, name, "=", lower);
        }
        if lower.is_finite() || upper.is_infinite() {
            self.write_lp_side(lines, row, name, ">=", lower)?;
        }
        if upper.is_finite() {
            let twin = format!("{name}_upper");
            let name = if lower.is_finite() { self.free_row_name(&twin) } else { name.to_owned() };
            self.write_lp_side(lines, row, &name, "<=", upper)?;
        }
        Ok(())
    }

    fn write_lp_side(
        &self,
        lines: &mut Lines<'_, impl Write>,
        row: Row,
        name: &str,
        relation: &str,
        side: f64,
    ) -> io::Result<()> {
        lines.word(&format!("{name}:"))?;
        let range = self.row_range(row.index());
        if range.is_empty() {
            lines.word(&format!("0 {}", self.column_names.get(0)))?;
        }
        let named = |(column, value)| (value, self.column_name(column).to_owned());
        lines.sum(self.entries(row).map(named))?;
        lines.word(&format!("{relation} {}", text(side)))?;
        lines.end()
    }

    fn write_lp_bounds(&self, lines: &mut Lines<'_, impl Write>, column: Column) -> io::Result<()> {
        let (name, bounds) = (self.column_name(column), self.column_bounds(column));
        let Bounds { lower, upper } = bounds;
        let binary = bounds == Bounds::UNIT && self.kind(column) == ColumnKind::Integer;
        match (lower.is_finite(), upper.is_finite()) {
            _ if binary || bounds == Bounds::NON_NEGATIVE => Ok(()),
            (false, false) => writeln!(lines.out, " {name} free"),
            (true, true) if lower == upper => writeln!(lines.out, " {name} = {}", text(lower)),
            (true, false) => writeln!(lines.out, " {name} >= {}", text(lower)),
            _ => writeln!(lines.out, " {} <= {name} <= {}", text(lower), text(upper)),
        }
    }

    fn write_lp_kind(
        &self,
        lines: &mut Lines<'_, impl Write>,
        title: &str,
        wanted: impl Fn(&Column) -> bool,
    ) -> io::Result<()> {
        let integer = |column: &Column| self.kind(*column) == ColumnKind::Integer;
        let mut columns = self.columns().filter(integer).filter(wanted).peekable();
        if columns.peek().is_none() {
            return Ok(());
        }
        writeln!(lines.out, "{title}")?;
        for column in columns {
            lines.word(self.column_name(column))?;
        }
        lines.end()
    }
}

/// Whether readers take this for a name: the marks above, no digit or dot in front, nothing that
/// looks like a number (`e9`) or a keyword.
fn is_lp_name(name: &str) -> bool {
    let allowed = |c: char| c.is_ascii_alphanumeric() || MARKS.contains(c);
    let mut start = name.chars();
    let (first, second) = (start.next(), start.next());
    let begins_well = first.is_some_and(|c| !c.is_ascii_digit() && c != '.');
    let exponent = matches!(first, Some('e' | 'E'))
        && second.is_none_or(|c| c.is_ascii_digit() || matches!(c, 'e' | 'E' | '+' | '-'));
    let reserved = RESERVED.contains(&name.to_ascii_lowercase().as_str());
    begins_well && !exponent && !reserved && name.chars().all(allowed)
}
