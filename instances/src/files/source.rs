//! From a path to text: standard input, zstd and gzip by their magic bytes, a limit on size, UTF-8.

use std::fs::File;
use std::io::{self, Read};
use std::path::Path;

use flate2::bufread::MultiGzDecoder;
use placewright_solver::issue::Issue;

use super::rejected::Rejected;
use crate::codes;

/// Content above this many bytes is refused unless the caller permits more: 1 GiB, about ninety
/// million samples. A few hundred compressed bytes can decompress to any size.
pub const MAX_BYTES: u64 = 1 << 30;

const ZSTD_MAGIC: [u8; 4] = [0x28, 0xb5, 0x2f, 0xfd];
const GZIP_MAGIC: [u8; 3] = [0x1f, 0x8b, 0x08];

/// The text of a file, and the name the user gave for it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Source {
    /// The file as the user named it; `-` for standard input.
    pub name: String,
    /// Its content, decompressed, without a byte order mark.
    pub text: String,
}

impl Source {
    /// Reads a file, or standard input for `-`; zstd and gzip are recognised by their content.
    ///
    /// # Errors
    /// Says why the file cannot be read as text of at most [`MAX_BYTES`].
    pub fn open(path: &Path) -> Result<Self, Rejected> {
        Self::open_up_to(path, MAX_BYTES)
    }

    /// [`Source::open`] with a limit of one's own, in bytes of decompressed content.
    ///
    /// # Errors
    /// Says why the file cannot be read as text within the limit.
    pub fn open_up_to(path: &Path, max_bytes: u64) -> Result<Self, Rejected> {
        let name = path.display().to_string();
        let bytes =
            read_path(path, max_bytes).map_err(|issue| Rejected::new(&name, vec![issue]))?;
        Self::from_bytes(name, bytes, max_bytes)
    }

    /// Text from the bytes of a file, plain or compressed by zstd or gzip.
    ///
    /// # Errors
    /// Says why the bytes are not text within the limit.
    pub fn from_bytes(
        name: impl Into<String>,
        bytes: Vec<u8>,
        max_bytes: u64,
    ) -> Result<Self, Rejected> {
        let name = name.into();
        let decompressed = if bytes.starts_with(&ZSTD_MAGIC) {
            let decoder = zstd::Decoder::with_buffer(&bytes[..]);
            decompress(decoder.and_then(|decoder| read_up_to(decoder, max_bytes)), max_bytes)
        } else if bytes.starts_with(&GZIP_MAGIC) {
            decompress(read_up_to(MultiGzDecoder::new(&bytes[..]), max_bytes), max_bytes)
        } else {
            Ok(bytes)
        };
        match decompressed.and_then(to_text) {
            Ok(text) => Ok(Self { name, text }),
            Err(issue) => Err(Rejected::new(name, vec![issue])),
        }
    }

    /// Refuses this source for the issues given.
    #[must_use]
    pub fn reject(&self, issues: Vec<Issue>) -> Rejected {
        Rejected::new(&self.name, issues)
    }
}

fn read_path(path: &Path, max_bytes: u64) -> Result<Vec<u8>, Issue> {
    let read = if path == Path::new("-") {
        read_up_to(io::stdin().lock(), max_bytes)
    } else {
        File::open(path).and_then(|file| read_up_to(file, max_bytes))
    };
    let bytes = read.map_err(|error| codes::issue(codes::UNREADABLE, "", error.to_string()))?;
    within(bytes, max_bytes)
}

fn read_up_to(mut reader: impl Read, max_bytes: u64) -> io::Result<Vec<u8>> {
    let mut bytes = Vec::new();
    reader.by_ref().take(max_bytes.saturating_add(1)).read_to_end(&mut bytes)?;
    Ok(bytes)
}

fn decompress(decoded: io::Result<Vec<u8>>, max_bytes: u64) -> Result<Vec<u8>, Issue> {
    match decoded {
        Ok(content) => within(content, max_bytes),
        Err(error) if error.kind() == io::ErrorKind::UnexpectedEof => Err(codes::issue(
            codes::TRUNCATED,
            "",
            "the file ends in the middle of its compressed data",
        )),
        Err(error) => Err(codes::issue(codes::CORRUPT, "", error.to_string())),
    }
}

fn within(bytes: Vec<u8>, max_bytes: u64) -> Result<Vec<u8>, Issue> {
    if bytes.len() as u64 <= max_bytes {
        return Ok(bytes);
    }
    let cause = format!("its content exceeds {max_bytes} bytes");
    Err(codes::issue(codes::TOO_LARGE, "", cause))
}

fn to_text(mut bytes: Vec<u8>) -> Result<String, Issue> {
    if bytes.starts_with(b"\xef\xbb\xbf") {
        bytes.drain(..3);
    }
    let text = String::from_utf8(bytes).map_err(|error| not_text(&error))?;
    if text.trim_ascii().is_empty() {
        return Err(codes::issue(codes::EMPTY, "", "there is nothing in the file"));
    }
    Ok(text)
}

fn not_text(error: &std::string::FromUtf8Error) -> Issue {
    let bytes = error.as_bytes();
    let at = error.utf8_error().valid_up_to();
    let cause = match bytes {
        [0x1f, 0x8b, ..] => "it is compressed by gzip".to_owned(),
        [b'B', b'Z', b'h', ..] => "it is compressed by bzip2".to_owned(),
        [0xfd, b'7', b'z', b'X', b'Z', ..] => "it is compressed by xz".to_owned(),
        [0xff, 0xfe, ..] | [0xfe, 0xff, ..] => "it is encoded in UTF-16".to_owned(),
        _ => format!("byte {at} (0x{:02x}) is not UTF-8", bytes.get(at).copied().unwrap_or(0)),
    };
    let mut issue = codes::issue(codes::NOT_TEXT, "", cause);
    issue.line = Some(1 + bytes[..at].iter().filter(|&&byte| byte == b'\n').count());
    issue
}

#[cfg(test)]
mod tests {
    use super::*;

    fn code_of(bytes: &[u8], max_bytes: u64) -> &'static str {
        Source::from_bytes("x", bytes.to_vec(), max_bytes).unwrap_err().issues[0].code
    }

    #[test]
    fn compressed_and_plain_text_are_the_same() {
        let packed = zstd::encode_all(&b"[1]"[..], 3).unwrap();
        assert_eq!(Source::from_bytes("x", packed, MAX_BYTES).unwrap().text, "[1]");
        assert_eq!(Source::from_bytes("x", b"[1]".to_vec(), MAX_BYTES).unwrap().text, "[1]");
    }

    #[test]
    fn byte_order_marks_are_dropped() {
        let marked = b"\xef\xbb\xbf[1]".to_vec();
        assert_eq!(Source::from_bytes("x", marked, MAX_BYTES).unwrap().text, "[1]");
    }

    #[test]
    fn every_cause_has_its_code() {
        let packed = zstd::encode_all(&vec![b'1'; 1 << 20][..], 3).unwrap();
        assert_eq!(code_of(b"", 9), "PW002");
        assert_eq!(code_of(b" \n", 9), "PW002");
        assert_eq!(code_of(b"\xff\xfe[\0", 9), "PW007");
        assert_eq!(code_of(b"a\nb\xe9", 9), "PW007");
        assert_eq!(code_of(&packed[..packed.len() - 1], MAX_BYTES), "PW003");
        assert_eq!(code_of(&packed, 1000), "PW009");
        let mut damaged = packed;
        damaged[4] ^= 0xff;
        damaged[5] ^= 0xff;
        assert!(["PW003", "PW008"].contains(&code_of(&damaged, MAX_BYTES)));
    }

    #[test]
    fn unreadable_paths_are_issues() {
        let missing = Source::open(Path::new("no/such/file.json")).unwrap_err();
        assert_eq!(missing.issues[0].code, "PW001");
        assert_eq!(Source::open(Path::new(".")).unwrap_err().issues[0].code, "PW001");
    }

    #[test]
    fn the_line_of_a_bad_byte_is_given() {
        let rejected = Source::from_bytes("x", b"a\nb\xe9".to_vec(), 99).unwrap_err();
        assert_eq!(rejected.issues[0].line, Some(2));
    }
}
