//! Joint allocation of GPUs and circuits in files.

pub mod replay;
