//! Solution files: writes MIPLIB's, reads MIPLIB's, HiGHS's (raw and pretty), SCIP's and CBC's.
//!
//! They differ in everything but the idea of a name and a value per line:
//!
//! | writer | first line | a line of values |
//! |---|---|---|
//! | MIPLIB | `=obj= 9` or `=infeas=` | `x 4.5` |
//! | HiGHS raw | `Model status` | `x 4.5` after `# Columns 2` |
//! | HiGHS pretty | `Columns` | `0 [BS] 0 10 4.5 [0] [Continuous] x` |
//! | SCIP | `objective value: 9` | `x 4.5 (obj:2)` |
//! | CBC | `Optimal - objective value 9` | `0 x 4.5 2` |
//!
//! Columns that a file does not mention are zero; HiGHS's two forms mention all.

use std::collections::HashMap;
use std::io::{self, BufRead, Write};

use super::model::MipModel;
use super::number::text;

/// What a solution file says.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct SolutionFile {
    /// The objective it claims, if it claims one.
    pub objective: Option<f64>,
    /// Whether it holds values at all; `false` for an infeasible or empty answer.
    pub has_values: bool,
    /// Names of columns and their values, in the order of the file.
    pub values: Vec<(String, f64)>,
}

/// Why a file is not a solution.
#[derive(Debug, thiserror::Error)]
pub enum SolutionFileError {
    /// The file cannot be read.
    #[error(transparent)]
    Io(#[from] io::Error),
    /// A line that cannot be understood.
    #[error("line {line}: {cause}")]
    Line {
        /// Counted from one.
        line: usize,
        /// What is wrong with it.
        cause: String,
    },
    /// The file holds no values.
    #[error("the file says that there is no solution")]
    NoSolution,
    /// The file gives a column two values.
    #[error("column {name} is given twice")]
    GivenTwice {
        /// The name.
        name: String,
    },
    /// The file names a column the model does not have.
    #[error("the model has no column {name}")]
    UnknownColumn {
        /// The name.
        name: String,
    },
}

/// Writes `values` (or that there are none) in MIPLIB's form. Zero values are left out.
///
/// # Errors
/// Those of `out`.
pub fn write_solution(
    model: &MipModel,
    values: Option<&[f64]>,
    out: &mut impl Write,
) -> io::Result<()> {
    let Some(values) = values else { return writeln!(out, "=infeas=") };
    writeln!(out, "=obj= {}", text(model.objective(values)))?;
    for (name, value) in model.column_names.iter().zip(values).filter(|(_, value)| **value != 0.0) {
        writeln!(out, "{name} {}", text(*value))?;
    }
    Ok(())
}

impl SolutionFile {
    /// Reads any of the five forms, told apart by their first line.
    pub fn read(input: impl BufRead) -> Result<Self, SolutionFileError> {
        let lines: Vec<String> = input.lines().collect::<Result<_, _>>()?;
        let numbered = lines.iter().enumerate().map(|(index, line)| (index + 1, line.trim()));
        let lines: Vec<(usize, &str)> = numbered.filter(|(_, line)| !line.is_empty()).collect();
        let first = lines.first().map_or("", |(_, line)| *line);
        if first == "Model status" {
            read_highs_raw(&lines)
        } else if first == "Columns" {
            read_highs_pretty(&lines)
        } else if let Some((status, objective)) = first.split_once(" - objective value") {
            read_cbc(&lines[1..], status, objective)
        } else {
            read_pairs(&lines)
        }
    }

    /// The values in the order of the model's columns, zero where the file is silent.
    pub fn vector(&self, model: &MipModel) -> Result<Vec<f64>, SolutionFileError> {
        if !self.has_values {
            return Err(SolutionFileError::NoSolution);
        }
        let index: HashMap<&str, usize> =
            model.column_names.iter().enumerate().map(|(index, name)| (name, index)).collect();
        let mut vector = vec![None; model.num_columns()];
        for (name, value) in &self.values {
            let unknown = || SolutionFileError::UnknownColumn { name: name.clone() };
            let cell = &mut vector[*index.get(name.as_str()).ok_or_else(unknown)?];
            if cell.replace(*value).is_some() {
                return Err(SolutionFileError::GivenTwice { name: name.clone() });
            }
        }
        Ok(vector.into_iter().map(Option::unwrap_or_default).collect())
    }

    fn push(&mut self, line: usize, name: &str, value: &str) -> Result<(), SolutionFileError> {
        self.has_values = true;
        self.values.push((name.to_owned(), number(line, value)?));
        Ok(())
    }
}

fn number(line: usize, field: &str) -> Result<f64, SolutionFileError> {
    let cause = || format!("{field} is not a number");
    let value = field.parse().ok().filter(|value: &f64| value.is_finite());
    value.ok_or_else(|| SolutionFileError::Line { line, cause: cause() })
}

/// MIPLIB's and SCIP's: pairs, and a line or two about the objective.
fn read_pairs(lines: &[(usize, &str)]) -> Result<SolutionFile, SolutionFileError> {
    let mut file = SolutionFile::default();
    for &(line, content) in lines {
        if let Some(objective) = content.strip_prefix("objective value:") {
            file.objective = Some(number(line, objective.trim())?);
            file.has_values = true;
            continue;
        }
        let fields: Vec<&str> = content.split_whitespace().collect();
        match fields[..] {
            ["=infeas=" | "no", ..] => return Ok(SolutionFile::default()),
            ["solution", "status:", ..] => {}
            [comment, ..] if comment.starts_with('#') => {}
            ["=obj=", value] => {
                file.objective = Some(number(line, value)?);
                file.has_values = true;
            }
            [name, value] | [name, value, _] => file.push(line, name, value)?,
            _ => {
                let cause = "expected a name and a value".to_owned();
                return Err(SolutionFileError::Line { line, cause });
            }
        }
    }
    Ok(file)
}

fn read_highs_raw(lines: &[(usize, &str)]) -> Result<SolutionFile, SolutionFileError> {
    let mut file = SolutionFile::default();
    let mut lines =
        lines.iter().skip_while(|(_, line)| *line != "# Primal solution values").skip(1);
    while let Some(&(line, content)) = lines.next() {
        let fields: Vec<&str> = content.split_whitespace().collect();
        match fields[..] {
            ["Objective", value] => file.objective = Some(number(line, value)?),
            ["#", "Columns", count] => {
                let count = number(line, count)? as usize;
                file.has_values = true;
                for &(line, content) in lines.by_ref().take(count) {
                    let (name, value) = content.split_once(' ').unwrap_or((content, ""));
                    file.push(line, name, value.trim())?;
                }
            }
            ["#", ..] => return Ok(file),
            _ => {}
        }
    }
    Ok(file)
}

fn read_highs_pretty(lines: &[(usize, &str)]) -> Result<SolutionFile, SolutionFileError> {
    let mut file = SolutionFile::default();
    let is_value = |line: &&(usize, &str)| line.1 != "Rows";
    let typed = lines.get(1).is_some_and(|(_, header)| header.contains("Type"));
    for &(line, content) in lines.iter().skip(2).take_while(is_value) {
        let mut fields: Vec<&str> = content.split_whitespace().skip(1).collect();
        let name = fields.pop();
        if typed {
            fields.pop();
        }
        // The basis status is missing after a MIP.
        let at =
            if fields.first().is_some_and(|field| field.parse::<f64>().is_ok()) { 2 } else { 3 };
        match (name, fields.get(at)) {
            (Some(name), Some(value)) => file.push(line, name, value)?,
            _ => {
                let cause = "expected bounds, a value and a name".to_owned();
                return Err(SolutionFileError::Line { line, cause });
            }
        }
    }
    for &(line, content) in lines {
        if let Some(value) = content.strip_prefix("Objective value:") {
            file.objective = Some(number(line, value.trim())?);
        }
    }
    Ok(file)
}

fn read_cbc(
    lines: &[(usize, &str)],
    status: &str,
    objective: &str,
) -> Result<SolutionFile, SolutionFileError> {
    let mut file = SolutionFile::default();
    if status.contains("nfeasible") {
        return Ok(file);
    }
    file.objective = Some(number(1, objective.trim())?);
    file.has_values = true;
    for &(line, content) in lines {
        // CBC marks values outside their bounds with two stars.
        let fields: Vec<&str> = content.split_whitespace().filter(|field| *field != "**").collect();
        match fields[..] {
            [_, name, value, ..] => file.push(line, name, value)?,
            _ => {
                let cause = "expected number, name and value".to_owned();
                return Err(SolutionFileError::Line { line, cause });
            }
        }
    }
    Ok(file)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> SolutionFile {
        SolutionFile::read(text.as_bytes()).unwrap()
    }

    fn two(x: f64, z: f64) -> Vec<(String, f64)> {
        vec![("x".to_owned(), x), ("z".to_owned(), z)]
    }

    #[test]
    fn five_forms_are_read() {
        let miplib = read("=obj= 16\nx 4.5\nz 0\n");
        let raw = read(
            "Model status\nOptimal\n\n# Primal solution values\nFeasible\nObjective 16\n\
             # Columns 2\nx 4.5\nz 0\n# Rows 1\nc1 4.5\n\n# Dual solution values\nNone\n",
        );
        let pretty = read(
            "Columns\n    Index Status  Lower Upper Primal Dual Type Name\n\
             0 0 10 4.5 Continuous x\n1 0 10 0 Integer z\nRows\n\
             Index Status Lower Upper Primal Dual Name\n0 4.5 inf 4.5 c1\n\n\
             Model status: Optimal\n\nObjective value: 16\n",
        );
        let cbc = read("Optimal - objective value 16.00\n  0 x  4.5  2\n** 1 z  0  3\n");
        for file in [miplib, raw, pretty, cbc] {
            assert_eq!((file.objective, file.values), (Some(16.0), two(4.5, 0.0)));
        }
        let scip = read("solution status: optimal\nobjective value:   16\nx  4.5 \t(obj:2)\n");
        assert_eq!((scip.objective, scip.values.len()), (Some(16.0), 1));
        let basic =
            read("Columns\nIndex Status Lower Upper Primal Dual Name\n0 BS 0 inf 2.5 0 y\n");
        assert_eq!(basic.values, [("y".to_owned(), 2.5)]);
    }

    #[test]
    fn no_solution_is_not_a_vector_of_zeros() {
        let model = MipModel::new("m");
        for text in [
            "=infeas=\n",
            "Model status\nInfeasible\n\n# Primal solution values\nNone\n\n# Basis\n",
            "Infeasible - objective value 3.0\n",
            "",
        ] {
            assert!(matches!(read(text).vector(&model), Err(SolutionFileError::NoSolution)));
        }
    }

    #[test]
    fn bad_lines_are_named() {
        let error = SolutionFile::read("=obj= 1\nx one\n".as_bytes()).unwrap_err();
        assert_eq!(error.to_string(), "line 2: one is not a number");
        let mut model = MipModel::new("m");
        model.add_binary("x", 1.0);
        let error = read("=obj= 1\ny 1\n").vector(&model).unwrap_err();
        assert_eq!(error.to_string(), "the model has no column y");
    }

    #[test]
    fn written_solutions_are_read_back() {
        let mut model = MipModel::new("m");
        model.add_binary("x", 2.0);
        model.add_binary("y", 3.0);
        let mut bytes = Vec::new();
        write_solution(&model, Some(&[0.0, 1.0]), &mut bytes).unwrap();
        let file = SolutionFile::read(bytes.as_slice()).unwrap();
        assert_eq!((file.objective, file.vector(&model).unwrap()), (Some(3.0), vec![0.0, 1.0]));
        let mut bytes = Vec::new();
        write_solution(&model, None, &mut bytes).unwrap();
        assert_eq!(bytes, b"=infeas=\n");
    }
}
