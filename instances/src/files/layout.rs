//! How our JSON looks: objects and lists of objects indented, lists of plain values in lines.
//!
//! A column of a million samples stays readable and takes few lines, and a change of one value is
//! a change of one line.

use std::io::{self, Write};

use serde::Serialize;
use serde_json::ser::{CharEscape, Formatter};

/// Lists of plain values are broken after this many bytes.
const WIDTH: usize = 96;

/// A value as JSON text with a final newline. The same value gives the same bytes.
///
/// # Errors
/// Only for values that JSON cannot express, such as maps with keys that are not strings.
pub fn to_text<T: Serialize>(value: &T) -> serde_json::Result<String> {
    let mut bytes = Vec::new();
    value.serialize(&mut serde_json::Serializer::with_formatter(&mut bytes, Layout::default()))?;
    bytes.push(b'\n');
    // The serializer writes whole strings only.
    Ok(String::from_utf8_lossy(&bytes).into_owned())
}

/// What has been written of an object or list.
#[derive(Clone, Copy, Default, PartialEq)]
enum State {
    /// Nothing yet.
    #[default]
    Empty,
    /// Only plain values of a list, on the line of its bracket or below.
    Inline,
    /// Entries on lines of their own.
    Lines,
}

#[derive(Default)]
struct Layout {
    open: Vec<State>,
    column: usize,
    in_list: bool,
}

impl Layout {
    fn put<W: ?Sized + Write>(&mut self, out: &mut W, text: &[u8]) -> io::Result<()> {
        self.column += text.len();
        out.write_all(text)
    }

    fn new_line<W: ?Sized + Write>(&mut self, out: &mut W) -> io::Result<()> {
        out.write_all(b"\n")?;
        self.column = 2 * self.open.len();
        (0..self.open.len()).try_for_each(|_| out.write_all(b"  "))
    }

    /// Separates a plain value of a list from the one before it.
    fn before_scalar<W: ?Sized + Write>(&mut self, out: &mut W) -> io::Result<()> {
        if !std::mem::take(&mut self.in_list) {
            return Ok(());
        }
        let state = self.open.last().copied().unwrap_or_default();
        match state {
            State::Empty => self.set(State::Inline),
            State::Lines => {
                self.put(out, b",")?;
                return self.new_line(out);
            }
            State::Inline => self.put(out, b",")?,
        }
        if self.column > WIDTH {
            self.new_line(out)
        } else if state == State::Inline {
            self.put(out, b" ")
        } else {
            Ok(())
        }
    }

    /// Separates an object or list within a list from the entry before it.
    fn before_compound<W: ?Sized + Write>(&mut self, out: &mut W) -> io::Result<()> {
        if !std::mem::take(&mut self.in_list) {
            return Ok(());
        }
        if self.open.last() != Some(&State::Empty) {
            self.put(out, b",")?;
        }
        self.set(State::Lines);
        self.new_line(out)
    }

    fn set(&mut self, state: State) {
        if let Some(last) = self.open.last_mut() {
            *last = state;
        }
    }

    fn scalar<W: ?Sized + Write>(
        &mut self,
        out: &mut W,
        text: impl std::fmt::Display,
    ) -> io::Result<()> {
        self.before_scalar(out)?;
        let text = text.to_string();
        self.put(out, text.as_bytes())
    }

    fn begin<W: ?Sized + Write>(&mut self, out: &mut W, bracket: &[u8]) -> io::Result<()> {
        self.before_compound(out)?;
        self.open.push(State::Empty);
        self.put(out, bracket)
    }

    fn end<W: ?Sized + Write>(&mut self, out: &mut W, bracket: &[u8]) -> io::Result<()> {
        if self.open.pop() == Some(State::Lines) {
            self.new_line(out)?;
        }
        self.put(out, bracket)
    }
}

impl Formatter for Layout {
    fn write_null<W: ?Sized + Write>(&mut self, out: &mut W) -> io::Result<()> {
        self.scalar(out, "null")
    }

    fn write_bool<W: ?Sized + Write>(&mut self, out: &mut W, value: bool) -> io::Result<()> {
        self.scalar(out, value)
    }

    fn write_i8<W: ?Sized + Write>(&mut self, out: &mut W, value: i8) -> io::Result<()> {
        self.scalar(out, value)
    }

    fn write_i16<W: ?Sized + Write>(&mut self, out: &mut W, value: i16) -> io::Result<()> {
        self.scalar(out, value)
    }

    fn write_u8<W: ?Sized + Write>(&mut self, out: &mut W, value: u8) -> io::Result<()> {
        self.scalar(out, value)
    }

    fn write_u16<W: ?Sized + Write>(&mut self, out: &mut W, value: u16) -> io::Result<()> {
        self.scalar(out, value)
    }

    fn write_i32<W: ?Sized + Write>(&mut self, out: &mut W, value: i32) -> io::Result<()> {
        self.scalar(out, value)
    }

    fn write_i64<W: ?Sized + Write>(&mut self, out: &mut W, value: i64) -> io::Result<()> {
        self.scalar(out, value)
    }

    fn write_u32<W: ?Sized + Write>(&mut self, out: &mut W, value: u32) -> io::Result<()> {
        self.scalar(out, value)
    }

    fn write_u64<W: ?Sized + Write>(&mut self, out: &mut W, value: u64) -> io::Result<()> {
        self.scalar(out, value)
    }

    fn write_f64<W: ?Sized + Write>(&mut self, out: &mut W, value: f64) -> io::Result<()> {
        self.before_scalar(out)?;
        serde_json::ser::CompactFormatter.write_f64(out, value)
    }

    fn begin_string<W: ?Sized + Write>(&mut self, out: &mut W) -> io::Result<()> {
        self.before_scalar(out)?;
        self.put(out, b"\"")
    }

    fn write_string_fragment<W: ?Sized + Write>(
        &mut self,
        out: &mut W,
        text: &str,
    ) -> io::Result<()> {
        self.put(out, text.as_bytes())
    }

    fn write_char_escape<W: ?Sized + Write>(
        &mut self,
        out: &mut W,
        escape: CharEscape,
    ) -> io::Result<()> {
        self.column += 2;
        serde_json::ser::CompactFormatter.write_char_escape(out, escape)
    }

    fn begin_array<W: ?Sized + Write>(&mut self, out: &mut W) -> io::Result<()> {
        self.begin(out, b"[")
    }

    fn end_array<W: ?Sized + Write>(&mut self, out: &mut W) -> io::Result<()> {
        self.end(out, b"]")
    }

    fn begin_array_value<W: ?Sized + Write>(&mut self, _: &mut W, _: bool) -> io::Result<()> {
        self.in_list = true;
        Ok(())
    }

    fn begin_object<W: ?Sized + Write>(&mut self, out: &mut W) -> io::Result<()> {
        self.begin(out, b"{")
    }

    fn end_object<W: ?Sized + Write>(&mut self, out: &mut W) -> io::Result<()> {
        self.end(out, b"}")
    }

    fn begin_object_key<W: ?Sized + Write>(&mut self, out: &mut W, first: bool) -> io::Result<()> {
        if !first {
            self.put(out, b",")?;
        }
        self.set(State::Lines);
        self.new_line(out)
    }

    fn begin_object_value<W: ?Sized + Write>(&mut self, out: &mut W) -> io::Result<()> {
        self.put(out, b": ")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn plain_lists_stay_in_lines() {
        let value = serde_json::json!({
            "a": [1, -2, 3.5, null, true, "x\ny"], "b": {}, "c": [], "d": [{ "e": [[1, 2], []] }, 7]
        });
        let expected = r#"{
  "a": [1, -2, 3.5, null, true, "x\ny"],
  "b": {},
  "c": [],
  "d": [
    {
      "e": [
        [1, 2],
        []
      ]
    },
    7
  ]
}
"#;
        assert_eq!(to_text(&value).unwrap(), expected);
    }

    #[test]
    fn short_integers_are_separated_too() {
        let value = (vec![1_u8, 2], vec![-1_i8, 2], vec![3_u16, 4], vec![-3_i16, 4]);
        let expected = "[\n  [1, 2],\n  [-1, 2],\n  [3, 4],\n  [-3, 4]\n]\n";
        assert_eq!(to_text(&value).unwrap(), expected);
    }

    #[test]
    fn long_lists_are_broken() {
        let value: Vec<u32> = (0..1000).collect();
        let text = to_text(&value).unwrap();
        assert!(text.lines().all(|line| line.len() <= WIDTH + 12) && text.lines().count() > 40);
        assert_eq!(serde_json::from_str::<Vec<u32>>(&text).unwrap(), value);
    }
}
