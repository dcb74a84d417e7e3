//! From paths to sources and families.

use std::io::IsTerminal;
use std::path::Path;
use std::time::Duration;

use indicatif::{ProgressBar, ProgressStyle};
use placewright_instances::files::Source;
use placewright_instances::files::instance::family_of;
use placewright_instances::registry::{self, Visitor};

use crate::failure::Failure;

/// Files above this size take long enough to read that a spinner is welcome.
const LARGE_BYTES: u64 = 32 << 20;

/// Endings of files that other commands or other programs read.
const ELSEWHERE: &[(&[&str], &str)] = &[
    (&["csv", "tsv", "txt"], "a trace becomes an instance with `placewright import`"),
    (
        &["mps", "lp", "sol", "nl"],
        "placewright solves its own families only; it writes MPS and LP with `placewright export`",
    ),
    (&["gz", "xz", "bz2", "zip"], "unpack it first; zstd (.zst) is read as it is"),
];

/// Reads a file, with a spinner on a terminal where that takes long.
pub(crate) fn open(path: &Path) -> Result<Source, Failure> {
    let size = std::fs::metadata(path).map_or(0, |metadata| metadata.len());
    let spinner = spinner(size > LARGE_BYTES, &format!("reading {}", path.display()));
    let source = Source::open(path);
    spinner.finish_and_clear();
    Ok(source?)
}

/// A spinner on a terminal, if `wanted`; it is cleared by whoever asked for it.
fn spinner(wanted: bool, message: &str) -> ProgressBar {
    if !wanted || !std::io::stderr().is_terminal() {
        return ProgressBar::hidden();
    }
    let style = ProgressStyle::with_template("{spinner} {msg} {elapsed}");
    let spinner = ProgressBar::new_spinner().with_message(message.to_owned());
    spinner.enable_steady_tick(Duration::from_millis(100));
    match style {
        Ok(style) => spinner.with_style(style),
        Err(_) => spinner,
    }
}

/// Does something for the family of an instance file.
pub(crate) fn for_family_of<V, T>(source: &Source, visitor: V) -> Result<T, Failure>
where
    V: Visitor<Output = Result<T, Failure>>,
{
    let family = family_of(source).map_err(|rejected| match hint(&source.name) {
        Some(hint) if rejected.issues.iter().all(|issue| issue.code.starts_with("PW")) => {
            Failure::usage(rejected.to_string(), hint)
        }
        _ => Failure::Rejected(rejected),
    })?;
    registry::dispatch(family, visitor)?
}

fn hint(name: &str) -> Option<&'static str> {
    let ending = Path::new(name).extension()?.to_str()?.to_ascii_lowercase();
    let matching = |(endings, _): &&(&[&str], _)| endings.contains(&ending.as_str());
    ELSEWHERE.iter().find(matching).map(|(_, hint)| *hint)
}

/// Standard input can be read only once.
pub(crate) fn at_most_one_stdin<'a>(
    paths: impl IntoIterator<Item = &'a Path>,
) -> Result<(), Failure> {
    let dashes = paths.into_iter().filter(|path| *path == Path::new("-")).count();
    if dashes > 1 {
        return Err(Failure::usage("`-` stands for two inputs", "write one of them to a file"));
    }
    Ok(())
}

/// The name of a file without its folder and the endings of our own files.
pub(crate) fn stem(path: &Path) -> String {
    let name = path.file_name().map_or("stdin".into(), |name| name.to_string_lossy());
    let name = if name == "-" { "stdin".into() } else { name };
    let name = name.strip_suffix(".zst").unwrap_or(&name);
    name.strip_suffix(".json").unwrap_or(name).to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn stems_drop_our_endings_only() {
        let stems = ["a/b.json", "b.v2.json.zst", "c", "-"].map(|path| stem(Path::new(path)));
        assert_eq!(stems, ["b", "b.v2", "c", "stdin"]);
    }
}
