//! The family's part of the error index: `MS0…` for instances, `MS1…` for plans.

use placewright_solver::issue::ErrorCode;

/// Every code of this family, in order.
pub const CODES: &[ErrorCode] = &[
    ErrorCode {
        code: "MS001",
        title: "an instance-wide number is out of range",
        meaning: "Node limit and granularity lie between 1 MiB and 4 PiB, the failure price between 0 and 2^60 MiB·ms, attempts between 1 and 64. Within these limits every sum of the referee is exact. The usual cause is a value in bytes or KiB where MiB are expected.",
        action: "check the value and its unit",
    },
    ErrorCode {
        code: "MS002",
        title: "the time to failure is not a share",
        meaning: "An attempt with too little memory fails after this share of the task's run time: 1/1 counts the whole run time, 1/2 half of it, 0/1 fails at once. The numerator may not exceed the denominator, the denominator may not be 0.",
        action: "give a fraction between 0/1 and 1/1",
    },
    ErrorCode {
        code: "MS003",
        title: "the granularity exceeds the node limit",
        meaning: "Allocations are multiples of the granularity and at most the node limit, so there would be none.",
        action: "lower granularity_mib or raise node_limit_mib",
    },
    ErrorCode {
        code: "MS004",
        title: "a menu without sizes",
        meaning: "max_distinct_sizes says how many different allocation sizes all types together may use. With 0 there is no plan; without the key there is no limit.",
        action: "allow at least 1 size, or leave the key out",
    },
    ErrorCode {
        code: "MS005",
        title: "a node is out of range",
        meaning: "A node has 1 to 2^20 cores and 1 MiB to 4 PiB of memory.",
        action: "check the value and its unit",
    },
    ErrorCode {
        code: "MS006",
        title: "a node's name is empty or used twice",
        meaning: "Plans refer to nodes by name, so every node needs one of its own.",
        action: "give every node a name of its own",
    },
    ErrorCode {
        code: "MS007",
        title: "there are no task types",
        meaning: "An instance without task types has nothing to size.",
        action: "add at least one task type with samples",
    },
    ErrorCode {
        code: "MS008",
        title: "a type's name is empty or used twice",
        meaning: "Plans refer to types by name, so every type needs one of its own.",
        action: "give every type a name of its own, or merge the samples of equal types",
    },
    ErrorCode {
        code: "MS009",
        title: "a type's number is out of range",
        meaning: "Cores and slots lie between 1 and 2^20, attempts between 1 and 64.",
        action: "check the value",
    },
    ErrorCode {
        code: "MS010",
        title: "columns of samples do not match",
        meaning: "Samples are given column by column. peak_mib and run_time_ms are required, every other column is either left out or has one value per sample.",
        action: "give every column one value per sample",
    },
    ErrorCode {
        code: "MS011",
        title: "a sample is out of range",
        meaning: "Peaks and requests lie between 1 MiB and 4 PiB, run times between 0 and 2^40 ms (35 years), weights between 1 and 2^32. The usual cause is bytes instead of MiB, or seconds instead of ms.",
        action: "check the value and its unit",
    },
    ErrorCode {
        code: "MS012",
        title: "all samples together are too much",
        meaning: "The weights may add up to 2^40 and the weighted run times to 2^62 ms, so that every cost is an exact integer.",
        action: "divide all weights by a common factor",
    },
    ErrorCode {
        code: "MS101",
        title: "not one ladder per type",
        meaning: "A plan has exactly one ladder for every task type of the instance.",
        action: "add the missing ladders, remove the superfluous ones",
    },
    ErrorCode {
        code: "MS102",
        title: "too many attempts, or none",
        meaning: "A ladder has at least one rung and at most as many as the type's max_attempts.",
        action: "shorten the ladder; its last rung must still admit every sample",
    },
    ErrorCode {
        code: "MS103",
        title: "a ladder does not increase",
        meaning: "Each retry gets strictly more memory than the attempt before it.",
        action: "sort the rungs and remove repetitions",
    },
    ErrorCode {
        code: "MS104",
        title: "an allocation off the grid",
        meaning: "Allocations are positive multiples of granularity_mib.",
        action: "round the allocation up to the next multiple",
    },
    ErrorCode {
        code: "MS105",
        title: "an allocation above the limit",
        meaning: "No attempt may ask for more than node_limit_mib or, where nodes are given, than the memory of the largest node with enough cores for the type.",
        action: "lower the allocation, or raise the limit",
    },
    ErrorCode {
        code: "MS106",
        title: "the last rung is below the largest peak",
        meaning: "The last rung admits every sample, so that every task finishes in the end. A censored sample needs more than the allocation it failed at.",
        action: "raise the last rung",
    },
    ErrorCode {
        code: "MS107",
        title: "too many failed attempts",
        meaning: "Over all samples, with their weights, more attempts fail than max_failures allows.",
        action: "raise first rungs, or allow more failures",
    },
    ErrorCode {
        code: "MS108",
        title: "too many distinct sizes",
        meaning: "All ladders together use more different sizes than max_distinct_sizes allows.",
        action: "let types share sizes, or allow more of them",
    },
    ErrorCode {
        code: "MS109",
        title: "placements without nodes",
        meaning: "The plan places tasks, but the instance has no nodes.",
        action: "remove the placements, or give the instance nodes",
    },
    ErrorCode {
        code: "MS110",
        title: "an impossible placement",
        meaning: "A placement names a type and a node of the instance, at least one slot, and every pair only once.",
        action: "mend or merge the placement",
    },
    ErrorCode {
        code: "MS111",
        title: "slots are missing or superfluous",
        meaning: "All slots of every type are placed, no more and no fewer.",
        action: "place exactly as many slots as the type has",
    },
    ErrorCode {
        code: "MS112",
        title: "a node has too few cores",
        meaning: "The tasks placed on the node use more cores than it has.",
        action: "move slots to another node",
    },
    ErrorCode {
        code: "MS113",
        title: "a node has too little memory",
        meaning: "The first allocations of the tasks placed on the node exceed its memory.",
        action: "move slots to another node, or lower first rungs",
    },
    ErrorCode {
        code: "MS114",
        title: "a useless attempt",
        meaning: "No sample succeeds on this rung: everything that fits it already fits the rung before it, or nothing fits it at all.",
        action: "remove the rung",
    },
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn codes_ascend() {
        assert!(CODES.windows(2).all(|pair| pair[0].code < pair[1].code));
    }
}
