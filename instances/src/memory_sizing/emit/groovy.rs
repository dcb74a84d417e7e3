//! Names in Nextflow configurations: process selectors are regular expressions in Groovy strings.

/// A `withName` selector for exactly this name, as a single-quoted Groovy string.
pub(super) fn selector(name: &str) -> String {
    quoted(&exactly(name))
}

/// A regular expression (of Java) that matches this text only. A leading `!` would negate it.
fn exactly(name: &str) -> String {
    let mut pattern = String::with_capacity(name.len());
    for (at, character) in name.char_indices() {
        if r"\^$.|?*+()[]{}".contains(character) || (at == 0 && character == '!') {
            pattern.push('\\');
        }
        pattern.push(character);
    }
    pattern
}

/// A single-quoted Groovy string, in which nothing is interpolated.
fn quoted(text: &str) -> String {
    let mut string = String::from("'");
    for character in text.chars() {
        match character {
            '\\' | '\'' => string.extend(['\\', character]),
            '\n' => string.push_str("\\n"),
            '\r' => string.push_str("\\r"),
            '\t' => string.push_str("\\t"),
            control if control.is_control() => {
                string.push_str(&format!("\\u{:04x}", u32::from(control)));
            }
            other => string.push(other),
        }
    }
    string.push('\'');
    string
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_match_themselves_only() {
        assert_eq!(selector("NFCORE:RNASEQ:STAR_ALIGN"), "'NFCORE:RNASEQ:STAR_ALIGN'");
        assert_eq!(selector("a.b*"), r"'a\\.b\\*'");
        assert_eq!(selector("!a!"), r"'\\!a!'");
        assert_eq!(selector(r"it's\"), r"'it\'s\\\\'");
        assert_eq!(selector("$x {y}\n\u{1}"), r"'\\$x \\{y\\}\n\u0001'");
    }
}
