//! The family's part of the error index: `RP0…` for instances, `RP1…` for plans.

use placewright_solver::issue::ErrorCode;

/// Every code of this family, in order.
pub const CODES: &[ErrorCode] = &[
    ErrorCode {
        code: "RP001",
        title: "no nodes or no shards, or too many of something",
        meaning: "An instance has 1 to 16,384 nodes, 1 to 131,072 shards, at most 256 stores, 8 levels, 65,536 domains and 64 times to choose from.",
        action: "give at least one node and one shard, or split the instance",
    },
    ErrorCode {
        code: "RP002",
        title: "a name is empty or used twice",
        meaning: "Plans refer to nodes, stores and shards by name, nodes to levels and domains; each needs a name of its own among its kind (domains: within their level).",
        action: "give every entry a name of its own",
    },
    ErrorCode {
        code: "RP003",
        title: "a number is out of range",
        meaning: "Sizes, speeds, rates, times, shares and prices have limits within which all sums are exact; the usual cause is another unit.",
        action: "check the value and its unit",
    },
    ErrorCode {
        code: "RP004",
        title: "a node lacks a domain, or has one that there is not",
        meaning: "Every node is in exactly one domain of every level; a store may leave out levels that cannot take it away.",
        action: "name one domain of every level, as the levels list them",
    },
    ErrorCode {
        code: "RP005",
        title: "times to choose from are not in order",
        meaning: "checkpoint_intervals_ms and push_periods_ms ascend from 100 ms on.",
        action: "sort them and remove repetitions",
    },
    ErrorCode {
        code: "RP006",
        title: "a shard names something that there is not",
        meaning: "Pinned, excluded and current nodes, stores, and levels of spread rules are named as the instance lists them.",
        action: "check the spelling, or add the entry",
    },
    ErrorCode {
        code: "RP007",
        title: "a shard has no mode it could use",
        meaning: "It lists no mode, or only modes for which the instance has no store, no interval or no period, or chains without lengths.",
        action: "allow another mode, or give stores, intervals and periods to choose from",
    },
    ErrorCode {
        code: "RP008",
        title: "numbers of copies are out of order or range",
        meaning: "chain_copies ascend within 2 to 5, stateless_copies within 1 to 3.",
        action: "sort them and keep within the range",
    },
    ErrorCode {
        code: "RP009",
        title: "a current placement is impossible",
        meaning: "A placement has at least one node, none twice; only chains have replicas.",
        action: "give the placement as it is, or leave it out",
    },
    ErrorCode {
        code: "RP101",
        title: "the plan has not one decision per shard",
        meaning: "A plan says for every shard of the instance where it is.",
        action: "check that the plan belongs to the instance",
    },
    ErrorCode {
        code: "RP102",
        title: "a decision names what does not exist, or a node twice",
        meaning: "Nodes and stores must exist, a shard has a primary, and no node has two copies of it.",
        action: "check that the plan belongs to the instance",
    },
    ErrorCode {
        code: "RP103",
        title: "a mode that the shard may not use",
        meaning: "A shard lists the modes it may use.",
        action: "choose one of them, or allow the mode",
    },
    ErrorCode {
        code: "RP104",
        title: "an interval or period that is not offered",
        meaning: "Checkpoint intervals and push periods are chosen from the instance's lists.",
        action: "choose one of them, or add the time to the list",
    },
    ErrorCode {
        code: "RP105",
        title: "a wrong number of copies",
        meaning: "Checkpointing and stateless shards are on one node; chains have one of the lengths, stateless servers one of the numbers of copies that the shard allows.",
        action: "add or remove copies, or allow the number",
    },
    ErrorCode {
        code: "RP106",
        title: "a node that the shard may not be on",
        meaning: "The node lacks a label that the shard requires, is excluded, or the primary is pinned elsewhere.",
        action: "choose another node, or change the shard's rules",
    },
    ErrorCode {
        code: "RP107",
        title: "a node that is too slow for the interval",
        meaning: "Saving, pushing or receiving the state takes longer than the time until it is due again.",
        action: "choose a longer interval or a faster node or store",
    },
    ErrorCode {
        code: "RP108",
        title: "too many copies in one failure domain",
        meaning: "A spread rule of the shard limits its copies per domain of a level.",
        action: "choose nodes in other domains",
    },
    ErrorCode {
        code: "RP109",
        title: "an availability target is missed",
        meaning: "The places that hold the shard's state (nodes, and the store it uses) may all be away at once more often than the shard allows.",
        action: "add a copy, or choose nodes and stores that fail less often",
    },
    ErrorCode {
        code: "RP110",
        title: "a node's memory is exceeded",
        meaning: "Every copy takes the shard's state in memory.",
        action: "move copies to other nodes",
    },
    ErrorCode {
        code: "RP111",
        title: "a node's memory is exceeded while copies move",
        meaning: "Until all moves are done, copies are where they were and where they go.",
        action: "leave copies where they are, or allow more memory while moving",
    },
    ErrorCode {
        code: "RP112",
        title: "a node's network is exceeded",
        meaning: "Checkpoints, pushes, written updates and batches leave and reach nodes at their rates.",
        action: "choose longer intervals, or move copies to other nodes",
    },
    ErrorCode {
        code: "RP113",
        title: "a store is exceeded",
        meaning: "A store holds a state per checkpointed shard and the copies and backlog of stateless ones, and takes them in at a limited speed.",
        action: "use another store or mode, or longer intervals",
    },
    ErrorCode {
        code: "RP114",
        title: "a domain's trunk is exceeded",
        meaning: "Everything that crosses the border of the domain, both ways together.",
        action: "keep chains and their stores within domains, or choose longer intervals",
    },
    ErrorCode {
        code: "RP115",
        title: "too much moves",
        meaning: "move_limits say how many copies, or MiB, may go to nodes that have none.",
        action: "leave more shards where they are, or raise the limit",
    },
    ErrorCode {
        code: "RP201",
        title: "a wave copies what cannot be copied",
        meaning: "A state comes from a node that has it, or from outside where the shard is nowhere yet, and goes whole to a node or store that lacks it.",
        action: "use the waves as placewright writes them, for the placement there is now",
    },
    ErrorCode {
        code: "RP202",
        title: "a wave needs more room than there is",
        meaning: "Until a wave ends, source and target both hold what is copied; no node holds more than its memory while moving, no store more than its capacity, or what it holds now or at the end.",
        action: "move fewer copies at a time",
    },
    ErrorCode {
        code: "RP203",
        title: "a wave, or all waves, move too much",
        meaning: "move_limits say how many copies a node sends or receives at a time, how many are on their way in the cluster, and how much moves in total.",
        action: "move fewer copies at a time, or raise the limits",
    },
    ErrorCode {
        code: "RP204",
        title: "a wave is too short",
        meaning: "What passes the share of a network, ingest or trunk that copies may take needs longer.",
        action: "give the wave more time",
    },
    ErrorCode {
        code: "RP205",
        title: "a decision takes effect, or a copy is dropped, too early",
        meaning: "A decision takes effect when all of its nodes and its store have the state; a copy is dropped when neither the decision in effect nor the plan needs it.",
        action: "keep the order of the waves",
    },
    ErrorCode {
        code: "RP206",
        title: "a network, store or trunk is exceeded between waves",
        meaning: "After every wave the decisions in effect keep within what there is, or what they use now or at the end.",
        action: "keep the order of the waves",
    },
    ErrorCode {
        code: "RP207",
        title: "the waves do not lead to the plan",
        meaning: "After the last wave every shard is where the plan wants it and nowhere else.",
        action: "use the waves written for this plan",
    },
];
