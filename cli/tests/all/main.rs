//! The real binary in a temporary folder.

mod check;
mod errors;
mod folder;
mod solve;
