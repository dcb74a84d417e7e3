//! Who gets what stores hold and take in, before anybody is placed.
//!
//! **Idea.** Stores are shared by all; where shards were placed one after the other, the first would
//! take all that stores take in, however little they gain. So shards are ranked by what they gain in
//! their best store, for every unit of money that their use of it is worth at its prices, and the
//! first of them get it, as long as there is any: the rule of Dantzig for knapsacks (*Discrete-variable
//! extremum problems*, Operations Research 5, 1957). **Complexity.** O(shards · (choices · log nodes +
//! log shards)). **Guarantee.** No store is promised more than it has.

use rayon::prelude::*;

use super::board::Board;
use super::market::Market;
use super::menu::Menu;
use crate::replication_placement::instance::Index;
use crate::replication_placement::plan::Mode;

/// Shards that are ranked at a time.
const CHUNK: usize = 1_000;

/// What a shard would do in a store.
#[derive(Clone, Copy)]
struct Wish {
    shard: usize,
    mode: Mode,
    /// What it gains there for every unit of money that its use is worth.
    gain: f64,
}

/// What shards want at given prices, and who gets what of stores.
#[derive(Clone, Debug, Default)]
pub struct Reservation {
    /// The mode with its parameters of every shard that gets what it needs of a store.
    pub modes: Vec<Option<Mode>>,
    /// What every shard costs at least with prices, as far as the market knows.
    pub least: Vec<f64>,
}

/// Looks at what all shards want, and decides who gets what of stores.
#[must_use]
pub fn reserve(index: &Index, market: &Market) -> Reservation {
    let shards: Vec<usize> = (0..index.instance.shards.len()).collect();
    let of_chunk = |chunk: &[usize]| {
        let mut menu = Menu::new(index);
        let wish = |&shard| wish_of(index, market, &mut menu, shard);
        chunk.iter().map(wish).collect::<Vec<_>>()
    };
    let all: Vec<(f64, Option<Wish>)> = shards.par_chunks(CHUNK).flat_map_iter(of_chunk).collect();
    let least = all.iter().map(|each| each.0).collect();
    let mut wishes: Vec<Wish> = all.into_iter().filter_map(|each| each.1).collect();
    wishes.sort_by(|a, b| b.gain.total_cmp(&a.gain).then(a.shard.cmp(&b.shard)));
    let board = Board::new(index);
    let mut left: Vec<[i64; 2]> = index
        .stores()
        .map(|store| {
            [board.layout.stored(store), board.layout.taken(store)]
                .map(|row| board.rows().room(row))
        })
        .collect();
    let mut modes = vec![None; shards.len()];
    for Wish { shard, mode, .. } in wishes {
        let Some(store) = mode.store() else { continue };
        let [room, ingest] = &mut left[store.index()];
        let mib = index.store_mib(shard, mode) as i64;
        let kib_per_s = index.store_ingest_kib_per_s(shard, mode) as i64;
        if *room >= mib && *ingest >= kib_per_s {
            (*room, *ingest) = (*room - mib, *ingest - kib_per_s);
            modes[shard] = Some(mode);
        }
    }
    Reservation { modes, least }
}

/// What a shard costs at least, and what it would do in the store that is best at the prices, if it
/// gains anything there.
fn wish_of(index: &Index, market: &Market, menu: &mut Menu, shard: usize) -> (f64, Option<Wish>) {
    let size = index.instance.shards[shard].state_mib as f64;
    let mut without = f64::INFINITY;
    let mut within: Option<(f64, f64, Mode)> = None;
    for entry in menu.of(shard) {
        let Some((value, _)) = market.value(index, entry, size) else { continue };
        if entry.choice.mode.store().is_none() {
            without = without.min(value);
        } else if within.is_none_or(|best| value < best.0) {
            within = Some((value, market.in_store(index, entry), entry.choice.mode));
        }
    }
    let Some((value, paid, mode)) = within else { return (without, None) };
    let gained = without - (value - paid);
    let wish = (gained > 0.0).then(|| Wish { shard, mode, gain: gained / (paid + 1.0) });
    (value.min(without), wish)
}
