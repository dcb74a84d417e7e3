//! Tables of nodes, stores and shards, told apart by their columns.

use std::collections::BTreeMap;

use placewright_models::replication_placement::instance::{
    ModeKind, Node, Shard, SpreadRule, Store,
};
use placewright_solver::issue::Issue;

use super::assembly::{Defaults, kib_per_s, micro_per_day};
use crate::table::{Column, FieldError, Row, Table, missing_column};
use crate::units;

/// What a table holds.
pub(super) enum Content {
    Nodes(Vec<Node>),
    Stores(Vec<Store>),
    Shards(Vec<Shard>),
}

/// Reads a table: `shard` and `state` make shards, `store` and `capacity` stores, `node` and
/// `memory` nodes.
///
/// # Errors
/// Unknown and missing columns, and everything that is wrong with rows, with their lines.
pub(super) fn read(
    text: &str,
    levels: &[(String, String)],
    defaults: &Defaults,
) -> Result<Content, Vec<Issue>> {
    let table = Table::open(text)?;
    if table.column("shard").is_some() {
        shards(table).map(Content::Shards)
    } else if table.column("store").is_some() {
        stores(table, levels, defaults).map(Content::Stores)
    } else if table.column("node").is_some() {
        nodes(table, levels, defaults).map(Content::Nodes)
    } else {
        Err(vec![missing_column(&["shard", "store", "node"], "says what the rows are")])
    }
}

/// Columns by name, and what is wrong with the header.
struct Columns<'a> {
    known: BTreeMap<&'static str, Column>,
    levels: Vec<(&'a str, Column)>,
}

impl<'a> Columns<'a> {
    fn read(
        table: &Table,
        known: &'static [&'static str],
        needed: &[&[&str]],
        levels: &'a [(String, String)],
    ) -> Result<Self, Vec<Issue>> {
        let lacks = |names: &&&[&str]| names.iter().all(|name| table.column(name).is_none());
        let mut issues: Vec<Issue> = needed
            .iter()
            .filter(lacks)
            .map(|names| missing_column(names, "every row needs"))
            .collect();
        for (level, column) in levels {
            if table.column(column).is_none() {
                issues.push(missing_column(&[column], &format!("holds the level {level}")));
            }
        }
        let used = |name: &str| {
            known.iter().any(|other| other.eq_ignore_ascii_case(name))
                || levels.iter().any(|(_, column)| column.eq_ignore_ascii_case(name))
        };
        for name in table.names().iter().filter(|name| !used(name)) {
            let cause =
                format!("the column {name:?} is not known; there are: {}", known.join(", "));
            let issue = crate::codes::issue(crate::codes::UNKNOWN_KEY, name.as_str(), cause);
            issues.push(Issue { line: Some(1), ..issue });
        }
        if !issues.is_empty() {
            return Err(issues);
        }
        let of = |name: &&'static str| Some((*name, table.column(name)?));
        let level =
            |(level, column): &'a (String, String)| Some((level.as_str(), table.column(column)?));
        Ok(Self {
            known: known.iter().filter_map(of).collect(),
            levels: levels.iter().filter_map(level).collect(),
        })
    }

    fn get(&self, name: &str) -> Option<Column> {
        self.known.get(name).copied()
    }

    /// A number of a column, or what is usual.
    fn number(
        &self,
        row: &Row,
        name: &str,
        parse: fn(&str) -> Result<u64, FieldError>,
        usual: u64,
        issues: &mut Vec<Issue>,
    ) -> u64 {
        row.value(self.get(name), parse, issues).unwrap_or(usual)
    }

    /// A size in MiB from one of two columns: a plain number of MiB, or a size with its unit.
    fn mib(&self, row: &Row, plain: &str, sized: &str, issues: &mut Vec<Issue>) -> u64 {
        let plain = row.value(self.get(plain), units::mib, issues);
        let sized = row.value(self.get(sized), units::bytes, issues);
        plain.or(sized.map(|bytes| bytes.div_ceil(1 << 20))).unwrap_or(0)
    }

    fn domains(&self, row: &Row) -> BTreeMap<String, String> {
        let own = self.levels.iter();
        own.filter_map(|(level, column)| {
            Some(((*level).to_owned(), row.text(Some(*column))?.to_owned()))
        })
        .collect()
    }
}

fn whole_s(text: &str) -> Result<u64, FieldError> {
    units::seconds(text)
}

/// A percentage in parts per million.
fn ppm(text: &str) -> Result<u64, FieldError> {
    units::seconds(text).map(|thousandths| thousandths * 10)
}

const NODE_COLUMNS: &[&str] = &[
    "node",
    "memory",
    "memory_mib",
    "nic_mbit",
    "failures_per_1000_days",
    "repair_s",
    "price_per_gib",
];

fn nodes(
    table: Table,
    levels: &[(String, String)],
    defaults: &Defaults,
) -> Result<Vec<Node>, Vec<Issue>> {
    let columns = Columns::read(&table, NODE_COLUMNS, &[&["memory", "memory_mib"]], levels)?;
    let (mut nodes, mut issues) = (Vec::new(), Vec::new());
    table.for_each(&mut issues, |row, issues| {
        let mut number = |name: &str, parse, usual| columns.number(row, name, parse, usual, issues);
        let nic = number("nic_mbit", units::integer, 0);
        let nic_kib_per_s = if nic > 0 { kib_per_s(nic) } else { defaults.nic_kib_per_s };
        let failures_micro_per_day =
            number("failures_per_1000_days", micro_per_day, defaults.failures_micro_per_day);
        let repair_ms = number("repair_s", whole_s, defaults.repair_ms);
        let price_per_gib = number("price_per_gib", units::integer, 0);
        nodes.push(Node {
            name: row.text(columns.get("node")).unwrap_or_default().to_owned(),
            memory_mib: columns.mib(row, "memory_mib", "memory", issues),
            memory_during_mib: None,
            nic_out_kib_per_s: nic_kib_per_s,
            nic_in_kib_per_s: nic_kib_per_s,
            failures_micro_per_day,
            repair_ms,
            price_per_gib,
            labels: BTreeMap::new(),
            domains: columns.domains(row),
        });
    });
    if issues.is_empty() { Ok(nodes) } else { Err(issues) }
}

const STORE_COLUMNS: &[&str] = &[
    "store",
    "capacity",
    "capacity_mib",
    "ingest_mbit",
    "restore_mbit",
    "failures_per_1000_days",
    "repair_s",
    "losses_micro_per_day",
    "price_per_gib",
];

fn stores(
    table: Table,
    levels: &[(String, String)],
    defaults: &Defaults,
) -> Result<Vec<Store>, Vec<Issue>> {
    // Stores may be outside of every domain.
    let own: Vec<(String, String)> =
        levels.iter().filter(|(_, column)| table.column(column).is_some()).cloned().collect();
    let columns = Columns::read(&table, STORE_COLUMNS, &[&["capacity", "capacity_mib"]], &own)?;
    let (mut stores, mut issues) = (Vec::new(), Vec::new());
    table.for_each(&mut issues, |row, issues| {
        let mut number = |name: &str, parse, usual| columns.number(row, name, parse, usual, issues);
        let [ingest, restore] =
            ["ingest_mbit", "restore_mbit"].map(|name| match number(name, units::integer, 0) {
                0 => defaults.nic_kib_per_s,
                mbit => kib_per_s(mbit),
            });
        let failures_micro_per_day = number("failures_per_1000_days", micro_per_day, 0);
        let repair_ms = number("repair_s", whole_s, 0);
        let price_per_gib = number("price_per_gib", units::integer, 0);
        let losses = list(row, columns.get("losses_micro_per_day"), units::integer, issues);
        stores.push(Store {
            name: row.text(columns.get("store")).unwrap_or_default().to_owned(),
            capacity_mib: columns.mib(row, "capacity_mib", "capacity", issues),
            ingest_kib_per_s: ingest,
            restore_kib_per_s: restore,
            failures_micro_per_day,
            repair_ms,
            losses_micro_per_day: losses.unwrap_or_default(),
            price_per_gib,
            domains: columns.domains(row),
        });
    });
    if issues.is_empty() { Ok(stores) } else { Err(issues) }
}

const SHARD_COLUMNS: &[&str] = &[
    "shard",
    "state",
    "state_mib",
    "value",
    "write_kib_per_s",
    "updates_per_s",
    "batch_s",
    "backlog_kib_per_s",
    "blocking_percent",
    "stale_progress_percent",
    "modes",
    "chain_copies",
    "stateless_copies",
    "max_unavailability_ppb",
    "spread",
];

fn shards(table: Table) -> Result<Vec<Shard>, Vec<Issue>> {
    let columns = Columns::read(&table, SHARD_COLUMNS, &[&["state", "state_mib"]], &[])?;
    let (mut shards, mut issues) = (Vec::new(), Vec::new());
    table.for_each(&mut issues, |row, issues| {
        let mut number = |name: &str, parse, usual| columns.number(row, name, parse, usual, issues);
        let value = number("value", units::integer, 1);
        let write_kib_per_s = number("write_kib_per_s", units::integer, 0);
        let updates_milli_per_s = number("updates_per_s", whole_s, 0);
        let batch_ms = number("batch_s", whole_s, 60_000);
        let backlog_kib_per_s = number("backlog_kib_per_s", units::integer, 0);
        let blocking_ppm = number("blocking_percent", ppm, 1_000_000);
        let stale_progress_ppm = number("stale_progress_percent", ppm, 500_000);
        let unavailability =
            row.value(columns.get("max_unavailability_ppb"), units::integer, issues);
        let copies = |text: &str| text.parse().map_err(|_| FieldError::Not("a number of copies"));
        shards.push(Shard {
            name: row.text(columns.get("shard")).unwrap_or_default().to_owned(),
            state_mib: columns.mib(row, "state_mib", "state", issues),
            value,
            write_kib_per_s,
            updates_milli_per_s,
            batch_ms,
            backlog_kib_per_s,
            blocking_ppm,
            stale_progress_ppm,
            modes: list(row, columns.get("modes"), mode, issues)
                .unwrap_or_else(|| ModeKind::ALL.to_vec()),
            chain_copies: list(row, columns.get("chain_copies"), copies, issues)
                .unwrap_or_else(|| vec![2, 3]),
            stateless_copies: list(row, columns.get("stateless_copies"), copies, issues)
                .unwrap_or_else(|| vec![1]),
            max_unavailability_ppb: unavailability,
            spread: list(row, columns.get("spread"), spread, issues).unwrap_or_default(),
            requires: BTreeMap::new(),
            pinned_primary: None,
            excluded_nodes: Vec::new(),
            current: None,
            moves_in_flight: Vec::new(),
            move_cost: 0,
        });
    });
    if issues.is_empty() { Ok(shards) } else { Err(issues) }
}

/// A list with plus signs between its parts.
fn list<T>(
    row: &Row,
    column: Option<Column>,
    parse: fn(&str) -> Result<T, FieldError>,
    issues: &mut Vec<Issue>,
) -> Option<Vec<T>> {
    let text = row.text(column)?;
    let parts = text.split('+').map(|part| parse(part.trim()));
    parts
        .collect::<Result<Vec<T>, FieldError>>()
        .map_err(|error| issues.push(row.bad(column, text, error)))
        .ok()
}

fn mode(text: &str) -> Result<ModeKind, FieldError> {
    match text {
        "checkpoint" => Ok(ModeKind::Checkpoint),
        "relaxed_chain" => Ok(ModeKind::RelaxedChain),
        "strict_chain" => Ok(ModeKind::StrictChain),
        "stateless" => Ok(ModeKind::Stateless),
        _ => Err(FieldError::Not("modes such as checkpoint+stateless")),
    }
}

fn spread(text: &str) -> Result<SpreadRule, FieldError> {
    const NOT: FieldError = FieldError::Not("rules such as rack:1+zone:2");
    let (level, copies) = text.split_once(':').ok_or(NOT)?;
    let max_copies = copies.trim().parse().map_err(|_| NOT)?;
    Ok(SpreadRule { level: level.trim().to_owned(), max_copies })
}
