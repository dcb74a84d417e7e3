//! The moves from the current placement to a plan, wave by wave, for people and for programs.

mod csv;
mod move_list;
mod text;

use placewright_models::replication_placement::ReplicationPlacement;

pub use move_list::MoveList;
pub(super) use move_list::row_text;

use crate::family::Emitter;

/// All emitters of the family.
pub const EMITTERS: &[Emitter<ReplicationPlacement>] = &[
    Emitter {
        name: "moves",
        title: "the moves from the current placement to the plan, in waves, for operators",
        extension: "txt",
        emit: text::emit,
    },
    Emitter {
        name: "moves-json",
        title: "the same as JSON",
        extension: "json",
        emit: move_list::emit,
    },
    Emitter {
        name: "moves-csv",
        title: "the same as CSV, a step a line",
        extension: "csv",
        emit: csv::emit,
    },
];
