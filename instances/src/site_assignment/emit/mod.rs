//! Plans in the forms in which solutions of the benchmark problems are exchanged.

mod cflp;
mod gap;
mod mess;
mod pmedcap;
pub mod services;

use placewright_models::site_assignment::SiteAssignment;

use crate::family::Emitter;

/// All emitters of the family.
pub const EMITTERS: &[Emitter<SiteAssignment>] = &[
    Emitter {
        name: "gap",
        title: "the agent of every job, numbered from 1, a job a line",
        extension: "txt",
        emit: gap::emit,
    },
    Emitter {
        name: "pmedcap",
        title: "the cost, the medians, then the median of every point, numbered from 1",
        extension: "txt",
        emit: pmedcap::emit,
    },
    Emitter {
        name: "cflp",
        title: "the cost, the open warehouses, then lines of customer, warehouse, share",
        extension: "txt",
        emit: cflp::emit,
    },
    Emitter {
        name: "mess",
        title: "triples (store, warehouse, quantity) as the MESS-2020+1 competition wants them",
        extension: "txt",
        emit: mess::emit,
    },
];
