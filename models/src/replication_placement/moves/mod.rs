//! From the placement there is to the placement of a plan: what has to be copied, in which order.
//!
//! A plan says where shards shall be; an operator has to get there while the shards work. **Given**
//! the current placement and a plan, **choose** waves, each a set of copies that run side by side,
//! and at its end the decisions that take effect and the copies that are dropped; **such that**
//! source and target hold the state while it is copied and nothing exceeds the memory of a node while
//! moving (or what it has now, or what it has at the end, where that is more: what is broken may stay
//! broken, but never gets worse on the way); nodes send and receive so many copies at a time; a
//! decision takes effect when all of its nodes have the state, and its store too; no copy is dropped
//! that the decision in effect needs, so a chain never has fewer live copies than the shorter one of
//! before and after; stores, networks and trunks carry the decisions in effect after every wave;
//! **minimise** the time, that is the sum of the waves' durations. A wave takes as long as the
//! slowest network, trunk or store needs for all that passes it: with every copy at the constant rate
//! of its size by that time, nothing carries more than it can, and nothing could end sooner.
//!
//! **Complexity.** With one copy per node at a time and nothing else in the way, waves are matchings
//! and a wave lasts as long as its largest copy: max edge colouring, NP-hard in bipartite graphs. With
//! memory in the way, whether there is an order at all is PSPACE-hard for general items; some plans
//! have none.

mod bound;
mod needs;
mod pace;
mod referee;
mod schedule;
mod step_aside;
mod waves;
mod why;
mod yard;

pub use bound::{Bounds, bounds};
pub use needs::{Need, needs, states_missing};
pub use pace::Pace;
pub use referee::{Replayed, replay};
pub use schedule::schedule;
pub use waves::{Drop, MovePlan, Place, Reason, Shortage, Stuck, Switch, Transfer, Wave};
pub use why::Whys;
