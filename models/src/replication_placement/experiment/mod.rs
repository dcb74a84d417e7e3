//! The experiment of the paper in small: training through failures, for real and in virtual time.
//!
//! B. Cao, J. Luo, K. Gan, S. Jinesh (arXiv 2406.05546) train one network on one parameter server,
//! kill the server, and compare what becomes of the accuracy. Here workers compute true gradients of
//! a two-layer `network` on generated `data`; the `server` keeps, saves, passes on or gives away its
//! weights as the mode says; only time is simulated (`run`), so that a run is the same on every
//! thread and takes milliseconds. Default times are those of the authors' logs.

mod server;

pub mod data;
pub mod network;
pub mod run;
pub mod setting;
