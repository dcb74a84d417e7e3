//! The family's part of the error index: `CA0…` for instances, `CA1…` for plans.

use placewright_solver::issue::ErrorCode;

/// Every code of this family, in order.
pub const CODES: &[ErrorCode] = &[
    ErrorCode {
        code: "CA001",
        title: "a size of the cluster is out of range",
        meaning: "A cluster has 1 to 4,096 leaves and spines, 1 to 1,024 servers per leaf, 1 to 64 GPUs per server, at most 1,048,576 GPUs, and at most as many pairs of a leaf and a spine.",
        action: "check the value and its unit",
    },
    ErrorCode {
        code: "CA002",
        title: "a size of the fabric is out of range",
        meaning: "A static fabric has 1 to 1,024 circuits per leaf and spine. A switched one has 1 to 4,096 optical switches, with 0 to 1,024 ports to every leaf and to every spine, and at most 1,048,576 pairs of a leaf or spine and a switch.",
        action: "check the value and its unit",
    },
    ErrorCode {
        code: "CA003",
        title: "a list is too long or empty",
        meaning: "Lists have at most 1,048,576 entries, at most 65,536 jobs are live or asked about, and a batch has at least one job.",
        action: "merge entries, split the instance, or give at least one job",
    },
    ErrorCode {
        code: "CA004",
        title: "a job's name is empty or used twice",
        meaning: "Plans refer to jobs by name, so every job, live or asked about, needs one of its own.",
        action: "give every job a name of its own",
    },
    ErrorCode {
        code: "CA005",
        title: "a job's number is out of range",
        meaning: "A job wants 1 to 1,048,576 GPUs and weighs 1 to 1,048,576.",
        action: "check the value and its unit",
    },
    ErrorCode {
        code: "CA006",
        title: "a job does not want whole servers",
        meaning: "A job gets GPUs of one server, or whole servers: its rings would otherwise cross servers.",
        action: "round up to whole servers",
    },
    ErrorCode {
        code: "CA007",
        title: "an entry names what there is not",
        meaning: "Leaves, servers of a leaf, spines and switches count from 0. Counts are at least 1. Circuits of a switched fabric name the switch they pass, others do not; circuits break only in a static fabric, ports only in a switched one.",
        action: "name what there is",
    },
    ErrorCode {
        code: "CA008",
        title: "something is held or broken more often than it exists",
        meaning: "Live jobs and failures together hold at most the GPUs of a server, the circuits of a pair and the ports of a switch. What a live job still holds is not listed as broken until it lets go of it.",
        action: "let everything be held or broken once",
    },
    ErrorCode {
        code: "CA009",
        title: "a pair is demanded twice",
        meaning: "A demand gives every pair of leaf and spine at most once, with the circuits wanted in all.",
        action: "give every pair once, with its sum",
    },
    ErrorCode {
        code: "CA010",
        title: "cables cannot be rewired",
        meaning: "Only circuits through optical switches can be laid anew.",
        action: "give a switched fabric, or ask another question",
    },
    ErrorCode {
        code: "CA101",
        title: "not one decision per job, or no wiring",
        meaning: "A plan says of every job of the question what it gets, if anything; to rewire, it gives all circuits.",
        action: "solve this very instance",
    },
    ErrorCode {
        code: "CA102",
        title: "an impossible entry",
        meaning: "An entry names a server or a circuit that there is not, none of it, a server twice, or a circuit at a leaf where the job has no GPU.",
        action: "mend or merge the entry",
    },
    ErrorCode {
        code: "CA103",
        title: "a job has too few or too many GPUs",
        meaning: "A placed job has exactly the GPUs it wants.",
        action: "add or remove servers",
    },
    ErrorCode {
        code: "CA104",
        title: "a job is not in one server or in whole servers",
        meaning: "A job that fits in a server is in one; a larger one has whole servers.",
        action: "choose other servers",
    },
    ErrorCode {
        code: "CA105",
        title: "a split is not equal",
        meaning: "The job asks for the same number of GPUs on every leaf it uses.",
        action: "balance its leaves",
    },
    ErrorCode {
        code: "CA106",
        title: "a GPU is not free",
        meaning: "More GPUs of a server are taken than are neither broken nor held by a live job.",
        action: "choose other servers",
    },
    ErrorCode {
        code: "CA107",
        title: "a circuit is not free",
        meaning: "More circuits of a leaf and a spine are taken than are neither broken nor held by a live job.",
        action: "choose other spines",
    },
    ErrorCode {
        code: "CA108",
        title: "a switch's port is not free",
        meaning: "An optical switch joins its ports one to one: more circuits pass it to a leaf or spine than it has ports there that are neither broken nor held.",
        action: "lay the circuit through another switch",
    },
    ErrorCode {
        code: "CA109",
        title: "two flows share a circuit",
        meaning: "In some round of the job's traffic more flows go up from, or down to, a leaf than the job has circuits there.",
        action: "give the job more circuits, to spines that all its leaves share",
    },
    ErrorCode {
        code: "CA110",
        title: "the job has no place",
        meaning: "The question is to place this job; a plan without it answers nothing.",
        action: "place it, or ask as a batch",
    },
    ErrorCode {
        code: "CA111",
        title: "a job overtakes",
        meaning: "The order is first in, first out: whoever stands behind a job that is left out is left out too.",
        action: "leave it out, or place the one before it",
    },
    ErrorCode {
        code: "CA112",
        title: "live circuits move though they may not",
        meaning: "The question forbids moves, or the fabric is of cables.",
        action: "give no wiring, or allow moves",
    },
    ErrorCode {
        code: "CA113",
        title: "the wiring does not join leaves and spines as wanted",
        meaning: "Wherever live circuits move to, every leaf and spine keep as many; to rewire, they have as many as demanded.",
        action: "mend the wiring",
    },
];
