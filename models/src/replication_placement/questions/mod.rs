//! Questions of operators, as other instances and as counts: what is lost with a rack, what fewer or
//! more nodes would do, why a shard does not use another mode, what would have to give where there is
//! no plan. Searches are left to whoever asks.

pub mod breakdown;
pub mod lost;
pub mod relaxed;
pub mod resized;
pub mod shortage;
pub mod why_not;
