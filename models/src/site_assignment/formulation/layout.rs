//! Which column stands for what.

use placewright_solver::mip::Column;

use crate::site_assignment::instance::Index;

/// What a column of a pair counts in where customers may be split: this part of the customer, so
/// that no column alone costs more than a plan, which an exact solver's tolerances would not bear.
/// A power of two, to keep every number exact.
const PARTS: f64 = 1024.0;

/// What the columns of a customer sum to.
#[must_use]
pub(super) fn parts(index: &Index) -> f64 {
    if index.splits() { PARTS } else { 1.0 }
}

/// Columns: the pairs customer by customer, then the sites, then the pairs with conflicts.
#[derive(Clone, Debug)]
pub struct Layout {
    /// Sites of every customer, ascending.
    sites: Vec<Vec<u32>>,
    /// First column of every customer, and the end.
    first: Vec<usize>,
    /// Where the columns of sites begin, if there are any.
    opens: Option<usize>,
    /// Where the second columns of customers with conflicts begin.
    uses: Vec<Option<usize>>,
    columns: usize,
}

impl Layout {
    /// A layout with all pairs that can be.
    #[must_use]
    pub fn all(index: &Index) -> Self {
        Self::new(index, |_, _| true)
    }

    /// A layout with the pairs to keep among those that can be.
    #[must_use]
    pub fn new(index: &Index, keep: impl Fn(usize, usize) -> bool) -> Self {
        let able = |customer: usize| {
            let sites = (0..index.sites()).filter(|&site| index.may_serve(customer, site));
            sites.filter(|&site| keep(customer, site)).map(|site| site as u32).collect()
        };
        let sites: Vec<Vec<u32>> = (0..index.customers()).map(able).collect();
        let mut first = vec![0];
        let mut columns = 0;
        for own in &sites {
            columns += own.len();
            first.push(columns);
        }
        let opens = index.opening_matters().then_some(columns);
        columns += opens.map_or(0, |_| index.sites());
        let mut uses = vec![None; sites.len()];
        if index.splits() {
            for (customer, own) in sites.iter().enumerate() {
                if !index.enemies(customer).is_empty() {
                    uses[customer] = Some(columns);
                    columns += own.len();
                }
            }
        }
        Self { sites, first, opens, uses, columns }
    }

    /// Number of pairs.
    #[must_use]
    pub fn pairs(&self) -> usize {
        self.first.last().copied().unwrap_or(0)
    }

    /// Number of columns.
    #[must_use]
    pub fn columns(&self) -> usize {
        self.columns
    }

    /// The sites of a customer with the columns of its shares.
    pub fn of_customer(&self, customer: usize) -> impl Iterator<Item = (usize, Column)> + '_ {
        let first = self.first[customer];
        let sites = self.sites[customer].iter().enumerate();
        sites.map(move |(at, &site)| (site as usize, Column::new(first + at)))
    }

    /// The column of a pair.
    #[must_use]
    pub fn share(&self, customer: usize, site: usize) -> Option<Column> {
        let at = self.sites[customer].binary_search(&(site as u32)).ok()?;
        Some(Column::new(self.first[customer] + at))
    }

    /// The column that is 1 where a site serves some of a customer: that of its share where it is
    /// served whole. `None` without the pair, or where nobody asks.
    #[must_use]
    pub fn uses(&self, customer: usize, site: usize) -> Option<Column> {
        let at = self.sites[customer].binary_search(&(site as u32)).ok()?;
        Some(Column::new(self.uses[customer]? + at))
    }

    /// The column of a site.
    #[must_use]
    pub fn open(&self, site: usize) -> Option<Column> {
        self.opens.map(|first| Column::new(first + site))
    }
}
