//! Queue orders, one per file; those whose head blocks differ in a key only.

pub(super) mod conservative;
pub(super) mod easy;
pub(super) mod head;
