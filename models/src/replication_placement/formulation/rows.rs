//! The rows of the compact model.

use placewright_solver::mip::{Bounds, Column, ColumnKind, MipModel, Row};
use placewright_solver::search::row_loads::RowLimit;

use super::columns::{Columns, Copy};
use crate::replication_placement::footprint::Footprint;
use crate::replication_placement::instance::{DomainId, Index, Layout, NodeId, Policy};
use crate::replication_placement::plan::{Mode, ShardPlan};

/// Columns that take the least value their row asks for, in the order in which they depend on each
/// other.
pub(super) type Definitions = Vec<(Column, Row)>;

/// Builds the model.
pub(super) struct Builder<'a> {
    index: &'a Index<'a>,
    columns: Columns,
    model: MipModel,
    definitions: Definitions,
    /// Entries of shared capacities, by row number of the layout.
    shared: Vec<Vec<(Column, f64)>>,
    layout: Layout,
    limits: Vec<RowLimit>,
}

/// Entries of a row.
type Entries = Vec<(Column, f64)>;

impl<'a> Builder<'a> {
    pub(super) fn new(index: &'a Index<'a>) -> Self {
        let layout = Layout::of(index);
        let limits = layout.limits(index);
        Self {
            index,
            columns: Columns::new(index),
            model: MipModel::new("replication_placement"),
            definitions: Vec::new(),
            shared: vec![Vec::new(); limits.len()],
            layout,
            limits,
        }
    }

    pub(super) fn build(mut self) -> (MipModel, Columns, Definitions) {
        self.copies();
        for shard in 0..self.index.instance.shards.len() {
            self.shape(shard);
            self.spread(shard);
            self.availability(shard);
            self.hops(shard);
            self.shocks(shard);
        }
        self.capacities();
        (self.model, self.columns, self.definitions)
    }

    /// The binary columns with their costs, and their uses of shared capacities: those of a decision
    /// with this copy less those without its position, which is what the footprint of one node at
    /// its position is.
    fn copies(&mut self) {
        for (at, copy) in self.columns.copies.iter().enumerate() {
            let &Copy { shard, number, choice, position, node } = copy;
            let mut cost = self.index.node_cost(shard, choice.mode, choice.copies, position, node);
            if position == 0 {
                cost += self.index.store_cost(shard, choice.mode);
            }
            let name = format!("r_s{shard}_o{number}_p{position}_n{}", node.0);
            let column = self.model.add_binary(name, cost as f64);
            debug_assert_eq!(column.index(), at);
            let mut put = |row: u32, amount: u64| {
                if amount > 0 {
                    self.shared[row as usize].push((column, amount as f64));
                }
            };
            uses_of_copy(self.index, self.layout, copy, &mut put);
        }
    }

    fn entries(&self, shard: usize, wanted: impl Fn(&Copy) -> bool) -> Entries {
        let all = self.columns.of_shard(shard);
        all.filter(|(_, copy)| wanted(copy)).map(|(column, _)| (column, 1.0)).collect()
    }

    /// One primary, a copy at every position, no node twice.
    fn shape(&mut self, shard: usize) {
        let primaries = self.entries(shard, |copy| copy.position == 0);
        self.model.add_row(format!("one_s{shard}"), Bounds::exactly(1.0), primaries);
        for (number, copies) in self.chains(shard) {
            let heads = self.entries(shard, |copy| copy.number == number && copy.position == 0);
            for position in 1..copies {
                let mut entries =
                    self.entries(shard, |c| c.number == number && c.position == position);
                entries.extend(heads.iter().map(|&(column, _)| (column, -1.0)));
                let name = format!("at_s{shard}_o{number}_p{position}");
                self.model.add_row(name, Bounds::exactly(0.0), entries);
            }
        }
        for node in self.index.nodes() {
            let entries = self.entries(shard, |copy| copy.node == node && copy.choice.copies > 1);
            if entries.len() > 1 {
                let name = format!("once_s{shard}_n{}", node.0);
                self.model.add_row(name, Bounds::at_most(1.0), entries);
            }
        }
    }

    /// Numbers and lengths of the shard's chains.
    fn chains(&self, shard: usize) -> Vec<(usize, usize)> {
        let all = self.columns.of_shard(shard).map(|(_, copy)| copy);
        let chains = all.filter(|copy| copy.choice.mode.is_chain() && copy.position == 0);
        let mut chains: Vec<_> = chains.map(|c| (c.number, c.choice.copies)).collect();
        chains.dedup();
        chains
    }

    fn spread(&mut self, shard: usize) {
        let now = self.index.current(shard).map(|plan| plan.nodes.clone()).unwrap_or_default();
        for &(level, most) in self.index.spread(shard) {
            for domain in self.index.domains_of(level) {
                let within = |node: NodeId| self.index.has_node(domain, node);
                let entries = self.entries(shard, |copy| within(copy.node));
                let now = now.iter().filter(|&&node| within(node)).count() as f64;
                if entries.iter().len() > usize::from(most) {
                    let name = format!("apart_s{shard}_d{}", domain.0);
                    let policy = self.index.instance.policies.spread;
                    self.limited(name, entries, f64::from(most), now, policy);
                }
            }
        }
    }

    /// A row with an upper limit, and with a column for its excess where that is allowed.
    fn limited(
        &mut self,
        name: String,
        mut entries: Entries,
        limit: f64,
        now: f64,
        policy: Policy,
    ) {
        let (price, most) = match policy {
            Policy::Hard => (0, 0.0),
            Policy::Soft { price } => (price, f64::INFINITY),
            Policy::Default { price } => (price, (now - limit).max(0.0)),
        };
        // No more than all entries together can exceed the limit.
        let all: f64 = entries.iter().map(|&(_, value)| value.max(0.0)).sum();
        let most = most.min((all - limit).max(0.0));
        let mut excess = None;
        if most > 0.0 {
            // Whole, as all entries are: a price above the best plan's cost then rules it out.
            let bounds = Bounds::between(0.0, most);
            let kind = ColumnKind::Integer;
            let column = self.model.add_column(format!("over_{name}"), bounds, price as f64, kind);
            entries.push((column, -1.0));
            excess = Some(column);
        }
        let row = self.model.add_row(name, Bounds::at_most(limit), entries);
        self.definitions.extend(excess.map(|column| (column, row)));
    }

    /// Availability as a limit on what is missing: `−Σ weights ≤ −wanted`.
    fn availability(&mut self, shard: usize) {
        let Some(wanted) = self.index.wanted_weight(shard) else { return };
        let weight = |copy: &Copy| {
            let store =
                if copy.position == 0 { self.index.store_weight(copy.choice.mode) } else { 0 };
            (self.index.node_weight(copy.node) + store).min(wanted)
        };
        let entries = self.columns.of_shard(shard);
        let entries = entries.map(|(column, copy)| (column, -(weight(copy) as f64))).collect();
        let missing = |now: &ShardPlan| {
            let nodes = now.nodes.iter().map(|&node| self.index.node_weight(node));
            wanted.saturating_sub(nodes.sum::<u64>() + self.index.store_weight(now.mode))
        };
        let now = self.index.current(shard).map_or(0, missing) as f64;
        let wanted = wanted as f64;
        let policy = self.index.instance.policies.availability;
        self.limited(format!("reach_s{shard}"), entries, -wanted, now - wanted, policy);
    }

    /// A column that is at least what a row says.
    fn least(&mut self, name: String, cost: f64, rows: Vec<(String, Entries, f64)>) -> Column {
        let column = self.model.add_binary(name, cost);
        for (name, mut entries, lower) in rows {
            entries.push((column, 1.0));
            let row = self.model.add_row(name, Bounds::at_least(lower), entries);
            self.definitions.push((column, row));
        }
        column
    }

    /// `B_d − A_d` of a hop.
    fn difference(&self, shard: usize, number: usize, hop: usize, domain: DomainId) -> Entries {
        let own = self
            .columns
            .of_shard(shard)
            .filter(|(_, copy)| copy.number == number && self.index.has_node(domain, copy.node));
        let ends = own.filter_map(|(column, copy)| match copy.position {
            position if position == hop => Some((column, -1.0)),
            position if position == hop + 1 => Some((column, 1.0)),
            _ => None,
        });
        ends.collect()
    }

    /// Latencies and trunks of hops.
    fn hops(&mut self, shard: usize) {
        for (number, copies) in self.chains(shard) {
            let mode = self.mode(shard, number);
            for hop in 0..copies - 1 {
                for level in self.index.levels() {
                    let cost = self.index.crossing_cost(shard, mode, hop, level);
                    if cost == 0 {
                        continue;
                    }
                    let tag = format!("s{shard}_o{number}_h{hop}");
                    let rows = self.index.domains_of(level).map(|domain| {
                        let entries = self.difference(shard, number, hop, domain);
                        (format!("cross_{tag}_d{}", domain.0), entries, 0.0)
                    });
                    let rows = rows.collect();
                    self.least(format!("c_{tag}_l{}", level.0), cost as f64, rows);
                }
                self.trunks(shard, number, hop, mode);
            }
        }
    }

    fn mode(&self, shard: usize, number: usize) -> Mode {
        let mut all = self.columns.of_shard(shard);
        let own = all.find(|(_, copy)| copy.number == number);
        // Numbers come from columns.
        own.map_or(Mode::StrictChain, |(_, copy)| copy.choice.mode)
    }

    fn trunks(&mut self, shard: usize, number: usize, hop: usize, mode: Mode) {
        let traffic = self.index.traffic_kib_per_s(shard, mode);
        if traffic == 0 {
            return;
        }
        for (trunk, &(domain, _)) in (0..).zip(self.index.trunks()) {
            let one = self.difference(shard, number, hop, domain);
            let other: Entries = one.iter().map(|&(column, value)| (column, -value)).collect();
            let tag = format!("s{shard}_o{number}_h{hop}_d{}", domain.0);
            let rows = vec![(format!("out_{tag}"), one, 0.0), (format!("in_{tag}"), other, 0.0)];
            let column = self.least(format!("f_{tag}"), 0.0, rows);
            self.shared[self.layout.trunk(trunk) as usize].push((column, traffic as f64));
        }
    }

    /// Shocks that take every copy of a chain.
    fn shocks(&mut self, shard: usize) {
        let shortest = self.chains(shard).iter().map(|each| each.1).min();
        let Some(shortest) = shortest else { return };
        for domain in self.index.domains() {
            let rate = self.index.domain(domain).shocks_micro_per_day;
            let cost = self.index.cold_cost(shard, rate);
            let level = self.index.level_of(domain);
            let apart = self.index.instance.policies.spread == Policy::Hard
                && self
                    .index
                    .spread(shard)
                    .iter()
                    .any(|&(own, most)| own == level && usize::from(most) < shortest);
            if cost == 0 || apart {
                continue;
            }
            let mut entries = Entries::new();
            for (column, copy) in self.columns.of_shard(shard) {
                let outside = !self.index.has_node(domain, copy.node);
                let value = f64::from(u8::from(outside)) - f64::from(u8::from(copy.position == 0));
                if copy.choice.mode.is_chain() && value != 0.0 {
                    entries.push((column, value));
                }
            }
            let tag = format!("s{shard}_d{}", domain.0);
            let rows = vec![(format!("within_{tag}"), entries, 0.0)];
            self.least(format!("w_{tag}"), cost as f64, rows);
        }
    }

    fn capacities(&mut self) {
        let shared = std::mem::take(&mut self.shared);
        for ((row, entries), limit) in (0..).zip(shared).zip(self.limits.clone()) {
            let name = self.layout.name(row);
            // What cannot be exceeded needs no row. What is exceeded whatever is decided does.
            let all: f64 = entries.iter().map(|&(_, value)| value).sum();
            if all <= limit.free as f64 {
                continue;
            }
            let policy = self.index.instance.policies.capacity;
            let policy = if self.layout.is_move_limit(row) { Policy::Hard } else { policy };
            self.limited(name, entries, limit.free as f64, limit.most as f64, policy);
        }
    }
}

/// What a copy at its position uses of shared capacities; the primary also what its store uses.
fn uses_of_copy(index: &Index, layout: Layout, copy: &Copy, put: &mut impl FnMut(u32, u64)) {
    let &Copy { shard, choice, position, node, .. } = copy;
    if !choice.mode.is_chain() {
        let mut footprint = Footprint::default();
        let decision = ShardPlan { mode: choice.mode, nodes: vec![node] };
        layout.write(index, shard, &decision, &mut footprint);
        footprint.uses.iter().for_each(|each| put(each.row, each.amount as u64));
        return;
    }
    let size = index.instance.shards[shard].state_mib;
    put(layout.memory(node), size);
    if index.holders(shard).binary_search(&node).is_err() {
        put(layout.during(node), size);
    }
    if index.is_move(shard, node) {
        put(layout.moved_copies(), 1);
        put(layout.moved_mib(), size);
    }
    let traffic = index.traffic_kib_per_s(shard, choice.mode);
    if position + 1 < choice.copies {
        put(layout.sent(node), traffic);
    }
    if position > 0 {
        put(layout.received(node), traffic);
    }
}
