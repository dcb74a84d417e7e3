//! Matching devices to jobs in files: traces of check-ins, lists of jobs, and the comparison of
//! policies on them.

pub mod replay;
