//! The error index: every code an issue can carry, for `placewright explain CODE`.
//!
//! `PW…` are the problems of files in general; the families contribute their own.

pub use placewright_solver::issue::ErrorCode;
use placewright_solver::issue::Issue;

use crate::family::Family;
use crate::registry::{self, Visitor};

/// The file cannot be opened or read.
pub const UNREADABLE: &ErrorCode = &ErrorCode {
    code: "PW001",
    title: "the file cannot be read",
    meaning: "The operating system refuses to open or read it: it does not exist, it is a folder, or permissions are missing.",
    action: "check the path and the permissions; `-` reads standard input",
};
/// There is nothing in the file.
pub const EMPTY: &ErrorCode = &ErrorCode {
    code: "PW002",
    title: "the file is empty",
    meaning: "It has no content, or only white space. Often the program that should have written it failed, or a pipe had no input.",
    action: "write the file again",
};
/// The file ends too early.
pub const TRUNCATED: &ErrorCode = &ErrorCode {
    code: "PW003",
    title: "the file is cut off",
    meaning: "It ends in the middle of a value or of a compressed frame: an interrupted copy, a full disk, or a writer that was killed.",
    action: "copy or write the file again",
};
/// Not JSON.
pub const NOT_JSON: &ErrorCode = &ErrorCode {
    code: "PW004",
    title: "the file is not valid JSON",
    meaning: "JSON's grammar is broken at the position given: a missing or superfluous comma, single quotes, a comment, or another kind of file altogether.",
    action: "mend the syntax at this position, or import the file if it is a trace",
};
/// `NaN`, infinities and numbers beyond every range.
pub const NOT_A_NUMBER: &ErrorCode = &ErrorCode {
    code: "PW005",
    title: "a number that JSON cannot express",
    meaning: "NaN and Infinity are not JSON, although some languages write them, and no number may exceed what 64-bit floating point can hold.",
    action: "write an ordinary number, or leave the entry out",
};
/// Something follows the document.
pub const TRAILING: &ErrorCode = &ErrorCode {
    code: "PW006",
    title: "there is more after the end",
    meaning: "The document is complete, but something follows it: two files written into one, or a stray bracket.",
    action: "keep one document per file",
};
/// Not UTF-8 text.
pub const NOT_TEXT: &ErrorCode = &ErrorCode {
    code: "PW007",
    title: "the file is not UTF-8 text",
    meaning: "It is binary, in another encoding (UTF-16, Latin-1), or compressed by something else than zstd or gzip.",
    action: "convert it to UTF-8, plain or compressed by zstd or gzip",
};
/// Compressed data that does not decompress.
pub const CORRUPT: &ErrorCode = &ErrorCode {
    code: "PW008",
    title: "the compressed file is damaged",
    meaning: "It cannot be decompressed: bits were changed on the way, for example by a transfer in text mode.",
    action: "copy or compress the file again",
};
/// More data than is sensible.
pub const TOO_LARGE: &ErrorCode = &ErrorCode {
    code: "PW009",
    title: "the file is too large",
    meaning: "Its content, after decompression, exceeds the limit that protects this machine's memory from files made to fill it.",
    action: "split the file, merge equal samples by weight, or raise the limit if you trust it",
};
/// A key occurs twice in one object.
pub const DUPLICATE_KEY: &ErrorCode = &ErrorCode {
    code: "PW010",
    title: "a key is given twice",
    meaning: "An object has the same key more than once, so it is ambiguous which value counts.",
    action: "remove one of the two",
};
/// Another kind of document.
pub const WRONG_FORMAT: &ErrorCode = &ErrorCode {
    code: "PW011",
    title: "the file is of another kind",
    meaning: "Its `format` is not the one expected here: a solution where an instance is needed, the other way round, or a file of another program.",
    action: "give the right file",
};
/// A family this version does not have.
pub const UNKNOWN_FAMILY: &ErrorCode = &ErrorCode {
    code: "PW012",
    title: "the problem family is not known",
    meaning: "The file's `family` is misspelled, or belongs to a newer version of placewright.",
    action: "use one of the families that `placewright schema` lists",
};
/// A version of the format that cannot be read.
pub const UNSUPPORTED_VERSION: &ErrorCode = &ErrorCode {
    code: "PW013",
    title: "the version of the format is not supported",
    meaning: "The file's `version` is newer (or older) than this program can read.",
    action: "update placewright, or write the file in the version given",
};
/// Two files of different families.
pub const OTHER_FAMILY: &ErrorCode = &ErrorCode {
    code: "PW014",
    title: "the file belongs to another family",
    meaning: "A file of one problem family was given where one of another family is needed.",
    action: "give a file of this family",
};
/// A key the format does not have.
pub const UNKNOWN_KEY: &ErrorCode = &ErrorCode {
    code: "PW015",
    title: "a key is not known",
    meaning: "The format has no such key here. Unknown keys are refused because a misspelled limit would silently be no limit.",
    action: "correct the spelling, or remove the key; `placewright schema FAMILY` lists all keys",
};
/// A required key is absent.
pub const MISSING_KEY: &ErrorCode = &ErrorCode {
    code: "PW016",
    title: "a key is missing",
    meaning: "The format requires this key and has no default for it.",
    action: "add the key",
};
/// A value of the wrong JSON type.
pub const WRONG_TYPE: &ErrorCode = &ErrorCode {
    code: "PW017",
    title: "a value has the wrong type",
    meaning: "A string stands where a number is needed, a fraction where an integer is needed, or the like.",
    action: "write a value of the type given",
};
/// A value outside its range.
pub const OUT_OF_RANGE: &ErrorCode = &ErrorCode {
    code: "PW018",
    title: "a value is out of range",
    meaning: "A number, or the number of entries of a list, is outside what the format permits; often the unit is wrong (bytes for MiB).",
    action: "check the value and its unit",
};
/// A value that is not one of those permitted.
pub const NOT_PERMITTED: &ErrorCode = &ErrorCode {
    code: "PW019",
    title: "a value is not permitted",
    meaning: "The value has the right type, but is none of those that the format permits here.",
    action: "use a permitted value",
};
/// A value the schema accepts and the reader does not.
pub const NOT_UNDERSTOOD: &ErrorCode = &ErrorCode {
    code: "PW020",
    title: "a value cannot be understood",
    meaning: "The value fits the schema but not the program's number types: an integer written as 1.0 or 1e3, or one beyond 64 bits.",
    action: "write integers plainly, below 18446744073709551616",
};
/// The list of issues was cut off.
pub const MORE_ISSUES: &ErrorCode = &ErrorCode {
    code: "PW021",
    title: "there are more problems",
    meaning: "Only the first 200 problems of a file are listed.",
    action: "mend those listed and try again",
};
/// A name that the instance does not have.
pub const UNKNOWN_NAME: &ErrorCode = &ErrorCode {
    code: "PW030",
    title: "a name is not in the instance",
    meaning: "The plan speaks of something the instance does not have: it belongs to another instance, or names were changed.",
    action: "give the plan's own instance, or correct the name",
};
/// Something of the instance that the plan leaves out.
pub const MISSING_NAME: &ErrorCode = &ErrorCode {
    code: "PW031",
    title: "the plan leaves something out",
    meaning: "The instance has an entry for which the plan decides nothing.",
    action: "add the entry to the plan",
};
/// Something the plan decides twice.
pub const DUPLICATE_NAME: &ErrorCode = &ErrorCode {
    code: "PW032",
    title: "the plan decides something twice",
    meaning: "Two entries of the plan have the same name, so it is ambiguous which one counts.",
    action: "remove one of the two",
};
/// The solution was made for other data.
pub const OTHER_INSTANCE: &ErrorCode = &ErrorCode {
    code: "PW033",
    title: "the solution belongs to another instance",
    meaning: "The sha256 in the solution differs from that of the instance: another instance, or one that was changed since.",
    action: "give the instance that was solved, or solve again",
};
/// A table without a header line.
pub const NO_HEADER: &ErrorCode = &ErrorCode {
    code: "PW040",
    title: "the table has no header",
    meaning: "The first line should name the columns, separated by commas, semicolons, tabs or bars.",
    action: "add a header line, or export the table again with one",
};
/// A column the importer cannot do without.
pub const MISSING_COLUMN: &ErrorCode = &ErrorCode {
    code: "PW041",
    title: "a column is missing",
    meaning: "The importer needs a column that the header does not have.",
    action: "export the table again with this column",
};
/// Two columns of one name.
pub const DUPLICATE_COLUMN: &ErrorCode = &ErrorCode {
    code: "PW042",
    title: "a column is given twice",
    meaning: "Two columns have the same name, so it is ambiguous which one counts.",
    action: "rename or remove one of the two",
};
/// A row with too many or too few fields.
pub const RAGGED_ROW: &ErrorCode = &ErrorCode {
    code: "PW043",
    title: "a row has another number of fields than the header",
    meaning: "A separator inside an unquoted field, an unclosed quote, or a line that was cut off.",
    action: "quote the field, or remove the line",
};
/// A field that is not what its column needs.
pub const BAD_FIELD: &ErrorCode = &ErrorCode {
    code: "PW044",
    title: "a field cannot be understood",
    meaning: "The field is not a number, size, time or word of the kind its column holds.",
    action: "correct the field; `-` or nothing means not available",
};
/// A unit that is not known.
pub const BAD_UNIT: &ErrorCode = &ErrorCode {
    code: "PW045",
    title: "a unit is not known",
    meaning: "Sizes may be in B, KB, MB, GB, TB, PB (binary: 1 KB = 1024 B), times in ms, s, m, h, d.",
    action: "use one of the known units",
};
/// A field beyond what the family permits.
pub const FIELD_OUT_OF_RANGE: &ErrorCode = &ErrorCode {
    code: "PW046",
    title: "a field is out of range",
    meaning: "A size above 4 PiB, a time above 34 years, or another number that no cluster has: a wrong unit, or a counter that overflowed.",
    action: "check the value and its unit, or remove the row",
};
/// Nothing is left to make an instance of, or to replay.
pub const NO_SAMPLES: &ErrorCode = &ErrorCode {
    code: "PW047",
    title: "the table has no usable rows",
    meaning: "There are no rows, or every row was skipped; the cause lists the reasons.",
    action: "give a table with rows, a trace of tasks with completed tasks and their memory",
};
/// An option that an importer does not have, or cannot understand.
pub const BAD_OPTION: &ErrorCode = &ErrorCode {
    code: "PW048",
    title: "an option is not understood",
    meaning: "The importer has no option of this name, or its value is not permitted.",
    action: "see the options that the command lists without a format",
};

/// An engine's state that is not what the engine wrote.
pub const DAMAGED_ENGINE: &ErrorCode = &ErrorCode {
    code: "PW049",
    title: "the engine's state is damaged",
    meaning: "The file was changed since the engine wrote it, by hand or by a fault, or it was written by another version. A state that contradicts itself could give any answer.",
    action: "give an older engine file, or learn from the traces again",
};

/// The codes of files and tables in general.
pub const GENERAL: &[&ErrorCode] = &[
    UNREADABLE,
    EMPTY,
    TRUNCATED,
    NOT_JSON,
    NOT_A_NUMBER,
    TRAILING,
    NOT_TEXT,
    CORRUPT,
    TOO_LARGE,
    DUPLICATE_KEY,
    WRONG_FORMAT,
    UNKNOWN_FAMILY,
    UNSUPPORTED_VERSION,
    OTHER_FAMILY,
    UNKNOWN_KEY,
    MISSING_KEY,
    WRONG_TYPE,
    OUT_OF_RANGE,
    NOT_PERMITTED,
    NOT_UNDERSTOOD,
    MORE_ISSUES,
    UNKNOWN_NAME,
    MISSING_NAME,
    DUPLICATE_NAME,
    OTHER_INSTANCE,
    NO_HEADER,
    MISSING_COLUMN,
    DUPLICATE_COLUMN,
    RAGGED_ROW,
    BAD_FIELD,
    BAD_UNIT,
    FIELD_OUT_OF_RANGE,
    NO_SAMPLES,
    BAD_OPTION,
    DAMAGED_ENGINE,
];

/// Every code there is: the general ones, then those of the families in the registry's order.
#[must_use]
pub fn all() -> Vec<ErrorCode> {
    let mut codes: Vec<ErrorCode> = GENERAL.iter().map(|code| **code).collect();
    for family in registry::names() {
        codes.extend(registry::dispatch(family, OfFamily).unwrap_or_default());
    }
    codes
}

/// The entry of a code, in upper or lower case.
#[must_use]
pub fn explain(code: &str) -> Option<ErrorCode> {
    all().into_iter().find(|entry| entry.code.eq_ignore_ascii_case(code))
}

/// An issue with the index entry's own advice.
pub(crate) fn issue(code: &ErrorCode, path: impl Into<String>, cause: impl Into<String>) -> Issue {
    Issue::new(code.code, path, cause, code.action)
}

struct OfFamily;

impl Visitor for OfFamily {
    type Output = Vec<ErrorCode>;

    fn visit<F: Family>(self) -> Self::Output {
        F::codes().to_vec()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn codes_are_unique_and_told_in_full() {
        let codes = all();
        let names: std::collections::BTreeSet<_> = codes.iter().map(|code| code.code).collect();
        assert_eq!(names.len(), codes.len());
        for code in codes {
            assert!(!code.title.is_empty() && !code.meaning.is_empty() && !code.action.is_empty());
        }
    }

    #[test]
    fn explains_in_any_case() {
        assert_eq!(explain("pw003").unwrap().code, "PW003");
        assert_eq!(explain("PW999"), None);
    }
}
