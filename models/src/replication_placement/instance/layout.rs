//! Shared capacities, counted through.

use placewright_solver::search::row_loads::RowLimit;

use super::{Index, Loads, MoveMemory, NodeId, Policy, StoreId};

/// The rows of an instance by number: four per node, two per store, one per trunk, two of moves.
#[derive(Clone, Copy, Debug)]
pub struct Layout {
    nodes: u32,
    stores: u32,
    trunks: u32,
}

impl Layout {
    /// The layout of an instance.
    #[must_use]
    pub fn of(index: &Index) -> Self {
        Self {
            nodes: index.instance.nodes.len() as u32,
            stores: index.instance.stores.len() as u32,
            trunks: index.trunks().len() as u32,
        }
    }

    /// Memory once all moves are done.
    #[must_use]
    pub fn memory(self, node: NodeId) -> u32 {
        4 * node.0
    }

    /// Memory while copies move.
    #[must_use]
    pub fn during(self, node: NodeId) -> u32 {
        4 * node.0 + 1
    }

    /// Network out.
    #[must_use]
    pub fn sent(self, node: NodeId) -> u32 {
        4 * node.0 + 2
    }

    /// Network in.
    #[must_use]
    pub fn received(self, node: NodeId) -> u32 {
        4 * node.0 + 3
    }

    /// Room in a store.
    #[must_use]
    pub fn stored(self, store: StoreId) -> u32 {
        4 * self.nodes + 2 * store.0
    }

    /// Ingest of a store.
    #[must_use]
    pub fn taken(self, store: StoreId) -> u32 {
        4 * self.nodes + 2 * store.0 + 1
    }

    /// Trunk of a domain, by its position in [`Index::trunks`].
    #[must_use]
    pub fn trunk(self, trunk: u32) -> u32 {
        4 * self.nodes + 2 * self.stores + trunk
    }

    /// Copies that move.
    #[must_use]
    pub fn moved_copies(self) -> u32 {
        4 * self.nodes + 2 * self.stores + self.trunks
    }

    /// MiB that move.
    #[must_use]
    pub fn moved_mib(self) -> u32 {
        self.moved_copies() + 1
    }

    /// Whether a row limits moves, which no policy softens.
    #[must_use]
    pub fn is_move_limit(self, row: u32) -> bool {
        row >= self.moved_copies()
    }

    /// How many rows there are.
    #[must_use]
    pub fn rows(self) -> usize {
        self.moved_mib() as usize + 1
    }

    /// Names of the kinds of rows, with units.
    pub const KINDS: [&'static str; 9] = [
        "memory_mib",
        "during_mib",
        "sent_kib_per_s",
        "received_kib_per_s",
        "stored_mib",
        "taken_kib_per_s",
        "crossing_kib_per_s",
        "moved_copies",
        "moved_mib",
    ];

    /// A row's kind, by position in [`Self::KINDS`], and which of its kind it is: the number of its
    /// node, store or trunk.
    #[must_use]
    pub fn kind_of(self, row: u32) -> (usize, u32) {
        let (nodes, stores) = (4 * self.nodes, 2 * self.stores);
        if row < nodes {
            (row as usize % 4, row / 4)
        } else if row < nodes + stores {
            (4 + (row - nodes) as usize % 2, (row - nodes) / 2)
        } else if row < self.moved_copies() {
            (6, row - nodes - stores)
        } else {
            (7 + (row - self.moved_copies()) as usize, 0)
        }
    }

    /// The row of a kind with a number; `None` where there is none.
    #[must_use]
    pub fn row_of(self, kind: usize, number: u32) -> Option<u32> {
        let count = match kind {
            0..=3 => self.nodes,
            4 | 5 => self.stores,
            6 => self.trunks,
            7 | 8 => 1,
            _ => 0,
        };
        (number < count).then(|| match kind {
            0..=3 => 4 * number + kind as u32,
            4 | 5 => 4 * self.nodes + 2 * number + kind as u32 - 4,
            6 => self.trunk(number),
            _ => self.moved_copies() + kind as u32 - 7,
        })
    }

    /// A row's name in models.
    #[must_use]
    pub fn name(self, row: u32) -> String {
        let (kind, number) = self.kind_of(row);
        let name = Self::KINDS[kind];
        if kind < 7 { format!("{name}_{number}") } else { name.to_owned() }
    }

    /// The limits of all rows. What is held while copies move is there anyway, so of memory while
    /// moving only the rest counts.
    #[must_use]
    pub fn limits(self, index: &Index) -> Vec<RowLimit> {
        let instance = index.instance;
        let shards = 0..instance.shards.len();
        let now = Loads::of(index, shards.map(|shard| index.current(shard)));
        let policy = instance.policies.capacity;
        let row = |free: u64, now: u128, held: i64| {
            let free = free as i64;
            // Far below 2^63, see the limits of instances.
            let now = now as i64;
            let (price, most) = match policy {
                Policy::Hard => (0, free),
                Policy::Soft { price } => (price as i64, i64::MAX >> 1),
                Policy::Default { price } => (price as i64, free.max(now)),
            };
            RowLimit { free: free - held, price, most: most - held }
        };
        let unlimited = RowLimit { free: i64::MAX >> 1, price: 0, most: i64::MAX >> 1 };
        let mut rows = Vec::new();
        for (n, node) in instance.nodes.iter().enumerate() {
            let during = node.memory_during_mib.unwrap_or(node.memory_mib);
            rows.push(row(node.memory_mib, now.memory[n], 0));
            rows.push(match instance.move_limits.memory {
                // Now nothing moves: what memory holds is what is held.
                MoveMemory::AtOnce => row(during, now.during[n], now.during[n] as i64),
                MoveMemory::InWaves => unlimited,
            });
            rows.push(row(node.nic_out_kib_per_s, now.sent[n], 0));
            rows.push(row(node.nic_in_kib_per_s, now.received[n], 0));
        }
        for (j, store) in instance.stores.iter().enumerate() {
            rows.push(row(store.capacity_mib, now.stored[j], 0));
            rows.push(row(store.ingest_kib_per_s, now.taken[j], 0));
        }
        for (t, &(_, trunk)) in index.trunks().iter().enumerate() {
            rows.push(row(trunk, now.crossing[t], 0));
        }
        for most in [instance.move_limits.copies, instance.move_limits.mib] {
            let most = most.map_or(i64::MAX >> 1, |most| most.min(1 << 61) as i64);
            rows.push(RowLimit { free: most, price: 0, most });
        }
        rows
    }
}
