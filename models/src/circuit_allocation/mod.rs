//! Joint allocation of GPUs and leaf-spine circuits: jobs that never share a link.
//!
//! A cluster has leaves with servers of GPUs, and spines. A *circuit* is one leaf-spine link of the
//! rate of one GPU's port, laid by cable or through optical circuit switches. A job gets GPUs and
//! circuits that nobody else touches, so that its traffic flows as if it were alone: the virtual
//! Clos of Han et al., "Isolated Scheduling for Distributed Training Tasks in GPU Clusters"
//! (arXiv 2308.05692).
//!
//! **Isolation.** Let leaf `l` hold `g_l` GPUs of a job, and let its traffic take at most `h_l` flows
//! out of `l` at once: `min(g_l, n - g_l)` for any permutation of `n` GPUs, the GPUs per server for
//! a hierarchical ring. Circuits `D_lp` carry every round with at most one flow per circuit and
//! direction if for some number `K` of *colours* there are `k_p` colours per spine with
//!
//! ```text
//! Σ_p k_p = K,      D_lp ≥ k_p ⌈h_l / K⌉   for every leaf l of the job and every spine p
//! ```
//!
//! A round is a bipartite multigraph between sending and receiving leaves with at most `h_l` edges at
//! `l`. Cut every leaf into parts of at most `K` edges: by König (1916) `K` colours do, and each
//! colour has at most `⌈h_l / K⌉` edges at `l`; colour by colour they pass a spine, which can join any
//! uplink to any downlink. With `m` leaves of `q` GPUs each, `K = q` and one circuit per pair this
//! is the virtual Clos of the paper; with `K = 1` an optical fabric sends all over one spine.
//!
//! **Questions.** *Place* one job: fewest leaves, then fewest GPUs left free on them, then fewest
//! live circuits moved. *Batch*: least weight left out, then fewest leaves over all jobs, fewest
//! partly used leaves, fewest moves. *Rewire* for other circuits: fewest live circuits moved.
//!
//! Placing one job with an equal split in a static fabric is to find a `K_{m,q}` in the bipartite
//! graph of free circuits, NP-complete (Garey and Johnson, GT24); batches are strongly NP-hard
//! without any network (3-partition); rewiring switches with unequal ports is a three-dimensional
//! contingency table (Irving and Jerrum 1994).

pub mod certificate;
pub mod check;
pub mod codes;
pub mod cost_text;
pub mod explain;
pub mod formulation;
pub mod instance;
pub mod kernel;
pub mod methods;
pub mod offline;
pub mod online;
pub mod plan;
pub mod problem;
pub mod replay;
pub mod validate;

pub use problem::CircuitAllocation;
