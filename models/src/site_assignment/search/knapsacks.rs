//! What sites could still gain from customers whose turn has not come: knapsack tables of a
//! neighbourhood.
//!
//! The customers of a neighbourhood take turns. With a price for each of them, the table of a site
//! says for every turn and every room what the site gains at most from the customers from that turn
//! on. All prices less what all sites gain is the Lagrangian bound of the neighbourhood; and with
//! the first customers assigned, what they cost, the prices of the others and the gains from the
//! room that is left bound every completion. See M. L. Fisher, R. Jaikumar, L. N. Van Wassenhove,
//! *A multiplier adjustment method for the generalized assignment problem*, Manage. Sci. 32 (1986).

use super::assigned::Table;

/// Some sites, and the customers they serve between them, in the order of their turns.
#[derive(Clone, Debug, Default)]
pub struct Neighbourhood {
    /// The sites.
    pub sites: Vec<usize>,
    /// The customers.
    pub customers: Vec<usize>,
}

/// Tables of a neighbourhood, in which sites and customers go by their places. Prices, gains and
/// bounds are times `2^shift`.
#[derive(Debug, Default)]
pub struct Knapsacks {
    /// Binary logarithm of the denominator.
    pub shift: u32,
    /// What every customer pays.
    pub prices: Vec<i64>,
    /// What every site offers.
    pub rooms: Vec<u32>,
    /// Where the row of a turn and a site begins. A turn in which the site gains nothing shares the
    /// row of the next one.
    rows: Vec<u32>,
    cells: Vec<i32>,
}

impl Knapsacks {
    /// Fills the tables (R. Bellman, 1957). Sums of prices and costs must stay below
    /// `2^(31 - shift)`. Time and space O(profitable pairs · capacity).
    pub fn fill(&mut self, table: &Table, free: &Neighbourhood, prices: Vec<i64>) {
        let (sites, customers) = (free.sites.len(), free.customers.len());
        self.prices = prices;
        self.rooms = free.sites.iter().map(|&site| table.capacity(site) as u32).collect();
        self.rows.clear();
        self.rows.resize((customers + 1) * sites, 0);
        self.cells.clear();
        for (place, &site) in free.sites.iter().enumerate() {
            let width = self.rooms[place] as usize + 1;
            let mut row = self.cells.len();
            self.cells.resize(row + width, 0);
            self.rows[customers * sites + place] = row as u32;
            for (turn, &customer) in free.customers.iter().enumerate().rev() {
                let pair = table.pair(customer, site);
                let profit = self.prices[turn] - (pair.cost << self.shift);
                if profit > 0 && pair.demand < width as i64 {
                    let next = self.cells.len();
                    self.cells.resize(next + width, 0);
                    let (done, fresh) = self.cells.split_at_mut(next);
                    add_item(&done[row..row + width], fresh, pair.demand as usize, profit as i32);
                    row = next;
                }
                self.rows[turn * sites + place] = row as u32;
            }
        }
    }

    /// How many cells the tables have.
    #[must_use]
    pub fn size(&self) -> usize {
        self.cells.len()
    }

    /// What a site gains at most from the customers of a turn and those after it.
    #[must_use]
    pub fn gain(&self, turn: usize, place: usize, room: u32) -> i64 {
        i64::from(self.cells[self.row(turn, place) + room as usize])
    }

    /// Whether a site may gain from the customer of a turn.
    #[must_use]
    pub fn may_gain(&self, turn: usize, place: usize) -> bool {
        self.row(turn, place) != self.row(turn + 1, place)
    }

    fn row(&self, turn: usize, place: usize) -> usize {
        self.rows[turn * self.rooms.len() + place] as usize
    }

    /// What no plan of the neighbourhood goes below. O(customers + sites).
    #[must_use]
    pub fn bound(&self) -> i64 {
        let gains = self.rooms.iter().enumerate().map(|(place, &room)| self.gain(0, place, room));
        self.prices.iter().sum::<i64>() - gains.sum::<i64>()
    }

    /// How many sites would serve each customer. O(customers · sites).
    #[must_use]
    pub fn times_served(&self, table: &Table, free: &Neighbourhood) -> Vec<u32> {
        let mut times = vec![0; free.customers.len()];
        for (place, &site) in free.sites.iter().enumerate() {
            let mut room = self.rooms[place];
            for (turn, &customer) in free.customers.iter().enumerate() {
                if self.gain(turn, place, room) > self.gain(turn + 1, place, room) {
                    times[turn] += 1;
                    room -= table.pair(customer, site).demand as u32;
                }
            }
        }
        times
    }
}

/// The row with one more item.
fn add_item(old: &[i32], fresh: &mut [i32], weight: usize, profit: i32) {
    fresh[..weight].copy_from_slice(&old[..weight]);
    for ((fresh, &without), &with) in fresh[weight..].iter_mut().zip(&old[weight..]).zip(old) {
        *fresh = without.max(with + profit);
    }
}
