//! Ladders of all types under prices on what the types share.

use rayon::prelude::*;

use super::instance::Instance;
use super::ladder::{Rung, Scale, cheapest_ladder, own_rungs};
use super::plan::Ladder;
use super::prepared::Prepared;
use super::profile::Profile;

/// Prices are multiples of `2^-SHIFT` MiB·ms.
pub const SHIFT: u32 = 10;

/// What a heuristic charges for shared resources, in units of `2^-SHIFT` MiB·ms.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Prices {
    /// Per failed attempt, beyond the instance's own price.
    pub failure: i128,
    /// Per MiB of a first attempt's allocation and slot.
    pub memory: i128,
}

/// A ladder with everything the shared constraints ask of it.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Choice {
    /// The ladder.
    pub ladder: Ladder,
    /// Wastage and the instance's own failure price, in MiB·ms.
    pub cost: i128,
    /// Failed attempts.
    pub failures: i64,
}

impl Choice {
    /// Evaluates a ladder on a profile; the ladder must admit every sample.
    #[must_use]
    pub fn new(instance: &Instance, profile: &Profile, ladder: Ladder) -> Self {
        let (mut memory, mut failures, mut before) = (0_i128, 0_i64, 0);
        for &size_mib in &ladder.0 {
            let level = profile.level(size_mib);
            let time = profile.time_above_ms[before] - profile.time_above_ms[level]
                + profile.failed_above_ms[level];
            memory += i128::from(size_mib) * i128::from(time);
            failures += profile.count_above[level];
            before = level;
        }
        let price = i128::from(instance.failure_price_mib_ms) * i128::from(failures);
        Self { ladder, cost: memory - profile.usage_mib_ms + price, failures }
    }

    /// The first attempt's allocation in MiB.
    #[must_use]
    pub fn first_mib(&self) -> u64 {
        self.ladder.0.first().copied().unwrap_or(0)
    }
}

/// The cheapest ladder of every type under the prices, over the menu's sizes or, without a menu,
/// the type's own. `None` when some type cannot be served.
#[must_use]
pub fn priced_choices(
    instance: &Instance,
    prepared: &Prepared,
    menu_mib: Option<&[u64]>,
    prices: Prices,
) -> Option<Vec<Choice>> {
    let types: Vec<usize> = (0..prepared.profiles.len()).collect();
    types
        .par_iter()
        .map(|&t| priced_choice(instance, &prepared.profiles[t], t, menu_mib, prices))
        .collect()
}

/// The cheapest ladder of one type, see [`priced_choices`].
#[must_use]
pub fn priced_choice(
    instance: &Instance,
    profile: &Profile,
    type_index: usize,
    menu_mib: Option<&[u64]>,
    prices: Prices,
) -> Option<Choice> {
    let mut rungs = menu_mib.map_or_else(|| own_rungs(profile), |menu| menu_rungs(profile, menu));
    let slots = i128::from(instance.types[type_index].slots);
    for rung in &mut rungs {
        rung.first_price = prices.memory * slots * i128::from(rung.size_mib);
    }
    let own = i128::from(instance.failure_price_mib_ms) << SHIFT;
    let scale = Scale { shift: SHIFT, failure_price: own + prices.failure };
    let priced = cheapest_ladder(profile, &rungs, scale)?;
    Some(Choice::new(instance, profile, priced.ladder(&rungs)))
}

/// A menu as a type sees it: the sizes within its limit that admit at least one sample.
#[must_use]
pub fn menu_rungs(profile: &Profile, menu_mib: &[u64]) -> Vec<Rung> {
    menu_mib
        .iter()
        .map(|&size_mib| Rung {
            size_mib,
            level: profile.level(size_mib) as u32,
            price: 0,
            first_price: 0,
        })
        .filter(|rung| rung.level > 0 && rung.size_mib <= profile.limit_mib)
        .collect()
}
