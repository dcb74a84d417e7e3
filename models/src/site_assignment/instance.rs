//! The data of a site assignment problem: sites, customers, what serving them costs.

mod index;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

pub use index::Index;

/// Sites that may be opened, and customers to be served from them.
///
/// Costs, capacities and quantities are whole numbers; an instance made of decimal data says in
/// `cost_decimals` which power of ten its costs were multiplied by.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Instance {
    /// Whether several sites may share a customer.
    pub service: Service,
    /// The sites.
    #[schemars(length(min = 1))]
    pub sites: Vec<Site>,
    /// The customers.
    #[schemars(length(min = 1))]
    pub customers: Vec<Customer>,
    /// How many sites may be open.
    #[serde(default, skip_serializing_if = "is_default")]
    pub open_sites: OpenSites,
    /// Pairs of customers, by name, that must not be served from the same site.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub conflicts: Vec<[String; 2]>,
    /// A cost of 1 stands for `10^-cost_decimals`; only texts and foreign formats look at it.
    #[serde(default, skip_serializing_if = "is_default")]
    #[schemars(range(max = 12))]
    pub cost_decimals: u32,
}

/// Whether several sites may share a customer.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Service {
    /// Every customer is served whole, by one site.
    Whole,
    /// The quantity of a customer may be split over sites, in whole units.
    Split,
}

/// Where customers may be served from.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Site {
    /// Unique name.
    pub name: String,
    /// What its customers may demand of it together.
    #[schemars(range(max = 1_125_899_906_842_624_u64))]
    pub capacity: u64,
    /// What opening it costs.
    #[serde(default, skip_serializing_if = "is_default")]
    #[schemars(range(max = 1_125_899_906_842_624_u64))]
    pub opening_cost: u64,
}

/// Somebody, or something, to be served.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Customer {
    /// Unique name.
    pub name: String,
    /// Units to be served.
    #[serde(default = "one", skip_serializing_if = "is_one")]
    #[schemars(range(min = 1, max = 4_294_967_296_u64))]
    pub quantity: u64,
    /// What a unit takes of a site's capacity: one number for all sites, or one per site. Where
    /// customers may be split it is 1.
    #[serde(default = "unit_demand", skip_serializing_if = "is_unit_demand")]
    pub demand: Vec<u64>,
    /// What serving a unit costs, one number per site.
    pub costs: Vec<u64>,
}

/// How many sites may be open; nothing is said where there is no number.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct OpenSites {
    /// At least so many.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub at_least: Option<u64>,
    /// At most so many.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub at_most: Option<u64>,
}

impl Customer {
    /// What a unit takes of a site's capacity.
    #[must_use]
    pub fn demand_at(&self, site: usize) -> u64 {
        // Validation sees to it that the list has one entry or one per site.
        self.demand.get(site).or(self.demand.first()).copied().unwrap_or(1)
    }
}

fn one() -> u64 {
    1
}

fn is_one(value: &u64) -> bool {
    *value == 1
}

fn unit_demand() -> Vec<u64> {
    vec![1]
}

fn is_unit_demand(value: &[u64]) -> bool {
    value == [1]
}

fn is_default<T: Default + PartialEq>(value: &T) -> bool {
    *value == T::default()
}

/// Index of a site in [`Instance::sites`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct SiteId(pub u32);

impl SiteId {
    /// The index as a `usize`.
    #[must_use]
    pub fn index(self) -> usize {
        self.0 as usize
    }
}

/// Limits within which every sum of the referee and of the search is exact.
pub mod limits {
    /// Most sites.
    pub const SITES: usize = 1 << 14;
    /// Most customers.
    pub const CUSTOMERS: usize = 1 << 17;
    /// Most pairs of a customer and a site.
    pub const PAIRS: usize = 1 << 27;
    /// Most conflicts.
    pub const CONFLICTS: usize = 1 << 24;
    /// Largest capacity, opening cost, demand or cost of a unit.
    pub const NUMBER: u64 = 1 << 50;
    /// Largest quantity of a customer.
    pub const QUANTITY: u64 = 1 << 32;
    /// Most that all could cost together, and most that all could demand of one site.
    pub const TOTAL: u128 = 1 << 60;
    /// Most decimals of costs.
    pub const DECIMALS: u32 = 12;
}
