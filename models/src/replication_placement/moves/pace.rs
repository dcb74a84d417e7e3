//! How fast states are copied: what copies may take of networks, trunks and stores, and how long a
//! set of copies takes.

use std::collections::BTreeMap;

use super::waves::{Place, Transfer};
use crate::replication_placement::instance::{DomainId, Index, Layout, limits};

const KIB: u128 = 1024;

/// What copies may take, by row of [`Layout`]: of the rows of networks, ingests and trunks.
pub struct Pace {
    layout: Layout,
    kib_per_s: Vec<u64>,
    /// The row of a domain's trunk, by domain.
    trunk_rows: Vec<Option<u32>>,
}

impl Pace {
    /// The speeds of an instance. Time O(nodes + stores + domains).
    #[must_use]
    pub fn new(index: &Index) -> Self {
        let layout = Layout::of(index);
        let moves = index.instance.move_limits;
        let share = |speed: u64| {
            let part = u128::from(speed) * u128::from(moves.network_ppm);
            ((part / u128::from(limits::PPM)) as u64).max(1)
        };
        let of_node = |speed: u64| share(speed).min(moves.kib_per_s_per_node.unwrap_or(u64::MAX));
        let mut kib_per_s = vec![u64::MAX; layout.rows()];
        for (node, data) in index.nodes().zip(&index.instance.nodes) {
            kib_per_s[layout.sent(node) as usize] = of_node(data.nic_out_kib_per_s);
            kib_per_s[layout.received(node) as usize] = of_node(data.nic_in_kib_per_s);
        }
        for (store, data) in index.stores().zip(&index.instance.stores) {
            kib_per_s[layout.taken(store) as usize] = share(data.ingest_kib_per_s);
        }
        let mut trunk_rows = vec![None; index.domains().len()];
        for (number, &(domain, trunk)) in (0..).zip(index.trunks()) {
            trunk_rows[domain.index()] = Some(layout.trunk(number));
            kib_per_s[layout.trunk(number) as usize] = share(trunk);
        }
        Self { layout, kib_per_s, trunk_rows }
    }

    /// What copies may take of a row, in KiB per second.
    #[must_use]
    pub fn kib_per_s(&self, row: u32) -> u64 {
        self.kib_per_s[row as usize]
    }

    /// The row of a domain's trunk, where it has one.
    #[must_use]
    pub fn trunk_row(&self, domain: DomainId) -> Option<u32> {
        self.trunk_rows[domain.index()]
    }

    /// How long a row needs for so many MiB, in ms, rounded up.
    #[must_use]
    pub fn time_ms(&self, row: u32, mib: u128) -> u64 {
        let time = (mib * KIB * 1000).div_ceil(u128::from(self.kib_per_s(row)));
        u64::try_from(time).unwrap_or(u64::MAX)
    }

    /// The rows that a copy from one place to another passes. Time O(levels).
    pub fn rows(&self, index: &Index, from: Place, to: Place, rows: &mut Vec<u32>) {
        rows.clear();
        rows.extend(from.node().map(|node| self.layout.sent(node)));
        match to {
            Place::Node(node) => rows.push(self.layout.received(node)),
            Place::Store(store) => rows.push(self.layout.taken(store)),
            Place::Outside => {}
        }
        for level in index.levels() {
            let domain = |place: Place| -> Option<DomainId> {
                match place {
                    Place::Node(node) => Some(index.domain_of_node(level, node)),
                    Place::Store(store) => index.domain_of_store(level, store),
                    Place::Outside => None,
                }
            };
            let (one, other) = (domain(from), domain(to));
            if one != other {
                let crossed = [one, other].into_iter().flatten();
                rows.extend(crossed.filter_map(|domain| self.trunk_rows[domain.index()]));
            }
        }
    }

    /// How long copies take together: as long as the slowest row needs for all that passes it.
    /// Time O(copies · levels + rows).
    #[must_use]
    pub fn duration_ms(&self, index: &Index, transfers: &[Transfer]) -> u64 {
        let mut loads = BTreeMap::<u32, u128>::new();
        let mut rows = Vec::new();
        for transfer in transfers {
            self.rows(index, transfer.from, transfer.to, &mut rows);
            for &row in &rows {
                *loads.entry(row).or_default() += u128::from(transfer.mib);
            }
        }
        loads.into_iter().map(|(row, mib)| self.time_ms(row, mib)).max().unwrap_or(0)
    }
}
