//! The search kernel. For all instances, a [`board`] on which services are moved and told what that
//! does, and a [`walk`] over boards; where customers are served whole and only capacities matter,
//! flat [`assigned`] plans, descents by [`ejection`] chains and [`relinking`] of good plans. For both,
//! [`insertion`] to begin with, and preferences that guide.

pub mod assigned;
pub mod beam;
pub mod board;
pub mod ejection;
pub mod insertion;
pub mod knapsacks;
pub mod moves;
pub mod neighbourhood_prices;
pub mod preference;
pub mod relinking;
pub mod site_moves;
pub mod sizes;
pub mod walk;
