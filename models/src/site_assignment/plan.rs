//! The decisions of a site assignment plan, and nothing that could be derived from them.

use super::instance::SiteId;

/// Which sites are open, and who is served from where.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub struct Plan {
    /// The open sites, ascending.
    pub open_sites: Vec<SiteId>,
    /// For every customer, in the instance's order, the sites that serve it.
    pub services: Vec<Vec<Part>>,
}

/// A part of a customer's quantity.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Part {
    /// The site that serves it.
    pub site: SiteId,
    /// Units.
    pub quantity: u64,
}
