//! Policies by name.

use serde::{Deserialize, Serialize};

use super::cluster::Cluster;
use super::policies::default_static::DefaultStatic;
use super::policies::default_switched::DefaultSwitched;
use super::policies::exact::Exact;
use super::policies::first_fit::FirstFit;
use super::policies::ideal::WholeServers;
use super::policies::ocs_fixed::OcsFixed;
use super::policies::ocs_published::OcsPublished;
use super::policies::ocs_rearranged::OcsRearranged;
use super::policies::published::Published;
use super::policy::{Needs, Policy, Sharing};

/// Who places jobs.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Choice {
    /// [`WholeServers`] without limits on links.
    Ideal,
    /// [`WholeServers`], a random spine for every flow.
    RandomUplink,
    /// [`WholeServers`], the spine of the number of the GPU.
    SourceRouting,
    /// [`FirstFit`]
    FirstFit,
    /// [`Published`]
    VclosPublished,
    /// [`Exact`]
    VclosExact,
    /// [`DefaultStatic`]
    DefaultStatic,
    /// [`OcsPublished`]
    OcsPublished,
    /// [`OcsFixed`]
    OcsFixed,
    /// [`OcsRearranged`]
    OcsRearranged,
    /// [`DefaultSwitched`]
    DefaultSwitched,
}

/// Names of all policies, with a line on each.
pub const CHOICES: &[(&str, Choice, &str)] = &[
    ("ideal", Choice::Ideal, "whole servers, links without limits: a yardstick"),
    ("random_uplink", Choice::RandomUplink, "whole servers, a random spine per flow (ECMP)"),
    ("source_routing", Choice::SourceRouting, "whole servers, the spine of the GPU's number"),
    ("first_fit", Choice::FirstFit, "virtual Clos, first leaves and spines that fit"),
    ("vclos_published", Choice::VclosPublished, "virtual Clos in the order of its publication"),
    ("vclos_exact", Choice::VclosExact, "virtual Clos, best fit by exact search over all shapes"),
    ("default_static", Choice::DefaultStatic, "ours on fixed links: keeps larger jobs placeable"),
    ("ocs_published", Choice::OcsPublished, "optical switches in the order of the publication"),
    ("ocs_fixed", Choice::OcsFixed, "optical switches, equal split, no live circuit moves"),
    (
        "ocs_rearranged",
        Choice::OcsRearranged,
        "optical switches, equal split, any circuit may move",
    ),
    ("default_switched", Choice::DefaultSwitched, "ours on optical switches: any split of servers"),
];

impl Choice {
    /// The policy of a name.
    #[must_use]
    pub fn named(name: &str) -> Option<Self> {
        CHOICES.iter().find(|(known, ..)| *known == name).map(|&(_, choice, _)| choice)
    }

    /// Its name.
    #[must_use]
    pub fn name(self) -> &'static str {
        CHOICES.iter().find(|(_, known, _)| *known == self).map_or("", |(name, ..)| name)
    }

    /// Ours, for this network.
    #[must_use]
    pub fn default_for(cluster: &Cluster) -> Self {
        match cluster.is_switched() {
            true => Self::DefaultSwitched,
            false => Self::DefaultStatic,
        }
    }

    /// Whether it can run on this network.
    #[must_use]
    pub fn suits(self, cluster: &Cluster) -> bool {
        match self.policy().needs() {
            Needs::Either => true,
            Needs::Static => !cluster.is_switched(),
            Needs::Switched => cluster.is_switched(),
        }
    }

    /// The policy.
    #[must_use]
    pub fn policy(self) -> Box<dyn Policy + Send> {
        match self {
            Self::Ideal => Box::new(WholeServers { sharing: Sharing::Ideal }),
            Self::RandomUplink => Box::new(WholeServers { sharing: Sharing::Random }),
            Self::SourceRouting => Box::new(WholeServers { sharing: Sharing::BySource }),
            Self::FirstFit => Box::new(FirstFit::default()),
            Self::VclosPublished => Box::new(Published::default()),
            Self::VclosExact => Box::new(Exact::default()),
            Self::DefaultStatic => Box::new(DefaultStatic::default()),
            Self::OcsPublished => Box::new(OcsPublished),
            Self::OcsFixed => Box::new(OcsFixed::default()),
            Self::OcsRearranged => Box::new(OcsRearranged::default()),
            Self::DefaultSwitched => Box::new(DefaultSwitched),
        }
    }
}
