//! The family's part of the error index: `IM0…` for instances, `IM1…` for plans.

use placewright_solver::issue::ErrorCode;

/// Every code of this family, in order.
pub const CODES: &[ErrorCode] = &[
    ErrorCode {
        code: "IM001",
        title: "no classes or no jobs, or too many",
        meaning: "An instance has 1 to 4,096 device classes and 1 to 65,536 jobs.",
        action: "give at least one class and one job; merge classes that may serve the same jobs",
    },
    ErrorCode {
        code: "IM002",
        title: "a class's name is empty or used twice",
        meaning: "Jobs and plans refer to classes by name, so every class needs one of its own.",
        action: "give every class a name of its own",
    },
    ErrorCode {
        code: "IM003",
        title: "a job's name is empty or used twice",
        meaning: "Plans refer to jobs by name, so every job needs one of its own.",
        action: "give every job a name of its own",
    },
    ErrorCode {
        code: "IM004",
        title: "arrivals are not in order",
        meaning: "Devices are given column by column in the order of their arrival: a time in ms, at most 2^40 (35 years), and the position of the class in the list of classes, counted from 0.",
        action: "sort devices by arrival, and give each a time and a class",
    },
    ErrorCode {
        code: "IM005",
        title: "rates are not one per class and segment",
        meaning: "segment_start_ms ascends from 0; every class has one rate per segment, at most 2^40 micro-devices per second. The last segment never ends. A class that never comes has rates of 0.",
        action: "give every class one rate per segment",
    },
    ErrorCode {
        code: "IM006",
        title: "a job's number is out of range",
        meaning: "Demands lie between 1 and 2^32 devices, rounds between 1 and 2^20, weights between 1 and 2^20, times between 0 and 2^40 ms (35 years; deadlines twice that), shares between 0 and 1,000,000 parts per million. The usual cause is another unit.",
        action: "check the value and its unit",
    },
    ErrorCode {
        code: "IM007",
        title: "a condition cannot be asked",
        meaning: "A job asks about an attribute that no class has, compares a number with a label, or wants a label to be larger than another.",
        action: "name an attribute of the classes, and compare numbers with numbers",
    },
    ErrorCode {
        code: "IM008",
        title: "a job lists an unknown class, or one twice",
        meaning: "A job may list the classes that may serve it by name.",
        action: "list names of classes, each once",
    },
    ErrorCode {
        code: "IM009",
        title: "all jobs together ask for too much",
        meaning: "All rounds of all jobs may ask for 2^32 devices in all, so that every cost is an exact integer.",
        action: "check demands and rounds, or count devices in thousands",
    },
    ErrorCode {
        code: "IM010",
        title: "no class may serve a job",
        meaning: "The job's conditions and its list of classes together leave no class.",
        action: "loosen its conditions, or add a class that meets them",
    },
    ErrorCode {
        code: "IM101",
        title: "the plan is of the wrong kind",
        meaning: "Where devices arrive one by one, a plan says whom each serves; where classes have rates, it says in intervals who gets how much.",
        action: "solve this very instance",
    },
    ErrorCode {
        code: "IM102",
        title: "not one decision per device",
        meaning: "A plan says of every device which job it serves, or that it serves none.",
        action: "solve this very instance",
    },
    ErrorCode {
        code: "IM103",
        title: "an impossible assignment",
        meaning: "An assignment names a job and a class of the instance and at least one micro-device, and every pair at most once per interval.",
        action: "mend or merge the assignment",
    },
    ErrorCode {
        code: "IM104",
        title: "a device serves a job it is not eligible for",
        meaning: "The device's class does not meet the job's conditions, or is not among the classes the job lists.",
        action: "give the device another job, or none",
    },
    ErrorCode {
        code: "IM105",
        title: "a demand is not met",
        meaning: "Every job gets as many devices as all of its rounds ask for, no more and no fewer.",
        action: "assign exactly as many devices as the job asks for",
    },
    ErrorCode {
        code: "IM106",
        title: "an interval is empty, or overlaps another",
        meaning: "Intervals are in the order of time, each ends after it begins, and none begins before the one before it ends.",
        action: "sort the intervals, and cut them where they overlap",
    },
    ErrorCode {
        code: "IM107",
        title: "more devices than are supplied",
        meaning: "All jobs together get more of a class in an interval than the class supplies in it.",
        action: "lower the amounts, or extend the interval",
    },
    ErrorCode {
        code: "IM108",
        title: "a job gets devices before its release",
        meaning: "A device that serves a job arrives at its release or later; an interval in which it gets devices begins at its release or later.",
        action: "give the devices to another job, or cut the interval at the release",
    },
    ErrorCode {
        code: "IM109",
        title: "a job has less than its minimum share",
        meaning: "Until its demand is met, a job has at least its share of what its classes have supplied since its release, rounded down: after every device, and at both ends of every interval.",
        action: "serve the job earlier, or lower its share",
    },
    ErrorCode {
        code: "IM110",
        title: "a deadline is missed",
        meaning: "The job is complete when the responses to its last round are in, and never before all of its rounds have awaited theirs.",
        action: "serve the job earlier, or move its deadline",
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
