//! Where the public traces lie, which are too large or not licensed for the repository.

use std::path::{Path, PathBuf};

/// The folder of public data: `$PLACEWRIGHT_DATA`, or `../shared/data` beside the workspace.
/// `None` where there is neither; tests that need it say so and pass.
#[must_use]
pub fn data_folder() -> Option<PathBuf> {
    let configured = std::env::var_os("PLACEWRIGHT_DATA").map(PathBuf::from);
    let workspace = Path::new(env!("CARGO_MANIFEST_DIR")).parent()?;
    let candidates = configured.or_else(|| Some(workspace.parent()?.join("shared/data")));
    candidates.filter(|folder| folder.is_dir())
}
