//! The rules, one per file.

pub mod bucketing;
pub mod experts;
pub mod kubernetes_vpa;
pub mod max_seen;
pub mod percentile;
pub mod ponder;
pub mod preset;
pub mod sizey;
pub mod tovar;
pub mod witt_regression;
pub mod witt_wastage;
