//! The real binary in a temporary folder.

mod check;
mod commands;
mod errors;
mod folder;
mod solve;
