//! Properties and cross-checks over all crates. There is nothing to import here: see `tests/all`.
