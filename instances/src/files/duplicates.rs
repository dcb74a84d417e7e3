//! Keys given twice in one object, which JSON parsers silently accept.

use std::collections::HashSet;

use placewright_solver::issue::Issue;

use super::locate::escape;
use super::scanner::{Scanner, Step};
use crate::codes;

/// Nesting deeper than this is not searched; the JSON parser refuses it anyway.
const MAX_DEPTH: usize = 128;

/// An issue per repeated key. The text must be valid JSON. Time O(text).
pub(crate) fn duplicate_keys(text: &str) -> Vec<Issue> {
    let mut issues = Vec::new();
    visit(&mut Scanner::new(text), &mut String::new(), 0, &mut issues);
    issues
}

fn visit(scanner: &mut Scanner, path: &mut String, depth: usize, issues: &mut Vec<Issue>) {
    match scanner.peek() {
        b'{' if depth < MAX_DEPTH => visit_object(scanner, path, depth, issues),
        b'[' if depth < MAX_DEPTH => visit_array(scanner, path, depth, issues),
        _ => scanner.skip_value(),
    }
}

fn visit_object(scanner: &mut Scanner, path: &mut String, depth: usize, issues: &mut Vec<Issue>) {
    let mut seen = HashSet::new();
    let length = path.len();
    scanner.enter();
    while let Some(Step::Key(key, _)) = scanner.next_key() {
        path.push('/');
        path.push_str(&escape(&key));
        if seen.contains(&key) {
            let cause = format!("the key {key:?} is given more than once");
            issues.push(codes::issue(codes::DUPLICATE_KEY, path.as_str(), cause));
        }
        seen.insert(key);
        visit(scanner, path, depth + 1, issues);
        path.truncate(length);
    }
}

fn visit_array(scanner: &mut Scanner, path: &mut String, depth: usize, issues: &mut Vec<Issue>) {
    let length = path.len();
    let mut index = 0_usize;
    scanner.enter();
    while let Some(Step::Element(_)) = scanner.next_element() {
        if matches!(scanner.peek(), b'{' | b'[') {
            path.push_str(&format!("/{index}"));
            visit(scanner, path, depth + 1, issues);
            path.truncate(length);
        } else {
            scanner.skip_value();
        }
        index += 1;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn finds_them_at_any_depth() {
        let text = r#"{"a": 1, "b": [0, {"x": 1, "x": 2}], "\u0061": 3}"#;
        let paths: Vec<_> = duplicate_keys(text).into_iter().map(|issue| issue.path).collect();
        assert_eq!(paths, ["/b/1/x", "/a"]);
    }

    #[test]
    fn equal_keys_of_different_objects_are_fine() {
        assert!(duplicate_keys(r#"[{"a": {"a": 1}}, {"a": 1}]"#).is_empty());
    }
}
