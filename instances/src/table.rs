//! Tables as text: separators found out by themselves, columns by name, rows with their lines.

use std::collections::HashMap;

use csv::StringRecord;
use placewright_solver::issue::Issue;

use crate::codes::{self, ErrorCode};

/// Bad rows beyond this number are not looked for.
const MAX_ISSUES: usize = 1000;

/// A table with a header line, separated by tabs, commas, semicolons or bars.
pub(crate) struct Table<'a> {
    text: &'a str,
    reader: csv::Reader<&'a [u8]>,
    names: Vec<String>,
}

/// What a quotation mark does.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Quotes {
    /// It encloses a field.
    Quote,
    /// Nothing.
    AreText,
}

/// A column of a table, by position.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Column(usize);

/// A row of a table.
pub(crate) struct Row<'a> {
    record: &'a StringRecord,
    names: &'a [String],
    line: usize,
}

/// What is wrong with a field.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum FieldError {
    /// It is not of the kind named.
    Not(&'static str),
    /// It has this unit, which is not known.
    Unit(String),
    /// It is above the maximum named.
    Above(&'static str),
}

impl<'a> Table<'a> {
    /// Reads the header of a table whose fields may be quoted.
    ///
    /// # Errors
    /// When there is no header of at least two columns, or two columns have one name.
    pub(crate) fn open(text: &'a str) -> Result<Self, Vec<Issue>> {
        Self::with_quotes(text, Quotes::Quote)
    }

    /// Reads the header of a table in which quotes are characters like any other.
    ///
    /// # Errors
    /// Those of [`Table::open`].
    pub(crate) fn open_unquoted(text: &'a str) -> Result<Self, Vec<Issue>> {
        Self::with_quotes(text, Quotes::AreText)
    }

    fn with_quotes(text: &'a str, quotes: Quotes) -> Result<Self, Vec<Issue>> {
        let first_line = text.lines().find(|line| !line.trim().is_empty()).unwrap_or("");
        let mut reader = csv::ReaderBuilder::new()
            .delimiter(separator(first_line))
            .quoting(quotes == Quotes::Quote)
            .flexible(true)
            .from_reader(text.as_bytes());
        let names: Vec<String> = match reader.headers() {
            Ok(header) => header.iter().map(|name| name.trim().to_owned()).collect(),
            Err(error) => return Err(vec![codes::issue(codes::NO_HEADER, "", error.to_string())]),
        };
        if names.len() < 2 {
            let cause = format!("the first line, {first_line:.60?}, names no columns");
            return Err(vec![at_line(1, codes::issue(codes::NO_HEADER, "", cause))]);
        }
        let issues = repeated(&names);
        if issues.is_empty() { Ok(Self { text, reader, names }) } else { Err(issues) }
    }

    /// The column of this name, in any case.
    pub(crate) fn column(&self, name: &str) -> Option<Column> {
        self.names.iter().position(|other| other.eq_ignore_ascii_case(name)).map(Column)
    }

    /// The names of all columns.
    pub(crate) fn names(&self) -> &[String] {
        &self.names
    }

    /// Visits all rows; rows of the wrong length become issues, and too many issues end it.
    pub(crate) fn for_each(
        mut self,
        issues: &mut Vec<Issue>,
        mut visit: impl FnMut(&Row, &mut Vec<Issue>),
    ) {
        let mut record = StringRecord::new();
        // The text is UTF-8 and lengths may vary, so that reading cannot fail.
        while issues.len() < MAX_ISSUES && self.reader.read_record(&mut record).unwrap_or(false) {
            let row = Row { record: &record, names: &self.names, line: self.line(&record) };
            if record.len() == self.names.len() {
                visit(&row, issues);
            } else {
                issues.push(row.ragged());
            }
        }
    }

    /// The line of a record; its position is that of the end of the one before, so that empty
    /// lines in between are to be added.
    fn line(&self, record: &StringRecord) -> usize {
        let Some(position) = record.position() else { return 0 };
        let rest = self.text.as_bytes().get(position.byte() as usize..).unwrap_or_default();
        let empty = rest.iter().take_while(|byte| b"\r\n".contains(byte));
        position.line() as usize + empty.filter(|byte| **byte == b'\n').count()
    }
}

/// The separator that occurs most often outside of quotes; tabs win a draw.
fn separator(line: &str) -> u8 {
    let mut quoted = false;
    let mut counts = [(b'|', 0), (b';', 0), (b',', 0), (b'\t', 0)];
    for byte in line.bytes() {
        quoted ^= byte == b'"';
        let count = counts.iter_mut().find(|(separator, _)| *separator == byte && !quoted);
        count.into_iter().for_each(|(_, count)| *count += 1);
    }
    counts.into_iter().max_by_key(|(_, count)| *count).map_or(b'\t', |(separator, _)| separator)
}

fn repeated(names: &[String]) -> Vec<Issue> {
    let mut seen = HashMap::new();
    let mut issues = Vec::new();
    for (index, name) in names.iter().enumerate().filter(|(_, name)| !name.is_empty()) {
        if let Some(first) = seen.insert(name.to_ascii_lowercase(), index) {
            let cause = format!("columns {} and {} are both {name:?}", first + 1, index + 1);
            issues.push(at_line(1, codes::issue(codes::DUPLICATE_COLUMN, name.as_str(), cause)));
        }
    }
    issues
}

fn at_line(line: usize, issue: Issue) -> Issue {
    Issue { line: Some(line), ..issue }
}

/// An issue for columns that are missing; `names` are alternatives.
pub(crate) fn missing_column(names: &[&str], why: &str) -> Issue {
    let cause = format!("there is no column {}, which {why}", names.join(" or "));
    at_line(1, codes::issue(codes::MISSING_COLUMN, names[0], cause))
}

impl Row<'_> {
    /// The text of a field; `None` when it is empty or `-`, or when there is no such column.
    pub(crate) fn text(&self, column: Option<Column>) -> Option<&str> {
        let text = self.record.get(column?.0)?.trim();
        (!text.is_empty() && text != "-").then_some(text)
    }

    /// The value of a field; a field that cannot be understood becomes an issue.
    pub(crate) fn value<T>(
        &self,
        column: Option<Column>,
        parse: fn(&str) -> Result<T, FieldError>,
        issues: &mut Vec<Issue>,
    ) -> Option<T> {
        let text = self.text(column)?;
        parse(text).map_err(|error| issues.push(self.bad(column, text, error))).ok()
    }

    /// What is wrong with a field.
    pub(crate) fn bad(&self, column: Option<Column>, text: &str, error: FieldError) -> Issue {
        let name = column.map_or("", |column| self.names[column.0].as_str());
        let text: String = text.chars().take(40).collect();
        let (code, cause): (&ErrorCode, String) = match error {
            FieldError::Not(kind) => (codes::BAD_FIELD, format!("{text:?} is not {kind}")),
            FieldError::Unit(unit) => {
                (codes::BAD_UNIT, format!("{text:?} has the unknown unit {unit:?}"))
            }
            FieldError::Above(maximum) => {
                (codes::FIELD_OUT_OF_RANGE, format!("{text:?} is above {maximum}"))
            }
        };
        at_line(self.line, codes::issue(code, name, cause))
    }

    fn ragged(&self) -> Issue {
        let cause = format!("{} fields, the header has {}", self.record.len(), self.names.len());
        at_line(self.line, codes::issue(codes::RAGGED_ROW, "", cause))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rows(text: &str) -> (Vec<(usize, Vec<String>)>, Vec<Issue>) {
        let (mut rows, mut issues) = (Vec::new(), Vec::new());
        let table = Table::open(text).unwrap();
        let (a, b) = (table.column("a"), table.column("B"));
        table.for_each(&mut issues, |row, _| {
            let text = |column| row.text(column).unwrap_or("none").to_owned();
            rows.push((row.line, vec![text(a), text(b)]));
        });
        (rows, issues)
    }

    #[test]
    fn separators_are_found() {
        for separator in [",", ";", "|", "\t"] {
            let text = "a,b\n1,2\n".replace(',', separator);
            assert_eq!(rows(&text).0, [(2, vec!["1".to_owned(), "2".to_owned()])]);
        }
        assert_eq!(separator("a;b,c;d"), b';');
        assert_eq!(separator("\"x;y;z\",b"), b',');
    }

    #[test]
    fn quotes_are_text_where_the_writer_knows_none() {
        let mut names = Vec::new();
        let table = Table::open_unquoted("a|b|\n\"x|1|\ny\"|2|\n").unwrap();
        let a = table.column("a");
        let mut issues = Vec::new();
        table.for_each(&mut issues, |row, _| names.extend(row.text(a).map(str::to_owned)));
        assert_eq!(names, ["\"x", "y\""]);
        assert!(issues.is_empty());
    }

    #[test]
    fn lines_count_blank_lines_and_quoted_breaks() {
        let (rows, issues) = rows("a,b\r\n\r\n1,\"x\ny\"\r\n\r\n\r\n-,\"\"\r\n3\r\n");
        let lines: Vec<_> = rows.iter().map(|(line, _)| *line).collect();
        assert_eq!(lines, [3, 7]);
        assert_eq!(rows[1].1, ["none", "none"]);
        assert_eq!((issues[0].code, issues[0].line), ("PW043", Some(8)));
    }

    #[test]
    fn headers_are_checked() {
        let codes =
            |text| Table::open(text).err().unwrap().iter().map(|i| i.code).collect::<Vec<_>>();
        assert_eq!(codes("hello\n"), ["PW040"]);
        assert_eq!(codes("a,b,A,b\n"), ["PW042", "PW042"]);
    }
}
