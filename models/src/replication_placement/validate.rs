//! Everything that can be wrong with an instance: one function per code.

use std::collections::{BTreeMap, HashMap, HashSet};

use placewright_solver::issue::Issue;

use super::instance::{Instance, ModeByName, ModeKind, Placement, Policy, Shard, limits};

/// All issues of an instance.
#[must_use]
pub fn validate(instance: &Instance) -> Vec<Issue> {
    let mut issues = Vec::new();
    counts_in_range(instance, &mut issues);
    names_are_unique(instance, &mut issues);
    numbers_in_range(instance, &mut issues);
    domains_are_known(instance, &mut issues);
    times_ascend(instance, &mut issues);
    let names = Names::of(instance);
    for (index, shard) in instance.shards.iter().enumerate() {
        let path = format!("/shards/{index}");
        shard_in_range(shard, &path, &mut issues);
        names_are_known(shard, &names, &path, &mut issues);
        has_a_mode(instance, shard, &path, &mut issues);
        copies_ascend(shard, &path, &mut issues);
        if let Some(current) = &shard.current {
            placement_is_possible(current, &format!("{path}/current"), &mut issues);
        }
    }
    issues
}

/// `RP001`: nothing to place, or too much.
fn counts_in_range(instance: &Instance, issues: &mut Vec<Issue>) {
    let domains = instance.levels.iter().map(|level| level.domains.len()).sum();
    let counts = [
        ("/nodes", instance.nodes.len(), 1, limits::NODES),
        ("/shards", instance.shards.len(), 1, limits::SHARDS),
        ("/stores", instance.stores.len(), 0, limits::STORES),
        ("/levels", instance.levels.len(), 0, limits::LEVELS),
        ("/levels", domains, 0, limits::DOMAINS),
        ("/checkpoint_intervals_ms", instance.checkpoint_intervals_ms.len(), 0, limits::MENU),
        ("/push_periods_ms", instance.push_periods_ms.len(), 0, limits::MENU),
    ];
    for (path, count, least, most) in counts {
        if count < least || count > most {
            let cause = format!("{count} entries, {least} to {most} are possible");
            issues.push(Issue::new("RP001", path, cause, "add what is missing or split it"));
        }
    }
}

/// `RP002`: a name is empty or used twice.
fn names_are_unique(instance: &Instance, issues: &mut Vec<Issue>) {
    let mut check = |root: String, names: &mut dyn Iterator<Item = &String>| {
        let mut first_use = HashMap::new();
        for (index, name) in names.enumerate() {
            let path = format!("{root}/{index}/name");
            if name.trim().is_empty() {
                issues.push(Issue::new("RP002", path, "the name is empty", "give it a name"));
            } else if let Some(first) = first_use.insert(name, index) {
                let cause = format!("the name {name:?} is already used at {root}/{first}");
                issues.push(Issue::new("RP002", path, cause, "give every entry its own name"));
            }
        }
    };
    check("/levels".into(), &mut instance.levels.iter().map(|each| &each.name));
    for (index, level) in instance.levels.iter().enumerate() {
        let root = format!("/levels/{index}/domains");
        check(root, &mut level.domains.iter().map(|each| &each.name));
    }
    check("/nodes".into(), &mut instance.nodes.iter().map(|each| &each.name));
    check("/stores".into(), &mut instance.stores.iter().map(|each| &each.name));
    check("/shards".into(), &mut instance.shards.iter().map(|each| &each.name));
}

/// A number, where it stands, and its range.
type Check = (String, u64, u64, u64);

fn in_range(checks: impl IntoIterator<Item = Check>, issues: &mut Vec<Issue>) {
    for (path, value, low, high) in checks {
        if value < low || value > high {
            let cause = format!("{value} is outside {low}..={high}");
            issues.push(Issue::new("RP003", path, cause, "check the value and its unit"));
        }
    }
}

/// `RP003` for everything but shards.
fn numbers_in_range(instance: &Instance, issues: &mut Vec<Issue>) {
    let (rate, time, speed) = (limits::MICRO_PER_DAY, limits::TIME_MS, limits::KIB_PER_S);
    for (l, level) in instance.levels.iter().enumerate() {
        let path = format!("/levels/{l}");
        in_range([(format!("{path}/latency_us"), level.latency_us, 0, limits::LATENCY_US)], issues);
        for (d, domain) in level.domains.iter().enumerate() {
            let at = |key: &str| format!("{path}/domains/{d}/{key}");
            let trunk = domain.trunk_kib_per_s.unwrap_or(0);
            in_range([(at("shocks_micro_per_day"), domain.shocks_micro_per_day, 0, rate)], issues);
            in_range([(at("trunk_kib_per_s"), trunk, 0, speed)], issues);
        }
    }
    for (n, node) in instance.nodes.iter().enumerate() {
        let at = |key: &str| format!("/nodes/{n}/{key}");
        let during = node.memory_during_mib.unwrap_or(0);
        let checks = [
            (at("memory_mib"), node.memory_mib, 0, limits::MEMORY_MIB),
            (at("memory_during_mib"), during, 0, limits::MEMORY_MIB),
            (at("nic_out_kib_per_s"), node.nic_out_kib_per_s, 1, speed),
            (at("nic_in_kib_per_s"), node.nic_in_kib_per_s, 1, speed),
            (at("failures_micro_per_day"), node.failures_micro_per_day, 0, rate),
            (at("repair_ms"), node.repair_ms, 0, time),
            (at("price_per_gib"), node.price_per_gib, 0, limits::PRICE),
        ];
        in_range(checks, issues);
    }
    for (j, store) in instance.stores.iter().enumerate() {
        let at = |key: &str| format!("/stores/{j}/{key}");
        let checks = [
            (at("capacity_mib"), store.capacity_mib, 0, limits::STORE_MIB),
            (at("ingest_kib_per_s"), store.ingest_kib_per_s, 1, speed),
            (at("restore_kib_per_s"), store.restore_kib_per_s, 1, speed),
            (at("failures_micro_per_day"), store.failures_micro_per_day, 0, rate),
            (at("repair_ms"), store.repair_ms, 0, time),
            (at("price_per_gib"), store.price_per_gib, 0, limits::PRICE),
        ];
        in_range(checks, issues);
        let losses = store.losses_micro_per_day.iter().enumerate();
        in_range(
            losses.map(|(i, &l)| (at(&format!("losses_micro_per_day/{i}")), l, 0, rate)),
            issues,
        );
    }
    let moves = &instance.move_limits;
    let moving = |key: &str| format!("/move_limits/{key}");
    let checks = [
        (moving("copies_per_node"), moves.copies_per_node, 1, limits::AT_ONCE),
        (moving("copies_at_once"), moves.copies_at_once.unwrap_or(1), 1, u64::MAX),
        (moving("network_ppm"), moves.network_ppm, 1, limits::PPM),
        (moving("kib_per_s_per_node"), moves.kib_per_s_per_node.unwrap_or(1), 1, speed),
    ];
    in_range(checks, issues);
    let timing = &instance.timing;
    let checks = [
        ("/timing/detection_ms", timing.detection_ms, time),
        ("/timing/restart_ms", timing.restart_ms, time),
        ("/timing/takeover_ms", timing.takeover_ms, time),
        ("/timing/cold_restart_ms", timing.cold_restart_ms, time),
        ("/policies/capacity/price", price(instance.policies.capacity), limits::PRICE),
        ("/policies/spread/price", price(instance.policies.spread), limits::PRICE),
        ("/policies/availability/price", price(instance.policies.availability), limits::PRICE),
    ];
    in_range(checks.map(|(path, value, high)| (path.to_owned(), value, 0, high)), issues);
}

fn price(policy: Policy) -> u64 {
    match policy {
        Policy::Hard => 0,
        Policy::Soft { price } | Policy::Default { price } => price,
    }
}

/// `RP003` for a shard.
fn shard_in_range(shard: &Shard, path: &str, issues: &mut Vec<Issue>) {
    let at = |key: &str| format!("{path}/{key}");
    let (speed, ppm) = (limits::KIB_PER_S, limits::PPM);
    let checks = [
        (at("state_mib"), shard.state_mib, 1, limits::STATE_MIB),
        (at("value"), shard.value, 0, limits::VALUE),
        (at("write_kib_per_s"), shard.write_kib_per_s, 0, speed),
        (at("updates_milli_per_s"), shard.updates_milli_per_s, 0, limits::LATENCY_US),
        (at("batch_ms"), shard.batch_ms, limits::SHORTEST_MS, limits::TIME_MS),
        (at("backlog_kib_per_s"), shard.backlog_kib_per_s, 0, speed),
        (at("blocking_ppm"), shard.blocking_ppm, 0, ppm),
        (at("stale_progress_ppm"), shard.stale_progress_ppm, 0, ppm),
        (at("max_unavailability_ppb"), shard.max_unavailability_ppb.unwrap_or(1), 1, limits::PPB),
        (at("move_cost"), shard.move_cost, 0, limits::MOVE_COST),
    ];
    in_range(checks, issues);
    let copies = u64::from(limits::COPIES);
    let rules = shard.spread.iter().enumerate();
    let rules = rules.map(|(i, rule)| {
        (at(&format!("spread/{i}/max_copies")), rule.max_copies.into(), 1, copies)
    });
    in_range(rules, issues);
}

/// `RP004`: nodes are in one domain of every level, stores in none that there is not.
fn domains_are_known(instance: &Instance, issues: &mut Vec<Issue>) {
    let levels: HashMap<&str, HashSet<&str>> = instance
        .levels
        .iter()
        .map(|level| (level.name.as_str(), level.domains.iter().map(|d| d.name.as_str()).collect()))
        .collect();
    let mut check = |path: String, domains: &BTreeMap<String, String>| {
        for (level, domain) in domains {
            let known = levels.get(level.as_str());
            let cause = match known {
                None => format!("there is no level {level:?}"),
                Some(known) if !known.contains(domain.as_str()) => {
                    format!("the level {level:?} has no domain {domain:?}")
                }
                Some(_) => continue,
            };
            let action = "name a domain as its level lists it";
            issues.push(Issue::new("RP004", format!("{path}/{level}"), cause, action));
        }
    };
    for (n, node) in instance.nodes.iter().enumerate() {
        check(format!("/nodes/{n}/domains"), &node.domains);
    }
    for (j, store) in instance.stores.iter().enumerate() {
        check(format!("/stores/{j}/domains"), &store.domains);
    }
    for (n, node) in instance.nodes.iter().enumerate() {
        for level in instance.levels.iter().filter(|l| !node.domains.contains_key(&l.name)) {
            let cause = format!("no domain of the level {:?}", level.name);
            let path = format!("/nodes/{n}/domains");
            issues.push(Issue::new("RP004", path, cause, "say where the node is"));
        }
    }
}

/// `RP005`: times to choose from ascend.
fn times_ascend(instance: &Instance, issues: &mut Vec<Issue>) {
    let lists = [
        ("/checkpoint_intervals_ms", &instance.checkpoint_intervals_ms),
        ("/push_periods_ms", &instance.push_periods_ms),
    ];
    for (path, times) in lists {
        let range = limits::SHORTEST_MS..=limits::TIME_MS;
        let ascending = times.windows(2).all(|pair| pair[0] < pair[1]);
        if !ascending || times.iter().any(|time| !range.contains(time)) {
            let cause = format!("{times:?} do not ascend within {range:?}");
            issues.push(Issue::new("RP005", path, cause, "sort them, in ms"));
        }
    }
}

struct Names<'a> {
    nodes: HashSet<&'a str>,
    stores: HashSet<&'a str>,
    levels: HashSet<&'a str>,
}

impl<'a> Names<'a> {
    fn of(instance: &'a Instance) -> Self {
        Self {
            nodes: instance.nodes.iter().map(|each| each.name.as_str()).collect(),
            stores: instance.stores.iter().map(|each| each.name.as_str()).collect(),
            levels: instance.levels.iter().map(|each| each.name.as_str()).collect(),
        }
    }
}

/// `RP006`: a shard names only what there is, and a level once.
fn names_are_known(shard: &Shard, names: &Names, path: &str, issues: &mut Vec<Issue>) {
    let mut check = |known: &HashSet<&str>, name: &str, what: &str, key: String| {
        if !known.contains(name) {
            let cause = format!("there is no {what} {name:?}");
            let path = format!("{path}/{key}");
            issues.push(Issue::new("RP006", path, cause, "check the spelling, or add it"));
        }
    };
    for (index, rule) in shard.spread.iter().enumerate() {
        check(&names.levels, &rule.level, "level", format!("spread/{index}/level"));
    }
    if let Some(name) = &shard.pinned_primary {
        check(&names.nodes, name, "node", "pinned_primary".into());
    }
    for (index, name) in shard.excluded_nodes.iter().enumerate() {
        check(&names.nodes, name, "node", format!("excluded_nodes/{index}"));
    }
    for (index, name) in shard.moves_in_flight.iter().enumerate() {
        check(&names.nodes, name, "node", format!("moves_in_flight/{index}"));
    }
    if let Some(current) = &shard.current {
        check(&names.nodes, &current.primary, "node", "current/primary".into());
        for (index, name) in current.replicas.iter().enumerate() {
            check(&names.nodes, name, "node", format!("current/replicas/{index}"));
        }
        if let ModeByName::Checkpoint { store, .. } | ModeByName::Stateless { store, .. } =
            &current.mode
        {
            check(&names.stores, store, "store", "current/mode/store".into());
        }
    }
}

/// `RP007`: at least one mode has what it needs.
fn has_a_mode(instance: &Instance, shard: &Shard, path: &str, issues: &mut Vec<Issue>) {
    let stores = !instance.stores.is_empty();
    let usable = |mode: &ModeKind| match mode {
        ModeKind::Checkpoint => stores && !instance.checkpoint_intervals_ms.is_empty(),
        ModeKind::Stateless => stores && !shard.stateless_copies.is_empty(),
        ModeKind::RelaxedChain => {
            !instance.push_periods_ms.is_empty() && !shard.chain_copies.is_empty()
        }
        ModeKind::StrictChain => !shard.chain_copies.is_empty(),
    };
    if !shard.modes.iter().any(usable) {
        let cause = format!("none of {:?} has what it needs", shard.modes);
        let action = "allow another mode, or give stores and times to choose from";
        issues.push(Issue::new("RP007", format!("{path}/modes"), cause, action));
    }
}

/// `RP008`: numbers of copies ascend within their range.
fn copies_ascend(shard: &Shard, path: &str, issues: &mut Vec<Issue>) {
    let lists = [
        ("chain_copies", &shard.chain_copies, 2..=limits::COPIES),
        ("stateless_copies", &shard.stateless_copies, 1..=limits::STORE_COPIES),
    ];
    for (key, copies, range) in lists {
        let ascending = copies.windows(2).all(|pair| pair[0] < pair[1]);
        if !ascending || copies.iter().any(|each| !range.contains(each)) {
            let cause = format!("{copies:?} do not ascend within {range:?}");
            issues.push(Issue::new("RP008", format!("{path}/{key}"), cause, "sort them"));
        }
    }
}

/// `RP009`: a current placement has no node twice, replicas only in chains, and times above zero.
fn placement_is_possible(current: &Placement, path: &str, issues: &mut Vec<Issue>) {
    let mut seen = HashSet::from([&current.primary]);
    if !current.replicas.iter().all(|name| seen.insert(name)) {
        let cause = "a node is named twice";
        issues.push(Issue::new("RP009", path, cause, "name every node once"));
    }
    let time_ms = match current.mode {
        ModeByName::Checkpoint { interval_ms, .. } => interval_ms,
        ModeByName::RelaxedChain { period_ms } => period_ms,
        ModeByName::StrictChain {} | ModeByName::Stateless { .. } => limits::SHORTEST_MS,
    };
    let chain =
        matches!(current.mode, ModeByName::RelaxedChain { .. } | ModeByName::StrictChain {});
    let copies = match current.mode {
        ModeByName::Stateless { copies, .. } => copies,
        _ => 1,
    };
    let times = limits::SHORTEST_MS..=limits::TIME_MS;
    if !times.contains(&time_ms) || !(1..=limits::STORE_COPIES).contains(&copies) {
        let cause = "its time or number of copies is out of range";
        issues.push(Issue::new("RP009", path, cause, "check the value and its unit"));
    }
    if !chain && !current.replicas.is_empty() {
        let cause = "only chains have replicas";
        issues.push(Issue::new("RP009", path, cause, "remove the replicas"));
    }
    if current.replicas.len() >= usize::from(limits::COPIES) {
        let cause = format!("more than {} nodes", limits::COPIES);
        issues.push(Issue::new("RP009", path, cause, "leave out the copies beyond"));
    }
}
