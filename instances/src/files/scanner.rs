//! Steps through the text of a JSON document without building it.
//!
//! Only for texts that a JSON parser has accepted; on others it stops early, it never panics.

use std::borrow::Cow;

/// A position in the text of a valid JSON document.
pub(crate) struct Scanner<'a> {
    text: &'a [u8],
    at: usize,
}

/// What an object or array holds next.
pub(crate) enum Step<'a> {
    /// A key, and the offset of its opening quote; its value comes next.
    Key(Cow<'a, str>, usize),
    /// An element of an array, and its offset.
    Element(usize),
}

impl<'a> Scanner<'a> {
    /// At the start of a document.
    pub(crate) fn new(text: &'a str) -> Self {
        Self { text: text.as_bytes(), at: 0 }
    }

    /// Skips white space, and tells the byte there (0 at the end).
    pub(crate) fn peek(&mut self) -> u8 {
        while self.text.get(self.at).is_some_and(u8::is_ascii_whitespace) {
            self.at += 1;
        }
        self.text.get(self.at).copied().unwrap_or(0)
    }

    /// Enters an object or array; `false` in front of anything else.
    pub(crate) fn enter(&mut self) -> bool {
        let opens = matches!(self.peek(), b'{' | b'[');
        self.at += usize::from(opens);
        opens
    }

    /// The next entry of the object, or `None` after leaving it.
    pub(crate) fn next_key(&mut self) -> Option<Step<'a>> {
        let offset = self.next_entry()?;
        let key = self.string();
        if self.peek() == b':' {
            self.at += 1;
        }
        Some(Step::Key(key, offset))
    }

    /// The next entry of the array, or `None` after leaving it.
    pub(crate) fn next_element(&mut self) -> Option<Step<'a>> {
        self.next_entry().map(Step::Element)
    }

    fn next_entry(&mut self) -> Option<usize> {
        if self.peek() == b',' {
            self.at += 1;
        }
        match self.peek() {
            b'}' | b']' | 0 => {
                self.at += 1;
                None
            }
            _ => Some(self.at),
        }
    }

    /// Skips a value of any kind.
    pub(crate) fn skip_value(&mut self) {
        let mut depth = 0_usize;
        loop {
            match self.peek() {
                b'"' => self.skip_string(),
                b'{' | b'[' => {
                    depth += 1;
                    self.at += 1;
                }
                b'}' | b']' => {
                    depth = depth.saturating_sub(1);
                    self.at += 1;
                }
                0 => return,
                b',' | b':' => self.at += 1,
                _ => self.skip_word(),
            }
            if depth == 0 {
                return;
            }
        }
    }

    fn skip_word(&mut self) {
        let ends = |byte: &u8| b",:]}[{\"".contains(byte) || byte.is_ascii_whitespace();
        let rest = self.text.get(self.at..).unwrap_or_default();
        self.at += rest.iter().position(ends).unwrap_or(rest.len()).max(1);
    }

    fn skip_string(&mut self) {
        self.at += 1;
        while let Some(&byte) = self.text.get(self.at) {
            self.at += if byte == b'\\' { 2 } else { 1 };
            if byte == b'"' {
                return;
            }
        }
    }

    fn string(&mut self) -> Cow<'a, str> {
        let start = self.at;
        self.skip_string();
        let raw = self.text.get(start..self.at.min(self.text.len())).unwrap_or_default();
        match serde_json::from_slice::<String>(raw) {
            Ok(text) => Cow::Owned(text),
            Err(_) => String::from_utf8_lossy(raw),
        }
    }
}
