//! Reads free MPS (and fixed MPS whose names hold no spaces).
//!
//! Reference for the format: <https://lpsolve.sourceforge.net/5.5/mps-format.htm>. Taken:
//! `OBJSENSE` (also on one line), `OBJSENSE MAX`, `RANGES`, markers, all bound types except the
//! semi-continuous ones, a right-hand side of the objective (the negated constant), further `N`
//! rows as rows without bounds. An integer column without any bound gets `[0, ∞)`.

use std::collections::HashMap;
use std::io::BufRead;

use super::model::{Bounds, Column, ColumnKind, MipModel, Row, Sense};

/// Why a file is not a model.
#[derive(Debug, thiserror::Error)]
pub enum MpsError {
    /// The file cannot be read.
    #[error(transparent)]
    Io(#[from] std::io::Error),
    /// A line that cannot be understood.
    #[error("line {line}: {cause}")]
    Line {
        /// Counted from one.
        line: usize,
        /// What is wrong with it.
        cause: String,
    },
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Section {
    Start,
    Sense,
    Rows,
    Columns,
    RightHandSides,
    Ranges,
    Bounds,
    End,
}

/// A row while reading: the letter it was declared with decides what sides and ranges mean.
struct RowDraft {
    name: String,
    letter: char,
    side: f64,
    range: Option<f64>,
    entries: Vec<(Column, f64)>,
}

struct Reader {
    section: Section,
    kind: ColumnKind,
    model: MipModel,
    objective: Option<String>,
    rows: Vec<RowDraft>,
    row_index: HashMap<String, usize>,
    column_index: HashMap<String, Column>,
}

impl MipModel {
    /// Reads a model. O(size of the file).
    pub fn read_mps(input: impl BufRead) -> Result<Self, MpsError> {
        let mut reader = Reader {
            section: Section::Start,
            kind: ColumnKind::Continuous,
            model: MipModel::default(),
            objective: None,
            rows: Vec::new(),
            row_index: HashMap::new(),
            column_index: HashMap::new(),
        };
        let mut last = 0;
        for (index, line) in input.lines().enumerate() {
            last = index + 1;
            reader.line(&line?).map_err(|cause| MpsError::Line { line: last, cause })?;
            if reader.section == Section::End {
                return Ok(reader.finish());
            }
        }
        Err(MpsError::Line { line: last, cause: "the file ends without ENDATA".to_owned() })
    }
}

impl Reader {
    fn line(&mut self, line: &str) -> Result<(), String> {
        if line.starts_with('*') || line.trim().is_empty() {
            return Ok(());
        }
        let fields: Vec<&str> = line.split_whitespace().collect();
        // Section names start in the first column, data do not.
        if !line.starts_with(char::is_whitespace) {
            return self.open_section(&fields);
        }
        match self.section {
            Section::Sense => self.sense(fields[0]),
            Section::Rows => self.row(&fields),
            Section::Columns if fields.get(1) == Some(&"'MARKER'") => self.marker(&fields),
            Section::Columns => self.column(&fields),
            Section::RightHandSides => self.pairs(&fields, Self::side),
            Section::Ranges => self.pairs(&fields, Self::range),
            Section::Bounds => self.bound(&fields),
            Section::Start | Section::End => Err("data outside a section".to_owned()),
        }
    }

    fn open_section(&mut self, fields: &[&str]) -> Result<(), String> {
        self.section = match fields[0] {
            "NAME" => {
                self.model.name = fields.get(1).map_or("", |name| *name).to_owned();
                Section::Start
            }
            "OBJSENSE" => {
                fields.get(1).map_or(Ok(()), |sense| self.sense(sense))?;
                Section::Sense
            }
            "ROWS" => Section::Rows,
            "COLUMNS" => Section::Columns,
            "RHS" => Section::RightHandSides,
            "RANGES" => Section::Ranges,
            "BOUNDS" => Section::Bounds,
            "ENDATA" => Section::End,
            other => return Err(format!("section {other} is not supported")),
        };
        Ok(())
    }

    fn sense(&mut self, word: &str) -> Result<(), String> {
        self.model.sense = match word.to_ascii_uppercase().as_str() {
            "MAX" | "MAXIMIZE" | "MAXIMISE" => Sense::Maximise,
            "MIN" | "MINIMIZE" | "MINIMISE" => Sense::Minimise,
            other => return Err(format!("{other} is not a sense")),
        };
        Ok(())
    }

    fn row(&mut self, fields: &[&str]) -> Result<(), String> {
        let &[letter, name] = fields else { return Err("a row needs a type and a name".into()) };
        let letter = match letter {
            "N" | "n" if self.objective.is_none() => {
                self.objective = Some(name.to_owned());
                return Ok(());
            }
            "N" | "n" => 'N',
            "E" | "e" => 'E',
            "L" | "l" => 'L',
            "G" | "g" => 'G',
            other => return Err(format!("{other} is not a type of row")),
        };
        if self.row_index.insert(name.to_owned(), self.rows.len()).is_some() {
            return Err(format!("row {name} is declared twice"));
        }
        let name = name.to_owned();
        self.rows.push(RowDraft { name, letter, side: 0.0, range: None, entries: Vec::new() });
        Ok(())
    }

    fn marker(&mut self, fields: &[&str]) -> Result<(), String> {
        self.kind = match fields.get(2) {
            Some(&"'INTORG'") => ColumnKind::Integer,
            Some(&"'INTEND'") => ColumnKind::Continuous,
            _ => return Err("a marker must be 'INTORG' or 'INTEND'".to_owned()),
        };
        Ok(())
    }

    fn column(&mut self, fields: &[&str]) -> Result<(), String> {
        let name = fields[0];
        let column = match self.column_index.get(name) {
            Some(column) => *column,
            None => {
                let column = self.model.add_column(name, Bounds::NON_NEGATIVE, 0.0, self.kind);
                self.column_index.insert(name.to_owned(), column);
                column
            }
        };
        for (row, value) in numbered(&fields[1..])? {
            if Some(row) == self.objective.as_deref() {
                self.model.set_cost(column, value);
            } else {
                self.find_row(row)?.entries.push((column, value));
            }
        }
        Ok(())
    }

    fn find_row(&mut self, name: &str) -> Result<&mut RowDraft, String> {
        let index = self.row_index.get(name).ok_or_else(|| format!("there is no row {name}"))?;
        Ok(&mut self.rows[*index])
    }

    /// Lines of `RHS` and `RANGES`: pairs, after the name of the set where that is given.
    fn pairs(
        &mut self,
        fields: &[&str],
        take: impl Fn(&mut Self, &str, f64) -> Result<(), String>,
    ) -> Result<(), String> {
        let from = fields.len() % 2;
        for (row, value) in numbered(&fields[from..])? {
            take(self, row, value)?;
        }
        Ok(())
    }

    fn side(&mut self, row: &str, value: f64) -> Result<(), String> {
        if Some(row) == self.objective.as_deref() {
            self.model.constant = -value;
            return Ok(());
        }
        self.find_row(row).map(|row| row.side = value)
    }

    fn range(&mut self, row: &str, value: f64) -> Result<(), String> {
        self.find_row(row).map(|row| row.range = Some(value))
    }

    fn bound(&mut self, fields: &[&str]) -> Result<(), String> {
        let kind = fields[0].to_ascii_uppercase();
        let with_value = matches!(kind.as_str(), "UP" | "LO" | "FX" | "UI" | "LI");
        // type [set] column [value]; the set may be left out.
        let needed = if with_value { 3 } else { 2 };
        let at = if fields.len() > needed { 2 } else { 1 };
        let name = fields.get(at).ok_or("a bound needs a column")?;
        let column =
            *self.column_index.get(*name).ok_or_else(|| format!("there is no column {name}"))?;
        let value = if with_value { number(fields.get(at + 1).copied())? } else { 0.0 };
        self.set_bound(&kind, column, value)
    }

    fn set_bound(&mut self, kind: &str, column: Column, value: f64) -> Result<(), String> {
        let Bounds { lower, upper } = self.model.column_bounds(column);
        let bounds = match kind {
            // A negative upper bound alone means "no lower bound" in the original convention.
            "UP" | "UI" if value < 0.0 && lower == 0.0 => Bounds::at_most(value),
            "UP" | "UI" => Bounds::between(lower, value),
            "LO" | "LI" => Bounds::between(value, upper),
            "FX" => Bounds::exactly(value),
            "FR" => Bounds::FREE,
            "MI" => Bounds::between(f64::NEG_INFINITY, upper),
            "PL" => Bounds::between(lower, f64::INFINITY),
            "BV" => Bounds::UNIT,
            other => return Err(format!("{other} is not a supported type of bound")),
        };
        self.model.set_column_bounds(column, bounds);
        if matches!(kind, "BV" | "UI" | "LI") {
            self.model.kinds[column.index()] = ColumnKind::Integer;
        }
        Ok(())
    }

    fn finish(mut self) -> MipModel {
        for row in self.rows {
            let bounds = row_bounds(row.letter, row.side, row.range);
            let _: Row = self.model.add_row(&row.name, bounds, row.entries);
        }
        self.model
    }
}

/// The bounds of a row of this letter, from the table of the MPS convention for ranges.
fn row_bounds(letter: char, side: f64, range: Option<f64>) -> Bounds {
    match (letter, range) {
        ('E', Some(range)) if range < 0.0 => Bounds::between(side + range, side),
        ('E', Some(range)) => Bounds::between(side, side + range),
        ('E', None) => Bounds::exactly(side),
        ('L', Some(range)) => Bounds::between(side - range.abs(), side),
        ('L', None) => Bounds::at_most(side),
        ('G', Some(range)) => Bounds::between(side, side + range.abs()),
        ('G', None) => Bounds::at_least(side),
        _ => Bounds::FREE,
    }
}

/// Pairs of a name and a number.
fn numbered<'a>(fields: &[&'a str]) -> Result<Vec<(&'a str, f64)>, String> {
    fields.chunks(2).map(|pair| Ok((pair[0], number(pair.get(1).copied())?))).collect()
}

fn number(field: Option<&str>) -> Result<f64, String> {
    let field = field.ok_or("a number is missing")?;
    field.parse().map_err(|_| format!("{field} is not a number"))
}
