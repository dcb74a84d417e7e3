//! Checkpoints of the Kubernetes Vertical Pod Autoscaler: what its recommender has seen so far, as
//! `kubectl get vpacheckpoint -o json` prints it, one or a list.
//!
//! - A container of a VPA object is a type, `OBJECT/CONTAINER`.
//! - A bucket of the memory histogram becomes a sample at its upper end, at most 10 MB and 5 %
//!   above the truth.
//! - Weights are kept in thousandths of the recommender's own: recent peaks weigh more than old
//!   ones, and busy containers more than idle ones.
//! - A checkpoint knows no run times: every sample gets that of the option `run_time`.
//!
//! Reference: kubernetes/autoscaler, `vertical-pod-autoscaler/pkg/recommender`, `util/histogram_options.go`
//! and `model/aggregations_config.go`, checkpoint version `v3`.

pub mod importer;

mod checkpoint;
