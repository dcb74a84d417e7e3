//! Machine reassignment in files.

pub mod roadef;
