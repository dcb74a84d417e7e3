//! From JSON pointers to lines: one pass over the text for all issues of a file.

use std::collections::HashMap;

use placewright_solver::issue::Issue;

use super::scanner::{Scanner, Step};

/// Places wanted in a document, as a tree over the segments of their pointers.
#[derive(Default)]
struct Wanted {
    children: HashMap<String, Wanted>,
    offset: Option<usize>,
}

/// Fills in the line of every issue that has none, from its JSON pointer.
///
/// A pointer to something absent gets the line of the nearest ancestor that is there. The text
/// must be valid JSON. Time O(text + pointers).
pub(crate) fn locate(text: &str, issues: &mut [Issue]) {
    let mut root = Wanted { offset: Some(0), ..Wanted::default() };
    for issue in issues.iter().filter(|issue| issue.line.is_none()) {
        root.insert(&issue.path);
    }
    root.find(&mut Scanner::new(text));
    let lines = Lines::new(text);
    for issue in issues.iter_mut().filter(|issue| issue.line.is_none()) {
        issue.line = Some(lines.of(root.offset_of(&issue.path)));
    }
}

/// The segments of a JSON pointer, unescaped.
fn segments(pointer: &str) -> impl Iterator<Item = String> {
    pointer.split('/').skip(1).map(|segment| segment.replace("~1", "/").replace("~0", "~"))
}

/// A key as a segment of a JSON pointer.
pub(crate) fn escape(key: &str) -> String {
    key.replace('~', "~0").replace('/', "~1")
}

impl Wanted {
    fn insert(&mut self, pointer: &str) {
        let mut node = self;
        for segment in segments(pointer) {
            node = node.children.entry(segment).or_default();
        }
    }

    fn offset_of(&self, pointer: &str) -> usize {
        let mut node = self;
        let mut offset = 0;
        for segment in segments(pointer) {
            match node.children.get(&segment) {
                Some(child) => node = child,
                None => break,
            }
            offset = node.offset.unwrap_or(offset);
        }
        offset
    }

    /// Consumes one value; the depth of the recursion is that of the wanted pointers.
    fn find(&mut self, scanner: &mut Scanner) {
        match scanner.peek() {
            b'{' if !self.children.is_empty() => self.find_in_object(scanner),
            b'[' if !self.children.is_empty() => self.find_in_array(scanner),
            _ => scanner.skip_value(),
        }
    }

    fn find_in_object(&mut self, scanner: &mut Scanner) {
        scanner.enter();
        while let Some(Step::Key(key, offset)) = scanner.next_key() {
            self.find_child(
                self.children.contains_key(&*key).then(|| key.into_owned()),
                offset,
                scanner,
            );
        }
    }

    fn find_in_array(&mut self, scanner: &mut Scanner) {
        let index = |key: &String| key.parse::<usize>().ok();
        let mut wanted: Vec<usize> = self.children.keys().filter_map(index).collect();
        wanted.sort_unstable();
        let mut wanted = wanted.into_iter().peekable();
        let mut position = 0;
        scanner.enter();
        while let Some(Step::Element(offset)) = scanner.next_element() {
            let child = wanted.next_if_eq(&position).map(|index| index.to_string());
            self.find_child(child, offset, scanner);
            position += 1;
        }
    }

    fn find_child(&mut self, key: Option<String>, offset: usize, scanner: &mut Scanner) {
        match key.and_then(|key| self.children.get_mut(&key)) {
            Some(child) => {
                child.offset = Some(offset);
                child.find(scanner);
            }
            None => scanner.skip_value(),
        }
    }
}

/// Offsets of the line ends of a text.
struct Lines(Vec<usize>);

impl Lines {
    fn new(text: &str) -> Self {
        Self(
            text.bytes().enumerate().filter(|(_, byte)| *byte == b'\n').map(|(at, _)| at).collect(),
        )
    }

    fn of(&self, offset: usize) -> usize {
        1 + self.0.partition_point(|&end| end < offset)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const TEXT: &str =
        "{\n \"a\": [1,\n  2,\n  {\"b/c\": 3,\n   \"d\\\"e\": \"}]\\\\\"}\n ],\n \"z\": null\n}\n";

    fn line(pointer: &str) -> Option<usize> {
        let mut issues = [Issue::new("X", pointer, "", "")];
        locate(TEXT, &mut issues);
        issues[0].line
    }

    #[test]
    fn pointers_have_lines() {
        let cases = [("", 1), ("/a", 2), ("/a/0", 2), ("/a/1", 3), ("/a/2", 4), ("/a/2/b~1c", 4)];
        for (pointer, expected) in cases.into_iter().chain([("/a/2/d\"e", 5), ("/z", 7)]) {
            assert_eq!(line(pointer), Some(expected), "{pointer}");
        }
    }

    #[test]
    fn absent_values_have_the_line_of_their_parent() {
        assert_eq!(line("/a/2/missing"), Some(4));
        assert_eq!(line("/a/9/b"), Some(2));
        assert_eq!(line("/missing"), Some(1));
    }

    #[test]
    fn broken_text_does_not_panic() {
        for end in 0..TEXT.len() {
            let mut issues =
                [Issue::new("X", "/a/2/d\"e", "", ""), Issue::new("X", "/z/1", "", "")];
            locate(&TEXT[..end], &mut issues);
        }
    }
}
