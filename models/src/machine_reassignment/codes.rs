//! The family's part of the error index: `MR0…` for instances, `MR1…` for plans.

use placewright_solver::issue::ErrorCode;

/// Every code of this family, in order.
pub const CODES: &[ErrorCode] = &[
    ErrorCode {
        code: "MR001",
        title: "nothing to assign, or too much",
        meaning: "An instance has 1 to 64 resources, 1 to 16,384 machines, 1 to 1,048,576 services and processes, and at most 64 balance costs.",
        action: "add what is missing, or split the instance",
    },
    ErrorCode {
        code: "MR002",
        title: "a list has the wrong length",
        meaning: "Capacities, safety capacities and requirements have one entry per resource, a machine's move costs one per machine.",
        action: "give one entry for each, in the instance's order",
    },
    ErrorCode {
        code: "MR003",
        title: "a number is too large",
        meaning: "Amounts, weights and move costs are at most 2^40.",
        action: "use a larger unit",
    },
    ErrorCode {
        code: "MR004",
        title: "an entry names what does not exist",
        meaning: "Machines, services and resources are known by their places in the instance's lists, from 0 on.",
        action: "check the number, or add the entry",
    },
    ErrorCode {
        code: "MR005",
        title: "a safety capacity is above the capacity",
        meaning: "Up to its safety capacity a resource costs nothing, up to its capacity it can be used.",
        action: "lower it to the capacity",
    },
    ErrorCode {
        code: "MR006",
        title: "costs may exceed 64 bits",
        meaning: "Weights times amounts, summed over everything, may reach more than 2^61.",
        action: "use larger units or smaller weights",
    },
    ErrorCode {
        code: "MR007",
        title: "the original assignment breaks a rule",
        meaning: "Processes run on their machines now, so capacities, conflicts, spread and dependencies hold now; if they do not, rules or data are wrong.",
        action: "correct the assignment or the rule it breaks",
    },
    ErrorCode {
        code: "MR101",
        title: "the plan has not one machine per process",
        meaning: "A plan says for every process of the instance where it runs.",
        action: "check that the plan belongs to the instance",
    },
    ErrorCode {
        code: "MR102",
        title: "a process is on a machine that does not exist",
        meaning: "Machines are known by their places in the instance's list, from 0 on.",
        action: "check that the plan belongs to the instance",
    },
    ErrorCode {
        code: "MR103",
        title: "a machine's capacity is exceeded",
        meaning: "The processes on a machine need more of a resource than it has.",
        action: "move processes to other machines",
    },
    ErrorCode {
        code: "MR104",
        title: "a machine's capacity is exceeded while processes move",
        meaning: "Of a transient resource, a process that moves needs its amount on its old and on its new machine.",
        action: "leave processes where they are, or move them elsewhere",
    },
    ErrorCode {
        code: "MR105",
        title: "two processes of a service on one machine",
        meaning: "A service runs at most one process per machine, so that a machine that fails takes only one.",
        action: "move one of them",
    },
    ErrorCode {
        code: "MR106",
        title: "a service is on too few locations",
        meaning: "Every service asks for a least number of different locations.",
        action: "move processes of the service to other locations",
    },
    ErrorCode {
        code: "MR107",
        title: "a neighbourhood lacks a service that another depends on",
        meaning: "Where a process of a service runs, its neighbourhood has a process of every service that it depends on.",
        action: "move one of the two services' processes",
    },
];
