//! Questions of operators and their answers, as text and as data.

mod lose;
mod moves;
mod nodes;
mod relax;
mod told;
mod why_not;

use placewright_models::replication_placement::ReplicationPlacement;

use crate::family::Question;

/// All questions of the family.
pub const QUESTIONS: &[Question<ReplicationPlacement>] = &[
    Question {
        name: "lose",
        title: "what the loss of a domain, node or store does, and the best plan without it",
        options: lose::OPTIONS,
        run: lose::ask,
    },
    Question {
        name: "nodes",
        title: "how many nodes are needed for a utilisation, an availability, or any plan at all",
        options: nodes::OPTIONS,
        run: nodes::ask,
    },
    Question {
        name: "moves",
        title: "the cheapest change of the current placement with so many moves",
        options: moves::OPTIONS,
        run: moves::ask,
    },
    Question {
        name: "why-not",
        title: "why a shard of the plan does not use a mode, and what that would cost",
        options: why_not::OPTIONS,
        run: why_not::ask,
    },
    Question {
        name: "relax",
        title: "the least that capacities, spread and availability have to give for a plan",
        options: relax::OPTIONS,
        run: relax::ask,
    },
];
