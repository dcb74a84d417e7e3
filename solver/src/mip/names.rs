//! Names of columns and rows in one buffer: a million names cost two allocations, not a million.

use std::fmt::{Display, Write};

/// A growing list of names, stored end to end.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Names {
    text: String,
    ends: Vec<usize>,
}

impl Names {
    /// Appends the text of `name`.
    pub(crate) fn push(&mut self, name: impl Display) {
        // Writing into a String cannot fail; a `Display` that reports an error keeps what it wrote.
        let _ = write!(self.text, "{name}");
        self.ends.push(self.text.len());
    }

    /// The name with this index. Panics when there is no such name.
    pub(crate) fn get(&self, index: usize) -> &str {
        let start = if index == 0 { 0 } else { self.ends[index - 1] };
        &self.text[start..self.ends[index]]
    }

    pub(crate) fn len(&self) -> usize {
        self.ends.len()
    }

    pub(crate) fn iter(&self) -> impl Iterator<Item = &str> {
        (0..self.len()).map(|index| self.get(index))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_come_back_as_written() {
        let mut names = Names::default();
        names.push("x");
        names.push("");
        names.push(format_args!("y({},{})", 3, 4));
        assert_eq!(names.iter().collect::<Vec<_>>(), ["x", "", "y(3,4)"]);
    }
}
