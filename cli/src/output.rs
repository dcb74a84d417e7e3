//! Where data goes: standard output, a file, or a file in a folder.

use std::path::{Path, PathBuf};

use placewright_instances::files::write::{self, WriteError};

use crate::failure::Failure;

/// Writes data to a file, or to standard output for `-`; all of it or nothing.
pub(crate) fn write(path: &Path, text: &str) -> Result<(), Failure> {
    Ok(write::write_text(path, text)?)
}

/// Writes data to standard output.
pub(crate) fn to_stdout(text: &str) -> Result<(), Failure> {
    write(Path::new("-"), text)
}

/// Refuses an output that cannot be written, before hours are spent on its content.
pub(crate) fn check_folder(path: &Path) -> Result<(), Failure> {
    let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty());
    match folder {
        Some(folder) if !folder.is_dir() => Err(Failure::usage(
            format!("there is no folder {}", folder.display()),
            "create it, or choose another --output",
        )),
        _ => Ok(()),
    }
}

/// Refuses outputs that would replace an input or one another.
pub(crate) fn check_distinct<'a>(
    inputs: impl IntoIterator<Item = &'a Path>,
    outputs: impl IntoIterator<Item = &'a Path>,
) -> Result<(), Failure> {
    let real = |path: &Path| std::fs::canonicalize(path).unwrap_or_else(|_| path.to_owned());
    let mut taken: Vec<PathBuf> = inputs.into_iter().map(real).collect();
    for path in outputs.into_iter().filter(|path| *path != Path::new("-") && !path.is_dir()) {
        let target = real(path);
        if taken.contains(&target) {
            return Err(Failure::usage(
                format!("{} is read or written already", path.display()),
                "give every output a file of its own",
            ));
        }
        taken.push(target);
    }
    Ok(())
}

/// Whether a path names a folder: an existing one, or with a separator at its end.
pub(crate) fn is_folder(path: &Path) -> bool {
    path.is_dir() || path.as_os_str().to_string_lossy().ends_with(['/', std::path::MAIN_SEPARATOR])
}

/// Creates a folder unless it is there.
pub(crate) fn create_folder(path: &Path) -> Result<(), Failure> {
    std::fs::create_dir_all(path)
        .map_err(|source| WriteError { path: path.to_owned(), source }.into())
}

/// The file of a solution in a folder.
pub(crate) fn solution_path(folder: &Path, stem: &str) -> PathBuf {
    folder.join(format!("{stem}.sol.json"))
}

/// JSON text, which plain data always gives; anything else is an internal error.
pub(crate) fn serialised(text: serde_json::Result<String>) -> Result<String, Failure> {
    text.map_err(|error| Failure::Contradiction(error.to_string()))
}
