//! Strings in YAML.

/// A double-quoted scalar, which stands for this text whatever its characters.
pub(super) fn quoted(text: &str) -> String {
    let mut string = String::from("\"");
    for character in text.chars() {
        match character {
            '\\' | '"' => string.extend(['\\', character]),
            '\n' => string.push_str("\\n"),
            '\r' => string.push_str("\\r"),
            '\t' => string.push_str("\\t"),
            // Line separators of Unicode would be folded.
            '\u{2028}' | '\u{2029}' | '\u{feff}' => string.push_str(&escape(character)),
            control if control.is_control() => string.push_str(&escape(control)),
            other => string.push(other),
        }
    }
    string.push('"');
    string
}

fn escape(character: char) -> String {
    format!("\\u{:04x}", u32::from(character))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn texts_stay_what_they_are() {
        assert_eq!(quoted("no"), "\"no\"");
        assert_eq!(quoted("it's \"a\\b\": #1"), r#""it's \"a\\b\": #1""#);
        assert_eq!(quoted("a\nb\t\u{1}\u{85}\u{2028}é"), "\"a\\nb\\t\\u0001\\u0085\\u2028é\"");
    }
}
