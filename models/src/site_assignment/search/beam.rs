//! Beam search over the customers of a neighbourhood, guided by knapsack bounds.
//!
//! Customers take turns; a state says what room each site has left after the first of them. From
//! each state the next customer goes to every site, and of what comes out the states with the least
//! bounds (see `knapsacks`) are kept, at most as many as the beam is wide. Of states with the same
//! room everywhere only the cheapest is kept, as its completions are those of the others. Guarantee:
//! where the beam was never too narrow, the plan found is the cheapest, or there is none that costs
//! at most what was asked; this is then dynamic programming with bounds, as in T. Morin and R.
//! Marsten, *Branch-and-bound strategies for dynamic programming*, Oper. Res. 24 (1976). The beam is
//! that of P. Ow, T. Morton, *Filtered beam search in scheduling*, Int. J. Prod. Res. 26 (1988).

use super::assigned::Table;
use super::knapsacks::{Knapsacks, Neighbourhood};

/// What a beam search found.
#[derive(Clone, Debug, Default)]
pub struct Found {
    /// The cheapest plan found: its cost, and the site of every customer in the order of turns.
    pub plan: Option<(i64, Vec<usize>)>,
    /// Whether no better plan was overlooked.
    pub complete: bool,
    /// States looked at.
    pub states: u64,
}

/// How to search.
#[derive(Clone, Copy, Debug)]
pub struct Beam {
    /// States kept in every turn.
    pub width: usize,
    /// What the plan may cost.
    pub most: i64,
}

/// How a kept state came about.
#[derive(Clone, Copy)]
struct Step {
    parent: u32,
    place: u32,
}

/// A state that may be kept.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
struct Candidate {
    bound: i64,
    parent: u32,
    place: u32,
    hash: u64,
}

/// The states after some turn.
#[derive(Default)]
struct States {
    bounds: Vec<i64>,
    hashes: Vec<u64>,
    /// State by state, site by site.
    rooms: Vec<u32>,
}

/// Searches a neighbourhood whose tables are filled; ends early when `stop` says so. Time
/// O(customers · width · (sites + log width)), space O(width · (customers + sites)).
pub fn search(
    table: &Table,
    free: &Neighbourhood,
    knapsacks: &Knapsacks,
    beam: Beam,
    stop: impl Fn() -> bool,
) -> Found {
    let mut found = Found { complete: true, ..Found::default() };
    let mut states =
        States { bounds: vec![knapsacks.bound()], hashes: vec![0], rooms: knapsacks.rooms.clone() };
    let mut steps: Vec<Vec<Step>> = Vec::with_capacity(free.customers.len());
    let mut candidates = Vec::new();
    for turn in 0..free.customers.len() {
        if stop() {
            found.complete = false;
            return found;
        }
        let turn = Turn { table, free, knapsacks, turn, most: beam.most << knapsacks.shift };
        turn.branch(&states, &mut candidates);
        found.states += candidates.len() as u64;
        let kept = turn.keep(&mut candidates, &mut states, beam.width);
        found.complete &= kept.complete;
        if kept.steps.is_empty() {
            return found;
        }
        steps.push(kept.steps);
    }
    // Nothing is left to gain: bounds are costs.
    let best = (0..states.bounds.len()).min_by_key(|&state| states.bounds[state]);
    found.plan =
        best.map(|state| (states.bounds[state] >> knapsacks.shift, sites_of(free, &steps, state)));
    found
}

fn sites_of(free: &Neighbourhood, steps: &[Vec<Step>], mut state: usize) -> Vec<usize> {
    let mut sites = vec![0; steps.len()];
    for (site, steps) in sites.iter_mut().zip(steps).rev() {
        let Step { parent, place } = steps[state];
        *site = free.sites[place as usize];
        state = parent as usize;
    }
    sites
}

/// One customer's turn.
struct Turn<'a> {
    table: &'a Table,
    free: &'a Neighbourhood,
    knapsacks: &'a Knapsacks,
    turn: usize,
    most: i64,
}

/// States kept after a turn.
struct Kept {
    steps: Vec<Step>,
    complete: bool,
}

impl Turn<'_> {
    /// Sends the customer to every site, from every state.
    fn branch(&self, states: &States, candidates: &mut Vec<Candidate>) {
        let (knapsacks, turn, sites) = (self.knapsacks, self.turn, self.free.sites.len());
        let pairs = self.pairs();
        let gaining: Vec<usize> = (0..sites).filter(|&at| knapsacks.may_gain(turn, at)).collect();
        candidates.clear();
        for (state, rooms) in states.rooms.chunks_exact(sites).enumerate() {
            let gain = |&place: &usize| {
                let room = rooms[place];
                knapsacks.gain(turn, place, room) - knapsacks.gain(turn + 1, place, room)
            };
            // The bound if nobody served the customer.
            let without = states.bounds[state] + gaining.iter().map(gain).sum::<i64>();
            for &(loss, place, demand) in &pairs {
                if without + loss > self.most {
                    break;
                }
                let room = rooms[place];
                let Some(left) = room.checked_sub(demand) else { continue };
                let lost =
                    knapsacks.gain(turn + 1, place, room) - knapsacks.gain(turn + 1, place, left);
                let bound = without + loss + lost;
                if bound <= self.most {
                    let change = key(place, room) ^ key(place, left);
                    let hash = states.hashes[state] ^ change;
                    candidates.push(Candidate {
                        bound,
                        parent: state as u32,
                        place: place as u32,
                        hash,
                    });
                }
            }
        }
    }

    /// What the customer pays a site less than it costs, the site's place, and what it takes there;
    /// the cheapest first.
    fn pairs(&self) -> Vec<(i64, usize, u32)> {
        let customer = self.free.customers[self.turn];
        let price = self.knapsacks.prices[self.turn];
        let sites = self.free.sites.iter().enumerate();
        let pair = |(place, &site): (usize, &usize)| {
            let pair = self.table.pair(customer, site);
            let fits = pair.demand <= i64::from(self.knapsacks.rooms[place]);
            fits.then(|| ((pair.cost << self.knapsacks.shift) - price, place, pair.demand as u32))
        };
        let mut pairs: Vec<(i64, usize, u32)> = sites.filter_map(pair).collect();
        pairs.sort_unstable();
        pairs
    }

    /// Keeps the candidates with the least bounds that differ in room.
    fn keep(&self, candidates: &mut Vec<Candidate>, states: &mut States, width: usize) -> Kept {
        let mut complete = true;
        // Some will turn out to be the same as others.
        let most = 2 * width;
        if candidates.len() > most {
            candidates.select_nth_unstable(most);
            candidates.truncate(most);
            complete = false;
        }
        candidates.sort_unstable();
        let sites = self.free.sites.len();
        let customer = self.free.customers[self.turn];
        let mut next = States::default();
        let mut steps: Vec<Step> = Vec::new();
        let mut seen = Seen::new(candidates.len());
        for candidate in candidates.iter() {
            if steps.len() == width {
                complete = false;
                break;
            }
            let Candidate { bound, parent, place, hash } = *candidate;
            let start = next.rooms.len();
            next.rooms.extend_from_slice(&states.rooms[parent as usize * sites..][..sites]);
            let site = self.free.sites[place as usize];
            next.rooms[start + place as usize] -= self.table.pair(customer, site).demand as u32;
            if seen.insert(hash, steps.len(), &next.rooms, sites) {
                next.bounds.push(bound);
                next.hashes.push(hash);
                steps.push(Step { parent, place });
            } else {
                next.rooms.truncate(start);
            }
        }
        *states = next;
        Kept { steps, complete }
    }
}

/// A number for a site with some room left; states are told apart by those of all their sites
/// (A. Zobrist, 1970).
fn key(place: usize, room: u32) -> u64 {
    let value = ((place as u64) << 32 | u64::from(room)).wrapping_mul(0x9E37_79B9_7F4A_7C15);
    let value = (value ^ (value >> 32)).wrapping_mul(0xD6E8_FEB8_6659_FD93);
    value ^ (value >> 32)
}

/// States by their hashes, with open addressing.
struct Seen {
    slots: Vec<u32>,
    mask: usize,
}

const EMPTY: u32 = u32::MAX;

impl Seen {
    fn new(states: usize) -> Self {
        let slots = (2 * states + 1).next_power_of_two();
        Self { slots: vec![EMPTY; slots], mask: slots - 1 }
    }

    /// Enters a state whose rooms are there, unless one with the same rooms is in. Expected O(sites).
    fn insert(&mut self, hash: u64, state: usize, rooms: &[u32], sites: usize) -> bool {
        let mut at = hash as usize & self.mask;
        loop {
            let other = self.slots[at];
            if other == EMPTY {
                self.slots[at] = state as u32;
                return true;
            }
            let other = other as usize;
            if rooms[other * sites..][..sites] == rooms[state * sites..][..sites] {
                return false;
            }
            at = (at + 1) & self.mask;
        }
    }
}
